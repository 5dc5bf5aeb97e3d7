#pragma once
// Characters that a word processor puts where a keyboard has a plainer one: curly quotes, dashes,
// odd spaces. Replaced by what looks alike, a text often fits GSM 7.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::text {

/// What stands for this character in the GSM default alphabet, perhaps nothing at all; empty
/// optional when nothing looks alike. Letters keep their accents: é is not e.
std::optional<std::string_view> lookalike_of(char32_t point);

struct Replacement {
    std::size_t position;  // in code points, from 0, of the original text
    char32_t from;
    std::string_view to;
    bool operator==(const Replacement&) const = default;
};
struct Replaced {
    std::string text;
    std::vector<Replacement> replacements;  // in order
};
/// Replaces all that have a lookalike. Requires valid UTF-8.
Replaced replace_lookalikes(std::string_view utf8);

}  // namespace parley::text
