#include "protocol/text/lookalike.h"

#include "protocol/text/utf8.h"

#include <algorithm>
#include <array>

namespace parley::text {
namespace {

struct Pair {
    char32_t point;
    std::string_view plain;
};
// By code point. None is in the GSM default alphabet, all that they become is.
constexpr std::array pairs = {
    Pair{0x0009, " "},    // tab
    Pair{0x0060, "'"},    // grave accent
    Pair{0x00A0, " "},    // no-break space
    Pair{0x00AB, "\""},   // «
    Pair{0x00AD, ""},     // soft hyphen
    Pair{0x00B4, "'"},    // acute accent
    Pair{0x00BB, "\""},   // »
    Pair{0x02B9, "'"},    // modifier prime
    Pair{0x02BA, "\""},   // modifier double prime
    Pair{0x02BB, "'"},    // modifier turned comma
    Pair{0x02BC, "'"},    // modifier apostrophe
    Pair{0x02C6, "^"},    // modifier circumflex
    Pair{0x02C8, "'"},    // modifier vertical line
    Pair{0x02DC, "~"},    // small tilde
    Pair{0x2000, " "},    // en quad
    Pair{0x2001, " "},    // em quad
    Pair{0x2002, " "},    // en space
    Pair{0x2003, " "},    // em space
    Pair{0x2004, " "},    // three-per-em space
    Pair{0x2005, " "},    // four-per-em space
    Pair{0x2006, " "},    // six-per-em space
    Pair{0x2007, " "},    // figure space
    Pair{0x2008, " "},    // punctuation space
    Pair{0x2009, " "},    // thin space
    Pair{0x200A, " "},    // hair space
    Pair{0x200B, ""},     // zero width space
    Pair{0x2010, "-"},    // hyphen
    Pair{0x2011, "-"},    // non-breaking hyphen
    Pair{0x2012, "-"},    // figure dash
    Pair{0x2013, "-"},    // en dash
    Pair{0x2014, "-"},    // em dash
    Pair{0x2015, "-"},    // horizontal bar
    Pair{0x2018, "'"},    // ‘
    Pair{0x2019, "'"},    // ’
    Pair{0x201A, "'"},    // ‚
    Pair{0x201B, "'"},    // ‛
    Pair{0x201C, "\""},   // “
    Pair{0x201D, "\""},   // ”
    Pair{0x201E, "\""},   // „
    Pair{0x201F, "\""},   // ‟
    Pair{0x2022, "*"},    // bullet
    Pair{0x2024, "."},    // one dot leader
    Pair{0x2025, ".."},   // two dot leader
    Pair{0x2026, "..."},  // ellipsis
    Pair{0x2028, "\n"},   // line separator
    Pair{0x2029, "\n"},   // paragraph separator
    Pair{0x202F, " "},    // narrow no-break space
    Pair{0x2032, "'"},    // prime
    Pair{0x2033, "\""},   // double prime
    Pair{0x2035, "'"},    // reversed prime
    Pair{0x2036, "\""},   // reversed double prime
    Pair{0x2039, "<"},    // ‹
    Pair{0x203A, ">"},    // ›
    Pair{0x2043, "-"},    // hyphen bullet
    Pair{0x2044, "/"},    // fraction slash
    Pair{0x205F, " "},    // medium mathematical space
    Pair{0x2060, ""},     // word joiner
    Pair{0x2212, "-"},    // minus
    Pair{0x2215, "/"},    // division slash
    Pair{0x2217, "*"},    // asterisk operator
    Pair{0x2223, "|"},    // divides
    Pair{0x2236, ":"},    // ratio
    Pair{0x223C, "~"},    // tilde operator
    Pair{0x3000, "  "},   // ideographic space
    Pair{0xFEFF, ""},     // byte order mark
    Pair{0xFF07, "'"},    // full-width apostrophe
};
static_assert(std::ranges::is_sorted(pairs, {}, &Pair::point));

}  // namespace

std::optional<std::string_view> lookalike_of(char32_t point) {
    const auto* found = std::ranges::lower_bound(pairs, point, {}, &Pair::point);
    if (found == pairs.end() || found->point != point) return std::nullopt;
    return found->plain;
}

Replaced replace_lookalikes(std::string_view utf8) {
    Replaced result;
    result.text.reserve(utf8.size());
    std::size_t position = 0;
    for (std::size_t at = 0; at < utf8.size(); ++position) {
        const std::size_t before = at;
        const char32_t point = next_code_point(utf8, at);
        if (const auto plain = lookalike_of(point)) {
            result.text += *plain;
            result.replacements.push_back({position, point, *plain});
        } else {
            result.text += utf8.substr(before, at - before);
        }
    }
    return result;
}

}  // namespace parley::text
