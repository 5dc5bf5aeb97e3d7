#include "protocol/text/segments.h"

#include <string>

#include <gtest/gtest.h>

namespace parley::text {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

std::string times(std::size_t count, std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < count; ++i)
        result += text;
    return result;
}

std::vector<std::size_t> body_sizes(const Segmented& segmented) {
    std::vector<std::size_t> sizes;
    for (const auto& segment : segmented.segments) {
        sizes.push_back(segmented.udhi ? parse_user_data(segment).body.size() : segment.size());
    }
    return sizes;
}

TEST(Segments, AnEmptyTextIsOneEmptySegment) {
    const auto segmented = split("", 7);
    EXPECT_EQ(segmented.segments, std::vector<std::string>{""});
    EXPECT_FALSE(segmented.udhi);
    EXPECT_EQ(count("").segments, 1u);
}

TEST(Segments, ATextThatFitsCarriesNoHeader) {
    const auto narrow = split(times(160, "a"), 7);
    EXPECT_EQ(narrow.segments, std::vector<std::string>{times(160, "a")});
    EXPECT_FALSE(narrow.udhi);
    EXPECT_EQ(narrow.data_coding, 0);

    const auto wide = split(times(70, "Ж"), 7);
    EXPECT_EQ(body_sizes(wide), std::vector<std::size_t>{140});
    EXPECT_FALSE(wide.udhi);
    EXPECT_EQ(wide.data_coding, 8);
    EXPECT_EQ(wide.encoding, Encoding::ucs2);
}

TEST(Segments, OneCharacterMoreTakesTwoSegmentsWithHeaders) {
    const auto segmented = split(times(161, "a"), 0xAB);
    EXPECT_TRUE(segmented.udhi);
    ASSERT_EQ(body_sizes(segmented), (std::vector<std::size_t>{153, 8}));
    EXPECT_EQ(segmented.segments[0].substr(0, 6), "\x05\x00\x03\xAB\x02\x01"s);
    EXPECT_EQ(segmented.segments[1], "\x05\x00\x03\xAB\x02\x02"s + times(8, "a"));

    EXPECT_EQ(body_sizes(split(times(71, "Ж"), 1)), (std::vector<std::size_t>{134, 8}));
}

TEST(Segments, NeverCutsAnEscapePair) {
    const auto text = times(152, "a") + "€" + times(10, "b");
    const auto segmented = split(text, 1);
    ASSERT_EQ(body_sizes(segmented), (std::vector<std::size_t>{152, 12}));
    EXPECT_EQ(parse_user_data(segmented.segments[1]).body, "\x1B\x65" + times(10, "b"));
}

TEST(Segments, NeverCutsASurrogatePair) {
    const auto text = times(66, "Ж") + "😀" + times(10, "Ж");
    const auto segmented = split(text, 1);
    ASSERT_EQ(body_sizes(segmented), (std::vector<std::size_t>{132, 24}));
    EXPECT_EQ(decode_ucs2(parse_user_data(segmented.segments[1]).body), "😀" + times(10, "Ж"));
}

TEST(Segments, AnExtensionCharacterCountsTwiceTowardsTheLimit) {
    EXPECT_EQ(split(times(80, "€"), 1).segments.size(), 1u);
    EXPECT_EQ(split(times(80, "€") + "a", 1).segments.size(), 2u);
    EXPECT_EQ(count(times(80, "€") + "a").units, 161u);
}

TEST(Segments, MoreThan255AreNone) {
    EXPECT_EQ(split(times(255 * 153, "a"), 1).segments.size(), 255u);
    EXPECT_EQ(count(times(255 * 153, "a")).segments, 255u);
    EXPECT_TRUE(split(times(255 * 153 + 1, "a"), 1).segments.empty());
    EXPECT_EQ(count(times(255 * 153 + 1, "a")).segments, 0u);
    EXPECT_EQ(split(times(255 * 67, "Ж"), 1).segments.size(), 255u);
    EXPECT_EQ(count(times(255 * 67 + 1, "Ж")).segments, 0u);
}

TEST(Segments, PairsAtTheEdgeMayCostASegmentAndAreCountedSo) {
    // 306 septets would fill two segments of 153, but 76 pairs are all that one holds.
    const auto text = times(76 * 2 + 1, "€");
    EXPECT_EQ(count(text).segments, 3u);
    EXPECT_EQ(split(text, 1).segments.size(), 3u);
}

TEST(UserData, ReadsAnEightBitReference) {
    const auto data = parse_user_data("\x05\x00\x03\xCC\x03\x02hello"sv);
    ASSERT_TRUE(data.concatenation);
    EXPECT_EQ(data.concatenation->reference, 0xCC);
    EXPECT_EQ(data.concatenation->total, 3);
    EXPECT_EQ(data.concatenation->part, 2);
    EXPECT_FALSE(data.concatenation->wide);
    EXPECT_EQ(data.body, "hello");
    EXPECT_FALSE(data.broken);
}

TEST(UserData, ReadsASixteenBitReferenceBehindOtherElements) {
    const auto data = parse_user_data("\x0C\x05\x04\x0B\x84\x23\xF0\x08\x04\x12\x34\x02\x01x"sv);
    ASSERT_TRUE(data.concatenation);
    EXPECT_EQ(data.concatenation->reference, 0x1234);
    EXPECT_TRUE(data.concatenation->wide);
    EXPECT_EQ(data.body, "x");
}

TEST(UserData, TheLastOfRepeatedElementsCounts) {
    const auto data = parse_user_data("\x0A\x00\x03\x01\x02\x01\x00\x03\x07\x02\x02x"sv);
    ASSERT_TRUE(data.concatenation);
    EXPECT_EQ(data.concatenation->reference, 7);
}

TEST(UserData, IgnoresAnImpossibleConcatenationButNotItsHeader) {
    for (const auto& header :
         {"\x05\x00\x03\x01\x00\x01"s, "\x05\x00\x03\x01\x02\x00"s, "\x05\x00\x03\x01\x02\x03"s,
          "\x05\x00\x04\x01\x02\x01"s, "\x03\x00\x01\x01"s, "\x01\x00"s, "\x00"s}) {
        const auto octets = header + "body";
        const auto data = parse_user_data(octets);
        EXPECT_FALSE(data.concatenation);
        EXPECT_EQ(data.body, "body");
        EXPECT_FALSE(data.broken);
    }
}

TEST(UserData, AHeaderPastTheEndIsBrokenAndAllIsBody) {
    for (const auto& octets : {""s, "\x05\x00\x03"s, "\x01"s,
                               "\xFF"
                               "text"s}) {
        const auto data = parse_user_data(octets);
        EXPECT_TRUE(data.broken);
        EXPECT_EQ(data.body, octets);
        EXPECT_FALSE(data.concatenation);
    }
    EXPECT_FALSE(parse_user_data("\x05\x00\x03\x01\x02\x01"sv).broken) << "an empty body is fine";
}

}  // namespace
}  // namespace parley::text
