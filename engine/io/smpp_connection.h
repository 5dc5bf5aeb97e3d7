#pragma once
// Gives one link a socket: dials, reads what there is, writes all that is waiting in one go, tells
// the shard what happened. Decides nothing.

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

private:
    // One dialling attempt or one connected socket. Handlers hold it, so that those of an older
    // socket find out that they are stale.
    struct Socket;

    void dial();
    void connected(const std::shared_ptr<Socket>& socket);
    void failed(const std::shared_ptr<Socket>& socket);
    void read(const std::shared_ptr<Socket>& socket);
    void write();
    void close();

    boost::asio::io_context& context_;
    Driven& shard_;
    std::uint32_t link_;
    std::function<Now()> now_;
    std::function<void()> want_turn_;
    std::shared_ptr<Socket> socket_;
};

}  // namespace parley::io
