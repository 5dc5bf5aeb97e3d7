#pragma once
// Cuts a long text into segments with an 8-bit concatenation header (3GPP TS 23.040 §9.2.3.24.1),
// never inside an escape pair or a surrogate pair.

#include "protocol/text/charset.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::text {

/// 160/153 septets, 70/67 UTF-16 units. A long text has at most 255 segments.
inline constexpr std::size_t segments_max = 255;

struct Segmented {
    Encoding encoding = Encoding::gsm7;
    std::uint8_t data_coding = 0;
    bool udhi = false;                  // set esm_class 0x40
    std::vector<std::string> segments;  // short_message of each, header included; empty: too long
};

/// reference: the concatenation reference of this message; unused when one segment suffices.
/// An empty text is one empty segment. Requires valid UTF-8.
Segmented split(std::string_view utf8, std::uint8_t reference);

struct SegmentCount {
    Encoding encoding;
    std::size_t segments;  // 0 when it would need more than segments_max
    std::size_t units;     // septets or UTF-16 units
};
/// What split() would do, without building it (no allocation).
SegmentCount count(std::string_view utf8);

/// The concatenation element of a user data header. Empty when there is none or it must be ignored:
/// total 0, part 0 or part > total (TS 23.040 §9.2.3.24.1).
struct Concatenation {
    std::uint16_t reference;
    std::uint8_t total;
    std::uint8_t part;  // 1 … total
    bool wide;          // 16-bit reference
};
struct UserData {
    std::optional<Concatenation> concatenation;
    std::string_view body;  // the octets after the header; all of them if the header is broken
    bool broken = false;    // header length runs past the end
};
/// octets begin with the user data header length, as when esm_class has 0x40.
UserData parse_user_data(std::string_view octets);

}  // namespace parley::text
