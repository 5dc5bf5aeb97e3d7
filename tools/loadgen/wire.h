#pragma once
// One TCP connection, plain or in TLS, that never blocks. Driven by whoever polls its descriptor.

#include "tools/support/socket.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/ossl_typ.h>

namespace parley::loadgen {

/// What a run trusts; shared by its connections.
class Tls {
public:
    /// host: whose certificate is expected. ca_file: PEM, empty for the system's own authorities.
    /// insecure: no certificate is looked at. Throws when the file is no good.
    Tls(std::string host, const std::string& ca_file, bool insecure);

    struct Free {
        void operator()(SSL_CTX* context) const;
        void operator()(SSL* session) const;
    };
    std::unique_ptr<SSL, Free> session(int fd) const;

private:
    std::string host_;
    bool insecure_;
    std::unique_ptr<SSL_CTX, Free> context_;
};

class Wire {
public:
    enum class State : std::uint8_t { closed, connecting, shaking_hands, open };

    State state() const { return state_; }
    bool open() const { return state_ == State::open; }
    int fd() const { return socket_.get(); }

    /// tls: null for none; outlives this. False: refused at once (see trouble()).
    bool dial(const tools::SocketAddress& target, const Tls* tls);
    /// On every event until it is open. False: it never will be (see trouble()).
    bool settle();
    void close();

    /// Octets read, 0 when there are none now; below 0 when it is over: trouble() is empty if the
    /// peer just closed.
    std::ptrdiff_t read(char* into, std::size_t size);
    /// Whether TLS holds octets that no event will announce.
    bool has_more() const;
    /// Octets taken, 0 when there is no room now; below 0 when it is broken.
    std::ptrdiff_t write(std::string_view bytes);
    /// Whether to poll for writing.
    bool wants_write() const { return wants_write_; }

    const std::string& trouble() const { return trouble_; }

private:
    bool shake_hands();
    std::ptrdiff_t tls_result(int result);

    tools::Descriptor socket_;
    const Tls* tls_ = nullptr;
    std::unique_ptr<SSL, Tls::Free> session_;
    State state_ = State::closed;
    bool wants_write_ = false;
    std::string trouble_;
};

}  // namespace parley::loadgen
