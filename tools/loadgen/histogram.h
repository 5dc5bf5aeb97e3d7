#pragma once
// Latencies in log-linear buckets: the bucketing of HdrHistogram (Gil Tene, hdrhistogram.org) with
// two significant digits. 128 linear steps per power of two keep every value within 0.8 %,
// recording is a shift and an increment, and histograms add up. Never allocates after construction.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace parley::loadgen {

class Histogram {
public:
    Histogram() : counts_(slot_of(~std::uint64_t{0}) + 1) {}

    void record(std::uint64_t value) {
        ++counts_[slot_of(value)];
        ++count_;
        sum_ += value;
        max_ = std::max(max_, value);
    }

    void add(const Histogram& other) {
        for (std::size_t slot = 0; slot < counts_.size(); ++slot) {
            counts_[slot] += other.counts_[slot];
        }
        count_ += other.count_;
        sum_ += other.sum_;
        max_ = std::max(max_, other.max_);
    }

    void clear() {
        std::fill(counts_.begin(), counts_.end(), 0);
        count_ = 0;
        sum_ = 0;
        max_ = 0;
    }

    std::uint64_t count() const { return count_; }
    std::uint64_t max() const { return max_; }
    double mean() const {
        return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
    }

    /// The largest value that shares a bucket with the value below which `share` (0 to 1) of all
    /// lie; 0 when nothing was recorded.
    std::uint64_t percentile(double share) const {
        if (count_ == 0) return 0;
        const auto wanted = std::clamp<std::uint64_t>(
            static_cast<std::uint64_t>(std::llround(share * static_cast<double>(count_))), 1,
            count_);
        std::uint64_t seen = 0;
        for (std::size_t slot = 0; slot < counts_.size(); ++slot) {
            seen += counts_[slot];
            if (seen >= wanted) return std::min(highest_of(slot), max_);
        }
        return max_;
    }

private:
    static constexpr int step_bits = 7;

    static std::size_t slot_of(std::uint64_t value) {
        const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - (step_bits + 1));
        return (static_cast<std::size_t>(shift) << step_bits) +
               static_cast<std::size_t>(value >> shift);
    }

    static std::uint64_t highest_of(std::size_t slot) {
        constexpr std::size_t steps = std::size_t{1} << step_bits;
        if (slot < 2 * steps) return slot;
        const auto shift = slot / steps - 1;
        const auto lead = static_cast<std::uint64_t>(slot - shift * steps);
        return (lead << shift) + ((std::uint64_t{1} << shift) - 1);
    }

    std::vector<std::uint64_t> counts_;
    std::uint64_t count_ = 0;
    std::uint64_t sum_ = 0;
    std::uint64_t max_ = 0;
};

}  // namespace parley::loadgen
