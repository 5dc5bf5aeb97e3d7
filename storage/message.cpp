#include "storage/message.h"

#include <algorithm>

namespace parley::storage {

std::string_view name(MessageClass message_class) {
    switch (message_class) {
        case MessageClass::conversational:
            return "conversational";
        case MessageClass::informational:
            return "informational";
        case MessageClass::promotional:
            return "promotional";
        case MessageClass::opt_out_confirmation:
            return "opt_out_confirmation";
        case MessageClass::opt_in_confirmation:
            return "opt_in_confirmation";
        case MessageClass::help_answer:
            return "help_answer";
    }
    return "unknown";
}

std::string_view name(Status status) {
    switch (status) {
        case Status::accepted:
            return "accepted";
        case Status::queued:
            return "queued";
        case Status::held:
            return "held";
        case Status::sending:
            return "sending";
        case Status::sent:
            return "sent";
        case Status::delivered:
            return "delivered";
        case Status::undelivered:
            return "undelivered";
        case Status::failed:
            return "failed";
        case Status::expired:
            return "expired";
        case Status::unknown:
            return "unknown";
        case Status::canceled:
            return "canceled";
        case Status::received:
            return "received";
    }
    return "unknown";
}

std::string_view name(Operation operation) {
    switch (operation) {
        case Operation::query:
            return "query_sm";
        case Operation::cancel:
            return "cancel_sm";
        case Operation::replace:
            return "replace_sm";
    }
    return "unknown";
}

std::optional<std::size_t> find_inquiry(const Message& message, Operation operation,
                                        std::size_t segment) {
    const auto found = std::ranges::find_if(message.inquiries, [&](const Inquiry& inquiry) {
        return inquiry.operation == operation && inquiry.segment == segment;
    });
    if (found == message.inquiries.end()) return std::nullopt;
    return static_cast<std::size_t>(found - message.inquiries.begin());
}

// ---- What is about to be overwritten
// -----------------------------------------------------------------

void keep_try(Message& message, std::size_t index) {
    const Segment& segment = message.segments[index];
    if (segment.intended_at == 0) return;
    // Earlier versions left the answer to the try before in its place.
    const bool answered = segment.answered_at >= segment.intended_at;
    message.history.add({.what = Happening::What::submit,
                         .segment = static_cast<std::uint8_t>(index),
                         .command_status = answered ? segment.command_status : 0,
                         .at = segment.intended_at,
                         .answered_at = answered ? segment.answered_at : 0,
                         .carrier = message.carrier,
                         .text = {}});
}

void keep_receipt(Message& message, std::size_t index) {
    const Segment& segment = message.segments[index];
    if (segment.state == text::MessageState::scheduled) return;
    message.history.add({.what = Happening::What::receipt,
                         .segment = static_cast<std::uint8_t>(index),
                         .state = segment.state,
                         .at = segment.receipt_at,
                         .carrier = message.carrier,
                         .text = segment.error});
}

void keep_inquiry(Message& message, const Inquiry& inquiry) {
    const auto what = static_cast<std::uint8_t>(Happening::What::query);
    message.history.add(
        {.what = static_cast<Happening::What>(what + static_cast<int>(inquiry.operation)),
         .segment = inquiry.segment,
         .state = inquiry.state,
         .command_status = inquiry.command_status,
         .at = inquiry.asked_at,
         .answered_at = inquiry.answered_at,
         .carrier = message.carrier,
         .text = {}});
}

void begin_try(Message& message, std::size_t index, UnixMs now) {
    keep_try(message, index);
    Segment& segment = message.segments[index];
    segment.phase = Phase::intended;
    segment.intended_at = now;
    segment.answered_at = 0;
    segment.command_status = 0;
}

void end_tries(Message& message) {
    for (std::size_t index = 0; index < message.segments.size(); ++index) {
        keep_try(message, index);
        Segment& segment = message.segments[index];
        segment.intended_at = 0;
        segment.answered_at = 0;
        segment.command_status = 0;
    }
}

bool any_phase(const Message& message, Phase phase) {
    return std::ranges::find(message.segments, phase, &Segment::phase) != message.segments.end();
}

}  // namespace parley::storage
