// Random texts and moments against the laws of SMPP time, by rapidcheck: a failing case is shrunk
// to its smallest and printed.

#include "tests/fuzz/time_laws.h"

#include <rapidcheck.h>

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

TEST(AnySmppTime, OfSixteenDigitsIsReadAndWrittenAlike) {
    EXPECT_TRUE(rc::check([](std::array<std::uint8_t, 15> octets) {
        for (const char last : {'+', '-', 'R'}) {
            std::string text;
            for (const auto octet : octets)
                text += static_cast<char>('0' + octet % 10);
            laws::time_holds(text + last);
        }
    }));
}

TEST(AnySmppTime, OfAnyOctetsIsHarmless) {
    EXPECT_TRUE(rc::check([](const std::string& text) { laws::time_holds(text); }));
}

TEST(AnyMoment, IsWrittenAndReadAlikeInEveryTimeZone) {
    EXPECT_TRUE(rc::check([] {
        // 2000-01-02 to 2099-12-30, so that every zone's local year is in the century.
        const auto tenths = *rc::gen::inRange<std::int64_t>(9'468'576'000, 41'023'152'000);
        const int quarter_hours = *rc::gen::inRange(-48, 49);
        const AbsoluteTime time{std::chrono::sys_time<Tenths>(Tenths(tenths)), quarter_hours};
        const auto again = read_time(write_time(time).view());
        RC_ASSERT(again.has_value());
        RC_ASSERT(std::get<AbsoluteTime>(*again) == time);
    }));
}

TEST(AnyDuration, IsRelativeWithoutACalendar) {
    EXPECT_TRUE(rc::check(
        [] { laws::duration_holds(*rc::gen::inRange<std::int64_t>(-1000, 33LL * 86'400)); }));
}

}  // namespace
}  // namespace parley::smpp
