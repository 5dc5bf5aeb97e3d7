// Why a route was taken and the others were not, in words. For people who ask: looks at every
// route.

#include "engine/carrier/route_rule.h"
#include "engine/carrier/routes.h"

#include <algorithm>
#include <tuple>

namespace parley::carrier {

namespace {

constexpr std::size_t elsewhere_max = 3;  // routes whose prefix does not fit, when none does

std::string quoted(std::string_view text) {
    return "\"" + std::string(text) + "\"";
}

std::size_t common(std::string_view left, std::string_view right) {
    const auto differ = std::ranges::mismatch(left, right);
    return static_cast<std::size_t>(differ.in1 - left.begin());
}

}  // namespace

/// Empty when it fits.
std::string Routes::why_not(const Rule& rule, const Asked& asked) const {
    const auto is_none = [](std::string what, std::string_view value, const char* of) {
        return std::move(what) + ": " + quoted(value) + " is not among its " + of;
    };
    if (!asked.contact.starts_with(rule.route.prefix))
        return "prefix: the number does not begin with " + rule.route.prefix;
    if (!rule.has_operator(asked.owner.name)) {
        return asked.owner.name.empty() ? "operator: the operator table has no row for the number"
                                        : is_none("operator", asked.owner.name, "operators");
    }
    if (!rule.has_account(asked.account)) return is_none("account", asked.account, "accounts");
    if (!rule.has_brand(asked.brand)) return is_none("brand", asked.brand, "brands");
    if (!rule.has_sender(asked.sender)) return is_none("sender", asked.sender, "senders");
    if (!rule.has_class(asked.message_class))
        return is_none("class", storage::name(asked.message_class), "classes");
    if (!rule.has_pattern_of(asked.contact))
        return "pattern: the number does not match " + rule.pattern->pattern();
    return {};
}

std::string Routes::why_best(const Rule& rule, const Asked& asked) {
    std::string why = "prefix " + rule.route.prefix;
    if (rule.by_operator())
        why += ", operator " + std::string(asked.owner.name) + " by a row of " +
               std::to_string(asked.owner.digits) + " digits";
    if (rule.conditions != 0)
        why += ", " + std::to_string(rule.conditions) +
               (rule.conditions == 1 ? " further condition" : " further conditions");
    return why + ": the most specific that fits";
}

std::string Routes::why_beaten(const Rule& rule, const Best& best, const Asked& asked) {
    const Rank rank = rank_of(rule, asked);
    const std::string winner = best.rule->route.label;
    if (rank.digits != best.rank.digits)
        return "fits, but " + winner + " says " + std::to_string(best.rank.digits) +
               " digits of the number, this one " + std::to_string(rank.digits);
    if (rank.conditions != best.rank.conditions)
        return "fits, but " + winner + " has more conditions";
    return "fits, but " + winner + " stands before it in the file";
}

std::vector<Routes::Considered> Routes::consider(const Asked& asked, std::size_t most) const {
    const auto number = digits_of(asked.contact);
    const Best best = number ? best_of(asked, *number) : Best{};
    struct Near {
        const Rule* rule;
        Rank rank;
        std::size_t common;
        bool here;  // its prefix fits
        bool fits;
    };
    std::vector<Near> all;
    for (const auto& rule : rules_) {
        const bool here = asked.contact.starts_with(rule->route.prefix);
        all.push_back({rule.get(), rank_of(*rule, asked), common(asked.contact, rule->route.prefix),
                       here, here && rule->applies(asked)});
    }
    const auto order = [&](const Near& near) {
        return std::tuple(near.rule != best.rule, !near.here, !near.fits, ~near.common,
                          ~near.rank.digits, ~near.rank.conditions, near.rank.place);
    };
    std::ranges::sort(all, {}, order);
    std::vector<Considered> considered;
    std::size_t elsewhere = 0;
    for (const Near& near : all) {
        if (considered.size() == most) break;
        if (!near.here && (best.rule != nullptr || ++elsewhere > elsewhere_max)) break;
        const bool wins = near.rule == best.rule;
        std::string why = wins ? why_best(*near.rule, asked) : why_not(*near.rule, asked);
        if (why.empty()) why = why_beaten(*near.rule, best, asked);
        considered.push_back({&near.rule->route, wins, std::move(why)});
    }
    return considered;
}

}  // namespace parley::carrier
