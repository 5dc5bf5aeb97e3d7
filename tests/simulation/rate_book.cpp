#include "tests/simulation/rate_book.h"

#include "tests/simulation/checkers.h"

#include <algorithm>
#include <cmath>

namespace parley::simulation {

namespace {

double seconds_between(Instant from, Instant to) {
    return std::chrono::duration<double>(to - from).count();
}

/// Hands over who has a pace, and which.
template <class Each>
void each_rate(const config::Config& config, Each each) {
    for (const config::Carrier& carrier : config.carriers) {
        const auto tell = [&](const std::string& whose, double rate, bool adaptive = false) {
            const double burst = carrier.burst != 0 ? carrier.burst : std::floor(rate / 10);
            each(whose, {.rate = rate, .burst = std::max(1.0, burst), .adaptive = adaptive});
        };
        tell(carrier.id, carrier.throughput, carrier.adaptive);
        for (std::uint32_t n = 1; n <= carrier.links + carrier.extra_transmitters; ++n) {
            tell(carrier.id + "-" + std::to_string(n), carrier.link_throughput);
            tell(carrier.id + "-" + std::to_string(n) + "-tx", carrier.link_throughput);
        }
    }
}

}  // namespace

void RateBook::engine_started(Now now, const config::Config& config) {
    buckets_.clear();
    each_rate(config, [&](const std::string& whose, const Pace& pace) {
        buckets_[whose] = {.pace = pace, .wanted = pace, .level = pace.burst, .at = now.at};
    });
}

void RateBook::reloaded(Now now, const config::Config& config) {
    each_rate(config, [&](const std::string& whose, const Pace& wanted) {
        const auto [found, fresh] = buckets_.try_emplace(
            whose, Bucket{.pace = wanted, .wanted = wanted, .level = wanted.burst, .at = now.at});
        if (fresh) return;
        Bucket& bucket = found->second;
        refill(now, bucket);
        bucket.wanted = wanted;
        const bool limited = bucket.pace.rate != 0 && wanted.rate != 0;
        bucket.pace.rate = limited ? std::max(bucket.pace.rate, wanted.rate) : 0;
        bucket.pace.burst = std::max(bucket.pace.burst, wanted.burst);
    });
}

void RateBook::in_force(Now now) {
    for (auto& [whose, bucket] : buckets_) {
        const bool begins = bucket.pace.rate == 0 && bucket.wanted.rate != 0;
        // One that had no limit begins empty, when the reload was told at the earliest. With a rate
        // that the carrier had forced on us it had one.
        const double came = bucket.wanted.rate * seconds_between(bucket.at, now.at);
        if (begins) bucket.level = bucket.pace.adaptive ? bucket.wanted.burst : came;
        refill(now, bucket);
        bucket.pace = bucket.wanted;
        bucket.level = std::min(bucket.level, bucket.pace.burst);
    }
}

void RateBook::submitted(Now now, const std::string& whose) {
    constexpr double rounding = 1e-6;
    const auto found = buckets_.find(whose);
    if (found == buckets_.end() || found->second.pace.rate == 0) return;
    Bucket& bucket = found->second;
    refill(now, bucket);
    if (bucket.level < 1 - rounding) throw Violation("the rate of " + whose + " is exceeded");
    bucket.level -= 1;
}

void RateBook::refill(Now now, Bucket& bucket) {
    if (bucket.pace.rate != 0) {
        const double came = bucket.pace.rate * seconds_between(bucket.at, now.at);
        bucket.level = std::min(bucket.pace.burst, bucket.level + came);
    }
    bucket.at = now.at;
}

}  // namespace parley::simulation
