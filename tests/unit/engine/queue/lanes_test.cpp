#include "engine/queue/lanes.h"

#include <deque>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::queue {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using storage::Message;
using storage::MessageClass;

const Instant now{seconds(100)};

class LanesTest : public testing::Test {
protected:
    Message* make(const std::string& account, const std::string& from, std::size_t segments = 1,
                  MessageClass message_class = MessageClass::conversational) {
        Message& message = messages_.emplace_back();
        message.account = account;
        message.from = from;
        message.message_class = message_class;
        message.segments.resize(segments);
        message.accepted_at = static_cast<storage::UnixMs>(messages_.size());
        return &message;
    }
    Message* next(Instant at = now) {
        Message* message = lanes_.front(at);
        if (message != nullptr) lanes_.pop_front();
        return message;
    }

    Lanes lanes_;
    std::deque<Message> messages_;
};

TEST_F(LanesTest, RepliesGoBeforeBulkAndWhatTheLawAwaitsBeforeBoth) {
    Message* bulk = make("a", "1", 1, MessageClass::promotional);
    Message* told = make("a", "1", 1, MessageClass::informational);
    Message* reply = make("a", "1");
    Message* confirmation = make("a", "1", 1, MessageClass::opt_out_confirmation);
    for (Message* message : {bulk, told, reply, confirmation})
        lanes_.push_back(message);
    EXPECT_EQ(lanes_.size(), 4u);
    for (const Message* expected : {confirmation, reply, told, bulk})
        EXPECT_EQ(next(), expected);
    EXPECT_EQ(next(), nullptr);
    EXPECT_TRUE(lanes_.empty());
}

TEST_F(LanesTest, OneSenderIsServedInOrderAndWhatCameBackGoesFirst) {
    Message* first = make("a", "1");
    Message* second = make("a", "1");
    lanes_.push_back(first);
    lanes_.push_back(second);
    EXPECT_EQ(next(), first);
    lanes_.push_front(first);
    EXPECT_EQ(next(), first);
    EXPECT_EQ(next(), second);
}

TEST_F(LanesTest, AccountsShareBySegmentsAndWeightWhateverTheyHavePiledUp) {
    lanes_.set_weight("heavy", 2);
    for (int n = 0; n < 3000; ++n)
        lanes_.push_back(make("loud", "1"));
    for (int n = 0; n < 300; ++n) {
        lanes_.push_back(make("long", "2", 5));
        lanes_.push_back(make("heavy", "3"));
    }
    std::map<std::string, std::size_t> segments;
    for (std::size_t served = 0; served < 400;) {
        const Message* message = next();
        segments[message->account] += message->segments.size();
        served += message->segments.size();
    }
    EXPECT_NEAR(static_cast<double>(segments["loud"]), 100, 20);
    EXPECT_NEAR(static_cast<double>(segments["long"]), 100, 20);
    EXPECT_NEAR(static_cast<double>(segments["heavy"]), 200, 20);
}

TEST_F(LanesTest, SendersOfOneAccountTakeTurns) {
    for (int n = 0; n < 100; ++n)
        lanes_.push_back(make("a", "campaign"));
    Message* other = make("a", "desk");
    lanes_.push_back(other);
    next();
    EXPECT_EQ(next(), other);
}

TEST_F(LanesTest, ARestingSenderLetsTheOthersPassUntilItsTime) {
    Message* resting = make("a", "1");
    Message* other = make("a", "2");
    lanes_.push_back(resting);
    lanes_.push_back(other);
    ASSERT_EQ(lanes_.front(now), resting);
    lanes_.rest_front(now + seconds(1));
    EXPECT_EQ(lanes_.next_rested(), now + seconds(1));
    EXPECT_EQ(next(), other);
    EXPECT_EQ(lanes_.front(now), nullptr);
    EXPECT_FALSE(lanes_.anyone_waits());
    EXPECT_EQ(lanes_.size(), 1u);
    Message* behind = make("a", "1");
    lanes_.push_back(behind);
    EXPECT_EQ(lanes_.front(now + milliseconds(999)), nullptr);
    EXPECT_EQ(next(now + seconds(1)), resting);
    EXPECT_EQ(next(now + seconds(1)), behind);
    EXPECT_FALSE(lanes_.next_rested());
}

/// One limit for all of them, of which a token comes each second: whose turn it is gets it, and all
/// the others rest until the next.
std::vector<Message*> shared_tokens(Lanes& lanes, int tokens) {
    std::vector<Message*> served;
    for (int n = 0; n < tokens; ++n) {
        const Instant at = now + seconds(n);
        Message* message = lanes.front(at);
        if (message == nullptr) break;
        lanes.pop_front();
        served.push_back(message);
        while (lanes.front(at) != nullptr)
            lanes.rest_front(at + seconds(1));
    }
    return served;
}

TEST_F(LanesTest, SendersThatWaitForOneLimitTakeTurnsAtItsTokens) {
    for (int n = 0; n < 30; ++n)
        for (const char* sender : {"1", "2", "3"})
            lanes_.push_back(make("a", sender));
    std::map<std::string, int> went;
    for (const Message* message : shared_tokens(lanes_, 30))
        ++went[message->from];
    EXPECT_EQ(went["1"], 10);
    EXPECT_EQ(went["2"], 10);
    EXPECT_EQ(went["3"], 10);
}

TEST_F(LanesTest, AccountsThatWaitForOneLimitShareItByWeightHoweverManySendersTheyHave) {
    lanes_.set_weight("heavy", 3);
    for (int n = 0; n < 200; ++n) {
        lanes_.push_back(make("loud", std::to_string(n % 10)));
        lanes_.push_back(make("heavy", "x"));
    }
    std::map<std::string, int> went;
    for (const Message* message : shared_tokens(lanes_, 160))
        ++went[message->account];
    EXPECT_NEAR(went["heavy"], 120, 8);
    EXPECT_NEAR(went["loud"], 40, 8);
}

TEST_F(LanesTest, WhatCameBackToARestingSenderIsTheFirstWhenAllWake) {
    for (int n = 0; n < 5; ++n)
        for (const char* sender : {"1", "2", "3"})
            lanes_.push_back(make("a", sender));
    Message* parts = shared_tokens(lanes_, 1).front();
    lanes_.push_front(parts);
    EXPECT_EQ(lanes_.front(now + milliseconds(500)), nullptr) << "its sender rests";
    EXPECT_EQ(next(now + seconds(1)), parts);
}

TEST_F(LanesTest, WhatHasExpiredIsTakenOutOfTheMiddleInSmallSteps) {
    for (int n = 0; n < 100; ++n) {
        Message* message = make("a", std::to_string(n % 3));
        if (n % 2 == 0) message->expires_at = 50;
        lanes_.push_back(message);
    }
    std::size_t expired = 0;
    for (int step = 0; step < 40; ++step) {
        const auto found = lanes_.expire(60, 7);
        EXPECT_LE(found.size(), 7u);
        expired += found.size();
        if (step == 3) {
            // In between somebody is always first, and he is no hole.
            ASSERT_NE(lanes_.front(now), nullptr);
        }
    }
    EXPECT_EQ(expired, 50u);
    EXPECT_EQ(lanes_.size(), 50u);
    for (int n = 0; n < 50; ++n)
        EXPECT_EQ(next()->expires_at, 0);
    EXPECT_EQ(next(), nullptr);
}

TEST_F(LanesTest, AfterAllThatWaitedHasExpiredNobodyIsFirst) {
    for (int n = 0; n < 3; ++n) {
        Message* message = make("a", "1");
        message->expires_at = 50;
        lanes_.push_back(message);
    }
    EXPECT_EQ(lanes_.expire(60, 2).size() + lanes_.expire(60, 100).size(), 3u);
    EXPECT_EQ(lanes_.front(now), nullptr);
    Message* fresh = make("a", "1");
    lanes_.push_back(fresh);
    EXPECT_EQ(next(), fresh);
}

TEST_F(LanesTest, WhatIsRemovedFromTheFrontOrTheMiddleLeavesNoHoleInFront) {
    Message* first = make("a", "1");
    Message* second = make("a", "1");
    Message* third = make("a", "1");
    Message* last = make("a", "1");
    for (Message* message : {first, second, third, last})
        lanes_.push_back(message);
    EXPECT_TRUE(lanes_.remove(second));
    EXPECT_EQ(lanes_.front(now), first);
    EXPECT_TRUE(lanes_.remove(first));
    EXPECT_EQ(lanes_.front(now), third) << "not the hole that the second left";
    EXPECT_FALSE(lanes_.remove(first));
    EXPECT_EQ(lanes_.size(), 2u);
    EXPECT_EQ(lanes_.size(1), 2u);
    EXPECT_EQ(next(), third);
    EXPECT_TRUE(lanes_.remove(last));
    EXPECT_TRUE(lanes_.empty());
    EXPECT_EQ(lanes_.front(now), nullptr);
    lanes_.push_back(first);
    EXPECT_EQ(next(), first);
}

TEST_F(LanesTest, AnAccountOrSenderWhoseLastMessageIsRemovedHasNoTurnAnyMore) {
    Message* gone = make("a", "1");
    Message* other_sender = make("a", "2");
    Message* other_account = make("b", "3");
    for (Message* message : {gone, other_sender, other_account})
        lanes_.push_back(message);
    EXPECT_TRUE(lanes_.remove(gone));
    EXPECT_EQ(lanes_.front(now), other_sender);
    EXPECT_TRUE(lanes_.remove(other_sender));
    EXPECT_EQ(next(), other_account);
    EXPECT_FALSE(lanes_.anyone_waits());
    EXPECT_FALSE(lanes_.remove(make("nobody", "4")));
    EXPECT_EQ(next(), nullptr);
}

TEST_F(LanesTest, OneOfARestingSenderIsRemovedAndTheSenderRestsOn) {
    Message* gone = make("a", "1");
    lanes_.push_back(gone);
    ASSERT_EQ(lanes_.front(now), gone);
    lanes_.rest_front(now + seconds(1));
    EXPECT_TRUE(lanes_.remove(gone));
    EXPECT_TRUE(lanes_.empty());
    EXPECT_EQ(lanes_.front(now + milliseconds(500)), nullptr);
    Message* fresh = make("a", "1");
    lanes_.push_back(fresh);
    EXPECT_EQ(lanes_.front(now + milliseconds(999)), nullptr);
    EXPECT_EQ(next(now + seconds(1)), fresh);
    EXPECT_EQ(lanes_.front(now + seconds(3)), nullptr);
}

TEST_F(LanesTest, WhatIsRemovedWhileASweepIsUnderWayIsNotMissedByIt) {
    std::deque<Message*> all;
    for (int n = 0; n < 12; ++n) {
        all.push_back(make("a", "1"));
        all.back()->expires_at = n < 9 ? 50 : 0;
        lanes_.push_back(all.back());
    }
    std::size_t expired = lanes_.expire(40, 5).size();
    for (int n : {0, 2, 4})
        EXPECT_TRUE(lanes_.remove(all[static_cast<std::size_t>(n)]));
    for (int step = 0; step < 10; ++step)
        expired += lanes_.expire(60, 3).size();
    EXPECT_EQ(expired, 6u);
    EXPECT_EQ(lanes_.size(), 3u);
    for (std::size_t n = 9; n < 12; ++n)
        EXPECT_EQ(next(), all[n]);
    EXPECT_TRUE(lanes_.empty());
}

TEST_F(LanesTest, ClearGivesEverythingAndLeavesItUsable) {
    Message* resting = make("a", "1");
    lanes_.push_back(resting);
    lanes_.push_back(make("b", "2", 1, MessageClass::promotional));
    ASSERT_EQ(lanes_.front(now), resting);
    lanes_.rest_front(now + seconds(1));
    EXPECT_EQ(lanes_.clear().size(), 2u);
    EXPECT_TRUE(lanes_.empty());
    lanes_.push_back(resting);
    EXPECT_EQ(next(now + seconds(2)), resting);
}

TEST_F(LanesTest, ALaneIsAsOldAsTheOneThatHasBeenFreeToGoForLongest) {
    Message* first = make("a", "1");
    Message* second = make("b", "2");
    first->accepted_at = 1'000;
    second->accepted_at = 5'000;
    lanes_.push_back(second);
    lanes_.push_back(first);
    EXPECT_EQ(lanes_.age_ms(1, 6'000), 5'000);
    EXPECT_EQ(lanes_.age_ms(3, 6'000), 0);
    first->send_at = 5'500;
    EXPECT_EQ(lanes_.age_ms(1, 6'000), 1'000);
    EXPECT_EQ(lanes_.age_ms(1, 2'000), 0) << "a clock that was put back makes nothing negative";
}

TEST_F(LanesTest, TheSizesOfTheLanesAddUpWhateverLeavesThem) {
    for (int n = 0; n < 10; ++n) {
        Message* message = make("a", "1", 1, MessageClass::promotional);
        if (n % 2 == 0) message->expires_at = 100;
        lanes_.push_back(message);
    }
    lanes_.push_back(make("a", "1"));
    EXPECT_EQ(lanes_.size(3), 10u);
    EXPECT_EQ(lanes_.size(1), 1u);
    EXPECT_EQ(lanes_.expire(200, 1'000).size(), 5u);
    EXPECT_EQ(lanes_.size(3), 5u) << "an expired one leaves a hole, which is not counted";
    next();
    EXPECT_EQ(lanes_.size(1), 0u);
    Message* back = next();
    EXPECT_EQ(lanes_.size(3), 4u);
    lanes_.push_front(back);
    EXPECT_EQ(lanes_.size(3), 5u);
    EXPECT_EQ(lanes_.clear().size(), 5u);
    for (std::size_t lane = 0; lane < Lanes::count; ++lane)
        EXPECT_EQ(lanes_.size(lane), 0u);
}

TEST_F(LanesTest, WhoRestsIsWokenWhenLimitsChange) {
    Message* message = make("a", "1");
    lanes_.push_back(message);
    ASSERT_EQ(lanes_.front(now), message);
    lanes_.rest_front(now + std::chrono::hours(9));
    EXPECT_EQ(next(), nullptr);
    lanes_.wake_all();
    EXPECT_EQ(next(), message);
    EXPECT_FALSE(lanes_.next_rested());
}

TEST_F(LanesTest, AnotherWeightCountsForWhoWaitsAlready) {
    for (int n = 0; n < 200; ++n) {
        lanes_.push_back(make("a", "1"));
        lanes_.push_back(make("b", "2"));
    }
    next();
    lanes_.set_weight("a", 3);
    std::map<std::string, int> went;
    for (int n = 0; n < 160; ++n)
        ++went[next()->account];
    EXPECT_NEAR(went["a"], 120, 16);
}

}  // namespace
}  // namespace parley::queue
