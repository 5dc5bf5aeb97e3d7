#pragma once
// What is to be sent next and since when it is wanted: arrivals, and the ends of a run by count, by
// time or by word. The heart of honest latency: whoever sends late still gets the moment that was
// intended, so a server that stalls is charged for everything that had to wait (no coordinated
// omission; Gil Tene). No clock of its own.

#include "tools/loadgen/arrivals.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace parley::loadgen {

class Feed {
public:
    static constexpr std::int64_t never = Arrivals::never;

    struct Due {
        std::uint64_t first = 0;       // number of the message, counted from first_message
        std::uint32_t count = 0;       // messages that go together
        std::int64_t intended_ns = 0;  // of the first; in a closed loop: now
    };

    /// messages_max and length_ns: 0 for no limit.
    Feed(ArrivalPlan plan, std::uint64_t first_message, std::uint64_t messages_max,
         std::int64_t length_ns)
        : open_loop_(plan.open_loop()),
          arrivals_(plan),
          schedule_(std::move(plan)),
          scheduled_(first_message),
          next_(first_message),
          end_(messages_max == 0 ? std::numeric_limits<std::uint64_t>::max()
                                 : first_message + messages_max),
          length_ns_(length_ns == 0 ? never : length_ns) {}

    /// Before this nothing is due.
    void start(std::int64_t now) { start_ns_ = now; }
    bool started() const { return start_ns_ != never; }
    bool open_loop() const { return open_loop_; }
    std::int64_t start_ns() const { return start_ns_; }
    /// When the time limit ends it; never: no limit.
    std::int64_t end_ns() const {
        return started() && length_ns_ != never ? start_ns_ + length_ns_ : never;
    }

    bool due(std::int64_t now) const {
        return started() && !ended(now) && next_ns() <= std::min(now, end_ns() - 1);
    }
    /// Takes up to count messages; requires due(now).
    Due take(std::int64_t now, std::uint32_t count = 1) {
        const Due due{
            .first = next_,
            .count = static_cast<std::uint32_t>(std::min<std::uint64_t>(count, end_ - next_)),
            .intended_ns = open_loop_ ? next_ns() : now};
        for (std::uint32_t i = 0; i < due.count; ++i)
            arrivals_.pop();
        next_ += due.count;
        return due;
    }
    /// When the next message is wanted, whatever ends the run; never: there is none.
    std::int64_t next_ns() const {
        const auto next = arrivals_.next_ns();
        return !started() || next == never || next_ >= end_ ? never : start_ns_ + next;
    }

    /// Nothing comes any more: all is taken, the time is over, or stop() was called.
    bool ended(std::int64_t now) const {
        if (stopped_ || next_ >= end_ || arrivals_.next_ns() == never) return true;
        if (now < end_ns()) return false;
        return !open_loop_ || next_ns() >= end_ns() || now >= end_ns() + last_call_ns;
    }
    void stop() { stopped_ = true; }

    /// What the schedule has wanted by this moment, with parts_of(message) for each message; never
    /// asked about an earlier moment than before. Nothing in a closed loop.
    template <class Parts>
    std::uint64_t wanted_by(std::int64_t now, Parts parts_of) {
        if (!open_loop_ || !started()) return 0;
        const auto until = std::min(now, end_ns() - 1);
        while (scheduled_ < end_ && schedule_.next_ns() != never &&
               start_ns_ + schedule_.next_ns() <= until) {
            schedule_.pop();
            wanted_ += parts_of(scheduled_++);
        }
        return wanted_;
    }

    /// After the end: takes what was wanted before that moment and got no place, at most one call's
    /// worth; false when there is no more of it. In a closed loop nothing is ever late.
    bool take_missed(std::int64_t before, Due& due) {
        if (!open_loop_ || next_ns() >= std::min(before, end_ns())) return false;
        due = take(before);
        return true;
    }

private:
    /// So that what was wanted just before the end is sent, and not called unsent.
    static constexpr std::int64_t last_call_ns = 20'000'000;

    bool open_loop_;
    Arrivals arrivals_;
    Arrivals schedule_;        // the same again, at the pace of the clock
    std::uint64_t scheduled_;  // the next message of that one
    std::uint64_t wanted_ = 0;
    std::uint64_t next_;
    std::uint64_t end_;
    std::int64_t length_ns_;
    std::int64_t start_ns_ = never;
    bool stopped_ = false;
};

}  // namespace parley::loadgen
