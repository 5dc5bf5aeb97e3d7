#pragma once
// TLS from either end, without a socket: octets in, octets out, between a connection's socket and
// its link. Driven by SmppConnection; never waits, and says in words why a handshake failed.

#include "config/config.h"
#include "engine/io/tls_context.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_st;

namespace parley::io {

class TlsChannel {
public:
    /// Towards `host` (a name or an address), which settings.server_name overrules. Null: see
    /// problem. The first octets of the handshake are in output() at once.
    static std::unique_ptr<TlsChannel> make(const config::Tls& settings, std::string_view host,
                                            TlsProblem& problem);
    /// For a carrier that connects to us; the first word is its own. Null: see problem.
    static std::unique_ptr<TlsChannel> accept(const config::ServerTls& settings,
                                              TlsProblem& problem);
    ~TlsChannel();

    /// The handshake is done: the peer is who it should be.
    bool established() const { return established_; }
    /// Octets from the peer. Takes them all; read() and output() may have more afterwards.
    void feed(std::string_view sealed);
    /// The next octets that the peer meant; 0: none now.
    std::size_t read(std::span<char> room);
    /// Octets for the peer. Requires established(); up to a few records at once.
    void seal(std::string_view plain);
    /// Tells the peer that this is the end (RFC 8446 §6.1).
    void say_goodbye();

    /// For the socket.
    std::string_view output() const { return std::string_view(output_).substr(output_begin_); }
    void written(std::size_t n);

    /// The peer said its goodbye: nothing more will come.
    bool ended() const { return ended_; }
    /// Why it is over, for the operator; empty: it is not.
    const std::string& failure() const { return failure_; }

private:
    struct FreeSsl {
        void operator()(ssl_st* ssl) const;
    };

    TlsChannel(ssl_st* ssl, std::string name);
    void handshake();
    void take_output();
    void note(int result);
    std::string why_not_trusted(long verdict) const;
    std::string why_broken() const;

    std::unique_ptr<ssl_st, FreeSsl> ssl_;
    std::string name_;  // that the certificate must bear, as asked for; a server asks none
    std::string output_;
    std::size_t output_begin_ = 0;
    std::string failure_;
    bool established_ = false;
    bool ended_ = false;
};

}  // namespace parley::io
