// Messages that leave a queue from its middle.

#include "engine/queue/conversation_queue.h"
#include "engine/queue/lanes.h"

#include <array>

#include <gtest/gtest.h>

namespace parley::queue {
namespace {

using storage::Message;
using storage::MessageClass;

std::array<Message, 5> five(MessageClass message_class = MessageClass::conversational) {
    std::array<Message, 5> messages;
    for (std::size_t n = 0; n < messages.size(); ++n) {
        messages[n].id = storage::ItemId::of(n + 1, 0);
        messages[n].message_class = message_class;
        messages[n].from = "+15550001000";
        messages[n].to = "+15557654321";
    }
    return messages;
}

std::vector<storage::MessageId> drained(Lanes& lanes) {
    std::vector<storage::MessageId> ids;
    for (; !lanes.empty(); lanes.pop_front())
        ids.push_back(lanes.front(Instant{})->id);
    return ids;
}

TEST(Lanes, WhatIsRemovedFromAnywhereLeavesTheOthersInOrder) {
    for (std::size_t gone = 0; gone < 5; ++gone) {
        auto messages = five();
        Lanes lanes;
        for (Message& message : messages)
            lanes.push_back(&message);
        EXPECT_TRUE(lanes.remove(&messages[gone]));
        EXPECT_FALSE(lanes.remove(&messages[gone]));
        EXPECT_EQ(lanes.size(), 4u);
        EXPECT_EQ(lanes.size(1), 4u);
        std::vector<storage::MessageId> wanted;
        for (std::size_t n = 0; n < 5; ++n) {
            if (n != gone) wanted.push_back(messages[n].id);
        }
        EXPECT_EQ(drained(lanes), wanted);
    }
}

TEST(Lanes, CountsItsLanesWhateverHappensToThem) {
    auto talk = five();
    auto bulk = five(MessageClass::promotional);
    Lanes lanes;
    for (std::size_t n = 0; n < 5; ++n) {
        bulk[n].expires_at = n < 2 ? 1 : 0;
        lanes.push_back(&talk[n]);
        lanes.push_front(&bulk[n]);
    }
    EXPECT_EQ(lanes.expire(2, 100).size(), 2u);
    EXPECT_TRUE(lanes.remove(&bulk[3]));
    ASSERT_NE(lanes.front(Instant{}), nullptr);
    lanes.pop_front();
    EXPECT_EQ(lanes.size(1), 4u);
    EXPECT_EQ(lanes.size(3), 2u);
    EXPECT_EQ(lanes.clear().size(), 6u);
    EXPECT_EQ(lanes.size(1) + lanes.size(3), 0u);
}

TEST(ConversationQueue, WhoeverGivesUpWaitingLetsTheOthersPass) {
    auto messages = five();
    const auto conversation = messages[0].conversation();
    ConversationQueue queue;
    for (Message& message : messages)
        queue.arrive(conversation, &message);
    EXPECT_FALSE(queue.remove(conversation, &messages[0])) << "it is under way";
    EXPECT_TRUE(queue.remove(conversation, &messages[1]));
    EXPECT_TRUE(queue.remove(conversation, &messages[4]));
    EXPECT_FALSE(queue.remove(conversation, &messages[4]));
    EXPECT_EQ(queue.waiting(), 2u);
    EXPECT_EQ(queue.answered(conversation, messages[0].id), &messages[2]);
    EXPECT_EQ(queue.answered(conversation, messages[2].id), &messages[3]);
    EXPECT_EQ(queue.answered(conversation, messages[3].id), nullptr);
    EXPECT_EQ(queue.conversations(), 0u);
}

}  // namespace
}  // namespace parley::queue
