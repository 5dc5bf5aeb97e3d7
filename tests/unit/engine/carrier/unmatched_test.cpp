#include "engine/carrier/unmatched.h"

#include <gtest/gtest.h>

namespace parley::carrier {
namespace {

storage::EarlyReceipt under(const std::string& id, text::MessageState state) {
    storage::EarlyReceipt receipt;
    receipt.carrier_message_id = id;
    receipt.state = state;
    return receipt;
}

TEST(UnmatchedReceipts, OfThoseThatNameNoMessageThatIsTheReason) {
    using text::MessageState;
    for (const Unmatched why : {Unmatched::never_came, Unmatched::table_full}) {
        EXPECT_EQ(reason_for(under("77", MessageState::delivered), why), why);
        EXPECT_EQ(reason_for(under("", MessageState::delivered), why), Unmatched::no_id);
        EXPECT_EQ(reason_for(under("", MessageState::enroute), why), Unmatched::unreadable);
        storage::EarlyReceipt second = under("", MessageState::enroute);
        second.other_id = "78";
        EXPECT_EQ(reason_for(second, why), why);
    }
}

TEST(UnmatchedReceipts, AreKeptUpToTheirBoundAndTheOldestGiveWay) {
    UnmatchedReceipts unmatched;
    storage::EarlyReceipt receipt = under("", text::MessageState::delivered);
    receipt.tlvs = {{"mcc", "262"}};
    for (std::size_t n = 0; n < UnmatchedReceipts::kept_max + 10; ++n) {
        receipt.carrier_message_id = std::to_string(n);
        unmatched.add(receipt, Unmatched::never_came, 5);
    }
    ASSERT_EQ(unmatched.kept().size(), UnmatchedReceipts::kept_max);
    EXPECT_EQ(unmatched.kept().front().receipt.carrier_message_id, "10");
    EXPECT_EQ(unmatched.kept().back().at, 5);
    EXPECT_TRUE(unmatched.kept().back().receipt.tlvs.empty());
}

}  // namespace
}  // namespace parley::carrier
