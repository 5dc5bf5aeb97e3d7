#include "engine/carrier/limits.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace parley::carrier {

using storage::Message;

Limits::Rule::Rule(std::string name, const config::Limit& limit, TokenBucket bucket)
    : name(std::move(name)), bucket(bucket), per_day(limit.per_day) {}

Limits::Limits(const std::string& carrier, const std::vector<config::Limit>& limits)
    : carrier_(carrier) {
    for (const config::Limit& limit : limits)
        limits_.push_back({limit, config::TimeZone(limit.time_zone)});
}

void Limits::change(const std::vector<config::Limit>& limits) {
    by_sender_.clear();
    changed_.clear();
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

void Limits::begin_day(Now now, Rule& rule) const {
    if (now.wall < rule.spent.until) return;
    rule.spent = {0, rule.zone->next_midnight(now.wall)};
    rule.begun = now.wall;
}

std::size_t Limits::available(Now now, const Message& message) {
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (Rule* rule : rules_of(now.at, message)) {
        least = std::min(least, rule->bucket.available(now.at));
        if (rule->per_day == 0) continue;
        begin_day(now, *rule);
        const std::uint64_t left = rule->per_day - std::min(rule->per_day, rule->spent.segments);
        least = std::min(least, static_cast<std::int64_t>(left));
    }
    return static_cast<std::size_t>(std::max<std::int64_t>(0, least));
}

Instant Limits::next(Now now, const Message& message) {
    Instant next = now.at;
    for (Rule* rule : rules_of(now.at, message)) {
        if (!rule->bucket.unlimited()) next = std::max(next, rule->bucket.next(now.at));
        if (rule->per_day == 0 || rule->spent.segments < rule->per_day) continue;
        next = std::max(next, now.at + std::chrono::milliseconds(std::max<storage::UnixMs>(
                                           0, rule->spent.until - now.wall)));
    }
    return next;
}

void Limits::take(Now now, const Message& message, std::size_t segments) {
    for (Rule* rule : rules_of(now.at, message)) {
        for (std::size_t n = 0; n < segments; ++n)
            rule->bucket.take(now.at);
        if (rule->per_day == 0) continue;
        begin_day(now, *rule);
        rule->spent.segments += segments;
        mark(*rule);
    }
}

void Limits::give_back(const Message& message, storage::UnixMs taken_at) {
    if (limits_.empty()) return;
    const std::vector<Rule*>* known = known_rules_of(message);
    if (known == nullptr) return;  // taken by a process before this one
    for (Rule* rule : *known) {
        rule->bucket.give_back(1);
        if (rule->per_day == 0 || rule->spent.segments == 0 || taken_at < rule->begun) continue;
        --rule->spent.segments;
        mark(*rule);
    }
}

void Limits::mark(Rule& rule) {
    if (!std::exchange(rule.changed, true)) changed_.push_back(&rule);
}

}  // namespace parley::carrier
