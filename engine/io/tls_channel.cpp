#include "engine/io/tls_channel.h"

#include "protocol/ensure.h"

#include <array>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace parley::io {
namespace {

bool is_ip(const std::string& name) {
    std::array<unsigned char, 16> octets{};
    return inet_pton(AF_INET, name.c_str(), octets.data()) == 1 ||
           inet_pton(AF_INET6, name.c_str(), octets.data()) == 1;
}

/// A name of RFC 6066 §3, which an address is not.
bool ask_for(ssl_st* ssl, const std::string& name) {
    return is_ip(name) || SSL_set_tlsext_host_name(ssl, name.c_str()) == 1;
}

bool expect(ssl_st* ssl, const std::string& name) {
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return is_ip(name) ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str()) == 1
                       : SSL_set1_host(ssl, name.c_str()) == 1;
}

}  // namespace

void TlsChannel::FreeSsl::operator()(ssl_st* ssl) const {
    SSL_free(ssl);
}

TlsChannel::TlsChannel(ssl_st* ssl, std::string name) : ssl_(ssl), name_(std::move(name)) {
    ENSURE(ssl != nullptr);
    BIO* const in = BIO_new(BIO_s_mem());
    BIO* const out = BIO_new(BIO_s_mem());
    ENSURE(in != nullptr && out != nullptr);
    BIO_set_mem_eof_return(in, -1);  // empty is not the end
    SSL_set_bio(ssl, in, out);
}

TlsChannel::~TlsChannel() = default;

std::unique_ptr<TlsChannel> TlsChannel::make(const config::Tls& settings, std::string_view host,
                                             TlsProblem& problem) {
    const TlsContext context = make_tls_context(settings, problem);
    if (!context) return nullptr;
    const std::string name =
        settings.server_name.empty() ? std::string(host) : settings.server_name;
    std::unique_ptr<TlsChannel> channel(new TlsChannel(SSL_new(context.get()), name));
    ssl_st* const ssl = channel->ssl_.get();
    SSL_set_connect_state(ssl);
    const bool by_name = settings.verify == config::TlsVerify::full;
    if (!ask_for(ssl, name) || (by_name && !expect(ssl, name))) {
        problem = {"server_name", "'" + name + "' is no name that a certificate can bear"};
        return nullptr;
    }
    channel->handshake();
    return channel;
}

std::unique_ptr<TlsChannel> TlsChannel::accept(const config::ServerTls& settings,
                                               TlsProblem& problem) {
    const TlsContext context = make_tls_context(settings, problem);
    if (!context) return nullptr;
    std::unique_ptr<TlsChannel> channel(new TlsChannel(SSL_new(context.get()), {}));
    SSL_set_accept_state(channel->ssl_.get());
    return channel;
}

void TlsChannel::feed(std::string_view sealed) {
    if (!failure_.empty()) return;
    const int taken =
        BIO_write(SSL_get_rbio(ssl_.get()), sealed.data(), static_cast<int>(sealed.size()));
    ENSURE(taken == static_cast<int>(sealed.size()));
    if (!established_) handshake();
}

void TlsChannel::handshake() {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    established_ = result == 1;
    if (!established_) note(result);
    take_output();
}

std::size_t TlsChannel::read(std::span<char> room) {
    if (!established_ || ended_ || !failure_.empty()) return 0;
    ERR_clear_error();
    const int result = SSL_read(ssl_.get(), room.data(), static_cast<int>(room.size()));
    if (result <= 0) note(result);
    take_output();  // the peer may have asked for new keys
    return result > 0 ? static_cast<std::size_t>(result) : 0;
}

void TlsChannel::seal(std::string_view plain) {
    ENSURE(established_);
    ERR_clear_error();
    const int result = SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size()));
    if (result <= 0) note(result);
    take_output();
}

void TlsChannel::say_goodbye() {
    if (!established_ || !failure_.empty()) return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    take_output();
}

void TlsChannel::written(std::size_t n) {
    output_begin_ += n;
    if (output_begin_ < output_.size()) return;
    output_.clear();
    output_begin_ = 0;
}

void TlsChannel::take_output() {
    BIO* const out = SSL_get_wbio(ssl_.get());
    char* octets = nullptr;
    const long size = BIO_get_mem_data(out, &octets);
    if (size <= 0) return;
    output_.append(octets, static_cast<std::size_t>(size));
    (void)BIO_reset(out);
}

/// result: of a call that did not succeed.
void TlsChannel::note(int result) {
    const int error = SSL_get_error(ssl_.get(), result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return;
    if (error == SSL_ERROR_ZERO_RETURN) {
        ended_ = true;
        return;
    }
    const long verdict = SSL_get_verify_result(ssl_.get());
    const bool untrusted =
        !established_ && verdict != X509_V_OK && SSL_get_verify_mode(ssl_.get()) != SSL_VERIFY_NONE;
    failure_ = untrusted ? why_not_trusted(verdict) : why_broken();
}

std::string TlsChannel::why_not_trusted(long verdict) const {
    switch (verdict) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return "the carrier's certificate has expired";
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return "the carrier's certificate is not valid yet";
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return "the carrier's certificate is not for " + name_;
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return "the carrier's certificate is from an unknown authority";
        default:
            return std::string("the carrier's certificate is not valid: ") +
                   X509_verify_cert_error_string(verdict);
    }
}

std::string TlsChannel::why_broken() const {
    const unsigned long error = ERR_peek_error();
    switch (ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0) {
        case SSL_R_WRONG_VERSION_NUMBER:
        case SSL_R_HTTP_REQUEST:
        case SSL_R_PACKET_LENGTH_TOO_LONG:
            return "the carrier does not speak TLS on this port";
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
            return "the carrier shows no certificate";
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return "no version of TLS is common with the carrier";
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
            return "the carrier asks for a certificate of ours";
        case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
            return "the carrier refuses the handshake: no cipher is common, or it asks for a "
                   "certificate of ours";
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
            return "our certificate is from an authority that the carrier does not know";
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
            return "the carrier says that our certificate has expired";
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
        case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
            return "the carrier does not accept our certificate";
        default:
            break;
    }
    const char* words = ERR_reason_error_string(error);
    return words == nullptr ? "TLS broke off" : words;
}

}  // namespace parley::io
