#pragma once
// What the two journeys of one shard share: the live messages, the open section of the journal and
// what must happen once it is durable, the stations, the outbox. No socket, no clock, no thread.

#include "config/config.h"
#include "engine/carrier/adaptive_rate.h"
#include "engine/carrier/bind_budget.h"
#include "engine/carrier/expired_submits.h"
#include "engine/carrier/full_destinations.h"
#include "engine/carrier/id_watch.h"
#include "engine/carrier/inquiries.h"
#include "engine/carrier/limits.h"
#include "engine/carrier/operator_table.h"
#include "engine/carrier/receipts.h"
#include "engine/carrier/token_bucket.h"
#include "engine/carrier/unmatched.h"
#include "engine/clock.h"
#include "engine/conversation/attention.h"
#include "engine/events/stream.h"
#include "engine/link_plan.h"
#include "engine/mail.h"
#include "engine/metrics.h"
#include "engine/policy/suppression_index.h"
#include "engine/ports.h"
#include "engine/queue/conversation_queue.h"
#include "engine/queue/lanes.h"
#include "engine/queue/live_messages.h"
#include "engine/session/esme_session.h"
#include "engine/standing.h"
#include "storage/section.h"

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace parley {

/// One segment on its way to a carrier.
struct SegmentRef {
    storage::Message* message = nullptr;
    std::uint8_t segment = 0;
};

/// One SMPP session of a carrier and its share of the rate.
struct Link {
    std::string name;  // "acme-1", "acme-1-tx"
    CarrierIndex carrier = 0;
    std::unique_ptr<session::PduRing> capture{};  // while an operator wants one
    session::EsmeSession session;
    carrier::ExpiredSubmits expired{};  // of this session
    carrier::TokenBucket bucket;
    Instant paused_until{};
    LinkMetrics metrics;
    session::BindType bind = session::BindType::transceiver;
    bool was_bound = false;
    bool touched = false;
    bool attempting = false;  // dials or binds, on the carrier's budget
    session::LinkState state_seen = session::LinkState::waiting;
    UnixMs state_since = 0;
    LinkPlan plan{};                 // that the session is made by
    std::optional<LinkPlan> next{};  // once this session has ended in order
    bool retired = false;            // no longer asked for: ends, and stays where it is, for good
    bool gone = false;               // it has ended, and nobody is shown it
    bool renewing = false;           // made anew by a reload, and not bound since
    // A peer that misbehaves without end is counted in full and logged in part.
    Instant oddities_since{};
    std::uint32_t oddities_seen = 0;  // since then
};

/// A carrier on its home shard.
struct CarrierDesk {
    const config::Carrier* settings = nullptr;
    CarrierIndex index = 0;
    std::vector<std::uint32_t> links;
    std::size_t next_link = 0;  // whose turn it is among links that are equally free, modulo
    carrier::TokenBucket bucket;
    carrier::AdaptiveRate pace;
    carrier::Limits limits;
    carrier::FullDestinations full{};
    carrier::BindBudget binds;
    carrier::Receipts receipts;
    carrier::IdWatch watch;
    carrier::Inquiries inquiries;
    CarrierMetrics metrics;
    std::map<std::string, LimitMetrics> limit_metrics{};  // by its name

    queue::Lanes lanes;            // wait for a token and room in a window
    std::deque<SegmentRef> ready;  // intent durable; go as soon as token and window allow
    std::size_t intending = 0;     // intent appended, not yet durable
    /// What those two will take of the bucket: more than one for what the carrier cuts.
    std::int64_t tokens_promised = 0;
    /// Segments whose intent is, or will be, durable and whose result is not: as many as a crash
    /// leaves uncertain, and so never more than intents_max.
    std::size_t open_intents = 0;
    std::vector<SegmentRef> slots;  // token - 1 of a submit in flight
    std::vector<std::uint64_t> free_slots;

    struct Retry {
        Instant at;
        storage::MessageId id;  // it may be canceled meanwhile
        bool operator>(const Retry& other) const {
            return at != other.at ? at > other.at : id > other.id;
        }
    };
    std::priority_queue<Retry, std::vector<Retry>, std::greater<>> retries;
    /// Receipts without a message yet, by handle, so the first is the oldest.
    std::map<std::uint64_t, std::unique_ptr<storage::EarlyReceipt>> early;
    std::uint64_t last_early = 0;
    carrier::UnmatchedReceipts unmatched;
    /// Sender and contact of threads in which an early receipt may now be told: Inbound looks.
    std::vector<std::pair<std::string, std::string>> recheck;
    std::uint64_t snapshotted_early = 0;  // handles up to here have left the journal
    std::uint64_t watched_up_to = 0;      // handles up to here have been learned from
    Instant paused_until{};
    std::uint32_t senders_bound = 0;  // links that can carry submits now
    std::size_t intents_max = 0;      // uncertain_max, or their windows together; 0: none is bound
    bool up = false;
    Instant down_since{};       // or silent
    bool silent = false;        // a link was left since nothing was answered, and nothing was since
    bool failover_due = false;  // who could take what waits has changed since it was looked at
    bool removed = false;       // from the configuration: what waits goes elsewhere
    bool links_change = false;  // some link is to be another one, or to end
    bool ids_otherwise = false;  // ids are in another form than what is on disk is found by
    bool seek_early = false;     // what is held may be of messages on disk
    /// Its alphabets or its way of cutting changed then: what was accepted by that time is measured
    /// anew before it goes.
    UnixMs measured_anew = 0;
    UnixMs routed_anew = 0;            // routes, or what carriers take, changed then; 0: never
    std::uint64_t failover_until = 0;  // round of its lanes in which all have been looked at
};

/// What has to happen once the open section is durable, in the order in which it was decided.
struct Batch {
    struct Accepted {
        std::unique_ptr<storage::Message> message;
        std::uint32_t origin = 0;
        std::uint64_t ticket = 0;  // 0: our own (a confirmation)
        std::uint32_t place = 0;
        std::vector<text::Replacement> replacements{};
    };
    struct Intent {
        SegmentRef ref;
        CarrierIndex carrier;
    };
    struct Thanks {
        DeliverTicket ticket;
        std::uint64_t fence = 0;  // 0: none; else also wait until it is down on every shard
    };
    std::unique_ptr<storage::Section> section = std::make_unique<storage::Section>();
    std::vector<Accepted> accepted;
    std::vector<std::unique_ptr<storage::Message>> inbound;
    std::vector<Intent> intents;
    std::vector<CarrierIndex> results;  // one per segment whose result becomes durable
    std::vector<storage::Message*> sent;
    std::vector<storage::Message*> settled;
    std::vector<storage::MessageId> evicted;
    std::vector<Thanks> thanks;
    std::vector<std::unique_ptr<storage::InboundPart>> dropped_parts;
    std::vector<std::unique_ptr<storage::EarlyReceipt>> dropped_receipts;
    std::vector<std::function<void(Now)>> then;
    Instant offered_at{};  // for the first time

    /// False while the section is on offer.
    bool empty() const {
        return section != nullptr && section->empty() && thanks.empty() && then.empty();
    }
};

/// What all shards of one process share. Written by any thread, so atomics only.
struct Commons {
    std::atomic<std::int64_t> live_octets{0};
    std::atomic<std::size_t> store_octets{0};
    std::atomic<std::uint64_t> evicted{0};
    std::atomic<std::int64_t> table_octets{0};  // of the operator table
    std::int64_t live_octets_max = 0;

    /// What counts against live_octets_max.
    std::int64_t used_octets() const {
        return live_octets.load(std::memory_order_relaxed) +
               static_cast<std::int64_t>(store_octets.load(std::memory_order_relaxed)) +
               table_octets.load(std::memory_order_relaxed);
    }
};

/// Octets that a live message costs, allocator and index entries included.
std::int64_t memory_octets(const storage::Message& message);
/// 0 for none.
std::int64_t memory_octets(const smpp::NamedTlvs& tlvs);

/// An outbound message as routes see it. operators may be null. Views into both.
carrier::Asked asked_about(const storage::Message& message,
                           const carrier::OperatorTable* operators);

struct Desk {
    StandingPtr standing;  // as this shard knows it
    StandingPtr routing;   // by which it routes: the same, once every shard knows that one
    Commons& commons;
    Ports& ports;
    std::uint32_t shard = 0;
    std::uint32_t shards = 1;
    ShardMetrics metrics;
    Dice dice;

    policy::SuppressionIndex suppressions;
    queue::ConversationQueue conversations;
    conversation::Attention attention{};
    events::Stream stream{};
    Batch open;
    queue::LiveMessages live;
    std::vector<Link> links;
    std::vector<std::unique_ptr<CarrierDesk>>
        carriers;                           // by CarrierIndex; null when not homed here
    std::vector<bool> carrier_up;           // by CarrierIndex, as last heard
    std::vector<std::vector<Mail>> outbox;  // by shard
    /// The same for all shards, though not at the same moment; null: there is none.
    std::shared_ptr<const carrier::OperatorTable> operators{};
    /// Live messages by the moment at which they have been in the journal for spill_after.
    struct Aging {
        Instant due;
        storage::MessageId id;
    };
    std::deque<Aging> aging;
    /// Live messages that a carrier is being asked about, or is to be: they stay in memory. One
    /// entry for each request in a window, and for each change that a caller waits for.
    std::multiset<std::uint64_t> being_asked{};
    bool draining = false;
    std::string store_trouble;  // empty: the store commits

    const config::Config& config() const { return standing->config; }
    const conversation::Directory& directory() const { return standing->directory; }
    const carrier::Routes& routes() const { return routing->routes; }
    /// By CarrierIndex, all of them.
    const std::vector<carrier::Dialect>& dialects() const { return standing->dialects; }
    const std::vector<carrier::SubmitTlvs>& submit_tlvs() const { return standing->submit_tlvs; }

    /// Of what its sender, its class and its number's operator say. Lives as long as the routes.
    const carrier::Route& route_of(const storage::Message& message) const;
    std::uint32_t home_of(CarrierIndex carrier) const { return carrier % shards; }
    std::uint32_t shard_of(std::string_view contact) const {
        return storage::shard_of_contact(contact, shards);
    }
    void post(std::uint32_t to, Mail mail) { outbox[to].push_back(std::move(mail)); }
    void add_live_octets(std::int64_t octets) {
        if (octets != 0) commons.live_octets.fetch_add(octets, std::memory_order_relaxed);
    }

    /// Of the carrier with this id; empty: it is no longer configured.
    std::optional<CarrierIndex> index_of(std::string_view carrier) const;
    /// Of the carrier with this id; the specification's for one that is no longer configured.
    const carrier::Dialect& dialect_of(std::string_view carrier) const;
    /// Takes charge of a message: it is live here now.
    storage::Message& adopt(Now now, std::unique_ptr<storage::Message> message);
    storage::Message* find_live(storage::MessageId id) const;
    /// Gives it away.
    std::unique_ptr<storage::Message> release(storage::MessageId id);
    /// The one place where a message ends. Its memory goes when the commit is done.
    void settle(Now now, storage::Message& message, storage::Status status, std::string reason);
    // What a live message's history gets, counted as its memory. Those that overwrite something
    // belong to the event of the journal that tells so, and come just before it.
    /// What no other event tells: journaled here. What has ended is told no more.
    void remember(storage::Message& message, storage::Happening happening);
    /// The segment is intended; the event is Section::intend().
    void begin_try(Now now, storage::Message& message, std::size_t segment);
    /// No segment has been tried at what comes next; the event is Section::reroute().
    void end_tries(storage::Message& message);
    /// What a receipt tells of a segment; the event is Section::receipt().
    void note_receipt(storage::Message& message, std::size_t segment,
                      const storage::EarlyReceipt& receipt);
    /// One that comes after the segment's final one.
    void note_repeated(storage::Message& message, std::size_t segment,
                       const storage::EarlyReceipt& receipt);
    /// The carrier is asked this again; the event is Section::inquire().
    void keep_inquiry(storage::Message& message, const storage::Inquiry& inquiry);
    /// These, which no live message holds, are in memory from now on, or no longer.
    void count_held(const smpp::NamedTlvs& tlvs) { add_live_octets(memory_octets(tlvs)); }
    void count_dropped(const smpp::NamedTlvs& tlvs) { add_live_octets(-memory_octets(tlvs)); }
    /// An early receipt has found its message, or will never.
    void drop_early(CarrierDesk& carrier, storage::EarlyReceipt& receipt);
    /// The message no longer keeps its conversation waiting.
    void release_turn(const storage::Message& message);
};

}  // namespace parley
