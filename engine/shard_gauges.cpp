// What a shard says of itself four times a second: the gauges, and totals that others keep.

#include "engine/shard.h"

#include <algorithm>

namespace parley {

void Shard::update_gauges(Now now) {
    const auto set = [](const metrics::Gauge& gauge, std::size_t value) {
        gauge.set(static_cast<double>(value));
    };
    set(desk_.metrics.suppressions, desk_.suppressions.size());
    set(desk_.metrics.live_messages, desk_.live.size());
    set(desk_.metrics.held, outbound_.held());
    set(desk_.metrics.conversations, desk_.conversations.conversations());
    set(desk_.metrics.backlog, desk_.conversations.waiting());
    set(desk_.metrics.inbound_parts_pending, inbound_.parts_pending());
    set(desk_.metrics.contacts_waiting, desk_.attention.waiting());
    const storage::UnixMs oldest = desk_.attention.oldest().value_or(now.wall);
    desk_.metrics.contacts_waiting_oldest_seconds.set(static_cast<double>(now.wall - oldest) / 1e3);
    for (const auto& carrier : desk_.carriers) {
        if (carrier) update_gauges(now, *carrier);
    }
    for (const Link& link : desk_.links) {
        if (!link.gone) update_gauges(now, link);
    }
}

void Shard::update_gauges(Now now, CarrierDesk& carrier) {
    const CarrierMetrics& metrics = carrier.metrics;
    for (std::size_t lane = 0; lane < queue::Lanes::count; ++lane) {
        metrics.queued[lane].set(static_cast<double>(carrier.lanes.size(lane)));
        metrics.oldest_seconds[lane].set(static_cast<double>(carrier.lanes.age_ms(lane, now.wall)) /
                                         1e3);
    }
    metrics.paused.set(now.at < carrier.paused_until ? 1 : 0);
    const auto cause = outbound_.waits_for(now, carrier);
    for (const WaitCause each : {WaitCause::link_down, WaitCause::throttled, WaitCause::rate,
                                 WaitCause::window, WaitCause::journal})
        metrics.waits_for[each].set(cause == each ? 1 : 0);
    if (!carrier.bucket.unlimited()) {
        const auto left = static_cast<double>(carrier.bucket.available(now.at));
        metrics.burst_used.set(1 - left / static_cast<double>(carrier.bucket.size()));
    }
    for (const carrier::Limits::Use& use : carrier.limits.uses(now, 1)) {
        const LimitMetrics& figures = carrier.limit_metrics[use.limit];
        figures.day_spent.set(use.day_share());
        figures.burst_used.set(use.burst_share());
    }
    metrics.awaiting_receipt.set(static_cast<double>(carrier.receipts.expected()));
    metrics.early_held.set(static_cast<double>(carrier.early.size()));
    metrics.uncertain.set(static_cast<double>(carrier.receipts.uncertain()));
}

void Shard::update_gauges(Now now, const Link& link) {
    const LinkMetrics& metrics = link.metrics;
    const session::Window& window = link.session.window();
    metrics.window_in_use.set(static_cast<double>(window.in_use()));
    const Duration oldest = now.at - window.oldest_sent().value_or(now.at);
    metrics.window_oldest_seconds.set(static_cast<double>(oldest.count()) / 1e6);
    if (const auto rtt = link.session.last_enquire_rtt())
        metrics.enquire_rtt_seconds.set(static_cast<double>(rtt->count()) / 1e6);
    for (std::size_t i = 0; i < session::link_states; ++i) {
        const auto state = static_cast<session::LinkState>(i);
        metrics.state[state].set(link.session.state() == state ? 1 : 0);
    }
    for (std::size_t i = 0; i < session::pdu_types; ++i) {
        const auto type = static_cast<session::PduType>(i);
        metrics.pdus_in[type].follow(static_cast<double>(link.session.pdus().in[i]));
        metrics.pdus_out[type].follow(static_cast<double>(link.session.pdus().out[i]));
    }
}

}  // namespace parley
