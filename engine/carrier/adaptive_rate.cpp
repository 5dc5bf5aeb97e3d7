#include "engine/carrier/adaptive_rate.h"

#include <algorithm>
#include <cmath>

namespace parley::carrier {

namespace {

constexpr Duration slot_length = std::chrono::milliseconds(100);
// The shortest time that says something, and how much of it is enough.
constexpr Duration measured_least = std::chrono::milliseconds(200);
constexpr std::uint32_t measured_enough = 60;
constexpr Duration idle_after = std::chrono::seconds(1);

constexpr double just_below = 0.985;
// A rate that the carrier nearly took was nearly right: it falls by no more than this at once.
constexpr double nearly = 0.8;
constexpr double nearly_right = 0.97;
constexpr double halved = 0.5;
constexpr double rate_least = 0.1;
// Where no ceiling is set: what no carrier takes, and no setting names.
constexpr double rate_most = 1'000'000;
// The search: from here at least, nearly three times as fast after each second.
constexpr double search_from = 10;
constexpr double search_growth = 1.0;
// Growth per second: a two-hundredth at first, twice as much every four seconds without a refusal;
// every so many segments where they are few, because each probe costs a refusal.
constexpr double growth_first = 0.005;
constexpr double growth_most = 0.3;
constexpr double growth_doubles_after = 4.0;
constexpr double growth_doubles_after_segments = 100;
constexpr double growth_doubles_after_most = 20;

constexpr std::uint32_t congested_above = 90;
constexpr std::uint32_t full_enough = 10;
constexpr std::uint32_t full_share = 10;  // one in so many

double seconds(Duration time) {
    return static_cast<double>(time.count()) / 1e6;
}

}  // namespace

AdaptiveRate::AdaptiveRate(double ceiling, Instant start)
    : ceiling_(ceiling),
      rate_(ceiling),
      start_(start),
      busy_since_(start),
      answered_at_(start),
      grown_at_(start) {}

AdaptiveRate::Slot& AdaptiveRate::slot_at(Instant now) {
    // Idle time is no measure of what the carrier takes.
    if (now - answered_at_ > idle_after) busy_since_ = now;
    answered_at_ = now;
    const std::int64_t number = (now - start_) / slot_length;
    Slot& slot = slots_[static_cast<std::size_t>(number) % slots];
    if (slot.number != number) slot = {.number = number};
    return slot;
}

void AdaptiveRate::on_accepted(Instant now) {
    ++slot_at(now).accepted;
}

double AdaptiveRate::accepted_rate(Instant now) const {
    const std::int64_t current = (now - start_) / slot_length;
    std::uint32_t accepted = 0;
    Duration time{0};
    for (std::int64_t back = 0; back < static_cast<std::int64_t>(slots); ++back) {
        const std::int64_t number = current - back;
        const Instant begins = start_ + slot_length * number;
        if (number < 0 || begins + slot_length <= busy_since_) break;
        const Slot& slot = slots_[static_cast<std::size_t>(number) % slots];
        if (slot.number == number) accepted += slot.accepted;
        time = now - std::max(begins, busy_since_);
        if (time >= measured_least && accepted >= measured_enough) break;
    }
    return accepted / seconds(std::max(time, measured_least));
}

bool AdaptiveRate::decrease(Instant now, Duration took) {
    without_refusal_ = Duration{0};
    if (reduced_ && now - took < decreased_at_) return false;
    decreased_at_ = now;
    grown_at_ = now;
    const double measured = accepted_rate(now);
    double next = measured;
    if (rate_ != 0) {
        // Never by more than half at once: where little is sent, little is measured.
        const double least = rate_ * (measured > nearly * rate_ ? nearly_right : halved);
        next = std::clamp(measured, least, rate_);
    }
    // The first measure is of a moment, and of what an idle carrier took at once: look for the
    // limit quickly, until a second refusal tells it.
    searching_ = !reduced_;
    if (searching_) next = std::max(next, search_from);
    rate_ = std::max(next * just_below, rate_least);
    reduced_ = true;
    return true;
}

bool AdaptiveRate::on_refused(Instant now, Duration took) {
    slot_at(now);
    return decrease(now, took);
}

bool AdaptiveRate::on_queue_full(Instant now, Duration took) {
    ++slot_at(now).full;
    const std::int64_t current = (now - start_) / slot_length;
    std::uint32_t full = 0;
    std::uint32_t accepted = 0;
    for (const Slot& slot : slots_) {
        if (slot.number < 0 || slot.number + 10 <= current) continue;  // the last second's
        full += slot.full;
        accepted += slot.accepted;
    }
    if (full < full_enough || full * full_share < full + accepted) return false;
    return decrease(now, took);
}

bool AdaptiveRate::on_congestion(Instant now, Duration took, std::uint32_t state) {
    return state > congested_above && decrease(now, took);
}

void AdaptiveRate::set_ceiling(double ceiling) {
    ceiling_ = ceiling;
    if (!reduced_ || (ceiling_ != 0 && rate_ >= ceiling_)) forget();
}

void AdaptiveRate::forget() {
    rate_ = ceiling_;
    reduced_ = false;
    without_refusal_ = Duration{0};
}

bool AdaptiveRate::grow(Instant now, bool wanting) {
    const Duration passed = now - grown_at_;
    if (!reduced_ || passed < slot_length) return false;
    grown_at_ = now;
    if (!wanting) return false;  // nothing shows that more would be taken
    without_refusal_ += passed;
    const double doubles_after = std::clamp(growth_doubles_after_segments / rate_,
                                            growth_doubles_after, growth_doubles_after_most);
    const double doublings = seconds(without_refusal_) / doubles_after;
    const double share =
        searching_ ? search_growth
                   : std::min(growth_first * std::exp2(std::min(doublings, 16.0)), growth_most);
    rate_ += seconds(std::min<Duration>(passed, idle_after)) * rate_ * share;
    if (rate_ >= (ceiling_ == 0 ? rate_most : ceiling_)) {
        rate_ = ceiling_;
        reduced_ = false;
    }
    return true;
}

}  // namespace parley::carrier
