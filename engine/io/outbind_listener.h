#pragma once
// Listens where one carrier connects to send its outbind, lets in only whom the settings allow, and
// hands each connection to the link that the shard names. Decides nothing else.

#include "engine/io/open_door.h"
#include "engine/ports.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace parley::io {

class OutbindListener {
public:
    /// The link that is to have a new connection; empty: close it.
    using Ask = std::function<std::optional<std::uint32_t>()>;
    using Give = std::function<void(std::uint32_t link, boost::asio::ip::tcp::socket stream)>;

    OutbindListener(boost::asio::io_context& context, config::Outbind settings, Ask ask, Give give);
    const config::Outbind& settings() const { return settings_; }

    /// door: at its address, if somebody has opened it already. Text: why not, for the operator.
    std::optional<std::string> listen(std::optional<OpenDoor> door = {});

private:
    void accept();
    void receive(boost::asio::ip::tcp::socket stream);
    void refuse(std::string_view why);
    bool may_connect(const boost::asio::ip::tcp::socket& stream) const;

    const config::Outbind settings_;
    Ask ask_;
    Give give_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    std::chrono::steady_clock::time_point refused_{};  // and said so
};

}  // namespace parley::io
