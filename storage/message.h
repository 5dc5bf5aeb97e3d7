#pragma once
// A message and its life: what we promised to remember. The same struct is the live message in a
// shard's memory and, encoded by records.h, the message on disk.

#include "protocol/smpp/named_tlv.h"
#include "protocol/text/charset.h"
#include "protocol/text/message_id.h"
#include "protocol/text/receipt_text.h"
#include "storage/history.h"
#include "storage/ids.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::storage {

// The numbers of all enumerations here are on disk: never renumber.
enum class Direction : std::uint8_t { outbound = 0, inbound = 1 };
enum class MessageClass : std::uint8_t {
    conversational = 0,
    informational = 1,
    promotional = 2,
    opt_out_confirmation = 3,  // the one message that may pass a suppression
    opt_in_confirmation = 4,
    help_answer = 5,
};
std::string_view name(MessageClass message_class);

enum class Status : std::uint8_t {
    accepted = 0,
    queued = 1,
    held = 2,     // until send_at
    sending = 3,  // an intent is journaled; no answer yet (or never: uncertain)
    sent = 4,     // the carrier took every segment; its receipt is awaited
    delivered = 5,
    undelivered = 6,
    failed = 7,
    expired = 8,
    unknown = 9,  // sent perhaps, and nobody will ever tell
    canceled = 10,
    received = 11,  // inbound
};
std::string_view name(Status status);
constexpr bool is_final(Status status) {
    return status >= Status::delivered;
}

/// Ended, and not as the sender wished: somebody may want to look at it, or send it again.
constexpr bool is_dead_letter(Status status) {
    return status >= Status::undelivered && status <= Status::unknown;
}

enum class Phase : std::uint8_t {
    waiting = 0,    // not sent (again)
    intended = 1,   // the intent is journaled; the octets may be on the wire
    uncertain = 2,  // intended, and the session or the process ended before the answer
    sent = 3,       // submit_sm_resp ESME_ROK
    refused = 4,    // submit_sm_resp with a final error
    settled = 5,    // final receipt
};

/// One submit_sm's worth.
struct Segment {
    Phase phase = Phase::waiting;
    std::uint8_t attempts = 0;         // temporary refusals
    text::MessageState state{};        // last heard from a receipt; scheduled: nothing yet
    std::uint32_t command_status = 0;  // of the submit_sm_resp to the last try
    std::string carrier_message_id;    // as the carrier wrote it
    std::string error;                 // "err" of the receipt, raw; or why it was not sent
    UnixMs intended_at = 0;            // the last try
    UnixMs answered_at = 0;  // the same; 0: no answer, also where a receipt told that it left
    UnixMs receipt_at = 0;   // when what "state" says came, final or not
    smpp::NamedTlvs tlvs;    // the carrier's own, of the last receipt that had any
};

/// What a carrier can be asked about a segment that it has.
enum class Operation : std::uint8_t { query = 0, cancel = 1, replace = 2 };
std::string_view name(Operation operation);  // "query_sm" …
/// The last time that it was asked this about this segment.
struct Inquiry {
    Operation operation = Operation::query;
    std::uint8_t segment = 0;
    std::uint8_t times = 0;  // that it was asked, this one included
    UnixMs asked_at = 0;
    UnixMs answered_at = 0;  // 0: no answer
    std::uint32_t command_status = 0;
    text::MessageState state{};  // as the answer to a query has it
    UnixMs final_at = 0;         // likewise, by the carrier's clock; 0: it did not say
};

enum class Look : std::uint8_t {
    intake = 0,
    window = 1,
    receipt = 2,  // not the gate's: what receipts said makes the message go once more
};
enum class Verdict : std::uint8_t { go = 0, hold = 1, refuse = 2 };
/// One decision of the gate, or to send a message again, kept with the message for good.
struct Decision {
    Look look = Look::intake;
    Verdict verdict = Verdict::go;
    std::string rule;  // "suppressed", "number_valid", "all_passed" …
    UnixMs at = 0;
};

/// Where an item stands in the journal. Written by Section alone.
struct Durable {
    ItemId id;
    /// The oldest section whose record holds something about this item that is nowhere else. 0:
    /// none (settled, or a snapshot has it all).
    SectionId pinned = 0;
    std::uint32_t birth = 0;     // index in the open section, while id is not known
    std::uint32_t pin_slot = 0;  // in the open section, from 1; 0: not pinned there
    std::uint64_t mentioned =
        0;  // serial of the filling of a section that last said something of it
    // Bits, because there are millions of messages.
    /// A copy is in the keyed "live" family and must be removed on settling.
    bool snapshotted : 1 = false;
    bool evicted : 1 = false;  // its carrier ids are in the keyed "awaiting" family
};

struct Message : Durable {
    Direction direction = Direction::outbound;
    MessageClass message_class = MessageClass::conversational;
    Status status = Status::accepted;
    text::Encoding encoding = text::Encoding::gsm7;
    std::uint8_t data_coding = 0;  // inbound: as received
    bool incomplete = false;       // inbound long message, parts of which never came
    std::uint8_t reference = 0;    // of concatenation
    /// Segments that the carrier cuts the text into, where that is the carrier's to do and all of
    /// it goes in one message_payload; 0: it has as many as are in `segments`.
    std::uint8_t cut_by_carrier = 0;
    /// expires_at is what its route says, since nobody asked for a validity. Where no route says
    /// anything either it is the engine's own time from then on, and this is false.
    bool validity_of_route = false;
    std::string account;  // may be empty for inbound to a sender without account
    std::string brand;
    std::string carrier;  // outbound: the last one tried; inbound: where it came from
    std::string from;
    std::string to;
    std::string text;  // UTF-8
    std::string client_ref;
    std::string reason;      // of a final state other than delivered: problem code
    UnixMs accepted_at = 0;  // inbound: received_at
    UnixMs send_at = 0;      // 0: at once
    UnixMs expires_at = 0;   // 0: never
    UnixMs settled_at = 0;
    MessageId resend_of;  // the one that this says again; 0: none
    /// How its carrier writes ids, for the "awaiting" family; never on disk. Null: as they are.
    const text::MessageIdForm* id_form = nullptr;
    /// When it has waited long enough for its carrier and may go to another; never on disk. 0:
    /// never.
    UnixMs failover_at = 0;
    std::vector<Segment> segments;  // inbound: one each, phase settled
    std::vector<Decision> decisions;
    std::vector<Inquiry> inquiries;  // one for each operation and segment that was asked about
    History history;                 // what the others here no longer tell
    /// Outbound: what the caller asks to be sent with each segment, as he wrote it. Inbound: the
    /// carrier's own, by its names.
    smpp::NamedTlvs tlvs;

    /// Ours and theirs, whichever way it went.
    const std::string& sender() const { return direction == Direction::outbound ? from : to; }
    const std::string& contact() const { return direction == Direction::outbound ? to : from; }
    ConversationId conversation() const { return ConversationId::of(sender(), contact()); }
};

/// Its place in message.inquiries; empty: that was never asked.
std::optional<std::size_t> find_inquiry(const Message& message, Operation operation,
                                        std::size_t segment);

/// What the carrier's rates and its bill count: in one of message.segments, and in all of them.
constexpr std::size_t counted_each(const Message& message) {
    return message.cut_by_carrier == 0 ? 1 : message.cut_by_carrier;
}
inline std::size_t counted(const Message& message) {
    return message.segments.size() * counted_each(message);
}

// What the history gets, before something else takes its place. Whoever replays the journal calls
// the same at the same event, so that no entry of the journal is needed for it.
/// The segment's last try, if there was one.
void keep_try(Message& message, std::size_t segment);
/// What its last receipt said, if there was one.
void keep_receipt(Message& message, std::size_t segment);
void keep_inquiry(Message& message, const Inquiry& inquiry);
/// The segment is intended, now. The event is Section::intend().
void begin_try(Message& message, std::size_t segment, UnixMs now);
/// No segment has been tried at what comes next. The event is Section::reroute().
void end_tries(Message& message);

/// Some segment is in this phase.
bool any_phase(const Message& message, Phase phase);

/// One segment of an inbound long message, acknowledged to the carrier and waiting for the others.
struct InboundPart : Durable {
    std::string carrier;
    std::string source;
    std::string destination;
    std::uint16_t reference = 0;
    std::uint8_t total = 0;
    std::uint8_t number = 0;
    bool wide = false;
    std::uint8_t data_coding = 0;  // as received
    bool as_ucs2 = false;          // octets were rewritten so: they came in a national alphabet
    std::string octets;
    UnixMs received_at = 0;
    smpp::NamedTlvs tlvs;  // the carrier's own
};

/// A receipt acknowledged to the carrier whose message we cannot name yet.
struct EarlyReceipt : Durable {
    std::uint64_t handle = 0;  // the owner's, in memory only
    std::string carrier;
    std::string carrier_message_id;
    std::string other_id;  // when parameter and text have different ones: that of the text
    std::string source;    // the contact: addresses are swapped (5.0 §4.3.5.1)
    std::string destination;
    text::MessageState state{};
    std::string error;
    UnixMs received_at = 0;
    smpp::NamedTlvs tlvs;  // the carrier's own
};

/// Of a daily limit.
struct Spent {
    std::uint64_t segments = 0;
    UnixMs until = 0;  // then nothing is spent again
};

/// A recorded opt-out. Keyed by (scope, contact): scope is "brand:<id>" or "sender:<address>".
struct Suppression {
    std::string scope;
    std::string contact;  // E.164
    std::string rule;     // "keyword_exact", "keyword_filler", "phrase", "api", "carrier"
    std::string text;     // what the person wrote, or the API caller's note
    std::string actor;    // "contact", "account:<id>"
    UnixMs at = 0;
};

}  // namespace parley::storage
