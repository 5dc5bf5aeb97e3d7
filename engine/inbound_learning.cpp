// The inbound journey, beside its way: receipts that found no message are looked at a few at a
// time, to find out whether another form of ids would have matched them.

#include "engine/inbound.h"

#include <memory>

namespace parley {

using storage::EarlyReceipt;

namespace {

constexpr Duration watch_every = std::chrono::seconds(1);
constexpr std::size_t looked_at_max = 8;        // receipts of a carrier in that time
constexpr std::int64_t settling_in_ms = 2'000;  // beyond spill_after, for the eviction's commit
constexpr std::size_t newest = 50;              // messages of its thread

/// Ids of the segments that wait for a receipt in the receipt's thread.
std::vector<std::string> awaiting_in_thread(storage::Store& store, const EarlyReceipt& receipt) {
    std::vector<std::string> ids;
    const auto thread = storage::ConversationId::of(receipt.destination, receipt.source);
    for (const storage::ThreadEntry& entry : store.thread(thread, {}, newest)) {
        if (entry.direction != storage::Direction::outbound) continue;
        const auto message = store.find_message(entry.id);
        if (!message || message->carrier != receipt.carrier) continue;
        if (storage::is_final(message->status)) continue;
        for (const storage::Segment& segment : message->segments) {
            if (segment.phase == storage::Phase::sent && !segment.carrier_message_id.empty())
                ids.push_back(segment.carrier_message_id);
        }
    }
    return ids;
}

}  // namespace

/// Once a receipt is older than spill_after, the message that it speaks of is on disk, where its
/// thread leads to it.
void Inbound::watch_ids(Now now) {
    if (now.at < next_watch_) return;
    next_watch_ = now.at + watch_every;
    const UnixMs before = now.wall - desk_.config().node.spill_after.count() - settling_in_ms;
    for (const auto& carrier : desk_.carriers) {
        if (!carrier) continue;
        auto item = carrier->early.upper_bound(carrier->watched_up_to);
        for (std::size_t n = 0; n < looked_at_max && item != carrier->early.end(); ++n, ++item) {
            if (item->second->received_at > before) break;
            carrier->watched_up_to = item->first;
            watch_ids(*carrier, *item->second);
        }
    }
}

void Inbound::watch_ids(CarrierDesk& carrier, const EarlyReceipt& receipt) {
    auto ids = std::make_shared<std::vector<std::string>>();
    desk_.ports.query(
        // A copy: the receipt may be gone when the store has time.
        [ids, receipt](storage::Store& store) { *ids = awaiting_in_thread(store, receipt); },
        [this, &carrier, ids, id = receipt.carrier_message_id, other = receipt.other_id](Now) {
            if (!carrier.watch.hear(*ids, id, other)) return;
            desk_.ports.log(Severity::warning, "message_id_advice",
                            carrier.settings->id + " " + carrier.watch.advice());
        });
}

}  // namespace parley
