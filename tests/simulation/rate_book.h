#pragma once
// How fast carriers and each of their links may be sent to: no rate is ever exceeded, nor the burst
// beside it. Counts submit_sm on the wires; never asks the engine.

#include "config/config.h"
#include "engine/clock.h"

#include <map>
#include <string>

namespace parley::simulation {

class RateBook {
public:
    /// A new process, whose buckets are full.
    void engine_started(Now now, const config::Config& config);
    /// Until in_force() the engine goes by what was or by this.
    void reloaded(Now now, const config::Config& config);
    void in_force(Now now);
    /// By a carrier, or by a link. Throws Violation.
    void submitted(Now now, const std::string& whose);

private:
    struct Pace {
        double rate = 0;        // a second; 0: no limit
        double burst = 0;       // that an idle bucket holds
        bool adaptive = false;  // the carrier may have forced another one on us
    };
    /// The most that the engine's bucket may hold.
    struct Bucket {
        Pace pace;
        Pace wanted;  // other than that: a reload is under way
        double level = 0;
        Instant at{};  // of the level; without a limit: since when there may be none
    };

    static void refill(Now now, Bucket& bucket);

    std::map<std::string, Bucket> buckets_;  // by carrier and by link
};

}  // namespace parley::simulation
