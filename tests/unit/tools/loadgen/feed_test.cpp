#include "tools/loadgen/feed.h"

#include "tools/loadgen/histogram.h"

#include <deque>

#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t second = 1'000 * ms;

Feed started(Feed feed, std::int64_t now = 0) {
    feed.start(now);
    return feed;
}

std::uint32_t one(std::uint64_t /*message*/) {
    return 1;
}

TEST(Feed, NothingIsDueBeforeTheStart) {
    Feed feed({.rate = 10}, 0, 0, 0);
    EXPECT_FALSE(feed.due(second));
    EXPECT_EQ(feed.next_ns(), Feed::never);
    feed.start(second);
    EXPECT_TRUE(feed.due(second));
}

TEST(Feed, WhatIsTakenLateKeepsItsIntendedMoment) {
    auto feed = started(Feed({.rate = 1000}, 0, 0, 0), 5 * second);
    feed.take(5 * second);
    EXPECT_FALSE(feed.due(5 * second));
    ASSERT_TRUE(feed.due(9 * second));
    const auto late = feed.take(9 * second);
    EXPECT_EQ(late.first, 1u);
    EXPECT_EQ(late.intended_ns, 5 * second + ms);
}

TEST(Feed, InAClosedLoopTheMomentIsNow) {
    auto feed = started(Feed({}, 7, 2, 0));
    EXPECT_EQ(feed.take(40).intended_ns, 40);
    EXPECT_EQ(feed.take(50).first, 8u);
    EXPECT_TRUE(feed.ended(50));
    EXPECT_FALSE(feed.due(60));
}

TEST(Feed, ABatchIsDueWithItsFirstMessageAndEndsWithTheRun) {
    auto feed = started(Feed({.rate = 1000}, 0, 25, 0));
    EXPECT_EQ(feed.take(0, 10).count, 10u);
    EXPECT_EQ(feed.next_ns(), 10 * ms);
    EXPECT_EQ(feed.take(10 * ms, 10).intended_ns, 10 * ms);
    EXPECT_EQ(feed.take(20 * ms, 10).count, 5u);
    EXPECT_TRUE(feed.ended(20 * ms));
}

TEST(Feed, TimeEndsIt) {
    auto closed = started(Feed({}, 0, 0, second));
    EXPECT_TRUE(closed.due(second - 1));
    EXPECT_TRUE(closed.ended(second));
    EXPECT_FALSE(closed.due(second));
}

TEST(Feed, WhatWasWantedJustBeforeTheEndStillGoes) {
    auto feed = started(Feed({.rate = 1000}, 0, 0, second));
    for (int i = 0; i < 999; ++i)
        feed.take(i * ms);
    EXPECT_TRUE(feed.due(second + ms)) << "wanted at 999 ms, and the wake-up was late";
    feed.take(second + ms);
    EXPECT_TRUE(feed.ended(second + ms)) << "the next is wanted at the end itself";
    Feed::Due missed;
    EXPECT_FALSE(feed.take_missed(second + ms, missed));
}

TEST(Feed, WhatNeverGotAPlaceIsHandedOutAsMissed) {
    auto feed = started(Feed({.rate = 1000}, 0, 0, second));
    for (int i = 0; i < 400; ++i)
        feed.take(second);
    EXPECT_TRUE(feed.ended(second + 30 * ms));
    Feed::Due missed;
    std::uint64_t count = 0;
    while (feed.take_missed(second + 30 * ms, missed))
        ++count;
    EXPECT_EQ(count, 600u);
    EXPECT_EQ(missed.intended_ns, 999 * ms);
}

TEST(Feed, StoppedByWordItMissesOnlyWhatWasWantedByThen) {
    auto feed = started(Feed({.rate = 1000}, 0, 0, 0));
    for (int i = 0; i < 100; ++i)
        feed.take(200 * ms);
    Feed::Due missed;
    std::uint64_t count = 0;
    while (feed.take_missed(200 * ms, missed))
        ++count;
    feed.stop();
    EXPECT_EQ(count, 100u);
    EXPECT_FALSE(feed.due(second));
}

TEST(Feed, TheScheduleKnowsWhatItWantedWhateverWasSent) {
    auto feed = started(Feed({.rate = 1000}, 0, 0, second));
    EXPECT_EQ(feed.wanted_by(99 * ms, one), 100u);
    EXPECT_EQ(feed.wanted_by(99 * ms, one), 100u);
    EXPECT_EQ(feed.wanted_by(5 * second, [](std::uint64_t) { return 2u; }), 1900u);
    EXPECT_EQ(started(Feed({}, 0, 0, second)).wanted_by(second, one), 0u);
}

// A server in virtual time that takes one millisecond a message, in order, and stalls once.
class StallingServer {
public:
    std::int64_t answers_at(std::int64_t now) {
        auto begins = std::max(now, free_at_);
        if (begins >= stall_from && begins < stall_to) begins = stall_to;
        free_at_ = begins + service;
        return free_at_;
    }

    static constexpr std::int64_t service = ms / 2;
    static constexpr std::int64_t stall_from = 2 * second;
    static constexpr std::int64_t stall_to = 3 * second;

private:
    std::int64_t free_at_ = 0;
};

struct Measured {
    Histogram response;  // from the intended moment
    Histogram service;   // from the moment of sending
};

/// Ten seconds of load with a window of ten, to the last answer.
Measured load_on_stalling_server(ArrivalPlan plan) {
    struct Sent {
        std::int64_t intended, sent, answered;
    };
    auto feed = started(Feed(std::move(plan), 0, 0, 10 * second));
    StallingServer server;
    Measured measured;
    std::deque<Sent> window;
    for (std::int64_t now = 0; !feed.ended(now) || !window.empty();) {
        while (!window.empty() && window.front().answered <= now) {
            const auto& sent = window.front();
            measured.response.record(static_cast<std::uint64_t>(now - sent.intended));
            measured.service.record(static_cast<std::uint64_t>(now - sent.sent));
            window.pop_front();
        }
        while (window.size() < 10 && feed.due(now))
            window.push_back({feed.take(now).intended_ns, now, server.answers_at(now)});
        auto next = window.empty() ? Feed::never : window.front().answered;
        if (window.size() < 10 && !feed.ended(now)) next = std::min(next, feed.next_ns());
        now = std::max(now + 1, std::min(next, now + second));
    }
    return measured;
}

TEST(CoordinatedOmission, AClosedLoopHardlySeesAServerThatStallsForASecond) {
    const auto closed = load_on_stalling_server({});
    EXPECT_LT(closed.response.percentile(0.99), 10u * ms) << "only ten messages ever waited";
    EXPECT_GT(closed.response.max(), 900u * ms);
}

TEST(CoordinatedOmission, AnOpenLoopChargesTheStallToEverythingThatHadToWait) {
    const auto open = load_on_stalling_server({.rate = 1000});
    // A tenth of the time the server stood still, and it needs another second to catch up: about a
    // fifth of all messages waited, half a second on average.
    EXPECT_GT(open.response.percentile(0.99), 800u * ms);
    EXPECT_GT(open.response.percentile(0.90), 400u * ms);
    EXPECT_LT(open.response.percentile(0.50), 2u * ms);
    // What a generator without a schedule would have said about the very same run.
    EXPECT_LT(open.service.percentile(0.99), 10u * ms);
}

TEST(CoordinatedOmission, TheProofIsTheSameEveryTime) {
    const auto first = load_on_stalling_server({.rate = 1000, .spacing = Spacing::poisson});
    const auto second = load_on_stalling_server({.rate = 1000, .spacing = Spacing::poisson});
    EXPECT_EQ(first.response.percentile(0.999), second.response.percentile(0.999));
    EXPECT_EQ(first.response.count(), second.response.count());
    EXPECT_GT(first.response.percentile(0.99), 800u * ms);
}

}  // namespace
}  // namespace parley::loadgen
