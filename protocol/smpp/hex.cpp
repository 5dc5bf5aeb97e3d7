#include "protocol/smpp/hex.h"

namespace parley::smpp {

void append_hex(std::string& out, std::string_view octets) {
    constexpr char digits[] = "0123456789ABCDEF";
    for (const char c : octets) {
        const auto octet = static_cast<std::uint8_t>(c);
        out += digits[octet >> 4];
        out += digits[octet & 0x0F];
    }
}

std::string to_hex(std::string_view octets) {
    std::string out;
    append_hex(out, octets);
    return out;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<std::string> from_hex(std::string_view digits) {
    if (digits.size() % 2 != 0) return std::nullopt;
    std::string octets;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const int high = hex_digit(digits[i]);
        const int low = hex_digit(digits[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        octets += static_cast<char>(high << 4 | low);
    }
    return octets;
}

}  // namespace parley::smpp
