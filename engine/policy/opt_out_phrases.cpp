#include "engine/policy/opt_out_phrases.h"

#include "engine/policy/opt_out_pattern.h"

#include <algorithm>
#include <array>
#include <vector>

namespace parley::policy {
namespace {

// Normalising parts "don't" into "don t"; numbering joins it, and "do not", to one word again.
constexpr WordClass classes[] = {
    {"@stop", "stop|quit|cease|discontinue"},
    {"@doing",
     "texting|txting|textin|messaging|msging|sending|contacting|spamming|bothering|harassing|"
     "calling|bugging|mailing|pestering|annoying|blasting|notifying|soliciting"},
    {"@text",
     "text|texts|txt|txts|message|messages|msg|msgs|sms|mms|alert|alerts|notification|"
     "notifications|reminder|reminders|update|updates|spam|promo|promos|promotion|promotions|"
     "promotional|marketing|advertisement|advertisements|ads|solicitations|blasts"},
    {"@texts",
     "texts|txts|messages|msgs|sms|mms|alerts|notifications|reminders|spam|promos|promotions|"
     "marketing|advertisements|ads|solicitations|blasts"},
    {"@these",
     "the|these|those|this|that|all|your|ur|my|our|any|further|future|more|other|such|dang|damn|"
     "stupid|annoying|automated"},
    {"@me", "me|us"},
    {"@contact", "text|txt|contact|message|msg|sms|bother|spam|email|solicit|notify"},
    {"@phone", "phone|cell|mobile|telephone|contact"},
    {"@remove", "remove|delete|drop|scrub|erase|unlist"},
    {"@list",
     "list|lists|database|db|system|systems|subscription|subscriptions|campaign|campaigns|"
     "contacts|texts|messages|alerts|notifications|mailings|records|files"},
    {"@your",
     "your|ur|the|this|these|all|any|of|off|from|my|mailing|text|texting|message|messaging|"
     "marketing|contact|sms|distribution|phone|call|calling|subscriber|email|and|future"},
};

enum class Guard : std::uint8_t {
    none,
    wish,        // "I don't want to …", "did you …" turn it round
    imperative,  // "they don't text me", "don't text me before 9"
    demand       // "I am getting no more texts" complains
};
struct Phrase {
    std::string_view pattern;
    Rule rule = Rule::phrase;
    Guard guard = Guard::wish;
};
constexpr Phrase phrases[] = {
    {"@stop @doing"},
    {"@stop with? @these* @text"},
    {"@stop all of @these* @text"},
    {"@stop receiving|getting @these* @text|these|those|this"},
    {"@stop receiving $"},
    {"end|cancel|terminate|halt @these* text|message|sms? @texts"},
    {"end|cancel|terminate|stop @these* @text subscription|subscriptions|program"},
    {"unsubscribe|optout"},
    {"opt|opting @me|my|this|number|phone* out"},
    {"cease and desist"},
    {"no more of? @these* text? @texts|texting", Rule::phrase, Guard::demand},
    {"leave @me alone|be"},
    {"want|need|make|like|wish these|this|it|them|all|@text @text? to? stop $"},
    {"@text need|needs|must|should|has|have to|need* stop"},
    {"^ can|could|will|would you|u please|pls|plz|just* stop|quit $"},
    {"said|told|asked|tell|say|asking|saying you|u|yall|guys|to|already* stop $"},
    {"revoke|withdraw|rescind my|all|any|the* consent|permission|authorization"},

    {"dont|never|not ever|even|to* @contact @me", Rule::phrase, Guard::imperative},
    {"dont|never|not ever|even|to* @contact this|my|our @phone? number|phone|cell|line",
     Rule::phrase, Guard::imperative},
    {"dont|never ever? @contact again|anymore $", Rule::phrase, Guard::imperative},
    {"^ please|pls|plz dont @contact $", Rule::phrase, Guard::none},
    {"^ dont @contact $", Rule::phrase, Guard::none},
    {"dont|never send @me? @these* @text", Rule::phrase, Guard::imperative},
    {"dont|never send @me anything|nothing else|more|again|anymore? $", Rule::phrase,
     Guard::imperative},

    {"dont|longer|never want|wish|need|like|care|interested to|in? receive|receiving|get|getting|"
     "see|seeing? @these* text? @texts",
     Rule::phrase, Guard::none},
    {"dont|longer|never want|wish|care|need to receive these|those|them|this|anything $",
     Rule::phrase, Guard::none},
    {"dont|longer|never want|wish|care|need to hear from you|u|yall|this", Rule::phrase,
     Guard::none},
    {"dont|longer|never want|wish to be contacted|texted|messaged|bothered", Rule::phrase,
     Guard::none},

    {"@remove @me $"},
    {"@remove @me from|off|of @your* @list"},
    {"@remove @me from|off this|these|here|it|everything|all $"},
    {"@remove my name from|off @your* @list"},
    {"@remove|removed|deleted|taken from|off @your* list|lists|database|mailings"},
    {"@remove number $"},
    {"@remove|lose|forget my|this|our @phone* number|numbers"},
    {"take|get @me off|out $"},
    {"take|get @me|my|this|our|@phone|number|name* off|out|from @your* @list"},
    {"take my|this|our @phone* number off|out"},

    {"cancel|stop|end|pause @these* subscription|subscriptions|membership", Rule::review},
    {"wrong number|person", Rule::review, Guard::none},
    {"not|isnt interested", Rule::review, Guard::none},
    {"^ go away", Rule::review, Guard::none},
    {"^ remove|halt $", Rule::review, Guard::none},
    {"never|didnt sign|signed|subscribed|subscribe|ask|asked for|up|to", Rule::review, Guard::none},
    {"unsubscribed|unsub|opted|revoke|spam|spamming|spammers|harass|harassing|harassment|tcpa|fcc|"
     "dnc",
     Rule::review, Guard::none},
};

class PhraseBook {
public:
    PhraseBook() {
        for (const Phrase& phrase : phrases) {
            entries_.push_back({Pattern(phrase.pattern, classes, vocabulary_), phrase});
            begins_ |= entries_.back().pattern.first();
        }
        begins_ |= stop_;
    }

    Rule judge(std::string_view words) const {
        bool telling = false;
        const auto ids = number(words, telling);
        if (!telling) return Rule::none;
        Rule found = Rule::none;
        for (std::size_t at = 0; at < ids.size(); ++at) {
            if (!begins_[ids[at]]) continue;
            const Rule here = judge_at(ids, at);
            if (here == Rule::phrase) return here;
            if (here == Rule::review) found = here;
        }
        return found;
    }

private:
    struct Entry {
        Pattern pattern;
        Phrase phrase;
    };

    Rule judge_at(const std::vector<WordId>& ids, std::size_t at) const {
        Rule found = Rule::none;
        for (const Entry& entry : entries_) {
            if (!entry.pattern.first()[ids[at]]) continue;
            const auto end = entry.pattern.match(ids, at, politeness_);
            if (!end) continue;
            // Said the other way round it still is about being texted: a person may look.
            if (guarded(entry.phrase.guard, ids, at, *end)) {
                found = Rule::review;
                continue;
            }
            if (entry.phrase.rule == Rule::phrase) return Rule::phrase;
            found = entry.phrase.rule;
        }
        if (stop_[ids[at]] && !innocent_stop(ids, at)) found = Rule::review;
        return found;
    }

    bool guarded(Guard guard, const std::vector<WordId>& ids, std::size_t at,
                 std::size_t end) const {
        if (guard == Guard::wish) return turned_round(ids, at);
        if (guard == Guard::imperative) return no_imperative(ids, at, end);
        if (guard == Guard::demand) return complaint_[word_before(ids, at, 1)];
        return false;
    }

    // "please don't stop texting me", "I never meant to unsubscribe", "did you opt me out",
    // "reply STOP to unsubscribe". "I can't unsubscribe" is no such thing.
    bool turned_round(const std::vector<WordId>& ids, std::size_t at) const {
        const WordId before = word_before(ids, at, 1);
        const WordId two_before = word_before(ids, at, 2);
        if (stop_[two_before] && to_[before]) return true;
        if (subject_[before] && asked_back_[two_before]) return true;
        std::size_t back = 1;
        while (bridge_[word_before(ids, at, back)])
            ++back;
        const WordId turn = word_before(ids, at, back);
        return not_[turn] || (cannot_[turn] && stop_[ids[at]]);
    }

    // "they do not text me" tells, "I told you do not text me" orders; "don't text me at night"
    // and "don't message me on Facebook" ask for something else.
    bool no_imperative(const std::vector<WordId>& ids, std::size_t at, std::size_t end) const {
        if (end < ids.size() && condition_[ids[end]]) return true;
        return subject_[word_before(ids, at, 1)] && !telling_[word_before(ids, at, 2)];
    }

    bool innocent_stop(const std::vector<WordId>& ids, std::size_t at) const {
        const WordId after = at + 1 < ids.size() ? ids[at + 1] : unknown_word;
        if (quit_[ids[at]]) return after_quit_[after];
        return before_stop_[word_before(ids, at, 1)] || after_stop_[after];
    }

    static WordId word_before(const std::vector<WordId>& ids, std::size_t at, std::size_t back) {
        return back <= at ? ids[at - back] : unknown_word;
    }

    std::vector<WordId> number(std::string_view words, bool& telling) const {
        std::vector<WordId> ids;
        ids.reserve(words.size() / 4 + 1);
        while (!words.empty()) {
            const std::size_t size = std::min(words.find(' '), words.size());
            const std::string_view word = words.substr(0, size);
            words.remove_prefix(std::min(size + 1, words.size()));
            const bool negates = word == "t" || word == "not";
            if (!negates || ids.empty() || !join_not(ids.back())) {
                ids.push_back(vocabulary_.find(word));
            }
            telling |= begins_[ids.back()];
        }
        return ids;
    }

    // "do" or "don" before "not" or "t" becomes "dont", and so on.
    bool join_not(WordId& verb) const {
        const auto found = std::ranges::find(negations_, verb, &Negation::verb);
        if (found == negations_.end()) return false;
        verb = found->joined;
        return true;
    }

    struct Negation {
        WordId verb;
        WordId joined;
    };
    WordSet set(std::string_view words) { return vocabulary_.add_all(words); }
    Negation negation(std::string_view verb, std::string_view joined) {
        return {vocabulary_.add(verb), vocabulary_.add(joined)};
    }

    Vocabulary vocabulary_;
    std::vector<Entry> entries_;
    WordSet begins_;
    std::array<Negation, 9> negations_ = {
        negation("do", "dont"),     negation("don", "dont"), negation("did", "didnt"),
        negation("didn", "didnt"),  negation("can", "cant"), negation("won", "wont"),
        negation("couldn", "cant"), negation("isn", "isnt"), negation("doesn", "doesnt")};
    const WordSet politeness_ = set(
        "please|pls|plz|now|thanks|thank|you|u|thx|ty|ok|okay|asap|immediately|already|today|sir|"
        "maam|right|kindly|again|anymore|ever|at|once");
    const WordSet stop_ = set("stop|quit");
    const WordSet quit_ = set("quit");
    const WordSet to_ = set("to");
    const WordSet not_ = set("dont|didnt|doesnt|wont|isnt|not|never|without");
    const WordSet cannot_ = set("cant|cannot|couldnt");
    const WordSet bridge_ =
        set("want|wanted|mean|meant|wish|trying|going|to|you|u|ever|please|really|need|like|asking|"
            "asked|ask");
    const WordSet subject_ = set("you|u|they|i|we|he|she|who|people|why");
    const WordSet complaint_ = set(
        "have|has|had|are|is|was|were|be|get|gets|got|getting|receive|received|receiving|see|there|"
        "s|why");
    const WordSet asked_back_ = set("did|have|if|when|why|once|after|because");
    const WordSet telling_ = set("told|asked|said|tell|ask|telling|asking");
    const WordSet condition_ =
        set("until|till|before|after|while|during|at|on|tomorrow|today|tonight|between|when|unless|"
            "except|if|so|this|early|late|yet|because|like|via|through");
    const WordSet before_stop_ = set(
        "bus|train|next|last|pit|non|truck|rest|tram|subway|metro|first|final|full|one|door|each|"
        "every|a|the|cant|cannot|couldnt|dont|wont|never|didnt|doesnt|did|does|what|which");
    const WordSet after_stop_ = set(
        "by|in|at|over|sign|signs|light|lights|motion|and|watch|loss|here|there|back|off|shop|for|"
        "on|worrying|selling|carrying|working|making");
    const WordSet after_quit_ = set("smoking|drinking|working|my|the");
};

}  // namespace

Rule judge_phrases(std::string_view words) {
    static const PhraseBook book;
    return book.judge(words);
}

}  // namespace parley::policy
