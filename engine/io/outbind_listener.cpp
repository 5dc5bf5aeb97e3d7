#include "engine/io/outbind_listener.h"

#include "engine/io/log.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace parley::io {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

OutbindListener::OutbindListener(asio::io_context& context, config::Outbind settings, Ask ask,
                                 Give give)
    : settings_(std::move(settings)),
      ask_(std::move(ask)),
      give_(std::move(give)),
      acceptor_(context),
      pause_(context) {}

std::optional<std::string> OutbindListener::listen(std::optional<OpenDoor> door) {
    if (!door) {
        std::string trouble;
        auto opened = OpenDoor::open(settings_.listen, trouble);
        if (!opened) return trouble;
        door.emplace(std::move(*opened));
    }
    error_code error;
    acceptor_.assign(door->protocol_, door->socket_, error);
    if (error) return "cannot listen on " + settings_.listen + ": " + error.message();
    door->socket_ = -1;
    accept();
    return std::nullopt;
}

void OutbindListener::accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket stream) {
        if (error == asio::error::operation_aborted) return;
        if (!error) {
            receive(std::move(stream));
            return accept();
        }
        // Out of files, mostly: whoever wants in waits in the kernel's queue.
        constexpr auto patience = std::chrono::milliseconds(200);
        pause_.expires_after(patience);
        pause_.async_wait([this](error_code stopped) {
            if (!stopped) accept();
        });
    });
}

void OutbindListener::receive(tcp::socket stream) {
    if (!may_connect(stream)) return refuse("an address that is not in from");
    const auto link = ask_();
    if (!link) return refuse("no link is free");
    give_(*link, std::move(stream));
}

/// Whoever knocks without end does not fill the log.
void OutbindListener::refuse(std::string_view why) {
    const auto now = std::chrono::steady_clock::now();
    if (now < refused_ + std::chrono::seconds(1)) return;
    refused_ = now;
    write_log(Severity::warning, "outbind_refused", settings_.listen + " " + std::string(why));
}

bool OutbindListener::may_connect(const tcp::socket& stream) const {
    if (settings_.from.empty()) return true;
    error_code error;
    auto peer = stream.remote_endpoint(error).address();
    if (error) return false;
    if (peer.is_v6() && peer.to_v6().is_v4_mapped())
        peer = asio::ip::make_address_v4(asio::ip::v4_mapped, peer.to_v6());
    return std::ranges::any_of(settings_.from, [&peer](const std::string& allowed) {
        error_code ignored;
        return asio::ip::make_address(allowed, ignored) == peer;
    });
}

}  // namespace parley::io
