#pragma once
// A tiny pattern language over words, for the opt-out detector's phrases. The phrase book compiles
// its patterns once; matching looks at word numbers only and allocates nothing.
//
// A pattern is elements parted by spaces: `word`, `a|b|c`, `@class` (may stand among words), with
// `?` behind it for "perhaps" and `*` for "up to six of them, in any order" (bounded, so that no
// text can make the matcher recurse deeply). `^` in front: only at the beginning of the text. `$`
// at the end: nothing but politeness may follow.

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace parley::policy {

using WordId = std::uint16_t;
inline constexpr WordId unknown_word = 0;
inline constexpr std::size_t vocabulary_max = 512;
using WordSet = std::bitset<vocabulary_max>;

/// Numbers the words that patterns name. Views must outlive it: they are string literals.
class Vocabulary {
public:
    WordId add(std::string_view word);
    WordId find(std::string_view word) const;
    /// Of a list such as "stop|quit|cease".
    WordSet add_all(std::string_view words);

private:
    struct Slot {
        std::string_view word;
        WordId id = unknown_word;
    };
    std::size_t slot_of(std::string_view word) const;

    std::array<Slot, 2 * vocabulary_max> slots_;
    WordId last_ = unknown_word;
};

struct WordClass {
    std::string_view name;  // with the @
    std::string_view words;
};

class Pattern {
public:
    Pattern(std::string_view source, std::span<const WordClass> classes, Vocabulary& vocabulary);

    /// Words with which a match can begin.
    const WordSet& first() const { return elements_.front().set; }
    /// End of the match that begins at `at`.
    std::optional<std::size_t> match(const std::vector<WordId>& words, std::size_t at,
                                     const WordSet& politeness) const;

private:
    struct Element {
        WordSet set;
        bool optional = false;
    };
    std::optional<std::size_t> match_from(std::size_t element, const std::vector<WordId>& words,
                                          std::size_t at, const WordSet& politeness) const;

    std::vector<Element> elements_;
    bool from_beginning_ = false;
    bool to_end_ = false;
};

}  // namespace parley::policy
