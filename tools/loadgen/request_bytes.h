#pragma once
// The bytes of a POST /v1/messages, written from pieces that were built once: a message is a few
// copies with its number and marker patched in, so that a load generator which shares two cores
// with the engine does not measure itself. Knows no socket.

#include "tools/loadgen/message_mix.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::loadgen {

struct RequestStyle {
    std::string host;           // for the Host header
    std::string key;            // API key
    std::string message_class;  // empty: the server's default
    bool array = false;         // an array of messages, not a lone object
};

class RequestBytes {
public:
    /// mix outlives this.
    RequestBytes(RequestStyle style, MessageMix& mix);

    /// Appends the request that carries messages first, first + 1, …; without array, count is 1.
    void append(std::string& out, std::uint64_t first, std::uint32_t count);

private:
    /// One item between its sender and its recipient, and behind the marker.
    struct Pieces {
        std::string before_to;
        std::string before_marker;
        std::string after_marker;
    };

    bool array_;
    MessageMix& mix_;
    std::string head_;            // to the end of "Content-Length:"
    std::vector<Pieces> pieces_;  // by text, then by sender
};

}  // namespace parley::loadgen
