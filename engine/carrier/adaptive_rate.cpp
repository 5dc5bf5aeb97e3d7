#include "engine/carrier/adaptive_rate.h"

#include <algorithm>
#include <cmath>

namespace parley::carrier {

namespace {

constexpr Duration slot_length = std::chrono::milliseconds(100);
// The shortest time that says something, and how much of it is enough.
constexpr Duration measured_least = std::chrono::milliseconds(200);
constexpr std::uint32_t measured_enough = 60;
constexpr std::size_t measured_few = 10;
constexpr Duration idle_after = std::chrono::seconds(1);

constexpr double just_below = 0.985;
// A rate that the carrier nearly took was nearly right: it falls by no more than this at once.
constexpr double nearly = 0.8;
constexpr double nearly_right = 0.97;
// Below this many segments a second the carrier's burst is a segment or two, and a rate climbs
// some percent above the limit before one is refused: it falls by so much more, and grows with the
// segments that go, not with the time.
constexpr double slow = 20;
constexpr double nearly_right_slow = 0.92;
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
constexpr double growth_doubles_after_most_known = 200;

constexpr std::uint32_t congested_above = 90;
constexpr Duration congested_every = std::chrono::seconds(1);
constexpr double congested_falls_to = 0.9;
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
    // Idle time is no measure of what the carrier takes; a slow rate's pauses are not idle.
    const double pauses = rate_ == 0 ? 0 : 3e6 / rate_;
    const Duration idle = std::max(idle_after, Duration(static_cast<std::int64_t>(pauses)));
    if (now - answered_at_ > idle) busy_since_ = now;
    answered_at_ = now;
    const std::int64_t number = (now - start_) / slot_length;
    Slot& slot = slots_[static_cast<std::size_t>(number) % slots];
    if (slot.number != number) slot = {.number = number};
    return slot;
}

void AdaptiveRate::on_accepted(Instant now, std::size_t segments) {
    slot_at(now).accepted += static_cast<std::uint32_t>(segments);
    for (std::size_t n = 0; n < std::min(segments, latest); ++n)
        moments_[taken_++ % latest] = now;
}

double AdaptiveRate::slow_rate(Instant now) const {
    std::size_t accepted = 0;
    Instant since = now;
    while (accepted < std::min(taken_, latest)) {
        const Instant at = moments_[(taken_ - accepted - 1) % latest];
        if (at < busy_since_) break;
        since = at;
        ++accepted;
    }
    // Between the first and now: the first one was taken before that time began.
    if (accepted < measured_few || since >= now) return 0;
    return static_cast<double>(accepted - 1) / seconds(now - since);
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
    if (accepted < measured_enough) {
        if (const double rate = slow_rate(now); rate != 0) return rate;
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
    bool took_more = false;
    if (rate_ != 0) {
        // Never by more than half at once: where little is sent, little is measured.
        const bool took_it = measured > nearly * rate_;
        took_more = measured * nearly > rate_;
        known_ = took_it && !took_more;
        const double right = rate_ < slow ? nearly_right_slow : nearly_right;
        next = std::clamp(measured, rate_ * (took_it ? right : halved), rate_);
    }
    // The first measure is of a moment, and of what an idle carrier took at once: look for the
    // limit quickly, until a second refusal tells it. One that comes while the carrier has been
    // taking far more than that tells nothing: where each second is counted anew, the first burst
    // has used up all of it.
    const bool first = !reduced_;
    searching_ = first || (searching_ && took_more);
    if (first) next = std::max(next, rate_ == 0 ? search_from : std::min(search_from, rate_));
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
    if (state <= congested_above) return false;
    // Every answer says so until it is over, and nothing was refused: step by step.
    if (reduced_ && now - decreased_at_ < congested_every) return false;
    const double before = rate_;
    if (!decrease(now, took)) return false;
    if (before != 0) rate_ = std::max(rate_least, std::min(rate_, before * congested_falls_to));
    searching_ = false;  // the next answer tells
    return true;
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
    const double doubles_after =
        std::clamp(growth_doubles_after_segments / rate_, growth_doubles_after,
                   known_ ? growth_doubles_after_most_known : growth_doubles_after_most);
    const double doublings = seconds(without_refusal_) / doubles_after;
    const double first = growth_first * (known_ ? std::min(1.0, rate_ / slow) : 1.0);
    const double share = searching_
                             ? search_growth
                             : std::min(first * std::exp2(std::min(doublings, 16.0)), growth_most);
    rate_ += seconds(std::min<Duration>(passed, idle_after)) * rate_ * share;
    if (rate_ >= (ceiling_ == 0 ? rate_most : ceiling_)) {
        rate_ = ceiling_;
        reduced_ = false;
    }
    return true;
}

}  // namespace parley::carrier
