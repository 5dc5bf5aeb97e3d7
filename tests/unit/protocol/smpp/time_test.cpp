#include "protocol/smpp/time.h"

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

using namespace std::chrono;

sys_time<Tenths> at(int year_, unsigned month_, unsigned day_, int hour = 0, int minute = 0,
                    int second = 0, int tenth = 0) {
    return sys_time<Tenths>(sys_days(year{year_} / month_ / day_)) + hours(hour) + minutes(minute) +
           seconds(second) + Tenths(tenth);
}

std::optional<AbsoluteTime> absolute(std::string_view text) {
    const auto time = read_time(text);
    if (!time || !std::holds_alternative<AbsoluteTime>(*time)) return std::nullopt;
    return std::get<AbsoluteTime>(*time);
}

std::optional<RelativeTime> relative(std::string_view text) {
    const auto time = read_time(text);
    if (!time || !std::holds_alternative<RelativeTime>(*time)) return std::nullopt;
    return std::get<RelativeTime>(*time);
}

TEST(AbsoluteSmppTime, IsReadInUtc) {
    EXPECT_EQ(absolute("260102030405600+"), (AbsoluteTime{at(2026, 1, 2, 3, 4, 5, 6), 0}));
    EXPECT_EQ(absolute("000101000000000+"), (AbsoluteTime{at(2000, 1, 1), 0}));
    EXPECT_EQ(absolute("991231235959900-"), (AbsoluteTime{at(2099, 12, 31, 23, 59, 59, 9), 0}));
}

TEST(AbsoluteSmppTime, CountsTheDistanceFromUtcInQuarterHours) {
    // The sender's clock is ahead of UTC by nn quarters for '+', behind it for '-'.
    EXPECT_EQ(absolute("260101120000004+"), (AbsoluteTime{at(2026, 1, 1, 11), 4}));
    EXPECT_EQ(absolute("260101120000020-"), (AbsoluteTime{at(2026, 1, 1, 17), -20}));
    EXPECT_EQ(absolute("260101000000023+"), (AbsoluteTime{at(2025, 12, 31, 18, 15), 23}))
        << "Nepal";
    EXPECT_EQ(absolute("251231234500001-"), (AbsoluteTime{at(2026, 1, 1), -1}));
    EXPECT_EQ(absolute("260101120000048+"), (AbsoluteTime{at(2026, 1, 1), 48}));
    EXPECT_FALSE(absolute("260101120000049+"));
}

TEST(AbsoluteSmppTime, KnowsTheCalendar) {
    EXPECT_EQ(absolute("240229000000000+"), (AbsoluteTime{at(2024, 2, 29), 0}));
    EXPECT_EQ(absolute("000229000000000+"), (AbsoluteTime{at(2000, 2, 29), 0}));
    for (const auto* text :
         {"250229000000000+", "260431000000000+", "261301000000000+", "260001000000000+",
          "260100000000000+", "260101240000000+", "260101006000000+", "260101000060000+"}) {
        EXPECT_FALSE(read_time(text)) << text;
    }
}

TEST(AbsoluteSmppTime, IsWrittenAsItIsRead) {
    for (const auto* text : {"260102030405600+", "260101120000004+", "260101120000020-",
                             "240229235959948+", "000101000000048-", "991231235959900+"}) {
        const auto time = absolute(text);
        ASSERT_TRUE(time) << text;
        EXPECT_EQ(write_time(*time).view(), text);
    }
    EXPECT_EQ(write_time(AbsoluteTime{at(2026, 1, 1), -1}).view(), "251231234500001-");
    EXPECT_EQ(write_time(AbsoluteTime{at(2026, 1, 1), 0}).view(), "260101000000000+");
}

TEST(RelativeSmppTime, IsReadPartByPart) {
    EXPECT_EQ(relative("020610233429000R"), (RelativeTime{2, 6, 10, 23, 34, 29}))
        << "the example of SMPP 5.0 §4.7.23.5";
    EXPECT_EQ(relative("000000990000000R"), (RelativeTime{.hours = 99})) << "carriers send this";
    EXPECT_EQ(relative("000001000000912R"), (RelativeTime{.days = 1})) << "t and nn are ignored";
    EXPECT_EQ(write_time(RelativeTime{2, 6, 10, 23, 34, 29}).view(), "020610233429000R");
}

TEST(RelativeSmppTime, IsCountedByTheCalendar) {
    const auto resolved = [](RelativeTime time, sys_time<Tenths> now) {
        return resolve(SmppTime(time), now);
    };
    EXPECT_EQ(resolved({.months = 1}, at(2026, 1, 31, 10)), at(2026, 2, 28, 10));
    EXPECT_EQ(resolved({.months = 1}, at(2024, 1, 31, 10)), at(2024, 2, 29, 10));
    EXPECT_EQ(resolved({.years = 1}, at(2024, 2, 29)), at(2025, 2, 28));
    EXPECT_EQ(resolved({.months = 11, .days = 31}, at(2025, 1, 1)), at(2026, 1, 1));
    EXPECT_EQ(resolved({.hours = 99}, at(2026, 1, 1)), at(2026, 1, 5, 3));
    EXPECT_EQ(resolved({2, 6, 10, 23, 34, 29}, at(2026, 1, 1)), at(2028, 7, 11, 23, 34, 29));
    EXPECT_EQ(resolve(*read_time("260101120000004+"), at(2020, 5, 5)), at(2026, 1, 1, 11))
        << "an absolute time does not care what time it is";
}

TEST(RelativeSmppTime, OfADurationNeedsNoCalendar) {
    EXPECT_EQ(relative_of(seconds(0)), RelativeTime{});
    EXPECT_EQ(relative_of(hours(24)), (RelativeTime{.days = 1}));
    EXPECT_EQ(relative_of(days(2) + hours(3) + minutes(4) + seconds(5)),
              (RelativeTime{0, 0, 2, 3, 4, 5}));
    EXPECT_EQ(relative_of(days(32) - seconds(1)), (RelativeTime{0, 0, 31, 23, 59, 59}));
    EXPECT_FALSE(relative_of(days(32)));
    EXPECT_FALSE(relative_of(seconds(-1)));
    for (const auto duration : {seconds(1), seconds(86399), seconds(2'678'400)}) {
        EXPECT_EQ(resolve(*relative_of(duration), at(2026, 1, 31)), at(2026, 1, 31) + duration);
    }
}

TEST(SmppTime, OfAnotherFormIsNone) {
    for (const auto* text : {"", "2601020304", "260102030405600", "260102030405600+0",
                             "26010203040560+", "2601020304056 0+", "260102030405600Z",
                             "260102030405600r", "2601020304-5600+", "+60102030405600+"}) {
        EXPECT_FALSE(read_time(text)) << text;
    }
    EXPECT_FALSE(read_time(std::string_view("26010203040560\0+", 16)));
}

TEST(SmppTimeDeathTest, AnOwnMistakeIsNotWritten) {
    EXPECT_DEATH(write_time(AbsoluteTime{at(1999, 12, 31), 0}), "broken promise: years");
    EXPECT_DEATH(write_time(AbsoluteTime{at(2026, 1, 1), 49}), "broken promise: .*quarter_hours");
    EXPECT_DEATH(write_time(RelativeTime{.days = 100}), "broken promise: part");
}

}  // namespace
}  // namespace parley::smpp
