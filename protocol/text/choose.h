#pragma once
// Chooses how a text is written: the alphabet that needs the fewest segments, of those that may be
// used, and why it is not a narrower one.

#include "protocol/text/lookalike.h"
#include "protocol/text/segments.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::text {

/// A set of languages.
class LanguageSet {
public:
    constexpr LanguageSet() = default;
    constexpr LanguageSet(std::initializer_list<Language> languages) {
        for (const Language language : languages)
            bits_ |= bit(language);
    }
    static constexpr LanguageSet all() {
        LanguageSet set;
        set.bits_ = (1u << languages) - 2;  // all but none
        return set;
    }
    constexpr bool has(Language language) const { return (bits_ & bit(language)) != 0; }
    constexpr bool empty() const { return bits_ == 0; }

private:
    static constexpr unsigned bit(Language language) {
        return 1u << static_cast<unsigned>(language);
    }
    unsigned bits_ = 0;
};

/// What may be used. Every set that is not the default is a promise that the carrier knows it.
struct Rules {
    bool gsm7 = true;
    bool ascii = false;
    bool latin1 = false;
    bool cyrillic = false;
    bool hebrew = false;
    bool ucs2 = true;
    LanguageSet single{};   // national tables after an escape
    LanguageSet locking{};  // national tables instead of the default alphabet
    bool replace_lookalikes = false;
    Method method = Method::udh8;
    bool packed = false;
    std::string_view elements{};  // see Layout
};

/// The character that no narrower alphabet holds.
struct Forced {
    char32_t point;
    std::size_t position;  // in code points, from 0
    std::size_t offset;    // in octets
    bool operator==(const Forced&) const = default;
};

/// The first character that is not in GSM 7; empty when all are. Requires valid UTF-8.
std::optional<Forced> not_gsm7(std::string_view utf8);

struct Choice {
    Layout layout{};
    std::size_t segments = 0;  // 0: too long, or nothing allowed holds it
    std::size_t units = 0;
    /// When layout is ucs2, or nothing: where the alphabet that got furthest had to stop.
    std::optional<Forced> forced{};
    /// What was replaced; then `text` is to be sent instead. Only when that saves segments.
    std::vector<Replacement> replacements{};
    std::string text{};
};
/// The fewest segments; among equals the alphabet that most phones show: GSM 7, then one octet a
/// character, then UCS-2, then national tables. Requires valid UTF-8.
Choice choose(std::string_view utf8, const Rules& rules = {});

}  // namespace parley::text
