#pragma once
// What senders, campaigns and brands may send over a carrier, as the configuration has it, and what
// was submitted for them: no limit is ever exceeded. Counts submit_sm on the wires, one segment
// each; never asks the engine.

#include "config/config.h"
#include "config/time_zone.h"
#include "engine/clock.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace parley::simulation {

class LimitBook {
public:
    /// The engine goes by this from here on, perhaps as a new process, whose buckets are full.
    void goes_by(Now now, const config::Config& config);
    /// What was spent of a day may be forgotten, by an engine that does not sync.
    void forget_days();
    /// Throws Violation.
    void submitted(Now now, const std::string& carrier, const std::string& sender);
    /// One that was submitted at this moment counts for nothing.
    void refused(Now at, const std::string& carrier, const std::string& sender);

private:
    /// Of one limit, of one sender when each has its own.
    struct Count {
        std::multiset<Instant> lately;
        std::uint64_t of_day = 0;
        std::uint64_t most_of_day = 0;
        UnixMs day_began = 0;
        UnixMs day_ends = 0;
    };
    struct Watched {
        config::Limit limit;
        std::shared_ptr<const config::TimeZone> zone;
        std::map<std::string, Count> counts;  // by sender; empty: all together
    };

    static bool is_for(const config::Limit& limit, const std::string& sender,
                       const std::string& brand);
    void count(Now now, const std::string& carrier, Watched& watched, Count& count);

    std::map<std::string, std::vector<Watched>> by_carrier_;
    std::map<std::string, std::string> brand_of_;  // sender
    std::deque<Instant> starts_;
    std::uint64_t late_ = 0;  // that may go after midnight of what was counted before
};

}  // namespace parley::simulation
