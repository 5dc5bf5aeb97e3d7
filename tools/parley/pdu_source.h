#pragma once
// PDUs out of what people have: hexadecimal text, or a capture file. Each with where it came from,
// and with what could not be read named by its offset.

#include "protocol/smpp/codec.h"
#include "tools/parley/capture.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::tools {

/// One PDU as it was seen. The frame's body points into octets that are valid during the call.
struct SeenPdu {
    std::uint64_t number = 0;  // from 1, in the order seen
    smpp::Frame frame;
    std::uint64_t offset = 0;  // in its stream (hexadecimal: in the octets given)
    std::uint64_t input = 0;   // which of several inputs, from 0
    // Of a capture:
    std::int64_t time_ns = 0;      // when its last octet came; 0: unknown
    std::optional<Endpoint> from;  // empty: unknown
    std::optional<Endpoint> to;
    std::uint64_t connection = 0;  // equal for both directions of one TCP connection
};
using HearPdu = std::function<void(const SeenPdu&)>;

/// Hexadecimal digits in any grouping to octets: blanks, line ends, ':' ',' '-' between digits,
/// "0x" and "\x" in front of them and '#' comments are passed over. Throws InputError with the
/// offset of a character that is none of these.
std::string octets_of_hex_text(std::string_view text);

/// All PDUs of one stream. Throws InputError when something is left that is no whole PDU, with its
/// offset, after all PDUs before it were handed on.
void read_stream(std::string_view octets, const HearPdu& hear);

/// All PDUs of a capture, in the order in which they were whole. Connections that do not begin like
/// SMPP are left out unless their port is named. Takes the file. Returns notes for a person: what
/// was left out, holes, streams that were lost. Throws InputError for a broken file.
std::vector<std::string> read_capture_pdus(std::FILE* file, const std::vector<std::uint16_t>& ports,
                                           const HearPdu& hear);

}  // namespace parley::tools
