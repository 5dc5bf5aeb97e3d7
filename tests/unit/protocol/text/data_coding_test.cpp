#include "protocol/text/charset.h"

#include <string>

#include <gtest/gtest.h>

namespace parley::text {
namespace {

using namespace std::string_literals;
using Kind = Waiting::Kind;

TEST(DataCodingValues, HaveTheMeaningsOfSmpp) {
    constexpr std::array expected = {
        Encoding::gsm7,   Encoding::ascii, Encoding::binary,   Encoding::latin1,
        Encoding::binary, Encoding::jis,   Encoding::cyrillic, Encoding::hebrew,
        Encoding::ucs2,   Encoding::gsm7,  Encoding::jis,      Encoding::gsm7,
        Encoding::gsm7,   Encoding::jis,   Encoding::ksc5601,  Encoding::gsm7};
    for (std::uint8_t value = 0; value < 16; ++value) {
        const DataCoding coding = read_data_coding(value);
        EXPECT_EQ(coding.encoding, expected[value]) << int{value};
        EXPECT_FALSE(coding.message_class);
        EXPECT_FALSE(coding.waiting);
    }
}

TEST(DataCodingValues, OfTheGeneralGroupsSayAlphabetClassAndDeletion) {
    const DataCoding flash = read_data_coding(0x10);
    EXPECT_EQ(flash.encoding, Encoding::gsm7);
    EXPECT_EQ(flash.message_class, 0);
    EXPECT_FALSE(flash.delete_when_read);

    const DataCoding wide_to_sim = read_data_coding(0x1A);
    EXPECT_EQ(wide_to_sim.encoding, Encoding::ucs2);
    EXPECT_EQ(wide_to_sim.message_class, 2);

    const DataCoding deleted = read_data_coding(0x54);
    EXPECT_EQ(deleted.encoding, Encoding::binary);
    EXPECT_EQ(deleted.message_class, 0);
    EXPECT_TRUE(deleted.delete_when_read);

    const DataCoding without_class = read_data_coding(0x48);
    EXPECT_EQ(without_class.encoding, Encoding::ucs2);
    EXPECT_FALSE(without_class.message_class);

    const DataCoding compressed = read_data_coding(0x20);
    EXPECT_TRUE(compressed.compressed);
    EXPECT_EQ(compressed.encoding, Encoding::binary);
}

TEST(DataCodingValues, OfTheWaitingGroupsSayWhatWaits) {
    const DataCoding discard = read_data_coding(0xC8);
    EXPECT_EQ(discard.encoding, Encoding::gsm7);
    EXPECT_EQ(discard.waiting, (Waiting{Kind::voicemail, true, false}));
    EXPECT_EQ(read_data_coding(0xD1).waiting, (Waiting{Kind::fax, false, true}));
    const DataCoding wide = read_data_coding(0xEB);
    EXPECT_EQ(wide.encoding, Encoding::ucs2);
    EXPECT_EQ(wide.waiting, (Waiting{Kind::other, true, true}));
    EXPECT_EQ(read_data_coding(0xCA).waiting->kind, Kind::email);
}

TEST(DataCodingValues, OfTheClassGroupSayAlphabetAndClass) {
    EXPECT_EQ(read_data_coding(0xF0).message_class, 0);
    EXPECT_EQ(read_data_coding(0xF0).encoding, Encoding::gsm7);
    EXPECT_EQ(read_data_coding(0xF7).message_class, 3);
    EXPECT_EQ(read_data_coding(0xF7).encoding, Encoding::binary);
}

TEST(DataCodingValues, ThatAreReservedAreGsm7) {
    for (int value = 0x80; value < 0xC0; ++value) {
        const DataCoding coding = read_data_coding(static_cast<std::uint8_t>(value));
        EXPECT_EQ(coding.encoding, Encoding::gsm7) << value;
        EXPECT_FALSE(coding.message_class || coding.waiting);
    }
}

TEST(DataCodingValues, WithAClassAreReadBack) {
    for (const Encoding encoding : {Encoding::gsm7, Encoding::binary, Encoding::ucs2}) {
        for (std::uint8_t message_class = 0; message_class < 4; ++message_class) {
            const auto value = data_coding_with_class(encoding, message_class);
            ASSERT_TRUE(value);
            EXPECT_EQ(read_data_coding(*value).encoding, encoding);
            EXPECT_EQ(read_data_coding(*value).message_class, message_class);
        }
    }
    EXPECT_FALSE(data_coding_with_class(Encoding::gsm7, 4));
    EXPECT_FALSE(data_coding_with_class(Encoding::latin1, 0)) << "GSM has no such alphabet";
}

TEST(Dialects, SayWhatZeroMeans) {
    Dialect latin;
    latin.codings[0] = Encoding::latin1;
    EXPECT_EQ(decode(0, "@\xE9", latin).text, "@é");
    EXPECT_EQ(decode(0, "\0\x05"s).text, "@é") << "GSM 7 unless said otherwise";
    // Vibes: 0 is ASCII and 4 is GSM 7 (peers.md §5b).
    Dialect vibes;
    vibes.codings[0] = Encoding::ascii;
    vibes.codings[4] = Encoding::gsm7;
    EXPECT_EQ(decode(0, "$@", vibes).text, "$@");
    EXPECT_EQ(decode(4, "\x02\0"s, vibes).text, "$@");
    EXPECT_EQ(data_coding_of(Encoding::gsm7, vibes), 4) << "so this is where ours go";
    EXPECT_EQ(data_coding_of(Encoding::ascii, vibes), 1);
    EXPECT_EQ(data_coding_of(Encoding::binary, vibes), 2);
    EXPECT_EQ(data_coding_of(Encoding::ucs2, vibes), 8);
}

TEST(Dialects, ThatPackAreUnpackedBehindTheHeaderToo) {
    const Dialect packed{.packed = true};
    EXPECT_EQ(decode(0, "\xE8\x32\x9B\xFD\x46\x97\xD9\xEC\x37", packed).text, "hellohello");
    EXPECT_EQ(decode(0, "\x82", packed, {}, 1).text, "A");
    EXPECT_EQ(decode(8, "\0A"s, packed).text, "A") << "only GSM 7 is packed";
}

TEST(Dialects, OfTheSpecificationReadBackWhatWeSend) {
    for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(last_encoding); ++i) {
        const auto encoding = static_cast<Encoding>(i);
        EXPECT_EQ(read_data_coding(data_coding_of(encoding)).encoding, encoding) << name(encoding);
        EXPECT_EQ(data_coding_of(encoding, Dialect{}), data_coding_of(encoding));
    }
}

TEST(Decode, ReadsANationalAlphabetWhenTheHeaderNamesIt) {
    EXPECT_EQ(decode(0, "\x0C", {}, {Language::turkish, Language::none}).text, "ğ");
    EXPECT_EQ(decode(8, "\0A"s, {}, {Language::turkish, Language::none}).text, "A");
}

TEST(Decode, ReadsEastAsianSets) {
    // One text in the three forms that data_coding 5 is seen in, and once in KS C 5601.
    EXPECT_EQ(decode(5, "\x93\xFA\x96\x7B\x82\xF0").text, "日本を");  // Shift_JIS
    EXPECT_EQ(decode(5, "\xC6\xFC\xCB\xDC\xA4\xF2").text, "日本を");  // EUC-JP
    EXPECT_EQ(decode(10, "\x1B$BF|K\\$r\x1B(B").text, "日本を");      // ISO-2022-JP
    EXPECT_EQ(decode(13, "\x8F\xB0\xA1").text, "丂") << "JIS X 0212";
    EXPECT_EQ(decode(5, "plain").text, "plain");
    EXPECT_EQ(decode(5, "\xB1\xB2\xB3").text, "ｱｲｳ") << "half-width kana of Shift_JIS";
    EXPECT_EQ(decode(14, "\xC7\xD1\xB1\xB9").text, "한국");
    EXPECT_EQ(decode(5, "").text, "");
    EXPECT_TRUE(decode(14, "").lossless);
}

TEST(Decode, SaysWhenEastAsianOctetsWereLost) {
    for (const int coding : {5, 10, 13, 14}) {
        const Decoded decoded = decode(static_cast<std::uint8_t>(coding), "ok\xFF");
        EXPECT_EQ(decoded.text, "ok\uFFFD") << coding;
        EXPECT_FALSE(decoded.lossless) << coding;
    }
}

}  // namespace
}  // namespace parley::text
