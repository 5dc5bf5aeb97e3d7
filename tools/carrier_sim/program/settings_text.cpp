#include "tools/carrier_sim/program/settings_text.h"

#include "tools/carrier_sim/program/settings_list.h"

#include <charconv>
#include <limits>

#include <boost/json.hpp>

namespace parley::carrier_sim {
namespace {

namespace json = boost::json;

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

struct KindWord {
    MoKind kind;
    std::string_view word;
};
constexpr KindWord kind_words[] = {
    {MoKind::plain, "plain"}, {MoKind::opt_out, "opt_out"}, {MoKind::opt_in, "opt_in"}};

struct FormWord {
    IdForm form;
    std::string_view word;
};
constexpr FormWord form_words[] = {
    {IdForm::decimal, "decimal"}, {IdForm::hex, "hex"}, {IdForm::uuid, "uuid"}};

[[noreturn]] void fail(std::string_view name, const json::value& value, std::string_view expected) {
    throw SettingError(std::string(name) + ": " + json::serialize(value) + " given, expected " +
                       std::string(expected));
}

std::string_view text_of(std::string_view name, const json::value& value,
                         std::string_view expected) {
    if (!value.is_string()) fail(name, value, expected);
    return value.get_string();
}

// From JSON, one overload for each type of setting.

void read(std::string_view name, const json::value& value, std::string& target) {
    target = text_of(name, value, "a text");
}

void read(std::string_view name, const json::value& value, bool& target) {
    if (!value.is_bool()) fail(name, value, "true or false");
    target = value.get_bool();
}

template <class Integer>
requires std::is_unsigned_v<Integer>
void read(std::string_view name, const json::value& value, Integer& target) {
    constexpr auto most = std::numeric_limits<Integer>::max();
    boost::system::error_code error;
    const auto number = value.to_number<Integer>(error);
    if (error) fail(name, value, "a whole number of 0 to " + std::to_string(most));
    target = number;
}

void read(std::string_view name, const json::value& value, std::optional<std::uint8_t>& target) {
    if (value.is_null() || (value.is_string() && value.get_string() == "none")) {
        target.reset();
    } else {
        read(name, value, target.emplace());
    }
}

/// Chances and weights; weights may exceed 1.
void read_share(std::string_view name, const json::value& value, double most, double& target) {
    boost::system::error_code error;
    const auto number = value.to_number<double>(error);
    if (error || !(number >= 0 && number <= most)) {
        fail(name, value, most == 1 ? "a number of 0 to 1" : "a number of 0 or more");
    }
    target = number;
}

void read(std::string_view name, const json::value& value, double& target) {
    read_share(name, value, 1, target);
}

constexpr std::string_view duration_expected =
    "a time such as \"20ms\", \"2s\", \"500us\" or \"1m\"";

std::optional<Duration> duration_from(std::string_view text) {
    double number = 0;
    const auto end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || !(number >= 0 && number <= 1e9)) return std::nullopt;
    const std::string_view unit(stop, static_cast<std::size_t>(end - stop));
    double us = 0;
    if (unit == "us" || (unit.empty() && number == 0))
        us = 1;
    else if (unit == "ms")
        us = 1e3;
    else if (unit == "s")
        us = 1e6;
    else if (unit == "m")
        us = 60e6;
    else
        return std::nullopt;
    return Duration(static_cast<Duration::rep>(number * us));
}

void read(std::string_view name, const json::value& value, Duration& target) {
    const auto duration = duration_from(text_of(name, value, duration_expected));
    if (!duration) fail(name, value, duration_expected);
    target = *duration;
}

void read(std::string_view name, const json::value& value, DelayRange& target) {
    constexpr std::string_view expected = "a time such as \"20ms\" or a range \"10ms..50ms\"";
    const auto text = text_of(name, value, expected);
    const auto dots = text.find("..");
    const auto min = duration_from(text.substr(0, dots));
    const auto max = dots == text.npos ? min : duration_from(text.substr(dots + 2));
    if (!min || !max || *min > *max) fail(name, value, expected);
    target = {*min, *max};
}

void read(std::string_view name, const json::value& value, smpp::Status& target) {
    target = status_from(name, value);
}

void read(std::string_view name, const json::value& value, MoKind& target) {
    target = mo_kind_from(name, value);
}

void read(std::string_view name, const json::value& value, IdForm& target) {
    constexpr std::string_view expected = "decimal, hex or uuid";
    const auto text = text_of(name, value, expected);
    for (const auto& [form, word] : form_words) {
        if (word == text) {
            target = form;
            return;
        }
    }
    fail(name, value, expected);
}

void read(std::string_view name, const json::value& value, std::vector<StateShare>& target) {
    constexpr std::string_view expected = "shares such as \"DELIVRD:95,UNDELIV:5\"";
    auto rest = text_of(name, value, expected);
    std::vector<StateShare> shares;
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        const auto part = rest.substr(0, comma);
        rest.remove_prefix(comma == rest.npos ? rest.size() : comma + 1);
        const auto colon = part.find(':');
        const auto state = text::state_from_stat(part.substr(0, colon));
        if (!state) fail(name, value, expected);
        StateShare share{*state, 1.0};
        if (colon != part.npos) {
            const auto digits = part.substr(colon + 1);
            const auto end = digits.data() + digits.size();
            const auto [stop, error] = std::from_chars(digits.data(), end, share.weight);
            if (error != std::errc{} || stop != end || !(share.weight >= 0)) {
                fail(name, value, expected);
            }
        }
        shares.push_back(share);
    }
    target = std::move(shares);
}

void describe_rule(auto& rule, auto&& member) requires requires {
    rule.answer;
}
{
    member("number", rule.number);
    member("contains", rule.contains);
    member("answer", rule.answer);
    member("delay", rule.delay);
    member("chance", rule.chance);
    member("kind", rule.kind);
}

void describe_rule(auto& rule, auto&& member) requires requires {
    rule.status;
}
{
    member("number", rule.number);
    member("status", rule.status);
    member("chance", rule.chance);
}

template <class Rule>
void read(std::string_view name, const json::value& value, std::vector<Rule>& target) requires
    requires(Rule rule) {
    rule.number;
}
{
    if (!value.is_array()) fail(name, value, "a list of rules");
    std::vector<Rule> rules;
    for (const auto& given : value.get_array()) {
        if (!given.is_object()) fail(name, given, "a rule as an object");
        auto& rule = rules.emplace_back();
        std::size_t known = 0;
        describe_rule(rule, [&](std::string_view member, auto& field) {
            const auto* found = given.get_object().if_contains(member);
            if (found == nullptr) return;
            ++known;
            read(std::string(name) + "." + std::string(member), *found, field);
        });
        if (known < given.get_object().size()) {
            std::string members;
            describe_rule(rule, [&](std::string_view member, auto&) {
                members += (members.empty() ? "" : ", ") + std::string(member);
            });
            fail(name, given, "only the members " + members);
        }
    }
    target = std::move(rules);
}

// To JSON.

json::value write(const std::string& value) {
    return json::string(value);
}
json::value write(bool value) {
    return value;
}
template <class Integer>
requires std::is_unsigned_v<Integer> json::value write(Integer value) {
    return std::uint64_t{value};
}
json::value write(const std::optional<std::uint8_t>& value) {
    return value ? json::value(std::uint64_t{*value}) : json::value(nullptr);
}
json::value write(double value) {
    return value;
}

std::string duration_text(Duration value) {
    const auto us = value.count();
    if (us % 1'000'000 == 0) return std::to_string(us / 1'000'000) + "s";
    if (us % 1'000 == 0) return std::to_string(us / 1'000) + "ms";
    return std::to_string(us) + "us";
}
json::value write(Duration value) {
    return json::string(duration_text(value));
}
json::value write(const DelayRange& value) {
    auto text = duration_text(value.min);
    if (value.max != value.min) text += ".." + duration_text(value.max);
    return json::string(text);
}
json::value write(smpp::Status value) {
    const auto name = smpp::name(value);
    if (name.starts_with("ESME_")) return json::string(name);
    return static_cast<std::uint32_t>(value);
}
json::value write(MoKind value) {
    return json::string(name_of(value));
}
json::value write(IdForm value) {
    for (const auto& [form, word] : form_words) {
        if (form == value) return json::string(word);
    }
    return nullptr;
}
json::value write(const std::vector<StateShare>& value) {
    std::string text;
    for (const auto& share : value) {
        for (const auto& [state, word] : state_words) {
            if (state != share.state) continue;
            text += (text.empty() ? "" : ",") + std::string(word) + ":" +
                    json::serialize(json::value(share.weight));
        }
    }
    return json::string(text);
}
template <class Rule>
json::value write(const std::vector<Rule>& value) requires requires(Rule rule) {
    rule.number;
}
{
    json::array rules;
    for (const auto& rule : value) {
        json::object members;
        describe_rule(rule, [&](std::string_view member, const auto& field) {
            members[member] = write(field);
        });
        rules.push_back(std::move(members));
    }
    return rules;
}

/// What a command line says, as the JSON that the same setting takes.
json::value guess(std::string_view text) {
    boost::system::error_code error;
    auto value = json::parse(text, error);
    return error || value.is_object() ? json::value(json::string(text)) : value;
}

void set_one(Settings& settings, std::string_view name, auto&& value_for) {
    bool found = false;
    describe(settings, [&](std::string_view candidate, auto& field, std::string_view) {
        if (candidate != name) return;
        found = true;
        using Field = std::remove_reference_t<decltype(field)>;
        read(name, value_for(std::is_same_v<Field, std::string>), field);
    });
    if (found) return;
    std::string names;
    describe(settings, [&](std::string_view candidate, auto&, std::string_view) {
        names += (names.empty() ? "" : ", ") + std::string(candidate);
    });
    throw SettingError("'" + std::string(name) + "' is no setting; there are: " + names);
}

}  // namespace

std::vector<SettingHelp> setting_help() {
    std::vector<SettingHelp> list;
    const Settings defaults;
    describe(defaults, [&](std::string_view name, const auto& field, std::string_view help) {
        const auto value = write(field);
        list.push_back({std::string(name), std::string(help) + " (" + json::serialize(value) + ")",
                        value.is_bool()});
    });
    return list;
}

void set_from_text(Settings& settings, std::string_view name, std::string_view value) {
    // A password of digits is still a text.
    set_one(settings, name, [&](bool is_text) {
        return is_text ? json::value(json::string(value)) : guess(value);
    });
}

void set_from_json(Settings& settings, const json::value& members) {
    if (!members.is_object()) throw SettingError("expected an object of settings");
    auto changed = settings;
    for (const auto& member : members.get_object()) {
        set_one(changed, member.key(), [&](bool) { return member.value(); });
    }
    settings = std::move(changed);
}

json::object to_json(const Settings& settings) {
    json::object out;
    describe(settings, [&](std::string_view name, const auto& field, std::string_view) {
        out[name] = write(field);
    });
    return out;
}

smpp::Status status_from(std::string_view name, const json::value& value) {
    constexpr std::string_view expected = "a status such as \"ESME_RTHROTTLED\" or 88";
    if (value.is_string()) {
        // The specification's own range ends here; vendors' statuses are given as numbers.
        for (std::uint32_t code = 0; code < 0x100; ++code) {
            const auto status = static_cast<smpp::Status>(code);
            if (smpp::name(status) == value.get_string()) return status;
        }
    }
    boost::system::error_code error;
    const auto code = value.to_number<std::uint32_t>(error);
    if (error) fail(name, value, expected);
    return static_cast<smpp::Status>(code);
}

MoKind mo_kind_from(std::string_view name, const json::value& value) {
    constexpr std::string_view expected = "plain, opt_out or opt_in";
    const auto text = text_of(name, value, expected);
    for (const auto& [kind, word] : kind_words) {
        if (word == text) return kind;
    }
    fail(name, value, expected);
}

std::string_view name_of(MoKind kind) {
    for (const auto& [candidate, word] : kind_words) {
        if (candidate == kind) return word;
    }
    return "plain";
}

}  // namespace parley::carrier_sim
