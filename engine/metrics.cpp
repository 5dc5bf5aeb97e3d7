#include "engine/metrics.h"

namespace parley {

namespace {

const std::vector<double> answer_seconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                         0.25,  0.5,    1,     2.5,  5,     10};
const std::vector<double> receipt_seconds{0.1, 1, 5, 15, 60, 300, 900, 3600, 14400, 86400, 259200};

constexpr const char* smpp_answers_help = "submit_sm_resp by what we make of them";
constexpr const char* receipts_help = "Receipts by whether their message was found";
constexpr const char* messages_refused_help = "Messages refused at intake";
constexpr const char* messages_settled_help = "Messages in a final state";

}  // namespace

LinkMetrics::LinkMetrics(const metrics::Scope& scope)
    : bound(scope.gauge("smpp_link_bound", "1 while the SMPP session is bound")),
      window_in_use(scope.gauge("smpp_window_in_use", "Requests sent and not yet answered")),
      window_size(scope.gauge("smpp_window_size", "Requests that may be in flight")),
      reconnects(scope.counter("smpp_link_ended_total", "Sessions that ended or never began")),
      oddities(scope.counter("smpp_oddities_total",
                             "Late or unexpected answers, malformed and unknown PDUs, nacks")),
      submit_seconds(scope.histogram("smpp_submit_duration_seconds",
                                     "From submit_sm to its response", answer_seconds)),
      enquire_rtt_seconds(
          scope.gauge("smpp_enquire_link_rtt_seconds", "Round trip of the last enquire_link")) {}

CarrierMetrics::CarrierMetrics(const metrics::Scope& scope)
    : submits(scope.counter("smpp_submits_total", "submit_sm requests written")),
      answers_sent(scope.with("outcome", "sent").counter("smpp_answers_total", smpp_answers_help)),
      answers_throttled(
          scope.with("outcome", "throttled").counter("smpp_answers_total", smpp_answers_help)),
      answers_retry(
          scope.with("outcome", "retry").counter("smpp_answers_total", smpp_answers_help)),
      answers_failed(
          scope.with("outcome", "failed").counter("smpp_answers_total", smpp_answers_help)),
      unanswered(scope.counter("smpp_unanswered_total",
                               "submit_sm whose outcome is unknown: no answer came")),
      queued(scope.gauge("queue_messages", "Messages that wait for the carrier")),
      awaiting_receipt(
          scope.gauge("receipts_awaited", "Segments in memory that wait for a receipt")),
      receipts_matched(scope.with("match", "matched").counter("receipts_total", receipts_help)),
      receipts_early(scope.with("match", "early").counter("receipts_total", receipts_help)),
      receipts_repeated(scope.with("match", "repeated").counter("receipts_total", receipts_help)),
      receipts_expired(scope.with("match", "expired").counter("receipts_total", receipts_help)),
      receipt_lag_seconds(scope.histogram(
          "receipt_lag_seconds", "From submit_sm_resp to the final receipt", receipt_seconds)),
      inbound(scope.counter("inbound_segments_total", "deliver_sm that are no receipts")),
      failovers(
          scope.counter("failovers_total", "Messages handed on to the route's next carrier")) {}

ShardMetrics::ShardMetrics(const metrics::Scope& scope)
    : accepted(scope.counter("messages_accepted_total", "Messages promised to a caller")),
      refused_suppressed(scope.with("reason", "suppressed")
                             .counter("messages_refused_total", messages_refused_help)),
      refused_queue_full(scope.with("reason", "queue_full")
                             .counter("messages_refused_total", messages_refused_help)),
      refused_other(
          scope.with("reason", "invalid").counter("messages_refused_total", messages_refused_help)),
      settled_delivered(scope.with("outcome", "delivered")
                            .counter("messages_settled_total", messages_settled_help)),
      settled_other(
          scope.with("outcome", "other").counter("messages_settled_total", messages_settled_help)),
      inbound_messages(scope.counter("inbound_messages_total", "Messages received, whole")),
      inbound_incomplete(scope.counter("inbound_incomplete_total",
                                       "Long messages delivered without some of their parts")),
      inbound_parts_pending(
          scope.gauge("inbound_parts_pending", "Segments that wait for the others")),
      opt_outs(scope.counter("opt_outs_total", "Opt-outs recorded")),
      opt_ins(scope.counter("opt_ins_total", "Opt-outs taken back")),
      blocked_at_window(
          scope.counter("blocked_at_window_total", "Messages stopped by the gate's last look")),
      opt_out_violations(
          scope.counter("opt_out_violations_total",
                        "submit_sm to somebody who opted out. Must stay 0; anything else pages")),
      suppressions(scope.gauge("suppressions", "Opt-outs in force")),
      live_messages(scope.gauge("live_messages", "Unsettled messages in memory")),
      conversations(
          scope.gauge("conversations_in_flight", "Conversations with a message on its way")),
      accept_to_submit_seconds(scope.histogram(
          "accept_to_submit_seconds", "From acceptance to the first submit_sm", answer_seconds)),
      commit_seconds(
          scope.histogram("store_commit_seconds", "From sealing a section to its durability",
                          {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1})) {}

}  // namespace parley
