#pragma once
// First in, first out within a conversation, one message in flight each, so that what a person
// reads has the order in which it was said, whatever is retried. Knows whose time is up behind
// others. Holds pointers; the shard owns messages. No clock.

#include "storage/message.h"

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include <boost/unordered/unordered_flat_map.hpp>

namespace parley::queue {

class ConversationQueue {
public:
    /// True: it is this message's turn at once. False: it waits behind others.
    bool arrive(const storage::ConversationId& conversation, storage::Message* message);
    /// The message in flight has its answers; the one whose turn it is now, or null.
    storage::Message* answered(const storage::ConversationId& conversation,
                               storage::MessageId message);
    /// One that waits behind others will not come any more. False: it waits here for nothing.
    bool remove(const storage::ConversationId& conversation, const storage::Message* message);
    /// Its expires_at was another one until now. Nothing, unless it waits behind others.
    void expires_otherwise(const storage::Message& message, storage::UnixMs before);
    /// The first to expire of those that wait behind others; none: nobody does.
    storage::MessageId first_to_expire() const;
    /// When it does; empty: never.
    std::optional<storage::UnixMs> next_expiry() const;
    /// Whose turn it is; none: nobody's.
    storage::MessageId in_flight(const storage::ConversationId& conversation) const;
    /// So many conversations are about to be here, at most.
    void reserve(std::size_t conversations) { turns_.reserve(conversations); }
    std::size_t waiting() const { return waiting_; }
    std::size_t conversations() const { return turns_.size(); }

private:
    struct Turn {
        storage::MessageId in_flight;
        // Nearly every conversation has nothing waiting, so the queue itself is made on demand.
        std::unique_ptr<std::deque<storage::Message*>> backlog;
    };
    void note_leaving(const storage::Message& message);

    boost::unordered_flat_map<storage::ConversationId, Turn, std::hash<storage::ConversationId>>
        turns_;
    /// Of those that wait behind others, and of nobody else: as many as wait, whatever comes and
    /// goes until they expire.
    std::set<std::pair<storage::UnixMs, storage::MessageId>> expiring_;
    std::size_t waiting_ = 0;
};

}  // namespace parley::queue
