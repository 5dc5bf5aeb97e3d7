#include "tools/loadgen/figures.h"

#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

TEST(Figures, DurationsHaveThreeDigitsAndTheirUnit) {
    EXPECT_EQ(duration_text(0), "0");
    EXPECT_EQ(duration_text(431), "431 ns");
    EXPECT_EQ(duration_text(43'100), "43.1 µs");
    EXPECT_EQ(duration_text(3'214'000), "3.21 ms");
    EXPECT_EQ(duration_text(999'600'000), "1.00 s");
    EXPECT_EQ(duration_text(12e9), "12.0 s");
    EXPECT_EQ(duration_text(200e9), "3 min 20 s");
    EXPECT_EQ(duration_text(3599.7e9), "60 min 0 s");
}

TEST(Figures, AShareIsNeverRoundedUpToAllOrDownToNothing) {
    EXPECT_EQ(share_text(1), "100 %");
    EXPECT_EQ(share_text(0), "0 %");
    EXPECT_EQ(share_text(0.99), "99.00 %");
    EXPECT_EQ(share_text(0.99995), "99.995 %");
    EXPECT_EQ(share_text(0.999999), "> 99.999 %");
    EXPECT_EQ(share_text(0.000001), "< 0.001 %");
    EXPECT_EQ(share_text(0.1481), "14.81 %");
}

TEST(Figures, CountsHaveTheirThousandsApart) {
    EXPECT_EQ(count_text(0), "0");
    EXPECT_EQ(count_text(999), "999");
    EXPECT_EQ(count_text(1'234'567), "1,234,567");
    EXPECT_EQ(count_text(0.25), "0.25");
    EXPECT_EQ(short_text(999), "999");
    EXPECT_EQ(short_text(45'012), "45.0 k");
    EXPECT_EQ(short_text(2'769'425), "2.77 M");
    EXPECT_EQ(short_text(999'900), "1.00 M");
}

TEST(Figures, RoundOnesLoseTheirZeros) {
    EXPECT_EQ(trimmed("20.0 ms"), "20 ms");
    EXPECT_EQ(trimmed("2.50 µs"), "2.5 µs");
    EXPECT_EQ(trimmed("1.00 M/s"), "1 M/s");
    EXPECT_EQ(trimmed("500 ns"), "500 ns");
    EXPECT_EQ(trimmed("0.50"), "0.5");
}

}  // namespace
}  // namespace parley::loadgen
