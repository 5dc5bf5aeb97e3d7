#pragma once
// The GSM 7 bit default alphabet and its extension table, as data with look-ups both ways.
// Source: 3GPP TS 23.038 §6.2.1 (default alphabet) and §6.2.1.1 (default extension table).

#include "protocol/text/gsm7.h"

#include <array>
#include <cstdint>

namespace parley::text::gsm7 {

/// Code point of each septet; 0 where there is none, and at the escape.
using Table = std::array<char16_t, 128>;

inline constexpr Table basic = {
    u'@', u'£', u'$', u'¥', u'è', u'é', u'ù', u'ì', u'ò', u'Ç',  u'\n', u'Ø', u'ø', u'\r', u'Å',
    u'å', u'Δ', u'_', u'Φ', u'Γ', u'Λ', u'Ω', u'Π', u'Ψ', u'Σ',  u'Θ',  u'Ξ', 0,    u'Æ',  u'æ',
    u'ß', u'É', u' ', u'!', u'"', u'#', u'¤', u'%', u'&', u'\'', u'(',  u')', u'*', u'+',  u',',
    u'-', u'.', u'/', u'0', u'1', u'2', u'3', u'4', u'5', u'6',  u'7',  u'8', u'9', u':',  u';',
    u'<', u'=', u'>', u'?', u'¡', u'A', u'B', u'C', u'D', u'E',  u'F',  u'G', u'H', u'I',  u'J',
    u'K', u'L', u'M', u'N', u'O', u'P', u'Q', u'R', u'S', u'T',  u'U',  u'V', u'W', u'X',  u'Y',
    u'Z', u'Ä', u'Ö', u'Ñ', u'Ü', u'§', u'¿', u'a', u'b', u'c',  u'd',  u'e', u'f', u'g',  u'h',
    u'i', u'j', u'k', u'l', u'm', u'n', u'o', u'p', u'q', u'r',  u's',  u't', u'u', u'v',  u'w',
    u'x', u'y', u'z', u'ä', u'ö', u'ñ', u'ü', u'à'};

struct Extension {
    std::uint8_t septet;  // after the escape
    char16_t point;
};
inline constexpr std::array<Extension, 10> extensions = {{{0x0A, u'\f'},
                                                          {0x14, u'^'},
                                                          {0x28, u'{'},
                                                          {0x29, u'}'},
                                                          {0x2F, u'\\'},
                                                          {0x3C, u'['},
                                                          {0x3D, u'~'},
                                                          {0x3E, u']'},
                                                          {0x40, u'|'},
                                                          {0x65, u'€'}}};

namespace detail {
constexpr auto make_extended() {
    Table table{};
    for (const auto& extension : extensions)
        table[extension.septet] = extension.point;
    return table;
}

// Everything of the alphabet below U+0400, that is all but the euro sign.
constexpr auto make_codes() {
    std::array<Code, 0x400> table{};
    for (std::size_t septet = 0; septet < basic.size(); ++septet) {
        if (septet != escape) table[basic[septet]] = {static_cast<std::uint8_t>(septet), 1};
    }
    for (const auto& extension : extensions) {
        if (extension.point < table.size()) table[extension.point] = {extension.septet, 2};
    }
    return table;
}
}  // namespace detail

/// Code point after an escape; 0 where the extension table is empty.
inline constexpr Table extended = detail::make_extended();
inline constexpr auto codes = detail::make_codes();

constexpr Code default_code_of(char32_t point) {
    if (point < codes.size()) return codes[point];
    return point == U'€' ? Code{0x65, 2} : Code{};
}

}  // namespace parley::text::gsm7
