#include "tools/loadgen/wire.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace parley::loadgen {
namespace {

/// The newest of OpenSSL's complaints, and none is left for whoever asks next.
std::string tls_reason() {
    const auto error = ERR_peek_last_error();
    ERR_clear_error();
    const char* reason = error == 0 ? nullptr : ERR_reason_error_string(error);
    return reason == nullptr ? "TLS failed" : reason;
}

int as_int(std::size_t size) {
    return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

}  // namespace

void Tls::Free::operator()(SSL_CTX* context) const {
    SSL_CTX_free(context);
}
void Tls::Free::operator()(SSL* session) const {
    SSL_free(session);
}

Tls::Tls(std::string host, const std::string& ca_file, bool insecure)
    : host_(std::move(host)), insecure_(insecure), context_(SSL_CTX_new(TLS_client_method())) {
    if (!context_) throw std::runtime_error("cannot start TLS: " + tls_reason());
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
    // A retried write may come from a buffer that has moved.
    SSL_CTX_set_mode(context_.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_verify(context_.get(), insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
    const bool read = ca_file.empty()
                          ? SSL_CTX_set_default_verify_paths(context_.get()) == 1
                          : SSL_CTX_load_verify_file(context_.get(), ca_file.c_str()) == 1;
    if (!read) {
        throw std::runtime_error("cannot read the certificates of '" + ca_file +
                                 "': " + tls_reason());
    }
}

std::unique_ptr<SSL, Tls::Free> Tls::session(int fd) const {
    std::unique_ptr<SSL, Free> session(SSL_new(context_.get()));
    SSL_set_fd(session.get(), fd);
    SSL_set_connect_state(session.get());
    const bool is_address =
        host_.find_first_not_of("0123456789.") == host_.npos || host_.find(':') != host_.npos;
    if (is_address) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session.get()), host_.c_str());
    } else {
        SSL_set_tlsext_host_name(session.get(), host_.c_str());
        if (!insecure_) SSL_set1_host(session.get(), host_.c_str());
    }
    return session;
}

bool Wire::dial(const tools::SocketAddress& target, const Tls* tls) {
    close();
    trouble_.clear();
    tls_ = tls;
    socket_ = tools::dial(target);
    if (!socket_) {
        trouble_ = tools::reason(errno);
        return false;
    }
    state_ = State::connecting;
    wants_write_ = true;
    return true;
}

bool Wire::settle() {
    if (state_ == State::connecting) {
        const int error = tools::connect_error(socket_);
        if (error != 0) {
            trouble_ = tools::reason(error);
            return false;
        }
        wants_write_ = false;
        if (tls_ == nullptr) {
            state_ = State::open;
            return true;
        }
        session_ = tls_->session(socket_.get());
        state_ = State::shaking_hands;
    }
    return state_ != State::shaking_hands || shake_hands();
}

bool Wire::shake_hands() {
    ERR_clear_error();
    const int result = SSL_do_handshake(session_.get());
    if (result == 1) {
        wants_write_ = false;
        state_ = State::open;
        return true;
    }
    const int error = SSL_get_error(session_.get(), result);
    wants_write_ = error == SSL_ERROR_WANT_WRITE;
    if (wants_write_ || error == SSL_ERROR_WANT_READ) return true;
    const auto verified = SSL_get_verify_result(session_.get());
    trouble_ = "TLS: " + (verified == X509_V_OK ? tls_reason()
                                                : std::string("its certificate is not trusted: ") +
                                                      X509_verify_cert_error_string(verified));
    return false;
}

void Wire::close() {
    session_.reset();
    socket_.reset();
    state_ = State::closed;
    wants_write_ = false;
}

std::ptrdiff_t Wire::read(char* into, std::size_t size) {
    if (session_) {
        ERR_clear_error();
        return tls_result(SSL_read(session_.get(), into, as_int(size)));
    }
    const auto n = ::recv(socket_.get(), into, size, 0);
    if (n > 0) return n;
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    if (n < 0) trouble_ = tools::reason(errno);
    return -1;
}

bool Wire::has_more() const {
    // Not SSL_has_pending: half a record would keep whoever asks reading until its rest comes.
    return session_ && SSL_pending(session_.get()) > 0;
}

std::ptrdiff_t Wire::write(std::string_view bytes) {
    if (session_) {
        ERR_clear_error();
        const auto taken =
            tls_result(SSL_write(session_.get(), bytes.data(), as_int(bytes.size())));
        wants_write_ = taken >= 0 && static_cast<std::size_t>(taken) < bytes.size();
        return taken;
    }
    const auto n = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN && errno != EINTR) {
        trouble_ = tools::reason(errno);
        return -1;
    }
    const auto taken = std::max<std::ptrdiff_t>(n, 0);
    wants_write_ = static_cast<std::size_t>(taken) < bytes.size();
    return taken;
}

/// Of SSL_read or SSL_write.
std::ptrdiff_t Wire::tls_result(int result) {
    if (result > 0) return result;
    switch (SSL_get_error(session_.get(), result)) {
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE:
            return 0;
        case SSL_ERROR_ZERO_RETURN:
            return -1;
        case SSL_ERROR_SYSCALL:
            if (errno != 0) trouble_ = tools::reason(errno);
            return -1;
        default:
            trouble_ = "TLS: " + tls_reason();
            return -1;
    }
}

}  // namespace parley::loadgen
