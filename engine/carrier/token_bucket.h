#pragma once
// A rate with a burst, counted in segments. Holds no clock. Integer arithmetic on microseconds, so
// that a seed gives the same run everywhere.

#include "engine/clock.h"

#include <algorithm>
#include <cstdint>

namespace parley::carrier {

class TokenBucket {
public:
    /// rate: tokens per second, 0 is unlimited. burst: tokens an idle bucket holds, 0 is a tenth of
    /// a second's worth, at least 1. Starts full.
    TokenBucket(double rate, std::uint32_t burst, Instant start)
        : rate_micro_(static_cast<std::int64_t>(rate * 1'000'000)),
          full_(full(rate, burst)),
          level_(full_),
          at_(start) {}

    /// Another rate from now on. What is there stays as far as the new burst holds it; a bucket
    /// that was unlimited begins empty. What was held is held no longer.
    void set(Instant now, double rate, std::uint32_t burst) {
        if (!unlimited()) refill(now);
        const bool had_no_limit = unlimited();
        rate_micro_ = static_cast<std::int64_t>(rate * 1'000'000);
        full_ = full(rate, burst);
        level_ = had_no_limit ? 0 : std::min(level_, full_);
        at_ = std::max(at_, now);
        held_ = 0;
    }

    bool unlimited() const { return rate_micro_ == 0; }
    /// Whole tokens that it holds when idle.
    std::int64_t size() const { return full_ / whole; }

    /// Whole tokens there now.
    std::int64_t available(Instant now) {
        if (unlimited()) return unlimited_tokens;
        refill(now);
        return std::max<std::int64_t>(0, level_ / whole);
    }
    /// What costs several and cannot be taken apart goes when the first of them is there. The
    /// others are owed: nothing goes before they have come.
    bool take(Instant now, std::int64_t tokens = 1) {
        if (unlimited()) return true;
        refill(now);
        if (level_ < whole) return false;
        level_ -= tokens * whole;
        return true;
    }
    /// What was taken and not used.
    void give_back(std::int64_t tokens) {
        if (!unlimited()) level_ = std::min(full_, level_ + tokens * whole);
    }
    /// What was taken goes only later. Until used() the bucket fills no further than it would have
    /// done beside it, but for `late`: or all that waited for a slow disk would go at once, and a
    /// full bucket's worth behind it.
    void hold(std::int64_t tokens) { held_ += tokens; }
    void used(Instant now, std::int64_t tokens) {
        if (!unlimited()) refill(now);
        held_ -= std::min(held_, tokens);
    }
    /// When the next token will be there. Requires a limited bucket.
    Instant next(Instant now) {
        refill(now);
        if (level_ >= whole) return now;
        const std::int64_t missing = whole - level_;
        return at_ + Duration((missing + rate_micro_ - 1) / rate_micro_);
    }
    /// Tokens that will have come within this time, for planning ahead.
    std::int64_t expected(Duration ahead) const {
        return unlimited() ? unlimited_tokens : ahead.count() * rate_micro_ / whole;
    }

private:
    // One token is 10^12 units: rate in tokens per 10^6 s times microseconds.
    static constexpr std::int64_t whole = 1'000'000'000'000;
    static constexpr std::int64_t unlimited_tokens = 1'000'000'000;
    /// What a commit usually takes costs no rate.
    static constexpr Duration late = std::chrono::milliseconds(50);

    static std::int64_t full(double rate, std::uint32_t burst) {
        const auto tokens = burst != 0 ? burst : static_cast<std::int64_t>(rate / 10);
        return std::max<std::int64_t>(1, tokens) * whole;
    }

    void refill(Instant now) {
        if (now <= at_) return;
        const std::int64_t elapsed = (now - at_).count();
        at_ = now;
        const std::int64_t beside = full_ - held_ * whole + late.count() * rate_micro_;
        const std::int64_t most = std::clamp(beside, std::min(level_, full_), full_);
        if (elapsed >= (most - level_) / rate_micro_ + 1) {
            level_ = most;
        } else {
            level_ += elapsed * rate_micro_;
        }
    }

    std::int64_t rate_micro_;
    std::int64_t full_;
    std::int64_t level_;
    Instant at_;
    std::int64_t held_ = 0;
};

}  // namespace parley::carrier
