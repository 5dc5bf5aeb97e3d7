#include "engine/io/smpp_connection.h"

#include "engine/io/host_port.h"
#include "engine/io/tls_channel.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>

namespace parley::io {

namespace asio = boost::asio;
using boost::system::error_code;
using session::LinkEnd;
using tcp = asio::ip::tcp;

namespace {

// Plain octets sealed at a time: one record. The link hears of them only once all are out, so more
// would make a slow carrier look like one that takes nothing.
constexpr std::size_t sealed_max = 16 * 1024;

}  // namespace

struct SmppConnection::Socket {
    explicit Socket(asio::io_context& context) : resolver(context), stream(context) {}
    Socket(asio::io_context& context, tcp::socket given)
        : resolver(context), stream(std::move(given)) {}

    tcp::resolver resolver;
    tcp::socket stream;
    std::string name;                      // host:port
    std::vector<tcp::endpoint> endpoints;  // of the name, to be tried in turn
    std::optional<tcp::endpoint> dialled;  // the one that has not refused
    std::size_t tried = 0;
    std::string source;
    std::unique_ptr<TlsChannel> tls;
    std::vector<char> plain;  // what TLS unsealed last
    std::size_t sealed = 0;   // plain octets whose seal is not out yet
    bool connected = false;   // and not closed
    bool open = false;        // octets of the link's may flow: connected, and TLS agreed on
    bool adopted = false;     // the carrier dialled, and the link has known since
    bool heard = false;       // anything of the link's peer; of TLS its handshake is not
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

// ---- To be connected
// ---------------------------------------------------------------------------------

void SmppConnection::dial() {
    close();
    const SocketPtr socket = socket_ = std::make_shared<Socket>(context_);
    const LinkRoute route = shard_.link_route(link_);
    const auto address = split_host_port(route.address);
    if (!address) return failed(socket, LinkEnd::connect_failed, "the address has no port");
    socket->name = route.address;
    socket->source = route.source_address;
    if (route.tls != nullptr) {
        TlsProblem problem;
        socket->tls = TlsChannel::make(*route.tls, address->host, problem);
        if (!socket->tls)
            return failed(socket, LinkEnd::tls_failed, problem.setting + " " + problem.text);
    }
    socket->resolver.async_resolve(
        address->host, address->port,
        [this, socket](error_code error, const tcp::resolver::results_type& found) {
            if (socket != socket_) return;
            if (error) return failed(socket, LinkEnd::connect_failed, error.message());
            std::vector<tcp::endpoint> endpoints;
            for (const auto& entry : found)
                endpoints.push_back(entry.endpoint());
            socket->endpoints = order_.in_turn(socket->name, std::move(endpoints));
            connect_next(socket, asio::error::address_family_not_supported);
        });
}

/// last: why the endpoint before this one did not do.
void SmppConnection::connect_next(const SocketPtr& socket, error_code last) {
    while (socket->tried < socket->endpoints.size()) {
        const tcp::endpoint endpoint = socket->endpoints[socket->tried++];
        error_code error;
        socket->stream.close(error);
        socket->stream.open(endpoint.protocol(), error);
        if (!error && !socket->source.empty()) {
            const auto source = asio::ip::make_address(socket->source, error);
            if (!error && source.is_v4() != endpoint.address().is_v4()) continue;
            if (!error) socket->stream.bind({source, 0}, error);
        }
        if (error) {
            last = error;
            continue;
        }
        socket->dialled = endpoint;
        return socket->stream.async_connect(endpoint, [this, socket](error_code refused) {
            if (socket != socket_) return;
            if (refused) {
                socket->dialled.reset();
                return connect_next(socket, refused);
            }
            connected(socket);
        });
    }
    failed(socket, LinkEnd::connect_failed, last.message());
}

void SmppConnection::connected(const SocketPtr& socket) {
    error_code ignored;
    socket->stream.set_option(tcp::no_delay(true), ignored);
    socket->stream.non_blocking(true, ignored);
    socket->connected = true;
    read(socket);
    if (!socket->tls) return ready(socket);
    constexpr std::size_t plain_max = 64 * 1024;
    socket->plain.resize(plain_max);
    write_sealed();  // who dials has the first words of the handshake
}

void SmppConnection::ready(const SocketPtr& socket) {
    socket->open = true;
    if (!socket->adopted) shard_.on_link_connected(now_(), link_);
    want_turn_();
}

void SmppConnection::adopt(tcp::socket stream, const config::ServerTls* tls) {
    close();
    const SocketPtr socket = socket_ = std::make_shared<Socket>(context_, std::move(stream));
    socket->adopted = true;
    if (tls != nullptr) {
        TlsProblem problem;
        socket->tls = TlsChannel::accept(*tls, problem);
        if (!socket->tls)
            return failed(socket, LinkEnd::tls_failed, problem.setting + " " + problem.text);
    }
    connected(socket);
}

// ---- Ends
// ------------------------------------------------------------------------------------------

/// socket: a pointer of the caller's own, for detail may be a view into what it holds.
void SmppConnection::failed(const SocketPtr& socket, LinkEnd why, std::string_view detail) {
    if (socket != socket_) return;  // an attempt that was given up meanwhile
    const bool known = socket->open || socket->adopted;
    close();
    if (known) {
        shard_.on_link_closed(now_(), link_, why, detail);
    } else {
        shard_.on_link_connect_failed(now_(), link_, why, detail);
    }
    want_turn_();
}

/// Reading or writing failed.
void SmppConnection::broken(const SocketPtr& socket, error_code error) {
    if (!socket->open)
        return failed(socket, LinkEnd::tls_failed,
                      socket->adopted
                          ? "the carrier broke off the handshake; it may not accept our certificate"
                          : "the carrier broke off the handshake; it may want a certificate of "
                            "ours, or not accept it");
    const bool usual = error == asio::error::eof || error == asio::error::connection_reset;
    if (usual) return closed(socket);
    failed(socket, LinkEnd::peer_closed, error.message());
}

/// With TLS 1.3 our side of the handshake ends before the carrier has looked at our certificate,
/// and not every carrier says what it thinks of it.
void SmppConnection::closed(const SocketPtr& socket) {
    const bool at_once = socket->tls && !socket->heard;
    failed(socket, LinkEnd::peer_closed,
           at_once ? "at once after the handshake; it may not accept our certificate" : "");
}

void SmppConnection::close() {
    if (!socket_) return;
    if (socket_->dialled && !socket_->heard) order_.was_mute(socket_->name, *socket_->dialled);
    error_code ignored;
    // A goodbye that the kernel does not take at once is not worth waiting for.
    if (socket_->tls && socket_->connected && socket_->tls->output().empty()) {
        socket_->tls->say_goodbye();
        socket_->stream.write_some(asio::buffer(socket_->tls->output()), ignored);
    }
    socket_->resolver.cancel();
    socket_->stream.close(ignored);
    socket_.reset();
}

// ---- Octets
// ----------------------------------------------------------------------------------------

void SmppConnection::read(const SocketPtr& socket) {
    socket->stream.async_read_some(
        asio::buffer(socket->incoming), [this, socket](error_code error, std::size_t octets) {
            if (socket != socket_) return;
            if (error) return broken(socket, error);
            const std::string_view heard{socket->incoming.data(), octets};
            if (socket->tls) {
                unseal(socket, heard);
                if (socket != socket_) return;
            } else {
                socket->heard = true;
                shard_.on_link_bytes(now_(), link_, heard);
            }
            read(socket);
            want_turn_();
        });
}

void SmppConnection::unseal(const SocketPtr& socket, std::string_view octets) {
    TlsChannel& tls = *socket->tls;
    tls.feed(octets);
    if (tls.established() && !socket->open) ready(socket);
    while (const std::size_t size = tls.read(socket->plain)) {
        socket->heard = true;
        shard_.on_link_bytes(now_(), link_, {socket->plain.data(), size});
    }
    write_sealed();  // the handshake goes on, or an alert says why not
    if (socket != socket_) return;
    if (!tls.failure().empty()) return failed(socket, LinkEnd::tls_failed, tls.failure());
    if (tls.ended()) closed(socket);
}

void SmppConnection::write() {
    if (!socket_ || !socket_->open || socket_->writing) return;
    if (socket_->tls) return write_sealed();
    const std::string_view output = shard_.link_output(link_);
    if (output.empty()) return;
    const SocketPtr socket = socket_;
    // Mostly the kernel takes all of it at once, and the write costs one system call and no copy.
    error_code error;
    const std::size_t taken = socket->stream.write_some(asio::buffer(output), error);
    if (error && error != asio::error::would_block) return broken(socket, error);
    const bool all = taken == output.size();
    if (taken > 0) shard_.on_link_written(now_(), link_, taken);
    // A session that says goodbye wants its socket closed once the goodbye is out.
    if (shard_.link_wants_close(link_)) return close();
    if (!all) write_when_possible(socket);
}

/// Also before the link has the connection: a handshake has words of its own.
void SmppConnection::write_sealed() {
    if (!socket_ || !socket_->connected || socket_->writing) return;
    const SocketPtr socket = socket_;
    TlsChannel& tls = *socket->tls;
    for (;;) {
        if (tls.output().empty()) {
            if (const std::size_t out = std::exchange(socket->sealed, 0); out > 0) {
                shard_.on_link_written(now_(), link_, out);
                if (shard_.link_wants_close(link_)) return close();
            }
            const std::string_view plain =
                socket->open ? shard_.link_output(link_).substr(0, sealed_max) : "";
            if (plain.empty() || !tls.failure().empty()) return;
            tls.seal(plain);
            if (!tls.failure().empty()) return failed(socket, LinkEnd::tls_failed, tls.failure());
            socket->sealed = plain.size();
        }
        error_code error;
        tls.written(socket->stream.write_some(asio::buffer(tls.output()), error));
        if (error && error != asio::error::would_block) return broken(socket, error);
        if (!tls.output().empty()) return write_when_possible(socket);
    }
}

void SmppConnection::write_when_possible(const SocketPtr& socket) {
    socket->writing = true;
    socket->stream.async_wait(tcp::socket::wait_write, [this, socket](error_code refused) {
        if (socket != socket_) return;
        socket->writing = false;
        if (refused) return broken(socket, refused);
        socket->tls ? write_sealed() : write();
        want_turn_();
    });
}

}  // namespace parley::io
