// A carrier's links: which there are, where they connect to, and the budget that they share when
// they bind.

#include "engine/shard.h"

#include <algorithm>
#include <utility>

namespace parley {

using session::BindType;
using session::LinkState;

namespace {

session::EsmeSettings session_settings(const config::Carrier& carrier, BindType bind,
                                       std::uint32_t number) {
    session::EsmeSettings settings;
    settings.system_id = carrier.system_id;
    settings.password = carrier.password;
    settings.system_type = carrier.system_type;
    settings.interface_version = carrier.interface_version;
    settings.bind = bind;
    settings.window = carrier.window;
    settings.bind_timeout = carrier.bind_timeout;
    settings.response_timeout = carrier.response_timeout;
    settings.enquire_link_every = carrier.enquire_link_every;
    settings.inactivity_timeout = carrier.inactivity_timeout;
    settings.expiries_max = carrier.expiries_max;
    settings.write_timeout = carrier.write_timeout;
    settings.unbind_timeout = carrier.unbind_timeout;
    settings.reconnect_min = carrier.reconnect_min;
    settings.reconnect_max = carrier.reconnect_max;
    settings.already_bound_wait = carrier.already_bound_wait;
    settings.refused_wait = carrier.refused_wait;
    settings.statuses = carrier::statuses_of(carrier.dialect);
    settings.hosts = std::max<std::size_t>(1, carrier.address.size());
    if (carrier.hosts == config::HostOrder::spread)
        settings.first_host = (number - 1) % settings.hosts;
    return settings;
}

session::EsmeSettings outbind_settings(const config::Carrier& carrier) {
    const config::Outbind& outbind = *carrier.outbind;
    const bool both = outbind.bind == config::OutbindMode::transceiver;
    session::EsmeSettings settings =
        session_settings(carrier, both ? BindType::transceiver : BindType::receiver, 1);
    settings.hosts = 1;
    settings.first_host = 0;
    settings.awaits_outbind = true;
    settings.outbind_system_id = outbind.system_id;
    settings.outbind_password = outbind.password;
    return settings;
}

std::string_view name(BindType bind) {
    switch (bind) {
        case BindType::transmitter:
            return "transmitter";
        case BindType::receiver:
            return "receiver";
        case BindType::transceiver:
            return "transceiver";
    }
    return "";
}

}  // namespace

void Shard::make_links(Now start, CarrierDesk& carrier) {
    const config::Carrier& settings = *carrier.settings;
    const auto add = [&](std::uint32_t number, BindType bind, const char* suffix) {
        add_link(start, carrier, settings.id + "-" + std::to_string(number) + suffix,
                 session_settings(settings, bind, number));
    };
    const auto mode = settings.bind;
    const bool pairs = mode == config::BindMode::transmitter_receiver;
    std::uint32_t number = 0;
    while (!settings.address.empty() && number < settings.links) {
        ++number;
        if (mode == config::BindMode::transceiver) add(number, BindType::transceiver, "");
        if (pairs || mode == config::BindMode::transmitter)
            add(number, BindType::transmitter, "-tx");
        if (pairs || mode == config::BindMode::receiver) add(number, BindType::receiver, "-rx");
    }
    if (!settings.address.empty()) {
        for (std::uint32_t n = 0; n < settings.extra_transmitters; ++n)
            add(++number, BindType::transmitter, "-tx");
        for (std::uint32_t n = 0; n < settings.extra_receivers; ++n)
            add(++number, BindType::receiver, "-rx");
    }
    for (std::uint32_t n = 1; settings.outbind && n <= settings.outbind->links; ++n) {
        add_link(start, carrier, settings.id + "-in-" + std::to_string(n),
                 outbind_settings(settings));
    }
}

void Shard::add_link(Now start, CarrierDesk& carrier, const std::string& name,
                     session::EsmeSettings settings) {
    carrier.links.push_back(static_cast<std::uint32_t>(desk_.links.size()));
    const metrics::Scope scope =
        setup_.metrics.with("carrier", carrier.settings->id).with("link", name);
    const BindType bind = settings.bind;
    const bool dials = !settings.awaits_outbind;
    desk_.links.push_back(
        Link{.name = name,
             .carrier = carrier.index,
             .session = session::EsmeSession(std::move(settings), Dice(desk_.dice.next()), start),
             .bucket = carrier::TokenBucket(carrier.settings->link_throughput,
                                            carrier.settings->burst, start.at),
             .metrics = LinkMetrics(scope, dials),
             .bind = bind,
             .touched = true,
             .state_since = start.wall});
    desk_.links.back().metrics.window_size.set(carrier.settings->window);
    desk_.links.back().metrics.state_changed_seconds.set(static_cast<double>(start.wall) / 1e3);
}

// ---- Connections
// ---------------------------------------------------------------------------------

LinkRoute Shard::link_route(std::uint32_t link) const {
    const Link& asked = desk_.links[link];
    const config::Carrier& carrier = setup_.config.carriers[asked.carrier];
    return {.address = carrier.address.at(asked.session.host()),
            .source_address = carrier.source_address,
            .tls = carrier.tls ? &*carrier.tls : nullptr};
}

bool Shard::link_wants_connect(Now now, std::uint32_t index) {
    Link& link = desk_.links[index];
    carrier::BindBudget& binds = desk_.carriers[link.carrier]->binds;
    if (!binds.may_begin(now.at) || !link.session.wants_connect(now)) return false;
    binds.begin(now.at);
    link.attempting = true;
    note_state(now, link);
    return true;
}

std::vector<OutbindDoor> Shard::outbind_doors() const {
    std::vector<OutbindDoor> doors;
    for (const auto& carrier : desk_.carriers) {
        if (carrier && carrier->settings->outbind)
            doors.push_back({carrier->index, &*carrier->settings->outbind});
    }
    return doors;
}

std::optional<std::uint32_t> Shard::on_carrier_connected(Now now, CarrierIndex carrier) {
    enter(now);
    for (const std::uint32_t index : desk_.carriers[carrier]->links) {
        if (!desk_.links[index].session.accepts_outbind()) continue;
        desk_.links[index].session.on_accepted(now);
        pump_link(now, index);
        return index;
    }
    return std::nullopt;
}

void Shard::note_state(Now now, Link& link) {
    const LinkState state = link.session.state();
    if (std::exchange(link.state_seen, state) == state) return;
    link.state_since = now.wall;
    if (state == LinkState::binding) link.metrics.binds.add();
}

/// The next link of the carrier may have its turn.
void Shard::settle_attempt(Link& link) {
    const LinkState state = link.session.state();
    if (!link.attempting || state == LinkState::connecting || state == LinkState::binding) return;
    link.attempting = false;
    CarrierDesk& carrier = *desk_.carriers[link.carrier];
    carrier.binds.over();
    for (const std::uint32_t other : carrier.links)
        desk_.links[other].touched = true;
}

void Shard::note_end(Link& link, const session::Ended& ended) {
    link.metrics.ended[ended.why].add();
    if (ended.why == session::LinkEnd::bind_refused) link.metrics.binds_refused.add(ended.status);
    carrier::BindBudget& binds = desk_.carriers[link.carrier]->binds;
    if (link.was_bound) binds.room_made();
    if (ended.for_all_links && ended.status == smpp::Status::ESME_RALYBND) {
        binds.crowded(ended.retry_at);
    } else if (ended.for_all_links) {
        binds.hold(ended.retry_at);
    }
    std::string detail = link.name + " " + std::string(session::name(ended.why));
    if (ended.status != smpp::Status::ESME_ROK)
        detail += " " + desk_.dialects[link.carrier].status_text(ended.status);
    if (!link.session.last_detail().empty()) detail += ": " + link.session.last_detail();
    setup_.ports.log(Severity::warning, "link_ended", detail);
}

/// A link that may dial waits for the carrier's budget as well.
std::optional<Instant> Shard::deadline_of(const Link& link) const {
    const auto attempt = link.session.next_attempt();
    if (!attempt) return link.session.next_deadline();
    const Instant at = std::max(*attempt, desk_.carriers[link.carrier]->binds.free_from());
    if (at == Instant::max()) return std::nullopt;  // settle_attempt() comes first
    return at;
}

/// With whom it is, or tries next; where it listens, for outbind.
const std::string& Shard::address_of(const Link& link) const {
    const config::Carrier& carrier = desk_.config.carriers[link.carrier];
    return link.session.awaits_outbind() ? carrier.outbind->listen
                                         : carrier.address.at(link.session.host());
}

api::LinkView Shard::view_of(Now now, const Link& link) const {
    const config::Carrier& carrier = desk_.config.carriers[link.carrier];
    const session::EsmeSession& session = link.session;
    const smpp::Status status = session.last_status();
    const bool refused = status != smpp::Status::ESME_ROK;
    api::LinkView view{
        .carrier = carrier.id,
        .link = link.name,
        .state = std::string(session::name(session.state())),
        .last_end = std::string(session::name(session.last_end())),
        .window = static_cast<std::uint32_t>(session.window().size_max()),
        .in_flight = static_cast<std::uint32_t>(session.window().in_use()),
        .shard = desk_.shard,
        .bind = std::string(name(link.bind)),
        .address = address_of(link),
        .since = link.state_since,
        .last_status = refused ? status_name(carrier.id, static_cast<std::uint32_t>(status)) : "",
        .last_detail = session.last_detail(),
        .advice = desk_.carriers[link.carrier]->watch.advice()};
    if (session.next_attempt()) {
        if (const auto at = deadline_of(link)) {
            const auto wait = std::max(Duration(0), *at - now.at);
            view.next_attempt =
                now.wall + std::chrono::duration_cast<std::chrono::milliseconds>(wait).count();
        }
    }
    return view;
}

}  // namespace parley
