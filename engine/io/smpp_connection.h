#pragma once
// Gives one link a socket: dials, over TLS where it is asked for, reads what there is, writes all
// that is waiting in one go, tells the shard what happened. Decides nothing.

#include "engine/io/endpoint_order.h"
#include "engine/ports.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace parley::io {

class SmppConnection {
public:
    /// want_turn is called after every event told to the shard.
    SmppConnection(boost::asio::io_context& context, Driven& shard, std::uint32_t link,
                   std::function<Now()> now, std::function<void()> want_turn);

    /// After a turn: dials, closes, writes, whatever the link wishes.
    void serve();
    /// The carrier has connected to us, and the shard has given this link the connection.
    /// tls: what the listener asks of the carrier; null: nothing.
    void adopt(boost::asio::ip::tcp::socket stream, const config::ServerTls* tls);

private:
    // One dialling attempt or one connected socket. Handlers hold it, so that those of an older
    // socket find out that they are stale.
    struct Socket;
    using SocketPtr = std::shared_ptr<Socket>;

    void dial();
    void connect_next(const SocketPtr& socket, boost::system::error_code last);
    void connected(const SocketPtr& socket);
    void ready(const SocketPtr& socket);
    void failed(const SocketPtr& socket, session::LinkEnd why, std::string_view detail);
    void broken(const SocketPtr& socket, boost::system::error_code error);
    void closed(const SocketPtr& socket);
    void read(const SocketPtr& socket);
    void unseal(const SocketPtr& socket, std::string_view octets);
    void write();
    void write_sealed();
    void write_when_possible(const SocketPtr& socket);
    void close();

    boost::asio::io_context& context_;
    Driven& shard_;
    std::uint32_t link_;
    std::function<Now()> now_;
    std::function<void()> want_turn_;
    SocketPtr socket_;
    EndpointOrder order_;
};

}  // namespace parley::io
