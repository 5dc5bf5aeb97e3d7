#include "engine/carrier/receipts.h"

#include <gtest/gtest.h>

namespace parley::carrier {
namespace {

using Form = text::MessageIdForm;

storage::Message with_id(const std::string& id) {
    storage::Message message;
    message.segments.resize(1);
    message.segments[0].carrier_message_id = id;
    return message;
}

storage::Message to_contact(const std::string& id, const std::string& contact) {
    storage::Message message = with_id(id);
    message.from = "+15550001000";
    message.to = contact;
    return message;
}

/// From peers.md §5a: decimal in the text, hexadecimal in the parameter.
storage::EarlyReceipt of_two_ids(const std::string& contact = "+15557000001") {
    storage::EarlyReceipt receipt;
    receipt.carrier_message_id = "38601fa";
    receipt.other_id = "59113978";
    receipt.source = contact;
    receipt.destination = "+15550001000";
    return receipt;
}

storage::EarlyReceipt under(const std::string& id, const std::string& contact = "",
                            const std::string& sender = "") {
    storage::EarlyReceipt receipt;
    receipt.carrier_message_id = id;
    receipt.source = contact;
    receipt.destination = sender;
    return receipt;
}

TEST(Receipts, OfTwoIdsAreFoundByEither) {
    for (const std::string id : {"38601fa", "59113978"}) {
        Receipts receipts;
        storage::Message message = to_contact(id, "+15557000001");
        receipts.expect(message, 0);
        const storage::EarlyReceipt receipt = of_two_ids();
        const bool by_first = receipts.find(receipt.carrier_message_id).has_value();
        const bool by_other = receipts.find_by_other(receipt).has_value();
        EXPECT_NE(by_first, by_other) << id;
        receipts.forget(message, true);
        EXPECT_EQ(receipts.settled_lately(receipt), by_first) << id;
        EXPECT_EQ(receipts.settled_lately_by_other(receipt), by_other) << id;
    }
}

TEST(Receipts, ASecondIdThatIsAnotherContactsMessageFindsNothing) {
    Receipts receipts;
    storage::Message stranger = to_contact("59113978", "+15557000002");
    receipts.expect(stranger, 0);
    EXPECT_FALSE(receipts.find_by_other(of_two_ids()));
    EXPECT_FALSE(receipts.find_by_other(of_two_ids(""))) << "names nobody";
    EXPECT_TRUE(receipts.find_by_other(of_two_ids("5557000002"))) << "the national form";
    receipts.forget(stranger, true);
    EXPECT_FALSE(receipts.settled_lately_by_other(of_two_ids()));

    storage::EarlyReceipt early = of_two_ids();
    receipts.hold(early);
    EXPECT_TRUE(receipts.take_early(stranger, 0).empty());
    EXPECT_EQ(receipts.early(), 1U);
}

TEST(Receipts, OfTwoIdsThatOvertakeTheirAnswerAreTakenOnce) {
    for (const std::string id : {"38601fa", "59113978"}) {
        Receipts receipts;
        storage::EarlyReceipt early = of_two_ids();
        receipts.hold(early);
        EXPECT_EQ(receipts.early(), 1U);
        storage::Message message = to_contact(id, "+15557000001");
        ASSERT_EQ(receipts.take_early(message, 0).size(), 1U) << id;
        EXPECT_EQ(receipts.early(), 0U);
        message.segments[0].carrier_message_id = id == "38601fa" ? "59113978" : "38601fa";
        EXPECT_TRUE(receipts.take_early(message, 0).empty()) << "gone under its other id as well";
        EXPECT_TRUE(receipts.early_of("+15550001000", "+15557000001").empty());
    }
}

TEST(Receipts, TwoIdsOfOneKeyAreOne) {
    Receipts receipts(Form{.drop_leading_zeros = true, .fold_case = true});
    storage::EarlyReceipt early = of_two_ids();
    early.other_id = "0038601FA";
    receipts.hold(early);
    receipts.remove_early(early);
    EXPECT_EQ(receipts.early(), 0U);
    receipts.remove_early(early);
    EXPECT_EQ(receipts.early(), 0U) << "what is not held is not counted away";
}

TEST(Receipts, OfAThreadWithOneDoubtMayResolveIt) {
    Receipts receipts;
    storage::EarlyReceipt early = of_two_ids();
    storage::Message message = to_contact("", "+15557000001");
    storage::Message another = message;
    receipts.add_uncertain(message);
    EXPECT_FALSE(receipts.may_resolve("+15550001000", "+15557000001")) << "nothing is held";
    receipts.hold(early);
    EXPECT_TRUE(receipts.may_resolve("+15550001000", "+15557000001"));
    EXPECT_FALSE(receipts.may_resolve("+15550001000", "+15557000002"));
    EXPECT_EQ(receipts.early_of("+15550001000", "+15557000001").size(), 1U);
    receipts.add_uncertain(another);
    EXPECT_FALSE(receipts.may_resolve("+15550001000", "+15557000001")) << "whose would it be?";
}

TEST(Receipts, AsTheyAreDistinguishZerosAndCase) {
    Receipts receipts;
    storage::Message message = with_id("00aF");
    receipts.expect(message, 0);
    EXPECT_TRUE(receipts.find("00aF"));
    EXPECT_FALSE(receipts.find("aF"));
    EXPECT_FALSE(receipts.find("00af"));
    EXPECT_FALSE(receipts.find("175"));
}

TEST(Receipts, InDecimalFindAMessageThatWasAnsweredInHex) {
    Receipts receipts(Form{.base = Form::Base::hex_to_decimal});
    storage::Message message = with_id("38601FA");  // 59113978, peers' real pair
    receipts.expect(message, 0);
    EXPECT_EQ(message.segments[0].carrier_message_id, "38601FA") << "stays as it was written";
    ASSERT_TRUE(receipts.find("0059113978"));
    EXPECT_EQ(receipts.find("0059113978")->message, &message);
    EXPECT_FALSE(receipts.find("59113979"));

    receipts.forget(message, true);
    EXPECT_FALSE(receipts.find("59113978"));
    EXPECT_TRUE(receipts.settled_lately(under("0059113978")));
    EXPECT_FALSE(receipts.settled_lately(under("59113979")));
}

TEST(Receipts, UnderAnIdThatIsGivenAgainAreOfTheContactThatTheyName) {
    Receipts receipts;
    const storage::Message first = to_contact("77", "+15557000001");
    receipts.forget(first, true);
    const std::string sender = "+15550001000";
    EXPECT_TRUE(receipts.settled_lately(under("77", "+15557000001", sender)));
    EXPECT_TRUE(receipts.settled_lately(under("77", sender, "5557000001"))) << "not swapped";
    EXPECT_FALSE(receipts.settled_lately(under("77", "+15557000002", sender)))
        << "its message is yet to come";
    EXPECT_TRUE(receipts.settled_lately(under("77", "", sender))) << "it names nobody";
    EXPECT_TRUE(receipts.was_settled_lately(first));

    const storage::Message second = to_contact("77", "+15557000002");
    EXPECT_FALSE(receipts.was_settled_lately(second));
    receipts.forget(second, true);
    EXPECT_TRUE(receipts.settled_lately(under("77", "+15557000002", sender)));
    EXPECT_FALSE(receipts.was_settled_lately(first)) << "the newer one has the id now";
}

TEST(Receipts, ThatOvertakeTheirAnswerAreFoundInTheOtherBase) {
    Receipts receipts(Form{.base = Form::Base::hex_to_decimal});
    storage::EarlyReceipt early;
    early.carrier_message_id = "0059113978";
    receipts.hold(early);
    EXPECT_TRUE(receipts.take_early(with_id("38601fb"), 0).empty());
    EXPECT_TRUE(receipts.take_early(with_id(""), 0).empty()) << "without an id it is nobody's";
    EXPECT_EQ(receipts.take_early(with_id("38601fa"), 0).size(), 1U);
    EXPECT_EQ(receipts.early(), 0U);
    receipts.hold(early);
    receipts.remove_early(early);
    EXPECT_EQ(receipts.early(), 0U);
}

TEST(Receipts, KnowTheAnswerThatWouldHaveBelongedToThem) {
    for (const Form& form : {Form{}, Form{.base = Form::Base::hex_to_decimal},
                             Form{.base = Form::Base::decimal_to_hex},
                             Form{.response_prefix = "R-", .receipt_prefix = "D-"},
                             Form{.drop_leading_zeros = true, .fold_case = true}}) {
        Receipts receipts(form);
        // Hexadecimal digits are no decimal number: nobody answers so that they come out.
        const bool decimal = form.base == Form::Base::hex_to_decimal;
        for (const std::string id :
             {"0059113978", decimal ? "59113978" : "38601fa", "D-77", "not a number"}) {
            storage::Message message = with_id(receipts.response_id_of(id));
            receipts.expect(message, 0);
            EXPECT_TRUE(receipts.find(id)) << to_text(form) << ": " << id;
        }
    }
}

TEST(Receipts, UnderAnotherFormAllIsFoundThatWasHeld) {
    Receipts receipts;
    storage::Message message = to_contact("1A", "+15557000001");
    receipts.expect(message, 0);
    storage::EarlyReceipt early;
    early.carrier_message_id = "27";
    early.source = "+15557000002";
    early.destination = "+15550001000";
    early.handle = 1;
    receipts.hold(early);
    EXPECT_FALSE(receipts.find("26"));
    receipts.set_form({.base = Form::Base::hex_to_decimal});
    ASSERT_TRUE(receipts.find("26"));
    EXPECT_EQ(receipts.find("26")->message, &message);
    EXPECT_EQ(receipts.early(), 1u);
    storage::Message late = to_contact("1b", "+15557000002");
    EXPECT_EQ(receipts.take_early(late, 0), std::vector<storage::EarlyReceipt*>{&early});
    EXPECT_EQ(receipts.early(), 0u);
}

}  // namespace
}  // namespace parley::carrier
