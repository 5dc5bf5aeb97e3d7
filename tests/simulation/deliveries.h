#pragma once
// What tests of single deliveries have in common: an order, what became of it, another mood of the
// carrier "acme".

#include "tests/simulation/texts.h"
#include "tests/simulation/world.h"

#include <cstdint>
#include <functional>
#include <string>

namespace parley::simulation {

inline const std::string demo = brand_number(1000);
inline const std::string anna = contact_number(1);

inline Order to(const std::string& contact, std::uint64_t n, const std::string& more = " hello") {
    Order order;
    order.to = contact;
    order.text = marker(n) + more;
    return order;
}

inline storage::Message message_of(World& world, std::size_t n) {
    return world.find(world.accepted().at(n)).value();
}
inline storage::Status status_of(World& world, std::size_t n) {
    return message_of(world, n).status;
}

inline void change(World& world, const std::function<void(carrier_sim::Settings&)>& how) {
    carrier_sim::Settings settings = world.carrier("acme").settings();
    how(settings);
    world.carrier("acme").change(settings);
}

}  // namespace parley::simulation
