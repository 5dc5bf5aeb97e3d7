#include "engine/carrier/limits.h"

#include <gtest/gtest.h>

namespace parley::carrier {
namespace {

using std::chrono::seconds;
using storage::Message;

constexpr storage::UnixMs hour = 3'600'000;
// 2026-11-24T12:00Z
const Now noon{Instant(seconds(100)), 1'795'521'600'000};

Now later(Now now, std::chrono::milliseconds by) {
    return {now.at + by, now.wall + by.count()};
}

Message from(const std::string& sender, const std::string& brand = "demo") {
    Message message;
    message.from = sender;
    message.brand = brand;
    return message;
}

TEST(Limits, WhoIsNotNamedIsNotLimited) {
    Limits limits("acme", {{.name = "slow", .senders = {"100"}, .rate = 1}});
    EXPECT_GT(limits.available(noon, from("200")), 1'000'000u);
    EXPECT_EQ(limits.available(noon, from("100")), 1u);
}

TEST(Limits, NamedSendersShareOneBucketAndEachSenderHasItsOwn) {
    Limits limits("acme", {{.name = "campaign", .senders = {"100", "200"}, .rate = 2, .burst = 2},
                           {.name = "each", .each_sender = true, .rate = 10, .burst = 5}});
    limits.take(noon, from("100"), 2);
    EXPECT_EQ(limits.available(noon, from("200")), 0u);
    EXPECT_EQ(limits.next(noon, from("200")), noon.at + std::chrono::milliseconds(500));
    EXPECT_EQ(limits.available(noon, from("300")), 5u);
    limits.take(noon, from("300"), 4);
    EXPECT_EQ(limits.available(noon, from("300")), 1u);
    EXPECT_EQ(limits.available(noon, from("400")), 5u);
}

TEST(Limits, ADayEndsAtMidnightOfItsTimeZone) {
    Limits limits(
        "acme",
        {{.name = "daily", .brand = "demo", .per_day = 3, .time_zone = "America/Los_Angeles"}});
    EXPECT_EQ(limits.available(noon, from("100")), 3u);
    limits.take(noon, from("100"), 3);
    EXPECT_EQ(limits.available(noon, from("100")), 0u);
    // Noon is four in the morning there (UTC-8).
    EXPECT_EQ(limits.next(noon, from("100")), noon.at + std::chrono::hours(20));
    EXPECT_EQ(limits.available(later(noon, std::chrono::milliseconds(20 * hour - 1)), from("100")),
              0u);
    EXPECT_EQ(limits.available(later(noon, std::chrono::milliseconds(20 * hour)), from("100")), 3u);
    EXPECT_GT(limits.available(noon, from("100", "other")), 0u);
}

TEST(Limits, WhatWasTakenYesterdayIsNotGivenBackToToday) {
    Limits limits("acme", {{.name = "daily", .per_day = 10}});
    limits.take(noon, from("100"), 3);
    const Now tomorrow = later(noon, std::chrono::hours(24));
    limits.take(tomorrow, from("100"), 10);
    limits.give_back(from("100"), noon.wall);
    EXPECT_EQ(limits.available(tomorrow, from("100")), 0u);
    limits.give_back(from("100"), tomorrow.wall);
    EXPECT_EQ(limits.available(tomorrow, from("100")), 1u);
}

TEST(Limits, WhatIsSpentIsToldOnceAndComesBackAfterARestart) {
    const std::vector<config::Limit> settings{
        {.name = "daily", .each_sender = true, .per_day = 10}};
    std::map<std::string, storage::Spent, std::less<>> disk;
    const auto keep = [&](std::string_view name, const storage::Spent& spent) {
        disk[std::string(name)] = spent;
    };
    {
        Limits limits("acme", settings);
        limits.take(noon, from("100"), 4);
        limits.take(noon, from("100"), 3);
        limits.give_back(from("100"), noon.wall);
        limits.tell_spent(keep);
        ASSERT_EQ(disk.size(), 1u);
        EXPECT_EQ(disk.at("acme/daily/100").segments, 6u);
        disk.clear();
        limits.tell_spent(keep);
        EXPECT_TRUE(disk.empty());
        limits.take(noon, from("100"), 1);
        limits.tell_spent(keep);
    }
    Limits limits("acme", settings);
    limits.recover(noon, disk);
    EXPECT_EQ(limits.available(noon, from("100")), 3u);
    Limits tomorrow("acme", settings);
    const Now then = later(noon, std::chrono::hours(24));
    tomorrow.recover(then, disk);
    EXPECT_EQ(tomorrow.available(then, from("100")), 10u);
    Limits other("acme2", settings);
    other.recover(noon, disk);
    EXPECT_EQ(other.available(noon, from("100")), 10u);
}

TEST(Limits, ChangedWhatIsSpentOfADayStaysSpent) {
    std::vector<config::Limit> settings{{.name = "daily", .each_sender = true, .per_day = 10},
                                        {.name = "slow", .rate = 2, .burst = 2}};
    Limits limits("acme", settings);
    limits.take(noon, from("100"), 2);
    EXPECT_EQ(limits.available(noon, from("100")), 0u) << "of the rate";
    settings[0].per_day = 5;
    limits.change(settings);
    EXPECT_EQ(limits.available(noon, from("100")), 0u) << "no fresh burst";
    const Now then = later(noon, std::chrono::seconds(10));
    EXPECT_EQ(limits.available(then, from("100")), 2u);
    settings.pop_back();
    limits.change(settings);
    EXPECT_EQ(limits.available(then, from("100")), 3u);
    EXPECT_EQ(limits.available(then, from("200")), 5u);
    limits.change({});
    EXPECT_GT(limits.available(then, from("100")), 1'000u);
    limits.change(settings);
    EXPECT_EQ(limits.available(then, from("100")), 3u) << "also while nobody limited it";
}

TEST(Limits, ASenderThatGoesToAnotherBrandHasThatOnesLimitsFromThenOn) {
    Limits limits("acme", {{.name = "club", .brand = "club", .per_day = 3},
                           {.name = "each", .each_sender = true, .per_day = 10}});
    limits.take(noon, from("100", "demo"), 4);
    EXPECT_EQ(limits.available(noon, from("100", "demo")), 6u);
    EXPECT_EQ(limits.available(noon, from("100", "club")), 3u);
    limits.take(noon, from("100", "club"), 3);
    EXPECT_EQ(limits.available(noon, from("100", "club")), 0u);
    EXPECT_EQ(limits.available(noon, from("100", "demo")), 3u) << "what it has to itself, it keeps";
    limits.give_back(from("100", "club"), noon.wall);
    EXPECT_EQ(limits.available(noon, from("100", "club")), 1u);
}

}  // namespace
}  // namespace parley::carrier
