#pragma once
// "host:port" and "[::1]:port" taken apart, as resolvers want them.

#include <optional>
#include <string>
#include <string_view>

namespace parley::io {

struct HostPort {
    std::string host;  // an IPv6 address without its brackets
    std::string port;
};

/// Empty without a port.
inline std::optional<HostPort> split_host_port(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon + 1 == text.size()) return std::nullopt;
    auto host = text.substr(0, colon);
    if (host.size() >= 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    return HostPort{std::string(host), std::string(text.substr(colon + 1))};
}

}  // namespace parley::io
