#pragma once
// What a run counts: messages by what became of them, latencies, receipts, and all of it over time.
// Told by the run; has no clock of its own.

#include "tools/loadgen/histogram.h"
#include "tools/loadgen/timeline.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace parley::loadgen {

/// How many messages something happened to.
struct Counts {
    std::uint64_t requests = 0;  // POSTs, or submit_sm
    std::uint64_t sent = 0;      // messages; over SMPP each segment is one
    std::uint64_t retried = 0;
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;
    std::uint64_t unanswered = 0;
    std::uint64_t unsent = 0;  // wanted, and no window had room before the end
    std::uint64_t reconnects = 0;
    std::uint64_t inbound = 0;  // messages from handsets

    std::uint64_t receipts_expected = 0;
    std::uint64_t receipts = 0;  // final ones that match
    std::uint64_t receipts_intermediate = 0;
    std::uint64_t receipts_repeated = 0;
    std::uint64_t receipts_unknown = 0;
};

class Tally {
public:
    explicit Tally(double expected_seconds) : timeline_(expected_seconds) {}

    void start(std::int64_t now_ns) { started_ns_ = row_ns_ = line_ns_ = now_ns; }
    std::int64_t started_ns() const { return started_ns_; }

    void sent(std::uint32_t messages) { ++counts_.requests, counts_.sent += messages; }
    void retried(std::uint32_t messages) { counts_.retried += messages; }
    void accepted(std::uint64_t messages) { counts_.accepted += messages; }
    /// reason: a status by name or number; example: the first such answer, for a person.
    void refused(std::string_view reason, std::uint64_t messages, std::string_view example);
    /// An answer, whatever it said. Latencies from the intended moment and from that of sending.
    void answered(std::int64_t from_intended_ns, std::int64_t from_sent_ns) {
        response_.record(not_negative(from_intended_ns));
        service_.record(not_negative(from_sent_ns));
    }
    /// No answer ever came, or there never was room to send it. It had waited so long by then, so
    /// its latency is at least that: leaving it out would flatter a server that stalls.
    void waited(std::int64_t from_intended_ns) { response_.record(not_negative(from_intended_ns)); }
    void unanswered(std::uint64_t messages) { counts_.unanswered += messages; }
    void unsent(std::uint64_t messages) { counts_.unsent += messages; }
    void reconnected() { ++counts_.reconnects; }
    void inbound() { ++counts_.inbound; }

    void receipt_expected() { ++counts_.receipts_expected; }
    void receipt_settled(std::int64_t from_sent_ns, std::string_view state);
    void receipt_intermediate() { ++counts_.receipts_intermediate; }
    void receipt_repeated() { ++counts_.receipts_repeated; }
    void receipts_unknown(std::uint64_t receipts) { counts_.receipts_unknown += receipts; }
    /// Something odd that the peer said, by kind; example: the first of them.
    void odd(std::string_view kind, std::string_view example);

    const Counts& counts() const { return counts_; }
    /// As of the last close_row().
    const Histogram& response_total() const { return response_total_; }
    const Histogram& service_total() const { return service_total_; }
    const Histogram& receipt_total() const { return receipt_total_; }
    const std::map<std::string, std::uint64_t, std::less<>>& refusals() const { return refusals_; }
    const std::map<std::string, std::uint64_t, std::less<>>& receipt_states() const {
        return receipt_states_;
    }
    const std::map<std::string, std::uint64_t, std::less<>>& oddities() const { return oddities_; }
    const std::string& first_oddity() const { return first_oddity_; }
    const std::string& first_refusal() const { return first_refusal_; }
    const Timeline& timeline() const { return timeline_; }

    /// When the row that is being written is to be closed.
    std::int64_t row_ends_ns() const {
        return row_ns_ + static_cast<std::int64_t>(timeline_.row_seconds() * 1e9);
    }
    /// wanted: messages that the schedule has wanted so far.
    void close_row(std::int64_t now_ns, std::uint64_t wanted, std::uint64_t in_flight,
                   std::uint64_t outstanding);

    /// The time since the last call, of rows that are closed: for the line a second.
    struct Recent {
        double seconds = 0;
        Counts before;  // as it was then
        std::uint64_t p50 = 0;
        std::uint64_t p99 = 0;
        std::uint64_t max = 0;
    };
    Recent take_recent(std::int64_t now_ns);

private:
    static std::uint64_t not_negative(std::int64_t value) {
        return value > 0 ? static_cast<std::uint64_t>(value) : 0;
    }

    std::int64_t started_ns_ = 0;
    Counts counts_;
    std::map<std::string, std::uint64_t, std::less<>> refusals_;
    std::map<std::string, std::uint64_t, std::less<>> receipt_states_;
    std::map<std::string, std::uint64_t, std::less<>> oddities_;
    std::string first_refusal_;
    std::string first_oddity_;

    // Of the row that is being written.
    Histogram response_;
    Histogram service_;
    Histogram receipt_;
    // Of the closed rows.
    Histogram response_total_;
    Histogram service_total_;
    Histogram receipt_total_;
    Histogram recent_;

    Timeline timeline_;
    std::int64_t row_ns_ = 0;
    Counts row_before_;
    std::uint64_t row_wanted_ = 0;
    std::int64_t line_ns_ = 0;
    Counts line_before_;
};

}  // namespace parley::loadgen
