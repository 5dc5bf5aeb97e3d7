#pragma once
// What the HTTP surfaces may ask of the engine. Called on the shard's own thread; every answer
// comes back on it, later, through the callback, which is called exactly once.

#include "config/load.h"
#include "config/plan.h"
#include "engine/clock.h"
#include "protocol/smpp/capture_file.h"
#include "protocol/smpp/named_tlv.h"
#include "protocol/text/choose.h"
#include "storage/store.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::api {

struct SendRequest {
    std::string account;
    std::string from;
    std::string to;
    std::string text;
    storage::MessageClass message_class = storage::MessageClass::conversational;
    std::string client_ref;
    UnixMs send_at = 0;            // 0: at once
    std::int64_t validity_ms = 0;  // 0: the default
    /// Where that saves segments, characters outside GSM 7 give way to their lookalikes in it.
    bool replace_lookalikes = false;
    /// The carrier's own parameters, for every segment. Some carrier of the route must take all of
    /// them, and only such ones get the message.
    smpp::NamedTlvs tlvs{};
    /// Refuse with conversation_moved when the thread has a newer message than this (0: do not
    /// care).
    storage::MessageId seen_up_to;
    storage::MessageId resend_of;  // this is that one, sent again (0: a new one)
};

/// Fixed list; each has one HTTP status and stands as `code` in problem+json.
enum class Problem : std::uint8_t {
    none,
    invalid_request,        // 400: detail names field, value, what was expected
    unauthorized,           // 401
    not_found,              // 404
    method_not_allowed,     // 405
    conversation_moved,     // 409
    wrong_status,           // 409: message_status says which
    not_changeable,         // 409: detail says why
    body_too_large,         // 413
    unsupported_media,      // 415
    invalid_sender,         // 422: from is not a sender of the account's brand
    invalid_recipient,      // 422
    text_too_long,          // 422
    invalid_tlv,            // 422: no carrier of the route takes it
    no_route,               // 422
    suppressed,             // 403: the contact opted out
    operators_only,         // 403: the account is not an operator's
    invalid_configuration,  // 422: the file that was to be reloaded
    queue_full,             // 429 + Retry-After
    storage_unavailable,    // 503 + Retry-After
    carrier_unavailable,    // 503 + Retry-After: it cannot be asked now
    carrier_silent,         // 504: it was asked, and nobody knows what became of it
    draining,               // 503
    internal,               // 500
};
inline constexpr std::size_t problems = 24;

struct SendOutcome {
    Problem problem = Problem::none;
    std::string detail;  // for a person
    std::uint32_t retry_after_s = 0;
    // When accepted:
    storage::MessageId id;
    storage::Status status = storage::Status::accepted;
    storage::ConversationId conversation;
    text::Encoding encoding = text::Encoding::gsm7;
    std::uint32_t segments = 0;
    std::optional<text::Forced> forced{};           // ucs2: the first character that needs it
    std::vector<text::Replacement> replacements{};  // in the text as it was given
};

/// Another text for a message that was accepted.
struct ChangeRequest {
    std::string text;
    std::int64_t validity_ms = 0;  // from now on; 0: as it is
};
/// What became of canceling or changing a message.
struct ChangeOutcome {
    bool done = false;                          // and on disk; where its carrier has it, confirmed
    std::optional<storage::Message> message{};  // as it stands now; empty: there is none
    Problem problem = Problem::none;            // why not; none with done false: it has ended, or
                                                // some of it has left
    std::string detail{};                       // for a person
};

/// Which of the messages that need a person's eye. What is empty or 0 does not matter.
using MessageFilter = storage::DeadLetterFilter;

struct MessagesView {
    std::vector<storage::Message> messages;  // newest first
    storage::MessageId more;                 // cursor, 0: no more
};

/// How far one of a carrier's limits is used up.
struct LimitView {
    std::string limit;
    std::string sender;         // of one that each sender has to itself; empty: of all together
    double rate = 0;            // segments per second; 0: it has none
    std::int64_t burst = 0;     // segments that an idle one lets go at once
    std::int64_t at_once = 0;   // that it lets go now
    std::uint64_t per_day = 0;  // segments; 0: it has no day
    std::uint64_t spent = 0;    // of the day
    std::uint64_t reserve = 0;  // of the day, for answers
    UnixMs day_ends = 0;
};

/// What waits for one carrier, on its home shard.
struct CarrierQueueView {
    static constexpr std::size_t lanes = 4;
    /// Of a limit that each sender has to itself, those that have used most of it.
    static constexpr std::size_t senders_of_limit = 20;
    std::string carrier;
    std::uint32_t shard = 0;
    bool up = false;               // some link can take submits
    std::int64_t paused_ms = 0;    // rests that much longer, throttled by the carrier
    std::size_t waiting[lanes]{};  // answers of ours, conversational, informational, promotional
    UnixMs oldest_since[lanes]{};  // since when the oldest of a lane could go; 0: it is empty
    std::size_t retrying = 0;      // refused for now, each with its moment
    std::size_t in_flight = 0;     // segments between intent and answer
    std::size_t uncertain = 0;     // messages with an intent and no answer
    std::size_t awaiting_receipt = 0;  // segments, in memory
    std::size_t early_receipts = 0;    // without a message yet
    std::vector<LimitView> limits{};   // in the order of the configuration
};
struct ShardQueueView {
    std::uint32_t shard = 0;
    std::size_t live = 0;            // messages in memory
    std::size_t held = 0;            // until their send_at
    std::size_t sent_in_vain = 0;    // by their receipts, until they are sent again
    std::size_t behind = 0;          // others of their conversation
    std::int64_t conversations = 0;  // with a message under way
};
struct QueueView {
    std::vector<CarrierQueueView> carriers;
    std::vector<ShardQueueView> shards;
    std::uint64_t awaiting_on_disk = 0;  // messages that wait for a receipt, all carriers
    std::int64_t memory_octets = 0;      // of live messages, the store and the operator table
    std::int64_t memory_octets_max = 0;
};

/// A receipt for which no message has been found.
struct UnmatchedReceipt {
    std::string carrier;
    std::string carrier_message_id;  // as the carrier wrote it; empty: it names none
    std::string other_id;            // when it names two
    std::string from;                // the contact, by the carrier's word
    std::string to;
    text::MessageState state{};
    std::string error;
    UnixMs received_at = 0;
    UnixMs given_up_at = 0;   // 0: it still waits for its message
    std::string_view reason;  // "waiting", or why it was given up
};
/// What is empty does not matter.
struct UnmatchedFilter {
    std::string carrier;
    std::string reason;
};

struct RouteQuestion {
    std::string account;
    std::string from;
    std::string to;
    storage::MessageClass message_class = storage::MessageClass::conversational;
    std::string text;  // may be empty
    smpp::NamedTlvs tlvs{};
};
/// What would happen to a message now, and why.
struct RouteView {
    struct Choice {
        std::string carrier;
        bool up = false;
        bool chosen = false;
        std::uint32_t weight = 1;
        double cost = 0;
        std::string complaint{};  // why it does not take the message's TLVs; empty: it does
        // As its queue says, a moment later.
        std::int64_t paused_ms = 0;  // rests that much longer, throttled by the carrier
        std::size_t waiting = 0;     // messages, of all lanes
    };
    /// A route that was looked at.
    struct Considered {
        std::string name;  // or "routes[2]"
        std::string prefix;
        bool wins = false;
        std::string why;  // or why not
    };
    Problem problem = Problem::none;  // what the sender would be told; none: 202
    std::string detail;
    std::string from;  // normalised; empty: not usable
    std::string to;
    std::string brand;
    std::string scope;                               // in which an opt-out counts
    storage::Decision decision;                      // of the gate; rule is empty: it was not asked
    std::string owner;                               // operator of the number; empty: not known
    std::size_t owner_digits = 0;                    // of the row that says so
    std::string route;                               // its name; empty: none fits
    std::string prefix;                              // of the route; empty: none fits
    std::string pick;                                // how it chooses: "order", "weight", "cost"
    std::int64_t failover_after_ms = 0;              // of the route; 0: never
    UnixMs expires_at = 0;                           // of the message, accepted now; 0: refused
    std::vector<Considered> considered;              // the winner, and what comes nearest to it
    std::vector<Choice> choices;                     // in order of preference
    text::Encoding encoding = text::Encoding::gsm7;  // with the carrier chosen
    std::uint32_t segments = 0;                      // 0: no text given, or it does not fit
};

struct LinkView {
    std::string carrier;
    std::string link;  // "acme-1", "acme-1-tx"
    std::string state;
    std::string last_end;  // "none" or why the last session ended
    std::uint32_t window = 0;
    std::uint32_t in_flight = 0;
    std::uint32_t shard = 0;
    std::string bind{};         // "transmitter", "receiver" or "transceiver"
    std::string address{};      // that it is with, or tries next; where it listens, for outbind
    UnixMs since = 0;           // in this state
    std::string last_status{};  // of the bind that ended the last attempt; empty: none
    std::string last_detail{};  // more about last_end, in words; empty: there is no more
    UnixMs next_attempt = 0;    // 0: not waiting for one, or another link of the carrier is at it
    std::string advice{};       // for the carrier's configuration; empty: none
};

struct ThreadView {
    std::vector<storage::Message> messages;  // newest first
    storage::MessageId newest;               // the sequence to send back as seen_up_to
    bool more = false;
};

struct ConversationsView {
    std::vector<storage::ConversationEntry> conversations;
    storage::MessageId more;  // cursor, 0: no more
};

/// What came of reading the configuration again.
struct ReloadView {
    bool refused = false;                         // the file is wrong, and nothing has changed
    bool dry_run = false;                         // only asked for: nothing has changed
    std::vector<config::Complaint> complaints{};  // why it was refused
    std::vector<config::Change> changes{};        // those that need a restart wait for it
};

struct EngineState {
    bool ready = false;  // store open, replay done, not draining
    bool draining = false;
    std::uint32_t links_bound = 0;
    std::uint32_t links_configured = 0;
    std::string reason;  // when not ready
};

/// One thing that happened, for subscribers of the stream.
struct StreamEvent {
    std::string id;    // opaque position, for Last-Event-ID
    std::string type;  // "message.received", "message.sent", "message.delivered", … , "reset"
    std::string data;  // JSON
    /// No event: nothing follows, because the key that opened the stream opens it no more.
    bool last = false;
};

class Backend {
public:
    virtual ~Backend() = default;

    virtual Now now() const = 0;
    /// One outcome per request, in order.
    virtual void send(std::vector<SendRequest> requests,
                      std::function<void(std::vector<SendOutcome>)> done) = 0;
    virtual void find_message(storage::MessageId id,
                              std::function<void(std::optional<storage::Message>)> done) = 0;
    /// Ends the message before it leaves, or has its carrier cancel it. Done after the commit.
    virtual void cancel(storage::MessageId id, std::function<void(ChangeOutcome)> done) = 0;
    /// Gives it another text before it leaves, or has its carrier replace it. Done after the
    /// commit.
    virtual void change(storage::MessageId id, ChangeRequest request,
                        std::function<void(ChangeOutcome)> done) = 0;
    /// Messages that ended badly, or whose fate is uncertain, older than before (0: the newest).
    /// May give fewer than limit with `more` set.
    virtual void dead_letters(MessageFilter filter, storage::MessageId before, std::size_t limit,
                              std::function<void(MessagesView)> done) = 0;
    virtual void uncertain(MessageFilter filter, storage::MessageId before, std::size_t limit,
                           std::function<void(MessagesView)> done) = 0;
    /// Begins or ends the capture of a link. False: no such link.
    virtual void capture(std::string link, bool on, std::function<void(bool)> done) = 0;
    /// What a link's capture holds; empty: nobody began one, or there is no such link.
    virtual void captured(std::string link,
                          std::function<void(std::optional<smpp::CapturedLink>)> done) = 0;
    virtual void queue(std::function<void(QueueView)> done) = 0;
    /// The newest first: those that wait, and the last that were given up since the start.
    virtual void unmatched_receipts(UnmatchedFilter filter, std::size_t limit,
                                    std::function<void(std::vector<UnmatchedReceipt>)> done) = 0;
    virtual RouteView explain(const RouteQuestion& question) = 0;
    virtual void conversations(std::string account, storage::MessageId before, std::size_t limit,
                               std::function<void(ConversationsView)> done) = 0;
    virtual void thread(storage::ConversationId id, storage::MessageId before, std::size_t limit,
                        std::function<void(ThreadView)> done) = 0;
    /// Done after the commit and after it is in force on every shard; Problem::none or why not.
    virtual void suppress(storage::Suppression suppression, std::function<void(Problem)> done) = 0;
    virtual void restore(std::string scope, std::string contact,
                         std::function<void(Problem)> done) = 0;
    virtual void find_suppression(
        std::string scope, std::string contact,
        std::function<void(std::optional<storage::Suppression>)> done) = 0;
    virtual void suppressions(std::string scope, std::string after, std::size_t limit,
                              std::function<void(std::vector<storage::Suppression>)> done) = 0;
    virtual void links(std::function<void(std::vector<LinkView>)> done) = 0;
    /// Reads the configuration file again and takes over what it changes. Done when every shard
    /// goes by it; links that have to bind anew may still be at it.
    virtual void reload(bool dry_run, std::function<void(ReloadView)> done) = 0;
    virtual EngineState state() const = 0;
    /// What the carrier calls a command_status: by its dialect, else by the specification.
    virtual std::string status_name(std::string_view carrier, std::uint32_t status) const = 0;
    /// The exposition text for /metrics.
    virtual std::string metrics_text() const = 0;

    /// Events of the account from after last_event_id (empty: from now). The first call may deliver
    /// a "reset" event when that position is gone. Unsubscribes when the returned handle is
    /// destroyed.
    virtual std::shared_ptr<void> subscribe(std::string account, std::string last_event_id,
                                            std::function<void(const StreamEvent&)> deliver) = 0;
};

}  // namespace parley::api
