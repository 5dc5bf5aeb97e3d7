#pragma once
// What tests give to a world and ask of it, beside what it has itself.

#include "tests/simulation/texts.h"
#include "tests/simulation/world.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace parley::simulation {

/// From the usual sender, with its marker.
inline Order to(const std::string& contact, std::uint64_t n, const std::string& more = " hello") {
    Order order;
    order.to = contact;
    order.text = marker(n) + more;
    return order;
}

/// Accepted messages with this status.
inline std::size_t count_of(World& world, storage::Status status) {
    return static_cast<std::size_t>(
        std::ranges::count_if(world.accepted(), [&](storage::MessageId id) {
            const auto message = world.find(id);
            return message && message->status == status;
        }));
}

}  // namespace parley::simulation
