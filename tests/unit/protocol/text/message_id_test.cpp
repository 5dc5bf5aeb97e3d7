#include "protocol/text/message_id.h"

#include "protocol/text/message_id_learner.h"

#include <gtest/gtest.h>

namespace parley::text {
namespace {

using Base = MessageIdForm::Base;

TEST(MessageIdBases, ConvertNumbersOfAnyLength) {
    EXPECT_EQ(hex_to_decimal("38601FA"), "59113978");
    EXPECT_EQ(decimal_to_hex("0059113978"), "38601fa");
    EXPECT_EQ(hex_to_decimal("ffffffffffffffff"), "18446744073709551615");
    EXPECT_EQ(hex_to_decimal("2E179B310EDE971B2760C72B7F026E1B"),
              "61267058294122845644591348796459478555");
    EXPECT_EQ(decimal_to_hex("61267058294122845644591348796459478555"),
              "2e179b310ede971b2760c72b7f026e1b");
    EXPECT_EQ(hex_to_decimal("000"), "0");
    EXPECT_EQ(hex_to_decimal("0"), "0");
}

TEST(MessageIdBases, RefuseWhatIsNoNumber) {
    EXPECT_FALSE(hex_to_decimal(""));
    EXPECT_FALSE(hex_to_decimal("12g"));
    EXPECT_FALSE(hex_to_decimal("0x12"));
    EXPECT_FALSE(decimal_to_hex("12a"));
    EXPECT_FALSE(decimal_to_hex("1479978899.393701000100"));
}

TEST(MessageIdBases, SameIdsAreSeenThroughBaseZerosAndCase) {
    EXPECT_TRUE(same_message_id("38601fa", "0059113978"));
    EXPECT_TRUE(same_message_id("0059113978", "38601FA"));
    EXPECT_TRUE(same_message_id("00ab", "AB"));
    EXPECT_FALSE(same_message_id("12", "13"));
    EXPECT_FALSE(same_message_id("abc-1", "abc-2"));
}

TEST(MessageIdForms, AsIsChangesNothing) {
    const MessageIdForm form;
    EXPECT_EQ(form.from_response("00aB"), "00aB");
    EXPECT_EQ(form.from_receipt("00aB"), "00aB");
    EXPECT_EQ(to_text(form), "as is");
}

TEST(MessageIdForms, MakeBothBasesOneKey) {
    // Vonage: hexadecimal in the response, decimal in the receipt (peers.md §5b).
    const MessageIdForm vonage{.base = Base::hex_to_decimal};
    EXPECT_EQ(vonage.from_response("0BC614E"), "12345678");
    EXPECT_EQ(vonage.from_receipt("0000000012345678"), "12345678");
    const MessageIdForm reverse{.base = Base::decimal_to_hex};
    EXPECT_EQ(reverse.from_response("0012345678"), reverse.from_receipt("00BC614E"));
    EXPECT_EQ(vonage.from_response("no-number"), "no-number") << "kept as text";
}

TEST(MessageIdForms, DropZerosFoldCaseAndTakePrefixesAway) {
    const MessageIdForm form{.drop_leading_zeros = true,
                             .fold_case = true,
                             .response_prefix = "smsc1-",
                             .receipt_prefix = "V"};
    EXPECT_EQ(form.from_response("SMSC1-00AbC"), "abc");
    EXPECT_EQ(form.from_receipt("v00aBc"), "abc");
    EXPECT_EQ(form.from_receipt("abc"), "abc") << "a prefix that is not there is no matter";
    EXPECT_EQ(form.from_receipt("V"), "v") << "never all there is";
    EXPECT_EQ(form.from_receipt("000"), "0");
    EXPECT_EQ(form.from_receipt(""), "");
    EXPECT_EQ(to_text(form),
              "as is, without leading zeros, any case, response prefix \"smsc1-\", receipt prefix "
              "\"V\"");
}

TEST(MessageIdForms, AKeyIsItsOwnKey) {
    const MessageIdForm form{.drop_leading_zeros = true, .receipt_prefix = "A"};
    const std::string key = form.from_receipt("A0A05");
    EXPECT_EQ(key, "5");
    EXPECT_EQ(form.from_receipt(key), key);
}

std::string id(unsigned number) {
    return std::to_string(910'000'000 + 7919 * number);
}

TEST(MessageIdLearner, ProposesTheBaseThatUnmatchedReceiptsShow) {
    MessageIdLearner learner;
    for (unsigned i = 0; i < 20; ++i)
        learner.on_response(*decimal_to_hex(id(i)));
    EXPECT_FALSE(learner.proposal());
    for (unsigned i = 0; i < 7; ++i)
        learner.on_unmatched_receipt("0" + id(i));
    EXPECT_FALSE(learner.proposal()) << "too little evidence";
    learner.on_unmatched_receipt(id(7));
    const auto proposal = learner.proposal();
    ASSERT_TRUE(proposal);
    EXPECT_EQ(proposal->form, MessageIdForm{.base = Base::hex_to_decimal});
    EXPECT_EQ(proposal->evidence, 8u);
    EXPECT_EQ(proposal->receipts, 8u);
}

TEST(MessageIdLearner, ProposesTheSimplestFormThatExplainsAll) {
    MessageIdLearner zeros, both;
    for (unsigned i = 0; i < 10; ++i) {
        zeros.on_response(id(i));
        both.on_response("AB" + id(i));
        zeros.on_unmatched_receipt("000" + id(i));
        both.on_unmatched_receipt("0ab" + id(i));
    }
    ASSERT_TRUE(zeros.proposal());
    EXPECT_EQ(zeros.proposal()->form, MessageIdForm{.drop_leading_zeros = true});
    ASSERT_TRUE(both.proposal());
    EXPECT_EQ(both.proposal()->form,
              (MessageIdForm{.drop_leading_zeros = true, .fold_case = true}));
}

TEST(MessageIdLearner, FindsPrefixes) {
    MessageIdLearner learner;
    for (unsigned i = 0; i < 12; ++i)
        learner.on_response(id(i));
    for (unsigned i = 0; i < 12; ++i)
        learner.on_unmatched_receipt("eu-west:" + id(i));
    ASSERT_TRUE(learner.proposal());
    EXPECT_EQ(learner.proposal()->form, MessageIdForm{.receipt_prefix = "eu-west:"});
    EXPECT_EQ(learner.proposal()->evidence, 12u);
}

TEST(MessageIdLearner, LearnsFromPairsThatOthersFound) {
    MessageIdLearner learner({.evidence_min = 3});
    for (unsigned i = 0; i < 3; ++i)
        learner.on_pair(id(i), *decimal_to_hex(id(i)));
    ASSERT_TRUE(learner.proposal());
    EXPECT_EQ(learner.proposal()->form, MessageIdForm{.base = Base::decimal_to_hex});
}

TEST(MessageIdLearner, LearnsFromReceiptsOfWhichOnlyTheThreadIsKnown) {
    MessageIdLearner learner;
    for (unsigned i = 0; i < 10; ++i) {
        const std::vector<std::string> thread = {*decimal_to_hex(id(i)), *decimal_to_hex(id(i + 1)),
                                                 *decimal_to_hex(id(i + 2))};
        learner.on_candidates(thread, "0" + id(i + 1));
    }
    learner.on_candidates({}, id(500));
    ASSERT_TRUE(learner.proposal());
    EXPECT_EQ(learner.proposal()->form, MessageIdForm{.base = Base::hex_to_decimal});
    EXPECT_EQ(learner.proposal()->evidence, 10u);
    EXPECT_EQ(learner.proposal()->receipts, 11u);
}

TEST(MessageIdLearner, AThreadInWhichAFormFindsTwoMessagesProvesNothing) {
    MessageIdLearner learner({.evidence_min = 1});
    learner.on_candidates({"ab123456", "AB123456"}, "Ab123456");
    EXPECT_TRUE(learner.candidates().empty());
}

TEST(MessageIdLearner, EitherIdOfAReceiptWillDo) {
    MessageIdLearner learner;
    for (unsigned i = 0; i < 8; ++i)
        learner.on_candidates({id(i)}, "of-another-kind-" + std::to_string(i), "000" + id(i));
    ASSERT_TRUE(learner.proposal());
    EXPECT_EQ(learner.proposal()->form, MessageIdForm{.drop_leading_zeros = true});
    EXPECT_EQ(learner.proposal()->receipts, 8u) << "a receipt counts once";
}

TEST(MessageIdForms, AreWrittenAsAConfigurationHasThem) {
    EXPECT_EQ(to_yaml({}), "{}");
    EXPECT_EQ(to_yaml({.base = Base::hex_to_decimal}), "{ base: hex_to_decimal }");
    EXPECT_EQ(to_yaml({.base = Base::decimal_to_hex,
                       .drop_leading_zeros = true,
                       .fold_case = true,
                       .response_prefix = "a\"\\b\x01",
                       .receipt_prefix = "$${x}${y}"}),
              "{ base: decimal_to_hex, drop_leading_zeros: true, fold_case: true, "
              "response_prefix: \"a\\\"\\\\b\\x01\", receipt_prefix: \"$$${x}$${y}\" }");
}

TEST(MessageIdLearner, ProposesNothingWhenFormsContradict) {
    MessageIdLearner learner;
    for (unsigned i = 0; i < 10; ++i) {
        learner.on_pair(id(i), *decimal_to_hex(id(i)));
        learner.on_pair(*decimal_to_hex(id(i)), id(i));
    }
    EXPECT_FALSE(learner.proposal());
    EXPECT_EQ(learner.candidates().size(), 2u);
    EXPECT_EQ(learner.candidates()[0].evidence, 10u);
}

TEST(MessageIdLearner, ProposesNothingWhenMostReceiptsAreStrangers) {
    MessageIdLearner learner({.evidence_min = 3});
    for (unsigned i = 0; i < 3; ++i)
        learner.on_pair(id(i), "0" + id(i));
    EXPECT_TRUE(learner.proposal());
    for (unsigned i = 0; i < 4; ++i)
        learner.on_unmatched_receipt("of-somebody-else-" + std::to_string(i));
    EXPECT_FALSE(learner.proposal());
}

TEST(MessageIdLearner, AnAmbiguousReceiptIsNoEvidence) {
    MessageIdLearner learner({.evidence_min = 1});
    learner.on_response("ab123456");
    learner.on_response("AB123456");
    learner.on_unmatched_receipt("Ab123456");
    EXPECT_TRUE(learner.candidates().empty());
}

TEST(MessageIdLearner, ForgetsTheOldestResponses) {
    MessageIdLearner learner({.responses_max = 2, .evidence_min = 1});
    for (unsigned i = 0; i < 3; ++i)
        learner.on_response(id(i));
    learner.on_unmatched_receipt("0" + id(0));
    EXPECT_TRUE(learner.candidates().empty());
    learner.on_unmatched_receipt("0" + id(1));
    EXPECT_TRUE(learner.proposal());
}

}  // namespace
}  // namespace parley::text
