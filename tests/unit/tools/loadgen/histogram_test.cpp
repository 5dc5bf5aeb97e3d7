#include "tools/loadgen/histogram.h"

#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

TEST(Histogram, SaysZeroWhenNothingWasRecorded) {
    EXPECT_EQ(Histogram().percentile(0.99), 0u);
    EXPECT_EQ(Histogram().max(), 0u);
}

TEST(Histogram, SmallValuesAreExact) {
    Histogram histogram;
    for (std::uint64_t value = 1; value <= 200; ++value)
        histogram.record(value);
    EXPECT_EQ(histogram.percentile(0.50), 100u);
    EXPECT_EQ(histogram.percentile(0.99), 198u);
    EXPECT_EQ(histogram.percentile(1.0), 200u);
}

TEST(Histogram, EveryMagnitudeStaysWithinOnePercent) {
    for (std::uint64_t value = 1; value < std::uint64_t{1} << 62U; value = value * 3 + 1) {
        Histogram histogram;
        histogram.record(value);
        histogram.record(~std::uint64_t{0});  // so that the maximum does not cap the answer
        const auto found = histogram.percentile(0.5);
        EXPECT_GE(found, value);
        EXPECT_LE(found - value, value / 100) << "recorded " << value;
    }
}

TEST(Histogram, APercentileNeverExceedsTheMaximum) {
    Histogram histogram;
    histogram.record(1'000'001);
    EXPECT_EQ(histogram.percentile(0.999), 1'000'001u);
}

TEST(Histogram, OneSlowAnswerInAHundredShowsBehindTheNinetyNinth) {
    Histogram histogram;
    for (int i = 0; i < 99; ++i)
        histogram.record(10);
    histogram.record(5'000);
    EXPECT_EQ(histogram.percentile(0.99), 10u);
    EXPECT_EQ(histogram.percentile(0.999), 5'000u);
}

TEST(Histogram, AddingTwoIsRecordingBoth) {
    Histogram left;
    Histogram right;
    left.record(10);
    right.record(300);
    left.add(right);
    EXPECT_EQ(left.count(), 2u);
    EXPECT_EQ(left.max(), 300u);
    EXPECT_EQ(left.percentile(0.5), 10u);
    EXPECT_EQ(left.percentile(1.0), 300u);
}

}  // namespace
}  // namespace parley::loadgen
