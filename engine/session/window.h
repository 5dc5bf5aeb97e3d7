#pragma once
// The requests we have sent on one session and not yet seen answered. A peer may answer in any
// order (SMPP 5.0 §2.6.4), so requests are found by sequence number, not by position. The window
// holds no timer: its owner asks oldest_deadline() and calls expire() when that moment has come.

#include "engine/clock.h"
#include "protocol/smpp/command.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace parley::session {

class Window {
public:
    struct Request {
        std::uint32_t sequence = 0;
        std::uint64_t token = 0;  // the submitter's handle; 0 for a request of our own
        Instant sent;
        Instant deadline;
        smpp::Command command = smpp::Command::submit_sm;
    };

    /// 1 … 65,535 requests in flight.
    explicit Window(std::size_t size_max);
    /// Another size from now on. What is in flight stays, even if it is more than that.
    void resize(std::size_t size_max);
    bool full() const { return in_use_ >= size_max_; }
    std::size_t room() const { return full() ? 0 : size_max_ - in_use_; }
    std::size_t in_use() const { return in_use_; }
    std::size_t size_max() const { return size_max_; }
    std::optional<Instant> oldest_deadline() const;
    std::optional<Instant> oldest_sent() const;

    /// Requires !full() and a sequence not in flight. A deadline earlier than that of a request
    /// before it counts as that one's.
    void push(Request request);
    /// The request in flight with this sequence number; null: there is none.
    const Request* find(std::uint32_t sequence) const;
    /// The request that this response answers; empty for one we never sent or have given up on.
    std::optional<Request> answer(std::uint32_t sequence);
    /// Takes out one request whose deadline has passed. Call until it is empty.
    std::optional<Request> expire(Instant now);
    /// Takes out everything, oldest first: the session is over.
    std::vector<Request> clear();

private:
    using Place = std::uint32_t;  // index into places_, which grows with resize() alone
    static constexpr Place nowhere = 0xFFFFFFFF;

    // In the order sent, as a list through the places: any one leaves it in O(1).
    struct Placed {
        Request request;
        Place older = nowhere;
        Place newer = nowhere;  // of a free place: the next free one
    };
    // Open addressing, at most half full. A request that is never answered stays while thousands
    // pass it, so a plain ring by sequence number would not do.
    struct Entry {
        std::uint32_t sequence = 0;
        Place place = nowhere;
    };

    std::size_t home_of(std::uint32_t sequence) const;
    void forget_entry(std::size_t entry);
    Request take(Place place);

    std::size_t size_max_;
    std::size_t in_use_ = 0;
    std::vector<Placed> places_;
    std::vector<Entry> entries_;
    std::uint32_t home_shift_;
    Place oldest_ = nowhere;
    Place newest_ = nowhere;
    Place free_ = 0;
};

}  // namespace parley::session
