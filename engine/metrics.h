#pragma once
// The numbers that shards keep. What each means is in metrics/catalogue.cpp.

#include "engine/session/link_state.h"
#include "metrics/registry.h"

#include <array>

namespace parley {

struct LinkMetrics {
    metrics::Gauge bound;
    metrics::Gauge state_changed_seconds;
    metrics::Gauge window_in_use;
    metrics::Gauge window_size;
    metrics::Gauge window_oldest_seconds;
    std::array<metrics::Counter, session::link_ends> ended;  // by LinkEnd
    metrics::Counter oddities;
    metrics::Counter late_answers;
    metrics::Histogram submit_seconds;
    metrics::Gauge enquire_rtt_seconds;

    LinkMetrics() = default;
    /// dials: one that waits for the carrier's outbind is not down while it is not bound.
    LinkMetrics(const metrics::Scope& scope, bool dials);
};

struct CarrierMetrics {
    metrics::Counter submits;
    metrics::Counter answers_sent;
    metrics::Counter answers_throttled;
    metrics::Counter answers_retry;
    metrics::Counter answers_failed;
    metrics::Counter unanswered;
    metrics::Gauge paused;
    metrics::Gauge throughput_limit;
    metrics::Gauge queued;
    std::array<metrics::Gauge, 4> oldest_seconds;  // by lane
    metrics::Gauge awaiting_receipt;
    metrics::Counter receipts_matched;
    metrics::Counter receipts_early;
    metrics::Counter receipts_repeated;
    metrics::Counter receipts_expired;
    metrics::Histogram receipt_lag_seconds;
    metrics::Counter inbound;
    metrics::Counter failovers;

    CarrierMetrics() = default;
    explicit CarrierMetrics(const metrics::Scope& scope);
};

struct ShardMetrics {
    metrics::Counter accepted;
    metrics::Counter refused_suppressed;
    metrics::Counter refused_queue_full;
    metrics::Counter refused_other;
    metrics::Counter settled_delivered;
    metrics::Counter settled_other;
    metrics::Counter inbound_messages;
    metrics::Counter inbound_incomplete;
    metrics::Gauge inbound_parts_pending;
    metrics::Counter opt_outs;
    metrics::Counter opt_ins;
    metrics::Counter blocked_at_window;
    metrics::Counter opt_out_violations;
    metrics::Gauge suppressions;
    metrics::Gauge live_messages;
    metrics::Gauge conversations;
    metrics::Histogram accept_to_submit_seconds;
    metrics::Histogram commit_seconds;

    ShardMetrics() = default;
    explicit ShardMetrics(const metrics::Scope& scope);
};

}  // namespace parley
