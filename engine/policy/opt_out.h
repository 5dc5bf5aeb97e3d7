#pragma once
// Judges an inbound text: opt-out, opt-in, help, or a person's words. Deterministic and
// explainable: every judgement names the rule that fired (conversations.md §2.5, tiers 1 to 4;
// English).

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::policy {

enum class Intent : std::uint8_t { none, opt_out, opt_in, help };
enum class Rule : std::uint8_t {
    none,
    keyword_exact,   // the whole normalised text is a keyword
    keyword_filler,  // a keyword remains when politeness is taken away
    phrase,          // "stop texting me", "take me off your list" …
    review,          // contains a strong word, matched nothing: a person should look
};
std::string_view name(Rule rule);

struct Judgement {
    Intent intent = Intent::none;
    Rule rule = Rule::none;
};

Judgement judge(std::string_view text);

/// Lower case, accents dropped, letter runs of three and more squeezed, everything but letters and
/// digits one space, trimmed.
std::string normalise_words(std::string_view text);

}  // namespace parley::policy
