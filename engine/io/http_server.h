#pragma once
// The HTTP server of one shard: listens, keeps its connections, hands requests to the router, feeds
// streams to subscribers. Everything runs on the io_context's one thread. Each shard has its own,
// on the same port (SO_REUSEPORT): the kernel deals out the connections, however unevenly, and
// connections_max holds for all of them together.

#include "config/config.h"
#include "engine/api/router.h"
#include "metrics/registry.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace boost::asio {
class io_context;
}

namespace parley::io {

class HttpServer {
public:
    /// The router outlives the server.
    HttpServer(boost::asio::io_context& io, const config::Http& settings, const api::Router& router,
               const metrics::Scope& scope = {});
    /// Closes everything at once; answers that still come are dropped.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Claims the address for this process; empty, or what went wrong with which address. Port 0
    /// takes any free one.
    std::optional<std::string> listen();
    /// Listens beside the first shard's server, on the port that it claimed. Both count their
    /// connections together: connections_max bounds the process.
    std::optional<std::string> listen_beside(const HttpServer& first);
    std::uint16_t port() const;

    /// Accepts no more, ends streams and idle connections, closes others after their answers.
    void stop();
    std::size_t connections() const;

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace parley::io
