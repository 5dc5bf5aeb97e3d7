#pragma once
// One HTTP/1.1 connection: reads ahead, hands out requests, writes the answers in order, several in
// one go when they are ready together. Holds no timer: the server sweeps it about once a second.

#include "engine/api/exchange.h"
#include "engine/api/problem.h"
#include "engine/api/router.h"
#include "engine/io/http_request_reader.h"
#include "metrics/metric.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace parley::io {

// The concrete executor spares a type-erased one in every operation.
using HttpSocket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

class HttpConnection;

/// What the connections of one server share.
struct HttpShared {
    const api::Router& router;
    std::uint64_t body_max = 0;
    std::int64_t idle_timeout_ms = 0;
    std::int64_t request_timeout_ms = 0;
    std::uint64_t bodies_octets_max = 0;  // of all unfinished bodies together

    std::int64_t now_ms = 0;    // of the last sweep, monotonic
    std::int64_t sweep_ms = 0;  // from one sweep to the next
    std::string date;           // of the last sweep
    std::uint64_t bodies_octets = 0;
    std::function<void(HttpConnection&)> forget;

    metrics::Gauge streams;
    metrics::Counter streams_dropped;
    metrics::Counter timeouts;
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
public:
    HttpConnection(HttpSocket socket, std::shared_ptr<HttpShared> shared);
    ~HttpConnection();

    void start();
    /// Says why and closes: there is no room for this connection.
    void turn_away();
    /// Looks at what has taken too long. Called by the server alone.
    void sweep();
    /// No more requests; closes after the answers that are owed.
    void stop();
    /// At once. Nothing is touched afterwards.
    void close();

private:
    /// A request that is not answered yet, or whose answer waits for those before it.
    struct Slot {
        api::Response response;
        bool ready = false;
        bool head = false;
        bool last = false;  // the client asked to close after this one
    };

    void read();
    void on_read(boost::system::error_code ec, std::size_t octets);
    void pump();
    void pump_soon();
    bool may_parse() const;
    void parse();
    void dispatch();
    void answer(std::uint64_t number, api::Response response);
    void refuse(unsigned status, const std::string& detail);
    void advance();
    void append(const Slot& slot, bool close);
    void start_stream(api::Response response);
    void deliver(const api::StreamEvent& event);
    void write();
    bool write_now();
    void on_written(boost::system::error_code ec, std::size_t octets);
    void settle();
    void linger();
    void account_body();
    std::int64_t soon() const { return shared_->now_ms + shared_->sweep_ms; }

    HttpSocket socket_;
    std::shared_ptr<HttpShared> shared_;
    HttpRequestReader reader_;

    std::vector<char> input_;
    std::size_t input_from_ = 0;
    std::size_t input_to_ = 0;

    std::deque<Slot> slots_;
    std::uint64_t first_slot_ = 0;  // number of slots_.front()

    std::string output_;  // complete answers that are not being written yet
    std::string writing_;
    std::size_t written_ = 0;  // of writing_

    std::shared_ptr<void> subscription_;
    std::uint64_t body_accounted_ = 0;

    // Moments in the server's coarse time; 0: does not run.
    std::int64_t idle_since_ms_ = 0;
    std::int64_t request_since_ms_ = 0;
    std::int64_t write_since_ms_ = 0;
    std::int64_t linger_since_ms_ = 0;
    std::int64_t spoken_at_ms_ = 0;  // the last octets of a stream

    bool grow_input_ = false;
    bool reading_ = false;
    bool pumping_ = false;
    bool pump_posted_ = false;
    bool closing_ = false;  // no more requests are taken
    bool streaming_ = false;
    bool stream_over_ = false;  // closes once all of it is written
    bool peer_done_ = false;    // it will send nothing more
    bool closed_ = false;
};

}  // namespace parley::io
