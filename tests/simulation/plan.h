#pragma once
// What one run does, drawn from its seed: how much traffic, and which troubles.

#include "engine/clock.h"
#include "tools/carrier_sim/settings.h"

#include <cstdint>

namespace parley::simulation {

struct Plan {
    std::uint64_t seed = 1;
    Duration busy = std::chrono::seconds(8);  // traffic and trouble
    Duration calm = std::chrono::hours(2);    // at most: until everything has ended
    std::uint32_t contacts = 12;              // few, so that conversations form
    std::uint32_t messages = 120;
    double long_share = 0.15;  // of texts that need several segments
    double reply_share = 0.2;  // of contacts' answers per message
    double stop_share = 0.05;  // of those answers
    std::uint32_t window = 5;
    double throughput = 0;       // segments per second; 0: unlimited
    bool resend = false;         // on_uncertain: resend instead of hold
    std::uint32_t cuts = 0;      // links cut
    std::uint32_t silences = 0;  // links that carry nothing for a while
    std::uint32_t crashes = 0;   // of the engine, between any two events
    bool split = true;           // bytes arrive in pieces
    carrier_sim::Settings carrier;

    static Plan draw(std::uint64_t seed);
};

}  // namespace parley::simulation
