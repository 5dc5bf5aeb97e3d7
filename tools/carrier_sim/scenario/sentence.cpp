#include "tools/carrier_sim/scenario/sentence.h"

#include "config/value.h"
#include "tools/carrier_sim/scenario/settings_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace parley::carrier_sim {
namespace {

// A word in capitals stands for a value, "[...]" for what may be left out.
constexpr auto table = std::to_array<SentenceHelp>({
    {"throttle to RATE", "ESME_RTHROTTLED for all submits beyond the rate, over all sessions",
     true},
    {"stop throttling", "the opposite", false},
    {"refuse submits with STATUS", "every submit_sm is answered so", true},
    {"accept submits", "the opposite", false},
    {"refuse binds with STATUS", "every bind is answered so", true},
    {"accept binds", "the opposite", false},
    {"set SETTING to VALUE", "any setting of the carrier", true},
    {"cut connections", "every connection is closed without a word", false},
    {"leave connections half open",
     "every connection stays, and nothing is read or written on it again; new ones work", false},
    {"unbind", "every bound session is asked to unbind, then closed", false},
    {"freeze", "like a stopped process: nothing is read, answered or sent", true},
    {"resume", "the opposite", false},
    {"stop listening", "new connections are refused; those that are there stay", true},
    {"listen again", "the opposite", false},
    {"send COUNT octets of garbage", "octets of anything into every bound session", false},
    {"send an unknown command", "a whole PDU with a command_id that nobody has", false},
    {"outbind to ADDRESS", "connects to host:port and says outbind there (SMPP 3.4 §2.2.1)", false},
    {"write TEXT from NUMBER to NUMBER", "one handset writes; a text of several words in quotes",
     false},
    {"burst of COUNT messages at RATE from PREFIX to NUMBER [saying TEXT] [with CHANCE stops]",
     "many handsets write; {n} in the text is the handset's number in the burst", false},
});

struct Word {
    std::string text;
    std::size_t column = 0;  // from 0, in the sentence
};

std::vector<Word> words_of(std::string_view sentence) {
    std::vector<Word> words;
    for (std::size_t at = 0; at < sentence.size();) {
        if (sentence[at] == ' ') {
            ++at;
            continue;
        }
        const bool quoted = sentence[at] == '"';
        const std::size_t begin = quoted ? at + 1 : at;
        const std::size_t end = std::min(sentence.find(quoted ? '"' : ' ', begin), sentence.size());
        words.push_back({std::string(sentence.substr(begin, end - begin)), at});
        at = quoted ? end + 1 : end;
    }
    return words;
}

bool is_slot(std::string_view word) {
    return !word.empty() && word.front() >= 'A' && word.front() <= 'Z';
}

/// Places of a sentence at which its form stood, by slot; a slot that comes twice has a number.
using Slots = std::map<std::string, Word, std::less<>>;

struct Match {
    std::size_t words = 0;       // that fitted
    std::string wanted;          // what should have followed; empty: nothing
    std::optional<Slots> slots;  // when all fitted
};

/// "[saying TEXT] [with CHANCE stops]" at the end of a form, taken apart.
std::vector<std::vector<Word>> parts_of(std::string_view form) {
    std::vector<std::vector<Word>> parts(1);
    bool open = false;
    for (Word word : words_of(form)) {
        if (word.text.starts_with('[')) {
            open = true;
            parts.emplace_back();
            word.text.erase(0, 1);
        }
        const bool ends = open && word.text.ends_with(']');
        if (ends) word.text.pop_back();
        parts.back().push_back(word);
    }
    return parts;
}

class Matcher {
public:
    explicit Matcher(const std::vector<Word>& words) : words_(words) {}

    /// Words after what fits are not its matter.
    Match match(std::string_view form) {
        Match result;
        Slots slots;
        std::size_t at = 0;
        bool required = true;
        for (const std::vector<Word>& part : parts_of(form)) {
            const std::size_t begin = at;
            if (!take(part, at, slots, result)) {
                if (required || at > begin) return result;
                at = begin;
            }
            required = false;
        }
        result.words = at;
        result.slots = std::move(slots);
        return result;
    }

private:
    bool take(const std::vector<Word>& part, std::size_t& at, Slots& slots, Match& result) {
        for (const Word& wanted : part) {
            const bool fits =
                at < words_.size() && (is_slot(wanted.text) || wanted.text == words_[at].text);
            if (!fits) {
                result.words = at;
                result.wanted = wanted.text;
                return false;
            }
            if (is_slot(wanted.text)) {
                const std::string name =
                    slots.contains(wanted.text) ? wanted.text + "2" : wanted.text;
                slots.emplace(name, words_[at]);
            }
            ++at;
        }
        return true;
    }

    const std::vector<Word>& words_;
};

/// Reads the values of one sentence that fitted a form.
class Values {
public:
    Values(const Reading& at, const Node& node, Slots slots)
        : at_(at), node_(node), slots_(std::move(slots)) {}

    bool has(std::string_view slot) const { return slots_.contains(slot); }
    Node node(std::string_view slot) const {
        const Word& word = slots_.find(slot)->second;
        Node node;
        node.kind = Node::Kind::scalar;
        node.text = word.text;
        node.place = node_.place;
        if (node.place.line > 0)
            node.place.column += static_cast<int>(word.column + (node_.quoted ? 1 : 0));
        return node;
    }
    std::string text(std::string_view slot) const { return slots_.find(slot)->second.text; }
    template <class Value>
    Value value(std::string_view slot) const {
        Value value{};
        read(at_, node(slot), value);
        return value;
    }
    std::uint32_t rate() const {
        std::uint32_t rate = 0;
        read(at_, node("RATE"), per_second(rate));
        return rate;
    }
    std::size_t count(std::uint64_t least, std::uint64_t most) const {
        const Node given = node("COUNT");
        std::uint64_t number = 0;
        const auto end = given.text.data() + given.text.size();
        const auto [stop, error] = std::from_chars(given.text.data(), end, number);
        if (error != std::errc{} || stop != end || number < least || number > most)
            at_.refuse(given, "a whole number of " + std::to_string(least) + " to " +
                                  std::to_string(most));
        return number;
    }
    std::string number(std::string_view slot) const {
        const Node given = node(slot);
        const bool good = given.text.size() <= 21 && !given.text.empty() &&
                          given.text.find_first_not_of(
                              "0123456789", given.text[0] == '+' ? 1 : 0) == std::string::npos;
        if (!good) at_.refuse(given, "a number such as +15550001000");
        return given.text;
    }
    const Reading& at() const { return at_; }

private:
    const Reading& at_;
    const Node& node_;
    Slots slots_;
};

SetOne set_setting(const Values& values) {
    SetOne set{.name = values.text("SETTING"), .value = {}};
    const Node value = values.node("VALUE");
    if (set.name == "accounts") {
        values.at().complain(values.node("SETTING").place, "accounts are fixed at the start");
    } else if (!set_from_node(values.at(), set.value, set.name, value)) {
        values.at().complain(
            values.node("SETTING").place,
            with_suggestion("'" + set.name + "' is no setting", set.name, setting_names()));
    }
    return set;
}

MoBurst burst_of(const Values& values) {
    MoBurst burst;
    burst.count = values.count(1, 1'000'000'000);
    burst.rate = values.rate();
    if (burst.rate < 1) values.at().refuse(values.node("RATE"), "a rate of 1/s or more");
    burst.from_prefix = values.number("PREFIX");
    burst.to = {values.number("NUMBER")};
    burst.texts = {values.has("TEXT") ? values.text("TEXT") : "Is it ready? n={n}"};
    if (values.has("CHANCE")) burst.stop_share = values.value<double>("CHANCE");
    return burst;
}

Outbind outbind_to(const Values& values) {
    const Node given = values.node("ADDRESS");
    if (given.text.find(':') == std::string::npos) values.at().refuse(given, "host:port");
    return {given.text};
}

Deed deed_of(std::size_t form, const Values& values) {
    switch (form) {
        case 0: {
            SetOne set{.name = "throttle_above", .value = {}};
            set.value.throttle_above = values.rate();
            return set;
        }
        case 1:
            return SetOne{.name = "throttle_above", .value = {}};
        case 2:
            return RefuseSubmits{values.value<smpp::Status>("STATUS")};
        case 3:
            return RefuseSubmits{};
        case 4:
            return RefuseBinds{values.value<smpp::Status>("STATUS")};
        case 5:
            return RefuseBinds{};
        case 6:
            return set_setting(values);
        case 7:
            return CutConnections{};
        case 8:
            return HalfOpen{};
        case 9:
            return UnbindAll{};
        case 10:
            return Freeze{true};
        case 11:
            return Freeze{false};
        case 12:
            return Listen{false};
        case 13:
            return Listen{true};
        case 14:
            return Garbage{values.count(1, 65'536)};
        case 15:
            return UnknownPdu{};
        case 16:
            return outbind_to(values);
        case 17:
            return SendMo{values.text("TEXT"), values.number("NUMBER"), values.number("NUMBER2")};
        default:
            return burst_of(values);
    }
}

config::Place place_in(const Node& node, std::size_t column) {
    config::Place place = node.place;
    if (place.line > 0) place.column += static_cast<int>(column + (node.quoted ? 1 : 0));
    return place;
}

/// The form that went furthest tells what was expected; when none went anywhere, the nearest is
/// suggested.
void complain_of(const Reading& at, const Node& node, const std::vector<Word>& words,
                 std::size_t form, const Match& match) {
    if (match.words == 0) {
        std::vector<std::string> forms;
        forms.reserve(table.size());
        std::string given = node.text;
        for (const SentenceHelp& known : table)
            forms.emplace_back(known.form);
        std::vector<std::string> firsts;
        firsts.reserve(table.size());
        for (const SentenceHelp& known : table)
            firsts.emplace_back(known.form.substr(0, known.form.find(' ')));
        std::string text = "'" + node.text + "' is nothing that a carrier can do";
        if (const auto near =
                config::nearest(words.empty() ? std::string_view() : words[0].text, firsts)) {
            const auto place = std::ranges::find(firsts, *near) - firsts.begin();
            text += "; did you mean '" + forms[static_cast<std::size_t>(place)] + "'?";
        }
        return at.complain(node.place, text);
    }
    const bool ended = match.words >= words.size();
    const std::string found = ended ? "the end" : "'" + words[match.words].text + "'";
    const std::size_t column = ended ? node.text.size() : words[match.words].column;
    at.complain(place_in(node, column), found + " given, expected " + match.wanted + " as in '" +
                                            std::string(table[form].form) + "'");
}

/// "for TIME" at the end.
bool read_lasts(const Reading& at, const Node& node, const std::vector<Word>& words,
                std::size_t from, const SentenceHelp& form, Duration& lasts) {
    if (from == words.size()) return true;
    const auto refuse = [&](std::size_t word, std::string text) {
        at.complain(place_in(node, words[word].column), std::move(text));
        return false;
    };
    if (words[from].text != "for" || words.size() != from + 2)
        return refuse(from, "'" + words[from].text + "' given, expected " +
                                (form.lasts ? "'for TIME' or the end" : "the end") + " as in '" +
                                std::string(form.form) + "'");
    if (!form.lasts)
        return refuse(from,
                      "'" + std::string(form.form) + "' happens at once: 'for' means nothing");
    const auto time = duration_from(words[from + 1].text);
    if (!time || *time == Duration::zero())
        return refuse(from + 1, "'" + words[from + 1].text + "' given, expected " +
                                    expected(Duration()) + ", more than 0s");
    lasts = *time;
    return true;
}

}  // namespace

std::span<const SentenceHelp> sentences() {
    return table;
}

std::optional<Order> read_sentence(const Reading& at, const Node& node) {
    if (node.kind != Node::Kind::scalar) {
        at.refuse(node, "a sentence such as 'throttle to 50/s for 20s'");
        return std::nullopt;
    }
    const std::vector<Word> words = words_of(node.text);
    std::size_t best = 0;
    Match furthest;
    for (std::size_t form = 0; form < table.size(); ++form) {
        Match match = Matcher(words).match(table[form].form);
        const bool better =
            match.slots.has_value() > furthest.slots.has_value() ||
            (match.slots.has_value() == furthest.slots.has_value() && match.words > furthest.words);
        if (!better) continue;
        best = form;
        furthest = std::move(match);
    }
    if (!furthest.slots) {
        complain_of(at, node, words, best, furthest);
        return std::nullopt;
    }
    Order order{.deed = {}, .words = node.text, .place = node.place};
    const std::size_t before = at.complaints();
    if (!read_lasts(at, node, words, furthest.words, table[best], order.lasts)) return std::nullopt;
    const Values values(at, node, std::move(*furthest.slots));
    order.deed = deed_of(best, values);
    if (at.complaints() != before) return std::nullopt;
    return order;
}

}  // namespace parley::carrier_sim
