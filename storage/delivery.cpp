#include "storage/delivery.h"

#include <algorithm>
#include <array>

namespace parley::storage {

namespace {

using Outcome = Delivery::Outcome;

/// Delivered, failed, unknown or pending.
Outcome outcome_of(const Segment& segment, bool ended) {
    switch (segment.phase) {
        case Phase::settled:
            if (has_arrived(segment)) return Outcome::delivered;
            return segment.state == text::MessageState::unknown ? Outcome::unknown
                                                                : Outcome::failed;
        case Phase::refused:
            return segment.error == outcome_unknown ? Outcome::unknown : Outcome::failed;
        case Phase::waiting:
            if (!ended) return Outcome::pending;
            return segment.error == sent_perhaps ? Outcome::unknown : Outcome::failed;
        case Phase::intended:
        case Phase::uncertain:
        case Phase::sent:
            return ended ? Outcome::unknown : Outcome::pending;
    }
    return Outcome::unknown;
}

Outcome together(const Delivery& delivery) {
    if (delivery.pending != 0) return Outcome::pending;
    if (delivery.delivered == delivery.segments()) return Outcome::delivered;
    if (delivery.delivered != 0) return Outcome::partial;
    return delivery.failed != 0 ? Outcome::failed : Outcome::unknown;
}

}  // namespace

std::string_view name(Delivery::Outcome outcome) {
    constexpr std::array<std::string_view, 5> names = {"pending", "delivered", "partial", "failed",
                                                       "unknown"};
    return names[static_cast<std::size_t>(outcome)];
}

bool has_arrived(const Segment& segment) {
    return segment.phase == Phase::settled && (segment.state == text::MessageState::delivered ||
                                               segment.state == text::MessageState::accepted);
}

bool was_sent_in_vain(const Message& message) {
    return std::ranges::any_of(message.segments, [](const Segment& segment) {
        return segment.phase == Phase::waiting && segment.error == sent_in_vain;
    });
}

UnixMs last_tried_at(const Message& message) {
    UnixMs last = message.accepted_at;
    for (const Segment& segment : message.segments)
        last = std::max(last, segment.intended_at);
    return last;
}

Delivery delivery_of(const Message& message) {
    Delivery delivery;
    const bool ended = is_final(message.status);
    for (const Segment& segment : message.segments) {
        switch (outcome_of(segment, ended)) {
            case Outcome::delivered:
                ++delivery.delivered;
                break;
            case Outcome::failed:
                ++delivery.failed;
                break;
            case Outcome::pending:
                ++delivery.pending;
                break;
            case Outcome::partial:
            case Outcome::unknown:
                ++delivery.unknown;
                break;
        }
    }
    delivery.outcome = together(delivery);
    return delivery;
}

}  // namespace parley::storage
