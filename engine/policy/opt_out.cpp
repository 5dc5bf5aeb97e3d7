#include "engine/policy/opt_out.h"

#include "engine/policy/opt_out_phrases.h"

#include <algorithm>
#include <array>
#include <optional>

namespace parley::policy {
namespace {

struct Keyword {
    std::string_view words;
    Intent intent;
    bool always = false;  // even as one sentence among others; CANCEL and END are common words
};
// The per-se words of 47 CFR 64.1200(a)(10), CTIA's, and Twilio's and AWS's French ones.
constexpr std::array<Keyword, 21> keywords = {{{"stop", Intent::opt_out, true},
                                               {"quit", Intent::opt_out},
                                               {"end", Intent::opt_out},
                                               {"revoke", Intent::opt_out, true},
                                               {"optout", Intent::opt_out, true},
                                               {"opt out", Intent::opt_out, true},
                                               {"cancel", Intent::opt_out},
                                               {"unsubscribe", Intent::opt_out, true},
                                               {"un subscribe", Intent::opt_out, true},
                                               {"unsub", Intent::opt_out, true},
                                               {"stopall", Intent::opt_out, true},
                                               {"stop all", Intent::opt_out, true},
                                               {"stop2quit", Intent::opt_out, true},
                                               {"stop2end", Intent::opt_out, true},
                                               {"arret", Intent::opt_out, true},
                                               {"arrete", Intent::opt_out, true},
                                               {"arrett", Intent::opt_out, true},
                                               {"start", Intent::opt_in},
                                               {"unstop", Intent::opt_in},
                                               {"help", Intent::help},
                                               {"info", Intent::help}}};
constexpr std::size_t keyword_size_max = 12;

const Keyword* keyword(std::string_view words) {
    if (words.size() > keyword_size_max) return nullptr;
    const auto found = std::ranges::find(keywords, words, &Keyword::words);
    return found == keywords.end() ? nullptr : found;
}

// Politeness says nothing about what is meant; an object ("stop this") does not change a wish to
// end something, but "start it" is not a wish to be texted.
constexpr std::array<std::string_view, 27> politeness = {
    "please", "pls",    "plz", "plse", "thanks", "thank", "thankyou", "thx",  "ty",
    "ok",     "okay",   "hi",  "hey",  "hello",  "sir",   "maam",     "mam",  "guys",
    "merci",  "kindly", "svp", "you",  "u",      "tks",   "thnx",     "dear", "sirs"};
constexpr std::array<std::string_view, 10> objects = {
    "now", "just", "it", "this", "all", "me", "and", "immediately", "asap", "everything"};

bool among(const auto& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

std::string_view first_word(std::string_view words) {
    return words.substr(0, words.find(' '));
}
// "opt out" is two words; all other keywords are found by their first.
std::string_view first_keyword(std::string_view words) {
    for (const std::string_view two :
         {std::string_view("opt out"), std::string_view("un subscribe")}) {
        if (words.starts_with(two) && (words.size() == two.size() || words[two.size()] == ' ')) {
            return two;
        }
    }
    return first_word(words);
}

const Keyword* keyword_among_fillers(std::string_view words) {
    const Keyword* found = nullptr;
    bool has_object = false;
    while (!words.empty()) {
        const std::string_view word = first_keyword(words);
        words.remove_prefix(std::min(word.size() + 1, words.size()));
        if (among(objects, word)) {
            has_object = true;
        } else if (!among(politeness, word)) {
            const Keyword* here = keyword(word);
            if (!here || (found && found->intent != here->intent)) return nullptr;
            if (!found || here->always) found = here;
        }
    }
    if (found && found->intent == Intent::opt_in && has_object) return nullptr;
    return found;
}

// "s t o p" for those who type "S.T.O.P."
std::string join_letters(std::string_view words) {
    std::string joined;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i % 2 == 1 && words[i] != ' ') return {};
        if (i % 2 == 0) joined.push_back(words[i]);
    }
    return joined;
}

const Keyword* exact_keyword(std::string_view words) {
    if (const Keyword* found = keyword(words)) return found;
    const bool spelled = words.size() >= 5 && words.size() < 2 * keyword_size_max;
    return spelled && words[1] == ' ' ? keyword(join_letters(words)) : nullptr;
}

std::optional<Judgement> judge_keywords(std::string_view words) {
    if (const Keyword* found = exact_keyword(words)) {
        return Judgement{found->intent, Rule::keyword_exact};
    }
    // Among the fillers stand all the words of a wish that is not about texts at all.
    if (words.find("end it all") != std::string_view::npos) return Judgement{{}, Rule::review};
    if (const Keyword* found = keyword_among_fillers(words)) {
        return Judgement{found->intent, Rule::keyword_filler};
    }
    return std::nullopt;
}

bool is_break(std::string_view text, std::size_t at) {
    if (text[at] == '\n') return true;
    return text[at] == '.' && (at + 1 == text.size() || text[at + 1] == ' ');
}

bool only_opts_out(std::string_view sentence) {
    constexpr std::size_t size_max = 40;  // a longer one has more to say than a keyword
    if (sentence.size() > size_max) return false;
    const std::string words = normalise_words(sentence);
    const Keyword* found = exact_keyword(words);
    if (!found) found = keyword_among_fillers(words);
    return found && found->intent == Intent::opt_out && found->always;
}

// A keyword that is the whole first or last sentence, as above a signature: "STOP\nSent from my
// phone", "I don't know you. Stop."
bool a_sentence_opts_out(std::string_view text) {
    while (!text.empty() && (is_break(text, text.size() - 1) || text.back() == ' ')) {
        text.remove_suffix(1);
    }
    std::size_t first = std::string_view::npos;
    std::size_t last = std::string_view::npos;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!is_break(text, at)) continue;
        if (first == std::string_view::npos) first = at;
        last = at;
    }
    if (first == std::string_view::npos) return false;
    return only_opts_out(text.substr(0, first)) || only_opts_out(text.substr(last + 1));
}

// Phones tell of a reaction by quoting our own text, instructions to opt out included.
std::string_view without_reaction(std::string_view text) {
    constexpr std::array<std::string_view, 8> reactions = {
        "Liked ",    "Loved ",      "Laughed at ", "Emphasized ",
        "Disliked ", "Questioned ", "Removed a ",  "Reacted "};
    const bool reacts = std::ranges::any_of(
        reactions, [text](std::string_view reaction) { return text.starts_with(reaction); });
    if (!reacts) return text;
    const std::size_t quote = std::min(text.find("“"), text.find('"'));
    return text.substr(0, quote);
}

bool is_bare_objection(std::string_view text) {
    return text.find("🛑") != std::string_view::npos || text.find("👎") != std::string_view::npos;
}

}  // namespace

std::string_view name(Rule rule) {
    switch (rule) {
        case Rule::none:
            return "none";
        case Rule::keyword_exact:
            return "keyword_exact";
        case Rule::keyword_filler:
            return "keyword_filler";
        case Rule::phrase:
            return "phrase";
        case Rule::review:
            return "review";
    }
    return "none";
}

Judgement judge(std::string_view text) {
    text = without_reaction(text);
    const std::string words = normalise_words(text);
    if (words.empty()) return {Intent::none, is_bare_objection(text) ? Rule::review : Rule::none};
    if (const auto judged = judge_keywords(words)) return *judged;
    if (a_sentence_opts_out(text)) return {Intent::opt_out, Rule::keyword_filler};
    const Rule rule = judge_phrases(words);
    return {rule == Rule::phrase ? Intent::opt_out : Intent::none, rule};
}

}  // namespace parley::policy
