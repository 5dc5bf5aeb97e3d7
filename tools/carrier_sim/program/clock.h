#pragma once
// The program's clock. With another speed than 1 all of the simulator's time runs faster or slower
// than the world's: delays, rates and timelines alike.

#include "engine/clock.h"

#include <cstdint>
#include <ctime>

namespace parley::carrier_sim {

class Clock {
public:
    explicit Clock(double speed = 1) : speed_(speed), started_(real()) {}

    Now now() const {
        const Now real_now = real();
        if (speed_ == 1) return real_now;
        const auto passed = static_cast<double>((real_now.at - started_.at).count()) * speed_;
        return {started_.at + Duration(static_cast<Duration::rep>(passed)),
                started_.wall + static_cast<UnixMs>(passed / 1000)};
    }
    /// How long the world takes for this.
    Duration in_the_world(Duration time) const {
        return Duration(static_cast<Duration::rep>(static_cast<double>(time.count()) / speed_));
    }
    double speed() const { return speed_; }

private:
    static Now real() {
        timespec steady{};
        timespec wall{};
        ::clock_gettime(CLOCK_MONOTONIC, &steady);
        ::clock_gettime(CLOCK_REALTIME, &wall);
        return {Instant(Duration(steady.tv_sec * 1'000'000 + steady.tv_nsec / 1'000)),
                wall.tv_sec * 1'000 + wall.tv_nsec / 1'000'000};
    }

    double speed_;
    Now started_;
};

}  // namespace parley::carrier_sim
