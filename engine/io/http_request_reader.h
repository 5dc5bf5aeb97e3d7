#pragma once
// Octets to requests, one after the other, with Beast's parser behind it. Keeps only the headers
// that the API reads, and its memory from request to request. Fed by http_connection; no socket.

#include "engine/api/exchange.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace parley::io {

class HttpRequestReader {
public:
    explicit HttpRequestReader(std::uint64_t body_max);
    ~HttpRequestReader();
    HttpRequestReader(const HttpRequestReader&) = delete;
    HttpRequestReader& operator=(const HttpRequestReader&) = delete;

    enum class State : std::uint8_t { partial, complete, failed };
    /// Takes octets off the front; those that are left over must be fed again, with more behind
    /// them. Not called again after complete or failed before reset().
    State feed(std::string_view octets, std::size_t& consumed);
    /// Ready for the next request.
    void reset();

    /// Some octet of a request has come, and not yet its last.
    bool begun() const;
    /// True once per request: the client waits for "100 Continue" before it sends the body.
    bool take_expectation();
    std::size_t body_octets() const;

    // When complete.
    api::Request request() const;
    bool keep_alive() const;

    // When failed.
    unsigned failure_status() const;
    std::string failure_detail() const;

private:
    class Parser;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::io
