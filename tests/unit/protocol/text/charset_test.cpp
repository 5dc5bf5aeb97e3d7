#include "protocol/text/charset.h"

#include <string>

#include <gtest/gtest.h>

namespace parley::text {
namespace {

using namespace std::string_literals;

std::string gsm7(std::string_view utf8) {
    std::string out;
    EXPECT_TRUE(encode_gsm7(utf8, out)) << utf8;
    return out;
}

// The printed table of 3GPP TS 23.038 §6.2.1, row by row, and the extension table behind it.
const std::string whole_alphabet =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

TEST(Gsm7, TheWholeDefaultAlphabetIsItsOwnSeptets) {
    std::string septets;
    for (char septet = 0; septet >= 0; ++septet) {
        if (septet != 0x1B) septets.push_back(septet);
        if (septet == 0x7F) break;
    }
    EXPECT_EQ(gsm7(whole_alphabet), septets);
    EXPECT_EQ(decode_gsm7(septets), whole_alphabet);
}

TEST(Gsm7, TheExtensionTableTakesAnEscape) {
    const std::string text = "\f^{}\\[~]|€";
    const std::string septets =
        "\x1B\x0A\x1B\x14\x1B\x28\x1B\x29\x1B\x2F\x1B\x3C\x1B\x3D\x1B\x3E\x1B\x40\x1B\x65";
    EXPECT_EQ(gsm7(text), septets);
    EXPECT_EQ(decode_gsm7(septets), text);
}

TEST(Gsm7, ACharacterOutsideTheAlphabetLeavesTheOutputAsItWas) {
    for (const auto* text : {"ç", "`", "“quoted”", "Grüße 😀", "ends in \x1B", "\t", "Ж"}) {
        std::string out = "before";
        EXPECT_FALSE(encode_gsm7(text, out)) << text;
        EXPECT_EQ(out, "before");
    }
}

TEST(Gsm7, AppendsBehindWhatIsThere) {
    std::string out = "\x05";
    EXPECT_TRUE(encode_gsm7("a@", out));
    EXPECT_EQ(out,
              "\x05"
              "a\0"s);
}

TEST(Gsm7, AnEscapeWithoutExtensionShowsTheBasicCharacter) {
    EXPECT_EQ(decode_gsm7("\x1B"
                          "A"),
              "A");
    EXPECT_EQ(decode_gsm7("a\x1B\x1B"
                          "b"),
              "a b")
        << "reserved for a further table";
}

TEST(Gsm7, WhatIsNoSeptetIsReplaced) {
    EXPECT_EQ(decode_gsm7("a\x80z"), "a\uFFFDz");
    EXPECT_EQ(decode_gsm7("a\x1B"), "a\uFFFD");
    EXPECT_EQ(decode_gsm7("\x1B\xFF"), "\uFFFD\uFFFD");
}

TEST(Ucs2, WritesBigEndianUnitsAndSurrogatePairs) {
    EXPECT_EQ(encode_ucs2("AЖ"), "\0A\x04\x16"s);
    EXPECT_EQ(encode_ucs2("😀"), "\xD8\x3D\xDE\x00"s);
    EXPECT_EQ(decode_ucs2("\xD8\x3D\xDE\x00\0A"s), "😀A");
    EXPECT_EQ(decode_ucs2(encode_ucs2("\U0010FFFF\U00010000\uFFFF")), "\U0010FFFF\U00010000\uFFFF");
}

TEST(Ucs2, LoneSurrogatesAndAnOddOctetAreReplaced) {
    EXPECT_EQ(decode_ucs2("\xD8\x3D\0A"s), "\uFFFDA");
    EXPECT_EQ(decode_ucs2("\xDE\x00\0A"s), "\uFFFDA");
    EXPECT_EQ(decode_ucs2("\0A\xD8\x3D"s), "A\uFFFD");
    EXPECT_EQ(decode_ucs2("\0A\0"s), "A\uFFFD");
}

TEST(Utf8, AcceptsEveryLengthAndRefusesWhatUnicodeForbids) {
    for (const auto* good : {"", "plain ascii, longer than eight", "é", "€", "😀", "\U0010FFFF"}) {
        EXPECT_TRUE(valid_utf8(good)) << good;
    }
    for (const auto* bad :
         {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
          "\xF8\x88\x80\x80\x80", "\xE2\x82", "12345678\xE9", "\xFF", "\xC3("}) {
        EXPECT_FALSE(valid_utf8(bad)) << bad;
    }
}

TEST(Narrowest, IsGsm7UntilOneCharacterForcesUcs2) {
    EXPECT_EQ(narrowest(""), Encoding::gsm7);
    EXPECT_EQ(narrowest(whole_alphabet + "€[]"), Encoding::gsm7);
    EXPECT_EQ(narrowest("It’s"), Encoding::ucs2);
}

TEST(DataCoding, IsWhatSmppNames) {
    EXPECT_EQ(data_coding_of(Encoding::gsm7), 0);
    EXPECT_EQ(data_coding_of(Encoding::ucs2), 8);
    EXPECT_EQ(data_coding_of(Encoding::latin1), 3);
    EXPECT_EQ(data_coding_of(Encoding::binary), 4);
    EXPECT_EQ(name(Encoding::gsm7), "gsm7");
    EXPECT_EQ(name(Encoding::binary), "binary");
    EXPECT_EQ(name(last_encoding), "ksc5601");
}

void expect_decoded(std::uint8_t data_coding, std::string_view octets, std::string_view text,
                    Encoding encoding, bool lossless = true) {
    const Decoded decoded = decode(data_coding, octets);
    EXPECT_EQ(decoded.text, text) << "data_coding " << int{data_coding};
    EXPECT_EQ(decoded.encoding, encoding) << "data_coding " << int{data_coding};
    EXPECT_EQ(decoded.lossless, lossless) << "data_coding " << int{data_coding};
}

TEST(Decode, ReadsTheCodingsOfSmpp) {
    expect_decoded(0, "a\0"s, "a@", Encoding::gsm7);
    expect_decoded(1, "a@", "a@", Encoding::ascii);
    expect_decoded(3, "a@\xE9", "a@é", Encoding::latin1);
    expect_decoded(6, "a\xB0\xF0", "aА№", Encoding::cyrillic);
    expect_decoded(7, "a\xE0\xFA", "aאת", Encoding::hebrew);
    expect_decoded(8, "\0a"s, "a", Encoding::ucs2);
    expect_decoded(2, "\x0A\xFF", "0aff", Encoding::binary);
    expect_decoded(4, "\x0A\xFF", "0aff", Encoding::binary);
}

TEST(Decode, SaysWhenSomethingWasLost) {
    expect_decoded(0, "a\x81", "a\uFFFD", Encoding::gsm7, false);
    expect_decoded(1, "a\x81", "a\uFFFD", Encoding::ascii, false);
    expect_decoded(7, "\xA1", "\uFFFD", Encoding::hebrew, false);
    expect_decoded(8, "\0"s, "\uFFFD", Encoding::ucs2, false);
}

TEST(Decode, ReadsTheDataCodingGroupsOfGsm) {
    const std::string at_sign(1, '\0');
    for (const int flash_or_class : {0x10, 0x11, 0x1C, 0x40, 0xF0, 0xF3, 0xC0, 0xC8, 0xD0, 0xDB}) {
        expect_decoded(static_cast<std::uint8_t>(flash_or_class), at_sign, "@", Encoding::gsm7);
    }
    for (const int octets : {0x14, 0x15, 0xF4, 0xF7, 0x20, 0x38, 0x64}) {
        expect_decoded(static_cast<std::uint8_t>(octets), at_sign, "00", Encoding::binary);
    }
    for (const int wide : {0x18, 0x19, 0x48, 0xE0, 0xE8}) {
        expect_decoded(static_cast<std::uint8_t>(wide), "\x26\x3A", "☺", Encoding::ucs2);
    }
}

TEST(Decode, ReadsUnknownValuesAsGsm7) {
    for (const int unknown : {9, 11, 12, 0x0F, 0x80, 0xBF}) {
        expect_decoded(static_cast<std::uint8_t>(unknown), "\x01", "£", Encoding::gsm7);
    }
}

}  // namespace
}  // namespace parley::text
