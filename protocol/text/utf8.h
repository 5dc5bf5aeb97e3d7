#pragma once
// One code point of UTF-8 at a time. Whoever walks a text drives it; it never throws, never reads
// past the end, and calls whatever Unicode forbids (overlong forms, surrogates) malformed.

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::text {

inline constexpr char32_t replacement = 0xFFFD;
inline constexpr char32_t malformed = 0xFFFFFFFF;

namespace detail {
struct Utf8Form {
    unsigned trailing;
    char32_t first_bits;
    char32_t smallest;  // anything below is an overlong form
};

/// Shape of a sequence by its first octet; trailing 0 for an octet that starts none.
constexpr Utf8Form utf8_form(unsigned char lead) {
    if (lead >= 0xC2 && lead < 0xE0) return {1, lead & 0x1Fu, 0x80};
    if (lead >= 0xE0 && lead < 0xF0) return {2, lead & 0x0Fu, 0x800};
    if (lead >= 0xF0 && lead < 0xF5) return {3, lead & 0x07u, 0x10000};
    return {0, 0, 0};
}
}  // namespace detail

/// Reads the code point at `at` and moves behind it. Malformed: one octet is taken. Requires
/// at < text.size().
inline char32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    if (lead < 0x80) return lead;
    const auto form = detail::utf8_form(lead);
    if (form.trailing == 0 || text.size() - at < form.trailing) return malformed;
    char32_t point = form.first_bits;
    for (unsigned i = 0; i < form.trailing; ++i) {
        const auto octet = static_cast<unsigned char>(text[at + i]);
        if ((octet & 0xC0) != 0x80) return malformed;
        point = (point << 6) | (octet & 0x3Fu);
    }
    if (point < form.smallest || point > 0x10FFFF) return malformed;
    if (point >= 0xD800 && point < 0xE000) return malformed;
    at += form.trailing;
    return point;
}

inline void append_utf8(char32_t point, std::string& out) {
    if (point < 0x80) {
        out.push_back(static_cast<char>(point));
    } else if (point < 0x800) {
        out.push_back(static_cast<char>(0xC0 | (point >> 6)));
        out.push_back(static_cast<char>(0x80 | (point & 0x3F)));
    } else if (point < 0x10000) {
        out.push_back(static_cast<char>(0xE0 | (point >> 12)));
        out.push_back(static_cast<char>(0x80 | ((point >> 6) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | (point & 0x3F)));
    } else {
        out.push_back(static_cast<char>(0xF0 | (point >> 18)));
        out.push_back(static_cast<char>(0x80 | ((point >> 12) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | ((point >> 6) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | (point & 0x3F)));
    }
}

}  // namespace parley::text
