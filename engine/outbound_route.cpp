// The third step of the outbound journey: which carrier of the message's route, and what makes it
// another one.

#include "engine/outbound.h"

#include <algorithm>

namespace parley {

using storage::Message;
using storage::Phase;
using storage::Segment;
using storage::Status;

namespace {

struct Drawn {
    std::optional<CarrierIndex> carrier;
    double draw = 0;

    void offer(CarrierIndex other, double other_draw) {
        if (carrier && other_draw <= draw) return;
        carrier = other;
        draw = other_draw;
    }
};

}  // namespace

std::optional<CarrierIndex> Outbound::choose_carrier(const carrier::Route& route,
                                                     const Message& message) const {
    storage::ConversationId conversation;  // every message of it goes the same way
    if (route.pick == config::RoutePick::weight) conversation = message.conversation();
    Drawn up;
    Drawn any;
    for (std::size_t i = 0; i < route.carriers.size(); ++i) {
        const CarrierIndex carrier = route.carriers[i].carrier;
        if (!takes_tlvs(carrier, message)) continue;
        const double draw = route.draw(i, conversation);
        any.offer(carrier, draw);
        if (desk_.carrier_up[carrier]) up.offer(carrier, draw);
    }
    return up.carrier ? up.carrier : any.carrier;
}

bool Outbound::takes(const carrier::Route& route, CarrierIndex carrier,
                     const Message& message) const {
    const bool named = std::ranges::find(route.carriers, carrier,
                                         &carrier::Route::Choice::carrier) != route.carriers.end();
    return named && takes_tlvs(carrier, message);
}

std::optional<CarrierIndex> Outbound::next_carrier(const Message& message) const {
    const carrier::Route& route = desk_.route_of(message);
    storage::ConversationId conversation;
    if (route.pick == config::RoutePick::weight) conversation = message.conversation();
    std::optional<double> here;
    for (std::size_t i = 0; i < route.carriers.size(); ++i) {
        if (desk_.config().carriers[route.carriers[i].carrier].id == message.carrier)
            here = route.draw(i, conversation);
    }
    if (!here) return std::nullopt;
    Drawn next;
    for (std::size_t i = 0; i < route.carriers.size(); ++i) {
        const CarrierIndex carrier = route.carriers[i].carrier;
        const double draw = route.draw(i, conversation);
        if (draw < *here && desk_.carrier_up[carrier] && takes_tlvs(carrier, message))
            next.offer(carrier, draw);
    }
    return next.carrier;
}

bool Outbound::may_pass_on(Now now, const Message& message) const {
    if (message.failover_at == 0 || message.failover_at > now.wall) return false;
    const bool started = any_phase(message, Phase::sent) || any_phase(message, Phase::settled);
    return !started && next_carrier(message).has_value();
}

void Outbound::go_to(Now now, CarrierDesk& from, Message& message, CarrierIndex next) {
    from.metrics.failovers.add();
    begin_anew(message);
    hand_over(now, message, next);
}

/// What one carrier has refused counts nothing at the next; hand_over() ends its tries.
void Outbound::begin_anew(Message& message) {
    for (Segment& segment : message.segments)
        segment.attempts = 0;
}

/// What has waited too long: for anybody, or for this carrier.
void Outbound::sweep(Now now, CarrierDesk& carrier) {
    const auto too_long = [&](const Message& message) {
        const bool expired = message.expires_at != 0 && message.expires_at <= now.wall;
        return expired || may_pass_on(now, message);
    };
    for (Message* message : carrier.lanes.sweep(sweep_entries, too_long)) {
        if (message->expires_at != 0 && message->expires_at <= now.wall) {
            fail(now, carrier, *message, Status::expired, "validity_passed");
        } else {
            go_to(now, carrier, *message, *next_carrier(*message));
        }
    }
}

}  // namespace parley
