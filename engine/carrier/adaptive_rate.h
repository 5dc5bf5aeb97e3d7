#pragma once
// Finds out how fast a carrier lets us be when that is less than its configured ceiling. A refusal
// brings the rate just below what the carrier has been taking (multiplicative decrease by little,
// because what it took is known); without refusals the rate grows by and by, faster the longer none
// comes. Holds no clock.

#include "engine/clock.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace parley::carrier {

class AdaptiveRate {
public:
    /// ceiling: segments per second; 0: unlimited, as the rate then is until the first refusal.
    AdaptiveRate(double ceiling, Instant start);

    /// Segments per second; 0: unlimited.
    double rate() const { return rate_; }
    /// Whether a refusal has ever brought it below the ceiling, and growth has not yet led back.
    bool is_reduced() const { return reduced_; }

    /// The carrier took a segment, or what it counts as several.
    void on_accepted(Instant now, std::size_t segments = 1);
    /// It refused one, submitted `took` ago, because it came too fast. True: the rate is new. What
    /// was submitted before the last decrease says nothing about the rate since.
    bool on_refused(Instant now, Duration took);
    /// ESME_RMSGQFUL: one full queue is a matter of its destination; many are the carrier's.
    bool on_queue_full(Instant now, Duration took);
    /// congestion_state of SMPP 5.0 §4.8.4.18, 0 … 100: above 90 it is congested.
    bool on_congestion(Instant now, Duration took, std::uint32_t state);
    /// Another ceiling from now on. A rate that was forced on us stays, as far as it is below.
    void set_ceiling(double ceiling);
    /// At the ceiling again, whatever was learned.
    void forget();
    /// As time goes by. wanting: more waits than the rate has let go. True: the rate is new.
    bool grow(Instant now, bool wanting);

private:
    struct Slot {
        std::int64_t number = -1;  // of its tenth of a second
        std::uint32_t accepted = 0;
        std::uint32_t full = 0;
    };
    static constexpr std::size_t slots = 100;  // of a tenth of a second each
    static constexpr std::size_t latest = 64;  // moments, for rates that fill no slots

    Slot& slot_at(Instant now);
    /// Segments per second that the carrier took lately.
    double accepted_rate(Instant now) const;
    /// The same by the moments of the latest ones; 0: there are too few.
    double slow_rate(Instant now) const;
    bool decrease(Instant now, Duration took);

    double ceiling_;
    double rate_;
    bool reduced_ = false;
    bool searching_ = false;
    bool known_ = false;  // the last refusal came at a rate that the carrier nearly took
    Instant start_;
    Instant busy_since_;
    Instant answered_at_;
    Instant decreased_at_ = Instant::min();
    Instant grown_at_;
    Duration without_refusal_{0};  // while more was wanted
    std::array<Slot, slots> slots_{};
    std::array<Instant, latest> moments_{};  // of what was accepted, in a ring
    std::size_t taken_ = 0;                  // ever
};

}  // namespace parley::carrier
