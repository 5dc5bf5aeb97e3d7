#include "engine/carrier/ending.h"

#include "storage/delivery.h"

#include <algorithm>
#include <cstdint>

namespace parley::carrier {

namespace {

using storage::Message;
using storage::Phase;
using storage::Segment;
using storage::Status;

/// From the best to the worst.
enum class Fate : std::uint8_t {
    arrived,
    no_receipt,
    sent_perhaps,
    unknown,
    expired,
    skipped,
    deleted,
    undeliverable,
    rejected,
    refused,
};

Fate fate_by_receipt(const Segment& segment) {
    if (storage::has_arrived(segment)) return Fate::arrived;
    switch (segment.state) {
        case text::MessageState::unknown:
            return Fate::unknown;
        case text::MessageState::expired:
            return Fate::expired;
        case text::MessageState::skipped:
            return Fate::skipped;
        case text::MessageState::deleted:
            return Fate::deleted;
        case text::MessageState::rejected:
            return Fate::rejected;
        default:
            return Fate::undeliverable;
    }
}

Fate fate_of(const Segment& segment) {
    switch (segment.phase) {
        case Phase::settled:
            return fate_by_receipt(segment);
        case Phase::refused:
            return Fate::refused;
        case Phase::sent:
            return Fate::no_receipt;
        case Phase::waiting:
        case Phase::intended:
        case Phase::uncertain:
            return Fate::sent_perhaps;
    }
    return Fate::sent_perhaps;
}

bool is_called_back(const Message& message) {
    return storage::find_inquiry(message, storage::Operation::cancel, 0).has_value() &&
           std::ranges::all_of(message.segments, [](const Segment& segment) {
               return segment.state == text::MessageState::deleted;
           });
}

/// "suppressed", what a segment was given up for, or "carrier_refused", the last with what the
/// carrier calls it where its dialect has a name. A doubt is the reason where there is no better
/// one.
std::string why_refused(const Dialect& dialect, const Message& message) {
    if (!message.decisions.empty() &&
        message.decisions.back().verdict == storage::Verdict::refuse) {
        return "suppressed";
    }
    std::string reason(storage::outcome_unknown);
    for (const Segment& segment : message.segments) {
        if (segment.phase != Phase::refused || segment.error == storage::outcome_unknown) continue;
        if (!segment.error.empty()) return segment.error;
        reason = "carrier_refused";
        const auto name = dialect.name_of(static_cast<smpp::Status>(segment.command_status));
        if (!name.empty()) return reason.append("_").append(name);
    }
    return reason;
}

std::string why_by_receipt(const Dialect& dialect, const Segment& segment) {
    std::string reason = "receipt_" + std::string(text::name(segment.state));
    const auto name =
        segment.error.empty() ? std::string_view() : dialect.name_of_error(segment.error);
    if (!name.empty()) reason.append("_").append(name);
    return reason;
}

}  // namespace

Ending ending_of(const Dialect& dialect, const Message& message) {
    if (is_called_back(message)) return {Status::canceled, "canceled_by_caller"};
    const auto worst = std::ranges::max_element(message.segments, {}, fate_of);
    if (worst == message.segments.end()) return {};
    const Fate fate = fate_of(*worst);
    switch (fate) {
        case Fate::arrived:
            return {};
        case Fate::no_receipt:
            return {Status::unknown, "no_receipt"};
        case Fate::sent_perhaps:
            return {Status::unknown, std::string(storage::outcome_unknown)};
        case Fate::refused: {
            std::string reason = why_refused(dialect, message);
            const bool too_late = reason == "validity_passed";
            return {too_late ? Status::expired : Status::failed, std::move(reason)};
        }
        default:
            break;
    }
    const Status status = fate == Fate::unknown   ? Status::unknown
                          : fate == Fate::expired ? Status::expired
                                                  : Status::undelivered;
    return {status, why_by_receipt(dialect, *worst)};
}

}  // namespace parley::carrier
