#pragma once
// The settings of TLS with a carrier, whoever dials, as OpenSSL wants them: authorities, our
// certificate and key, versions. Made anew for each connection, so that renewed files count without
// a restart.

#include "config/config.h"

#include <memory>
#include <optional>
#include <string>

struct ssl_ctx_st;

namespace parley::io {

struct FreeTlsContext {
    void operator()(ssl_ctx_st* context) const;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, FreeTlsContext>;

/// A setting that does not do, and why: {"key_file", "does not belong to certificate_file"}.
struct TlsProblem {
    std::string setting;
    std::string text;
};

/// Null: see problem.
TlsContext make_tls_context(const config::Tls& settings, TlsProblem& problem);
TlsContext make_tls_context(const config::ServerTls& settings, TlsProblem& problem);

/// Whether it can be made; empty: it can.
std::optional<TlsProblem> check_tls(const config::Tls& settings);
std::optional<TlsProblem> check_tls(const config::ServerTls& settings);

}  // namespace parley::io
