#pragma once
// Octets as hexadecimal digits and back.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::smpp {

/// Two capital digits per octet.
std::string to_hex(std::string_view octets);
void append_hex(std::string& out, std::string_view octets);

/// Digits of either case, an even number of them and nothing else.
std::optional<std::string> from_hex(std::string_view digits);
/// 0 to 15; -1 for anything that is no hexadecimal digit.
int hex_digit(char c);

}  // namespace parley::smpp
