// Another configuration in a running shard: what it means for carriers, for their links and for
// what waits. Values change at once; links that have to be others end in order and begin anew, one
// after another.

#include "engine/shard.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

namespace parley {

using session::LinkState;

namespace {

/// Of CarrierDesk::measured_anew, from learning to acting.
constexpr UnixMs not_yet = std::numeric_limits<UnixMs>::max();

bool has_session(LinkState state) {
    return state != LinkState::waiting && state != LinkState::stopped;
}

/// Whether a text may come out in other octets or in another number of segments.
bool writes_otherwise(const config::Dialect& before, const config::Dialect& now) {
    return before.data_coding != now.data_coding || before.send_in != now.send_in ||
           before.segmentation != now.segmentation;
}

}  // namespace

// ---- All learn of it, then all act on it
// ---------------------------------------------------------

void Shard::adopt(StandingPtr standing, std::function<void(Now)> done) {
    ask_everyone(
        [standing = std::move(standing)](Shard& there, Now now) { there.learn(now, standing); },
        [this, done = std::move(done)](Now) {
            ask_everyone([](Shard& there, Now now) { there.act(now); }, done);
        });
}

void Shard::reload(bool dry_run, std::function<void(api::ReloadView)> done) {
    if (!setup_.reload) {
        done({.refused = true, .complaints = {{.text = "this engine was started without a file"}}});
        return;
    }
    auto view = std::make_shared<api::ReloadView>();
    const std::uint64_t asked =
        await(1, [view, done = std::move(done)](Now) { done(std::move(*view)); });
    setup_.reload(dry_run, [view, asked](Shard& home, Now now, api::ReloadView found) {
        *view = std::move(found);
        home.arrived(now, asked);
    });
}

// ---- Values
// --------------------------------------------------------------------------------------

void Shard::learn(Now now, StandingPtr standing) {
    const StandingPtr before = std::exchange(desk_.standing, std::move(standing));
    const auto known = static_cast<CarrierIndex>(before->config.carriers.size());
    const auto count = static_cast<CarrierIndex>(desk_.config().carriers.size());
    for (CarrierIndex index = 0; index < count; ++index) {
        if (index >= known) {
            make_carrier(now, index);
        } else if (desk_.carriers[index]) {
            learn(now, *desk_.carriers[index], before->config.carriers[index]);
        }
    }
}

void Shard::learn(Now now, CarrierDesk& carrier, const config::Carrier& before) {
    const config::Carrier& settings = desk_.config().carriers[carrier.index];
    carrier.settings = &settings;
    set_weights(carrier);
    if (settings.limits != before.limits) {
        carrier.limits.tell_spent([&](std::string_view limit, const storage::Spent& spent) {
            desk_.open.section->spend(limit, spent);
        });
        carrier.limits.change(settings.limits);
        register_limits(carrier);
        carrier.lanes.wake_all();
    }
    carrier.binds.set_every(settings.bind_every);
    if (settings.query != before.query) carrier.inquiries.change(now.at, settings.query);
    outbound_.retune(now, carrier, before);
    if (settings.dialect.message_id != before.dialect.message_id) {
        carrier.receipts.set_form(desk_.dialects()[carrier.index].ids());
        carrier.watch = carrier::IdWatch(desk_.dialects()[carrier.index].ids());
        carrier.ids_otherwise = true;
        outbound_.join_early(now, carrier);
    }
    // Other shards still measure by the one before: until act() all that comes is measured anew.
    if (writes_otherwise(before.dialect, settings.dialect)) carrier.measured_anew = not_yet;
}

void Shard::act(Now now) {
    desk_.routing = desk_.standing;
    for (const auto& carrier : desk_.carriers) {
        if (!carrier) continue;
        carrier->removed = desk_.standing->is_removed(carrier->index);
        carrier->failover_due = true;
        const bool measures_otherwise = carrier->measured_anew == not_yet;
        if (measures_otherwise) carrier->measured_anew = now.wall;
        if (desk_.standing->routes_otherwise) carrier->routed_anew = now.wall;
        if (std::exchange(carrier->ids_otherwise, false)) inbound_.find_by_new_form(*carrier);
        arrange_links(now, *carrier);
        if (desk_.standing->routes_otherwise || measures_otherwise || carrier->removed)
            outbound_.look_again(now, *carrier);
    }
    if (setup_.changed) setup_.changed(*desk_.standing);
}

// ---- Links
// ---------------------------------------------------------------------------------------

/// By name: what is asked for and there lives on if it can, what is not asked for ends, what is
/// not there begins.
void Shard::arrange_links(Now now, CarrierDesk& carrier) {
    if (desk_.draining) return;
    std::vector<LinkPlan> wanted = links_of(*carrier.settings);
    if (carrier.removed) wanted.clear();
    const std::vector<std::uint32_t> there = carrier.links;
    for (const std::uint32_t index : there) {
        Link& link = desk_.links[index];
        const auto found = std::ranges::find(wanted, link.name, &LinkPlan::name);
        if (found != wanted.end()) {
            replan(now, carrier, link, std::move(*found));
            wanted.erase(found);
            continue;
        }
        link.next.reset();
        if (!std::exchange(link.retired, true)) end_link(now, index);
    }
    for (LinkPlan& plan : wanted)
        add_link(now, carrier, std::move(plan));
    carrier.links_change = true;
    outbound_.on_links_changed(now, carrier);
}

void Shard::replan(Now now, CarrierDesk& carrier, Link& link, LinkPlan wanted) {
    link.touched = true;
    link.bucket.set(now.at, carrier.settings->link_throughput, carrier.settings->burst);
    if (std::exchange(link.retired, false)) {
        link.gone = false;
        link.metrics = LinkMetrics(scope_of(carrier, link.name), !wanted.session.awaits_outbind);
        link.next = std::move(wanted);
    } else if (link.session.is_draining() || needs_new_session(link.plan, wanted)) {
        // The carrier is told something else now: what it refused may do.
        carrier.binds.forget_refusals();
        // It may be long until its turn comes, and a smaller window is for all links at once.
        link.plan.session = until_renewed(link.plan, wanted);
        link.session.change(link.plan.session, now);
        link.next = std::move(wanted);
    } else {
        link.session.change(wanted.session, now);
        link.plan = std::move(wanted);
        link.next.reset();
    }
    link.metrics.window_size.set(carrier.settings->window);
}

/// What is in flight is answered first, as long as an answer may take.
void Shard::end_link(Now now, std::uint32_t index) {
    Link& link = desk_.links[index];
    link.session.drain(now, link.plan.session.response_timeout);
    pump_link(now, index);
}

bool Shard::has_room(const CarrierDesk& carrier) const {
    if (!carrier.links_change) return true;
    std::size_t wanted = 0;
    std::size_t sessions = 0;
    for (const std::uint32_t index : carrier.links) {
        const Link& link = desk_.links[index];
        if (!link.retired) ++wanted;
        if (has_session(link.session.state())) ++sessions;
    }
    return sessions < wanted;
}

/// Those that are down take their new settings at once; of those that are up one at a time ends
/// and begins anew, so that the others carry on. Where it cannot bind they wait for that: a wrong
/// password costs one link.
void Shard::change_links(Now now, CarrierDesk& carrier) {
    if (desk_.draining) return;
    bool under_way = false;
    bool left = false;
    for (const std::uint32_t index : carrier.links) {
        Link& link = desk_.links[index];
        const bool idle = link.next && link.session.state() != LinkState::bound;
        if (idle && !link.session.is_draining()) end_link(now, index);
        if (link.next && link.session.is_over()) {
            link.plan = std::move(*std::exchange(link.next, std::nullopt));
            link.bind = link.plan.session.bind;
            link.session.renew(link.plan.session, now);
            link.renewing = !link.plan.session.awaits_outbind;
            pump_link(now, index);
        }
        under_way = under_way || link.renewing || (link.next && link.session.is_draining());
        if (link.retired && !link.gone && link.session.is_over()) {
            link.gone = true;
            link.metrics = LinkMetrics();
            scope_of(carrier, link.name).forget();
        }
        left = left || (link.retired && !link.gone);
        link.touched = true;
    }
    for (const std::uint32_t index : carrier.links) {
        Link& link = desk_.links[index];
        if (!link.next) continue;
        left = true;
        if (under_way) continue;
        under_way = true;
        setup_.ports.log(Severity::info, "link_renewed", link.name + " ends to begin anew");
        end_link(now, index);
    }
    carrier.links_change = under_way || left;
}

}  // namespace parley
