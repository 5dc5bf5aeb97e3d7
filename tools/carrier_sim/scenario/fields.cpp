#include "tools/carrier_sim/scenario/fields.h"

#include "config/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <boost/json.hpp>

namespace parley::carrier_sim {
namespace {

namespace json = boost::json;

struct Unit {
    std::string_view name;
    std::int64_t us;
};
// Largest first, so that times are written in the largest unit that divides them.
constexpr std::array<Unit, 6> units{{{"d", 86'400'000'000},
                                     {"h", 3'600'000'000},
                                     {"m", 60'000'000},
                                     {"s", 1'000'000},
                                     {"ms", 1'000},
                                     {"us", 1}}};
constexpr double longest_us = 3'650.0 * 86'400e6;

/// The words of receipt texts (SMPP 3.4 Appendix B), which is how carriers and their customers call
/// the states.
struct StateWord {
    text::MessageState state;
    std::string_view word;
};
constexpr StateWord state_words[] = {
    {text::MessageState::enroute, "ENROUTE"},       {text::MessageState::delivered, "DELIVRD"},
    {text::MessageState::expired, "EXPIRED"},       {text::MessageState::deleted, "DELETED"},
    {text::MessageState::undeliverable, "UNDELIV"}, {text::MessageState::accepted, "ACCEPTD"},
    {text::MessageState::unknown, "UNKNOWN"},       {text::MessageState::rejected, "REJECTD"},
};

constexpr std::pair<std::string_view, std::uint8_t> version_names[] = {
    {"3.3", 0x33}, {"3.4", 0x34}, {"5.0", 0x50}};

/// Takes a number off the front.
std::optional<double> take_number(std::string_view& text) {
    double number = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc{} || !(number >= 0 && number <= 1e15)) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

std::optional<std::uint64_t> whole_from(std::string_view text) {
    const bool hex = text.starts_with("0x");
    if (hex) text.remove_prefix(2);
    std::uint64_t number = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, hex ? 16 : 10);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<double> share_from(std::string_view text) {
    const auto number = take_number(text);
    if (!number || (!text.empty() && text != "%")) return std::nullopt;
    return text.empty() ? *number : *number / 100;
}

/// "DELIVRD" or "UNDELIV/069", and its weight.
std::optional<StateShare> state_share(std::string_view name, std::string_view weight) {
    constexpr std::size_t error_octets_max = 7;
    const auto slash = name.find('/');
    const auto state = text::state_from_stat(name.substr(0, slash));
    const auto share = weight.empty() ? std::optional<double>(1) : share_from(weight);
    if (!state || !share) return std::nullopt;
    StateShare found{.state = *state, .weight = *share, .error = {}};
    if (slash != std::string_view::npos) found.error = name.substr(slash + 1);
    if (found.error.size() > error_octets_max) return std::nullopt;
    return found;
}

std::optional<std::vector<StateShare>> shares_from(std::string_view text) {
    std::vector<StateShare> shares;
    while (!text.empty()) {
        const auto comma = text.find(',');
        const auto part = text.substr(0, comma);
        text.remove_prefix(comma == text.npos ? text.size() : comma + 1);
        const auto colon = part.find(':');
        const auto share =
            state_share(part.substr(0, colon),
                        colon == part.npos ? std::string_view{} : part.substr(colon + 1));
        if (!share) return std::nullopt;
        shares.push_back(*share);
    }
    return shares;
}

std::string shown(const Node& node) {
    if (node.kind != Node::Kind::scalar) return std::string(config::kind_of(node));
    constexpr std::size_t shown_max = 60;
    if (node.text.size() <= shown_max) return "'" + node.text + "'";
    return "'" + node.text.substr(0, shown_max) + "…'";
}

}  // namespace

void Reading::refuse(const Node& node, std::string_view expected) const {
    complain(node.place, shown(node) + " given, expected " + std::string(expected));
}

std::optional<Duration> duration_from(std::string_view text) {
    if (text == "0") return Duration::zero();
    double us = 0;
    do {
        const auto number = take_number(text);
        const auto end = std::min(text.find_first_of("0123456789"), text.size());
        const auto unit = std::ranges::find(units, text.substr(0, end), &Unit::name);
        if (!number || unit == units.end()) return std::nullopt;
        us += *number * static_cast<double>(unit->us);
        text.remove_prefix(end);
    } while (!text.empty());
    if (us > longest_us) return std::nullopt;
    return Duration(std::llround(us));
}

std::string duration_text(Duration value) {
    std::int64_t left = value.count();
    if (left == 0) return "0s";
    std::string text;
    for (const Unit& unit : units) {
        if (left < unit.us) continue;
        text += std::to_string(left / unit.us).append(unit.name);
        left %= unit.us;
    }
    return text;
}

std::optional<smpp::Status> status_from_text(std::string_view text) {
    for (const smpp::StatusInfo& info : smpp::standard_statuses()) {
        if (info.name == text || (!text.empty() && info.name_in_3_4 == text)) return info.status;
    }
    const auto number = whole_from(text);
    if (!number || *number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    return static_cast<smpp::Status>(*number);
}

std::optional<std::uint32_t> rate_from(std::string_view text) {
    auto number = take_number(text);
    if (!number) return std::nullopt;
    if (text == "/m") {
        *number /= 60;
    } else if (text == "/h") {
        *number /= 3600;
    } else if (!text.empty() && text != "/s") {
        return std::nullopt;
    }
    if (*number > 1e8 || (*number > 0 && *number < 1)) return std::nullopt;
    return static_cast<std::uint32_t>(std::lround(*number));
}

std::string with_suggestion(std::string text, std::string_view given,
                            const std::vector<std::string>& known) {
    if (const auto near = config::nearest(given, known)) text += "; did you mean '" + *near + "'?";
    return text;
}

std::string one_of(std::span<const std::string_view> words) {
    return config::expected_word(words);
}

std::string whole_number_to(std::uint64_t most) {
    if (most >= std::numeric_limits<std::uint32_t>::max()) return "a whole number";
    return "a whole number of 0 to " + std::to_string(most);
}

void read(const Reading& at, const Node& node, std::string& target) {
    if (node.kind != Node::Kind::scalar) return at.refuse(node, expected(target));
    target = node.text;
}

void read(const Reading& at, const Node& node, bool& target) {
    if (node.kind != Node::Kind::scalar || (node.text != "true" && node.text != "false"))
        return at.refuse(node, expected(target));
    target = node.text == "true";
}

void read(const Reading& at, const Node& node, double& target) {
    const auto share = share_from(node.text);
    if (!share || *share > 1) return at.refuse(node, expected(target));
    target = *share;
}

void read(const Reading& at, const Node& node, Duration& target) {
    const auto duration = duration_from(node.text);
    if (!duration) return at.refuse(node, expected(target));
    target = *duration;
}

void read(const Reading& at, const Node& node, DelayRange& target) {
    const std::string_view text = node.text;
    const auto dots = text.find("..");
    const auto wave = text.find('~');
    const bool log_normal = wave != text.npos;
    const auto end = std::min(dots, wave);
    const auto min = duration_from(text.substr(0, end));
    const auto max =
        end == text.npos ? min : duration_from(text.substr(end + (log_normal ? 1 : 2)));
    if (!min || !max || *min > *max || (log_normal && *min == Duration::zero()))
        return at.refuse(node, expected(target));
    target = {*min, *max, log_normal};
}

void read(const Reading& at, const Node& node, smpp::Status& target) {
    if (const auto status = status_from_text(node.text)) {
        target = *status;
        return;
    }
    std::vector<std::string> names;
    for (const smpp::StatusInfo& info : smpp::standard_statuses())
        names.emplace_back(info.name);
    at.complain(node.place, with_suggestion(shown(node) + " given, expected " + expected(target),
                                            node.text, names));
}

void read(const Reading& at, const Node& node, std::vector<StateShare>& target) {
    std::optional<std::vector<StateShare>> shares;
    if (node.kind == Node::Kind::scalar) shares = shares_from(node.text);
    if (node.kind == Node::Kind::map) {
        shares.emplace();
        for (const config::YamlMember& member : node.members) {
            const auto share = state_share(member.name, member.value.text);
            if (!share || member.value.kind != Node::Kind::scalar)
                return at.inside(member.name).refuse(member.value, expected(target));
            shares->push_back(*share);
        }
    }
    double all = 0;
    for (const StateShare& share : shares.value_or(std::vector<StateShare>()))
        all += share.weight;
    if (!shares || (!shares->empty() && !(all > 0))) return at.refuse(node, expected(target));
    target = std::move(*shares);
}

void read(const Reading& at, const Node& node, std::vector<std::string>& target) {
    if (node.kind == Node::Kind::scalar) {
        target = {node.text};
        return;
    }
    if (node.kind != Node::Kind::list) return at.refuse(node, expected(target));
    std::vector<std::string> texts(node.items.size());
    for (std::size_t i = 0; i < texts.size(); ++i)
        read(at.at(i), node.items[i], texts[i]);
    target = std::move(texts);
}

void read(const Reading& at, const Node& node, std::optional<std::uint8_t>& target) {
    constexpr std::uint64_t most = 99;  // SMPP 5.0 §4.8.4.18
    if (node.kind == Node::Kind::nothing || node.text == "none") return target.reset();
    const auto number = whole_from(node.text);
    if (!number || *number > most) return at.refuse(node, expected(target));
    target = static_cast<std::uint8_t>(*number);
}

void read(const Reading& at, const Node& node, PerSecond<std::uint32_t> target) {
    const auto rate = rate_from(node.text);
    if (!rate) return at.refuse(node, expected(target));
    target.value = *rate;
}

void read(const Reading& at, const Node& node, VersionOctet<std::optional<std::uint8_t>> target) {
    if (node.kind == Node::Kind::nothing || node.text == "none") return target.value.reset();
    for (const auto& [name, octet] : version_names) {
        if (node.text != name) continue;
        target.value = octet;
        return;
    }
    const auto number = whole_from(node.text);
    if (!number || *number > 0xFF) return at.refuse(node, expected(target));
    target.value = static_cast<std::uint8_t>(*number);
}

std::optional<std::size_t> read_word(const Reading& at, const Node& node,
                                     std::span<const std::string_view> words) {
    const auto found = std::ranges::find(words, node.text);
    if (node.kind == Node::Kind::scalar && found != words.end())
        return static_cast<std::size_t>(found - words.begin());
    const std::vector<std::string> known(words.begin(), words.end());
    at.complain(node.place, with_suggestion(shown(node) + " given, expected " + one_of(words),
                                            node.text, known));
    return std::nullopt;
}

std::optional<std::uint64_t> read_whole(const Reading& at, const Node& node, std::uint64_t most) {
    const auto number = whole_from(node.text);
    if (number && *number <= most) return number;
    at.refuse(node, whole_number_to(most));
    return std::nullopt;
}

void MapReading::refuse_unknown() {
    if (!is_map_) return;
    for (const config::YamlMember& member : node_.members) {
        if (std::ranges::find(names_, member.name) != names_.end()) continue;
        at_.inside(member.name)
            .complain(member.place,
                      with_suggestion("there is no such setting", member.name, names_));
    }
}

json::value write(const std::string& value) {
    return json::string(value);
}
json::value write(bool value) {
    return value;
}
json::value write(double value) {
    if (value == std::floor(value)) return static_cast<std::uint64_t>(value);  // not 1E0
    return value;
}
json::value write(Duration value) {
    return json::string(duration_text(value));
}
json::value write(const DelayRange& value) {
    auto text = duration_text(value.min);
    if (value.max != value.min) text += (value.log_normal ? "~" : "..") + duration_text(value.max);
    return json::string(text);
}
json::value write(smpp::Status value) {
    const auto name = smpp::name(value);
    if (name.starts_with("ESME_")) return json::string(name);
    return static_cast<std::uint32_t>(value);
}
json::value write(const std::vector<StateShare>& value) {
    std::string text;
    for (const auto& share : value) {
        for (const auto& [state, word] : state_words) {
            if (state != share.state) continue;
            text += (text.empty() ? "" : ",") + std::string(word) +
                    (share.error.empty() ? "" : "/" + share.error) + ":" +
                    json::serialize(json::value(share.weight));
        }
    }
    return json::string(text);
}
json::value write(const std::vector<std::string>& value) {
    return json::array(value.begin(), value.end());
}
json::value write(const std::optional<std::uint8_t>& value) {
    return value ? json::value(std::uint64_t{*value}) : json::value(nullptr);
}
json::value write(PerSecond<const std::uint32_t> value) {
    return std::uint64_t{value.value};
}
json::value write(VersionOctet<const std::optional<std::uint8_t>> value) {
    if (!value.value) return nullptr;
    for (const auto& [name, octet] : version_names) {
        if (octet == *value.value) return json::string(name);
    }
    return std::uint64_t{*value.value};
}

}  // namespace parley::carrier_sim
