#include "engine/io/smpp_connection.h"

#include <array>
#include <utility>

#include <boost/asio/connect.hpp>

namespace parley::io {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

struct SmppConnection::Socket {
    explicit Socket(asio::io_context& context) : resolver(context), stream(context) {}
    tcp::resolver resolver;
    tcp::socket stream;
    bool open = false;  // connected and not closed
    bool writing = false;
    std::array<char, 256 * 1024> incoming{};
};

SmppConnection::SmppConnection(asio::io_context& context, Driven& shard, std::uint32_t link,
                               std::function<Now()> now, std::function<void()> want_turn)
    : context_(context),
      shard_(shard),
      link_(link),
      now_(std::move(now)),
      want_turn_(std::move(want_turn)) {}

void SmppConnection::serve() {
    if (shard_.link_wants_close(link_)) close();
    if (shard_.link_wants_connect(now_(), link_)) dial();
    write();
}

void SmppConnection::dial() {
    close();
    socket_ = std::make_shared<Socket>(context_);
    const std::string address(shard_.link_address(link_));
    const std::size_t colon = address.rfind(':');
    socket_->resolver.async_resolve(
        address.substr(0, colon), address.substr(colon + 1),
        [this, socket = socket_](boost::system::error_code error,
                                 const tcp::resolver::results_type& endpoints) {
            if (error || socket != socket_) return failed(socket);
            asio::async_connect(
                socket->stream, endpoints,
                [this, socket](boost::system::error_code refused, const tcp::endpoint&) {
                    if (refused || socket != socket_) return failed(socket);
                    connected(socket);
                });
        });
}

void SmppConnection::connected(const std::shared_ptr<Socket>& socket) {
    boost::system::error_code ignored;
    socket->stream.set_option(tcp::no_delay(true), ignored);
    socket->open = true;
    shard_.on_link_connected(now_(), link_);
    read(socket);
    want_turn_();
}

void SmppConnection::failed(const std::shared_ptr<Socket>& socket) {
    if (socket != socket_) return;  // an attempt that was given up meanwhile
    const bool was_open = socket->open;
    close();
    if (was_open) {
        shard_.on_link_closed(now_(), link_);
    } else {
        shard_.on_link_connect_failed(now_(), link_);
    }
    want_turn_();
}

void SmppConnection::read(const std::shared_ptr<Socket>& socket) {
    socket->stream.async_read_some(
        asio::buffer(socket->incoming),
        [this, socket](boost::system::error_code error, std::size_t octets) {
            if (socket != socket_) return;
            if (error) return failed(socket);
            shard_.on_link_bytes(now_(), link_, {socket->incoming.data(), octets});
            read(socket);
            want_turn_();
        });
}

void SmppConnection::write() {
    if (!socket_ || !socket_->open || socket_->writing) return;
    const std::string_view output = shard_.link_output(link_);
    if (output.empty()) return;
    const std::shared_ptr<Socket> socket = socket_;
    // Mostly the kernel takes all of it at once, and the write costs one system call and no copy.
    boost::system::error_code error;
    socket->stream.non_blocking(true, error);
    const std::size_t taken = socket->stream.write_some(asio::buffer(output), error);
    if (error && error != asio::error::would_block) return failed(socket);
    const bool all = taken == output.size();
    if (taken > 0) shard_.on_link_written(now_(), link_, taken);
    // A session that says goodbye wants its socket closed once the goodbye is out.
    if (shard_.link_wants_close(link_)) return close();
    if (all) return;
    socket->writing = true;
    socket->stream.async_wait(tcp::socket::wait_write,
                              [this, socket](boost::system::error_code refused) {
                                  if (socket != socket_) return;
                                  socket->writing = false;
                                  if (refused) return failed(socket);
                                  write();
                                  want_turn_();
                              });
}

void SmppConnection::close() {
    if (!socket_) return;
    boost::system::error_code ignored;
    socket_->resolver.cancel();
    socket_->stream.close(ignored);
    socket_.reset();
}

}  // namespace parley::io
