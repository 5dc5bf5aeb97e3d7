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

bool any_phase(const Message& message, Phase phase) {
    return std::ranges::find(message.segments, phase, &Segment::phase) != message.segments.end();
}

}  // namespace parley::storage
