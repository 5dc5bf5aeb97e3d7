#include "engine/io/http_server.h"

#include "engine/io/host_port.h"
#include "engine/io/http_connection.h"
#include "protocol/http/time_text.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <unordered_map>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/socket.h>

namespace parley::io {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::int64_t sweep_most_ms = 1'000;
/// Connections beyond the limit that are told so; beyond these they are closed without a word.
constexpr std::size_t turned_away_max = 64;
constexpr std::uint64_t bodies_octets_max = 64 * 1024 * 1024;

/// Empty list and ec set when the name means nothing.
std::optional<tcp::endpoint> resolve(boost::asio::io_context& io, const HostPort& address,
                                     error_code& ec) {
    tcp::resolver resolver(io);
    const auto flags = tcp::resolver::passive | tcp::resolver::numeric_service;
    const auto found = resolver.resolve(address.host, address.port, flags, ec);
    if (ec || found.empty()) return {};
    return found.begin()->endpoint();
}

}  // namespace

class HttpServer::Impl : public std::enable_shared_from_this<HttpServer::Impl> {
public:
    Impl(boost::asio::io_context& io, const config::Http& settings, const api::Router& router,
         const metrics::Scope& scope)
        : io_(io),
          settings_(settings),
          acceptor_(io),
          timer_(io),
          shared_(std::make_shared<HttpShared>(HttpShared{.router = router})),
          open_(scope.gauge("http_connections")),
          refused_(scope.counter("http_connections_refused_total")) {
        shared_->body_max = settings.body_max;
        shared_->idle_timeout_ms = settings.idle_timeout.count();
        shared_->request_timeout_ms = settings.request_timeout.count();
        shared_->bodies_octets_max = std::max(bodies_octets_max, 2 * settings.body_max);
        const auto shortest = std::min(shared_->idle_timeout_ms, shared_->request_timeout_ms);
        shared_->sweep_ms = std::clamp<std::int64_t>(shortest / 4, 10, sweep_most_ms);
        shared_->streams = scope.gauge("http_streams");
        shared_->streams_dropped = scope.counter("http_streams_dropped_total");
        shared_->timeouts = scope.counter("http_request_timeouts_total");
        shared_->forget = [this](HttpConnection& connection) { forget(connection); };
    }

    std::optional<std::string> listen(std::optional<std::uint16_t> port) {
        const auto address = split_host_port(settings_.listen);
        error_code ec;
        if (!address) return trouble("expected host:port");
        auto endpoint = resolve(io_, *address, ec);
        if (!endpoint) return trouble(ec ? ec.message() : "the name has no address");
        if (port) {
            endpoint->port(*port);
        } else if (const auto taken = claim(*endpoint)) {
            return trouble(taken.message());
        }
        if ((ec = open(*endpoint))) return trouble(ec.message());
        tick();
        accept();
        return {};
    }

    std::uint16_t port() const {
        error_code ec;
        return acceptor_.local_endpoint(ec).port();
    }
    std::size_t connections() const { return connections_.size(); }
    void count_with(const Impl& other) { all_open_ = other.all_open_; }

    void stop() {
        stopping_ = true;
        error_code ignored;
        acceptor_.close(ignored);
        for (const auto& connection : all())
            connection->stop();
    }

    /// The owner is gone: nothing may reach it any more.
    void abandon() {
        stop();
        for (const auto& connection : all())
            connection->close();
        timer_.cancel();
        shared_->forget = nullptr;
    }

private:
    std::string trouble(const std::string& reason) const {
        return "http.listen: cannot listen on " + settings_.listen + ": " + reason;
    }

    /// With SO_REUSEPORT the kernel would let a second process of ours share the port in silence,
    /// so the first server binds it once without.
    error_code claim(const tcp::endpoint& endpoint) {
        error_code ec;
        tcp::acceptor probe(io_);
        probe.open(endpoint.protocol(), ec);
        if (!ec) probe.set_option(tcp::acceptor::reuse_address(true), ec);
        if (!ec) probe.bind(endpoint, ec);
        return ec;
    }

    error_code open(const tcp::endpoint& endpoint) {
        error_code ec;
        acceptor_.open(endpoint.protocol(), ec);
        if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
        const int on = 1;
        if (!ec &&
            ::setsockopt(acceptor_.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0)
            ec.assign(errno, boost::system::system_category());
        if (!ec) acceptor_.bind(endpoint, ec);
        if (!ec) acceptor_.listen(boost::asio::socket_base::max_listen_connections, ec);
        return ec;
    }

    void accept() {
        if (stopping_ || accepting_) return;
        accepting_ = true;
        acceptor_.async_accept([self = shared_from_this()](error_code ec, HttpSocket socket) {
            self->accepting_ = false;
            if (self->stopping_) return;
            // Out of descriptors, most likely: the next sweep tries again.
            if (ec) return;
            self->admit(std::move(socket));
            self->accept();
        });
    }

    void admit(HttpSocket socket) {
        error_code ec;
        socket.non_blocking(true, ec);
        if (!ec) socket.set_option(tcp::no_delay(true), ec);
        if (ec) return;
        const auto limit = static_cast<std::size_t>(settings_.connections_max);
        // Counted before it is judged, so that two shards cannot both take the last place.
        const auto count = all_open_->fetch_add(1, std::memory_order_relaxed);
        if (count >= limit) refused_.add();
        if (count >= limit + turned_away_max) {
            all_open_->fetch_sub(1, std::memory_order_relaxed);
            return;
        }
        const auto connection = std::make_shared<HttpConnection>(std::move(socket), shared_);
        connections_.emplace(connection.get(), connection);
        open_.add(1);
        count < limit ? connection->start() : connection->turn_away();
    }

    void forget(HttpConnection& connection) {
        if (connections_.erase(&connection) == 0) return;
        open_.add(-1);
        all_open_->fetch_sub(1, std::memory_order_relaxed);
    }

    std::vector<std::shared_ptr<HttpConnection>> all() const {
        std::vector<std::shared_ptr<HttpConnection>> list;
        list.reserve(connections_.size());
        for (const auto& [key, connection] : connections_)
            list.push_back(connection);
        return list;
    }

    /// Reads the clocks for everybody, looks after the connections, and comes back.
    void tick() {
        using std::chrono::duration_cast;
        const auto steady = std::chrono::steady_clock::now().time_since_epoch();
        shared_->now_ms = duration_cast<std::chrono::milliseconds>(steady).count();
        const auto wall = std::chrono::system_clock::now().time_since_epoch();
        const auto wall_s = duration_cast<std::chrono::seconds>(wall).count();
        if (wall_s != date_s_) shared_->date = http::http_date(date_s_ = wall_s);
        for (const auto& connection : all())
            connection->sweep();
        accept();
        if (stopping_ && connections_.empty()) return;
        timer_.expires_after(std::chrono::milliseconds(shared_->sweep_ms));
        timer_.async_wait([self = shared_from_this()](error_code ec) {
            if (!ec) self->tick();
        });
    }

    boost::asio::io_context& io_;
    config::Http settings_;
    boost::asio::basic_socket_acceptor<tcp, boost::asio::io_context::executor_type> acceptor_;
    boost::asio::steady_timer timer_;
    std::shared_ptr<HttpShared> shared_;
    std::unordered_map<HttpConnection*, std::shared_ptr<HttpConnection>> connections_;
    /// Of all servers that listen on this port.
    std::shared_ptr<std::atomic<std::size_t>> all_open_ =
        std::make_shared<std::atomic<std::size_t>>(0);
    metrics::Gauge open_;
    metrics::Counter refused_;
    std::int64_t date_s_ = 0;
    bool accepting_ = false;
    bool stopping_ = false;
};

HttpServer::HttpServer(boost::asio::io_context& io, const config::Http& settings,
                       const api::Router& router, const metrics::Scope& scope)
    : impl_(std::make_shared<Impl>(io, settings, router, scope)) {}
HttpServer::~HttpServer() {
    impl_->abandon();
}

std::optional<std::string> HttpServer::listen() {
    return impl_->listen({});
}
std::optional<std::string> HttpServer::listen_beside(const HttpServer& first) {
    impl_->count_with(*first.impl_);
    return impl_->listen(first.port());
}
std::uint16_t HttpServer::port() const {
    return impl_->port();
}
void HttpServer::stop() {
    impl_->stop();
}
std::size_t HttpServer::connections() const {
    return impl_->connections();
}

}  // namespace parley::io
