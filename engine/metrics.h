#pragma once
// The numbers that shards keep. What each means is in metrics/catalogue.cpp. Every label value
// comes from the configuration or from an enumeration, and stands from the start, so that the first
// event of a kind shows as an increase.

#include "config/config.h"
#include "engine/api/backend.h"
#include "engine/carrier/inquiries.h"
#include "engine/carrier/unmatched.h"
#include "engine/policy/opt_out.h"
#include "engine/session/esme_session.h"
#include "metrics/registry.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace parley {

/// One handle for each value of an enumeration that counts from 0.
template <class Handle, class Value, std::size_t count>
class ByValue {
public:
    ByValue() = default;
    /// name_of: the label's value; empty: this value does not occur, and counts nowhere.
    template <class NameOf>
    ByValue(const metrics::Scope& scope, std::string_view metric, const std::string& label,
            NameOf name_of) {
        for (std::size_t i = 0; i < count; ++i) {
            const std::string name(std::invoke(name_of, static_cast<Value>(i)));
            if (name.empty()) continue;
            if constexpr (std::is_same_v<Handle, metrics::Counter>) {
                handles_[i] = scope.with(label, name).counter(metric);
            } else {
                handles_[i] = scope.with(label, name).gauge(metric);
            }
        }
    }
    /// Values beyond the list count as its last.
    const Handle& operator[](Value value) const {
        return handles_[std::min(static_cast<std::size_t>(value), count - 1)];
    }

private:
    std::array<Handle, count> handles_{};
};
template <class Value, std::size_t count>
using CounterOf = ByValue<metrics::Counter, Value, count>;
template <class Value, std::size_t count>
using GaugeOf = ByValue<metrics::Gauge, Value, count>;

/// Counts by command_status: what the specification names, "vendor" (0x400 to 0x4FF), "reserved"
/// for all else. The usual ones stand from the start, the others from their first occurrence.
class StatusCounters {
public:
    StatusCounters() = default;
    StatusCounters(metrics::Scope scope, std::string_view metric,
                   std::initializer_list<smpp::Status> usual);
    void add(smpp::Status status);

private:
    static constexpr std::size_t vendor = 0x113;  // above all that is named
    static constexpr std::size_t reserved = vendor + 1;
    static std::size_t place_of(smpp::Status status);
    void stand(std::size_t place);

    metrics::Scope scope_;
    std::string_view metric_;
    std::array<metrics::Counter, reserved + 1> counters_{};
    std::array<bool, reserved + 1> stands_{};
};

struct LinkMetrics {
    metrics::Gauge bound;
    GaugeOf<session::LinkState, session::link_states> state;
    metrics::Gauge state_changed_seconds;
    metrics::Gauge window_in_use;
    metrics::Gauge window_size;
    metrics::Gauge window_oldest_seconds;
    metrics::Counter binds;
    StatusCounters binds_refused;
    CounterOf<session::LinkEnd, session::link_ends> ended;
    CounterOf<session::Oddity::Kind, 6> oddities;
    CounterOf<session::PduType, session::pdu_types> pdus_in;
    CounterOf<session::PduType, session::pdu_types> pdus_out;
    metrics::Histogram submit_seconds;
    metrics::Gauge enquire_rtt_seconds;

    LinkMetrics() = default;
    /// dials: one that waits for the carrier's outbind is not down while it is not bound.
    LinkMetrics(const metrics::Scope& scope, bool dials);
};

/// Why what waits for a carrier does not go.
enum class WaitCause : std::uint8_t { link_down, throttled, rate, window, journal };
/// Which of its reasons a submit has no answer for.
enum class NoAnswer : std::uint8_t { timeout, link_lost };

struct CarrierMetrics {
    metrics::Counter submits;
    metrics::Counter answers_sent;
    metrics::Counter answers_throttled;
    metrics::Counter answers_retry;
    metrics::Counter answers_failed;
    StatusCounters responses;
    CounterOf<NoAnswer, 2> unanswered;
    metrics::Gauge uncertain;
    metrics::Gauge paused;
    metrics::Gauge throughput_limit;
    metrics::Gauge throughput;
    metrics::Gauge burst_used;
    GaugeOf<WaitCause, 5> waits_for;
    std::array<metrics::Gauge, 4> queued;          // by lane
    std::array<metrics::Gauge, 4> oldest_seconds;  // by lane
    metrics::Gauge awaiting_receipt;
    metrics::Gauge early_held;
    metrics::Counter receipts_matched;
    metrics::Counter receipts_early;
    metrics::Counter receipts_repeated;
    metrics::Counter receipts_expired;
    CounterOf<carrier::Unmatched, carrier::unmatched_reasons> receipts_unmatched;
    CounterOf<text::MessageState, 10> receipt_states;
    metrics::Histogram receipt_lag_seconds;
    /// By storage::Operation.
    std::array<CounterOf<carrier::InquiryResult, carrier::inquiry_results>, 3> inquiries;
    metrics::Counter inbound;
    metrics::Counter inbound_refused;
    metrics::Histogram deliver_seconds;
    metrics::Counter failovers;

    CarrierMetrics() = default;
    explicit CarrierMetrics(const metrics::Scope& scope);
};

/// Of one of a carrier's limits.
struct LimitMetrics {
    metrics::Gauge day_spent;
    metrics::Gauge burst_used;

    LimitMetrics() = default;
    /// Only what the limit has.
    LimitMetrics(const metrics::Scope& scope, const config::Limit& limit);
};

/// What asked for an opt-out: the detector's rules, then others.
enum class OptOutRule : std::uint8_t { keyword_exact, keyword_filler, phrase, api, carrier };
OptOutRule opt_out_rule_of(std::string_view rule);
enum class OptInSource : std::uint8_t { contact, api };
/// What an inbound text was taken for.
enum class Heard : std::uint8_t { talk, opt_out, opt_in, help, review };
Heard heard_as(const policy::Judgement& judgement);

/// Message::reason without what a carrier's dialect adds to it.
enum class Failure : std::uint8_t {
    suppressed,
    carrier_refused,
    retries_exhausted,
    no_other_carrier,
    no_route,
    text_does_not_fit,
    segments_changed,
    validity_passed,
    retry_deadline,
    outcome_unknown,
    no_receipt,
    carrier_removed,
    canceled_by_caller,
    receipt,
    other,
};
Failure failure_of(std::string_view reason);

struct ShardMetrics {
    CounterOf<storage::MessageClass, 6> accepted;
    CounterOf<text::Encoding, 9> segments;
    CounterOf<api::Problem, api::problems> refused;
    CounterOf<storage::Status, 11> settled;
    CounterOf<Failure, 15> not_delivered;
    metrics::Counter inbound_messages;
    metrics::Counter inbound_incomplete;
    metrics::Counter inbound_repeated;
    metrics::Gauge inbound_parts_pending;
    CounterOf<Heard, 5> heard;
    CounterOf<OptOutRule, 5> opt_outs;
    CounterOf<OptInSource, 2> opt_ins;
    metrics::Histogram confirmation_seconds;
    metrics::Counter confirmations_lost;
    metrics::Counter blocked_at_window;
    metrics::Counter opt_out_violations;
    metrics::Gauge suppressions;
    metrics::Gauge live_messages;
    metrics::Gauge held;
    metrics::Gauge conversations;
    metrics::Gauge backlog;
    metrics::Gauge contacts_waiting;
    metrics::Gauge contacts_waiting_oldest_seconds;
    metrics::Histogram first_response_seconds;
    CounterOf<storage::MessageClass, 3> replies;
    metrics::Histogram reply_seconds;
    metrics::Histogram accept_to_submit_seconds;
    metrics::Histogram commit_seconds;

    ShardMetrics() = default;
    explicit ShardMetrics(const metrics::Scope& scope);
};

}  // namespace parley
