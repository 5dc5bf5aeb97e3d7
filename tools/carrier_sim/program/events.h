#pragma once
// The program's epoll: who is ready. Knows nothing of what is behind a descriptor but its tag.

#include "engine/clock.h"
#include "tools/support/socket.h"

#include <array>
#include <cstdint>
#include <ctime>
#include <stdexcept>

#include <sys/epoll.h>

namespace parley::carrier_sim {

enum class Source : std::uint8_t { smpp_listener, smpp, smpp_dial, control_listener, control };

/// Whose a descriptor is.
struct Tag {
    Source source{};
    std::uint16_t carrier = 0;  // place of the carrier
    std::uint32_t id = 0;       // session, listener or client
};

class Events {
public:
    Events() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        if (!epoll_) throw std::runtime_error("cannot create an epoll: " + tools::reason(errno));
    }

    void add(int fd, Tag tag) { set(EPOLL_CTL_ADD, fd, tag, EPOLLIN); }
    /// Told when a connection that was begun is made, or is not.
    void add_dial(int fd, Tag tag) { set(EPOLL_CTL_ADD, fd, tag, EPOLLOUT); }
    void want(int fd, Tag tag, bool read, bool write) {
        set(EPOLL_CTL_MOD, fd, tag, (read ? EPOLLIN : 0U) | (write ? EPOLLOUT : 0U));
    }

    static bool readable(std::uint32_t happened) { return (happened & ~writable_bit) != 0; }
    static bool writable(std::uint32_t happened) { return (happened & writable_bit) != 0; }
    /// Both directions are gone; told even to those who do not want to read.
    static bool hung_up(std::uint32_t happened) { return (happened & (EPOLLHUP | EPOLLERR)) != 0; }

    /// Waits, then calls handle(tag, happened) for each. Ends early on a signal.
    void wait(Duration at_most, auto&& handle) {
        const auto us = at_most.count();
        const timespec timeout{us / 1'000'000, us % 1'000'000 * 1'000};
        const int count = ::epoll_pwait2(epoll_.get(), list_.data(), static_cast<int>(list_.size()),
                                         &timeout, nullptr);
        for (int i = 0; i < count; ++i) {
            const auto& event = list_[static_cast<std::size_t>(i)];
            handle(tag_of(event.data.u64), event.events);
        }
    }

private:
    static constexpr std::uint32_t writable_bit = EPOLLOUT;

    static std::uint64_t number_of(Tag tag) {
        return static_cast<std::uint64_t>(tag.source) << 48U |
               static_cast<std::uint64_t>(tag.carrier) << 32U | tag.id;
    }
    static Tag tag_of(std::uint64_t number) {
        return {static_cast<Source>(number >> 48U), static_cast<std::uint16_t>(number >> 32U),
                static_cast<std::uint32_t>(number)};
    }
    void set(int operation, int fd, Tag tag, std::uint32_t wanted) {
        epoll_event event{.events = wanted, .data = {}};
        event.data.u64 = number_of(tag);
        ::epoll_ctl(epoll_.get(), operation, fd, &event);
    }

    tools::Descriptor epoll_;
    std::array<epoll_event, 256> list_{};
};

}  // namespace parley::carrier_sim
