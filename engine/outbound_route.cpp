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

std::optional<CarrierIndex> Outbound::passes_on_to(Now now, const Message& message) const {
    if (message.failover_at == 0 || message.failover_at > now.wall) return std::nullopt;
    return has_begun(message) ? std::nullopt : next_carrier(message);
}

bool Outbound::has_begun(const Message& message) {
    return any_phase(message, Phase::sent) || any_phase(message, Phase::settled);
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

bool Outbound::is_away_long(Now now, const CarrierDesk& carrier) {
    const bool away = !carrier.up || carrier.silent;
    return away && now.at >= carrier.down_since + carrier.settings->failover_after;
}

/// The best carrier of its route that is up, also one further up the list, which may have come back
/// since.
std::optional<CarrierIndex> Outbound::way_out(const CarrierDesk& carrier,
                                              const Message& message) const {
    if (has_begun(message)) return std::nullopt;
    // One that is bound and silent still counts as up, for itself too.
    const auto next =
        carrier.up ? next_carrier(message) : choose_carrier(desk_.route_of(message), message);
    if (!next || *next == carrier.index || !desk_.carrier_up[*next]) return std::nullopt;
    return next;
}

/// What has waited too long: for anybody, or for this carrier. And while that has been away for
/// long, whatever another can take; the rest stays.
void Outbound::sweep(Now now, CarrierDesk& carrier) {
    const bool away_long = is_away_long(now, carrier);
    const std::ptrdiff_t others_up =
        std::ranges::count(desk_.carrier_up, true) - (desk_.carrier_up[carrier.index] ? 1 : 0);
    const auto is_over = [&](const Message& message) {
        return message.expires_at != 0 && message.expires_at <= now.wall;
    };
    const auto elsewhere = [&](const Message& message) {
        const auto next = passes_on_to(now, message);
        return next || !away_long || others_up == 0 ? next : way_out(carrier, message);
    };
    const auto wanted = [&](const Message& message) {
        return is_over(message) || elsewhere(message).has_value();
    };
    for (Message* message : carrier.lanes.sweep(sweep_entries, wanted)) {
        if (is_over(*message)) {
            fail(now, carrier, *message, Status::expired, "validity_passed");
            continue;
        }
        const auto next = elsewhere(*message);
        ENSURE(next.has_value());
        go_to(now, carrier, *message, *next);
    }
}

}  // namespace parley
