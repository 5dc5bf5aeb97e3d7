#include "engine/metrics.h"

#include <algorithm>
#include <utility>

namespace parley {

namespace {

using smpp::Status;

const std::vector<double> answer_seconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                         0.25,  0.5,    1,     2.5,  5,     10};
const std::vector<double> receipt_seconds{0.1, 1, 5, 15, 60, 300, 900, 3600, 14400, 86400, 259200};
const std::vector<double> commit_times{0.0001, 0.00025, 0.0005, 0.001, 0.0025,
                                       0.005,  0.01,    0.025,  0.1,   1};
// 300: a later confirmation would have to be justified (47 CFR 64.1200(a)(12)).
const std::vector<double> confirmation_times{0.1, 0.5, 1, 5, 15, 30, 60, 120, 240, 300};
const std::vector<double> people_seconds{5,   15,   30,   60,    120,   300,
                                         900, 1800, 3600, 14400, 43200, 86400};

std::array<metrics::Gauge, 4> by_lane(const metrics::Scope& carrier, const char* metric) {
    std::array<metrics::Gauge, 4> gauges;
    constexpr std::array lanes{"answer", "conversational", "informational", "promotional"};
    for (std::size_t lane = 0; lane < gauges.size(); ++lane)
        gauges[lane] = carrier.with("class", lanes[lane]).gauge(metric);
    return gauges;
}

std::string_view name(WaitCause cause) {
    constexpr std::array<std::string_view, 5> names{"link_down", "throttled", "rate", "window",
                                                    "journal"};
    return names[static_cast<std::size_t>(cause)];
}

std::string_view name(NoAnswer reason) {
    return reason == NoAnswer::timeout ? "timeout" : "link_lost";
}

constexpr std::array<std::string_view, 5> opt_out_rules{"keyword_exact", "keyword_filler", "phrase",
                                                        "api", "carrier"};
std::string_view name(OptOutRule rule) {
    return opt_out_rules[static_cast<std::size_t>(rule)];
}

std::string_view name(OptInSource source) {
    return source == OptInSource::contact ? "contact" : "api";
}

std::string_view name(Heard heard) {
    constexpr std::array<std::string_view, 5> names{"talk", "opt_out", "opt_in", "help", "review"};
    return names[static_cast<std::size_t>(heard)];
}

constexpr std::array<std::string_view, 15> failures{
    "suppressed",         "carrier_refused", "retries_exhausted",
    "no_other_carrier",   "no_route",        "text_does_not_fit",
    "segments_changed",   "validity_passed", "retry_deadline",
    "outcome_unknown",    "no_receipt",      "carrier_removed",
    "canceled_by_caller", "receipt",         "other"};
std::string_view name(Failure failure) {
    return failures[static_cast<std::size_t>(failure)];
}

/// As the API's `code`; empty: not a reason for which intake refuses a message.
std::string_view refusal(api::Problem problem) {
    switch (problem) {
        case api::Problem::invalid_sender:
            return "invalid_sender";
        case api::Problem::invalid_recipient:
            return "invalid_recipient";
        case api::Problem::text_too_long:
            return "text_too_long";
        case api::Problem::invalid_tlv:
            return "invalid_tlv";
        case api::Problem::no_route:
            return "no_route";
        case api::Problem::suppressed:
            return "suppressed";
        case api::Problem::queue_full:
            return "queue_full";
        case api::Problem::storage_unavailable:
            return "storage_unavailable";
        case api::Problem::draining:
            return "draining";
        default:
            return "";
    }
}

/// An end of the message's life.
std::string_view ending(storage::Status status) {
    return storage::is_final(status) ? storage::name(status) : "";
}

/// What we read of a bound peer, and what we write to it.
std::string_view incoming(session::PduType type) {
    using enum session::PduType;
    const bool ours = type == bind || type == submit_sm || type == deliver_sm_resp ||
                      type == query_sm || type == cancel_sm || type == replace_sm;
    return ours ? "" : session::name(type);
}
std::string_view outgoing(session::PduType type) {
    using enum session::PduType;
    const bool theirs = type == bind_resp || type == submit_sm_resp || type == deliver_sm ||
                        type == data_sm || type == query_sm_resp || type == cancel_sm_resp ||
                        type == replace_sm_resp || type == other;
    return theirs ? "" : session::name(type);
}

CounterOf<carrier::InquiryResult, carrier::inquiry_results> inquiries_of(
    const metrics::Scope& carrier, storage::Operation operation) {
    // A question is answered by a state; an order is carried out or refused.
    const bool order = operation != storage::Operation::query;
    return {carrier.with("operation", std::string(storage::name(operation))),
            "smpp_inquiries_total", "result", [order](carrier::InquiryResult result) {
                const bool never = order && result == carrier::InquiryResult::pending;
                return never ? std::string_view() : carrier::name(result);
            }};
}

std::string_view ended_by(session::LinkEnd end) {
    return end == session::LinkEnd::none ? "" : session::name(end);
}

std::string_view lower_case(text::MessageState state) {
    constexpr std::array<std::string_view, 10> names{
        "scheduled",     "enroute",  "delivered", "expired",  "deleted",
        "undeliverable", "accepted", "unknown",   "rejected", "skipped"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view written_as(text::Encoding encoding) {
    const bool read_only = encoding == text::Encoding::binary || encoding == text::Encoding::jis ||
                           encoding == text::Encoding::ksc5601;
    return read_only ? "" : text::name(encoding);
}

}  // namespace

StatusCounters::StatusCounters(metrics::Scope scope, std::string_view metric,
                               std::initializer_list<smpp::Status> usual)
    : scope_(std::move(scope)), metric_(metric) {
    for (const Status status : usual)
        stand(place_of(status));
}

std::size_t StatusCounters::place_of(Status status) {
    if (smpp::is_vendor(status)) return vendor;
    const auto known = smpp::standard_statuses();
    const bool named = std::ranges::binary_search(known, status, {}, &smpp::StatusInfo::status);
    return named ? static_cast<std::size_t>(status) : reserved;
}

void StatusCounters::stand(std::size_t place) {
    const std::string name = place == vendor     ? "vendor"
                             : place == reserved ? "reserved"
                                                 : smpp::name(static_cast<Status>(place));
    counters_[place] = scope_.with("status", name).counter(metric_);
    stands_[place] = true;
}

void StatusCounters::add(Status status) {
    const std::size_t place = status == Status::ESME_ROK ? 0 : place_of(status);
    if (!stands_[place]) stand(place);
    counters_[place].add();
}

OptOutRule opt_out_rule_of(std::string_view rule) {
    const auto found = std::ranges::find(opt_out_rules, rule);
    return found == opt_out_rules.end() ? OptOutRule::api
                                        : static_cast<OptOutRule>(found - opt_out_rules.begin());
}

Heard heard_as(const policy::Judgement& judgement) {
    switch (judgement.intent) {
        case policy::Intent::opt_out:
            return Heard::opt_out;
        case policy::Intent::opt_in:
            return Heard::opt_in;
        case policy::Intent::help:
            return Heard::help;
        case policy::Intent::none:
            break;
    }
    return judgement.rule == policy::Rule::review ? Heard::review : Heard::talk;
}

Failure failure_of(std::string_view reason) {
    // Dialects and receipts add words of their own behind these.
    if (reason.starts_with("carrier_refused")) return Failure::carrier_refused;
    if (reason.starts_with("receipt_")) return Failure::receipt;
    const auto found = std::ranges::find(failures, reason);
    return found == failures.end() ? Failure::other
                                   : static_cast<Failure>(found - failures.begin());
}

LinkMetrics::LinkMetrics(const metrics::Scope& scope, bool dials)
    : bound(dials ? scope.gauge("smpp_link_bound") : metrics::Gauge()),
      state(scope, "smpp_link_state", "state",
            [](session::LinkState each) { return session::name(each); }),
      state_changed_seconds(scope.gauge("smpp_link_state_changed_timestamp_seconds")),
      window_in_use(scope.gauge("smpp_window_in_use")),
      window_size(scope.gauge("smpp_window_size")),
      window_oldest_seconds(scope.gauge("smpp_window_oldest_seconds")),
      binds(scope.counter("smpp_binds_total")),
      binds_refused(scope, "smpp_binds_refused_total",
                    {Status::ESME_RALYBND, Status::ESME_RBINDFAIL, Status::ESME_RINVPASWD,
                     Status::ESME_RINVSYSID}),
      ended(scope, "smpp_link_ended_total", "reason", ended_by),
      oddities(scope, "smpp_oddities_total", "kind",
               [](session::Oddity::Kind kind) { return session::name(kind); }),
      pdus_in(scope.with("direction", "in"), "smpp_pdus_total", "type", incoming),
      pdus_out(scope.with("direction", "out"), "smpp_pdus_total", "type", outgoing),
      submit_seconds(scope.histogram("smpp_submit_duration_seconds", answer_seconds)),
      enquire_rtt_seconds(scope.gauge("smpp_enquire_link_rtt_seconds")) {}

CarrierMetrics::CarrierMetrics(const metrics::Scope& scope)
    : submits(scope.counter("smpp_submits_total")),
      answers_sent(scope.with("outcome", "sent").counter("smpp_answers_total")),
      answers_throttled(scope.with("outcome", "throttled").counter("smpp_answers_total")),
      answers_retry(scope.with("outcome", "retry").counter("smpp_answers_total")),
      answers_failed(scope.with("outcome", "failed").counter("smpp_answers_total")),
      responses(
          scope, "smpp_submit_responses_total",
          {Status::ESME_ROK, Status::ESME_RTHROTTLED, Status::ESME_RMSGQFUL, Status::ESME_RSYSERR,
           Status::ESME_RSUBMITFAIL, Status::ESME_RINVDSTADR, Status::ESME_RINVSRCADR}),
      unanswered(scope, "smpp_unanswered_total", "reason",
                 [](NoAnswer reason) { return name(reason); }),
      uncertain(scope.gauge("uncertain_messages")),
      paused(scope.gauge("carrier_paused")),
      throughput_limit(scope.gauge("carrier_throughput_limit")),
      throughput(scope.gauge("carrier_throughput")),
      burst_used(scope.gauge("carrier_burst_used_ratio")),
      waits_for(scope, "queue_waits_for", "cause", [](WaitCause cause) { return name(cause); }),
      queued(by_lane(scope, "queue_messages")),
      oldest_seconds(by_lane(scope, "queue_oldest_message_age_seconds")),
      awaiting_receipt(scope.gauge("receipts_awaited")),
      early_held(scope.gauge("receipts_early_held")),
      receipts_matched(scope.with("match", "matched").counter("receipts_total")),
      receipts_early(scope.with("match", "early").counter("receipts_total")),
      receipts_repeated(scope.with("match", "repeated").counter("receipts_total")),
      receipts_expired(scope.with("match", "expired").counter("receipts_total")),
      receipts_unmatched(scope, "receipts_unmatched_total", "reason",
                         [](carrier::Unmatched why) { return carrier::name(why); }),
      receipt_states(scope, "receipts_by_state_total", "state", lower_case),
      receipt_lag_seconds(scope.histogram("receipt_lag_seconds", receipt_seconds)),
      inquiries{inquiries_of(scope, storage::Operation::query),
                inquiries_of(scope, storage::Operation::cancel),
                inquiries_of(scope, storage::Operation::replace)},
      inbound(scope.counter("inbound_segments_total")),
      inbound_refused(scope.counter("inbound_refused_total")),
      deliver_seconds(scope.histogram("smpp_deliver_duration_seconds", answer_seconds)),
      failovers(scope.counter("failovers_total")) {}

LimitMetrics::LimitMetrics(const metrics::Scope& scope, const config::Limit& limit) {
    if (limit.per_day != 0) day_spent = scope.gauge("carrier_limit_day_spent_ratio");
    if (limit.rate != 0) burst_used = scope.gauge("carrier_limit_burst_used_ratio");
}

ShardMetrics::ShardMetrics(const metrics::Scope& scope)
    : accepted(scope, "messages_accepted_total", "class",
               [](storage::MessageClass each) { return storage::name(each); }),
      segments(scope, "segments_accepted_total", "encoding", written_as),
      refused(scope, "messages_refused_total", "reason", refusal),
      settled(scope, "messages_settled_total", "outcome", ending),
      not_delivered(scope, "messages_not_delivered_total", "reason",
                    [](Failure failure) { return name(failure); }),
      inbound_messages(scope.counter("inbound_messages_total")),
      inbound_incomplete(scope.counter("inbound_incomplete_total")),
      inbound_repeated(scope.counter("inbound_repeated_total")),
      inbound_parts_pending(scope.gauge("inbound_parts_pending")),
      heard(scope, "inbound_heard_total", "as", [](Heard each) { return name(each); }),
      opt_outs(scope, "opt_outs_total", "rule", [](OptOutRule rule) { return name(rule); }),
      opt_ins(scope, "opt_ins_total", "source", [](OptInSource source) { return name(source); }),
      confirmation_seconds(
          scope.histogram("opt_out_confirmation_delay_seconds", confirmation_times)),
      confirmations_lost(scope.counter("opt_out_confirmations_lost_total")),
      blocked_at_window(scope.counter("blocked_at_window_total")),
      opt_out_violations(scope.counter("opt_out_violations_total")),
      suppressions(scope.gauge("suppressions")),
      live_messages(scope.gauge("live_messages")),
      held(scope.gauge("messages_held")),
      conversations(scope.gauge("conversations_in_flight")),
      backlog(scope.gauge("conversation_backlog_messages")),
      contacts_waiting(scope.gauge("conversations_unanswered")),
      contacts_waiting_oldest_seconds(scope.gauge("conversation_unanswered_oldest_age_seconds")),
      first_response_seconds(
          scope.histogram("conversation_first_response_seconds", people_seconds)),
      replies(scope, "conversation_replies_total", "class",
              [](storage::MessageClass each) { return storage::name(each); }),
      reply_seconds(scope.histogram("conversation_reply_seconds", people_seconds)),
      accept_to_submit_seconds(scope.histogram("accept_to_submit_seconds", answer_seconds)),
      commit_seconds(scope.histogram("store_commit_seconds", commit_times)) {}

}  // namespace parley
