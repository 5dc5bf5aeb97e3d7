#pragma once
// How one simulated carrier behaves, misbehaviour included. Plain values with kind defaults: the
// default carrier is quick, polite and always delivers.

#include "engine/clock.h"
#include "protocol/smpp/status.h"
#include "protocol/text/receipt_text.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::carrier_sim {

/// How a message id is written. decimal and hex name the same number; uuid is a form of its own, so
/// a carrier that uses it uses it everywhere.
enum class IdForm : std::uint8_t { decimal, hex, uuid };

/// Drawn evenly; min == max draws nothing.
struct DelayRange {
    Duration min{0};
    Duration max{0};
};

struct StateShare {
    text::MessageState state = text::MessageState::delivered;
    double weight = 1.0;
};

/// What a text from a handset means for the STOP register.
enum class MoKind : std::uint8_t { plain, opt_out, opt_in };

/// When a submit to number arrives whose text contains something, the handset answers. Judged
/// segment by segment; the first rule that matches and wins its chance answers.
struct HandsetRule {
    std::string number;    // "+15550002000", a prefix "+1555*", or empty for every handset
    std::string contains;  // UTF-8, case counts; empty for any text
    std::string answer;    // UTF-8, sent to the address that the submit came from
    DelayRange delay{std::chrono::seconds(1), std::chrono::seconds(1)};
    double chance = 1.0;
    MoKind kind = MoKind::plain;
};

/// Submits to number are refused.
struct RefusalRule {
    std::string number;  // as in HandsetRule
    smpp::Status status = smpp::Status::ESME_RSUBMITFAIL;
    double chance = 1.0;
};

struct Settings {
    // Who may bind.
    std::string system_id;                                 // accepted; empty accepts any
    std::string password;                                  // accepted; empty accepts any
    std::string own_system_id = "parley-sim";              // sent in bind responses
    std::optional<std::uint8_t> interface_version = 0x34;  // sc_interface_version; empty: not sent
    std::size_t sessions_max = 100;  // bound ones; the next bind is refused with ESME_RALYBND

    // How submits are answered.
    IdForm id_in_response = IdForm::decimal;
    std::uint64_t first_id = 1'000'000'001;
    DelayRange response_delay;
    double response_reorder_chance = 0;  // held back for a draw of response_reorder_by
    DelayRange response_reorder_by{std::chrono::milliseconds(1), std::chrono::milliseconds(50)};
    double response_lost_chance = 0;   // accepted, and never answered
    double throttle_chance = 0;        // ESME_RTHROTTLED out of the blue
    std::uint32_t throttle_above = 0;  // submits per second over all sessions; 0: no limit
    Duration throttle_burst = std::chrono::milliseconds(100);  // how far ahead of the rate is fine
    std::size_t window_max = 0;  // unanswered submits of one session; 0: no limit
    smpp::Status window_status = smpp::Status::ESME_RTHROTTLED;  // answer beyond window_max
    std::vector<RefusalRule> refusals;

    // Receipts. Sent only when registered_delivery asks for them.
    bool receipts = true;
    IdForm id_in_receipt_text = IdForm::decimal;
    IdForm id_in_receipt_tlv = IdForm::decimal;
    bool receipt_text = true;   // "id:… stat:…" in short_message
    bool receipt_tlvs = false;  // receipted_message_id and message_state
    /// Parameters of its own: 0x1501 repeats a receipt's id, 0x1502 numbers a handset's message.
    bool own_tlvs = false;
    bool receipt_as_data_sm = false;  // instead of deliver_sm; the text goes into message_payload
    DelayRange receipt_delay;
    std::vector<StateShare> receipt_states;  // empty: always DELIVRD
    double receipt_before_response_chance = 0;
    DelayRange receipt_lead;  // how long before its response an early receipt comes
    double receipt_duplicate_chance = 0;
    double receipt_enroute_chance = 0;        // one more says ENROUTE, at a draw of receipt_delay
    double receipt_other_session_chance = 0;  // when another receiving session is bound

    // How messages and receipts are handed to the peer.
    std::size_t deliver_window = 1000;                       // unanswered deliver_sm per session
    Duration deliver_timeout = std::chrono::seconds(30);     // unanswered for so long: sent again
    Duration deliver_retry_after = std::chrono::seconds(1);  // after a refusal that is not for good

    // Segments of one long message from a handset, each on its own.
    double mo_part_lost_chance = 0;       // never handed over; of plain texts only
    double mo_part_duplicate_chance = 0;  // handed over twice
    DelayRange mo_part_delay;             // so that they come in any order, over any session

    // Keeping links alive.
    bool answers_enquire_link = true;
    Duration enquire_link_every{0};  // of our own; 0: never
    Duration inactivity_timeout{0};  // silence after which we close; 0: never

    std::vector<HandsetRule> handsets;
    bool keep_books = false;  // every submit and every inbound message, not only counters
};

}  // namespace parley::carrier_sim
