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

/// How a message id is written. All but uuid name the same number; uuid is a form of its own, so a
/// carrier that uses it uses it everywhere. padded: decimal, ten digits with zeros in front.
enum class IdForm : std::uint8_t { decimal, hex, uuid, hex_lower, padded };

/// Drawn evenly, or from a log-normal distribution of which min is the median and max the 99th
/// percentile, as real delays are; min == max draws nothing.
struct DelayRange {
    Duration min{0};
    Duration max{0};
    bool log_normal = false;
};

struct StateShare {
    text::MessageState state = text::MessageState::delivered;
    double weight = 1.0;
    std::string error;  // err of the receipt, up to 7 characters; empty: the usual one
};

/// What data_coding 0 means to this carrier (SMPP 3.4 §5.2.19: the SMSC's default alphabet).
enum class DefaultAlphabet : std::uint8_t { gsm7, gsm7_packed, latin1, ascii };

/// How the parts of a handset's long message are told apart.
enum class Parts : std::uint8_t { udh8, udh16, sar, payload };

/// How a session ends when its life is over.
enum class SessionEnd : std::uint8_t {
    cut,        // closed without a word
    mid_pdu,    // in the middle of a response
    half_open,  // stays open, and nothing is ever read or written again
    unbind,     // politely
};

enum class BindKind : std::uint8_t { transmitter, receiver, transceiver };

/// Who may bind, and how much. Limits hold over all sessions of the account, but window_max.
struct Account {
    std::string system_id;
    std::string password;              // empty accepts any
    std::vector<BindKind> binds;       // empty: all three
    std::size_t sessions_max = 0;      // 0: no limit of its own
    std::size_t window_max = 0;        // unanswered submits of one session; 0: as the carrier has
    std::uint32_t throughput = 0;      // submits per second, beyond ESME_RTHROTTLED; 0: no limit
    std::vector<std::string> numbers;  // what handsets write to and this account hears; as in
                                       // HandsetRule, empty: everything
};

/// What a text from a handset means for the STOP register.
enum class MoKind : std::uint8_t { plain, opt_out, opt_in };

/// When a submit to number arrives whose text contains something, the handset answers. Judged
/// segment by segment; the first rule that matches and wins its chance answers. In answers {text}
/// is what came, {n} how many the handset got so far, {number} its own; they may be long, and in
/// any script.
struct HandsetRule {
    std::string number;    // "+15550002000", a prefix "+1555*", or empty for every handset
    std::string contains;  // UTF-8, case counts; empty for any text
    std::string answer;    // UTF-8, sent to the address that the submit came from
    DelayRange delay{std::chrono::seconds(1), std::chrono::seconds(1)};
    double chance = 1.0;
    MoKind kind = MoKind::plain;
    std::vector<std::string> answers;  // instead of answer: each handset goes through them, in turn
    bool shuffled = false;             // answers in no order
    std::uint32_t times_max = 0;       // answers of one handset by this rule; 0: no limit
    std::uint32_t stop_after = 0;  // with its n-th answer a handset says stop_text, then no more
    std::string stop_text = "STOP";
};

/// Submits to number are refused.
struct RefusalRule {
    std::string number;  // as in HandsetRule
    smpp::Status status = smpp::Status::ESME_RSUBMITFAIL;
    double chance = 1.0;
};

struct Settings {
    // Who may bind.
    std::string system_id;                     // accepted; empty accepts any
    std::string password;                      // accepted; empty accepts any
    std::string own_system_id = "parley-sim";  // sent in bind responses
    /// The version that the carrier speaks, and its sc_interface_version. 0x33 and below: no TLVs,
    /// no bind_transceiver, ids of eight hexadecimal digits. Empty: speaks 3.4 and does not say so.
    std::optional<std::uint8_t> interface_version = 0x34;
    std::size_t sessions_max = 100;  // bound ones; the next bind is refused with ESME_RALYBND
    std::vector<Account> accounts;   // only these, when there are any; never changed while it runs

    // How submits are answered.
    IdForm id_in_response = IdForm::decimal;
    std::uint64_t first_id = 1'000'000'001;
    /// The other parts of a long message have no id, and no receipt of their own.
    bool id_on_last_part = false;
    DelayRange response_delay;
    double response_reorder_chance = 0;  // held back for a draw of response_reorder_by
    DelayRange response_reorder_by{std::chrono::milliseconds(1), std::chrono::milliseconds(50)};
    double response_late_chance = 0;  // held back for a draw of response_late_by, on top
    DelayRange response_late_by{std::chrono::seconds(60), std::chrono::seconds(60)};
    double response_lost_chance = 0;           // accepted, and never answered
    double throttle_chance = 0;                // ESME_RTHROTTLED out of the blue
    std::uint32_t throttle_above = 0;          // submits per second over all sessions; 0: no limit
    std::uint32_t session_throttle_above = 0;  // the same of each session by itself
    Duration throttle_burst = std::chrono::milliseconds(100);  // how far ahead of the rate is fine
    /// Counted anew with each second of the carrier's clock, instead of evenly with some burst.
    bool throttle_by_second = false;
    std::size_t window_max = 0;  // unanswered submits of one session; 0: no limit
    smpp::Status window_status = smpp::Status::ESME_RTHROTTLED;  // answer beyond window_max
    std::vector<RefusalRule> refusals;
    std::optional<std::uint8_t> congestion_state;  // 0 to 99, in responses of 5.0 sessions

    // Receipts. Sent only when registered_delivery asks for them.
    bool receipts = true;
    IdForm id_in_receipt_text = IdForm::decimal;
    IdForm id_in_receipt_tlv = IdForm::decimal;
    bool receipt_text = true;   // "id:… stat:…" in short_message
    bool receipt_tlvs = false;  // receipted_message_id and message_state
    /// Parameters of its own: 0x1501 repeats a receipt's id, 0x1502 numbers a handset's message.
    bool own_tlvs = false;
    bool receipt_as_data_sm = false;  // instead of deliver_sm; the text goes into message_payload
    /// The text with {id} {submit} {submit_s} {done} {done_s} {stat} {err} {text} {dlvrd} in it;
    /// _s: with seconds. Empty: as appendix B has it.
    std::string receipt_format;
    std::uint8_t receipt_data_coding = 0;
    DelayRange receipt_delay;
    std::vector<StateShare> receipt_states;  // empty: always DELIVRD
    double receipt_before_response_chance = 0;
    DelayRange receipt_lead;  // how long before its response an early receipt comes
    double receipt_duplicate_chance = 0;
    double receipt_missing_chance = 0;  // never sent
    double receipt_late_chance = 0;     // a draw of receipt_late_by later than the others
    DelayRange receipt_late_by{std::chrono::hours(24), std::chrono::hours(72)};
    double receipt_enroute_chance = 0;        // one more says ENROUTE, at a draw of receipt_delay
    double receipt_other_session_chance = 0;  // when another receiving session is bound

    // How messages and receipts are handed to the peer.
    std::size_t deliver_window = 1000;                       // unanswered deliver_sm per session
    Duration deliver_timeout = std::chrono::seconds(30);     // unanswered for so long: sent again
    Duration deliver_retry_after = std::chrono::seconds(1);  // after a refusal that is not for good

    // How handsets' texts are written.
    DefaultAlphabet default_alphabet = DefaultAlphabet::gsm7;
    Parts mo_parts = Parts::udh8;

    // Segments of one long message from a handset, each on its own.
    double mo_part_lost_chance = 0;       // never handed over; of plain texts only
    double mo_part_duplicate_chance = 0;  // handed over twice
    DelayRange mo_part_delay;             // so that they come in any order, over any session

    // Keeping links alive.
    bool answers_enquire_link = true;
    Duration enquire_link_every{0};  // of our own; 0: never
    Duration inactivity_timeout{0};  // silence after which we close; 0: never

    // What the line does, session by session.
    DelayRange session_life;  // from its bind to its end; 0: until somebody ends it
    SessionEnd session_end = SessionEnd::cut;
    std::uint32_t read_rate = 0;       // octets per second; 0: as fast as they come
    std::size_t write_octets_max = 0;  // of one write, so that PDUs are split; 0: any
    DelayRange write_gap;       // least time between two writes, so that PDUs are gathered; 0: none
    double garbage_chance = 0;  // per submit_sm_resp: up to 32 octets of anything before it

    std::vector<HandsetRule> handsets;
    /// Carries out cancel_sm and replace_sm until the message's final receipt goes out; with books.
    bool takes_changes = false;
    bool knows_query_sm = true;  // else: as an unknown PDU
    bool keep_books = false;     // every submit and every inbound message, not only counters
};

}  // namespace parley::carrier_sim
