#include "engine/carrier/adaptive_rate.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace parley::carrier {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Instant start{seconds(100)};

TEST(AdaptiveRate, IsTheCeilingUntilTheCarrierRefuses) {
    AdaptiveRate rate(500, start);
    EXPECT_EQ(rate.rate(), 500);
    EXPECT_FALSE(rate.grow(start + seconds(10), true));
    EXPECT_EQ(AdaptiveRate(0, start).rate(), 0) << "unlimited";
}

TEST(AdaptiveRate, ARefusalBringsItJustBelowWhatTheCarrierTook) {
    AdaptiveRate rate(0, start);
    Instant now = start;
    for (int n = 0; n < 400; ++n) {  // 400 a second
        rate.on_accepted(now);
        now += Duration(2500);
    }
    EXPECT_TRUE(rate.on_refused(now, milliseconds(5)));
    EXPECT_NEAR(rate.rate(), 400 * 0.985, 6);
    EXPECT_TRUE(rate.is_reduced());
}

TEST(AdaptiveRate, WhatWasSubmittedBeforeADecreaseBringsNoSecondOne) {
    AdaptiveRate rate(100, start);
    EXPECT_TRUE(rate.on_refused(start + seconds(1), milliseconds(5)));
    const double first = rate.rate();
    for (int n = 0; n < 50; ++n)
        EXPECT_FALSE(rate.on_refused(start + seconds(1) + milliseconds(n), milliseconds(n + 1)));
    EXPECT_EQ(rate.rate(), first);
    EXPECT_TRUE(rate.on_refused(start + seconds(2), milliseconds(5)));
}

TEST(AdaptiveRate, AFewRefusalsOfTheOnlyMessageCostSecondsNotMinutes) {
    AdaptiveRate rate(0, start);
    Instant now = start;
    for (int n = 0; n < 4; ++n) {
        rate.on_refused(now, milliseconds(1));
        now += Duration(static_cast<std::int64_t>(1e6 / rate.rate()));
    }
    EXPECT_LT(now - start, seconds(2));
}

TEST(AdaptiveRate, IdleTimeIsNoMeasureOfTheCarrier) {
    AdaptiveRate rate(0, start);
    Instant now = start;
    for (int n = 0; n < 100; ++n)
        rate.on_accepted(now += milliseconds(10));
    now += seconds(8);  // nothing to send
    for (int n = 0; n < 100; ++n)
        rate.on_accepted(now += milliseconds(10));
    rate.on_refused(now, milliseconds(5));
    EXPECT_GT(rate.rate(), 90);
}

TEST(AdaptiveRate, GrowsFasterTheLongerNobodyRefusesAndOnlyWhileMoreIsWanted) {
    AdaptiveRate rate(1000, start);
    Instant now = start;
    for (int n = 0; n < 200; ++n)
        rate.on_accepted(now += milliseconds(5));
    rate.on_refused(now, milliseconds(5));
    for (int n = 0; n < 200; ++n)
        rate.on_accepted(now += milliseconds(5));
    rate.on_refused(now, milliseconds(5));  // the second one ends the search
    const double low = rate.rate();
    for (int n = 0; n < 100; ++n)
        rate.grow(now += milliseconds(100), false);
    EXPECT_EQ(rate.rate(), low);
    const auto growth = [&](int tenths) {
        const double before = rate.rate();
        for (int n = 0; n < tenths; ++n)
            rate.grow(now += milliseconds(100), true);
        return rate.rate() / before;
    };
    const double first = growth(20);
    EXPECT_LT(first, 1.02);
    growth(60);
    EXPECT_GT(growth(20), first);
    growth(400);
    EXPECT_EQ(rate.rate(), 1000) << "never above the ceiling";
    EXPECT_FALSE(rate.is_reduced());
}

TEST(AdaptiveRate, ASlowCarrierIsMeasuredByItsLatestSegmentsHoweverLongTheyTook) {
    AdaptiveRate rate(2, start);
    Instant now = start;
    for (int n = 0; n < 70; ++n)
        rate.on_accepted(now += milliseconds(1000));  // one a second, at two allowed
    rate.on_refused(now, milliseconds(5));
    for (int n = 0; n < 70; ++n)
        rate.on_accepted(now += milliseconds(1000));
    rate.on_refused(now, milliseconds(5));
    EXPECT_NEAR(rate.rate(), 0.985, 0.03) << "no pause of one is idle time";
}

TEST(AdaptiveRate, AKnownSlowRateGrowsWithWhatGoesAndAnUnknownOneWithTime) {
    const auto growth = [](bool known) {
        AdaptiveRate rate(0, start);
        Instant now = start;
        for (int refusal = 0; refusal < 6; ++refusal) {
            for (int n = 0; n < 70; ++n) {
                now += seconds(1);
                if (known) rate.on_accepted(now);
            }
            rate.on_refused(now, milliseconds(5));
        }
        const double before = rate.rate();
        for (int n = 0; n < 300; ++n)
            rate.grow(now += milliseconds(100), true);
        return rate.rate() / before;
    };
    EXPECT_LT(growth(true), 1.02);
    EXPECT_GT(growth(false), 1.2);
}

TEST(AdaptiveRate, WithoutACeilingARateThatNobodyRefusesEndsUnlimited) {
    AdaptiveRate rate(0, start);
    Instant now = start;
    rate.on_refused(now, milliseconds(1));
    double fastest = 0;
    for (int n = 0; n < 10'000 && rate.is_reduced(); ++n) {
        rate.grow(now += milliseconds(200), true);
        fastest = std::max(fastest, rate.rate());
    }
    EXPECT_FALSE(rate.is_reduced());
    EXPECT_EQ(rate.rate(), 0);
    EXPECT_LE(fastest, 1'000'000) << "no more than a bucket can count";
}

TEST(AdaptiveRate, OneFullDestinationIsNotTheCarriersFault) {
    AdaptiveRate rate(100, start);
    Instant now = start;
    for (int n = 0; n < 500; ++n) {
        rate.on_accepted(now += milliseconds(10));
        if (n % 20 == 0) {
            EXPECT_FALSE(rate.on_queue_full(now, milliseconds(5)));
        }
    }
    bool fell = false;
    for (int n = 0; n < 30; ++n)
        fell = rate.on_queue_full(now += milliseconds(10), milliseconds(5)) || fell;
    EXPECT_TRUE(fell) << "many are";
}

TEST(AdaptiveRate, CongestionAboveNinetyPercentIsHeeded) {
    AdaptiveRate rate(100, start);
    EXPECT_FALSE(rate.on_congestion(start + seconds(1), milliseconds(5), 90));
    EXPECT_TRUE(rate.on_congestion(start + seconds(1), milliseconds(5), 91));
    EXPECT_LT(rate.rate(), 100);
    const double first = rate.rate();
    for (int n = 0; n < 90; ++n)
        EXPECT_FALSE(rate.on_congestion(start + milliseconds(1010 + 10 * n), milliseconds(5), 99));
    EXPECT_EQ(rate.rate(), first) << "one answer in a second is enough";
    EXPECT_TRUE(rate.on_congestion(start + seconds(2), milliseconds(5), 99));
    EXPECT_LE(rate.rate(), 0.9 * first);
}

TEST(AdaptiveRate, AnotherCeilingLeavesWhatTheCarrierForcedOnUs) {
    AdaptiveRate rate(100, start);
    rate.set_ceiling(200);
    EXPECT_EQ(rate.rate(), 200);
    ASSERT_TRUE(rate.on_refused(start + seconds(1), milliseconds(5)));
    const double forced = rate.rate();
    rate.set_ceiling(400);
    EXPECT_EQ(rate.rate(), forced);
    EXPECT_TRUE(rate.is_reduced());
    rate.set_ceiling(5);
    EXPECT_EQ(rate.rate(), 5);
    EXPECT_FALSE(rate.is_reduced());
}

}  // namespace
}  // namespace parley::carrier
