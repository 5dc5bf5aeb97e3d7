#include "engine/io/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace parley::io {
namespace {

std::string last_words() {
    const char* words = ERR_reason_error_string(ERR_peek_last_error());
    return words == nullptr ? "no reason given" : words;
}

/// OpenSSL would ask on the terminal.
int give_password(char* room, int size, int, void* password) {
    const auto& text = *static_cast<const std::string*>(password);
    return static_cast<int>(text.copy(room, static_cast<std::size_t>(size)));
}

bool trust_file(ssl_ctx_st* context, const char* setting, const std::string& file,
                TlsProblem& problem) {
    if (SSL_CTX_load_verify_file(context, file.c_str()) == 1) return true;
    problem = {setting, "'" + file + "' holds no certificate authority: " + last_words()};
    return false;
}

bool trust(ssl_ctx_st* context, const config::Tls& settings, TlsProblem& problem) {
    if (settings.verify == config::TlsVerify::none) return true;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    if (settings.ca_file.empty()) {
        if (SSL_CTX_set_default_verify_paths(context) == 1) return true;
        problem = {"ca_file", "the system has no certificate authorities: " + last_words()};
        return false;
    }
    return trust_file(context, "ca_file", settings.ca_file, problem);
}

/// Either side's settings, which name these files alike.
template <typename Settings>
bool show_certificate(ssl_ctx_st* context, const Settings& settings, TlsProblem& problem) {
    if (settings.certificate_file.empty()) return true;
    if (SSL_CTX_use_certificate_chain_file(context, settings.certificate_file.c_str()) != 1) {
        problem = {"certificate_file",
                   "'" + settings.certificate_file + "' holds no certificate: " + last_words()};
        return false;
    }
    SSL_CTX_set_default_passwd_cb(context, give_password);
    SSL_CTX_set_default_passwd_cb_userdata(context,
                                           const_cast<std::string*>(&settings.key_password));
    const bool read =
        SSL_CTX_use_PrivateKey_file(context, settings.key_file.c_str(), SSL_FILETYPE_PEM) == 1;
    if (read && SSL_CTX_check_private_key(context) == 1) return true;
    const bool stranger = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH ||
                          ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_TYPE_MISMATCH;
    problem = {"key_file", stranger
                               ? "'" + settings.key_file + "' does not belong to '" +
                                     settings.certificate_file + "'"
                               : "'" + settings.key_file + "' cannot be used: " + last_words()};
    return false;
}

TlsContext begin(const ssl_method_st* side, config::TlsVersion oldest, TlsProblem& problem) {
    ERR_clear_error();
    TlsContext context(SSL_CTX_new(side));
    if (!context) {
        problem = {"", "OpenSSL cannot begin: " + last_words()};
        return nullptr;
    }
    const bool newest = oldest == config::TlsVersion::tls13;
    SSL_CTX_set_min_proto_version(context.get(), newest ? TLS1_3_VERSION : TLS1_2_VERSION);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    return context;
}

template <typename Settings>
std::optional<TlsProblem> check(const Settings& settings) {
    TlsProblem problem;
    if (make_tls_context(settings, problem)) return std::nullopt;
    return problem;
}

}  // namespace

void FreeTlsContext::operator()(ssl_ctx_st* context) const {
    SSL_CTX_free(context);
}

TlsContext make_tls_context(const config::Tls& settings, TlsProblem& problem) {
    TlsContext context = begin(TLS_client_method(), settings.min_version, problem);
    if (!context || !trust(context.get(), settings, problem)) return nullptr;
    if (!show_certificate(context.get(), settings, problem)) return nullptr;
    return context;
}

TlsContext make_tls_context(const config::ServerTls& settings, TlsProblem& problem) {
    TlsContext context = begin(TLS_server_method(), settings.min_version, problem);
    if (!context || !show_certificate(context.get(), settings, problem)) return nullptr;
    if (settings.client_ca_file.empty()) return context;
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    if (!trust_file(context.get(), "client_ca_file", settings.client_ca_file, problem))
        return nullptr;
    return context;
}

std::optional<TlsProblem> check_tls(const config::Tls& settings) {
    return check(settings);
}

std::optional<TlsProblem> check_tls(const config::ServerTls& settings) {
    return check(settings);
}

}  // namespace parley::io
