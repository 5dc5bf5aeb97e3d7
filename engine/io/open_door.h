#pragma once
// Places where carriers are to connect for outbind, opened before anybody listens there: so that a
// reload knows of a port that is taken before it changes anything.

#include "config/check.h"
#include "config/config.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

namespace parley::io {

/// A socket that listens where carriers may connect, and is nobody's yet. Closed, unless a listener
/// takes it.
class OpenDoor {
public:
    /// listen: host:port. Empty: not possible, and trouble says why, for the operator.
    static std::optional<OpenDoor> open(const std::string& listen, std::string& trouble);
    OpenDoor(OpenDoor&& other) noexcept
        : socket_(std::exchange(other.socket_, -1)), protocol_(other.protocol_) {}
    OpenDoor& operator=(OpenDoor&&) = delete;
    ~OpenDoor();

private:
    friend class OutbindListener;
    OpenDoor(int socket, boost::asio::ip::tcp protocol) : socket_(socket), protocol_(protocol) {}

    int socket_;  // -1: given away
    boost::asio::ip::tcp protocol_;
};
/// By host:port, as the settings have it.
using OpenDoors = std::map<std::string, OpenDoor>;

/// Opens those that `next` asks for and `running` does not. Where this process listens already, on
/// whatever address of the port, they are left out: the one before has to close first. What cannot
/// be opened is said as what is wrong with its setting.
std::vector<config::Contradiction> open_new_doors(const config::Config& running,
                                                  const config::Config& next, OpenDoors& doors);

}  // namespace parley::io
