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
    for (int n = 0; n < 2; ++n)
        limits.wrote(noon, from("100"));
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

Message of_parts(std::uint64_t id, std::size_t parts,
                 storage::MessageClass message_class = storage::MessageClass::conversational) {
    Message message = from("100");
    message.id = storage::ItemId::of(id, 0);
    message.message_class = message_class;
    message.segments.resize(parts);
    return message;
}

/// The first `count` parts that wait go, as the journey has them go.
void go(Limits& limits, Now now, Message& message, std::size_t count) {
    std::size_t gone = 0;
    for (storage::Segment& segment : message.segments) {
        if (gone == count || segment.phase != storage::Phase::waiting) continue;
        segment.phase = storage::Phase::intended;
        segment.intended_at = now.wall;
        ++gone;
    }
    limits.take(now, message, count);
    for (; count > 0; --count)
        limits.wrote(now, message);
}

TEST(Limits, ADayThatDoesNotHoldAllPartsOfATextHoldsNone) {
    Limits limits("acme", {{.name = "daily", .per_day = 10}});
    Message before = of_parts(1, 9);
    go(limits, noon, before, 9);
    Message text = of_parts(2, 3);
    EXPECT_EQ(limits.available(noon, text), 0u);
    EXPECT_EQ(limits.next(noon, text), noon.at + std::chrono::hours(12)) << "not before midnight";
    EXPECT_EQ(limits.available(noon, of_parts(3, 1)), 1u);
    const Now tomorrow = later(noon, std::chrono::hours(12));
    EXPECT_GE(limits.available(tomorrow, text), 3u);
}

TEST(Limits, WhatNoDayHoldsIsCut) {
    Limits limits("acme", {{.name = "daily", .per_day = 4}});
    Message text = of_parts(1, 7);
    EXPECT_EQ(limits.available(noon, text), 4u);
    go(limits, noon, text, 4);
    EXPECT_EQ(limits.available(noon, text), 0u);
    const Now tomorrow = later(noon, std::chrono::hours(12));
    EXPECT_EQ(limits.available(tomorrow, text), 4u);
}

TEST(Limits, TheDayKeepsWhatTheLaterPartsOfATextUnderWayNeed) {
    Limits limits("acme", {{.name = "daily", .per_day = 5}, {.name = "slow", .rate = 1}});
    Message text = of_parts(1, 3);
    EXPECT_EQ(limits.available(noon, text), 1u) << "the rate";
    go(limits, noon, text, 1);
    Now now = later(noon, seconds(2));
    Message other = of_parts(2, 1);
    for (std::uint64_t n = 0; n < 2; ++n, now = later(now, seconds(2))) {
        EXPECT_EQ(limits.available(now, other), 1u);
        Message one = of_parts(10 + n, 1);
        go(limits, now, one, 1);
    }
    EXPECT_EQ(limits.available(now, other), 0u) << "two are kept";
    EXPECT_EQ(limits.uses(now, 1)[0].spent, 5u);
    EXPECT_EQ(limits.available(now, text), 1u);
    go(limits, now, text, 1);
    // Thrown back by the carrier: it is needed once more.
    text.segments[1].phase = storage::Phase::waiting;
    limits.give_back(text, text.segments[1].intended_at);
    now = later(now, seconds(2));
    EXPECT_EQ(limits.available(now, other), 0u);
    for (int n = 0; n < 2; ++n, now = later(now, seconds(2))) {
        EXPECT_EQ(limits.available(now, text), 1u);
        go(limits, now, text, 1);
    }
    EXPECT_EQ(limits.available(now, other), 0u);
    EXPECT_EQ(limits.uses(now, 1)[0].spent, 5u);
}

TEST(Limits, WhatEndsBeforeItsLaterPartsLeavesTheirShareToOthers) {
    Limits limits("acme", {{.name = "daily", .per_day = 3}, {.name = "slow", .rate = 1}});
    Message text = of_parts(1, 3);
    go(limits, noon, text, 1);
    const Now now = later(noon, seconds(2));
    Message other = of_parts(2, 1);
    EXPECT_EQ(limits.available(now, other), 0u);
    limits.forget(text);
    EXPECT_EQ(limits.available(now, other), 1u);
}

TEST(Limits, WhatComesBackWholeKeepsNothingOfTheDay) {
    Limits limits("acme", {{.name = "daily", .per_day = 3}});
    Message text = of_parts(1, 3);
    go(limits, noon, text, 1);
    EXPECT_EQ(limits.available(noon, of_parts(2, 1)), 0u);
    text.segments[0].phase = storage::Phase::waiting;
    limits.give_back(text, noon.wall);
    EXPECT_EQ(limits.available(noon, of_parts(2, 1)), 3u);
}

TEST(Limits, AReserveOfTheDayIsForAnswersAlone) {
    Limits limits("acme", {{.name = "daily", .per_day = 20, .reserve = 20}});
    using storage::MessageClass;
    for (std::uint64_t n = 0; n < 16; ++n) {
        Message bulk = of_parts(n, 1, MessageClass::promotional);
        EXPECT_GE(limits.available(noon, bulk), 1u);
        go(limits, noon, bulk, 1);
    }
    for (const MessageClass bulk : {MessageClass::promotional, MessageClass::informational}) {
        EXPECT_EQ(limits.available(noon, of_parts(50, 1, bulk)), 0u);
        EXPECT_EQ(limits.next(noon, of_parts(50, 1, bulk)), noon.at + std::chrono::hours(12));
    }
    for (const MessageClass answer :
         {MessageClass::conversational, MessageClass::help_answer,
          MessageClass::opt_out_confirmation, MessageClass::opt_in_confirmation})
        EXPECT_EQ(limits.available(noon, of_parts(50, 1, answer)), 4u);
}

TEST(Limits, AReserveNeverKeepsATextThatHasBegunFromItsEnd) {
    Limits limits("acme", {{.name = "daily", .per_day = 10, .reserve = 50}});
    Message bulk = of_parts(1, 3, storage::MessageClass::promotional);
    go(limits, noon, bulk, 1);
    for (std::uint64_t n = 0; n < 7; ++n) {
        Message answer = of_parts(10 + n, 1);
        ASSERT_EQ(limits.available(noon, answer), 7 - n);
        go(limits, noon, answer, 1);
    }
    EXPECT_EQ(limits.available(noon, of_parts(2, 1)), 0u);
    EXPECT_EQ(limits.available(noon, bulk), 2u);
}

TEST(Limits, WhatTheCarrierCutsCountsAsWhatTheCarrierMakesOfIt) {
    Limits limits("acme", {{.name = "daily", .per_day = 10}, {.name = "slow", .rate = 1}});
    Message text = of_parts(1, 1);
    text.cut_by_carrier = 6;
    EXPECT_EQ(limits.available(noon, text), 1u);
    go(limits, noon, text, 1);
    EXPECT_EQ(limits.uses(noon, 1)[0].spent, 6u);
    // Six seconds' worth.
    EXPECT_EQ(limits.available(later(noon, seconds(5)), of_parts(2, 1)), 0u);
    const Now then = later(noon, seconds(6));
    EXPECT_EQ(limits.available(then, of_parts(2, 1)), 1u);
    EXPECT_EQ(limits.available(then, text), 0u) << "four are left of the day";
    text.segments[0].phase = storage::Phase::waiting;
    limits.give_back(text, noon.wall);
    EXPECT_EQ(limits.uses(noon, 1)[0].spent, 0u);
    EXPECT_EQ(limits.available(then, text), 1u);
}

TEST(Limits, WhatWaitedForTheDiskIsNotFollowedByAFullBurst) {
    Limits limits("acme", {{.name = "slow", .rate = 10, .burst = 3}});
    limits.take(noon, from("100"), 3);
    const Now then = later(noon, seconds(5));
    EXPECT_EQ(limits.available(then, from("100")), 0u) << "three are on their way for so long";
    for (int n = 0; n < 3; ++n)
        limits.wrote(then, from("100"));
    EXPECT_EQ(limits.available(then, from("100")), 0u) << "they have gone just now";
    EXPECT_EQ(limits.available(later(then, seconds(1)), from("100")), 3u);
}

TEST(Limits, WhatACommitUsuallyTakesCostsNoRate) {
    Limits limits("acme", {{.name = "slow", .rate = 10}});
    Now now = noon;
    int went = 0;
    for (int n = 0; n < 1000; ++n, now = later(now, std::chrono::milliseconds(10))) {
        if (limits.available(now, from("100")) == 0) continue;
        limits.take(now, from("100"), 1);
        now = later(now, std::chrono::milliseconds(10));
        ++n;
        limits.wrote(now, from("100"));
        ++went;
    }
    EXPECT_NEAR(went, 100, 2);
}

TEST(Limits, WhatIsUsedIsTold) {
    Limits limits("acme", {{.name = "campaign", .rate = 1.25, .burst = 5},
                           {.name = "each", .each_sender = true, .per_day = 100, .reserve = 10}});
    EXPECT_EQ(limits.uses(noon, 20).size(), 1u) << "no sender yet";
    limits.take(noon, from("100"), 2);
    limits.take(noon, from("200"), 3);
    limits.take(noon, from("300"), 0);
    const auto uses = limits.uses(noon, 2);
    ASSERT_EQ(uses.size(), 3u);
    EXPECT_EQ(uses[0].limit, "campaign");
    EXPECT_EQ(uses[0].at_once, 0);
    EXPECT_EQ(uses[0].burst, 5);
    EXPECT_EQ(uses[0].burst_share(), 1);
    EXPECT_EQ(uses[0].day_ends, 0);
    EXPECT_EQ(uses[1].sender, "200");
    EXPECT_EQ(uses[1].spent, 3u);
    EXPECT_EQ(uses[1].reserve, 10u);
    EXPECT_EQ(uses[1].day_share(), 0.03);
    EXPECT_EQ(uses[1].day_ends, noon.wall + 12 * hour);
    EXPECT_EQ(uses[2].sender, "100");
    EXPECT_EQ(limits.uses(later(noon, std::chrono::hours(12)), 2)[1].spent, 0u);
}

}  // namespace
}  // namespace parley::carrier
