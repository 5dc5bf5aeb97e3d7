#pragma once
// Time and chance as arguments. Nothing below engine/io reads a clock or rolls a die of its own, so
// the same engine runs in production and in the deterministic simulator.

#include <chrono>
#include <cstdint>

namespace parley {

/// A clock nobody can ask: only engine/io (steady_clock) and the simulator make Instants.
struct EngineClock {
    using duration = std::chrono::microseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<EngineClock, duration>;
    static constexpr bool is_steady = true;
};

using Duration = std::chrono::microseconds;
/// Monotonic, for deadlines. Never stored: it means nothing after a restart.
using Instant = EngineClock::time_point;
/// Milliseconds since 1970-01-01T00:00Z, for records and people.
using UnixMs = std::int64_t;

struct Now {
    Instant at;
    UnixMs wall;
};

/// Seeded chance (SplitMix64, Steele, Lea and Flood 2014): the same seed gives the same run on
/// every machine, which std:: distributions do not promise.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
        return mixed ^ (mixed >> 31U);
    }
    /// 0 … bound-1. Requires bound > 0.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    /// 0 (inclusive) … 1 (exclusive).
    double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
    bool chance(double probability) { return unit() < probability; }

private:
    std::uint64_t state_;
};

}  // namespace parley
