#pragma once
// One keep-alive connection of the load: its socket, what is asked on it and not yet answered, and
// the bytes in between. Driven by the run; decides nothing.

#include "tools/loadgen/response_reader.h"
#include "tools/support/socket.h"

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
    enum class State : std::uint8_t { closed, connecting, open };

    State state() const { return state_; }
    int fd() const { return socket_.get(); }

    /// False: refused at once, errno says why.
    bool dial(const tools::SocketAddress& target) {
        socket_ = tools::dial(target);
        state_ = socket_ ? State::connecting : State::closed;
        return static_cast<bool>(socket_);
    }
    /// After the socket turned writable for the first time: 0, or why it did not connect.
    int settle_connect() {
        const int error = tools::connect_error(socket_);
        if (error == 0) state_ = State::open;
        return error;
    }
    /// Forgets the socket and the bytes; the caller has taken the requests in flight.
    void close() {
        socket_.reset();
        state_ = State::closed;
        unwritten_.clear();
        unread_.clear();
        in_flight_.clear();
    }

    std::deque<Request>& in_flight() { return in_flight_; }

    /// Bytes of requests that wait for flush().
    std::string& unwritten() { return unwritten_; }
    /// Writes what the socket takes. False: the connection is broken, errno says why.
    bool flush() {
        if (unwritten_.empty()) return true;
        const auto n = ::send(socket_.get(), unwritten_.data(), unwritten_.size(), MSG_NOSIGNAL);
        if (n < 0) return errno == EAGAIN || errno == EINTR;
        unwritten_.erase(0, static_cast<std::size_t>(n));
        return true;
    }

    /// Reads once into scratch; what an earlier read left stands in front of it. Empty when there
    /// is nothing: ended says whether there ever will be.
    std::string_view read(std::string& scratch, bool& ended) {
        const auto kept = unread_.size();
        if (scratch.size() < kept + read_at_least) scratch.resize(2 * (kept + read_at_least));
        if (kept > 0) scratch.replace(0, kept, unread_);
        const auto n = ::recv(socket_.get(), scratch.data() + kept, scratch.size() - kept, 0);
        if (n <= 0) {
            ended = n == 0 || (errno != EAGAIN && errno != EINTR);
            return {};
        }
        unread_.clear();
        return {scratch.data(), kept + static_cast<std::size_t>(n)};
    }
    void keep(std::string_view rest) { unread_.assign(rest); }

    // The run's own notes about it.
    std::int64_t retry_at_ns = 0;  // when closed: dial then
    std::int64_t dialed_ns = 0;
    std::int64_t rest_until_ns = 0;  // obeying Retry-After
    std::int64_t backoff_ns = 0;
    bool wants_write_event = false;
    bool listed_free = false;
    bool ever_open = false;

private:
    tools::Descriptor socket_;
    State state_ = State::closed;
    std::deque<Request> in_flight_;
    std::string unwritten_;
    std::string unread_;
};

}  // namespace parley::loadgen
