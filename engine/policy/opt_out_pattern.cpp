#include "engine/policy/opt_out_pattern.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace parley::policy {
namespace {

constexpr std::size_t repetitions_max = 6;

// Calls back with each piece of text between separators; empty pieces do not count.
void for_each_piece(std::string_view text, char separator, auto&& callback) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end > 0) callback(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace

std::size_t Vocabulary::slot_of(std::string_view word) const {
    // The first eight letters and the length tell these words apart well enough.
    std::uint64_t head = 0;
    std::memcpy(&head, word.data(), std::min(word.size(), sizeof head));
    const std::uint64_t mixed = (head ^ word.size()) * 0x9E3779B97F4A7C15u;
    std::size_t slot = (mixed >> 32) % slots_.size();
    while (slots_[slot].id != unknown_word && slots_[slot].word != word) {
        slot = (slot + 1) % slots_.size();
    }
    return slot;
}

WordId Vocabulary::add(std::string_view word) {
    Slot& slot = slots_[slot_of(word)];
    if (slot.id == unknown_word) {
        assert(last_ + 1u < vocabulary_max);
        slot = {word, ++last_};
    }
    return slot.id;
}

WordId Vocabulary::find(std::string_view word) const {
    return slots_[slot_of(word)].id;
}

WordSet Vocabulary::add_all(std::string_view words) {
    WordSet set;
    for_each_piece(words, '|', [&](std::string_view word) { set.set(add(word)); });
    return set;
}

Pattern::Pattern(std::string_view source, std::span<const WordClass> classes,
                 Vocabulary& vocabulary) {
    for_each_piece(source, ' ', [&](std::string_view piece) {
        if (piece == "^") {
            from_beginning_ = true;
            return;
        }
        if (piece == "$") {
            to_end_ = true;
            return;
        }
        const std::size_t times = piece.back() == '*' ? repetitions_max : 1;
        Element element{.set = {}, .optional = piece.back() == '*' || piece.back() == '?'};
        if (element.optional) piece.remove_suffix(1);
        for_each_piece(piece, '|', [&](std::string_view word) {
            const auto known = std::ranges::find(classes, word, &WordClass::name);
            element.set |= vocabulary.add_all(known == classes.end() ? word : known->words);
        });
        elements_.insert(elements_.end(), times, element);
    });
    assert(!elements_.empty() && !elements_.front().optional);
}

std::optional<std::size_t> Pattern::match(const std::vector<WordId>& words, std::size_t at,
                                          const WordSet& politeness) const {
    if (from_beginning_ && at != 0) return std::nullopt;
    return match_from(0, words, at, politeness);
}

std::optional<std::size_t> Pattern::match_from(std::size_t element,
                                               const std::vector<WordId>& words, std::size_t at,
                                               const WordSet& politeness) const {
    if (element == elements_.size()) {
        if (!to_end_) return at;
        const bool polite = std::all_of(words.begin() + static_cast<std::ptrdiff_t>(at),
                                        words.end(), [&](WordId id) { return politeness[id]; });
        return polite ? std::optional(at) : std::nullopt;
    }
    const auto& [set, optional] = elements_[element];
    if (optional) {
        if (auto end = match_from(element + 1, words, at, politeness)) return end;
    }
    if (at == words.size() || !set[words[at]]) return std::nullopt;
    return match_from(element + 1, words, at + 1, politeness);
}

}  // namespace parley::policy
