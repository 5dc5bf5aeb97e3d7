#pragma once
// In which order the addresses of a carrier's name are dialled. One that takes no connection, or
// takes it and says nothing, costs an attempt its whole bind_timeout: the next attempt for that
// name begins with the address behind it.

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

namespace parley::io {

class EndpointOrder {
public:
    using Endpoint = boost::asio::ip::tcp::endpoint;

    /// found: in the resolver's order.
    std::vector<Endpoint> in_turn(const std::string& name, std::vector<Endpoint> found) const {
        const auto mute = mute_.find(name);
        if (mute == mute_.end()) return found;
        const auto last = std::ranges::find(found, mute->second);
        if (last != found.end()) std::rotate(found.begin(), last + 1, found.end());
        return found;
    }
    /// An attempt for the name was given up with this one, which had not said anything.
    void was_mute(const std::string& name, const Endpoint& endpoint) { mute_[name] = endpoint; }

private:
    std::map<std::string, Endpoint> mute_;  // by host:port, as configured
};

}  // namespace parley::io
