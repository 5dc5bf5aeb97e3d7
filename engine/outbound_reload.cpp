// The outbound journey when the configuration changes under it: what waits for a carrier that is
// gone, that its route no longer names or that no longer takes it, goes elsewhere; what was
// measured by an older dialect is measured anew.

#include "engine/outbound.h"
#include "storage/delivery.h"

#include <algorithm>

namespace parley {

using storage::Message;
using storage::Phase;
using storage::Segment;
using storage::Status;

void Outbound::retune(Now now, CarrierDesk& carrier, const config::Carrier& before) {
    const config::Carrier& settings = *carrier.settings;
    if (settings.uncertain_hold < before.uncertain_hold) {
        // Looked at at once, and again when the shorter hold is over.
        carrier.receipts.each_uncertain([&](const Message& message) {
            uncertain_.push({now.wall, message.id});
        });
    }
    const bool same = settings.throughput == before.throughput && settings.burst == before.burst &&
                      settings.adaptive == before.adaptive;
    if (same) return;
    carrier.pace.set_ceiling(settings.throughput);
    if (!settings.adaptive) carrier.pace.forget();
    carrier.metrics.throughput_limit.set(settings.throughput);
    set_pace(now, carrier);
}

void Outbound::join_early(Now now, CarrierDesk& carrier) {
    std::vector<Message*> waiting;
    desk_.live.each([&](Message& message) {
        if (message.carrier == carrier.settings->id && any_phase(message, Phase::sent))
            waiting.push_back(&message);
    });
    // Not in the order of a hash map.
    std::ranges::sort(waiting, {}, &Message::id);
    for (Message* message : waiting) {
        if (!storage::is_final(message->status)) index_segments(now, carrier, *message);
    }
}

// ---- Elsewhere
// -----------------------------------------------------------------------------------

/// Once a segment is with a carrier the others have to follow it there.
bool Outbound::belongs_to(const CarrierDesk& carrier, const Message& message) const {
    if (carrier.removed) return false;
    if (has_begun(message)) return true;
    const carrier::Route& route = desk_.route_of(message);
    if (route.empty()) return true;  // promised when there was one
    return takes(route, carrier.index, message);
}

void Outbound::send_elsewhere(Now now, CarrierDesk& carrier, Message& message) {
    if (has_begun(message)) {
        // As after a restart without the carrier: nobody will tell what became of it.
        fail(now, carrier, message, Status::unknown, "carrier_removed");
        return;
    }
    const carrier::Route& route = desk_.route_of(message);
    const auto next = choose_carrier(route, message);
    if (!next) {
        if (carrier.removed) {
            fail(now, carrier, message, Status::failed, route.empty() ? "no_route" : tlv_not_taken);
        } else {
            carrier.lanes.push_back(&message);
        }
        return;
    }
    begin_anew(message);
    hand_over(now, message, *next);
}

/// It was with the carrier, or waited for its next try, when routes changed: nobody has looked at
/// it since.
bool Outbound::may_belong_elsewhere(const CarrierDesk& carrier, const Message& message) {
    return carrier.routed_anew != 0 &&
           std::ranges::any_of(message.segments, [&](const Segment& segment) {
               return segment.phase == Phase::waiting && segment.intended_at != 0 &&
                      segment.intended_at <= carrier.routed_anew;
           });
}

bool Outbound::goes_elsewhere(Now now, CarrierDesk& carrier, Message& message) {
    if (!may_belong_elsewhere(carrier, message) || belongs_to(carrier, message)) return false;
    send_elsewhere(now, carrier, message);
    return true;
}

void Outbound::back_to_lane(Now now, CarrierDesk& carrier, Message& message) {
    if (!goes_elsewhere(now, carrier, message)) carrier.lanes.push_front(&message);
}

void Outbound::look_again(Now now, CarrierDesk& carrier) {
    if (carrier.measured_anew != 0) {
        // Their intents are for octets of the dialect before; nobody was written them.
        while (!carrier.ready.empty()) {
            const SegmentRef ref = carrier.ready.back();
            carrier.ready.pop_back();
            take_back(now, carrier, ref);
        }
    }
    if (carrier.lanes.empty()) return;
    for (Message* message : carrier.lanes.clear()) {
        if (belongs_to(carrier, *message)) {
            carrier.lanes.push_back(message);
        } else {
            send_elsewhere(now, carrier, *message);
        }
    }
}

// ---- By another dialect
// --------------------------------------------------------------------------

bool Outbound::measured(const CarrierDesk& carrier, Message& message) {
    if (message.accepted_at > carrier.measured_anew) return true;
    const bool untouched = std::ranges::all_of(message.segments, [](const Segment& segment) {
        return segment.phase == Phase::waiting &&
               (segment.error.empty() || segment.error == storage::sent_in_vain);
    });
    return !untouched || fit(message, carrier.index);
}

bool Outbound::may_be_measured(const CarrierDesk& carrier, const Message& message) {
    return message.accepted_at <= carrier.measured_anew && !has_begun(message) &&
           !any_phase(message, Phase::uncertain);
}

}  // namespace parley
