#pragma once
// Reads capture files (pcap and pcapng, by libpcap) down to the TCP segments in them. Says where a
// file breaks off; keeps nothing.

#include <cstdint>
#include <cstdio>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace parley::tools {

/// What the input is at fault for: a sentence that names the place.
struct InputError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Endpoint {
    std::string address;  // 4 or 16 octets as on the wire
    std::uint16_t port = 0;
    auto operator<=>(const Endpoint&) const = default;
    /// "10.0.0.1:2775", "[fd00::1]:2775".
    std::string text() const;
};

struct TcpSegment {
    std::int64_t time_ns = 0;  // since 1970
    Endpoint from;
    Endpoint to;
    std::uint32_t sequence = 0;
    bool syn = false;
    bool fin = false;
    bool rst = false;
    std::string_view payload;  // valid during the call
};

/// Whether these first octets of a file are those of a pcap or pcapng file.
bool is_capture(std::string_view first_octets);

struct CaptureCounts {
    std::uint64_t packets = 0;
    std::uint64_t not_tcp = 0;    // other protocols, fragments, link types that we do not read
    std::uint64_t cut_short = 0;  // captured with a snap length below the packet's
};
/// Hands every TCP segment to `hear`, in the order of the file. Takes the file. Throws InputError
/// with the number of whole packets before the place where the file is broken.
CaptureCounts read_capture(std::FILE* file, const std::function<void(const TcpSegment&)>& hear);

}  // namespace parley::tools
