#pragma once
// Every setting of a simulated carrier, said once: name, where it lives, help. Walked by whoever
// reads, writes or explains settings; one name everywhere, in flags, scenarios, timelines and
// POST /settings.

#include "tools/carrier_sim/settings.h"

namespace parley::carrier_sim {

/// A number of events per second: "50/s", "3000/m" or 50.
template <class Number>
struct PerSecond {
    Number& value;
};
template <class Number>
PerSecond<Number> per_second(Number& value) {
    return {value};
}
/// An SMPP version: 3.3, 3.4, 5.0, another octet, or none.
template <class Octet>
struct VersionOctet {
    Octet& value;
};
template <class Octet>
VersionOctet<Octet> version_octet(Octet& value) {
    return {value};
}

template <class Rule, class Like>
concept Is = std::is_same_v<std::remove_const_t<Rule>, Like>;

template <Is<HandsetRule> Rule>
void describe(Rule& rule, auto&& setting) {
    setting("number", rule.number, "handsets: +15550002000, a prefix +1555*, empty for all");
    setting("contains", rule.contains, "answers only what has this in it");
    setting("answer", rule.answer, "what is said; {text}, {n} and {number} are filled in");
    setting("answers", rule.answers, "instead of answer: in turn, each handset for itself");
    setting("shuffled", rule.shuffled, "answers in no order");
    setting("delay", rule.delay, "until it answers");
    setting("chance", rule.chance, "that it answers");
    setting("kind", rule.kind, "what it means for the register of opt-outs");
    setting("times_max", rule.times_max, "answers of one handset; 0: no limit");
    setting("stop_after", rule.stop_after, "its n-th answer is stop_text, and the last; 0: never");
    setting("stop_text", rule.stop_text, "said then");
}

template <Is<RefusalRule> Rule>
void describe(Rule& rule, auto&& setting) {
    setting("number", rule.number, "recipients: as in handsets");
    setting("status", rule.status, "such as ESME_RINVDSTADR, or a vendor's as 0x0401");
    setting("chance", rule.chance, "that it is refused");
}

template <Is<Account> Rule>
void describe(Rule& account, auto&& setting) {
    setting("system_id", account.system_id, "who may bind");
    setting("password", account.password, "empty accepts any");
    setting("binds", account.binds, "transmitter, receiver, transceiver; empty: all");
    setting("sessions_max", account.sessions_max, "bound at once; 0: as the carrier");
    setting("window_max", account.window_max, "unanswered submits of a session; 0: as the carrier");
    setting("throughput", per_second(account.throughput),
            "submits, beyond: ESME_RTHROTTLED; 0: no limit");
    setting("numbers", account.numbers,
            "what handsets write to and this account hears; empty: all");
}

void describe_binding(auto& s, auto&& setting) {
    setting("system_id", s.system_id, "accepted in binds; empty accepts any");
    setting("password", s.password, "accepted in binds; empty accepts any");
    setting("own_system_id", s.own_system_id, "sent in bind responses");
    setting("interface_version", version_octet(s.interface_version),
            "SMPP version spoken, and sc_interface_version; none: 3.4, and not said");
    setting("sessions_max", s.sessions_max, "bound sessions; the next bind gets ESME_RALYBND");
    setting("accounts", s.accounts, "only these may bind, when there are any; fixed at the start");
}

void describe_answers(auto& s, auto&& setting) {
    setting("id_in_response", s.id_in_response, "message ids in responses");
    setting("first_id", s.first_id, "number of the first message id");
    setting("id_on_last_part", s.id_on_last_part,
            "of a long message only the last part has an id, and a receipt for all");
    setting("response_delay", s.response_delay, "how long a submit waits for its response");
    setting("response_reorder_chance", s.response_reorder_chance,
            "responses held back, so that others overtake them");
    setting("response_reorder_by", s.response_reorder_by, "how long they are held back");
    setting("response_late_chance", s.response_late_chance, "responses later than anybody waits");
    setting("response_late_by", s.response_late_by, "how late");
    setting("response_lost_chance", s.response_lost_chance, "accepted and never answered");
    setting("throttle_chance", s.throttle_chance, "ESME_RTHROTTLED out of the blue");
    setting("throttle_above", per_second(s.throttle_above),
            "submits over all sessions, beyond: ESME_RTHROTTLED; 0: any");
    setting("session_throttle_above", per_second(s.session_throttle_above),
            "the same of each session by itself; 0: any");
    setting("throttle_burst", s.throttle_burst, "how far ahead of those rates is fine");
    setting("throttle_by_second", s.throttle_by_second,
            "they are counted anew with each second, instead of evenly");
    setting("window_max", s.window_max, "unanswered submits of one session; 0: any");
    setting("window_status", s.window_status, "answer beyond window_max");
    setting("refusals", s.refusals, "submits to some numbers are refused, by chance");
    setting("congestion_state", s.congestion_state,
            "in the responses of 5.0 sessions, 0 to 99; none: not sent");
}

void describe_receipts(auto& s, auto&& setting) {
    setting("receipts", s.receipts, "sent when registered_delivery asks for them");
    setting("id_in_receipt_text", s.id_in_receipt_text, "message ids in receipt texts");
    setting("id_in_receipt_tlv", s.id_in_receipt_tlv, "message ids in receipted_message_id");
    setting("receipt_text", s.receipt_text, "'id:... stat:...' in short_message");
    setting("receipt_tlvs", s.receipt_tlvs, "receipted_message_id and message_state");
    setting("receipt_as_data_sm", s.receipt_as_data_sm, "data_sm instead of deliver_sm");
    setting(
        "receipt_format", s.receipt_format,
        "the text, with {id} {submit} {submit_s} {done} {done_s} {stat} {err} {text} {dlvrd} in "
        "it (_s: with seconds); empty: as SMPP 3.4 appendix B has it");
    setting("receipt_data_coding", s.receipt_data_coding, "data_coding of receipts");
    setting("receipt_delay", s.receipt_delay, "between response and receipt");
    setting("receipt_states", s.receipt_states,
            "shares of final states, with an err of their own if wished: DELIVRD:95,UNDELIV/069:5");
    setting("receipt_before_response_chance", s.receipt_before_response_chance, "early receipts");
    setting("receipt_lead", s.receipt_lead, "how long before its response an early receipt comes");
    setting("receipt_duplicate_chance", s.receipt_duplicate_chance, "receipts sent twice");
    setting("receipt_missing_chance", s.receipt_missing_chance, "receipts never sent");
    setting("receipt_late_chance", s.receipt_late_chance, "receipts later than the others");
    setting("receipt_late_by", s.receipt_late_by, "how much later");
    setting("receipt_enroute_chance", s.receipt_enroute_chance,
            "messages with an ENROUTE receipt before the final one");
    setting("receipt_other_session_chance", s.receipt_other_session_chance,
            "receipts sent on another session of the account");
}

void describe_delivery(auto& s, auto&& setting) {
    setting("deliver_window", s.deliver_window, "unanswered deliver_sm per session");
    setting("deliver_timeout", s.deliver_timeout, "unanswered for so long: sent again");
    setting("deliver_retry_after", s.deliver_retry_after, "wait after a refusal not for good");
    setting("default_alphabet", s.default_alphabet, "what data_coding 0 means, both ways");
    setting("mo_parts", s.mo_parts, "how parts of a handset's long message are told apart");
    setting("mo_part_lost_chance", s.mo_part_lost_chance, "parts never handed over");
    setting("mo_part_duplicate_chance", s.mo_part_duplicate_chance, "parts handed over twice");
    setting("mo_part_delay", s.mo_part_delay, "of each part, so that they come in any order");
    setting("handsets", s.handsets, "who answers what; the first rule that matches counts");
}

void describe_line(auto& s, auto&& setting) {
    setting("answers_enquire_link", s.answers_enquire_link, "false: links look dead");
    setting("enquire_link_every", s.enquire_link_every, "of our own; 0s: never");
    setting("inactivity_timeout", s.inactivity_timeout, "silence after which we close; 0s: never");
    setting("session_life", s.session_life, "from a session's bind to its end; 0s: no end");
    setting("session_end", s.session_end, "how it ends then");
    setting("read_rate", s.read_rate, "octets per second that are read of a session; 0: any");
    setting("write_octets_max", s.write_octets_max, "octets of one write; 0: any");
    setting("write_gap", s.write_gap, "least time between two writes of a session; 0s: none");
    setting("garbage_chance", s.garbage_chance, "octets of anything before a submit_sm_resp");
    setting("takes_changes", s.takes_changes,
            "carries out cancel_sm and replace_sm until a message's final receipt goes out; needs "
            "keep_books");
    setting("knows_query_sm", s.knows_query_sm, "answers query_sm; false: as an unknown PDU");
    setting("keep_books", s.keep_books, "keep every message, not only counters");
}

template <Is<Settings> All>
void describe(All& s, auto&& setting) {
    describe_binding(s, setting);
    describe_answers(s, setting);
    describe_receipts(s, setting);
    describe_delivery(s, setting);
    describe_line(s, setting);
}

}  // namespace parley::carrier_sim
