#pragma once
// What single senders, campaigns and brands may send over one carrier, in segments: rates, and
// numbers a day, of which a reserve is kept for answers. Stands beside the carrier's own ceiling.
// What of a day is spent outlives the process, because carriers refuse, or fine, whatever comes
// above it. A day's end does not cut a long text in two: the day must hold all of it, and keeps
// what its later parts need. Holds no clock.

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

    /// Segments of this message that may go now. Each counts as storage::counted_each() says.
    std::size_t available(Now now, const storage::Message& message);
    /// When at least one may. Requires that none may now.
    Instant next(Now now, const storage::Message& message);
    /// They are about to go, and no longer Phase::waiting.
    void take(Now now, const storage::Message& message, std::size_t segments);
    /// One that was taken is written to the carrier now.
    void wrote(Now now, const storage::Message& message);
    /// One that was taken at this moment never was; its phase says so already.
    void take_back(Now now, const storage::Message& message, storage::UnixMs taken_at);
    /// One that was taken at this moment was written and refused; its phase says so already. What
    /// was taken on an earlier day is not given back to this one.
    void give_back(const storage::Message& message, storage::UnixMs taken_at);
    /// It has ended: the day need keep nothing for it.
    void forget(const storage::Message& message);

    /// How far a limit is used up, of one sender when each has its own.
    struct Use {
        std::string limit;
        std::string sender;            // empty: of all whom it is for, together
        double rate = 0;               // segments per second; 0: none
        std::int64_t burst = 0;        // segments that an idle one lets go at once
        std::int64_t at_once = 0;      // that it lets go now
        std::uint64_t per_day = 0;     // 0: none
        std::uint64_t spent = 0;       // of the day, with what is kept for parts under way
        std::uint64_t reserve = 0;     // of the day, for answers
        storage::UnixMs day_ends = 0;  // 0: no day
        double day_share() const;      // that is spent, 0 … 1
        double burst_share() const;    // likewise
    };
    /// Of every limit, in the order of the configuration; of one that each sender has to itself
    /// those `most` senders that have used most of it.
    std::vector<Use> uses(Now now, std::size_t most);

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
        std::uint64_t reserve;
        storage::Spent spent;
        std::uint64_t promised = 0;  // of the day, to later parts of what has begun to go
        storage::UnixMs begun = 0;   // the day of `spent`, as far as this process has seen it
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
    void begin_day(Now now, Rule& rule);
    void mark(Rule& rule);
    /// Segments of this message that the rest of the day holds.
    std::size_t day_holds(const Rule& rule, const storage::Message& message) const;
    /// Keeps of the day what this message still needs, if any of it has gone.
    void promise(const std::vector<Rule*>& rules, const storage::Message& message);
    Use use_of(Now now, const Limit& limit, Rule& rule, std::string sender);

    std::string carrier_;
    std::vector<Limit> limits_;
    std::map<std::string, std::unique_ptr<Rule>, std::less<>> rules_;  // by name
    boost::unordered_flat_map<std::string, std::vector<OfBrand>> by_sender_;
    std::vector<Rule*> none_;  // of whom nothing limits
    std::map<std::string, storage::Spent, std::less<>> recovered_;
    /// Of limits that were changed, until their first message asks for them.
    std::map<std::string, TokenBucket, std::less<>> buckets_before_;
    std::vector<Rule*> changed_;
    /// By message: what of Rule::promised is its. Not on disk: after a restart a text of which a
    /// part has gone takes what the day has left.
    boost::unordered_flat_map<std::uint64_t, std::uint64_t> promises_;
};

}  // namespace parley::carrier
