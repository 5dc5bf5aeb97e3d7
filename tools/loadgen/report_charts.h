#pragma once
// The charts of a report, each made from the results of a run.

#include "tools/loadgen/chart.h"
#include "tools/loadgen/results.h"

namespace parley::loadgen {

/// Accepted, refused and wanted a second, over time.
ChartSpec rate_chart(const Results& results);
/// Percentiles of the answers' latency, over time.
ChartSpec latency_chart(const Results& results);
/// Latency over percentiles; each nine takes as much room as the one before.
ChartSpec distribution_chart(const Results& results);
/// The same of receipts.
ChartSpec receipt_chart(const Results& results);
/// What is in flight, behind the schedule and waiting for receipts, over time.
ChartSpec backlog_chart(const Results& results);

}  // namespace parley::loadgen
