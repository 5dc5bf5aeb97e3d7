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

TEST(ConversationQueue, KnowsWhoExpiresFirstOfThoseBehindAndOfNobodyElse) {
    auto messages = five();
    messages[0].expires_at = 10;  // in flight: somebody else's matter
    messages[1].expires_at = 50;
    messages[2].expires_at = 30;
    messages[4].expires_at = 30;
    ConversationQueue queue;
    const auto conversation = messages[0].conversation();
    for (Message& message : messages)
        queue.arrive(conversation, &message);
    EXPECT_EQ(queue.first_to_expire(), messages[2].id);
    EXPECT_EQ(queue.next_expiry(), 30);
    EXPECT_TRUE(queue.remove(conversation, &messages[2]));
    EXPECT_EQ(queue.first_to_expire(), messages[4].id);
    messages[4].expires_at = 70;
    queue.expires_otherwise(messages[4], 30);
    EXPECT_EQ(queue.first_to_expire(), messages[1].id);
    EXPECT_EQ(queue.answered(conversation, messages[0].id), &messages[1]);
    EXPECT_EQ(queue.next_expiry(), 70);
    messages[1].expires_at = 5;
    queue.expires_otherwise(messages[1], 50);
    EXPECT_EQ(queue.next_expiry(), 70) << "it is in flight";
    EXPECT_EQ(queue.answered(conversation, messages[1].id), &messages[3]);
    EXPECT_EQ(queue.answered(conversation, messages[3].id), &messages[4]);
    EXPECT_FALSE(queue.next_expiry().has_value());
    EXPECT_FALSE(queue.first_to_expire());
}

}  // namespace
}  // namespace parley::queue
