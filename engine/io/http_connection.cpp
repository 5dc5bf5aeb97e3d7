#include "engine/io/http_connection.h"

#include "engine/api/views.h"
#include "protocol/http/response_head.h"

#include <algorithm>
#include <cstring>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

namespace parley::io {

namespace {

using boost::system::error_code;

constexpr std::size_t input_least = 4 * 1024;
/// Holds the longest header (16 KiB) with room to spare.
constexpr std::size_t input_most = 32 * 1024;
/// Requests of one connection that are under way together; more wait in its socket.
constexpr std::size_t pipeline_max = 256;
/// Unwritten answers beyond which no more requests are taken: the client does not read.
constexpr std::size_t output_max = 1024 * 1024;
/// Unwritten events beyond which a subscriber is dropped: it can come back with Last-Event-ID.
constexpr std::size_t stream_output_max = 1024 * 1024;
constexpr std::size_t output_kept_max = 16 * 1024;
constexpr std::int64_t heartbeat_ms = 15'000;
constexpr std::int64_t linger_ms = 2'000;

}  // namespace

HttpConnection::HttpConnection(HttpSocket socket, std::shared_ptr<HttpShared> shared)
    : socket_(std::move(socket)),
      shared_(std::move(shared)),
      reader_(shared_->body_max),
      input_(input_least),
      idle_since_ms_(soon()) {}

HttpConnection::~HttpConnection() {
    shared_->bodies_octets -= body_accounted_;
}

void HttpConnection::start() {
    read();
}

void HttpConnection::turn_away() {
    refuse(503, "Too many connections (http.connections_max)");
    pump();
}

void HttpConnection::stop() {
    if (closed_) return;
    closing_ = true;
    if (streaming_) return close();
    pump();
}

void HttpConnection::close() {
    if (closed_) return;
    closed_ = true;
    if (streaming_) shared_->streams.add(-1);
    subscription_.reset();
    error_code ignored;
    socket_.close(ignored);
    if (shared_->forget) shared_->forget(*this);
}

// -- Reading --------------------------------------------------------------------------------------

void HttpConnection::read() {
    if (reading_ || closed_ || peer_done_) return;
    const bool discarding = closing_;
    if (!discarding && !may_parse()) return;
    if (discarding || input_from_ == input_to_) input_from_ = input_to_ = 0;
    if (input_from_ > 0 && input_to_ == input_.size()) {
        std::memmove(input_.data(), input_.data() + input_from_, input_to_ - input_from_);
        input_to_ -= input_from_;
        input_from_ = 0;
    }
    if (grow_input_ && input_.size() < input_most) input_.resize(input_.size() * 2);
    grow_input_ = false;
    reading_ = true;
    socket_.async_read_some(
        boost::asio::buffer(input_.data() + input_to_, input_.size() - input_to_),
        [self = shared_from_this()](error_code ec, std::size_t octets) {
            self->on_read(ec, octets);
        });
}

void HttpConnection::on_read(error_code ec, std::size_t octets) {
    reading_ = false;
    if (closed_) return;
    if (ec) {
        // A half-closed client may still wait for the answers it is owed.
        peer_done_ = true;
        const bool waits = ec == boost::asio::error::eof && !streaming_ && linger_since_ms_ == 0;
        return waits ? pump() : close();
    }
    if (closing_) return read();
    input_to_ += octets;
    grow_input_ = input_to_ == input_.size();  // the client has much to say
    pump();
}

bool HttpConnection::may_parse() const {
    return !closing_ && slots_.size() < pipeline_max && output_.size() < output_max;
}

void HttpConnection::parse() {
    while (input_from_ < input_to_ && may_parse()) {
        std::size_t consumed = 0;
        const auto state =
            reader_.feed({input_.data() + input_from_, input_to_ - input_from_}, consumed);
        input_from_ += consumed;
        account_body();
        if (state == HttpRequestReader::State::complete) {
            dispatch();
            reader_.reset();
            account_body();
            request_since_ms_ = 0;
            continue;
        }
        if (state == HttpRequestReader::State::failed) {
            return refuse(reader_.failure_status(), reader_.failure_detail());
        }
        if (request_since_ms_ == 0) request_since_ms_ = soon();
        if (reader_.take_expectation() && slots_.empty())
            output_ += "HTTP/1.1 100 Continue\r\n\r\n";
        if (shared_->bodies_octets > shared_->bodies_octets_max)
            return refuse(503, "Too many large requests at once; repeat this one");
        if (consumed > 0) continue;
        // Nothing of ours is this long and indivisible: a chunk's extensions, perhaps.
        if (input_to_ - input_from_ == input_most) refuse(431, "The header is too large");
        return;
    }
}

/// Unfinished bodies count against one budget, or ten thousand clients could fill the memory.
void HttpConnection::account_body() {
    const std::uint64_t now = reader_.body_octets();
    if (now == body_accounted_) return;
    shared_->bodies_octets += now - body_accounted_;
    body_accounted_ = now;
}

void HttpConnection::dispatch() {
    const auto number = first_slot_ + slots_.size();
    const auto request = reader_.request();
    auto& slot = slots_.emplace_back();
    slot.head = request.method == api::Method::head;
    slot.last = !reader_.keep_alive();
    if (slot.last) closing_ = true;
    shared_->router.handle(request, [weak = weak_from_this(), number](api::Response response) {
        if (const auto self = weak.lock()) self->answer(number, std::move(response));
    });
}

/// Our own answer to what is no request, as the last one of this connection.
void HttpConnection::refuse(unsigned status, const std::string& detail) {
    auto& slot = slots_.emplace_back();
    slot.response = api::transport_refusal(status, detail);
    slot.ready = true;
    slot.last = true;
    closing_ = true;
    request_since_ms_ = 0;
}

// -- Answering ------------------------------------------------------------------------------------

void HttpConnection::answer(std::uint64_t number, api::Response response) {
    if (closed_) return;
    auto& slot = slots_[number - first_slot_];
    slot.response = std::move(response);
    slot.ready = true;
    if (pumping_ || number != first_slot_) return;
    // Others are under way and may be answered within this turn: one write for all.
    if (slots_.size() > 1) return pump_soon();
    pump();
}

void HttpConnection::pump_soon() {
    if (pump_posted_) return;
    pump_posted_ = true;
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
        self->pump_posted_ = false;
        self->pump();
    });
}

void HttpConnection::pump() {
    if (pumping_ || closed_) return;
    pumping_ = true;
    const auto self = shared_from_this();
    do {
        parse();
        advance();
        write();
    } while (!closed_ && writing_.empty() && input_from_ < input_to_ && may_parse() &&
             !reader_.begun());
    pumping_ = false;
    if (!closed_) settle();
}

void HttpConnection::advance() {
    while (!slots_.empty() && slots_.front().ready && !closed_) {
        auto slot = std::move(slots_.front());
        slots_.pop_front();
        ++first_slot_;
        if (slot.response.subscribe && !slot.head) return start_stream(std::move(slot.response));
        append(slot, slot.last || (closing_ && slots_.empty()));
    }
}

void HttpConnection::append(const Slot& slot, bool close) {
    const auto& response = slot.response;
    http::ResponseHead head;
    head.status = response.status;
    head.content_type = response.content_type;
    head.extra = response.headers;
    head.date = shared_->date;
    head.close = close;
    if (response.status != 204) head.content_length = response.body.size();
    http::append_head(output_, head);
    if (!slot.head) output_ += response.body;
}

void HttpConnection::write() {
    if (!writing_.empty() || output_.empty() || closed_) return;
    // Nearly always the socket takes all of it at once; only the rest needs the event loop.
    error_code ec;
    const auto octets = socket_.write_some(boost::asio::buffer(output_.data(), output_.size()), ec);
    if (ec && ec != boost::asio::error::would_block) return close();
    idle_since_ms_ = spoken_at_ms_ = soon();
    if (octets == output_.size()) {
        output_.clear();
        if (output_.capacity() > output_kept_max) output_.shrink_to_fit();
        return;
    }
    writing_.swap(output_);
    output_.clear();
    on_written({}, octets);
}

void HttpConnection::on_written(error_code ec, std::size_t octets) {
    if (closed_) return;
    if (ec) return close();
    written_ += octets;
    write_since_ms_ = soon();
    if (written_ < writing_.size()) {
        socket_.async_write_some(
            boost::asio::buffer(writing_.data() + written_, writing_.size() - written_),
            [self = shared_from_this()](error_code error, std::size_t count) {
                self->on_written(error, count);
            });
        return;
    }
    writing_.clear();
    if (writing_.capacity() > output_kept_max) writing_.shrink_to_fit();
    written_ = 0;
    write_since_ms_ = 0;
    pump();
}

/// After everything that could be done: wait for more, or end.
void HttpConnection::settle() {
    const bool owed = !slots_.empty() || !writing_.empty() || !output_.empty();
    if (owed || (streaming_ && !stream_over_)) return read();
    if (peer_done_) return close();
    if (closing_) return linger();
    read();
}

/// Closing with unread octets would reset the connection and take our last answer with it.
void HttpConnection::linger() {
    if (linger_since_ms_ == 0) {
        linger_since_ms_ = soon();
        error_code ec;
        socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, ec);
        if (ec) return close();
    }
    read();
}

// -- Streams --------------------------------------------------------------------------------------

void HttpConnection::start_stream(api::Response response) {
    closing_ = true;
    streaming_ = true;
    shared_->streams.add(1);
    http::ResponseHead head;
    head.content_type = response.content_type;
    head.extra = response.headers;
    head.date = shared_->date;
    head.close = true;
    http::append_head(output_, head);
    // Tells proxies and clients at once that the stream stands.
    output_ += ": parley\n\n";
    subscription_ = response.subscribe([weak = weak_from_this()](const api::StreamEvent& event) {
        if (const auto self = weak.lock()) self->deliver(event);
    });
}

void HttpConnection::deliver(const api::StreamEvent& event) {
    if (closed_ || stream_over_ || !socket_.is_open()) return;
    if (event.last) {
        stream_over_ = true;
        return pump_soon();
    }
    api::append_event(output_, event);
    if (output_.size() <= stream_output_max) return pump_soon();
    // Many events within one turn are no fault of the reader's: only what its socket does not take
    // counts, so that one who comes back for much gets on.
    if (writing_.empty() && write_now()) return pump_soon();
    shared_->streams_dropped.add();
    // The subscription must not end inside its own call; without a socket nothing is kept.
    error_code ignored;
    socket_.close(ignored);
    output_.clear();
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] { self->close(); });
}

/// Hands the socket what it takes of the output at once; whether that was anything.
bool HttpConnection::write_now() {
    error_code ec;
    const auto octets = socket_.write_some(boost::asio::buffer(output_.data(), output_.size()), ec);
    if (octets == 0) return false;
    spoken_at_ms_ = soon();
    output_.erase(0, octets);
    return true;
}

// -- Time -----------------------------------------------------------------------------------------

void HttpConnection::sweep() {
    const auto now = shared_->now_ms;
    const auto older = [now](std::int64_t since, std::int64_t limit) {
        return since != 0 && now - since >= limit;
    };
    const bool stalled = older(write_since_ms_, shared_->request_timeout_ms);
    if (stalled || older(linger_since_ms_, linger_ms)) return close();
    if (streaming_) {
        if (stream_over_) return;
        if (!older(spoken_at_ms_, heartbeat_ms) || !writing_.empty()) return;
        output_ += ": still here\n\n";
        return pump();
    }
    if (may_parse() && older(request_since_ms_, shared_->request_timeout_ms)) {
        shared_->timeouts.add();
        refuse(408, "The request took longer than " + std::to_string(shared_->request_timeout_ms) +
                        " ms to arrive (http.request_timeout)");
        return pump();
    }
    const bool idle = slots_.empty() && request_since_ms_ == 0 && linger_since_ms_ == 0;
    if (!idle || !older(idle_since_ms_, shared_->idle_timeout_ms)) return;
    close();
}

}  // namespace parley::io
