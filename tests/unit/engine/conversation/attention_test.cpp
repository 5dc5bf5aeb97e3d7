#include "engine/conversation/attention.h"

#include <string>

#include <gtest/gtest.h>

namespace parley::conversation {
namespace {

using storage::ConversationId;
using storage::MessageClass;

ConversationId with(int contact) {
    return ConversationId::of("+15550001000", "+1555" + std::to_string(1'000'000 + contact));
}

TEST(Attention, AnAnswerTellsHowLongTheContactHadWaited) {
    Attention attention;
    attention.heard(with(1), 10'000, true);
    EXPECT_EQ(attention.waiting(), 1u);
    EXPECT_EQ(attention.said(with(1), MessageClass::conversational, 12'500), 2'500);
    EXPECT_EQ(attention.waiting(), 0u);
    EXPECT_FALSE(attention.said(with(1), MessageClass::conversational, 13'000));
}

TEST(Attention, AWaitBeginsWithTheFirstUnansweredMessage) {
    Attention attention;
    attention.heard(with(1), 10'000, true);
    attention.heard(with(1), 20'000, true);
    EXPECT_EQ(attention.said(with(1), MessageClass::conversational, 21'000), 11'000);
}

TEST(Attention, NobodyOwesAnAnswerToAnOptOutNotEvenForWhatWasSaidBefore) {
    Attention attention;
    attention.heard(with(1), 10'000, true);
    attention.heard(with(1), 11'000, false);
    EXPECT_EQ(attention.waiting(), 0u);
    EXPECT_FALSE(attention.oldest());
}

TEST(Attention, TheFirstWordAfterOursIsAReplyAndOnlyThat) {
    Attention attention;
    EXPECT_FALSE(attention.heard(with(1), 1'000, true)) << "a first word replies to nothing";
    attention.said(with(1), MessageClass::informational, 5'000);
    attention.said(with(1), MessageClass::promotional, 6'000);
    const auto reply = attention.heard(with(1), 9'000, true);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->to, MessageClass::promotional);
    EXPECT_EQ(reply->after_ms, 3'000);
    EXPECT_FALSE(attention.heard(with(1), 9'500, true));
    EXPECT_FALSE(attention.heard(with(2), 9'500, true)) << "nothing was said there";
}

TEST(Attention, TheOldestWaitIsOfThoseWhoStillWait) {
    Attention attention;
    for (int contact = 0; contact < 5; ++contact)
        attention.heard(with(contact), 1'000 + contact, true);
    EXPECT_EQ(attention.oldest(), 1'000);
    attention.said(with(0), MessageClass::conversational, 2'000);
    attention.said(with(2), MessageClass::conversational, 2'000);
    EXPECT_EQ(attention.oldest(), 1'001);
    attention.said(with(1), MessageClass::conversational, 2'000);
    EXPECT_EQ(attention.oldest(), 1'003);
}

TEST(Attention, SomebodyWhoWaitsAgainWaitsFromThen) {
    Attention attention;
    attention.heard(with(1), 1'000, true);
    attention.heard(with(2), 2'000, true);
    attention.said(with(1), MessageClass::conversational, 3'000);
    attention.heard(with(1), 4'000, true);
    EXPECT_EQ(attention.oldest(), 2'000);
    attention.said(with(2), MessageClass::conversational, 5'000);
    EXPECT_EQ(attention.oldest(), 4'000);
}

TEST(Attention, WhoHasWaitedBeyondAllPatienceIsGivenUp) {
    Attention attention;
    attention.heard(with(1), 1'000, true);
    attention.heard(with(2), 500'000, true);
    attention.forget_old(1'000 + Attention::patience);
    EXPECT_EQ(attention.waiting(), 2u);
    attention.forget_old(1'001 + Attention::patience);
    EXPECT_EQ(attention.waiting(), 1u);
    EXPECT_EQ(attention.oldest(), 500'000);
}

TEST(Attention, AMillionContactsTakeNoMoreThanTheirBound) {
    Attention attention;
    for (int contact = 0; contact < 1'000'000; ++contact) {
        attention.heard(with(contact), 1'000 + contact, true);
        attention.said(with(contact + 1), MessageClass::promotional, 1'000 + contact);
    }
    EXPECT_LE(attention.waiting(), Attention::waiting_max);
    EXPECT_GT(*attention.oldest(), 900'000);
}

}  // namespace
}  // namespace parley::conversation
