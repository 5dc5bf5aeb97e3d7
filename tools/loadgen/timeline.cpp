#include "tools/loadgen/timeline.h"

#include <algorithm>
#include <array>

namespace parley::loadgen {
namespace {

constexpr double row_seconds_min = 0.1;
constexpr double rows_wanted = 150;

TimelineRow joined(const TimelineRow& first, const TimelineRow& second) {
    auto row = second;  // what it holds at its end
    row.at_s = first.at_s;
    row.seconds += first.seconds;
    for (const auto count :
         {&TimelineRow::wanted, &TimelineRow::sent, &TimelineRow::accepted, &TimelineRow::refused,
          &TimelineRow::unanswered, &TimelineRow::receipts, &TimelineRow::answers}) {
        row.*count += first.*count;
    }
    for (const auto latency :
         {&TimelineRow::p50, &TimelineRow::p90, &TimelineRow::p99, &TimelineRow::max,
          &TimelineRow::receipt_p50, &TimelineRow::receipt_p99}) {
        row.*latency = std::max(row.*latency, first.*latency);
    }
    return row;
}

}  // namespace

Timeline::Timeline(double expected_seconds) : row_seconds_(row_seconds_min) {
    constexpr std::array<double, 14> steps{0.1, 0.2, 0.25, 0.5, 1,   2,   5,
                                           10,  20,  30,   60,  120, 300, 600};
    for (const double step : steps) {
        row_seconds_ = step;
        if (expected_seconds / step <= rows_wanted) break;
    }
}

void Timeline::add(const TimelineRow& row) {
    rows_.push_back(row);
    if (rows_.size() < rows_max) return;
    for (std::size_t i = 0; i < rows_.size() / 2; ++i)
        rows_[i] = joined(rows_[2 * i], rows_[2 * i + 1]);
    rows_.resize(rows_.size() / 2);
    row_seconds_ *= 2;
}

}  // namespace parley::loadgen
