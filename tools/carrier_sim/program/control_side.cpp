#include "tools/carrier_sim/program/control_side.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace parley::carrier_sim {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t read_octets = 64 * 1024;
constexpr std::uint64_t body_octets_max = 16 * 1024 * 1024;
constexpr std::uint32_t head_octets_max = 64 * 1024;

}  // namespace

ControlSide::ControlSide(Events& events, const tools::Endpoint& endpoint, ControlApi api)
    : events_(events), api_(api), listener_(tools::listen_on(endpoint)) {
    scratch_.resize(read_octets);
    events_.add(listener_.get(), {.source = Source::control_listener});
}

void ControlSide::accept_all() {
    for (;;) {
        tools::Descriptor socket(
            ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!socket) return;
        tools::send_without_delay(socket);
        const auto id = next_id_++;
        events_.add(socket.get(), {.source = Source::control, .id = id});
        clients_[id].socket = std::move(socket);
    }
}

void ControlSide::on_event(Now now, std::uint32_t id, std::uint32_t happened) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    auto& client = found->second;
    if (Events::readable(happened)) {
        const auto n = ::recv(client.socket.get(), scratch_.data(), scratch_.size(), 0);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
            clients_.erase(found);
            return;
        }
        if (n > 0) client.unread.append(scratch_.data(), static_cast<std::size_t>(n));
        answer_all(now, client);
    }
    if (!flush(id, client)) clients_.erase(found);
}

void ControlSide::answer_all(Now now, Client& client) {
    while (!client.ending && !client.unread.empty() && answer_one(now, client)) {
    }
}

bool ControlSide::answer_one(Now now, Client& client) {
    http::request_parser<http::string_body> parser;
    parser.eager(true);
    parser.body_limit(body_octets_max);
    parser.header_limit(head_octets_max);
    boost::system::error_code error;
    const auto used =
        parser.put(boost::asio::const_buffer(client.unread.data(), client.unread.size()), error);
    if (error == http::error::need_more || (!error && !parser.is_done())) return false;
    if (error) {
        respond(client, {400, R"({"error":"not an HTTP request that we can read"})"}, false);
        return true;
    }
    const auto& request = parser.get();
    const auto answer = api_.answer(now, request.method_string(), request.target(), request.body());
    respond(client, answer, request.keep_alive());
    client.unread.erase(0, used);
    return true;
}

void ControlSide::respond(Client& client, const ControlAnswer& answer, bool keep_alive) {
    const auto reason = http::obsolete_reason(static_cast<http::status>(answer.status));
    client.unwritten += "HTTP/1.1 " + std::to_string(answer.status) + " " + std::string(reason) +
                        "\r\nContent-Type: " + std::string(answer.type) +
                        "\r\nContent-Length: " + std::to_string(answer.body.size()) +
                        (keep_alive ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n") + answer.body;
    client.ending = !keep_alive;
}

bool ControlSide::flush(std::uint32_t id, Client& client) {
    if (!client.unwritten.empty()) {
        const auto n = ::send(client.socket.get(), client.unwritten.data(), client.unwritten.size(),
                              MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN && errno != EINTR) return false;
        if (n > 0) client.unwritten.erase(0, static_cast<std::size_t>(n));
    }
    if (client.unwritten.empty() && client.ending) return false;
    events_.want(client.socket.get(), {.source = Source::control, .id = id}, true,
                 !client.unwritten.empty());
    return true;
}

}  // namespace parley::carrier_sim
