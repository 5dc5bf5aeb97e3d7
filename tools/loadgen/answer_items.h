#pragma once
// Finds, in the body of an answer to POST /v1/messages, what became of every message: its id, or
// the status and code of its refusal. One pass over the text without building a document, since
// arrays of a thousand answers would otherwise cost more than sending them. Trusts the server to
// send JSON: what it cannot follow yields fewer items, which the caller counts.

#include <cstdint>
#include <string_view>

namespace parley::loadgen {

struct AnswerItem {
    std::string_view id;      // empty: refused
    std::string_view code;    // of the refusal, as in problem+json
    std::string_view status;  // its digits when it is a number: the HTTP status of a refusal
    bool accepted() const { return !id.empty() && status.empty(); }
};

/// Walks the objects of the outermost array, or the one object when there is no array.
class AnswerItems {
public:
    explicit AnswerItems(std::string_view body) : text_(body) {
        // {"results":[…]} and […] both put the items behind the first bracket; a lone object has
        // its first bracket, if any, inside a member that comes later than its "id".
        const auto brace = body.find('{');
        const auto bracket = body.find('[');
        const bool bare_array = bracket < brace;
        const bool wrapped = !bare_array && brace != body.npos && is_wrapper(body, brace, bracket);
        if (bare_array || wrapped) at_ = bracket + 1;
    }

    /// The next item; false at the end.
    bool next(AnswerItem& item) {
        at_ = text_.find_first_of("{]", at_);
        if (at_ == text_.npos || text_[at_] == ']') return false;
        item = {};
        return read_object(item);
    }

private:
    /// Whether the first member of the outer object is the array.
    static bool is_wrapper(std::string_view body, std::size_t brace, std::size_t bracket) {
        if (bracket == body.npos) return false;
        const auto name = body.find('"', brace);
        const auto name_end = body.find('"', name + 1);
        return name < bracket && name_end < bracket &&
               body.find_first_not_of(" \r\n\t:", name_end + 1) == bracket;
    }

    /// From its brace to behind its matching brace.
    bool read_object(AnswerItem& item) {
        int depth = 0;
        std::string_view word;  // the last string: a member's name when a colon follows
        std::string_view name;
        for (; at_ < text_.size(); ++at_) {
            switch (text_[at_]) {
                case '{':
                case '[':
                    ++depth;
                    break;
                case '}':
                case ']':
                    if (--depth == 0) return ++at_, true;
                    break;
                case ':':
                    name = word;
                    break;
                case ',':
                    name = {};
                    break;
                case '"':
                    word = read_string();
                    if (depth == 1 && name == "id") item.id = word;
                    if (name == "code") item.code = word;
                    break;
                default:
                    if (name == "status" && is_digit(text_[at_])) item.status = read_number();
            }
        }
        return false;
    }

    std::string_view read_string() {
        const auto start = at_ + 1;
        do {
            at_ = text_.find_first_of("\"\\", at_ + 1);
            if (at_ != text_.npos && text_[at_] == '\\')
                ++at_;
            else
                break;
        } while (at_ < text_.size());
        if (at_ >= text_.size()) at_ = text_.size() - 1;
        return text_.substr(start, at_ - start);
    }

    std::string_view read_number() {
        const auto start = at_;
        while (at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))
            ++at_;
        return text_.substr(start, at_ + 1 - start);
    }

    static bool is_digit(char c) { return c >= '0' && c <= '9'; }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace parley::loadgen
