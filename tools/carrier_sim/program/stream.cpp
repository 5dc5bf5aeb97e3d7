#include "tools/carrier_sim/program/stream.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

namespace parley::carrier_sim {
namespace {

std::string tls_error() {
    char text[256];
    ::ERR_error_string_n(::ERR_get_error(), text, sizeof text);
    ::ERR_clear_error();
    return text;
}

/// P-256, valid for a day: nobody is to trust it for longer than a test.
void use_self_signed(SSL_CTX* context) {
    const std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)> key(EVP_EC_gen("P-256"),
                                                                    ::EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&::X509_free)> certificate(::X509_new(), ::X509_free);
    if (!key || !certificate) throw std::runtime_error("no certificate: " + tls_error());
    constexpr long day = 24 * 3600;
    ::X509_set_version(certificate.get(), 2);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate.get()), 1);
    ::X509_gmtime_adj(::X509_getm_notBefore(certificate.get()), -day);
    ::X509_gmtime_adj(::X509_getm_notAfter(certificate.get()), day);
    ::X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* name = ::X509_get_subject_name(certificate.get());
    const auto* common_name = reinterpret_cast<const unsigned char*>("parley-sim");
    ::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
    ::X509_set_issuer_name(certificate.get(), name);
    if (::X509_sign(certificate.get(), key.get(), ::EVP_sha256()) == 0 ||
        ::SSL_CTX_use_certificate(context, certificate.get()) != 1 ||
        ::SSL_CTX_use_PrivateKey(context, key.get()) != 1)
        throw std::runtime_error("no certificate: " + tls_error());
}

int as_int(std::size_t size) {
    return static_cast<int>(
        std::min<std::size_t>(size, static_cast<std::size_t>(std::numeric_limits<int>::max())));
}

}  // namespace

TlsContext::TlsContext(const std::string& certificate, const std::string& key)
    : context_(::SSL_CTX_new(::TLS_server_method())) {
    if (!context_) throw std::runtime_error("no TLS: " + tls_error());
    ::SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
    // What is offered again need not be the same octets in the same place.
    ::SSL_CTX_set_mode(context_.get(),
                       SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (certificate.empty()) {
        use_self_signed(context_.get());
        return;
    }
    if (::SSL_CTX_use_certificate_chain_file(context_.get(), certificate.c_str()) != 1)
        throw std::runtime_error("certificate '" + certificate + "': " + tls_error());
    if (::SSL_CTX_use_PrivateKey_file(context_.get(), key.c_str(), SSL_FILETYPE_PEM) != 1)
        throw std::runtime_error("key '" + key + "': " + tls_error());
}

Stream::Stream(tools::Descriptor socket, const TlsContext& tls)
    : socket_(std::move(socket)), tls_(::SSL_new(tls.get())) {
    if (!tls_) throw std::runtime_error("no TLS: " + tls_error());
    ::SSL_set_fd(tls_.get(), socket_.get());
    ::SSL_set_accept_state(tls_.get());
}

Stream::Result Stream::read(char* to, std::size_t size, std::size_t& octets) {
    if (tls_) return tls_result(::SSL_read(tls_.get(), to, as_int(size)), octets);
    const auto n = ::recv(socket_.get(), to, size, 0);
    if (n == 0) return Result::closed;
    if (n < 0) return errno == EAGAIN || errno == EINTR ? Result::wait : Result::closed;
    octets = static_cast<std::size_t>(n);
    return Result::done;
}

Stream::Result Stream::write(std::string_view from, std::size_t& octets) {
    if (tls_) return tls_result(::SSL_write(tls_.get(), from.data(), as_int(from.size())), octets);
    const auto n = ::send(socket_.get(), from.data(), from.size(), MSG_NOSIGNAL);
    if (n < 0) return errno == EAGAIN || errno == EINTR ? Result::wait : Result::closed;
    octets = static_cast<std::size_t>(n);
    return Result::done;
}

Stream::Result Stream::tls_result(int result, std::size_t& octets) {
    if (result > 0) {
        octets = static_cast<std::size_t>(result);
        return Result::done;
    }
    const int error = ::SSL_get_error(tls_.get(), result);
    ::ERR_clear_error();
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Result::wait
                                                                         : Result::closed;
}

}  // namespace parley::carrier_sim
