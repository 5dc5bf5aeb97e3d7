#include "protocol/text/single_octet.h"

#include "protocol/text/utf8.h"

#include <array>

namespace parley::text {
namespace {

// ISO/IEC 8859-5: 0xA1 … 0xFF are U+0401 … U+045F in order, but for a soft hyphen, a numero sign
// and a section sign.
constexpr char32_t cyrillic_point(std::uint8_t octet) {
    if (octet <= 0xA0 || octet == 0xAD) return octet;
    if (octet == 0xF0) return U'№';
    if (octet == 0xFD) return U'§';
    return 0x0400 + (octet - 0xA0u);
}

// ISO/IEC 8859-8: Latin-1 up to 0xBE with two signs exchanged, then a gap, a double low line, the
// letters and two marks of direction.
constexpr char32_t hebrew_point(std::uint8_t octet) {
    if (octet == 0xA1) return replacement;
    if (octet == 0xAA) return U'×';
    if (octet == 0xBA) return U'÷';
    if (octet <= 0xBE) return octet;
    if (octet == 0xDF) return U'‗';
    if (octet >= 0xE0 && octet <= 0xFA) return 0x05D0 + (octet - 0xE0u);
    if (octet == 0xFD || octet == 0xFE) return 0x200E + (octet - 0xFDu);
    return replacement;
}

constexpr char32_t point_of(std::uint8_t octet, Encoding encoding) {
    switch (encoding) {
        case Encoding::cyrillic:
            return cyrillic_point(octet);
        case Encoding::hebrew:
            return hebrew_point(octet);
        case Encoding::ascii:
            return octet < 0x80 ? octet : replacement;
        default:
            return octet;
    }
}

using Upper = std::array<char32_t, 128>;  // the code points of 0x80 … 0xFF
constexpr Upper make_upper(Encoding encoding) {
    Upper upper{};
    for (std::size_t i = 0; i < upper.size(); ++i)
        upper[i] = point_of(static_cast<std::uint8_t>(0x80 + i), encoding);
    return upper;
}
constexpr Upper ascii_upper = make_upper(Encoding::ascii);
constexpr Upper latin1_upper = make_upper(Encoding::latin1);
constexpr Upper cyrillic_upper = make_upper(Encoding::cyrillic);
constexpr Upper hebrew_upper = make_upper(Encoding::hebrew);

const Upper& upper_of(Encoding encoding) {
    switch (encoding) {
        case Encoding::ascii:
            return ascii_upper;
        case Encoding::cyrillic:
            return cyrillic_upper;
        case Encoding::hebrew:
            return hebrew_upper;
        default:
            return latin1_upper;
    }
}

}  // namespace

std::optional<std::uint8_t> single_octet_of(char32_t point, Encoding encoding) {
    if (point < 0x80) return static_cast<std::uint8_t>(point);
    if (point == replacement || point == malformed) return std::nullopt;
    if (encoding == Encoding::latin1) {
        return point <= 0xFF ? std::optional(static_cast<std::uint8_t>(point)) : std::nullopt;
    }
    const Upper& upper = upper_of(encoding);
    for (std::size_t i = 0; i < upper.size(); ++i) {
        if (upper[i] == point) return static_cast<std::uint8_t>(0x80 + i);
    }
    return std::nullopt;
}

bool encode_single_octet(std::string_view utf8, Encoding encoding, std::string& out) {
    const std::size_t before = out.size();
    for (std::size_t at = 0; at < utf8.size();) {
        const auto octet = single_octet_of(next_code_point(utf8, at), encoding);
        if (!octet) {
            out.resize(before);
            return false;
        }
        out.push_back(static_cast<char>(*octet));
    }
    return true;
}

bool decode_single_octet(std::string_view octets, Encoding encoding, std::string& text) {
    const Upper& upper = upper_of(encoding);
    bool lossless = true;
    for (const char character : octets) {
        const auto octet = static_cast<std::uint8_t>(character);
        const char32_t point = octet < 0x80 ? octet : upper[octet - 0x80u];
        lossless = lossless && point != replacement;
        append_utf8(point, text);
    }
    return lossless;
}

}  // namespace parley::text
