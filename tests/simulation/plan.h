#pragma once
// What one run does: which house, how much traffic, which troubles. Drawn from a seed, or written
// down by a scenario.

#include "config/config.h"
#include "engine/clock.h"
#include "tools/carrier_sim/settings.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace parley::simulation {

/// A carrier as the engine is told of it, and as it really is.
struct CarrierPlan {
    config::Carrier engine;
    carrier_sim::Settings behaviour;
};

struct Plan {
    std::uint64_t seed = 1;

    // The house at the first boot. Every brand has one account of the same name.
    std::vector<CarrierPlan> carriers;
    std::vector<config::Brand> brands;
    std::vector<config::Route> routes;
    std::map<std::string, std::uint32_t> weights;  // of accounts; 1 where nothing is said
    std::uint32_t shards = 2;
    std::chrono::milliseconds retention = std::chrono::hours(24 * 30);
    bool sync = true;                           // durability
    std::int64_t live_octets_max = 1LL << 40U;  // memory budget for live messages
    Duration drain_limit = std::chrono::seconds(5);

    // Traffic.
    Duration busy = std::chrono::seconds(8);  // traffic and trouble
    Duration calm = std::chrono::hours(2);    // at most: until everything has ended
    bool until_forgotten = false;        // and further, until the journal has let go of everything
    std::uint32_t contacts = 12;         // few, so that conversations form
    std::vector<std::string> strangers;  // others who write
    std::uint32_t messages = 120;
    double long_share = 0.15;      // of texts that need several segments
    double later_share = 0.05;     // send_at
    double short_lived_share = 0;  // validity of a few seconds
    double reply_share = 0.3;      // of contacts' answers per message
    double stop_share = 0.1;       // of those answers
    double start_share = 0.1;      // as well
    double tlv_share = 0;          // that ask for a template
    double cancel_share = 0;       // of messages that their caller cancels soon after
    double order_share = 0;        // suppress or restore through the API, per message

    // Trouble: how often while busy.
    std::uint32_t cuts = 0;        // links cut
    std::uint32_t silences = 0;    // links that carry nothing for a while
    std::uint32_t stalls = 0;      // links that take no octets for a while
    std::uint32_t crashes = 0;     // SIGKILL between any two events
    std::uint32_t power_cuts = 0;  // what was not synced may be gone as well
    std::uint32_t drains = 0;      // SIGTERM, then a start
    std::uint32_t full_disks = 0;  // for a while
    std::uint32_t outages = 0;     // a carrier is away for a while
    std::uint32_t refusals = 0;    // a carrier refuses all submits for a while
    std::uint32_t reshards = 0;    // another number of shards from the next boot on
    std::uint32_t removals = 0;    // a carrier leaves the configuration at the next boot
    std::uint32_t reloads = 0;     // another configuration while the engine runs
    bool split = true;             // bytes arrive in pieces
    double slow_commits = 0.02;    // up to 0.2 s

    static Plan draw(std::uint64_t seed);
    /// One polite carrier "acme", one brand "demo", two shards, no chance in anything.
    static Plan quiet();
    CarrierPlan& add_carrier(const std::string& id);
    /// Some answer or receipt makes the engine suppress the contact, which no outsider can foresee.
    bool carriers_may_block() const;
};

/// What messages ask for, of carriers that know it, each under a tag and a type of its own.
inline constexpr const char* template_name = "template_id";
void know_templates(config::Carrier& carrier, std::uint32_t tag, config::TlvType type);
/// An address of a carrier's at which nobody ever answers, not even with a refusal.
inline const std::string nowhere = "nowhere:2775";

/// "+15550001000" and up: the numbers of the brands.
std::string brand_number(std::uint64_t n);
/// "+15557000000" and up.
std::string contact_number(std::uint64_t n);

}  // namespace parley::simulation
