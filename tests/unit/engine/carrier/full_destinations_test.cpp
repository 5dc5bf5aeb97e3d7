#include "engine/carrier/full_destinations.h"

#include <string>

#include <gtest/gtest.h>

namespace parley::carrier {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Instant now{seconds(100)};

TEST(FullDestinations, NothingGoesToOneThatRestsAndThenOneTriesWhileTheOthersWait) {
    FullDestinations full;
    full.rest(now, "a", now + seconds(10));
    EXPECT_EQ(full.rests_until(now, "a", seconds(1)), now + seconds(10));
    EXPECT_EQ(full.rests_until(now, "b", seconds(1)), std::nullopt);
    const Instant then = now + seconds(10);
    EXPECT_EQ(full.rests_until(then, "a", seconds(1)), std::nullopt) << "the one that tries";
    EXPECT_EQ(full.rests_until(then, "a", seconds(1)), then + seconds(1));
    full.rest(then, "a", then + seconds(20));
    EXPECT_EQ(full.rests_until(then, "a", seconds(1)), then + seconds(20));
    EXPECT_EQ(full.size(), 1u);
    full.took("a");
    EXPECT_EQ(full.rests_until(then, "a", seconds(1)), std::nullopt);
    EXPECT_TRUE(full.empty());
    full.took("a");
}

TEST(FullDestinations, AnAnswerThatWasLateShortensNoRest) {
    FullDestinations full;
    full.rest(now, "a", now + seconds(30));
    full.rest(now, "a", now + seconds(5));
    EXPECT_EQ(full.rests_until(now, "a", seconds(1)), now + seconds(30));
}

TEST(FullDestinations, HoweverManyThereAreThoseThatRestLongestAreRemembered) {
    FullDestinations full;
    for (std::size_t n = 0; n < FullDestinations::most + 100; ++n)
        full.rest(now, std::to_string(n), now + seconds(1 + n));
    EXPECT_EQ(full.size(), FullDestinations::most);
    EXPECT_EQ(full.rests_until(now, "0", seconds(1)), std::nullopt);
    EXPECT_NE(full.rests_until(now, std::to_string(FullDestinations::most), seconds(1)),
              std::nullopt);
}

TEST(FullDestinations, OneThatNobodyWritesToAnyMoreIsForgotten) {
    FullDestinations full;
    full.rest(now, "a", now + seconds(1));
    full.rest(now + minutes(2), "b", now + minutes(3));
    EXPECT_EQ(full.size(), 1u);
}

}  // namespace
}  // namespace parley::carrier
