#pragma once
// Every setting of a simulated carrier, said once: name, where it lives, help. Walked by whoever
// reads, writes or explains settings.

#include "tools/carrier_sim/settings.h"

namespace parley::carrier_sim {

void describe(auto& s, auto&& setting) {
    setting("system_id", s.system_id, "accepted in binds; empty accepts any");
    setting("password", s.password, "accepted in binds; empty accepts any");
    setting("own_system_id", s.own_system_id, "sent in bind responses");
    setting("interface_version", s.interface_version,
            "sc_interface_version of bind responses, such as 52 for 3.4; none: not sent");
    setting("sessions_max", s.sessions_max, "bound sessions; the next bind gets ESME_RALYBND");

    setting("id_in_response", s.id_in_response, "message ids in responses: decimal, hex or uuid");
    setting("first_id", s.first_id, "number of the first message id");
    setting("response_delay", s.response_delay, "how long a submit waits for its response");
    setting("response_reorder_chance", s.response_reorder_chance, "responses held back");
    setting("response_reorder_by", s.response_reorder_by, "how long they are held back");
    setting("response_lost_chance", s.response_lost_chance, "accepted and never answered");
    setting("throttle_chance", s.throttle_chance, "ESME_RTHROTTLED out of the blue");
    setting("throttle_above", s.throttle_above,
            "submits per second, beyond: ESME_RTHROTTLED; 0: any");
    setting("throttle_burst", s.throttle_burst, "how far ahead of that rate is fine");
    setting("window_max", s.window_max, "unanswered submits of one session; 0: any");
    setting("window_status", s.window_status, "answer beyond window_max");
    setting("refusals", s.refusals,
            R"([{"number":"+1555*","status":"ESME_RINVDSTADR","chance":1}])");

    setting("receipts", s.receipts, "sent when registered_delivery asks for them");
    setting("id_in_receipt_text", s.id_in_receipt_text, "message ids in receipt texts");
    setting("id_in_receipt_tlv", s.id_in_receipt_tlv, "message ids in receipted_message_id");
    setting("receipt_text", s.receipt_text, "'id:... stat:...' in short_message");
    setting("receipt_tlvs", s.receipt_tlvs, "receipted_message_id and message_state");
    setting("receipt_as_data_sm", s.receipt_as_data_sm, "data_sm instead of deliver_sm");
    setting("receipt_delay", s.receipt_delay, "between submit and receipt");
    setting("receipt_states", s.receipt_states, "shares of final states: DELIVRD:95,UNDELIV:5");
    setting("receipt_before_response_chance", s.receipt_before_response_chance, "early receipts");
    setting("receipt_lead", s.receipt_lead, "how long before its response an early receipt comes");
    setting("receipt_duplicate_chance", s.receipt_duplicate_chance, "receipts sent twice");
    setting("receipt_other_session_chance", s.receipt_other_session_chance,
            "receipts sent on another session");

    setting("deliver_window", s.deliver_window, "unanswered deliver_sm per session");
    setting("deliver_timeout", s.deliver_timeout, "unanswered for so long: sent again");
    setting("deliver_retry_after", s.deliver_retry_after, "wait after a refusal not for good");

    setting("answers_enquire_link", s.answers_enquire_link, "false: links look dead");
    setting("enquire_link_every", s.enquire_link_every, "of our own; 0s: never");
    setting("inactivity_timeout", s.inactivity_timeout, "silence after which we close; 0s: never");

    setting("handsets", s.handsets,
            R"([{"number":"+1555*","contains":"?","answer":"Yes",)"
            R"("delay":"1s","chance":1,"kind":"plain"}])");
    setting("keep_books", s.keep_books, "keep every message, not only counters");
}

}  // namespace parley::carrier_sim
