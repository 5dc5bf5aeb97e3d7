#pragma once
// Numbers as documents about SMPP and Unicode print them.

#include <cstdint>
#include <string>

namespace parley::api {

/// The lowest `digits` hexadecimal digits of a value behind a prefix: "0x00000058", "U+2019".
inline std::string hex_text(std::string prefix, std::uint32_t value, unsigned digits) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    while (digits-- > 0)
        prefix += hex[value >> (4 * digits) & 0x0FU];
    return prefix;
}

}  // namespace parley::api
