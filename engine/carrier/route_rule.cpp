#include "engine/carrier/route_rule.h"

#include "protocol/ensure.h"

#include <algorithm>
#include <cmath>

namespace parley::carrier {

namespace {

/// From SplitMix64 (Steele, Lea and Flood 2014), as Dice has it.
std::uint64_t mixed(std::uint64_t bits) {
    bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBULL;
    return bits ^ (bits >> 31U);
}

/// FNV-1a: the same for the same id, in every build and on every machine.
std::uint64_t seed_of(std::string_view id) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : id)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return mixed(hash);
}

re2::RE2::Options pattern_options() {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_never_capture(true);
    return options;
}

std::vector<std::string> sorted(std::vector<std::string> list) {
    std::ranges::sort(list);
    return list;
}

bool holds(const std::vector<std::string>& list, std::string_view item) {
    const auto found = std::lower_bound(list.begin(), list.end(), item);
    return found != list.end() && *found == item;
}

std::vector<Route::Choice> choices_of(const config::Config& config, const config::Route& route) {
    std::vector<Route::Choice> choices;
    for (const config::RouteCarrier& each : route.carriers) {
        const auto found = std::ranges::find(config.carriers, each.id, &config::Carrier::id);
        if (found == config.carriers.end()) continue;
        choices.push_back({static_cast<std::uint16_t>(found - config.carriers.begin()), each.weight,
                           each.cost.value, seed_of(each.id)});
    }
    if (route.pick == config::RoutePick::cost)
        std::ranges::stable_sort(choices, {}, &Route::Choice::cost);
    return choices;
}

std::uint32_t bits_of(const std::vector<std::string>& classes) {
    std::uint32_t bits = 0;
    for (unsigned number = 0; number < 32; ++number) {
        const auto each = static_cast<storage::MessageClass>(number);
        if (each > storage::MessageClass::help_answer) break;
        if (std::ranges::find(classes, storage::name(each)) != classes.end()) bits |= 1U << number;
    }
    return bits;
}

}  // namespace

std::string complaint_about_pattern(const std::string& pattern) {
    const re2::RE2 compiled(pattern, pattern_options());
    if (compiled.ok()) return {};
    std::string text = "is no regular expression: " + compiled.error();
    if (!compiled.error_arg().empty() &&
        compiled.error().find(compiled.error_arg()) == std::string::npos)
        text += ": " + compiled.error_arg();
    return text;
}

double Route::draw(std::size_t choice, const storage::ConversationId& conversation) const {
    const Choice& each = carriers[choice];
    const auto place = static_cast<double>(choice);
    if (pick != config::RoutePick::weight) return -place;
    if (each.weight == 0) return -1e18 * (1 + place);  // behind all that have a share
    std::uint64_t bits = each.seed;
    for (std::size_t i = 0; i < sizeof bits; ++i)
        bits ^= static_cast<std::uint64_t>(conversation.bytes[i]) << (8 * i);
    // In (0, 1]: never the logarithm of nothing.
    const double unit = static_cast<double>((mixed(bits) >> 11U) + 1) * 0x1.0p-53;
    return std::log(unit) / each.weight;
}

Routes::Rule::Rule(const config::Config& config, std::size_t place) {
    const config::Route& settings = config.routes[place];
    route.place = place;
    route.label = settings.name.empty() ? "routes[" + std::to_string(place) + "]" : settings.name;
    route.prefix = settings.prefix;
    route.carriers = choices_of(config, settings);
    route.pick = settings.pick;
    route.validity_ms = settings.validity.count();
    route.failover_after_ms = settings.failover_after.count();
    const auto digits = digits_of(settings.prefix);
    ENSURE(digits.has_value());
    prefix = *digits;
    classes = bits_of(settings.classes);
    accounts = sorted(settings.accounts);
    brands = sorted(settings.brands);
    operators = sorted(settings.operators);
    for (const std::string& sender : sorted(settings.senders)) {
        if (sender.ends_with('*')) {
            beginnings.push_back(sender.substr(0, sender.size() - 1));
        } else {
            senders.push_back(sender);
        }
    }
    if (!settings.pattern.empty())
        pattern = std::make_unique<re2::RE2>(settings.pattern, pattern_options());
    for (const bool asks : {classes != 0, !accounts.empty(), !brands.empty(), !operators.empty(),
                            !settings.senders.empty(), pattern != nullptr})
        conditions += asks ? 1 : 0;
}

bool Routes::Rule::has_account(std::string_view account) const {
    return accounts.empty() || holds(accounts, account);
}

bool Routes::Rule::has_brand(std::string_view brand) const {
    return brands.empty() || holds(brands, brand);
}

bool Routes::Rule::has_class(storage::MessageClass message_class) const {
    return classes == 0 || (classes >> static_cast<unsigned>(message_class) & 1U) != 0;
}

bool Routes::Rule::has_sender(std::string_view sender) const {
    if (senders.empty() && beginnings.empty()) return true;
    return holds(senders, sender) ||
           std::ranges::any_of(beginnings, [&](const std::string& beginning) {
               return sender.starts_with(beginning);
           });
}

bool Routes::Rule::has_operator(std::string_view name) const {
    return operators.empty() || holds(operators, name);
}

bool Routes::Rule::has_pattern_of(std::string_view contact) const {
    return !pattern ||
           re2::RE2::FullMatch(re2::StringPiece(contact.data(), contact.size()), *pattern);
}

/// The dearest last.
bool Routes::Rule::applies(const Asked& asked) const {
    return has_class(asked.message_class) && has_account(asked.account) && has_brand(asked.brand) &&
           has_sender(asked.sender) && has_operator(asked.owner.name) &&
           has_pattern_of(asked.contact);
}

}  // namespace parley::carrier
