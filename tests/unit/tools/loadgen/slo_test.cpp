#include "tools/loadgen/slo.h"

#include "tools/support/flags.h"

#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

using Subject = Objective::Subject;
using Unit = Objective::Unit;

bool met(const char* text, std::optional<double> found) {
    return judge(read_objective(text), [&](const Objective&) { return found; }).met;
}

TEST(Objective, ReadsALatencyWithItsPercentile) {
    const auto objective = read_objective("submit p99.9 < 50ms");
    EXPECT_EQ(objective.subject, Subject::submit);
    EXPECT_DOUBLE_EQ(objective.percentile, 0.999);
    EXPECT_EQ(objective.relation, Objective::Relation::less);
    EXPECT_DOUBLE_EQ(objective.limit, 50e6);
    EXPECT_EQ(objective.unit, Unit::nanoseconds);
}

TEST(Objective, BlanksDoNotMatter) {
    EXPECT_DOUBLE_EQ(read_objective("submit p99<50ms").limit, 50e6);
    EXPECT_DOUBLE_EQ(read_objective("  receipt  max >= 1.5 s ").limit, 1.5e9);
    EXPECT_DOUBLE_EQ(read_objective("service mean<=250us").limit, 250e3);
    EXPECT_DOUBLE_EQ(read_objective("receipt p50 < 2min").limit, 120e9);
}

TEST(Objective, SharesCountsAndRates) {
    EXPECT_DOUBLE_EQ(read_objective("receipts > 99.9%").limit, 0.999);
    EXPECT_EQ(read_objective("errors = 0").unit, Unit::count);
    EXPECT_EQ(read_objective("unanswered < 0.1 %").unit, Unit::share);
    EXPECT_EQ(read_objective("rate > 45000/s").unit, Unit::per_second);
    EXPECT_EQ(read_objective("rate > 45000").unit, Unit::per_second);
}

TEST(Objective, WhatMakesNoSenseIsRefusedWithWhatWasExpected) {
    for (const char* bad :
         {"", "p99 < 5ms", "submit < 5ms", "submit p0 < 5ms", "submit p101 < 5ms", "submit p99 5ms",
          "submit p99 < 5", "submit p99 < 5%", "submit p99 < fast", "receipts > 99.9ms",
          "rate > 5%", "submit p99 < 5ms or so", "speed > 4"}) {
        EXPECT_THROW(read_objective(bad), tools::UsageError) << bad;
    }
    try {
        read_objective("submit q99 < 5ms");
        FAIL();
    } catch (const tools::UsageError& error) {
        EXPECT_STREQ(error.what(),
                     "--slo: 'submit q99 < 5ms': 'q99' is no statistic of a latency: expected p50, "
                     "p99, p99.9 …, mean or max");
    }
}

TEST(Objective, IsMetOnTheRightSideOnly) {
    EXPECT_TRUE(met("submit p99 < 50ms", 49.9e6));
    EXPECT_FALSE(met("submit p99 < 50ms", 50e6));
    EXPECT_TRUE(met("submit p99 <= 50ms", 50e6));
    EXPECT_TRUE(met("receipts > 99.9%", 1.0));
    EXPECT_FALSE(met("receipts > 99.9%", 0.999));
    EXPECT_TRUE(met("receipts >= 100%", 1.0));
    EXPECT_TRUE(met("errors = 0", 0));
    EXPECT_FALSE(met("errors == 0", 1));
}

TEST(Objective, WhatWasNeverMeasuredIsMissed) {
    EXPECT_FALSE(met("receipt p99 < 1s", std::nullopt));
    EXPECT_FALSE(met("errors = 0", std::nullopt));
    const auto verdict = judge(read_objective("errors = 0"),
                               [](const Objective&) { return std::optional<double>(); });
    EXPECT_EQ(found_text(verdict), "nothing was measured");
}

TEST(Objective, WhatWasFoundIsSaidInItsUnit) {
    const auto found = [](const char* text, double value) {
        return found_text(
            judge(read_objective(text), [&](const Objective&) { return std::optional(value); }));
    };
    EXPECT_EQ(found("submit p99 < 50ms", 3.214e6), "3.21 ms");
    EXPECT_EQ(found("receipts > 99.9%", 0.9995), "99.950 %");
    EXPECT_EQ(found("rate > 45000/s", 45'012), "45,012/s");
    EXPECT_EQ(found("errors = 0", 12), "12");
}

}  // namespace
}  // namespace parley::loadgen
