#pragma once
// How long a message waits that its carrier refused for now: each time longer, up to a limit. What
// of it chance decides is the caller's matter.

#include "config/config.h"
#include "engine/clock.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace parley::carrier {

/// attempts: refusals so far, this one included. first: of this kind of refusal.
inline Duration retry_wait(const config::Carrier& carrier, std::uint32_t attempts, Duration first) {
    const auto most = static_cast<double>(std::max<Duration>(carrier.retry_max, first).count());
    const double growth =
        std::pow(carrier.retry_factor / 100.0, attempts > 1 ? attempts - 1.0 : 0.0);
    return Duration(
        static_cast<std::int64_t>(std::min(most, static_cast<double>(first.count()) * growth)));
}

}  // namespace parley::carrier
