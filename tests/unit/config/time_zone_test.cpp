#include "config/time_zone.h"

#include <gtest/gtest.h>

namespace parley::config {
namespace {

constexpr std::int64_t hour = 3'600'000;

TEST(TimeZone, PlacesAndUtcAreKnownAbbreviationsAreNot) {
    EXPECT_TRUE(is_time_zone("UTC"));
    EXPECT_TRUE(is_time_zone("America/Los_Angeles"));
    EXPECT_FALSE(is_time_zone("America/Los_Angelos"));
    EXPECT_FALSE(is_time_zone("PST"));
    EXPECT_FALSE(is_time_zone("GMT+1"));
    EXPECT_FALSE(is_time_zone(""));
}

TEST(TimeZone, MidnightIsWhenTheDateChangesThere) {
    const std::int64_t noon = 1'795'521'600'000;  // 2026-11-24T12:00Z
    EXPECT_EQ(TimeZone("UTC").next_midnight(noon), noon + 12 * hour);
    EXPECT_EQ(TimeZone("America/Los_Angeles").next_midnight(noon), noon + 20 * hour);
    EXPECT_EQ(TimeZone("Asia/Kolkata").next_midnight(noon), noon + 6 * hour + hour / 2);
    EXPECT_EQ(TimeZone("UTC").next_midnight(noon + 12 * hour), noon + 36 * hour)
        << "midnight itself begins the day";
}

TEST(TimeZone, ADayHasTwentyThreeOrTwentyFiveHoursWhenTheClocksChange) {
    const TimeZone berlin("Europe/Berlin");
    const std::int64_t spring = 1'774'738'800'000;  // 2026-03-29T00:00+01:00
    EXPECT_EQ(berlin.next_midnight(spring) - spring, 23 * hour);
    const std::int64_t autumn = 1'792'879'200'000;  // 2026-10-25T00:00+02:00
    EXPECT_EQ(berlin.next_midnight(autumn) - autumn, 25 * hour);
}

}  // namespace
}  // namespace parley::config
