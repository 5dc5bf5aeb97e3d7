#include "tools/parley/story.h"

#include "protocol/smpp/status.h"

#include <algorithm>
#include <charconv>

#include <boost/json.hpp>

namespace parley::tools {

namespace {

using boost::json::object;

class Teller {
public:
    explicit Teller(const object& message) : message_(message) {}

    std::vector<StoryLine> tell() {
        if (member(message_, "direction") == "inbound") {
            add(member(message_, "received_at"), "received",
                "from " + member(message_, "from") + " over " + member(message_, "carrier"));
            return std::move(lines_);
        }
        tell_acceptance();
        for (const auto& each : list_in(message_, "decisions"))
            tell_decision(each.as_object());
        const auto& segments = list_in(message_, "segments");
        for (const auto& each : segments)
            tell_segment(each.as_object(), segments.size());
        for (const auto& each : list_in(message_, "inquiries"))
            tell_inquiry(each.as_object(), segments.size());
        std::ranges::stable_sort(lines_, {}, &StoryLine::at);
        tell_end();
        return std::move(lines_);
    }

private:
    void add(std::string at, std::string what, std::string detail) {
        lines_.push_back({std::move(at), std::move(what), std::move(detail)});
    }

    void tell_acceptance() {
        std::string detail = std::to_string(list_in(message_, "segments").size()) + " segment(s) " +
                             member(message_, "encoding") + ", " + member(message_, "class") +
                             ", on disk";
        if (const auto first = member(message_, "resend_of"); !first.empty())
            detail += ", " + first + " again";
        if (const auto later = member(message_, "send_at"); !later.empty())
            detail += ", to be sent at " + moment(later);
        if (const auto end = member(message_, "expires_at"); !end.empty())
            detail += ", valid until " + moment(end);
        add(member(message_, "accepted_at"), "accepted", detail);
    }

    void tell_decision(const object& decision) {
        const auto look = member(decision, "look");
        if (look == "receipt") {
            const bool elsewhere = member(decision, "verdict") == "go";
            add(member(decision, "at"), "sent in vain",
                member(decision, "rule") +
                    (elsewhere ? ": to the next carrier" : ": again, after a wait"));
            return;
        }
        add(member(decision, "at"), "gate",
            member(decision, "verdict") + ", rule " + member(decision, "rule") +
                (look == "intake" ? " (at intake)" : " (last look, at the window)"));
    }

    void tell_segment(const object& segment, std::size_t of) {
        const auto number = member(segment, "number");
        const auto carrier = member(message_, "carrier");
        const auto intended = member(segment, "intended_at");
        const auto answered = member(segment, "answered_at");
        const auto phase = member(segment, "phase");
        const auto which = of > 1 ? " of segment " + number + "/" + std::to_string(of) : "";
        if (!intended.empty())
            add(intended, "submit_sm", "to " + carrier + which + ": intent on disk");
        if (!answered.empty()) {
            std::string detail =
                status_name(member(segment, "command_status")) + " from " + carrier + which;
            if (const auto id = member(segment, "carrier_message_id"); !id.empty())
                detail += ", its id is " + id;
            if (const auto tries = member(segment, "attempts"); !tries.empty())
                detail += ", temporary refusals so far: " + tries;
            add(answered, "submit_sm_resp", detail);
        }
        const auto state = member(segment, "state");
        if (state.empty() && phase == "uncertain")
            add("", "uncertain", "no answer came" + which + ": it may have been sent");
        if (state.empty()) return;
        std::string detail = state + which;
        if (const auto error = member(segment, "error"); !error.empty()) detail += ", err:" + error;
        add(member(segment, "settled_at"), "receipt", detail);
    }

    void tell_inquiry(const object& inquiry, std::size_t of) {
        const auto operation = member(inquiry, "operation");
        const auto carrier = member(message_, "carrier");
        const auto times = member(inquiry, "times");
        const auto which =
            of > 1 ? " of segment " + member(inquiry, "segment") + "/" + std::to_string(of) : "";
        const auto answered = member(inquiry, "answered_at");
        add(member(inquiry, "asked_at"), operation,
            "to " + carrier + which + (times == "1" ? "" : ", for the " + times + ". time") +
                (answered.empty() ? "; no answer" : ""));
        if (answered.empty()) return;
        std::string detail =
            status_name(member(inquiry, "command_status")) + " from " + carrier + which;
        if (const auto state = member(inquiry, "state"); !state.empty()) detail += ", " + state;
        if (const auto since = member(inquiry, "final_at"); !since.empty())
            detail += " since " + moment(since);
        add(answered, operation + "_resp", detail);
    }

    void tell_end() {
        const auto status = member(message_, "status");
        const auto reason = member(message_, "reason");
        const auto settled = member(message_, "settled_at");
        if (!settled.empty()) add(settled, status, reason);
        if (settled.empty()) add("", "now", status);
    }

    const object& message_;
    std::vector<StoryLine> lines_;
};

}  // namespace

std::vector<StoryLine> story_of(const object& message) {
    return Teller(message).tell();
}

std::string member(const object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    if (value == nullptr || value->is_null()) return {};
    if (value->is_string()) return std::string(value->get_string());
    if (value->is_bool()) return value->get_bool() ? "yes" : "no";
    return boost::json::serialize(*value);
}

const boost::json::array& list_in(const object& from, std::string_view name) {
    static const boost::json::array none;
    const auto* value = from.if_contains(name);
    return value != nullptr && value->is_array() ? value->get_array() : none;
}

std::string status_name(std::string_view hex) {
    if (hex.empty()) return "ESME_ROK";
    std::uint32_t value = 0;
    if (hex.starts_with("0x")) hex.remove_prefix(2);
    std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
    return smpp::name(static_cast<smpp::Status>(value));
}

std::string moment(std::string_view rfc3339) {
    std::string text(rfc3339);
    std::replace(text.begin(), text.end(), 'T', ' ');
    if (text.ends_with('Z')) text.pop_back();
    return text;
}

}  // namespace parley::tools
