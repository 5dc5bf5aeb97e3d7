#pragma once
// Plain TCP for the tools' programs: an owned descriptor, "host:port", listen and dial, all
// non-blocking. Throws only where a program cannot start. The engine never uses it: its sockets are
// engine/io.

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <netdb.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace parley::tools {

class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this != &other) {
            reset();
            fd_ = std::exchange(other.fd_, -1);
        }
        return *this;
    }
    ~Descriptor() { reset(); }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    void reset() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }

private:
    int fd_ = -1;
};

inline std::string reason(int error) {
    return std::strerror(error);
}

struct Endpoint {
    std::string host;
    std::uint16_t port = 0;
    std::string text() const { return host + ":" + std::to_string(port); }
};

/// "127.0.0.1:2775", "localhost:80", "[::1]:80". Throws with what was expected.
inline Endpoint parse_endpoint(std::string_view written) {
    const auto colon = written.rfind(':');
    const auto fail = [&] {
        throw std::runtime_error("'" + std::string(written) +
                                 "' is no address: expected host:port, port 0 to 65535");
    };
    if (colon == std::string_view::npos || colon == 0) fail();
    Endpoint endpoint;
    auto host = written.substr(0, colon);
    if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    endpoint.host = host;
    const auto digits = written.substr(colon + 1);
    const auto end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, endpoint.port);
    if (error != std::errc{} || stop != end) fail();
    return endpoint;
}

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = 0;
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

inline SocketAddress resolve(const Endpoint& endpoint) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error =
        ::getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
    if (error != 0) {
        throw std::runtime_error("cannot resolve host '" + endpoint.host +
                                 "': " + ::gai_strerror(error));
    }
    SocketAddress address;
    std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
    address.length = found->ai_addrlen;
    ::freeaddrinfo(found);
    return address;
}

/// Small PDUs and requests must leave at once: we gather them ourselves.
inline void send_without_delay(const Descriptor& socket) {
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

inline Descriptor listen_on(const Endpoint& endpoint) {
    const auto address = resolve(endpoint);
    Descriptor socket(
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (!socket || ::bind(socket.get(), address.get(), address.length) != 0 ||
        ::listen(socket.get(), SOMAXCONN) != 0) {
        const int error = errno;
        throw std::runtime_error(
            "cannot listen on " + endpoint.text() + ": " + reason(error) +
            (error == EADDRINUSE ? " (does another program hold the port?)" : ""));
    }
    return socket;
}

inline std::uint16_t port_of(const Descriptor& socket) {
    SocketAddress address;
    address.length = sizeof address.storage;
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address.storage), &address.length);
    if (address.storage.ss_family == AF_INET6) {
        return ntohs(reinterpret_cast<const sockaddr_in6*>(&address.storage)->sin6_port);
    }
    return ntohs(reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_port);
}

/// Starts to connect; the socket turns writable when it is decided (see connect_error).
inline Descriptor dial(const SocketAddress& address) {
    Descriptor socket(
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) return socket;
    send_without_delay(socket);
    if (::connect(socket.get(), address.get(), address.length) != 0 && errno != EINPROGRESS) {
        const int error = errno;
        socket.reset();
        errno = error;
    }
    return socket;
}

inline int connect_error(const Descriptor& socket) {
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length);
    return error;
}

}  // namespace parley::tools
