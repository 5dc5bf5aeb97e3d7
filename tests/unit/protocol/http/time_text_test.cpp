#include "protocol/http/time_text.h"

#include <gtest/gtest.h>

namespace parley::http {
namespace {

std::string written(std::int64_t unix_ms) {
    std::string out;
    append_rfc3339(out, unix_ms);
    return out;
}

TEST(TimeText, WritesRfc3339InUtc) {
    EXPECT_EQ(written(0), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(written(1'709'164'799'999), "2024-02-28T23:59:59.999Z");
    EXPECT_EQ(written(253'402'300'799'999), "9999-12-31T23:59:59.999Z");
}

TEST(TimeText, ReadsWhatItWrites) {
    for (const std::int64_t moment : {0LL, 1'700'000'000'123LL, 253'402'300'799'999LL})
        EXPECT_EQ(parse_rfc3339(written(moment)), moment);
}

TEST(TimeText, ReadsOffsetsAndFractions) {
    EXPECT_EQ(parse_rfc3339("1970-01-01T01:00:00+01:00"), 0);
    EXPECT_EQ(parse_rfc3339("1969-12-31T19:00:00-05:00"), 0);
    EXPECT_EQ(parse_rfc3339("1970-01-01t00:00:00.5z"), 500);
    EXPECT_EQ(parse_rfc3339("1970-01-01 00:00:00.1239999Z"), 123);
    EXPECT_EQ(parse_rfc3339("2016-12-31T23:59:60Z"), 1'483'228'800'000) << "a leap second";
}

TEST(TimeText, RefusesWhatIsNoMoment) {
    for (const auto* text :
         {"", "2023-02-29T00:00:00Z", "2023-13-01T00:00:00Z", "2023-01-01", "2023-01-01T00:00:00",
          "2023-01-01T24:00:00Z", "2023-01-01T00:60:00Z", "2023-01-01T00:00:61Z",
          "2023-01-01T00:00:00.Z", "2023-01-01T00:00:00+24:00", "2023-01-01T00:00:00Z ",
          "1969-12-31T23:59:59Z", "+023-01-01T00:00:00Z"})
        EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(TimeText, WritesTheHttpDate) {
    EXPECT_EQ(http_date(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");  // RFC 9110 §5.6.7
}

TEST(TimeText, ReadsDurations) {
    EXPECT_EQ(parse_duration_seconds("PT1S"), 1);
    EXPECT_EQ(parse_duration_seconds("PT2H30M"), 9'000);
    EXPECT_EQ(parse_duration_seconds("P1DT12H"), 129'600);
    EXPECT_EQ(parse_duration_seconds("P2W"), 1'209'600);
}

TEST(TimeText, RefusesWhatIsNoDuration) {
    for (const auto* text :
         {"", "P", "PT", "P1", "P1DT", "1D", "P1H", "PT1D", "PT1M1H", "P1Y", "P1M", "PT1.5S",
          "PT-1S", "PT1S ", "PT99999999999999999999S", "P1DP1D"})
        EXPECT_FALSE(parse_duration_seconds(text)) << text;
}

}  // namespace
}  // namespace parley::http
