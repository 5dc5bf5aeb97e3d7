#pragma once
// The digits of a number or of the beginning of one, in one word that sorts as the text does.

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::carrier {

struct Digits {
    static constexpr std::size_t count_max = 15;  // E.164 §6.2.1

    std::uint64_t bits = 0;  // four a digit, the first one on top; what is not there is 0
    std::uint8_t count = 0;
    auto operator<=>(const Digits&) const = default;
};

/// Of "+" and up to 15 digits. Empty for anything else, such as a short code.
constexpr std::optional<Digits> digits_of(std::string_view text) {
    if (!text.starts_with('+') || text.size() > Digits::count_max + 1) return std::nullopt;
    Digits digits;
    for (const char c : text.substr(1)) {
        if (c < '0' || c > '9') return std::nullopt;
        digits.bits |= static_cast<std::uint64_t>(c - '0') << (60U - 4U * digits.count);
        ++digits.count;
    }
    return digits;
}

constexpr bool begins_with(Digits number, Digits prefix) {
    if (prefix.count > number.count) return false;
    return prefix.count == 0 || (number.bits ^ prefix.bits) >> (64U - 4U * prefix.count) == 0;
}

}  // namespace parley::carrier
