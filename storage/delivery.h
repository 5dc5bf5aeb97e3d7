#pragma once
// How much of an outbound message arrived: the outcomes of its segments, counted. Derived each time
// from the segments themselves, so that it never contradicts them.

#include "storage/message.h"

#include <cstdint>
#include <string_view>

namespace parley::storage {

struct Delivery {
    enum class Outcome : std::uint8_t {
        pending,    // some segment may still be sent, or have its receipt
        delivered,  // every segment
        partial,    // some, and the others will not be, or nobody knows
        failed,     // none, as far as anybody knows, and of some it is known that they were not
        unknown,    // of no segment is anything known
    };
    Outcome outcome = Outcome::pending;
    std::uint32_t delivered = 0;
    std::uint32_t failed = 0;  // refused, never sent, or not delivered by the receipt
    std::uint32_t unknown = 0;
    std::uint32_t pending = 0;

    std::uint32_t segments() const { return delivered + failed + unknown + pending; }
};
std::string_view name(Delivery::Outcome outcome);  // "pending" …

/// Whether a segment's receipt, its last, says that it has arrived. A receipt that says ACCEPTD is
/// the last one only where the carrier's dialect has it so.
bool has_arrived(const Segment& segment);
Delivery delivery_of(const Message& message);

/// Segment::error of one that is sent no more because nobody knows whether it was.
inline constexpr std::string_view outcome_unknown = "outcome_unknown";
/// Segment::error of one that was sent, perhaps, and waits to be sent again.
inline constexpr std::string_view sent_perhaps = "sent_perhaps";
/// Segment::error of one that did not arrive, by its receipt, and waits to be sent again.
inline constexpr std::string_view sent_in_vain = "sent_in_vain";

/// Its receipts said that nothing of it arrived, and it waits to be sent again, by the carrier that
/// it names.
bool was_sent_in_vain(const Message& message);

/// When the youngest try of a segment began; accepted_at before the first.
UnixMs last_tried_at(const Message& message);

}  // namespace parley::storage
