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

// ---- Layouts.

std::vector<std::size_t> segment_sizes(const Segmented& segmented) {
    std::vector<std::size_t> sizes;
    for (const auto& segment : segmented.segments)
        sizes.push_back(segment.size());
    return sizes;
}

TEST(Layouts, ASixteenBitReferenceLeaves152SeptetsOr66Units) {
    const Layout narrow{.method = Method::udh16};
    const auto segmented = split(times(161, "a"), narrow, 0x1234);
    EXPECT_EQ(body_sizes(segmented), (std::vector<std::size_t>{152, 9}));
    EXPECT_EQ(segmented.segments[1].substr(0, 7), "\x06\x08\x04\x12\x34\x02\x02"s);
    const Layout wide{.encoding = Encoding::ucs2, .method = Method::udh16};
    EXPECT_EQ(body_sizes(split(times(71, "Ж"), wide, 1)), (std::vector<std::size_t>{132, 10}));
}

TEST(Layouts, AnEightBitReferenceTakesTheLowOctet) {
    const auto segmented = split(times(161, "a"), Layout{}, 0x12AB);
    EXPECT_EQ(parse_user_data(segmented.segments[0]).concatenation->reference, 0xAB);
}

TEST(Layouts, SarHasNoHeadersAndRoomForTheOnesTheSmscWrites) {
    const auto segmented = split(times(161, "a"), Layout{.method = Method::sar}, 0x1234);
    EXPECT_FALSE(segmented.udhi);
    EXPECT_EQ(segment_sizes(segmented), (std::vector<std::size_t>{152, 9}));
    EXPECT_EQ(segmented.reference, 0x1234);
    EXPECT_EQ(segmented.method, Method::sar);
}

TEST(Layouts, APayloadIsWholeAndCountedAsThePhoneGetsIt) {
    const Layout layout{.method = Method::payload};
    const auto segmented = split(times(400, "a"), layout, 1);
    EXPECT_FALSE(segmented.udhi);
    EXPECT_EQ(segmented.segments, std::vector<std::string>{times(400, "a")});
    EXPECT_EQ(measure(times(400, "a"), layout).segments, 3u);
    EXPECT_TRUE(split(times(255 * 153 + 1, "a"), layout, 1).segments.empty());
}

TEST(Layouts, ANationalAlphabetIsNamedInEverySegment) {
    const Layout layout{.tables = {Language::turkish, Language::spanish}};
    const auto alone = split("ğ", layout, 1);
    EXPECT_TRUE(alone.udhi);
    EXPECT_EQ(alone.segments[0], "\x06\x24\x01\x02\x25\x01\x01\x0C"s);

    const auto segmented = split(times(153, "ğ"), layout, 0xAB);
    ASSERT_EQ(body_sizes(segmented), (std::vector<std::size_t>{146, 7}))
        << "twelve octets of header are fourteen septets";
    const auto data = parse_user_data(segmented.segments[1]);
    EXPECT_EQ(data.tables, layout.tables);
    EXPECT_EQ(data.concatenation->part, 2);
    EXPECT_EQ(decode(0, data.body, {}, data.tables).text, times(7, "ğ"));
    EXPECT_EQ(split(times(152, "ğ"), layout, 1).segments.size(), 1u);
}

TEST(Layouts, OneShiftTableLeaves155SeptetsOr149) {
    const Layout layout{.tables = {Language::none, Language::turkish}};
    EXPECT_EQ(split(times(155, "a"), layout, 1).segments.size(), 1u);
    EXPECT_EQ(body_sizes(split(times(156, "a"), layout, 1)), (std::vector<std::size_t>{149, 7}));
}

TEST(Layouts, FurtherElementsStandInEverySegment) {
    std::string elements;
    append_ports({.destination = 0x0B84, .source = 0x23F0, .wide = true}, elements);
    const Layout layout{.elements = elements};
    EXPECT_EQ(split("x", layout, 1).segments[0], "\x06\x05\x04\x0B\x84\x23\xF0x"s);
    const auto segmented = split(times(153, "a"), layout, 1);
    EXPECT_EQ(body_sizes(segmented), (std::vector<std::size_t>{146, 7}));
    for (const auto& segment : segmented.segments) {
        const auto data = parse_user_data(segment);
        EXPECT_EQ(data.ports, (Ports{0x0B84, 0x23F0, true}));
        EXPECT_TRUE(data.concatenation);
    }
}

TEST(Layouts, OneOctetACharacterLeaves140Or134) {
    const Layout layout{.encoding = Encoding::latin1};
    const auto alone = split(times(140, "ç"), layout, 1);
    EXPECT_EQ(segment_sizes(alone), std::vector<std::size_t>{140});
    EXPECT_EQ(alone.data_coding, 3);
    EXPECT_EQ(body_sizes(split(times(141, "ç"), layout, 1)), (std::vector<std::size_t>{134, 7}));
}

TEST(Layouts, OctetsAreCutAnywhere) {
    std::string octets;
    for (int i = 0; i < 300; ++i)
        octets.push_back(static_cast<char>(i));
    const Layout layout{.encoding = Encoding::binary};
    const auto segmented = split(octets, layout, 1);
    EXPECT_EQ(segmented.data_coding, 4);
    EXPECT_EQ(body_sizes(segmented), (std::vector<std::size_t>{134, 134, 32}));
    std::string joined;
    for (const auto& segment : segmented.segments)
        joined += parse_user_data(segment).body;
    EXPECT_EQ(joined, octets);
    EXPECT_EQ(split(octets.substr(0, 140), layout, 1).segments.size(), 1u);
    EXPECT_EQ(measure("", layout).segments, 1u);
}

TEST(Layouts, PackedSegmentsFill140Octets) {
    const Layout layout{.packed = true};
    EXPECT_EQ(segment_sizes(split(times(160, "a"), layout, 1)), std::vector<std::size_t>{140});
    const auto segmented = split(times(161, "a"), layout, 1);
    EXPECT_EQ(segment_sizes(segmented), (std::vector<std::size_t>{140, 14}));
    const auto data = parse_user_data(segmented.segments[0]);
    EXPECT_EQ(data.fill_bits, 1u);
    EXPECT_EQ(decode(0, data.body, Dialect{.packed = true}, {}, data.fill_bits).text,
              times(153, "a"));
}

TEST(Layouts, APackedSegmentNeverEndsInWhatLooksLikeFilling) {
    const Layout layout{.packed = true};
    const auto segmented = split(times(160, "@"), layout, 1);
    ASSERT_EQ(segmented.segments.size(), 2u) << "there is no room for the guarding CR";
    std::string joined;
    for (const auto& segment : segmented.segments) {
        EXPECT_LE(segment.size(), 140u);
        const auto data = parse_user_data(segment);
        joined += decode(0, data.body, Dialect{.packed = true}, {}, data.fill_bits).text;
    }
    EXPECT_EQ(joined, times(160, "@"));
}

TEST(Layouts, ATextThatTheEncodingDoesNotHoldHasNoSegments) {
    const Layout layout{.encoding = Encoding::hebrew};
    EXPECT_TRUE(split("Ж", layout, 1).segments.empty());
    EXPECT_EQ(measure("שלЖ", layout).misfit, 4u);
    EXPECT_EQ(measure("x", Layout{.encoding = Encoding::jis}).misfit, 0u) << "only read";
}

TEST(Clusters, AreKeptWholeAtTheEdgeOfASegment) {
    // A family of four: seven code points, eleven units.
    const std::string family = "👨\u200D👩\u200D👧\u200D👦";
    const auto segmented = split(times(60, "Ж") + family + times(10, "Ж"), 1);
    ASSERT_EQ(body_sizes(segmented), (std::vector<std::size_t>{120, 42}));
    EXPECT_EQ(decode_ucs2(parse_user_data(segmented.segments[1]).body), family + times(10, "Ж"));
}

TEST(Clusters, MarksFlagsAndLineEndsStayWithWhatTheyBelongTo) {
    const auto first_part = [](const std::string& text) {
        return decode_ucs2(parse_user_data(split(text, 1).segments[0]).body);
    };
    EXPECT_EQ(first_part(times(66, "Ж") + "и\u0306" + times(9, "Ж")), times(66, "Ж"));
    EXPECT_EQ(first_part(times(63, "Ж") + "🇩🇪🇫🇷" + times(9, "Ж")), times(63, "Ж") + "🇩🇪");
    EXPECT_EQ(first_part(times(65, "Ж") + "🇩🇪" + times(9, "Ж")), times(65, "Ж"));
    EXPECT_EQ(first_part(times(66, "Ж") + "\r\n" + times(9, "Ж")), times(66, "Ж"));
    const auto narrow = split(times(152, "a") + "\r\n" + times(30, "b"), 1);
    EXPECT_EQ(body_sizes(narrow), (std::vector<std::size_t>{152, 32}));
}

TEST(Clusters, LongerThanASegmentAreCutBetweenCharacters) {
    const std::string text = "Ж" + times(200, "\u0301");
    const auto segmented = split(text, 1);
    EXPECT_EQ(body_sizes(segmented), (std::vector<std::size_t>{134, 134, 134}));
    EXPECT_EQ(count(text).segments, 3u);
}

TEST(OneSegment, IsWrittenAsSplitWouldHaveWrittenIt) {
    for (const auto& text :
         {""s, "hello"s, times(160, "a"), times(161, "a"), times(80, "€"), times(81, "€"),
          times(70, "Ж"), times(71, "Ж"), times(105, "é"), times(120, "é"), times(1000, "ab€"),
          times(300, "😀"), times(255 * 153 + 1, "a")}) {
        const auto segmented = split(text, 7);
        for (std::size_t i = 0; i < segmented.segments.size(); ++i) {
            std::string out = "before";
            const auto head = write_segment(text, 7, i, out);
            ASSERT_TRUE(head);
            EXPECT_EQ(out, "before" + segmented.segments[i]);
            EXPECT_EQ(head->encoding, segmented.encoding);
            EXPECT_EQ(head->data_coding, segmented.data_coding);
            EXPECT_EQ(head->udhi, segmented.udhi);
            EXPECT_EQ(head->segments, segmented.segments.size());
        }
        std::string out = "before";
        EXPECT_FALSE(write_segment(text, 7, segmented.segments.size(), out));
        EXPECT_EQ(out, "before");
    }
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

TEST(UserData, ReadsPortsAndNationalAlphabets) {
    const auto data = parse_user_data("\x0A\x24\x01\x03\x25\x01\x06\x04\x02\xF0\xF5x"sv);
    EXPECT_EQ(data.tables, (ShiftTables{Language::hindi, Language::portuguese}));
    EXPECT_EQ(data.ports, (Ports{0xF0, 0xF5, false}));
    EXPECT_EQ(data.fill_bits, fill_bits_after(11));
    EXPECT_EQ(data.body, "x");
    const auto reserved = parse_user_data("\x03\x24\x01\x63x"sv);
    EXPECT_EQ(reserved.tables, ShiftTables{});
}

TEST(UserData, ABodyIsDetachedFromTheHeaderThatNamesItsAlphabet) {
    const std::string text = times(200, "ğ");
    const Layout layout{.tables = {Language::turkish, Language::none}};
    std::string joined;
    for (const auto& segment : split(text, layout, 1).segments) {
        const Detached part = detach(parse_user_data(segment), 0);
        EXPECT_EQ(part.data_coding, 8);
        joined += part.octets;
    }
    EXPECT_EQ(decode_ucs2(joined), text);

    const Detached plain = detach(parse_user_data("\x05\x00\x03\xCC\x03\x02hello"sv), 0);
    EXPECT_EQ(plain.octets, "hello");
    EXPECT_EQ(plain.data_coding, 0);
    const Detached wide = detach(parse_user_data("\x03\x24\x01\x01\0A"sv), 8);
    EXPECT_EQ(wide.octets, "\0A"sv) << "only GSM 7 has national alphabets";
    EXPECT_EQ(wide.data_coding, 8);
}

TEST(UserData, PackedBodiesAreDetachedSoThatTheyJoin) {
    const Dialect dialect{.packed = true};
    const std::string text = times(300, "ab");
    std::string joined;
    for (const auto& segment : split(text, Layout{.packed = true}, 1).segments)
        joined += detach(parse_user_data(segment), 0, dialect).octets;
    EXPECT_EQ(decode_ucs2(joined), text);
}

TEST(UserData, AnElementThatRunsPastTheHeaderEndsIt) {
    const auto data = parse_user_data("\x07\x00\x03\x01\x02\x01\x24\x09x"sv);
    EXPECT_TRUE(data.concatenation);
    EXPECT_EQ(data.body, "x");
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
