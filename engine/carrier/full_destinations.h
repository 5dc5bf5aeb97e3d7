#pragma once
// Handsets whose queue at the carrier is full (ESME_RMSGQFUL): nothing more is submitted to them
// for a while, whoever sends it, and then one message tries while the others wait for its answer.
// Bounded: of more than `most` those that rest longest are remembered. Holds no clock.

#include "engine/clock.h"

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <boost/unordered/unordered_flat_map.hpp>

namespace parley::carrier {

class FullDestinations {
public:
    static constexpr std::size_t most = 10'000;

    bool empty() const { return until_.empty(); }
    std::size_t size() const { return until_.size(); }

    /// Nothing more to this number before then. Never earlier than what was said before.
    void rest(Instant now, const std::string& to, Instant until);
    /// Until when it rests; empty: the one that asks may go. If it had rested it is the one that
    /// tries, and all others wait `answer_within` for its answer.
    std::optional<Instant> rests_until(Instant now, const std::string& to, Duration answer_within);
    /// The carrier took something for it.
    void took(const std::string& to);

private:
    void set(const std::string& to, Instant until);

    boost::unordered_flat_map<std::string, Instant> until_;
    std::set<std::pair<Instant, std::string>> in_order_;
};

}  // namespace parley::carrier
