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
    EXPECT_TRUE(receipts.settled_lately("0059113978"));
    EXPECT_FALSE(receipts.settled_lately("59113979"));
}

TEST(Receipts, ThatOvertakeTheirAnswerAreFoundInTheOtherBase) {
    Receipts receipts(Form{.base = Form::Base::hex_to_decimal});
    storage::EarlyReceipt early;
    early.carrier_message_id = "0059113978";
    receipts.hold(early);
    EXPECT_TRUE(receipts.take_early("38601fb").empty());
    EXPECT_EQ(receipts.take_early("38601fa").size(), 1U);
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

}  // namespace
}  // namespace parley::carrier
