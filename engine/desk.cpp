#include "engine/desk.h"

#include "protocol/ensure.h"

#include <utility>

namespace parley {

std::int64_t memory_octets(const smpp::NamedTlvs& tlvs) {
    std::size_t octets = 0;
    for (const auto& [name, value] : tlvs)
        octets += sizeof(smpp::NamedTlv) + 32 + name.size() + value.size();
    return static_cast<std::int64_t>(octets);
}

std::int64_t memory_octets(const storage::Message& message) {
    // Only what never changes while the message lives, so that what was added is what is taken
    // away; but for the TLVs of receipts, inquiries and the history: who changes them counts that.
    // 448: two gate decisions, allocator headers, map slot, aging entry, queue place and its share
    // of the open section; measured against the process by the memory test.
    constexpr std::size_t around = 448;
    std::int64_t octets = memory_octets(message.tlvs);
    for (const storage::Segment& segment : message.segments)
        octets += memory_octets(segment.tlvs);
    return octets + static_cast<std::int64_t>(message.inquiries.size() * sizeof(storage::Inquiry)) +
           static_cast<std::int64_t>(message.history.octets()) +
           static_cast<std::int64_t>(sizeof(storage::Message) + around + message.text.size() +
                                     message.client_ref.size() +
                                     message.segments.size() * (sizeof(storage::Segment) + 32));
}

carrier::Asked asked_about(const storage::Message& message,
                           const carrier::OperatorTable* operators) {
    return {.contact = message.to,
            .sender = message.from,
            .account = message.account,
            .brand = message.brand,
            .message_class = message.message_class,
            .owner = operators != nullptr ? operators->find(message.to)
                                          : carrier::OperatorTable::Found{}};
}

const carrier::Route& Desk::route_of(const storage::Message& message) const {
    return routes().find(asked_about(message, operators.get()));
}

std::optional<CarrierIndex> Desk::index_of(std::string_view carrier) const {
    for (std::size_t index = 0; index < config().carriers.size(); ++index) {
        if (config().carriers[index].id == carrier) return static_cast<CarrierIndex>(index);
    }
    return std::nullopt;
}

const carrier::Dialect& Desk::dialect_of(std::string_view carrier) const {
    static const carrier::Dialect specified;
    const auto index = index_of(carrier);
    return index ? dialects()[*index] : specified;
}

storage::Message& Desk::adopt(Now now, std::unique_ptr<storage::Message> message) {
    storage::Message& adopted = *message;
    ENSURE(adopted.id);
    aging.push_back({now.at + config().node.spill_after, adopted.id});
    live.put(std::move(message));
    return adopted;
}

storage::Message* Desk::find_live(storage::MessageId id) const {
    return live.find(id);
}

std::unique_ptr<storage::Message> Desk::release(storage::MessageId id) {
    std::unique_ptr<storage::Message> message = live.take(id);
    ENSURE(message != nullptr);
    return message;
}

void Desk::settle(Now now, storage::Message& message, storage::Status status, std::string reason) {
    ENSURE(!storage::is_final(message.status));
    const bool turn_kept = message.status != storage::Status::sent;
    message.status = status;
    message.reason = std::move(reason);
    message.settled_at = now.wall;
    // The store forgets its carrier ids under the keys that they have there.
    if (message.evicted) message.id_form = &dialect_of(message.carrier).ids();
    open.section->settle(message);
    open.settled.push_back(&message);
    if (message.segments.size() > 1) {
        const auto carrier = index_of(message.carrier);
        if (carrier && carriers[*carrier]) carriers[*carrier]->limits.forget(message);
    }
    if (turn_kept) release_turn(message);
    metrics.settled[status].add();
    if (status == storage::Status::delivered) return;
    metrics.not_delivered[failure_of(message.reason)].add();
    // In time or not at all: what has left may still arrive, this never will.
    const bool never_left = status == storage::Status::failed ||
                            status == storage::Status::canceled ||
                            message.reason == "validity_passed";
    if (never_left && message.message_class == storage::MessageClass::opt_out_confirmation)
        metrics.confirmations_lost.add();
}

namespace {

/// Whatever `change` adds to the message's history is counted.
void counted(Desk& desk, storage::Message& message, const auto& change) {
    const std::size_t before = message.history.octets();
    change();
    desk.add_live_octets(static_cast<std::int64_t>(message.history.octets()) -
                         static_cast<std::int64_t>(before));
}

}  // namespace

void Desk::remember(storage::Message& message, storage::Happening happening) {
    if (storage::is_final(message.status)) return;
    counted(*this, message, [&] { message.history.add(std::move(happening)); });
    open.section->note(message);
}

void Desk::begin_try(Now now, storage::Message& message, std::size_t segment) {
    counted(*this, message, [&] { storage::begin_try(message, segment, now.wall); });
}

void Desk::end_tries(storage::Message& message) {
    counted(*this, message, [&] { storage::end_tries(message); });
}

void Desk::keep_inquiry(storage::Message& message, const storage::Inquiry& inquiry) {
    counted(*this, message, [&] { storage::keep_inquiry(message, inquiry); });
}

void Desk::note_repeated(storage::Message& message, std::size_t segment,
                         const storage::EarlyReceipt& receipt) {
    remember(message, {.what = storage::Happening::What::repeated_receipt,
                       .segment = static_cast<std::uint8_t>(segment),
                       .state = receipt.state,
                       .at = receipt.received_at,
                       .carrier = message.carrier,
                       .text = receipt.error});
}

void Desk::note_receipt(storage::Message& message, std::size_t index,
                        const storage::EarlyReceipt& receipt) {
    counted(*this, message, [&] { storage::keep_receipt(message, index); });
    storage::Segment& segment = message.segments[index];
    segment.state = receipt.state;
    segment.error = receipt.error;
    segment.receipt_at = receipt.received_at;
    if (receipt.tlvs.empty()) return;
    add_live_octets(memory_octets(receipt.tlvs) - memory_octets(segment.tlvs));
    segment.tlvs = receipt.tlvs;
}

void Desk::drop_early(CarrierDesk& carrier, storage::EarlyReceipt& receipt) {
    const auto found = carrier.early.find(receipt.handle);
    ENSURE(found != carrier.early.end());
    open.section->drop(receipt);
    count_dropped(receipt.tlvs);
    open.dropped_receipts.push_back(std::move(found->second));
    carrier.early.erase(found);
}

void Desk::release_turn(const storage::Message& message) {
    post(shard_of(message.contact()), AnsweredMail{message.conversation(), message.id});
}

}  // namespace parley
