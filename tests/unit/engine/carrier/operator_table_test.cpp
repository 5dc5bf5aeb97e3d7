#include "engine/carrier/operator_table.h"

#include <gtest/gtest.h>

namespace parley::carrier {
namespace {

OperatorTable table_of(std::string_view text) {
    OperatorTableReader reader;
    reader.feed(text);
    auto table = reader.finish();
    EXPECT_FALSE(reader.complaint()) << reader.complaint()->text;
    return table ? std::move(*table) : OperatorTable();
}

/// "2:1: …".
std::string complaint(std::string_view text) {
    OperatorTableReader reader;
    reader.feed(text);
    EXPECT_FALSE(reader.finish());
    if (!reader.complaint()) return "none";
    return std::to_string(reader.complaint()->line) + ":" +
           std::to_string(reader.complaint()->column) + ": " + reader.complaint()->text;
}

std::string owner(const OperatorTable& table, std::string_view number) {
    const auto found = table.find(number);
    return std::string(found.name) + "/" + std::to_string(found.digits);
}

TEST(OperatorTable, TheLongestRowCounts) {
    const OperatorTable table = table_of(
        "+1,at large\n"
        "+1555,lilac\n"
        "+15551234567,rose\n"
        "44,british\n");
    EXPECT_EQ(table.rows(), 4u);
    EXPECT_EQ(table.operators(), 4u);
    EXPECT_EQ(owner(table, "+15551234567"), "rose/11");
    EXPECT_EQ(owner(table, "+15551234568"), "lilac/4");
    EXPECT_EQ(owner(table, "+155512345678"), "rose/11");
    EXPECT_EQ(owner(table, "+16660000000"), "at large/1");
    EXPECT_EQ(owner(table, "+442071838750"), "british/2");
    EXPECT_EQ(owner(table, "+33100000000"), "/0");
    EXPECT_EQ(owner(table, "15551234567"), "/0") << "no number of E.164";
    EXPECT_EQ(owner(table, ""), "/0");
    EXPECT_EQ(owner(OperatorTable(), "+15551234567"), "/0");
}

TEST(OperatorTable, NumbersOfAllLengthsAreKeptWhole) {
    // Values beyond 32 bits, alike in either half.
    const OperatorTable table = table_of(
        "+999999999999999,a\n+4294967296,b\n+8589934592,c\n"
        "+4294967297,d\n+1,e\n+100000000000000,f\n");
    EXPECT_EQ(owner(table, "+999999999999999"), "a/15");
    EXPECT_EQ(owner(table, "+999999999999998"), "/0");
    EXPECT_EQ(owner(table, "+4294967296"), "b/10");
    EXPECT_EQ(owner(table, "+8589934592"), "c/10");
    EXPECT_EQ(owner(table, "+4294967297"), "d/10");
    EXPECT_EQ(owner(table, "+8589934593"), "/0");
    EXPECT_EQ(owner(table, "+100000000000000"), "f/15");
    EXPECT_EQ(owner(table, "+10000000000000"), "e/1");
}

TEST(OperatorTable, LinesComeInAnyPiecesAndAnyOrder) {
    const std::string text =
        "\xEF\xBB\xBF# ported since May\r\n\r\n +15551234567 ,\trose \r\n"
        "   \n+1555,lilac\n+15551234567,rose";
    for (std::size_t piece = 1; piece < text.size(); ++piece) {
        OperatorTableReader reader;
        for (std::size_t at = 0; at < text.size(); at += piece)
            reader.feed(std::string_view(text).substr(at, piece));
        const auto table = reader.finish();
        ASSERT_TRUE(table) << piece;
        EXPECT_EQ(table->rows(), 2u) << "said twice, kept once";
        EXPECT_EQ(owner(*table, "+15551234567"), "rose/11");
        EXPECT_EQ(owner(*table, "+15550000000"), "lilac/4");
    }
    EXPECT_EQ(table_of("").rows(), 0u);
}

TEST(OperatorTable, TheFirstFaultRefusesTheWholeWithItsPlace) {
    const std::string number =
        " is no number and no beginning of one: expected '+' and 1 … 15 "
        "digits, the first not 0";
    EXPECT_EQ(complaint("+1,a\n+1x,b\n+2y,c\n"), "2:1: '+1x'" + number);
    EXPECT_EQ(complaint("+1,a\n\n  01,b\n"), "3:3: '01'" + number);
    EXPECT_EQ(complaint("number,operator\n"), "1:1: 'number'" + number);
    EXPECT_EQ(complaint(",b\n"), "1:1: ''" + number);
    EXPECT_EQ(complaint("+1234567890123456,b\n"), "1:1: '+1234567890123456'" + number);
    EXPECT_EQ(complaint("+1\n"), "1:3: the operator is missing: expected number,operator");
    EXPECT_EQ(complaint("+1,a,b\n"), "1:5: a third column: expected number,operator");
    EXPECT_EQ(complaint("+1,\n"),
              "1:4: '' is no name of an operator: expected 1 … 64 octets without quotes");
    EXPECT_EQ(complaint("+1,\"a\"\n"),
              "1:4: '\"a\"' is no name of an operator: expected 1 … 64 octets without quotes");
    EXPECT_EQ(complaint("+1,a\n+2,b\n+1,c\n"),
              "3:1: the same number belongs to 'c' here and to 'a' in line 1");
    EXPECT_EQ(complaint("+1,a\n" + std::string(2'000, '1')),
              "2:1025: the line is longer than 1024 octets: expected number,operator");
}

TEST(OperatorTable, ARowCostsSixOctetsAndALittle) {
    OperatorTableReader reader;
    constexpr std::size_t rows = 100'000;
    for (std::uint64_t n = 0; n < rows; ++n)
        reader.feed("+1" + std::to_string(2'000'000'000 + n * 79'999) + ",operator" +
                    std::to_string(n % 50) + "\n");
    const auto table = reader.finish();
    ASSERT_TRUE(table);
    EXPECT_EQ(table->rows(), rows);
    EXPECT_LT(table->octets(), rows * 6 + 8'192);
}

}  // namespace
}  // namespace parley::carrier
