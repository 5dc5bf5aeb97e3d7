#pragma once
// What single senders, campaigns and brands may send over one carrier, in segments: rates, and
// numbers a day. Stands beside the carrier's own ceiling. What of a day is spent outlives the
// process, because carriers refuse, or fine, whatever comes above it. Holds no clock.

#include "config/config.h"
#include "config/time_zone.h"
#include "engine/carrier/token_bucket.h"
#include "storage/message.h"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace parley::carrier {

class Limits {
public:
    Limits(const std::string& carrier, const std::vector<config::Limit>& limits);

    /// Other limits from now on. One that is still called the same goes on where it was: what is
    /// spent of its day is spent. Call tell_spent() before.
    void change(const std::vector<config::Limit>& limits);

    /// Of a day that has not ended, from before the start of the process.
    void recover(Now now, const std::map<std::string, storage::Spent, std::less<>>& spent);

    /// Segments of this message that may go now.
    std::size_t available(Now now, const storage::Message& message);
    /// When at least one may. Requires that none may now.
    Instant next(Now now, const storage::Message& message);
    void take(Now now, const storage::Message& message, std::size_t segments);
    /// One segment that was taken at this moment, and was refused or never written to anybody.
    /// What was taken on an earlier day is not given back to this one.
    void give_back(const storage::Message& message, storage::UnixMs taken_at);

    /// Calls spend(name, storage::Spent) for each daily limit of which something was spent, or
    /// given back, since the last call.
    template <typename Spend>
    void tell_spent(Spend&& spend) {
        for (Rule* rule : changed_) {
            rule->changed = false;
            spend(std::string_view(rule->name), rule->spent);
        }
        changed_.clear();
    }

private:
    /// One limit, of one sender when each has its own.
    struct Rule {
        Rule(std::string name, const config::Limit& limit, TokenBucket bucket);
        std::string name;  // in the store
        TokenBucket bucket;
        std::uint64_t per_day;
        storage::Spent spent;
        storage::UnixMs begun = 0;  // the day of `spent`, as far as this process has seen it
        const config::TimeZone* zone;
        bool changed = false;
    };
    struct Limit {
        config::Limit settings;
        config::TimeZone zone;
    };

    /// What limits a sender while it sends for one brand: a reload may give it to another.
    struct OfBrand {
        std::string brand;
        std::vector<Rule*> rules;
    };

    const std::vector<Rule*>& rules_of(Instant now, const storage::Message& message);
    const std::vector<Rule*>* known_rules_of(const storage::Message& message) const;
    Rule& rule_for(Instant now, const Limit& limit, const std::string& sender);
    void begin_day(Now now, Rule& rule) const;
    void mark(Rule& rule);

    std::string carrier_;
    std::vector<Limit> limits_;
    std::map<std::string, std::unique_ptr<Rule>, std::less<>> rules_;  // by name
    boost::unordered_flat_map<std::string, std::vector<OfBrand>> by_sender_;
    std::vector<Rule*> none_;  // of whom nothing limits
    std::map<std::string, storage::Spent, std::less<>> recovered_;
    /// Of limits that were changed, until their first message asks for them.
    std::map<std::string, TokenBucket, std::less<>> buckets_before_;
    std::vector<Rule*> changed_;
};

}  // namespace parley::carrier
