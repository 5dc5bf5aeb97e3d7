#include "tools/loadgen/tally.h"

#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t second = 1'000 * ms;

TEST(Tally, ARowHoldsWhatHappenedInItAlone) {
    Tally tally(10);
    tally.start(5 * second);
    tally.sent(3);
    tally.accepted(2);
    tally.answered(4 * ms, 2 * ms);
    tally.close_row(5 * second + 100 * ms, 3, 1, 7);
    tally.sent(1);
    tally.refused("ESME_RTHROTTLED", 1, "slow down");
    tally.close_row(5 * second + 200 * ms, 5, 0, 6);
    const auto& rows = tally.timeline().rows();
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_DOUBLE_EQ(rows[0].at_s, 0);
    EXPECT_EQ(rows[0].sent, 3u);
    EXPECT_EQ(rows[0].accepted, 2u);
    EXPECT_EQ(rows[0].in_flight, 1u);
    EXPECT_EQ(rows[0].outstanding, 7u);
    EXPECT_NEAR(static_cast<double>(rows[0].p50), 4 * ms, 0.01 * 4 * ms);
    EXPECT_DOUBLE_EQ(rows[1].at_s, 0.1);
    EXPECT_EQ(rows[1].wanted, 2u);
    EXPECT_EQ(rows[1].sent, 1u);
    EXPECT_EQ(rows[1].refused, 1u);
    EXPECT_EQ(rows[1].answers, 0u);
    EXPECT_EQ(tally.refusals().at("ESME_RTHROTTLED"), 1u);
    EXPECT_EQ(tally.first_refusal(), "ESME_RTHROTTLED slow down");
}

TEST(Tally, WhatNeverWasAnsweredCountsWithTheTimeItHadWaited) {
    Tally tally(10);
    tally.start(0);
    for (int i = 0; i < 98; ++i)
        tally.answered(ms, ms);
    tally.waited(30 * second);
    tally.waited(30 * second);
    tally.close_row(second, 100, 0, 0);
    EXPECT_GE(tally.response_total().percentile(0.99), 29u * second);
    EXPECT_EQ(tally.service_total().count(), 98u);
}

TEST(Tally, AReceiptIsCountedByItsState) {
    Tally tally(10);
    tally.start(0);
    tally.receipt_expected();
    tally.receipt_expected();
    tally.receipt_settled(200 * ms, "DELIVERED");
    tally.receipt_settled(300 * ms, "EXPIRED");
    tally.close_row(second, 0, 0, 0);
    EXPECT_EQ(tally.counts().receipts, 2u);
    EXPECT_EQ(tally.receipt_states().at("EXPIRED"), 1u);
    EXPECT_EQ(tally.receipt_total().count(), 2u);
}

TEST(Tally, RecentIsTheTimeSinceItWasAskedLast) {
    Tally tally(10);
    tally.start(0);
    tally.accepted(10);
    tally.answered(5 * ms, 5 * ms);
    tally.close_row(second, 0, 0, 0);
    EXPECT_EQ(tally.take_recent(second).max, static_cast<std::uint64_t>(5 * ms));
    tally.accepted(4);
    const auto recent = tally.take_recent(3 * second);
    EXPECT_DOUBLE_EQ(recent.seconds, 2);
    EXPECT_EQ(recent.before.accepted, 10u);
    EXPECT_EQ(recent.max, 0u);
}

TimelineRow row(double at_s, double seconds, std::uint64_t sent, std::uint64_t p99) {
    TimelineRow made;
    made.at_s = at_s;
    made.seconds = seconds;
    made.sent = sent;
    made.p99 = p99;
    made.in_flight = sent;
    return made;
}

TEST(Timeline, ARunOfKnownLengthGetsAboutAHundredRows) {
    EXPECT_DOUBLE_EQ(Timeline(3).row_seconds(), 0.1);
    EXPECT_DOUBLE_EQ(Timeline(0).row_seconds(), 0.1);
    EXPECT_DOUBLE_EQ(Timeline(60).row_seconds(), 0.5);
    EXPECT_DOUBLE_EQ(Timeline(3600).row_seconds(), 30);
}

TEST(Timeline, TooManyRowsBecomeHalfAsManyOfTwiceTheLengthAndLoseNothing) {
    Timeline timeline(0);
    for (std::size_t i = 0; i < Timeline::rows_max; ++i)
        timeline.add(row(0.1 * static_cast<double>(i), 0.1, i, 1000 - i));
    ASSERT_EQ(timeline.rows().size(), Timeline::rows_max / 2);
    EXPECT_DOUBLE_EQ(timeline.row_seconds(), 0.2);
    const auto& first = timeline.rows()[1];
    EXPECT_DOUBLE_EQ(first.at_s, 0.2);
    EXPECT_DOUBLE_EQ(first.seconds, 0.2);
    EXPECT_EQ(first.sent, 5u);
    EXPECT_EQ(first.p99, 998u) << "the greater of both";
    EXPECT_EQ(first.in_flight, 3u) << "as at its end";
    std::uint64_t sent = 0;
    for (const auto& each : timeline.rows())
        sent += each.sent;
    EXPECT_EQ(sent, Timeline::rows_max * (Timeline::rows_max - 1) / 2);
}

}  // namespace
}  // namespace parley::loadgen
