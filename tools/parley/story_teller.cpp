#include "tools/parley/story_teller.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include <boost/json.hpp>

namespace parley::tools {

using boost::json::object;

namespace {

std::size_t number_of(const std::string& digits) {
    std::size_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

/// The answer of an earlier version to an earlier try: it stood beside the next one's intent.
bool is_stale(const object& segment) {
    const auto answered = member(segment, "answered_at");
    return !answered.empty() && answered < member(segment, "intended_at");
}

/// "DELIVERED, err:000".
std::string state_and_error(const object& from) {
    std::string detail = member(from, "state");
    if (const auto error = member(from, "error"); !error.empty()) detail += ", err:" + error;
    return detail;
}

bool is_of_a_try(std::string_view what) {
    return what == "uncertain" || what == "taken_back" || what == "receipt" ||
           what == "repeated_receipt";
}

}  // namespace

Teller::Teller(const object& message) : message_(message), history_(list_in(message, "history")) {
    for (const auto& each : list_in(message, "segments")) {
        parts_.emplace_back();
        parts_.back().last = &each.as_object();
    }
    happened_.resize(history_.size());
}

std::vector<StoryLine> Teller::tell() {
    if (member(message_, "direction") == "inbound") {
        return {{member(message_, "received_at"), "received",
                 "from " + member(message_, "from") + " over " + member(message_, "carrier")}};
    }
    tell_acceptance();
    for (const auto& each : list_in(message_, "decisions")) {
        const bool window = member(each.as_object(), "look") == "window";
        if (!window) tell_decision(each.as_object());
        if (window) looks_.push_back(&each.as_object());
    }
    tell_queue();
    tell_history();
    for (Part& part : parts_)
        tell_segment(part);
    for (const object* look : std::exchange(looks_, {}))
        tell_decision(*look);
    for (const auto& each : list_in(message_, "inquiries"))
        tell_inquiry(each.as_object());
    std::ranges::move(told_, std::back_inserter(lines_));
    std::ranges::stable_sort(lines_, {}, &Placed::when);
    tell_end();
    std::vector<StoryLine> lines;
    for (Placed& each : lines_)
        lines.push_back(std::move(each.line));
    return lines;
}

/// What has no moment stands where the line before it does.
void Teller::add(std::string at, std::string what, std::string detail) {
    std::string when = !at.empty() || lines_.empty() ? at : lines_.back().when;
    lines_.push_back({std::move(when), {std::move(at), std::move(what), std::move(detail)}});
}

/// The same, but where the last line about its segment does.
void Teller::add(Part& part, std::string at, std::string what, std::string detail) {
    if (!at.empty()) part.known_since = at;
    lines_.push_back({part.known_since, {std::move(at), std::move(what), std::move(detail)}});
}

Teller::Part* Teller::part_of(const object& from) {
    auto number = member(from, "segment");
    if (number.empty()) number = member(from, "number");
    const std::size_t place = number_of(number);
    return place == 0 || place > parts_.size() ? nullptr : &parts_[place - 1];
}

/// " of segment 2/3", where there are several.
std::string Teller::which(const object& from) const {
    auto number = member(from, "segment");
    if (number.empty()) number = member(from, "number");
    return parts_.size() > 1 ? " of segment " + number + "/" + std::to_string(parts_.size()) : "";
}

// ---- Before it is sent
// ---------------------------------------------------------------------------

void Teller::tell_acceptance() {
    const std::string cut = member(message_, "cut_by_carrier");
    std::string detail = (cut.empty() ? std::to_string(parts_.size()) : cut) + " segment(s) " +
                         member(message_, "encoding") + ", " + member(message_, "class") +
                         ", on disk";
    if (const auto first = member(message_, "resend_of"); !first.empty())
        detail += ", " + first + " again";
    if (const auto later = member(message_, "send_at"); !later.empty())
        detail += ", to be sent at " + moment(later);
    if (const auto end = member(message_, "expires_at"); !end.empty())
        detail += ", valid until " + moment(end);
    add(member(message_, "accepted_at"), "accepted", detail);
    for (Part& part : parts_)
        part.known_since = lines_.back().when;
}

void Teller::tell_decision(const object& decision) {
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

/// Since when it waits for its turn, and how long that took.
void Teller::tell_queue() {
    const auto later = member(message_, "send_at");
    const auto settled = member(message_, "settled_at");
    const bool held = !later.empty() && (member(message_, "status") == "held" ||
                                         (!settled.empty() && settled < later));
    if (held) return;
    std::string first;
    const auto consider = [&first](const std::string& at) {
        if (!at.empty() && (first.empty() || at < first)) first = at;
    };
    for (const Part& part : parts_)
        consider(member(*part.last, "intended_at"));
    for (const auto& each : history_) {
        const object& happening = each.as_object();
        if (member(happening, "what") == "submit_sm") consider(member(happening, "at"));
    }
    const auto since = later.empty() ? member(message_, "accepted_at") : later;
    const auto waited = between(since, first);
    std::string detail = later.empty() ? "" : "its send_at has come";
    if (!waited.empty()) detail += (detail.empty() ? "" : "; ") + ("its turn after " + waited);
    if (!detail.empty()) add(since, "queued", detail);
}

// ---- What its history tells
// ----------------------------------------------------------------------

void Teller::tell_history() {
    for (std::size_t place = 0; place < history_.size(); ++place) {
        if (happened_[place]) continue;
        tell_try_behind(place);
        happened_[place] = true;
        tell_happening(history_[place].as_object());
    }
}

/// A try enters the history when the next one begins, which is after what became of it. It is told
/// before.
void Teller::tell_try_behind(std::size_t place) {
    const object& happening = history_[place].as_object();
    Part* part = part_of(happening);
    if (part == nullptr || !is_of_a_try(member(happening, "what"))) return;
    const auto at = member(happening, "at");
    for (std::size_t later = place + 1; later < history_.size(); ++later) {
        const object& other = history_[later].as_object();
        if (member(other, "what") != "submit_sm" || part_of(other) != part) continue;
        if (happened_[later] || member(other, "at") > at) return;
        happened_[later] = true;
        return tell_happening(other);
    }
    if (member(*part->last, "intended_at") <= at) tell_last_try(*part);
}

void Teller::tell_happening(const object& happening) {
    const auto what = member(happening, "what");
    const auto at = member(happening, "at");
    const auto carrier = member(happening, "carrier");
    Part* part = part_of(happening);
    if (what == "left_out") {
        add("", "…", member(happening, "count") + " more happenings, which are not kept");
    } else if (what == "handed_over") {
        add(at, "handed over", "from " + member(happening, "from_carrier") + " to " + carrier);
    } else if (what == "changed") {
        add(at, "changed", "another text" + (carrier.empty() ? "" : ", also at " + carrier));
    } else if (what.ends_with("_sm") && what != "submit_sm") {
        tell_question(what, carrier, happening, at, "");
    } else if (part == nullptr) {
        add(at, what, which(happening));  // of a segment that it had before it was cut anew
    } else if (what == "submit_sm") {
        tell_submit(*part, carrier, happening);
    } else if (what == "uncertain") {
        add(*part, at, what, "no answer came" + which(happening) + ": it may have been sent");
    } else if (what == "taken_back") {
        add(*part, at, "taken back",
            "written to nobody" + which(happening) + ": it waits for its turn again");
    } else {
        tell_receipt(*part, at, happening, what == "repeated_receipt");
    }
}

void Teller::tell_submit(Part& part, const std::string& carrier, const object& from) {
    const bool last = &from == part.last;
    const auto at = member(from, last ? "intended_at" : "at");
    const auto answered = is_stale(from) ? std::string() : member(from, "answered_at");
    ++part.tries;
    std::string detail = "to " + carrier + which(from) + ": intent on disk";
    if (part.tries > 1) detail += ", for the " + std::to_string(part.tries) + ". time";
    add(part, at, "submit_sm", detail);
    tell_looks(part, at, answered);
    if (answered.empty()) return;
    detail = status_name(member(from, "command_status")) + " from " + carrier + which(from);
    if (const auto id = member(from, "carrier_message_id"); !id.empty())
        detail += ", its id is " + id;
    if (const auto tries = member(from, "attempts"); !tries.empty())
        detail += ", temporary refusals so far: " + tries;
    add(part, answered, "submit_sm_resp", detail);
}

/// The gate looks between the intent and the octets, so it is told there.
void Teller::tell_looks(const Part& part, const std::string& from, const std::string& to) {
    const auto next = to.empty() ? next_try(part, from) : std::string();
    std::erase_if(looks_, [&](const object* look) {
        const auto at = member(*look, "at");
        const bool later = (!to.empty() && at > to) || (!next.empty() && at >= next);
        if (at < from || later) return false;
        tell_decision(*look);
        return true;
    });
}

/// When the segment was tried again; empty: it was not.
std::string Teller::next_try(const Part& part, const std::string& from) const {
    std::string next;
    const auto consider = [&](const std::string& at) {
        if (at > from && (next.empty() || at < next)) next = at;
    };
    consider(member(*part.last, "intended_at"));
    for (const auto& each : history_) {
        const object& happening = each.as_object();
        const bool its = member(happening, "segment") == member(*part.last, "number");
        if (its && member(happening, "what") == "submit_sm") consider(member(happening, "at"));
    }
    return next;
}

// ---- What its last values tell
// -------------------------------------------------------------------

void Teller::tell_last_try(Part& part) {
    if (std::exchange(part.told, true)) return;
    if (is_stale(*part.last)) {
        add(part, member(*part.last, "answered_at"), "submit_sm_resp",
            status_name(member(*part.last, "command_status")) + " from " +
                member(message_, "carrier") + which(*part.last) + ", to an earlier try");
    }
    if (member(*part.last, "intended_at").empty()) return;
    tell_submit(part, member(message_, "carrier"), *part.last);
}

void Teller::tell_segment(Part& part) {
    tell_last_try(part);
    const object& segment = *part.last;
    const auto state = member(segment, "state");
    if (member(segment, "phase") == "uncertain" && !in_history("uncertain", segment))
        add(part, "", "uncertain", "no answer came" + which(segment) + ": it may have been sent");
    if (state.empty()) return;
    auto at = member(segment, "receipt_at");
    if (at.empty()) at = member(segment, "settled_at");  // as earlier engines say it
    tell_receipt(part, at, segment, false);
}

bool Teller::in_history(std::string_view what, const object& segment) const {
    return std::ranges::any_of(history_, [&](const boost::json::value& each) {
        const object& happening = each.as_object();
        return member(happening, "what") == what &&
               member(happening, "segment") == member(segment, "number") &&
               member(happening, "at") >= member(segment, "intended_at");
    });
}

void Teller::tell_receipt(Part& part, const std::string& at, const object& from, bool repeated) {
    const object& segment = *part.last;
    std::string detail = state_and_error(from) + which(from);
    if (repeated) detail += ", after the final one: nothing follows from it";
    const auto phase = member(segment, "phase");
    const bool unanswered = member(segment, "answered_at").empty() &&
                            !member(segment, "intended_at").empty() &&
                            (phase == "sent" || phase == "settled");
    if (unanswered && !part.receipted) {
        detail += "; it did leave, though no submit_sm_resp came";
        if (const auto id = member(segment, "carrier_message_id"); !id.empty())
            detail += ": its id is " + id;
    }
    part.receipted = true;
    const bool asked = !repeated && was_asked_for(from, at);
    if (asked) {
        told_.push_back({at, {at, "told", detail}});
    } else {
        add(part, at, "receipt", detail);
    }
}

/// It came as the answer to a question of ours, which has a line of its own, and went the way of a
/// receipt.
bool Teller::was_asked_for(const object& from, const std::string& at) const {
    auto number = member(from, "segment");
    if (number.empty()) number = member(from, "number");
    const auto answers = [&](const object& question, std::string_view operation) {
        const bool same = member(question, "segment") == number && !at.empty() &&
                          member(question, "answered_at") == at &&
                          member(question, "command_status").empty();
        const auto said =
            operation == "cancel_sm" ? std::string("DELETED") : member(question, "state");
        return same && said == member(from, "state");
    };
    return std::ranges::any_of(list_in(message_, "inquiries"),
                               [&](const boost::json::value& each) {
                                   const object& question = each.as_object();
                                   return answers(question, member(question, "operation"));
                               }) ||
           std::ranges::any_of(history_, [&](const boost::json::value& each) {
               const object& question = each.as_object();
               return answers(question, member(question, "what"));
           });
}

// ---- What its carrier was asked, and the end
// -----------------------------------------------------

void Teller::tell_inquiry(const object& inquiry) {
    const auto times = member(inquiry, "times");
    tell_question(member(inquiry, "operation"), member(message_, "carrier"), inquiry,
                  member(inquiry, "asked_at"), times == "1" ? "" : ", for the " + times + ". time");
}

void Teller::tell_question(const std::string& operation, const std::string& carrier,
                           const object& inquiry, const std::string& at, const std::string& more) {
    const auto answered = member(inquiry, "answered_at");
    add(at, operation,
        "to " + carrier + which(inquiry) + more + (answered.empty() ? "; no answer" : ""));
    if (answered.empty()) return;
    std::string detail =
        status_name(member(inquiry, "command_status")) + " from " + carrier + which(inquiry);
    if (const auto state = member(inquiry, "state"); !state.empty()) detail += ", " + state;
    if (const auto since = member(inquiry, "final_at"); !since.empty())
        detail += " since " + moment(since);
    add(answered, operation + "_resp", detail);
}

void Teller::tell_end() {
    const auto status = member(message_, "status");
    const auto settled = member(message_, "settled_at");
    if (!settled.empty()) add(settled, status, member(message_, "reason"));
    if (settled.empty()) add("", "now", status);
}

}  // namespace parley::tools
