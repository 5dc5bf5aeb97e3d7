#pragma once
// The value of the "live" family: a full copy of an item and the place in the journal of which it
// is the outcome, so that a replay applies only what came after.

#include "storage/ids.h"

#include <compare>
#include <cstdint>
#include <string_view>

namespace parley::storage::live {

/// On disk: never renumber.
enum class Kind : std::uint8_t { message = 1, part = 2, early_receipt = 3 };

/// A place in the journal: section, and offset in its record.
struct Mark {
    SectionId section = 0;
    std::uint32_t offset = 0;
    auto operator<=>(const Mark&) const = default;
};

// mark's section as an item id with index 0 (8 octets, big-endian: Section fills it in with the
// ids), offset (8), kind (1), octets as in records.h.
inline constexpr std::size_t header_octets = 17;

struct Value {
    Mark mark;
    Kind kind{};
    std::string_view item;
};
/// False when too short or of an unknown kind.
bool decode(std::string_view octets, Value& value);

}  // namespace parley::storage::live
