#include "tools/loadgen/receipt_book.h"

#include <string>

#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

using Match = ReceiptBook::Match;
using text::MessageState;

TEST(ReceiptBook, AReceiptSettlesTheMessageOfItsResponse) {
    ReceiptBook book;
    EXPECT_EQ(book.expect("A7", 100).match, Match::unknown);
    EXPECT_EQ(book.outstanding(), 1u);
    EXPECT_TRUE(book.awaits("A7"));
    const auto found = book.receive("A7", MessageState::delivered, 350);
    EXPECT_EQ(found.match, Match::settled);
    EXPECT_EQ(found.sent_ns, 100);
    EXPECT_EQ(found.receipt_ns, 350);
    EXPECT_EQ(book.outstanding(), 0u);
}

TEST(ReceiptBook, AReceiptBeforeItsResponseSettlesItToo) {
    ReceiptBook book;
    EXPECT_EQ(book.receive("A7", MessageState::undeliverable, 90).match, Match::early);
    EXPECT_EQ(book.early(), 1u);
    const auto found = book.expect("A7", 40);
    EXPECT_EQ(found.match, Match::settled);
    EXPECT_EQ(found.sent_ns, 40);
    EXPECT_EQ(found.receipt_ns, 90);
    EXPECT_EQ(found.state, MessageState::undeliverable);
    EXPECT_EQ(book.early(), 0u);
    EXPECT_EQ(book.outstanding(), 0u);
}

TEST(ReceiptBook, ARepeatedReceiptIsNoSecondOne) {
    ReceiptBook book;
    book.expect("A7", 1);
    book.receive("A7", MessageState::delivered, 2);
    EXPECT_EQ(book.receive("A7", MessageState::delivered, 3).match, Match::repeated);
    EXPECT_EQ(book.receive("B8", MessageState::delivered, 3).match, Match::early);
    EXPECT_EQ(book.receive("B8", MessageState::delivered, 4).match, Match::repeated);
}

TEST(ReceiptBook, OnTheWaySettlesNothing) {
    ReceiptBook book;
    book.expect("A7", 1);
    EXPECT_EQ(book.receive("A7", MessageState::enroute, 2).match, Match::intermediate);
    EXPECT_EQ(book.receive("A7", MessageState::accepted, 2).match, Match::intermediate);
    EXPECT_EQ(book.outstanding(), 1u);
    EXPECT_EQ(book.receive("A7", std::nullopt, 3).match, Match::settled) << "a state unknown to us";
}

TEST(ReceiptBook, IdsInTwoBasesMeetWhenTheFormSaysSo) {
    ReceiptBook book({.base = text::MessageIdForm::Base::hex_to_decimal});
    book.expect("1F", 1);
    EXPECT_TRUE(book.awaits("31"));
    EXPECT_EQ(book.receive("31", MessageState::delivered, 2).match, Match::settled);
    ReceiptBook as_is;
    as_is.expect("1F", 1);
    EXPECT_EQ(as_is.receive("31", MessageState::delivered, 2).match, Match::early);
}

TEST(ReceiptBook, AnIdGivenTwiceWaitsForTheLaterMessage) {
    ReceiptBook book;
    book.expect("1", 10);
    book.expect("1", 20);
    EXPECT_EQ(book.outstanding(), 1u);
    EXPECT_EQ(book.receive("1", MessageState::delivered, 30).sent_ns, 20);
    book.expect("1", 40);
    EXPECT_EQ(book.outstanding(), 1u);
    EXPECT_EQ(book.receive("1", MessageState::delivered, 50).match, Match::settled);
}

TEST(ReceiptBook, MemoryIsBoundedWhateverComes) {
    ReceiptBook book;
    std::uint64_t early = 0;
    for (int i = 0; i < 1'100'000; ++i) {
        if (book.receive("x" + std::to_string(i), MessageState::delivered, 1).match ==
            Match::early) {
            ++early;
        }
    }
    EXPECT_EQ(early, 1'000'000u) << "beyond, they are only counted as unknown";
    EXPECT_EQ(book.early(), early);
}

TEST(ReceiptBook, MillionsOfMessagesFindTheirReceiptsAfterTheOldestWereForgotten) {
    ReceiptBook book;
    for (int i = 0; i < 1'200'000; ++i) {
        const auto id = std::to_string(i);
        book.expect(id, i);
        ASSERT_EQ(book.receive(id, MessageState::delivered, i + 5).sent_ns, i);
    }
    EXPECT_EQ(book.outstanding(), 0u);
    EXPECT_EQ(book.receive("1199999", MessageState::delivered, 1).match, Match::repeated);
    EXPECT_EQ(book.receive("0", MessageState::delivered, 1).match, Match::early) << "forgotten";
}

}  // namespace
}  // namespace parley::loadgen
