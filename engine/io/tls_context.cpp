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
int give_password(char* room, int size, int, void* settings) {
    const std::string& password = static_cast<const config::Tls*>(settings)->key_password;
    return static_cast<int>(password.copy(room, static_cast<std::size_t>(size)));
}

bool trust(ssl_ctx_st* context, const config::Tls& settings, TlsProblem& problem) {
    if (settings.verify == config::TlsVerify::none) return true;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    if (settings.ca_file.empty()) {
        if (SSL_CTX_set_default_verify_paths(context) == 1) return true;
        problem = {"ca_file", "the system has no certificate authorities: " + last_words()};
        return false;
    }
    if (SSL_CTX_load_verify_file(context, settings.ca_file.c_str()) == 1) return true;
    problem = {"ca_file",
               "'" + settings.ca_file + "' holds no certificate authority: " + last_words()};
    return false;
}

bool show_certificate(ssl_ctx_st* context, const config::Tls& settings, TlsProblem& problem) {
    if (settings.certificate_file.empty()) return true;
    if (SSL_CTX_use_certificate_chain_file(context, settings.certificate_file.c_str()) != 1) {
        problem = {"certificate_file",
                   "'" + settings.certificate_file + "' holds no certificate: " + last_words()};
        return false;
    }
    SSL_CTX_set_default_passwd_cb(context, give_password);
    SSL_CTX_set_default_passwd_cb_userdata(context, const_cast<config::Tls*>(&settings));
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

}  // namespace

void FreeTlsContext::operator()(ssl_ctx_st* context) const {
    SSL_CTX_free(context);
}

TlsContext make_tls_context(const config::Tls& settings, TlsProblem& problem) {
    ERR_clear_error();
    TlsContext context(SSL_CTX_new(TLS_client_method()));
    if (!context) {
        problem = {"", "OpenSSL cannot begin: " + last_words()};
        return nullptr;
    }
    const bool newest = settings.min_version == config::TlsVersion::tls13;
    SSL_CTX_set_min_proto_version(context.get(), newest ? TLS1_3_VERSION : TLS1_2_VERSION);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    if (!trust(context.get(), settings, problem)) return nullptr;
    if (!show_certificate(context.get(), settings, problem)) return nullptr;
    return context;
}

std::optional<TlsProblem> check_tls(const config::Tls& settings) {
    TlsProblem problem;
    if (make_tls_context(settings, problem)) return std::nullopt;
    return problem;
}

}  // namespace parley::io
