// The inbound journey, station 2: a receipt. Find its message, in memory, on disk, among those in
// doubt, or hold it until the response comes.

#include "engine/carrier/received_tlvs.h"
#include "engine/inbound.h"
#include "protocol/smpp/address.h"
#include "protocol/smpp/message.h"
#include "protocol/text/charset.h"
#include "protocol/text/receipt_tlvs.h"
#include "storage/delivery.h"

#include <algorithm>
#include <utility>

namespace parley {

using storage::EarlyReceipt;
using storage::Message;
using storage::Phase;

namespace {

/// Ids of the segments that the carrier took and that have no final receipt.
std::vector<std::string> ids_without_receipt(const Message& message) {
    std::vector<std::string> ids;
    for (const storage::Segment& segment : message.segments) {
        if (segment.phase == Phase::sent && !segment.carrier_message_id.empty())
            ids.push_back(segment.carrier_message_id);
    }
    return ids;
}

/// A segment of it may have reached the carrier, and nobody heard under which id: a receipt under
/// an unknown one may be that one's.
bool has_unnamed(const Message& message) {
    return std::ranges::any_of(message.segments, [](const storage::Segment& segment) {
        return segment.phase == Phase::uncertain || segment.error == storage::outcome_unknown ||
               segment.error == storage::sent_perhaps;
    });
}

/// Whether something that was written in the same thread has no answer yet: a receipt under an
/// unknown id may be that one's, early.
bool in_flight(const CarrierDesk& carrier, const Message& message) {
    return std::ranges::any_of(carrier.slots, [&](const SegmentRef& slot) {
        return slot.message != nullptr && slot.message->from == message.from &&
               slot.message->to == message.to;
    });
}

/// Some carriers write receipts in UCS-2, and some say so and write them in ASCII all the same.
bool is_wide(const smpp::DeliverSm& pdu, std::string_view octets, const text::Dialect& codings) {
    return octets.starts_with('\0') &&
           text::read_data_coding(pdu.data_coding, codings).encoding == text::Encoding::ucs2;
}

EarlyReceipt read(Now now, const CarrierDesk& carrier, const smpp::DeliverSm& pdu,
                  const carrier::Dialect& dialect) {
    EarlyReceipt receipt;
    receipt.carrier = carrier.settings->id;
    receipt.state = text::MessageState::enroute;
    receipt.received_at = now.wall;
    std::string_view octets = smpp::message_octets(pdu.short_message, pdu.tlvs);
    const std::string narrow =
        is_wide(pdu, octets, dialect.codings()) ? text::decode_ucs2(octets) : "";
    if (!narrow.empty()) octets = narrow;
    if (const auto said =
            text::join_receipt(text::receipt_parameters(pdu.tlvs), octets, dialect.receipts())) {
        receipt.carrier_message_id = said->id;
        receipt.other_id = said->other_id;
        receipt.state = said->state.value_or(receipt.state);
        receipt.error = said->error;
    }
    return receipt;
}

}  // namespace

/// Asked before a receipt is given to an uncertain message of the same thread.
struct Inbound::OfThread {
    enum class Ended : std::uint8_t {
        none,      // it is of no message that has ended
        one,       // it is of one that has, perhaps in an earlier life of the process
        in_doubt,  // it may be: nobody ever knew the id of one of them, or they are too many
    };
    Ended ended = Ended::none;
    Awaited awaited;
};

Inbound::OfThread Inbound::look_at_thread(storage::Store& store, const EarlyReceipt& receipt,
                                          const text::MessageIdForm& form) {
    const std::string wanted = form.from_receipt(receipt.carrier_message_id);
    const std::string other = form.from_receipt(receipt.other_id);
    constexpr std::size_t looked_at = 200;
    OfThread found;
    const auto thread = storage::ConversationId::of(receipt.destination, receipt.source);
    const std::vector<storage::ThreadEntry> newest = store.thread(thread, {}, looked_at);
    UnixMs oldest = receipt.received_at;
    for (const storage::ThreadEntry& entry : newest) {
        if (entry.direction != storage::Direction::outbound) continue;
        const auto message = store.find_message(entry.id);
        if (message) oldest = message->accepted_at;
        // Of one that lives the store may have an older copy, or none.
        if (!message || message->carrier != receipt.carrier) {
            if (!message) found.awaited.push_back({entry.id, {}, false});
            continue;
        }
        found.awaited.push_back({entry.id, ids_without_receipt(*message), has_unnamed(*message)});
        if (!storage::is_final(message->status)) continue;
        for (const storage::Segment& segment : message->segments) {
            const std::string key = form.from_response(segment.carrier_message_id);
            if (key == wanted || (!other.empty() && key == other)) {
                found.ended = OfThread::Ended::one;
                return found;
            }
        }
        if (has_unnamed(*message)) found.ended = OfThread::Ended::in_doubt;
    }
    // What is older than any message lives has no receipts to come any more.
    if (newest.size() == looked_at && receipt.received_at - oldest < Outbound::validity_default_ms)
        found.ended = OfThread::Ended::in_doubt;
    return found;
}

std::optional<Message> Inbound::find_on_disk(storage::Store& store, const EarlyReceipt& receipt,
                                             const text::MessageIdForm& form) {
    auto first = store.find_awaiting(receipt.carrier, receipt.carrier_message_id, form);
    if (first || receipt.other_id.empty()) return first;
    auto second = store.find_awaiting(receipt.carrier, receipt.other_id, form);
    if (second && !carrier::may_speak_of(receipt, *second)) second.reset();
    return second;
}

/// What the store knows of a receipt whose message is not in memory.
struct Inbound::Asked {
    std::optional<Message> awaiting;
    OfThread thread;
};

Inbound::Asked Inbound::ask(storage::Store& store, const EarlyReceipt& receipt,
                            const text::MessageIdForm& form, bool doubtful) {
    Asked found;
    found.awaiting = find_on_disk(store, receipt, form);
    if (!found.awaiting && doubtful) found.thread = look_at_thread(store, receipt, form);
    return found;
}

void Inbound::on_receipt(Now now, CarrierDesk& carrier, const DeliverTicket& ticket,
                         const smpp::DeliverSm& pdu) {
    EarlyReceipt receipt = read(now, carrier, pdu, desk_.dialects()[carrier.index]);
    receipt.tlvs = carrier::read_own_tlvs(pdu.tlvs, desk_.dialects()[carrier.index].tlvs());
    carrier.metrics.receipt_states[receipt.state].add();
    const std::string& id = receipt.carrier_message_id;
    // The receipt's addresses are those of the message, swapped (5.0 §4.3.5.1).
    if (id.empty() || !carrier.receipts.find(id)) {
        receipt.source = smpp::from_wire(pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr);
        receipt.destination =
            smpp::from_wire(pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.destination_addr);
    }
    match_receipt(now, carrier, ticket, std::move(receipt), Matching::anew);
}

/// By its first id, then by its second, in every place: the second alone might be another
/// message's, so what the first says in memory counts before it, and what it says on disk as well
/// before the second makes of the receipt a repetition.
void Inbound::match_receipt(Now now, CarrierDesk& carrier, const DeliverTicket& ticket,
                            EarlyReceipt receipt, Matching how) {
    const carrier::Receipts& known = carrier.receipts;
    auto place = known.find(receipt.carrier_message_id);
    bool repeated = !place && known.settled_lately(receipt);
    if (place || repeated) note_found_by_id(carrier);
    if (!place && !repeated) place = known.find_by_other(receipt);
    if (place) {
        apply_receipt(now, carrier, *place->message, place->segment, receipt);
        desk_.open.thanks.push_back({ticket, 0});
        return;
    }
    const bool doubtful = known.find_uncertain(receipt.destination, receipt.source) != nullptr;
    const bool ask_store = doubtful || desk_.commons.evicted.load(std::memory_order_relaxed) != 0;
    if (!repeated && how == Matching::anew && ask_store) {
        auto found = std::make_shared<Asked>();
        auto held = std::make_shared<EarlyReceipt>(std::move(receipt));
        desk_.ports.query(
            // A reload may put another form in the place of this one meanwhile.
            [found, held, doubtful, form = desk_.dialects()[carrier.index].ids()](
                storage::Store& store) { *found = ask(store, *held, form, doubtful); },
            [this, &carrier, ticket, found, held, doubtful](Now then) {
                using Ended = OfThread::Ended;
                if (found->thread.ended == Ended::one) {
                    carrier.metrics.receipts_repeated.add();
                    desk_.open.thanks.push_back({ticket, 0});
                    return;
                }
                if (found->awaiting)
                    outbound_.bring_back(then, carrier, std::move(*found->awaiting));
                const bool only_the_doubt_s = doubtful && found->thread.ended == Ended::none &&
                                              !may_be_of(carrier, found->thread.awaited, *held);
                match_receipt(then, carrier, ticket, std::move(*held),
                              only_the_doubt_s ? Matching::asked : Matching::by_id);
            });
        return;
    }
    repeated = repeated || known.settled_lately_by_other(receipt);
    if (repeated) {
        carrier.metrics.receipts_repeated.add();
    } else if (how == Matching::by_id) {
        hold_receipt(now, carrier, std::move(receipt));
    } else {
        guess_or_hold(now, carrier, std::move(receipt));
    }
    desk_.open.thanks.push_back({ticket, 0});
}

void Inbound::apply_receipt(Now now, CarrierDesk& carrier, Message& message, std::uint8_t index,
                            const EarlyReceipt& receipt) {
    carrier.metrics.receipts_matched.add();
    const storage::Segment& segment = message.segments[index];
    if (segment.phase == Phase::sent && segment.answered_at != 0 &&
        desk_.dialects()[carrier.index].is_final(receipt.state)) {
        carrier.metrics.receipt_lag_seconds.observe(
            static_cast<double>(now.wall - segment.answered_at) / 1000);
    }
    if (segment.phase == Phase::settled) desk_.note_repeated(message, index, receipt);
    settle_segment(now, carrier, message, index, receipt);
}

void Inbound::on_told(Now now, CarrierDesk& carrier, Message& message, std::uint8_t index,
                      text::MessageState state, std::string error) {
    EarlyReceipt receipt;
    receipt.state = state;
    receipt.error = std::move(error);
    receipt.received_at = now.wall;
    settle_segment(now, carrier, message, index, receipt);
}

void Inbound::settle_segment(Now now, CarrierDesk& carrier, Message& message, std::uint8_t index,
                             const EarlyReceipt& receipt) {
    if (message.segments[index].phase != Phase::sent) return;
    outbound_.settle_segment(now, carrier, message, index, receipt);
    outbound_.settle_by_receipts(now, carrier, message);
    outbound_.look_again(carrier, message);
}

/// Ids here are written as the configuration says. What was held because nobody knew that may have
/// its turn now.
void Inbound::note_found_by_id(CarrierDesk& carrier) const {
    if (!carrier.watch.confirm()) return;
    for (const auto& [handle, early] : carrier.early) {
        if (carrier.receipts.may_resolve(early->destination, early->source))
            carrier.recheck.emplace_back(early->destination, early->source);
    }
}

/// Its message was not found, and is waited for no longer.
void Inbound::give_up(Now now, CarrierDesk& carrier, EarlyReceipt& receipt,
                      carrier::Unmatched why) {
    const carrier::Unmatched reason = carrier::reason_for(receipt, why);
    carrier.metrics.receipts_expired.add();
    carrier.metrics.receipts_unmatched[reason].add();
    carrier.unmatched.add(receipt, reason, now.wall);
    carrier.receipts.remove_early(receipt);
    desk_.drop_early(carrier, receipt);
}

void Inbound::hold_receipt(Now now, CarrierDesk& carrier, EarlyReceipt receipt) {
    carrier.metrics.receipts_early.add();
    if (carrier.early.size() >= early_receipts_max)
        give_up(now, carrier, *carrier.early.begin()->second, carrier::Unmatched::table_full);
    auto owned = std::make_unique<EarlyReceipt>(std::move(receipt));
    owned->handle = ++carrier.last_early;
    desk_.count_held(owned->tlvs);
    desk_.open.section->hold_receipt(*owned);
    carrier.receipts.hold(*owned);
    carrier.early.emplace(owned->handle, std::move(owned));
}

// ---- A receipt under an id that nobody knows, whose addresses fit the one message of which we do
// not know whether it left: it left, and this is its receipt.

bool Inbound::may_be_of(const CarrierDesk& carrier, const Awaited& awaited,
                        const EarlyReceipt& receipt) const {
    const auto may_be = [&](const std::string& id) {
        return !carrier.watch.confirmed() ||
               text::may_be_same_message_id(id, receipt.carrier_message_id) ||
               text::may_be_same_message_id(id, receipt.other_id);
    };
    return std::ranges::any_of(awaited, [&](const Awaiting& each) {
        const Message* const live = desk_.find_live(each.id);
        if (live == nullptr)
            return each.unnamed || std::ranges::any_of(each.carrier_message_ids, may_be);
        if (live->carrier != receipt.carrier) return false;
        // Given up, and not yet at its end. The one in doubt is what the receipt is thought to be
        // of.
        const bool unnamed = !any_phase(*live, Phase::uncertain) && has_unnamed(*live);
        return unnamed || std::ranges::any_of(ids_without_receipt(*live), may_be);
    });
}

std::optional<carrier::Receipts::Place> Inbound::uncertain_place(
    const CarrierDesk& carrier, const EarlyReceipt& receipt) const {
    Message* message = carrier.receipts.find_uncertain(receipt.destination, receipt.source);
    if (message == nullptr || storage::is_final(message->status)) return std::nullopt;
    if (in_flight(carrier, *message)) return std::nullopt;
    for (std::size_t index = 0; index < message->segments.size(); ++index) {
        const storage::Segment& segment = message->segments[index];
        if (segment.phase != Phase::uncertain) continue;
        // What was held before there was anything to receipt is somebody else's.
        if (receipt.handle != 0 && receipt.received_at < segment.intended_at) continue;
        return carrier::Receipts::Place{message, static_cast<std::uint8_t>(index)};
    }
    return std::nullopt;
}

void Inbound::make_certain(Now now, CarrierDesk& carrier, carrier::Receipts::Place place,
                           const EarlyReceipt& receipt) {
    Message& message = *place.message;
    storage::Segment& segment = message.segments[place.segment];
    segment.phase = Phase::sent;  // and no answered_at: nobody has answered
    segment.carrier_message_id = carrier.receipts.response_id_of(receipt.carrier_message_id);
    // It may come again, and is not the next segment's then.
    carrier.receipts.expect(message, place.segment);
    desk_.open.section->answer(message, place.segment);
    apply_receipt(now, carrier, message, place.segment, receipt);
    // Others under its id may have come while nobody could say whose they were.
    for (EarlyReceipt* early : carrier.receipts.take_early(message, place.segment)) {
        apply_receipt(now, carrier, message, place.segment, *early);
        desk_.drop_early(carrier, *early);
    }
    const bool goes_again = message.segments[place.segment].phase == Phase::waiting;
    if (!goes_again) outbound_.on_certain(now, carrier, message);
}

void Inbound::guess_or_hold(Now now, CarrierDesk& carrier, EarlyReceipt receipt) {
    if (const auto doubt = uncertain_place(carrier, receipt)) {
        make_certain(now, carrier, *doubt, receipt);
    } else {
        hold_receipt(now, carrier, std::move(receipt));
    }
}

void Inbound::match_again(Now now, CarrierDesk& carrier, EarlyReceipt receipt) {
    if (const auto place = carrier.receipts.find(receipt.carrier_message_id)) {
        settle_segment(now, carrier, *place->message, place->segment, receipt);
    } else {
        guess_or_hold(now, carrier, std::move(receipt));
    }
}

// ---- The same for a receipt that is held: it came while its submit, or another of its thread, was
// in flight, so that nobody could say whose it was, and the response has not come.

void Inbound::retry_early(Now now) {
    (void)now;
    for (const auto& carrier : desk_.carriers) {
        if (!carrier) continue;
        if (std::exchange(carrier->seek_early, false)) seek_early(*carrier, 0);
        for (const auto& [sender, contact] : std::exchange(carrier->recheck, {})) {
            for (const EarlyReceipt* early : carrier->receipts.early_of(sender, contact)) {
                if (uncertain_place(*carrier, *early)) retry_early(*carrier, early->handle);
            }
        }
    }
}

void Inbound::retry_early(CarrierDesk& carrier, std::uint64_t handle) {
    auto found = std::make_shared<OfThread>();
    // A copy: the receipt may find its message, or be given up, before the answer comes.
    auto receipt = std::make_shared<const EarlyReceipt>(*carrier.early.at(handle));
    desk_.ports.query(
        [found, receipt, form = desk_.dialects()[carrier.index].ids()](storage::Store& store) {
            *found = look_at_thread(store, *receipt, form);
        },
        [this, &carrier, handle, found, receipt](Now then) {
            if (found->ended == OfThread::Ended::in_doubt) return;
            const bool repeated = found->ended == OfThread::Ended::one;
            if (!repeated && may_be_of(carrier, found->awaited, *receipt)) return;
            early_was_asked(then, carrier, handle, repeated);
        });
}

void Inbound::early_was_asked(Now now, CarrierDesk& carrier, std::uint64_t handle, bool repeated) {
    const auto found = carrier.early.find(handle);
    if (found == carrier.early.end()) return;
    EarlyReceipt& early = *found->second;
    const auto place = repeated ? std::nullopt : uncertain_place(carrier, early);
    if (!place && !repeated) return;
    carrier.receipts.remove_early(early);
    if (repeated) {
        carrier.metrics.receipts_repeated.add();
    } else {
        make_certain(now, carrier, *place, early);
    }
    desk_.drop_early(carrier, early);
}

}  // namespace parley
