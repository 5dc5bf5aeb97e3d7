#include "engine/carrier/unmatched.h"

#include <array>

namespace parley::carrier {

std::string_view name(Unmatched why) {
    constexpr std::array<std::string_view, unmatched_reasons> names{"never_came", "table_full",
                                                                    "no_id", "unreadable"};
    return names[static_cast<std::size_t>(why)];
}

Unmatched reason_for(const storage::EarlyReceipt& receipt, Unmatched why_not) {
    if (!receipt.carrier_message_id.empty() || !receipt.other_id.empty()) return why_not;
    // What says nothing is taken to be on its way.
    const bool says_something =
        receipt.state != text::MessageState::enroute || !receipt.error.empty();
    return says_something ? Unmatched::no_id : Unmatched::unreadable;
}

void UnmatchedReceipts::add(const storage::EarlyReceipt& receipt, Unmatched why,
                            storage::UnixMs now) {
    Kept& kept = kept_.emplace_back();
    kept.receipt.carrier = receipt.carrier;
    kept.receipt.carrier_message_id = receipt.carrier_message_id;
    kept.receipt.other_id = receipt.other_id;
    kept.receipt.source = receipt.source;
    kept.receipt.destination = receipt.destination;
    kept.receipt.state = receipt.state;
    kept.receipt.error = receipt.error;
    kept.receipt.received_at = receipt.received_at;
    kept.why = why;
    kept.at = now;
    if (kept_.size() > kept_max) kept_.pop_front();
}

}  // namespace parley::carrier
