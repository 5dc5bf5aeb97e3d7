// The answer to a submit_sm that was given up, in the same session. A receipt may have been faster
// and made the first segment in doubt certain, since nobody knew better: the answer does.

#include "engine/outbound.h"
#include "engine/shard.h"

#include <algorithm>
#include <string>
#include <utility>

namespace parley {

using storage::Message;
using storage::Phase;
using storage::Segment;

namespace {

/// A receipt was taken for this segment's, and no answer has said so.
bool is_guessed(const Segment& segment) {
    return segment.answered_at == 0 && !segment.carrier_message_id.empty() &&
           (segment.phase == Phase::sent || segment.phase == Phase::settled);
}

}  // namespace

/// The segment is in doubt again. What is left of the receipt: its last word.
storage::EarlyReceipt Outbound::take_off_guess(Now now, CarrierDesk& carrier, Message& message,
                                               std::size_t index) {
    Segment& segment = message.segments[index];
    storage::EarlyReceipt receipt;
    receipt.carrier = carrier.settings->id;
    receipt.carrier_message_id =
        desk_.dialects()[carrier.index].ids().from_response(segment.carrier_message_id);
    receipt.source = message.contact();
    receipt.destination = message.sender();
    receipt.state = segment.state;
    receipt.error = segment.error;
    receipt.received_at = segment.receipt_at;
    carrier.receipts.forget(message, false);
    desk_.add_live_octets(-memory_octets(segment.tlvs));
    receipt.tlvs = std::exchange(segment.tlvs, {});
    segment.phase = Phase::uncertain;
    segment.state = {};
    segment.receipt_at = 0;
    segment.error.clear();
    segment.carrier_message_id.clear();
    desk_.open.section->uncertain(message, static_cast<std::uint8_t>(index));
    carrier.receipts.add_uncertain(message);
    uncertain_.push({now.wall + carrier.settings->uncertain_hold.count(), message.id});
    return receipt;
}

/// Of its pace it says nothing any more: that was a response_timeout ago. No open intent is counted
/// off either, its doubt was the result.
std::vector<storage::EarlyReceipt> Outbound::on_answered_late(Now now, CarrierDesk& carrier,
                                                              Link& link,
                                                              const session::AnsweredLate& answer) {
    const auto given_up = link.expired.take(answer.sequence);
    if (!given_up) return {};
    Message* message = desk_.find_live(given_up->message);
    if (message == nullptr || storage::is_final(message->status)) return {};
    if (given_up->index >= message->segments.size()) return {};
    Segment& segment = message->segments[given_up->index];
    // It has been sent again, perhaps by another carrier.
    if (segment.intended_at != given_up->intended_at) return {};
    if (segment.phase != Phase::uncertain && !is_guessed(segment)) return {};
    carrier.metrics.responses.add(answer.status);
    const carrier::Dialect& dialect = desk_.dialects()[carrier.index];
    const carrier::Reaction reaction = dialect.reaction_to(answer.status);
    const std::string key = dialect.ids().from_response(answer.message_id);
    const auto has_this_id = [&](const Segment& other) {
        return !key.empty() && is_guessed(other) &&
               dialect.ids().from_response(other.carrier_message_id) == key;
    };
    std::vector<storage::EarlyReceipt> loose;
    const bool sent = reaction == carrier::Reaction::sent;
    if (is_guessed(segment)) {
        // One that names nothing contradicts nothing, unless another part has the id of all.
        const bool fits = has_this_id(segment) || (key.empty() && !dialect.id_on_last_part());
        if (sent && fits) {
            segment.answered_at = now.wall;
            desk_.open.section->answer(*message, given_up->index);
            return {};
        }
        loose.push_back(take_off_guess(now, carrier, *message, given_up->index));
    }
    const auto other = std::ranges::find_if(message->segments, has_this_id);
    if (sent && other != message->segments.end()) {
        const auto index = static_cast<std::size_t>(other - message->segments.begin());
        // First: where two were exchanged the other one is in its turn in doubt then.
        loose.insert(loose.begin(), take_off_guess(now, carrier, *message, index));
    }
    take_answer(now, carrier, *message, given_up->index, answer.status, reaction,
                answer.message_id);
    // All of them, since what was a guess is no longer expected.
    const bool index_anew = segment.phase == Phase::sent || !loose.empty();
    const bool over = index_anew && index_segments(now, carrier, *message);
    look_again(carrier, *message);
    if (!over) on_certain(now, carrier, *message);
    return loose;
}

}  // namespace parley
