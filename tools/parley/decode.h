#pragma once
// `parley decode`: SMPP in hexadecimal or in a capture file, as text or JSON.

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace parley::tools {

struct DecodeOptions {
    std::vector<std::string> inputs;  // a file's name, or hexadecimal digits; none: standard input
    bool json = false;                // one object a line
    bool session = false;             // pair requests with responses
    bool all_fields = false;
    std::string dialect;               // a ready one, or a file: of TLVs, statuses and texts
    std::vector<std::uint16_t> ports;  // TCP ports that carry SMPP whatever it looks like
};

/// 0 when everything was read; 1 when something was not, with a sentence on `complaints` that names
/// the place. What could be read is on `out` either way.
int decode(const DecodeOptions& options, std::ostream& out, std::ostream& complaints);

}  // namespace parley::tools
