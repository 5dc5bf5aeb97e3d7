#pragma once
// What tests ask of a world, beside what it has itself.

#include "tests/simulation/world.h"

#include <algorithm>
#include <cstddef>

namespace parley::simulation {

/// Accepted messages with this status.
inline std::size_t count_of(World& world, storage::Status status) {
    return static_cast<std::size_t>(
        std::ranges::count_if(world.accepted(), [&](storage::MessageId id) {
            const auto message = world.find(id);
            return message && message->status == status;
        }));
}

}  // namespace parley::simulation
