#pragma once
// What tests of the simulator send and look for, alike in several of them.

#include "tests/simulation/texts.h"
#include "tests/simulation/world.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

namespace parley::simulation {

inline Order order_to(std::uint64_t contact, std::uint64_t n,
                      const std::string& from = brand_number(1000)) {
    Order order;
    order.from = from;
    order.to = contact_number(contact);
    order.text = marker(n) + " hello";
    order.validity = std::chrono::hours(3);
    return order;
}

/// A disk that stalls now and then costs more of a rate than what is measured.
inline Plan steady_plan() {
    Plan plan = Plan::quiet();
    plan.slow_commits = 0;
    return plan;
}

inline void change(World& world, const std::function<void(carrier_sim::Settings&)>& how,
                   const std::string& carrier = "acme") {
    carrier_sim::Settings settings = world.carrier(carrier).settings();
    how(settings);
    world.carrier(carrier).change(settings);
}

/// Submits that the carrier's books have from this sender.
inline std::size_t taken_from(World& world, const std::string& sender,
                              const std::string& carrier = "acme") {
    return static_cast<std::size_t>(std::ranges::count(world.carrier(carrier).books().submits,
                                                       sender, &carrier_sim::SubmitRecord::source));
}

}  // namespace parley::simulation
