#include "engine/metrics.h"

namespace parley {

namespace {

const std::vector<double> answer_seconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                         0.25,  0.5,    1,     2.5,  5,     10};
const std::vector<double> receipt_seconds{0.1, 1, 5, 15, 60, 300, 900, 3600, 14400, 86400, 259200};

std::array<metrics::Counter, session::link_ends> ended_of(const metrics::Scope& link) {
    std::array<metrics::Counter, session::link_ends> counters;
    for (std::size_t n = 1; n < counters.size(); ++n) {  // 0: it has not ended
        const auto reason = session::name(static_cast<session::LinkEnd>(n));
        counters[n] = link.with("reason", std::string(reason)).counter("smpp_link_ended_total");
    }
    return counters;
}

metrics::Gauge age_of(const metrics::Scope& carrier, const char* message_class) {
    return carrier.with("class", message_class).gauge("queue_oldest_message_age_seconds");
}

}  // namespace

LinkMetrics::LinkMetrics(const metrics::Scope& scope, bool dials)
    : bound(dials ? scope.gauge("smpp_link_bound") : metrics::Gauge()),
      state_changed_seconds(scope.gauge("smpp_link_state_changed_timestamp_seconds")),
      window_in_use(scope.gauge("smpp_window_in_use")),
      window_size(scope.gauge("smpp_window_size")),
      window_oldest_seconds(scope.gauge("smpp_window_oldest_seconds")),
      ended(ended_of(scope)),
      oddities(scope.counter("smpp_oddities_total")),
      late_answers(scope.counter("smpp_late_answers_total")),
      submit_seconds(scope.histogram("smpp_submit_duration_seconds", answer_seconds)),
      enquire_rtt_seconds(scope.gauge("smpp_enquire_link_rtt_seconds")) {}

CarrierMetrics::CarrierMetrics(const metrics::Scope& scope)
    : submits(scope.counter("smpp_submits_total")),
      answers_sent(scope.with("outcome", "sent").counter("smpp_answers_total")),
      answers_throttled(scope.with("outcome", "throttled").counter("smpp_answers_total")),
      answers_retry(scope.with("outcome", "retry").counter("smpp_answers_total")),
      answers_failed(scope.with("outcome", "failed").counter("smpp_answers_total")),
      unanswered(scope.counter("smpp_unanswered_total")),
      paused(scope.gauge("carrier_paused")),
      throughput_limit(scope.gauge("carrier_throughput_limit")),
      queued(scope.gauge("queue_messages")),
      oldest_seconds{age_of(scope, "answer"), age_of(scope, "conversational"),
                     age_of(scope, "informational"), age_of(scope, "promotional")},
      awaiting_receipt(scope.gauge("receipts_awaited")),
      receipts_matched(scope.with("match", "matched").counter("receipts_total")),
      receipts_early(scope.with("match", "early").counter("receipts_total")),
      receipts_repeated(scope.with("match", "repeated").counter("receipts_total")),
      receipts_expired(scope.with("match", "expired").counter("receipts_total")),
      receipt_lag_seconds(scope.histogram("receipt_lag_seconds", receipt_seconds)),
      inbound(scope.counter("inbound_segments_total")),
      failovers(scope.counter("failovers_total")) {}

ShardMetrics::ShardMetrics(const metrics::Scope& scope)
    : accepted(scope.counter("messages_accepted_total")),
      refused_suppressed(scope.with("reason", "suppressed").counter("messages_refused_total")),
      refused_queue_full(scope.with("reason", "queue_full").counter("messages_refused_total")),
      refused_other(scope.with("reason", "invalid").counter("messages_refused_total")),
      settled_delivered(scope.with("outcome", "delivered").counter("messages_settled_total")),
      settled_other(scope.with("outcome", "other").counter("messages_settled_total")),
      inbound_messages(scope.counter("inbound_messages_total")),
      inbound_incomplete(scope.counter("inbound_incomplete_total")),
      inbound_parts_pending(scope.gauge("inbound_parts_pending")),
      opt_outs(scope.counter("opt_outs_total")),
      opt_ins(scope.counter("opt_ins_total")),
      blocked_at_window(scope.counter("blocked_at_window_total")),
      opt_out_violations(scope.counter("opt_out_violations_total")),
      suppressions(scope.gauge("suppressions")),
      live_messages(scope.gauge("live_messages")),
      conversations(scope.gauge("conversations_in_flight")),
      accept_to_submit_seconds(scope.histogram("accept_to_submit_seconds", answer_seconds)),
      commit_seconds(
          scope.histogram("store_commit_seconds",
                          {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1})) {}

}  // namespace parley
