#pragma once
// One connection of the SMPP side, in plain text or TLS: octets in and out, without waiting.

#include "tools/support/socket.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

namespace parley::carrier_sim {

/// A certificate and its key, for all connections of a port.
class TlsContext {
public:
    /// PEM files; both empty: a self-signed certificate for "parley-sim", made now. Throws when
    /// they cannot be used.
    TlsContext(const std::string& certificate, const std::string& key);
    SSL_CTX* get() const { return context_.get(); }

private:
    struct Free {
        void operator()(SSL_CTX* context) const { ::SSL_CTX_free(context); }
    };
    std::unique_ptr<SSL_CTX, Free> context_;
};

class Stream {
public:
    enum class Result : std::uint8_t { done, wait, closed };

    explicit Stream(tools::Descriptor socket) : socket_(std::move(socket)) {}
    /// The peer begins with a TLS handshake, which the first read does.
    Stream(tools::Descriptor socket, const TlsContext& tls);

    int fd() const { return socket_.get(); }
    /// done: octets is how many came, at least one.
    Result read(char* to, std::size_t size, std::size_t& octets);
    /// done: octets is how many went, perhaps fewer than all.
    Result write(std::string_view from, std::size_t& octets);
    /// There are octets that the kernel will not tell of again.
    bool has_pending() const { return tls_ && ::SSL_pending(tls_.get()) > 0; }

private:
    struct Free {
        void operator()(SSL* tls) const { ::SSL_free(tls); }
    };
    Result tls_result(int result, std::size_t& octets);

    tools::Descriptor socket_;
    std::unique_ptr<SSL, Free> tls_;
};

}  // namespace parley::carrier_sim
