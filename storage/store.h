#pragma once
// The seam. Sections in, one durable commit out; look-ups by id, thread, carrier id; a full picture
// of what is live at start. Used from one thread (the storage thread, or the simulator's only one).
// The same contract tests run against memory and RocksDB, and later against the cluster store.

#include "storage/section.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/system/result.hpp>

namespace parley::storage {

enum class errc {
    io_error = 1,  // the disk said no; the text has its words
    disk_full,
    corrupt,       // a record does not decode or its checksum is wrong
    locked,        // another process has this data folder
    wrong_format,  // written by a newer version
};
const std::error_category& store_category();

/// A failure with the words that an operator needs.
struct StoreError {
    errc code;
    std::string text;
};

/// Everything unsettled, as of the last commit. Each list by id. An evicted message is here only
/// when something happened to it after it was evicted; it is then in its owner's care again.
struct Recovered {
    std::vector<std::unique_ptr<Message>>
        messages;  // waiting, sending, sent (not the evicted ones)
    std::vector<std::unique_ptr<InboundPart>> parts;
    std::vector<std::unique_ptr<EarlyReceipt>> receipts;
    SectionId next_section = 1;
    std::uint64_t evicted = 0;                        // messages that wait on disk for a receipt
    std::map<std::string, Spent, std::less<>> spent;  // by limit, as Section::spend() named it
};

/// Some of the evicted messages: those of a piece of the walk over all that were wanted.
struct EvictedPiece {
    std::vector<Message> wanted;
    MessageId up_to;    // the last that was looked at; none: there was nothing
    bool more = false;  // it ended at one of the limits
};
struct EvictedLimits {
    std::size_t looked_at = 0;
    std::size_t wanted = 0;
};

struct ThreadEntry {
    MessageId id;
    Direction direction;
};
struct ConversationEntry {
    ConversationId id;
    Message last;  // its newest message
};

/// Which of the messages that ended badly. What is empty or 0 does not matter.
struct DeadLetterFilter {
    std::string account;
    std::vector<Status> statuses;  // any of these
    std::string reason;
    std::string carrier;
    std::string contact;
    UnixMs accepted_from = 0;    // inclusive
    UnixMs accepted_before = 0;  // exclusive

    bool fits(const Message& message) const;
};

class Store {
public:
    virtual ~Store() = default;

    /// Durable on return (Durability::sync) or with the operating system (async). All sections or
    /// none. Sections are sealed and in order. On failure nothing was changed and the same call may
    /// be made again. Also does the journal's housekeeping: pages for retired sections, deletions.
    virtual std::optional<StoreError> commit(std::span<Section* const> sections) = 0;

    /// Settled and evicted messages. (Live ones are in a shard's memory; it has the newer word.)
    virtual std::optional<Message> find_message(MessageId id) = 0;
    /// Evicted message that waits for a receipt under this carrier message id, as the receipt has
    /// it; `form` is the one that Message::id_form pointed to when it was evicted.
    virtual std::optional<Message> find_awaiting(std::string_view carrier,
                                                 std::string_view carrier_message_id,
                                                 const text::MessageIdForm& form = {}) = 0;
    /// Ids of a conversation, newest first, older than before (0: from the newest).
    virtual std::vector<ThreadEntry> thread(const ConversationId& id, MessageId before,
                                            std::size_t limit) = 0;
    /// Conversations of an account by newest activity, those whose newest message is older than
    /// before (0: from the newest). May return fewer than limit with *more set.
    virtual std::vector<ConversationEntry> recent_conversations(std::string_view account,
                                                                MessageId before, std::size_t limit,
                                                                MessageId* more) = 0;
    /// Outbound messages that ended undelivered, failed, expired or unknown, newest first, older
    /// than before (0: from the newest). May return fewer than limit with *more set.
    virtual std::vector<Message> dead_letters(const DeadLetterFilter& filter, MessageId before,
                                              std::size_t limit, MessageId* more) = 0;
    virtual std::optional<Suppression> find_suppression(std::string_view scope,
                                                        std::string_view contact) = 0;
    /// In order of contact, after the given one.
    virtual std::vector<Suppression> list_suppressions(std::string_view scope,
                                                       std::string_view after,
                                                       std::size_t limit) = 0;
    /// All of them, in order of scope and contact. An error means that some were not visited.
    virtual std::optional<StoreError> each_suppression(
        const std::function<void(std::string_view scope, std::string_view contact)>& visit) = 0;

    /// Evicted messages with an id above `after`, in order of id, up to the first that was accepted
    /// at this moment or later. False from visit ends it.
    virtual void each_evicted(MessageId after, UnixMs accepted_before,
                              const std::function<bool(Message&&)>& visit) = 0;
    /// From now on evicted messages of this carrier are found under `form`. Asked once at the
    /// start, for each carrier: when the form is another than the last time, every key of the
    /// carrier in the "awaiting" family is written anew. An error means that it may have been done
    /// in part, and is done again at the next start.
    virtual std::optional<StoreError> use_id_form(std::string_view carrier,
                                                  const text::MessageIdForm& form) = 0;
    /// Removes whole pages (and their index entries) of sections older than this. Does a bounded
    /// piece of it; true: call again, there is more.
    virtual bool drop_before(UnixMs accepted_before) = 0;

    /// The last look-up since this was asked that the disk failed, and that therefore answered "not
    /// there".
    virtual std::optional<StoreError> take_read_error() = 0;

    /// Octets that the store itself holds in memory (settled messages waiting for their page …).
    virtual std::size_t memory_octets() const = 0;
    virtual std::uint64_t evicted_count() const = 0;
};

struct StoreOptions {
    std::string folder;
    bool sync = true;
    std::size_t memory_budget = 64U << 20U;  // memtables and block cache together, octets
};

/// Opens or makes the folder, replays the journal. Progress is called with (done, all) records; all
/// is too high by a gap in their numbers until the replay has passed it.
boost::system::result<std::unique_ptr<Store>, StoreError> open_rocksdb_store(
    const StoreOptions& options, Recovered& recovered,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress = {});

/// For tests and the simulator. The disk outlives the store, as a disk outlives a process.
class MemoryDisk;
std::shared_ptr<MemoryDisk> make_memory_disk();
/// What was committed with sync = false since the last synced commit is forgotten, as in a power
/// cut.
void crash(MemoryDisk& disk);
/// The next commits fail with disk_full until told otherwise.
void set_full(MemoryDisk& disk, bool full);
boost::system::result<std::unique_ptr<Store>, StoreError> open_memory_store(
    std::shared_ptr<MemoryDisk> disk, bool sync, Recovered& recovered);

/// The next piece of the walk, from where the last one ended: as Store::each_evicted().
EvictedPiece walk_evicted(Store& store, MessageId after, UnixMs accepted_before,
                          const EvictedLimits& limits,
                          const std::function<bool(const Message&)>& wanted);

}  // namespace parley::storage
