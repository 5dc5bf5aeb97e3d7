#include "engine/carrier/limits.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace parley::carrier {

using storage::Message;
using storage::MessageClass;

namespace {

/// What a person or a law waits for: the reserve of a day is for these.
bool is_answer(const Message& message) {
    return message.message_class != MessageClass::informational &&
           message.message_class != MessageClass::promotional;
}

std::uint64_t waiting(const Message& message) {
    const auto segments =
        std::ranges::count(message.segments, storage::Phase::waiting, &storage::Segment::phase);
    return static_cast<std::uint64_t>(segments) * storage::counted_each(message);
}

}  // namespace

Limits::Rule::Rule(std::string name, const config::Limit& limit, TokenBucket bucket)
    : name(std::move(name)),
      bucket(bucket),
      per_day(limit.per_day),
      reserve(static_cast<std::uint64_t>(limit.per_day) * limit.reserve / 100) {}

Limits::Limits(const std::string& carrier, const std::vector<config::Limit>& limits)
    : carrier_(carrier) {
    for (const config::Limit& limit : limits)
        limits_.push_back({limit, config::TimeZone(limit.time_zone)});
}

void Limits::change(const std::vector<config::Limit>& limits) {
    by_sender_.clear();
    changed_.clear();
    promises_.clear();
    for (const auto& [name, rule] : std::exchange(rules_, {})) {
        if (rule->spent.until != 0) recovered_[name] = rule->spent;
        buckets_before_.insert_or_assign(name, rule->bucket);
    }
    limits_.clear();
    for (const config::Limit& limit : limits)
        limits_.push_back({limit, config::TimeZone(limit.time_zone)});
}

void Limits::recover(Now now, const std::map<std::string, storage::Spent, std::less<>>& spent) {
    for (const auto& [name, of_day] : spent) {
        if (of_day.until > now.wall && name.starts_with(carrier_ + '/')) recovered_[name] = of_day;
    }
}

Limits::Rule& Limits::rule_for(Instant now, const Limit& limit, const std::string& sender) {
    std::string name = carrier_ + '/' + limit.settings.name;
    if (!sender.empty()) name.append("/").append(sender);
    // It may be there: what a sender has to itself is the same whichever brand it sends for.
    const auto there = rules_.find(name);
    if (there != rules_.end()) return *there->second;
    const config::Limit& settings = limit.settings;
    TokenBucket bucket(settings.rate, settings.burst, now);
    if (const auto before = buckets_before_.find(name); before != buckets_before_.end()) {
        bucket = before->second;
        bucket.set(now, settings.rate, settings.burst);
        buckets_before_.erase(before);
    }
    auto rule = std::make_unique<Rule>(name, settings, bucket);
    rule->zone = &limit.zone;
    if (const auto found = recovered_.find(rule->name); found != recovered_.end())
        rule->spent = found->second;
    return *rules_.emplace(std::move(name), std::move(rule)).first->second;
}

const std::vector<Limits::Rule*>* Limits::known_rules_of(const Message& message) const {
    const auto sender = by_sender_.find(message.from);
    if (sender == by_sender_.end()) return nullptr;
    const auto found = std::ranges::find(sender->second, message.brand, &OfBrand::brand);
    return found == sender->second.end() ? nullptr : &found->rules;
}

/// Found once for each sender and the brand that it belongs to.
const std::vector<Limits::Rule*>& Limits::rules_of(Instant now, const Message& message) {
    if (limits_.empty()) return none_;  // as for most carriers: not even a look for the sender
    if (const std::vector<Rule*>* known = known_rules_of(message)) return *known;
    OfBrand found{message.brand, {}};
    for (Limit& limit : limits_) {
        const auto& senders = limit.settings.senders;
        const bool named =
            senders.empty() || std::ranges::find(senders, message.from) != senders.end();
        if (!named) continue;
        if (!limit.settings.brand.empty() && limit.settings.brand != message.brand) continue;
        found.rules.push_back(
            &rule_for(now, limit, limit.settings.each_sender ? message.from : std::string()));
    }
    std::vector<OfBrand>& brands = by_sender_[message.from];
    brands.push_back(std::move(found));
    return brands.back().rules;
}

void Limits::begin_day(Now now, Rule& rule) {
    if (now.wall < rule.spent.until) return;
    rule.spent = {0, rule.zone->next_midnight(now.wall)};
    rule.begun = now.wall;
    // A fresh day holds what was promised of the last one.
    if (promises_.empty()) return;
    promises_.clear();
    for (const auto& [name, each] : rules_)
        each->promised = 0;
}

std::size_t Limits::day_holds(const Rule& rule, const Message& message) const {
    const std::uint64_t each = storage::counted_each(message);
    const auto kept = promises_.find(message.id.value);
    const std::uint64_t its_own = kept == promises_.end() ? 0 : kept->second;
    const std::uint64_t others = rule.promised - std::min(rule.promised, its_own);
    const bool all = is_answer(message) || its_own != 0;
    const std::uint64_t most = rule.per_day - (all ? 0 : rule.reserve);
    const std::uint64_t left = most - std::min(most, rule.spent.segments + others);
    const std::uint64_t needed = waiting(message);
    const bool has_begun = needed < storage::counted(message);
    // A part today and the others after midnight would be no message until then, and would keep
    // its conversation waiting. What no day holds is cut all the same.
    if (!has_begun && needed > left && needed <= most) return 0;
    return static_cast<std::size_t>(left / each);
}

std::size_t Limits::available(Now now, const Message& message) {
    const auto each = static_cast<std::int64_t>(storage::counted_each(message));
    auto least = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
    for (Rule* rule : rules_of(now.at, message)) {
        const std::int64_t tokens = rule->bucket.available(now.at);
        least = std::min(least, static_cast<std::size_t>((tokens + each - 1) / each));
        if (rule->per_day == 0) continue;
        begin_day(now, *rule);
        least = std::min(least, day_holds(*rule, message));
    }
    return least;
}

Instant Limits::next(Now now, const Message& message) {
    Instant next = now.at;
    for (Rule* rule : rules_of(now.at, message)) {
        if (!rule->bucket.unlimited()) next = std::max(next, rule->bucket.next(now.at));
        if (rule->per_day == 0 || day_holds(*rule, message) != 0) continue;
        next = std::max(next, now.at + std::chrono::milliseconds(std::max<storage::UnixMs>(
                                           0, rule->spent.until - now.wall)));
    }
    return next;
}

void Limits::take(Now now, const Message& message, std::size_t segments) {
    if (limits_.empty()) return;
    const std::uint64_t counted = segments * storage::counted_each(message);
    const std::vector<Rule*>& rules = rules_of(now.at, message);
    for (Rule* rule : rules) {
        rule->bucket.take(now.at, static_cast<std::int64_t>(counted));
        rule->bucket.hold(static_cast<std::int64_t>(counted));
        if (rule->per_day == 0) continue;
        begin_day(now, *rule);
        rule->spent.segments += counted;
        mark(*rule);
    }
    promise(rules, message);
}

void Limits::promise(const std::vector<Rule*>& rules, const Message& message) {
    const std::uint64_t left = waiting(message);
    const auto kept = promises_.find(message.id.value);
    if (left == 0 && kept == promises_.end()) return;  // as for nearly all
    const std::uint64_t before = kept == promises_.end() ? 0 : kept->second;
    const auto is_daily = [](const Rule* rule) { return rule->per_day != 0; };
    const bool has_begun = left < storage::counted(message);
    const bool fits = std::ranges::all_of(rules, [&](const Rule* rule) {
        const std::uint64_t others = rule->promised - std::min(rule->promised, before);
        const std::uint64_t most = rule->per_day - (is_answer(message) ? 0 : rule->reserve);
        return !is_daily(rule) || rule->spent.segments + others + left <= most;
    });
    const bool keep = has_begun && fits && std::ranges::any_of(rules, is_daily);
    const std::uint64_t wanted = keep ? left : 0;
    for (Rule* rule : rules)
        rule->promised = rule->promised - std::min(rule->promised, before) + wanted;
    if (wanted != 0) {
        promises_.insert_or_assign(message.id.value, wanted);
    } else {
        promises_.erase(message.id.value);
    }
}

void Limits::wrote(Now now, const Message& message) {
    if (limits_.empty()) return;
    const std::vector<Rule*>* known = known_rules_of(message);
    if (known == nullptr) return;
    for (Rule* rule : *known)
        rule->bucket.used(now.at, static_cast<std::int64_t>(storage::counted_each(message)));
}

void Limits::take_back(Now now, const Message& message, storage::UnixMs taken_at) {
    wrote(now, message);
    give_back(message, taken_at);
}

void Limits::give_back(const Message& message, storage::UnixMs taken_at) {
    if (limits_.empty()) return;
    const std::vector<Rule*>* known = known_rules_of(message);
    if (known == nullptr) return;  // taken by a process before this one
    const std::uint64_t counted = storage::counted_each(message);
    for (Rule* rule : *known) {
        rule->bucket.give_back(static_cast<std::int64_t>(counted));
        if (rule->per_day == 0 || taken_at < rule->begun) continue;
        if (rule->spent.segments == 0) continue;
        rule->spent.segments -= std::min(rule->spent.segments, counted);
        mark(*rule);
    }
    promise(*known, message);
}

void Limits::forget(const Message& message) {
    const auto kept = promises_.find(message.id.value);
    if (kept == promises_.end()) return;
    if (const std::vector<Rule*>* known = known_rules_of(message)) {
        for (Rule* rule : *known)
            rule->promised -= std::min(rule->promised, kept->second);
    }
    promises_.erase(kept);
}

void Limits::mark(Rule& rule) {
    if (!std::exchange(rule.changed, true)) changed_.push_back(&rule);
}

// ---- What is used of them
// ------------------------------------------------------------------------

double Limits::Use::day_share() const {
    return per_day == 0 ? 0
                        : std::min(1.0, static_cast<double>(spent) / static_cast<double>(per_day));
}

double Limits::Use::burst_share() const {
    return rate == 0 ? 0 : 1 - static_cast<double>(at_once) / static_cast<double>(burst);
}

Limits::Use Limits::use_of(Now now, const Limit& limit, Rule& rule, std::string sender) {
    Use use{.limit = limit.settings.name, .sender = std::move(sender)};
    if (limit.settings.rate != 0) {
        use.rate = limit.settings.rate;
        use.burst = rule.bucket.size();
        use.at_once = rule.bucket.available(now.at);
    }
    if (rule.per_day != 0) {
        begin_day(now, rule);
        use.per_day = rule.per_day;
        use.spent = rule.spent.segments + rule.promised;
        use.reserve = rule.reserve;
        use.day_ends = rule.spent.until;
    }
    return use;
}

std::vector<Limits::Use> Limits::uses(Now now, std::size_t most) {
    std::vector<Use> all;
    for (const Limit& limit : limits_) {
        if (!limit.settings.each_sender) {
            all.push_back(use_of(now, limit, rule_for(now.at, limit, {}), {}));
            continue;
        }
        std::vector<Use> of_senders;
        const std::string prefix = carrier_ + '/' + limit.settings.name + '/';
        for (auto rule = rules_.lower_bound(prefix);
             rule != rules_.end() && rule->first.starts_with(prefix); ++rule)
            of_senders.push_back(
                use_of(now, limit, *rule->second, rule->first.substr(prefix.size())));
        const std::size_t count = std::min(most, of_senders.size());
        const auto used_more = [](const Use& left, const Use& right) {
            const double a = std::max(left.day_share(), left.burst_share());
            const double b = std::max(right.day_share(), right.burst_share());
            return a != b ? a > b : left.sender < right.sender;
        };
        std::partial_sort(of_senders.begin(),
                          of_senders.begin() + static_cast<std::ptrdiff_t>(count), of_senders.end(),
                          used_more);
        std::move(of_senders.begin(), of_senders.begin() + static_cast<std::ptrdiff_t>(count),
                  std::back_inserter(all));
    }
    return all;
}

}  // namespace parley::carrier
