#pragma once
// A mix: values with weights, as in "160:9,300:1". Which one a message gets follows from the run's
// seed and the message's number alone, so a message that is sent again is the same message.

#include "tools/support/flags.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::loadgen {

/// Even chance from a seed and a number, without state (the finaliser of SplitMix64, Steele, Lea
/// and Flood 2014).
inline std::uint64_t scattered(std::uint64_t seed, std::uint64_t number) {
    std::uint64_t mixed = seed * 0xD1B54A32D192ED03ULL + (number + 1) * 0x9E3779B97F4A7C15ULL;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31U);
}

template <class Value>
class Weighted {
public:
    Weighted() = default;
    explicit Weighted(Value only) { add(std::move(only), 1); }

    /// weight: 1 or more.
    void add(Value value, std::uint32_t weight) {
        total_ += weight;
        values_.push_back(std::move(value));
        until_.push_back(total_);
    }

    std::size_t size() const { return values_.size(); }
    const Value& operator[](std::size_t place) const { return values_[place]; }
    std::uint32_t weight(std::size_t place) const {
        return static_cast<std::uint32_t>(until_[place] - (place == 0 ? 0 : until_[place - 1]));
    }

    /// Place of the value that this even chance picks.
    std::size_t pick(std::uint64_t chance) const {
        if (values_.size() == 1) return 0;
        const auto drawn = chance % total_;
        std::size_t place = 0;
        while (until_[place] <= drawn)
            ++place;
        return place;
    }

private:
    std::vector<Value> values_;
    std::vector<std::uint64_t> until_;  // running sums of the weights
    std::uint64_t total_ = 0;
};

/// "A:9,B:1" or "A,B"; read: a word to its value, throwing UsageError. name: the flag, for errors.
template <class Value, class Read>
Weighted<Value> read_weighted(std::string_view name, std::string_view written, Read read) {
    constexpr std::uint32_t weight_max = 10'000;
    Weighted<Value> mix;
    for (bool more = true; more;) {
        const auto comma = written.find(',');
        const auto item = written.substr(0, comma);
        more = comma != written.npos;
        if (more) written.remove_prefix(comma + 1);
        const auto colon = item.rfind(':');
        std::uint32_t weight = 1;
        if (colon != item.npos) {
            weight = tools::read_number<std::uint32_t>(std::string(name) + " (a weight)",
                                                       item.substr(colon + 1), 1, weight_max);
        }
        mix.add(read(item.substr(0, colon)), weight);
    }
    return mix;
}

}  // namespace parley::loadgen
