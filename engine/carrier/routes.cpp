#include "engine/carrier/routes.h"

#include "engine/carrier/route_rule.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace parley::carrier {

Routes::~Routes() = default;
Routes::Routes(Routes&&) noexcept = default;
Routes& Routes::operator=(Routes&&) noexcept = default;

// ---- Building
// ------------------------------------------------------------------------------------

Routes::Routes(const config::Config& config) {
    for (std::size_t place = 0; place < config.routes.size(); ++place) {
        rules_.push_back(std::make_unique<Rule>(config, place));
        any_fails_over_by_age_ |= rules_.back()->route.failover_after_ms != 0;
    }
    index();
}

void Routes::index() {
    using Lists = std::map<std::string, std::vector<std::uint32_t>, std::less<>>;
    std::vector<std::uint32_t> anybody;
    Lists accounts;
    Lists senders;
    Lists operators;
    const auto list = [](Lists& lists, const std::vector<std::string>& keys, std::uint32_t rule) {
        for (const std::string& key : keys)
            lists[key].push_back(rule);
    };
    for (std::uint32_t i = 0; i < rules_.size(); ++i) {
        const Rule& rule = *rules_[i];
        if (!rule.accounts.empty()) {
            list(accounts, rule.accounts, i);
        } else if (!rule.senders.empty() && rule.beginnings.empty()) {
            list(senders, rule.senders, i);
        } else if (rule.by_operator()) {
            list(operators, rule.operators, i);
        } else {
            anybody.push_back(i);
        }
    }
    anybody_ = make_group(std::move(anybody));
    for (auto& [key, rules] : accounts)
        by_account_.emplace(key, make_group(std::move(rules)));
    for (auto& [key, rules] : senders)
        by_sender_.emplace(key, make_group(std::move(rules)));
    for (auto& [key, rules] : operators)
        by_operator_.emplace(key, make_group(std::move(rules)));
}

Routes::Group Routes::make_group(std::vector<std::uint32_t> rules) {
    const auto order = [this](std::uint32_t place) {
        const Rule& rule = *rules_[place];
        return std::tuple(rule.prefix, !rule.by_operator(), ~rule.conditions, place);
    };
    std::ranges::sort(rules, {}, order);
    Group group{static_cast<std::uint32_t>(levels_.size()), 0};
    std::int32_t above = -1;
    for (const std::uint32_t place : rules) {
        const Rule& rule = *rules_[place];
        const auto here = static_cast<std::uint32_t>(listed_.size());
        if (levels_.size() == group.first || levels_.back().prefix != rule.prefix) {
            while (above >= 0 &&
                   !begins_with(rule.prefix, levels_[static_cast<std::size_t>(above)].prefix))
                above = levels_[static_cast<std::size_t>(above)].parent;
            levels_.push_back({rule.prefix, above, here, here, here});
            above = static_cast<std::int32_t>(levels_.size()) - 1;
        }
        listed_.push_back(&rule);
        levels_.back().last = here + 1;
        if (rule.by_operator()) levels_.back().middle = here + 1;
    }
    group.last = static_cast<std::uint32_t>(levels_.size());
    return group;
}

// ---- Asking
// --------------------------------------------------------------------------------------

bool Routes::Rank::beats(const Rank& other) const {
    if (digits != other.digits) return digits > other.digits;
    if (conditions != other.conditions) return conditions > other.conditions;
    return place < other.place;
}

Routes::Rank Routes::rank_of(const Rule& rule, const Asked& asked) {
    std::size_t digits = rule.prefix.count;
    if (rule.by_operator()) digits = std::max(digits, asked.owner.digits);
    return {digits, rule.conditions, rule.route.place};
}

/// Of rules of one level that differ only in their conditions, the first that applies is the best.
void Routes::look(std::uint32_t first, std::uint32_t last, const Asked& asked, Best& best) const {
    for (std::uint32_t i = first; i < last; ++i) {
        const Rule& rule = *listed_[i];
        const Rank rank = rank_of(rule, asked);
        if (best.rule != nullptr && !rank.beats(best.rank)) return;
        if (!rule.applies(asked)) continue;
        best = {&rule, rank};
        return;
    }
}

void Routes::look(Group group, Digits number, const Asked& asked, Best& best) const {
    // What the number begins with is the last level that is not behind it, or above that one.
    const auto from = levels_.begin() + group.first;
    const auto to = levels_.begin() + group.last;
    const Digits end{number.bits, Digits::count_max};
    const auto behind = std::upper_bound(
        from, to, end, [](const Digits& left, const Level& right) { return left < right.prefix; });
    if (behind == from) return;
    auto place = static_cast<std::int32_t>(behind - levels_.begin()) - 1;
    for (; place >= 0; place = levels_[static_cast<std::size_t>(place)].parent) {
        const Level& level = levels_[static_cast<std::size_t>(place)];
        if (!begins_with(number, level.prefix)) continue;
        const std::size_t most = std::max<std::size_t>(level.prefix.count, asked.owner.digits);
        if (best.rule != nullptr && most < best.rank.digits) return;
        look(level.first, level.middle, asked, best);
        look(level.middle, level.last, asked, best);
    }
}

Routes::Best Routes::best_of(const Asked& asked, Digits number) const {
    Best best;
    look(anybody_, number, asked, best);
    const auto look_under = [&](const Groups& groups, std::string_view key) {
        if (groups.empty()) return;
        const auto found = groups.find(key);
        if (found != groups.end()) look(found->second, number, asked, best);
    };
    look_under(by_account_, asked.account);
    look_under(by_sender_, asked.sender);
    if (!asked.owner.name.empty()) look_under(by_operator_, asked.owner.name);
    return best;
}

const Route& Routes::find(const Asked& asked) const {
    const auto number = digits_of(asked.contact);
    if (!number) return none_;
    const Best best = best_of(asked, *number);
    return best.rule != nullptr ? best.rule->route : none_;
}

}  // namespace parley::carrier
