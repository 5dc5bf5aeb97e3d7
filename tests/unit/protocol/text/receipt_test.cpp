#include "protocol/text/receipt.h"

#include <string_view>

#include <gtest/gtest.h>

namespace parley::text {
namespace {

using namespace std::string_view_literals;

constexpr std::uint8_t delivered = 2;
constexpr std::uint8_t undeliverable = 5;
constexpr std::uint8_t unknown = 7;

TEST(Receipt, OfTheTextAloneHasNothingToDisagreeWith) {
    const auto receipt = join_receipt(
        {}, "id:07 submit date:1708071603 done date:1708071604 stat:UNDELIV err:106 Text:-");
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->id, "07");
    EXPECT_EQ(receipt->other_id, "");
    EXPECT_EQ(receipt->state, MessageState::undeliverable);
    EXPECT_EQ(receipt->raw_stat, "UNDELIV");
    EXPECT_EQ(receipt->error, "106");
    EXPECT_EQ(receipt->submit_date, "1708071603");
    EXPECT_EQ(receipt->done_date, "1708071604");
    EXPECT_EQ(receipt->text, "-");
    EXPECT_EQ(receipt->ids, Agreement::unsaid);
    EXPECT_EQ(receipt->states, Agreement::unsaid);
    EXPECT_FALSE(receipt->raw_state);
}

TEST(Receipt, OfTheParametersAloneNeedsNoText) {
    const auto receipt =
        join_receipt({"38601fa\0"sv, delivered, "\x03\x01\x02"sv}, "\xFF\xFE\x00 not a receipt");
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->id, "38601fa");
    EXPECT_EQ(receipt->state, MessageState::delivered);
    EXPECT_EQ(receipt->network, 3);
    EXPECT_EQ(receipt->network_error, 0x0102);
    EXPECT_EQ(receipt->ids, Agreement::unsaid);
}

TEST(Receipt, OfAnotherBaseInTextAndParameterIsEquivalent) {
    // Cloudhopper's sample: 0x38601fa is 59113978.
    const auto receipt =
        join_receipt({"38601fa"sv, delivered}, "id:0059113978 stat:DELIVRD err:000");
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->ids, Agreement::equivalent);
    EXPECT_EQ(receipt->id, "38601fa");
    EXPECT_EQ(receipt->other_id, "0059113978");
    EXPECT_EQ(receipt->states, Agreement::same);
    EXPECT_FALSE(receipt->disagrees());
}

TEST(Receipt, SaysWhenIdsOrStatesDisagree) {
    const auto ids = join_receipt({"123"sv, delivered}, "id:999 stat:DELIVRD");
    ASSERT_TRUE(ids);
    EXPECT_EQ(ids->ids, Agreement::different);
    EXPECT_EQ(ids->id, "123") << "the parameter is the robust way (3.4 §5.3.2.12)";
    EXPECT_EQ(ids->other_id, "999");
    EXPECT_TRUE(ids->disagrees());

    const auto states = join_receipt({"1"sv, undeliverable}, "id:1 stat:DELIVRD");
    ASSERT_TRUE(states);
    EXPECT_EQ(states->states, Agreement::different);
    EXPECT_EQ(states->state, MessageState::undeliverable);
    EXPECT_EQ(states->raw_stat, "DELIVRD");
    EXPECT_EQ(states->ids, Agreement::same);
    EXPECT_EQ(states->other_id, "");
    EXPECT_TRUE(states->disagrees());
}

TEST(Receipt, StatesOfOneKindAreEquivalent) {
    EXPECT_EQ(join_receipt({"1"sv, undeliverable}, "id:1 stat:EXPIRED")->states,
              Agreement::equivalent);
    EXPECT_EQ(join_receipt({"1"sv, std::uint8_t{1}}, "id:1 stat:ACCEPTD")->states,
              Agreement::equivalent);
    EXPECT_EQ(join_receipt({"1"sv, std::uint8_t{1}}, "id:1 stat:EXPIRED")->states,
              Agreement::different);
}

TEST(Receipt, AnUnknownStateGivesWayToATextThatKnowsMore) {
    EXPECT_EQ(join_receipt({"1"sv, unknown}, "id:1 stat:DELIVRD")->state, MessageState::delivered);
    EXPECT_EQ(join_receipt({"1"sv, unknown}, "id:1 stat:WEIRD")->state, MessageState::unknown);
}

TEST(Receipt, ReservedStatesAndUnknownWordsAreKeptRaw) {
    const auto receipt = join_receipt({"1"sv, std::uint8_t{200}}, "id:1 stat:WEIRD");
    ASSERT_TRUE(receipt);
    EXPECT_FALSE(receipt->state);
    EXPECT_EQ(receipt->raw_state, 200);
    EXPECT_EQ(receipt->raw_stat, "WEIRD");
    EXPECT_EQ(join_receipt({"1"sv, std::uint8_t{200}}, "id:1 stat:EXPIRED")->state,
              MessageState::expired);
}

TEST(Receipt, ANetworkErrorOfAnotherLengthIsNone) {
    EXPECT_FALSE(join_receipt({"1"sv, delivered, "\x03\x01"sv}, "")->network_error);
}

TEST(Receipt, ThatSaysNothingIsNone) {
    EXPECT_FALSE(join_receipt({}, "hello"));
    EXPECT_FALSE(join_receipt({"\0"sv}, ""));
    EXPECT_TRUE(join_receipt({.message_state = delivered}, "")) << "a state alone can settle one";
}

TEST(Receipt, WhoseTextComesFirstIsReadByItAndByTheParametersWhereItSaysNothing) {
    const ReceiptRules text_first{.text_first = true, .states = {}};
    const auto both = join_receipt({"123"sv, undeliverable}, "id:999 stat:DELIVRD", text_first);
    ASSERT_TRUE(both);
    EXPECT_EQ(both->id, "999");
    EXPECT_EQ(both->other_id, "123");
    EXPECT_EQ(both->state, MessageState::delivered);
    EXPECT_TRUE(both->disagrees());
    const auto silent = join_receipt({"123"sv, undeliverable}, "err:000 stat:WEIRD", text_first);
    ASSERT_TRUE(silent);
    EXPECT_EQ(silent->id, "123");
    EXPECT_EQ(silent->other_id, "");
    EXPECT_EQ(silent->state, MessageState::undeliverable);
}

TEST(Receipt, OwnWordsAreReadInAnyCaseAndCompareLikeAnyOther) {
    const ReceiptRules own{.text_first = false,
                           .states = {{"Zugestellt", MessageState::delivered}}};
    EXPECT_EQ(join_receipt({}, "id:1 stat:ZUGESTELLT", own)->state, MessageState::delivered);
    EXPECT_EQ(join_receipt({"1"sv, delivered}, "id:1 stat:zugestellt", own)->states,
              Agreement::same);
    EXPECT_EQ(join_receipt({}, "id:1 stat:", own)->state, std::nullopt);
}

TEST(Receipt, ReadsAsOneByItsParameterOrByIdAndStatTogether) {
    EXPECT_TRUE(reads_as_receipt({"1"sv}, ""));
    EXPECT_TRUE(reads_as_receipt({}, "id:1 stat:DELIVRD"));
    EXPECT_FALSE(reads_as_receipt({}, "my id:1 is gone"));
    EXPECT_FALSE(reads_as_receipt({.message_state = delivered}, "hello"));
}

}  // namespace
}  // namespace parley::text
