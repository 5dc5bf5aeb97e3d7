#include "protocol/text/receipt_time.h"

#include <gtest/gtest.h>

namespace parley::text {
namespace {

TEST(ReceiptTime, IsReadInEveryWidth) {
    const ReceiptTime minute{2010, 5, 23, 20, 39, 0};
    EXPECT_EQ(read_receipt_time("1005232039"), minute);
    const ReceiptTime second{2016, 11, 24, 10, 17, 32};
    EXPECT_EQ(read_receipt_time("161124101732"), second);
    EXPECT_EQ(read_receipt_time("20161124101732"), second);
    const ReceiptTime with_offset{2018, 7, 11, 7, 0, 3, 180};
    EXPECT_EQ(read_receipt_time("180711070003912+"), with_offset);
    EXPECT_EQ(read_receipt_time("180711070003912-")->offset_minutes, -180);
}

TEST(ReceiptTime, OfTwelveDigitsThatAreNoShortYearHasALongOne) {
    const ReceiptTime expected{2024, 1, 15, 12, 30, 0};
    EXPECT_EQ(read_receipt_time("202401151230"), expected);
}

TEST(ReceiptTime, ThatIsNoneIsRefused) {
    for (const auto* written :
         {"", "0", "000000000000", "0000000000", "1013232039", "1002302039", "1005232439",
          "1005232060", "10052320390", "18071107000391 +", "180711070003949+", "180711070003912R",
          "18o7110700", "30000101000000", "null", "1005232039 "}) {
        EXPECT_FALSE(read_receipt_time(written)) << written;
    }
}

TEST(ReceiptTime, KnowsLeapYears) {
    EXPECT_TRUE(read_receipt_time("2402290000"));
    EXPECT_FALSE(read_receipt_time("2302290000"));
}

TEST(ReceiptTime, BecomesSecondsSinceTheEpoch) {
    EXPECT_EQ(unix_seconds(*read_receipt_time("000101000001")), 946684801);
    EXPECT_EQ(unix_seconds(*read_receipt_time("1111111111")), 1321009860);
    EXPECT_EQ(unix_seconds(*read_receipt_time("1111111111"), 60), 1321009860 - 3600);
    EXPECT_EQ(unix_seconds(*read_receipt_time("111111111100004+"), 500), 1321009860 - 3600)
        << "its own offset counts";
    EXPECT_EQ(unix_seconds(*read_receipt_time("111111111100004-")), 1321009860 + 3600);
}

}  // namespace
}  // namespace parley::text
