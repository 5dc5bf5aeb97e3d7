#pragma once
// A simulated carrier in virtual time, for tests that speak to it by hand (raw_esme.h).

#include "tests/support/raw_esme.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace parley::test {

inline constexpr std::string_view handset = "+15550002000";
inline constexpr std::string_view our_number = "+15550001000";

class CarrierBed : public ::testing::Test {
protected:
    void with(carrier_sim::Settings settings, std::uint64_t seed = 1) {
        carrier = carrier_sim::CarrierSim(std::move(settings), Dice(seed));
    }
    /// Lets time pass, from one deadline of the carrier to the next.
    void pass(Duration time) {
        const Instant until = now.at + time;
        for (auto next = carrier.next_deadline(); next && *next <= until;
             next = carrier.next_deadline()) {
            go_to(std::max(now.at, *next));
            carrier.on_deadline(now);
        }
        go_to(until);
    }
    void go_to(Instant at) {
        now.wall += std::chrono::duration_cast<std::chrono::milliseconds>(at - now.at).count();
        now.at = at;
    }
    const carrier_sim::Counts& counts() const { return carrier.books().counts; }

    Now now{Instant(std::chrono::hours(1)), 1'760'000'000'000};  // 2025-10-09 08:53:20 UTC
    carrier_sim::CarrierSim carrier{carrier_sim::Settings{}, Dice(1)};
};

inline std::vector<Said> only(const std::vector<Said>& all, smpp::Command command) {
    std::vector<Said> found;
    std::copy_if(all.begin(), all.end(), std::back_inserter(found),
                 [&](const Said& said) { return said.header.command_id == command; });
    return found;
}

inline std::string receipt_of(const Said& said) {
    return std::string(said.as<smpp::DeliverSm>().short_message);
}

}  // namespace parley::test
