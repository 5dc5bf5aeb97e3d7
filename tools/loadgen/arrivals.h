#pragma once
// When a run wants its messages sent: open loop, that is, without looking at the answers. A rate
// (constant, or a ramp from one to another) says how many are expected by a moment; the spacing
// says how they lie in it (even, as chance has it, in bursts); or a trace says every moment. Time
// is nanoseconds since the start; no clock, no unseeded chance.

#include "engine/clock.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace parley::loadgen {

enum class Spacing : std::uint8_t { even, poisson, burst };

struct ArrivalPlan {
    double rate = 0;     // messages a second; 0 without a trace: closed loop
    double rate_to = 0;  // a ramp's end; 0: constant
    double ramp_s = 0;   // how long the ramp takes; the rate stays at rate_to afterwards
    Spacing spacing = Spacing::even;
    std::uint64_t burst = 100;           // messages that come at once
    std::vector<std::int64_t> trace_ns;  // ascending; when not empty, nothing above counts
    std::uint64_t seed = 1;

    bool open_loop() const { return rate > 0 || rate_to > 0 || !trace_ns.empty(); }
};

/// Moments of a trace file: seconds since the start, one a line, ascending; empty lines and those
/// that begin with # do not count. Throws std::runtime_error naming file and line.
std::vector<std::int64_t> read_trace(const std::string& file);

class Arrivals {
public:
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

    explicit Arrivals(ArrivalPlan plan);

    /// When the next message is wanted; 0 in a closed loop (at once), never at a trace's end.
    std::int64_t next_ns() const { return next_ns_; }
    void pop();

private:
    double position_of(std::uint64_t nth);
    std::int64_t moment_of(double position) const;
    void compute();

    ArrivalPlan plan_;
    Dice dice_;
    std::uint64_t nth_ = 0;
    double position_ = 0;  // poisson: where the last arrival lay, in expected messages
    std::int64_t next_ns_ = 0;
};

}  // namespace parley::loadgen
