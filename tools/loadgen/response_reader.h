#pragma once
// Cuts a byte stream into HTTP/1.1 responses: status line, Content-Length, Connection, Retry-After,
// and nothing else, because more would cost the engine's CPU. Driven by a connection; holds no
// buffer. Anything it does not understand ends the stream with a sentence.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::loadgen {

struct Response {
    int status = 0;
    std::string_view body;  // valid as long as the bytes that were read
    bool close = false;     // the server will close after this answer
    std::uint32_t retry_after_s = 0;
};

enum class Reading : std::uint8_t { whole, more, garbage };

inline constexpr std::size_t response_head_max = 16 * 1024;

class ResponseReader {
public:
    /// Takes one response off the front of bytes.
    Reading take(std::string_view& bytes, Response& response) {
        const auto head_end = bytes.find("\r\n\r\n");
        if (head_end == std::string_view::npos) return judge_partial_head(bytes);
        std::size_t body_size = 0;
        if (!read_head(bytes.substr(0, head_end + 2), response, body_size)) return Reading::garbage;
        const auto body_start = head_end + 4;
        if (bytes.size() - body_start < body_size) return Reading::more;
        response.body = bytes.substr(body_start, body_size);
        bytes.remove_prefix(body_start + body_size);
        return Reading::whole;
    }

    const std::string& complaint() const { return complaint_; }

private:
    Reading judge_partial_head(std::string_view bytes) {
        constexpr std::string_view start = "HTTP/1.";
        const auto common = std::min(bytes.size(), start.size());
        if (bytes.substr(0, common) != start.substr(0, common)) {
            complain("the answer does not start with HTTP/1.", bytes);
            return Reading::garbage;
        }
        if (bytes.size() > response_head_max) {
            complain("the answer's head does not end", bytes);
            return Reading::garbage;
        }
        return Reading::more;
    }

    bool read_head(std::string_view head, Response& response, std::size_t& body_size) {
        // "HTTP/1.1 202 Accepted"
        if (!head.starts_with("HTTP/1.") || head.size() < 14 ||
            !number(head.substr(9, 3), response.status)) {
            complain("the answer has no HTTP status line", head);
            return false;
        }
        response.close = head[7] == '0';
        response.retry_after_s = 0;
        bool sized = response.status == 204 || response.status == 304;
        body_size = 0;
        for (auto at = head.find("\r\n") + 2; at < head.size();) {
            const auto end = head.find("\r\n", at);
            const auto line = head.substr(at, end - at);
            at = end + 2;
            if (is_field(line, "content-length:")) {
                sized = number(value_of(line), body_size);
            } else if (is_field(line, "connection:")) {
                response.close = is_field(value_of(line), "close");
            } else if (is_field(line, "retry-after:")) {
                number(value_of(line), response.retry_after_s);
            }
        }
        if (!sized) complain("the answer has no Content-Length", head);
        return sized;
    }

    static bool is_field(std::string_view line, std::string_view lower) {
        if (line.size() < lower.size()) return false;
        for (std::size_t i = 0; i < lower.size(); ++i) {
            const char c = line[i];
            if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != lower[i]) return false;
        }
        return true;
    }

    static std::string_view value_of(std::string_view line) {
        line.remove_prefix(line.find(':') + 1);
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        line.remove_suffix(line.size() - (line.find_last_not_of(" \t") + 1));
        return line;
    }

    template <class Integer>
    static bool number(std::string_view digits, Integer& value) {
        const auto end = digits.data() + digits.size();
        const auto [stop, error] = std::from_chars(digits.data(), end, value);
        return error == std::errc{} && stop == end;
    }

    void complain(std::string_view what, std::string_view bytes) {
        complaint_ = std::string(what) + ": \"";
        for (const char c : bytes.substr(0, 60))
            complaint_ += c >= ' ' && c <= '~' ? c : '.';
        complaint_ += '"';
    }

    std::string complaint_;
};

}  // namespace parley::loadgen
