#include "engine/queue/lanes.h"

#include <deque>

#include <gtest/gtest.h>

namespace parley::queue {
namespace {

using storage::Message;
using storage::MessageClass;

class LanesTest : public ::testing::Test {
protected:
    Message& wait(MessageClass message_class, storage::UnixMs accepted_at,
                  storage::UnixMs send_at = 0, storage::UnixMs expires_at = 0) {
        Message& message = messages.emplace_back();
        message.message_class = message_class;
        message.accepted_at = accepted_at;
        message.send_at = send_at;
        message.expires_at = expires_at;
        lanes.push_back(&message);
        return message;
    }

    std::deque<Message> messages;
    Lanes lanes;
};

TEST_F(LanesTest, AnswersGoBeforeConversationsAndThoseBeforeBulk) {
    const Message& bulk = wait(MessageClass::promotional, 1);
    const Message& notice = wait(MessageClass::informational, 2);
    const Message& talk = wait(MessageClass::conversational, 3);
    const Message& confirmation = wait(MessageClass::opt_out_confirmation, 4);
    for (const Message* next : {&confirmation, &talk, &notice, &bulk}) {
        EXPECT_EQ(lanes.front(), next);
        lanes.pop_front();
    }
    EXPECT_TRUE(lanes.empty());
}

TEST_F(LanesTest, ALaneIsAsOldAsItsNextMessage) {
    wait(MessageClass::conversational, 1'000);
    wait(MessageClass::conversational, 5'000);
    EXPECT_EQ(lanes.age_ms(1, 6'000), 5'000);
    lanes.pop_front();
    EXPECT_EQ(lanes.age_ms(1, 6'000), 1'000);
    lanes.pop_front();
    EXPECT_EQ(lanes.age_ms(1, 6'000), 0);
}

TEST_F(LanesTest, AnAgeCountsFromSendAtWhenThatWasLater) {
    wait(MessageClass::informational, 1'000, 50'000);
    EXPECT_EQ(lanes.age_ms(2, 53'000), 3'000);
    EXPECT_EQ(lanes.age_ms(2, 20'000), 0) << "a clock that was put back makes nothing negative";
}

TEST_F(LanesTest, OneThrownBackIsTheOldestAgain) {
    Message& first = wait(MessageClass::promotional, 1'000);
    wait(MessageClass::promotional, 2'000);
    lanes.pop_front();
    lanes.push_front(&first);
    EXPECT_EQ(lanes.age_ms(3, 10'000), 9'000);
}

TEST_F(LanesTest, TheSizesOfTheLanesAddUpWhateverLeavesThem) {
    for (int i = 0; i < 10; ++i)
        wait(MessageClass::promotional, i, 0, i % 2 == 0 ? 100 : 0);
    wait(MessageClass::conversational, 20);
    EXPECT_EQ(lanes.size(3), 10u);
    EXPECT_EQ(lanes.size(1), 1u);
    EXPECT_EQ(lanes.expire(200, 1'000).size(), 5u);
    EXPECT_EQ(lanes.size(3), 5u) << "an expired one leaves a hole, which is not counted";
    EXPECT_EQ(lanes.size(), 6u);
    lanes.pop_front();
    EXPECT_EQ(lanes.size(1), 0u);
    lanes.pop_front();
    EXPECT_EQ(lanes.size(3), 4u);
    EXPECT_EQ(lanes.clear().size(), 4u);
    for (std::size_t lane = 0; lane < Lanes::count; ++lane)
        EXPECT_EQ(lanes.size(lane), 0u);
}

}  // namespace
}  // namespace parley::queue
