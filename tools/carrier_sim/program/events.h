#pragma once
// The program's epoll and its clock: who is ready, and what time it is. Knows nothing of what is
// behind a descriptor but a kind and a number.

#include "engine/clock.h"
#include "tools/support/socket.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <optional>
#include <stdexcept>

#include <sys/epoll.h>

namespace parley::carrier_sim {

enum class Source : std::uint32_t { smpp_listener, smpp, control_listener, control };

class Events {
public:
    Events() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        if (!epoll_) throw std::runtime_error("cannot create an epoll: " + tools::reason(errno));
    }

    void add(int fd, Source source, std::uint32_t id) {
        set(EPOLL_CTL_ADD, fd, source, id, EPOLLIN);
    }
    void want(int fd, Source source, std::uint32_t id, bool read, bool write) {
        set(EPOLL_CTL_MOD, fd, source, id, (read ? EPOLLIN : 0U) | (write ? EPOLLOUT : 0U));
    }

    static bool readable(std::uint32_t happened) { return (happened & ~writable_bit) != 0; }
    static bool writable(std::uint32_t happened) { return (happened & writable_bit) != 0; }
    /// Both directions are gone; told even to those who do not want to read.
    static bool hung_up(std::uint32_t happened) { return (happened & (EPOLLHUP | EPOLLERR)) != 0; }

    /// Waits, then calls handle(source, id, happened) for each. Ends early on a signal.
    void wait(Duration at_most, auto&& handle) {
        const auto us = at_most.count();
        const timespec timeout{us / 1'000'000, us % 1'000'000 * 1'000};
        const int count = ::epoll_pwait2(epoll_.get(), list_.data(), static_cast<int>(list_.size()),
                                         &timeout, nullptr);
        for (int i = 0; i < count; ++i) {
            const auto& event = list_[static_cast<std::size_t>(i)];
            handle(static_cast<Source>(event.data.u64 >> 32U),
                   static_cast<std::uint32_t>(event.data.u64), event.events);
        }
    }

    static Now now() {
        timespec steady{};
        timespec wall{};
        ::clock_gettime(CLOCK_MONOTONIC, &steady);
        ::clock_gettime(CLOCK_REALTIME, &wall);
        return {Instant(Duration(steady.tv_sec * 1'000'000 + steady.tv_nsec / 1'000)),
                wall.tv_sec * 1'000 + wall.tv_nsec / 1'000'000};
    }

private:
    static constexpr std::uint32_t writable_bit = EPOLLOUT;

    void set(int operation, int fd, Source source, std::uint32_t id, std::uint32_t wanted) {
        epoll_event event{.events = wanted, .data = {}};
        event.data.u64 = static_cast<std::uint64_t>(source) << 32U | id;
        ::epoll_ctl(epoll_.get(), operation, fd, &event);
    }

    tools::Descriptor epoll_;
    std::array<epoll_event, 256> list_{};
};

}  // namespace parley::carrier_sim
