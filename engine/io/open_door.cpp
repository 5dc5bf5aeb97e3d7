#include "engine/io/open_door.h"

#include "engine/io/host_port.h"

#include <algorithm>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

namespace parley::io {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

std::optional<OpenDoor> OpenDoor::open(const std::string& listen, std::string& trouble) {
    const auto refuse = [&](const std::string& reason) {
        trouble = "cannot listen on " + listen + ": " + reason;
        return std::nullopt;
    };
    const auto address = split_host_port(listen);
    if (!address) return refuse("expected host:port");
    error_code error;
    asio::io_context context(1);
    tcp::resolver resolver(context);
    const auto flags = tcp::resolver::passive | tcp::resolver::numeric_service;
    const auto found = resolver.resolve(address->host, address->port, flags, error);
    if (error || found.empty()) return refuse(error ? error.message() : "no such name");
    const tcp::endpoint endpoint = found.begin()->endpoint();
    tcp::acceptor acceptor(context);
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) return refuse(error.message());
    const int socket = acceptor.release(error);
    if (error) return refuse(error.message());
    return OpenDoor(socket, endpoint.protocol());
}

OpenDoor::~OpenDoor() {
    if (socket_ >= 0) ::close(socket_);
}

std::vector<config::Contradiction> open_new_doors(const config::Config& running,
                                                  const config::Config& next, OpenDoors& doors) {
    const auto port_of = [](const config::Carrier& carrier) {
        const std::string& listen = carrier.outbind->listen;
        return listen.substr(listen.rfind(':') + 1);
    };
    std::vector<config::Contradiction> found;
    for (std::size_t place = 0; place < next.carriers.size(); ++place) {
        const config::Carrier& carrier = next.carriers[place];
        if (!carrier.outbind) continue;
        const bool ours = std::ranges::any_of(running.carriers, [&](const config::Carrier& other) {
            return other.outbind && port_of(other) == port_of(carrier);
        });
        if (ours) continue;
        std::string trouble;
        auto door = OpenDoor::open(carrier.outbind->listen, trouble);
        if (door) {
            doors.emplace(carrier.outbind->listen, std::move(*door));
        } else {
            found.push_back(
                {"carriers[" + std::to_string(place) + "].outbind.listen", std::move(trouble)});
        }
    }
    return found;
}

}  // namespace parley::io
