// The hot paths of the text codec do not allocate. This file replaces operator new for the whole
// program and counts.

#include "protocol/text/choose.h"
#include "protocol/text/receipt.h"
#include "protocol/text/receipt_time.h"
#include "protocol/text/segments.h"
#include "tests/support/count_allocations.h"

#include <string>

#include <gtest/gtest.h>

namespace parley::text {
namespace {

using parley::testing::allocations_in;

std::string times(std::size_t count, std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < count; ++i)
        result += text;
    return result;
}

const std::string texts[] = {times(16, "one message "), times(40, "three segments "),
                             times(60, "Ж"), times(200, "Ж€"), times(90, "€[é]")};

TEST(Allocations, AreCounted) {
    EXPECT_EQ(allocations_in([] { times(1, std::string(1000, 'x')); }), 2u);
}

TEST(Allocations, AreNoneWhenCounting) {
    for (const auto& text : texts)
        EXPECT_EQ(allocations_in([&] { (void)count(text); }), 0u) << text;
}

TEST(Allocations, AreNoneWhenAskingWhatForcedUnicode) {
    for (const auto& text : texts)
        EXPECT_EQ(allocations_in([&] { (void)not_gsm7(text); }), 0u) << text;
}

TEST(Allocations, AreNoneWhenASegmentIsWrittenIntoABufferThatIsLargeEnough) {
    std::string out;
    out.reserve(10'000);
    for (const auto& text : texts) {
        out.clear();
        EXPECT_EQ(allocations_in([&] { (void)write_segment(text, 7, 0, out); }), 0u) << text;
        EXPECT_FALSE(out.empty());
    }
}

TEST(Allocations, AreTheOutputAloneWhenOneSegmentIsSplit) {
    const std::string text(160, 'x');
    EXPECT_EQ(allocations_in([&] { (void)split(text, 7u); }), 2) << "the vector and the string";
}

TEST(Allocations, AreNoneWhenGsm7IsWrittenAndReadWithBuffersThatAreLargeEnough) {
    std::string septets, again;
    septets.reserve(10'000);
    again.reserve(10'000);
    for (const ShiftTables tables : {ShiftTables{}, ShiftTables{Language::turkish, {}}}) {
        const int allocated = allocations_in([&] {
            encode_gsm7("[ÖÄÜ] costs 5 €", septets, tables);
            decode_gsm7(septets, again, tables);
        });
        EXPECT_EQ(allocated, 0);
    }
    EXPECT_FALSE(again.empty());
}

TEST(Allocations, AreNoneWhenAReceiptIsRead) {
    constexpr std::string_view receipt =
        "id:0123456789 sub:001 dlvrd:001 submit date:1005232039 done date:1005242339 stat:DELIVRD "
        "err:000 text:This is a sample mes";
    EXPECT_EQ(allocations_in([&] {
                  const auto joined = join_receipt(
                      {.receipted_message_id = "0123456789", .message_state = 2}, receipt);
                  EXPECT_TRUE(read_receipt_time(joined->done_date));
              }),
              0);
}

}  // namespace
}  // namespace parley::text
