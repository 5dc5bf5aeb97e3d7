#pragma once
// What happened when: one row for every stretch of the run, for the charts. A run of any length has
// at most rows_max rows; when there would be more, two become one and a row lasts twice as long.

#include <cstdint>
#include <vector>

namespace parley::loadgen {

struct TimelineRow {
    double at_s = 0;           // where it begins, since the start
    double seconds = 0;        // how long it is
    std::uint64_t wanted = 0;  // by the schedule; in a closed loop what was sent
    std::uint64_t sent = 0;
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;
    std::uint64_t unanswered = 0;
    std::uint64_t receipts = 0;
    std::uint64_t answers = 0;      // those behind the latencies
    std::uint64_t in_flight = 0;    // at its end
    std::uint64_t outstanding = 0;  // receipts not yet come, at its end
    // Latencies in nanoseconds; of two rows that became one the greater.
    std::uint64_t p50 = 0;
    std::uint64_t p90 = 0;
    std::uint64_t p99 = 0;
    std::uint64_t max = 0;
    std::uint64_t receipt_p50 = 0;
    std::uint64_t receipt_p99 = 0;
};

class Timeline {
public:
    static constexpr std::size_t rows_max = 400;

    /// A run of this length (0: unknown) gets about 150 rows, of 100 ms or more each.
    explicit Timeline(double expected_seconds);

    /// How long a row is to be, by now.
    double row_seconds() const { return row_seconds_; }
    void add(const TimelineRow& row);
    const std::vector<TimelineRow>& rows() const { return rows_; }

private:
    double row_seconds_;
    std::vector<TimelineRow> rows_;
};

}  // namespace parley::loadgen
