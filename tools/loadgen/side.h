#pragma once
// What a run sends to: the connections of one protocol. The run says when; a side takes from the
// feed what it has room for, tells the tally what became of it, and complains once when the target
// cannot be worked with.

#include "tools/loadgen/feed.h"
#include "tools/loadgen/message_mix.h"
#include "tools/loadgen/tally.h"
#include "tools/support/socket.h"

#include <cstdint>
#include <string>
#include <utility>

#include <sys/epoll.h>

namespace parley::loadgen {

/// What the run and its side share.
struct Desk {
    Feed feed;
    MessageMix mix;
    Tally tally;
    tools::Descriptor epoll{::epoll_create1(EPOLL_CLOEXEC)};
    std::int64_t last_answer_ns = 0;
    bool stop_wanted = false;  // a side has seen what it was to stop at
    bool closing = false;      // answers are still welcome, nothing is sent (again) any more
    std::string complaint;

    void complain(std::string sentence) {
        if (complaint.empty()) complaint = std::move(sentence);
    }
    /// Registers, or with known changes, what wakes the run up for this descriptor.
    void watch(int fd, std::uint32_t token, bool for_writing, bool known) {
        epoll_event event{.events = for_writing ? EPOLLIN | EPOLLOUT : EPOLLIN,
                          .data = {.u32 = token}};
        ::epoll_ctl(epoll.get(), known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
    }
};

class Side {
public:
    Side() = default;
    Side(const Side&) = delete;
    Side& operator=(const Side&) = delete;
    virtual ~Side() = default;

    /// Begins to connect.
    virtual void start(std::int64_t now) = 0;
    /// May messages be sent, so that the schedule may begin?
    virtual bool ready() const = 0;
    /// Sends what is due, as far as there is room.
    virtual void issue(std::int64_t now) = 0;
    /// Whether it has room, and waits for the schedule alone.
    virtual bool has_room() const = 0;
    /// How many are counted as sent for this message.
    virtual std::uint32_t parts_of(std::uint64_t /*message*/) const { return 1; }
    virtual void on_event(std::uint32_t token, std::uint32_t events) = 0;
    /// Timers. Gives the moment to be called again.
    virtual std::int64_t check(std::int64_t now) = 0;

    /// Requests without an answer, as well as those that wait to be sent again.
    virtual std::uint64_t in_flight() const = 0;
    virtual std::uint64_t receipts_outstanding() const { return 0; }

    /// Says goodbye as the protocol asks; gone() when that is done.
    virtual void say_goodbye(std::int64_t now) = 0;
    virtual bool gone() const = 0;
    /// Closes everything; what is in flight is unanswered.
    virtual void abandon(std::int64_t now) = 0;
};

/// CLOCK_MONOTONIC; the program's one clock.
std::int64_t clock_ns();

}  // namespace parley::loadgen
