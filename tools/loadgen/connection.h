#pragma once
// One keep-alive connection of the load over HTTP: its wire, what is asked on it and not yet
// answered, and the bytes in between. Driven by HttpSide; decides nothing.

#include "tools/loadgen/wire.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace parley::loadgen {

/// Messages first … first + count - 1, asked for in one POST.
struct Request {
    std::uint64_t first = 0;
    std::uint32_t count = 0;
    std::int64_t intended_ns = 0;  // when the schedule wanted it sent
    std::int64_t sent_ns = 0;
};

inline constexpr std::size_t read_at_least = 64 * 1024;

class Connection {
public:
    Wire& wire() { return wire_; }
    bool open() const { return wire_.open(); }

    /// Forgets the wire and the bytes; the caller has taken the requests in flight.
    void close() {
        wire_.close();
        unwritten_.clear();
        unread_.clear();
        in_flight_.clear();
    }

    std::deque<Request>& in_flight() { return in_flight_; }

    /// Bytes of requests that wait for flush().
    std::string& unwritten() { return unwritten_; }
    /// Writes what the wire takes. False: it is broken (see its trouble()).
    bool flush() {
        if (unwritten_.empty()) return true;
        const auto n = wire_.write(unwritten_);
        if (n < 0) return false;
        unwritten_.erase(0, static_cast<std::size_t>(n));
        return true;
    }

    /// Reads once into scratch; what an earlier read left stands in front of it. Empty when there
    /// is nothing: ended says whether there ever will be.
    std::string_view read(std::string& scratch, bool& ended) {
        const auto kept = unread_.size();
        if (scratch.size() < kept + read_at_least) scratch.resize(2 * (kept + read_at_least));
        if (kept > 0) scratch.replace(0, kept, unread_);
        const auto n = wire_.read(scratch.data() + kept, scratch.size() - kept);
        if (n <= 0) {
            ended = n < 0;
            return {};
        }
        unread_.clear();
        return {scratch.data(), kept + static_cast<std::size_t>(n)};
    }
    void keep(std::string_view rest) { unread_.assign(rest); }

    // The side's own notes about it.
    std::int64_t retry_at_ns = 0;  // when closed: dial then
    std::int64_t dialed_ns = 0;
    std::int64_t rest_until_ns = 0;  // obeying Retry-After
    std::int64_t backoff_ns = 0;
    bool polls_writing = false;
    bool listed_free = false;
    bool ever_open = false;

private:
    Wire wire_;
    std::deque<Request> in_flight_;
    std::string unwritten_;
    std::string unread_;
};

}  // namespace parley::loadgen
