// The last step of the outbound journey: what receipts tell of the segments that a carrier took,
// and what that makes of the message.

#include "engine/carrier/ending.h"
#include "engine/outbound.h"
#include "engine/policy/gate.h"
#include "engine/shard.h"
#include "storage/delivery.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace parley {

using config::ReceiptReaction;
using storage::Message;
using storage::Phase;
using storage::Segment;
using storage::Status;

/// A block is recorded once, with the receipt that tells of it and in the same section: neither is
/// there without the other after a crash.
void Outbound::settle_segment(Now now, CarrierDesk& carrier, Message& message, std::uint8_t index,
                              const storage::EarlyReceipt& receipt) {
    Segment& segment = message.segments[index];
    if (segment.phase != Phase::sent) return;
    desk_.note_receipt(message, index, receipt);
    const carrier::Dialect& dialect = desk_.dialects()[carrier.index];
    if (dialect.is_final(receipt.state)) {
        segment.phase = Phase::settled;
        const bool blocked = !storage::has_arrived(segment) &&
                             dialect.reaction_to_error(segment.error) == ReceiptReaction::suppress;
        if (blocked) suppress_contact(now, message, carrier, "receipt error " + segment.error);
    }
    desk_.open.section->receipt(message, index);
    settle_without_id(carrier, message);
}

/// Where one receipt speaks of all parts: those without an id end as the one that has it. Also
/// those whose answer comes after that receipt.
bool Outbound::settle_without_id(const CarrierDesk& carrier, Message& message) {
    if (!desk_.dialects()[carrier.index].id_on_last_part()) return false;
    const Segment* named = nullptr;
    for (const Segment& segment : message.segments) {
        if (segment.carrier_message_id.empty()) continue;
        if (named != nullptr) return false;  // then each speaks for itself
        named = &segment;
    }
    if (named == nullptr || named->phase != Phase::settled) return false;
    bool settled = false;
    for (std::size_t index = 0; index < message.segments.size(); ++index) {
        Segment& segment = message.segments[index];
        if (segment.phase != Phase::sent || !segment.carrier_message_id.empty()) continue;
        segment.phase = Phase::settled;
        segment.state = named->state;
        segment.error = named->error;
        segment.receipt_at = named->receipt_at;
        desk_.open.section->receipt(message, static_cast<std::uint8_t>(index));
        settled = true;
    }
    return settled;
}

/// Makes the segments that are with the carrier findable, and joins receipts that were faster.
bool Outbound::index_segments(Now now, CarrierDesk& carrier, Message& message) {
    bool joined = false;
    for (std::size_t index = 0; index < message.segments.size(); ++index) {
        const Segment& segment = message.segments[index];
        const auto place = static_cast<std::uint8_t>(index);
        // A settled one too: its receipt may come again, and is nobody else's.
        carrier.receipts.expect(message, place);
        if (segment.phase != Phase::sent || carrier.receipts.early() == 0) continue;
        for (storage::EarlyReceipt* early : carrier.receipts.take_early(message, place)) {
            if (segment.phase == Phase::sent) {
                settle_segment(now, carrier, message, place, *early);
                joined = true;
            } else {
                desk_.note_repeated(message, index, *early);
            }
            desk_.drop_early(carrier, *early);
        }
    }
    joined = settle_without_id(carrier, message) || joined;
    const bool may_end = joined && !any_phase(message, Phase::intended);
    return may_end ? settle_by_receipts(now, carrier, message) : storage::is_final(message.status);
}

bool Outbound::settle_by_receipts(Now now, CarrierDesk& carrier, Message& message) {
    if (storage::is_final(message.status)) return true;
    const bool all_known = std::ranges::all_of(message.segments, [](const Segment& segment) {
        return segment.phase == Phase::settled || segment.phase == Phase::refused;
    });
    if (!all_known) return false;
    if (const auto again = may_go_again(now, carrier, message)) {
        go_again(now, carrier, message, *again);
    } else {
        end(now, carrier, message);
    }
    return true;
}

// ---- Once more: where the carrier's dialect has it that what a receipt tells of may be tried
// again. Nothing of the message arrived, by the carrier's word, so that nothing is sent twice but
// by the choice of whoever wrote that rule (docs/decisions/0022).

std::optional<Outbound::Again> Outbound::may_go_again(Now now, const CarrierDesk& carrier,
                                                      const Message& message) {
    // To those who want to hear nothing more it is said once.
    if (policy::passes_suppression(message.message_class)) return std::nullopt;
    const carrier::Dialect& dialect = desk_.dialects()[carrier.index];
    bool elsewhere = false;
    std::uint8_t attempts = 0;
    Duration first(carrier.settings->retry_min);
    for (const Segment& segment : message.segments) {
        if (segment.phase != Phase::settled || storage::has_arrived(segment)) return std::nullopt;
        const ReceiptReaction reaction = dialect.reaction_to_error(segment.error);
        if (reaction == ReceiptReaction::fail || reaction == ReceiptReaction::suppress)
            return std::nullopt;
        elsewhere = elsewhere || reaction == ReceiptReaction::fail_over;
        attempts = std::max(attempts, segment.attempts);
        const Duration wait = dialect.wait_for_error(segment.error);
        if (wait.count() != 0) first = wait;
    }
    if (carrier::ending_of(dialect, message).status == Status::canceled) return std::nullopt;
    Again again{.attempts = static_cast<std::uint8_t>(std::min(254, int{attempts}) + 1),
                .at = now.wall};
    if (elsewhere || again.attempts >= carrier.settings->attempts_max) {
        again.next = next_carrier(message);
        again.attempts = 0;
        const bool fits =
            again.next && desk_.dialects()[*again.next].count(message.text).segments != 0;
        if (!fits) return std::nullopt;
    } else {
        const Duration wait = drawn_wait(carrier, again.attempts, first);
        again.at += std::chrono::ceil<std::chrono::milliseconds>(wait).count();
    }
    // Not once more at the very end, as for what the carrier refused: it has been sent.
    return again.at < tried_until(carrier, message) ? std::optional(again) : std::nullopt;
}

/// One section tells of the receipt and of this: after a crash the message is where it was before
/// the receipt, which comes again since nobody thanked for it, or it waits to be sent.
void Outbound::go_again(Now now, CarrierDesk& carrier, Message& message, const Again& how) {
    const carrier::Ending ending = carrier::ending_of(desk_.dialects()[carrier.index], message);
    std::string why = ending.reason + " from " + message.carrier;
    for (const Segment& segment : message.segments)
        if (!segment.carrier_message_id.empty()) why.append(" ").append(segment.carrier_message_id);
    forget_try(carrier, message);
    message.decisions.push_back(
        {.look = storage::Look::receipt,
         .verdict = how.next ? storage::Verdict::go : storage::Verdict::hold,
         .rule = std::move(why),
         .at = now.wall});
    desk_.open.section->decide(message);
    // A receipt that was faster than the last answer finds it in its turn.
    if (message.status != Status::sent) desk_.release_turn(message);
    message.status = Status::queued;
    if (how.next) {
        carrier.metrics.failovers.add();
        std::string from = std::exchange(message.carrier, desk_.config().carriers[*how.next].id);
        desk_.remember(message, {.what = storage::Happening::What::handed_over,
                                 .at = now.wall,
                                 .carrier = message.carrier,
                                 .text = std::move(from)});
        fit(message, *how.next);
    }
    for (Segment& segment : message.segments) {
        segment.attempts = how.attempts;
        segment.error = storage::sent_in_vain;
    }
    desk_.open.section->reroute(message);
    desk_.open.section->snapshot(message);
    auto told = std::make_shared<Message>(message);
    told->reason = ending.reason;
    desk_.open.then.push_back([this, told](Now later) { desk_.stream.publish(*told, later.wall); });
    send_home(now, message.id, how.at);
}

/// As if it had never been sent, but for its history; a receipt that comes again is a repetition.
void Outbound::forget_try(CarrierDesk& carrier, Message& message) {
    carrier.receipts.forget(message, true);
    carrier.receipts.remove_uncertain(message);
    message.id_form = &desk_.dialects()[carrier.index].ids();
    desk_.open.section->readmit(message);
    const std::int64_t octets = memory_octets(message);
    storage::end_tries(message);
    for (std::size_t index = 0; index < message.segments.size(); ++index)
        storage::keep_receipt(message, index);
    for (const storage::Inquiry& inquiry : message.inquiries)
        storage::keep_inquiry(message, inquiry);
    message.inquiries.clear();
    message.segments.assign(message.segments.size(), Segment{});
    desk_.add_live_octets(memory_octets(message) - octets);
}

/// Where its conversation is. By mail also to this shard: what was said of its turn is heard first.
void Outbound::send_home(Now now, storage::MessageId id, UnixMs at) {
    (void)now;
    const Message* message = desk_.find_live(id);
    if (message == nullptr || storage::is_final(message->status)) return;
    const std::uint32_t home = desk_.shard_of(message->contact());
    if (home == desk_.shard) {
        desk_.post(home, Call{[id, at](Shard& there, Now then) {
                       there.outbound().wait_again(then, id, at);
                   }});
    } else if (!desk_.open.section->mentions(*message)) {
        desk_.post(home, ReturnMail{at, desk_.release(id)});
    } else {  // as in hand_over()
        desk_.open.then.push_back([this, id, at](Now later) { send_home(later, id, at); });
    }
}

void Outbound::on_returned(Now now, ReturnMail mail) {
    wait_again(now, desk_.adopt(now, std::move(mail.message)).id, mail.at);
}

void Outbound::wait_again(Now now, storage::MessageId id, UnixMs at) {
    if (at > now.wall) return returned_.push({at, id});
    Message* message = desk_.find_live(id);
    if (message == nullptr || storage::is_final(message->status)) return;
    if (desk_.conversations.arrive(message->conversation(), message)) dispatch(now, *message);
}

// ---- The end
// ------------------------------------------------------------------------------------------------

void Outbound::give_up_rest(CarrierDesk& carrier, Message& message, const std::string& reason) {
    for (Segment& segment : message.segments) {
        if (segment.phase != Phase::waiting && segment.phase != Phase::uncertain) continue;
        segment.error = segment.phase == Phase::uncertain ? storage::outcome_unknown : reason;
        segment.phase = Phase::refused;
    }
    carrier.receipts.remove_uncertain(message);
    message.status = Status::sent;
    desk_.open.section->reroute(message);
    desk_.release_turn(message);
}

void Outbound::end(Now now, CarrierDesk& carrier, Message& message) {
    carrier::Ending ending = carrier::ending_of(desk_.dialects()[carrier.index], message);
    carrier.receipts.forget(message, true);
    carrier.receipts.remove_uncertain(message);
    desk_.settle(now, message, ending.status, std::move(ending.reason));
}

}  // namespace parley
