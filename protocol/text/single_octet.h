#pragma once
// Character sets of one octet a character: ASCII, and parts 1, 5 and 8 of ISO/IEC 8859.

#include "protocol/text/charset.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::text {

/// True for ascii, latin1, cyrillic and hebrew.
constexpr bool is_single_octet(Encoding encoding) {
    return encoding == Encoding::ascii || encoding == Encoding::latin1 ||
           encoding == Encoding::cyrillic || encoding == Encoding::hebrew;
}

/// Octet of a code point; empty when the set has none. Requires is_single_octet(encoding).
std::optional<std::uint8_t> single_octet_of(char32_t point, Encoding encoding);

/// Appends. False, with out unchanged, when a character is not in the set.
bool encode_single_octet(std::string_view utf8, Encoding encoding, std::string& out);
/// Appends UTF-8. False when an octet without character became U+FFFD.
bool decode_single_octet(std::string_view octets, Encoding encoding, std::string& text);

}  // namespace parley::text
