// A carrier's links: which there are, where they connect to, and the budget that they share when
// they bind.

#include "engine/shard.h"

#include <algorithm>
#include <utility>

namespace parley {

using session::BindType;
using session::LinkState;

namespace {

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

/// Too many sessions. ESME_RBINDFAIL is also what a carrier says that has no other word for it.
bool may_be_crowded(smpp::Status bind) {
    return bind == smpp::Status::ESME_RALYBND || bind == smpp::Status::ESME_RBINDFAIL;
}

}  // namespace

void Shard::make_links(Now start, CarrierDesk& carrier) {
    for (LinkPlan& plan : links_of(*carrier.settings))
        add_link(start, carrier, std::move(plan));
}

void Shard::add_link(Now start, CarrierDesk& carrier, LinkPlan plan) {
    carrier.links.push_back(static_cast<std::uint32_t>(desk_.links.size()));
    const bool dials = !plan.session.awaits_outbind;
    desk_.links.push_back(
        Link{.name = plan.name,
             .carrier = carrier.index,
             .session = session::EsmeSession(plan.session, Dice(desk_.dice.next()), start),
             .bucket = carrier::TokenBucket(carrier.settings->link_throughput,
                                            carrier.settings->burst, start.at),
             .metrics = LinkMetrics(scope_of(carrier, plan.name), dials),
             .bind = plan.session.bind,
             .touched = true,
             .state_since = start.wall});
    desk_.links.back().plan = std::move(plan);
    desk_.links.back().metrics.window_size.set(carrier.settings->window);
    desk_.links.back().metrics.state_changed_seconds.set(static_cast<double>(start.wall) / 1e3);
}

metrics::Scope Shard::scope_of(const CarrierDesk& carrier, const std::string& link) const {
    return setup_.metrics.with("carrier", carrier.settings->id).with("link", link);
}

// ---- Connections
// ---------------------------------------------------------------------------------

LinkRoute Shard::link_route(std::uint32_t link) const {
    const Link& asked = desk_.links[link];
    return {.address = asked.plan.hosts.at(asked.session.host()),
            .source_address = asked.plan.source_address,
            .tls = asked.plan.tls ? &*asked.plan.tls : nullptr};
}

bool Shard::link_wants_connect(Now now, std::uint32_t index) {
    Link& link = desk_.links[index];
    CarrierDesk& carrier = *desk_.carriers[link.carrier];
    carrier::BindBudget& binds = carrier.binds;
    if (!binds.may_begin(now.at) || !has_room(carrier)) return false;
    if (!link.session.wants_connect(now)) return false;
    binds.begin(now.at);
    link.attempting = true;
    note_state(now, link);
    return true;
}

std::vector<OutbindDoor> Shard::outbind_doors() const {
    std::vector<OutbindDoor> doors;
    for (const auto& carrier : desk_.carriers) {
        if (carrier && !carrier->removed && carrier->settings->outbind)
            doors.push_back({carrier->index, &*carrier->settings->outbind});
    }
    return doors;
}

std::optional<std::uint32_t> Shard::on_carrier_connected(Now now, CarrierIndex carrier) {
    enter(now);
    for (const std::uint32_t index : desk_.carriers[carrier]->links) {
        const Link& link = desk_.links[index];
        if (link.retired || link.next || !link.session.accepts_outbind()) continue;
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

void Shard::note_end(Now now, Link& link, const session::Ended& ended) {
    link.metrics.ended[ended.why].add();
    if (ended.why == session::LinkEnd::bind_refused) link.metrics.binds_refused.add(ended.status);
    CarrierDesk& carrier = *desk_.carriers[link.carrier];
    if (link.was_bound) carrier.binds.room_made();
    if (ended.for_all_links && may_be_crowded(ended.status)) {
        carrier.binds.crowded(ended.retry_at);
    } else if (ended.for_all_links) {
        carrier.binds.hold(ended.retry_at);
    }
    if (ended.for_all_links) leave_host(carrier, link, ended.host);
    if (ended.why == session::LinkEnd::unanswered) outbound_.on_silence(now, carrier);
    std::string detail = link.name + " " + std::string(session::name(ended.why));
    if (ended.status != smpp::Status::ESME_ROK)
        detail += " " + desk_.dialects()[link.carrier].status_text(ended.status);
    if (!link.session.last_detail().empty()) detail += ": " + link.session.last_detail();
    setup_.ports.log(Severity::warning, "link_ended", detail);
}

/// What one link was told there, those that wait to dial the same hosts need not be told.
void Shard::leave_host(const CarrierDesk& carrier, const Link& refused, std::size_t host) {
    for (const std::uint32_t index : carrier.links) {
        Link& other = desk_.links[index];
        if (&other != &refused && other.plan.hosts == refused.plan.hosts)
            other.session.leave_host(host);
    }
}

/// A link that may dial waits for the carrier's budget as well.
std::optional<Instant> Shard::deadline_of(const Link& link) const {
    const auto attempt = link.session.next_attempt();
    if (!attempt) return link.session.next_deadline();
    if (!has_room(*desk_.carriers[link.carrier]))
        return std::nullopt;  // another link's end is first
    const Instant at = std::max(*attempt, desk_.carriers[link.carrier]->binds.free_from());
    if (at == Instant::max()) return std::nullopt;  // settle_attempt() comes first
    return at;
}

/// With whom it is, or tries next; where it listens, for outbind.
const std::string& Shard::address_of(const Link& link) const {
    return link.plan.hosts.at(link.session.host());
}

api::LinkView Shard::view_of(Now now, const Link& link) const {
    const config::Carrier& carrier = desk_.config().carriers[link.carrier];
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
