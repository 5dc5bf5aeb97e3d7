#include "protocol/text/gsm7.h"

#include "protocol/text/national_tables.h"
#include "protocol/text/utf8.h"

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace parley::text {
namespace {

using namespace std::string_literals;

constexpr ShiftTables turkish{Language::turkish, Language::turkish};

std::string gsm7(std::string_view utf8, ShiftTables tables = {}) {
    std::string out;
    EXPECT_TRUE(encode_gsm7(utf8, out, tables)) << utf8;
    return out;
}
std::string utf8_of(char32_t point) {
    std::string text;
    append_utf8(point, text);
    return text;
}

struct Row {
    std::string table, language;
    unsigned septet = 0;
    char32_t point = 0;
};

/// tests/data/gsm_tables.tsv: the tables by another hand.
std::vector<Row> rows() {
    std::ifstream file(PARLEY_SOURCE "/tests/data/gsm_tables.tsv");
    EXPECT_TRUE(file) << "tests/data/gsm_tables.tsv cannot be read";
    std::vector<Row> rows;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with('#')) continue;
        std::istringstream fields(line);
        Row row;
        std::string septet, point;
        fields >> row.table >> row.language >> septet >> point;
        row.septet = static_cast<unsigned>(std::stoul(septet, nullptr, 16));
        row.point = static_cast<char32_t>(std::stoul(point, nullptr, 16));
        rows.push_back(row);
    }
    return rows;
}

Language language_named(const std::string& wanted) {
    for (std::uint8_t i = 1; i < languages; ++i) {
        if (name(language_of(i)) == wanted) return language_of(i);
    }
    EXPECT_EQ(wanted, "default");
    return Language::none;
}

TEST(NationalTables, AreWhatAnotherTranscriptionOfTheSpecificationSays) {
    std::size_t compared = 0;
    std::set<std::string> seen;
    for (const Row& row : rows()) {
        const Language language = language_named(row.language);
        const auto septet = static_cast<std::uint8_t>(row.septet);
        const char16_t ours = row.table == "locking" ? gsm7::locking_point(septet, language)
                                                     : gsm7::single_point(septet, language);
        EXPECT_EQ(static_cast<std::uint32_t>(ours), static_cast<std::uint32_t>(row.point))
            << row.table << ' ' << row.language << ' ' << std::hex << row.septet;
        seen.insert(row.table + row.language);
        ++compared;
    }
    EXPECT_EQ(seen.size(), 27u) << "13 locking tables and 14 single ones, the default counted";
    // And nothing beyond: as many places are filled in ours.
    std::size_t filled = 0;
    for (std::uint8_t i = 0; i < languages; ++i) {
        for (std::uint8_t septet = 0; septet < 128; ++septet) {
            const bool has_locking = i == 0 || has_locking_table(language_of(i));
            if (septet != gsm7::escape && has_locking)
                filled += gsm7::locking_point(septet, language_of(i)) != 0 ? 1 : 0;
            filled += gsm7::single_point(septet, language_of(i)) != 0 ? 1 : 0;
        }
    }
    EXPECT_EQ(filled, compared);
}

TEST(NationalTables, EveryCharacterOfEveryPairOfTablesComesBack) {
    for (std::uint8_t locking = 0; locking < languages; ++locking) {
        for (std::uint8_t single = 0; single < languages; ++single) {
            const ShiftTables tables{language_of(locking), language_of(single)};
            for (std::uint8_t septet = 0; septet < 128; ++septet) {
                for (const char32_t point : {gsm7::locking_point(septet, tables.locking),
                                             gsm7::single_point(septet, tables.single)}) {
                    if (point == 0) continue;
                    const std::string text = utf8_of(point);
                    ASSERT_EQ(decode_gsm7(gsm7(text, tables), tables), text)
                        << name(tables.locking) << '/' << name(tables.single);
                }
            }
        }
    }
}

TEST(NationalTables, OnlySpanishHasNoLockingTable) {
    for (std::uint8_t i = 1; i < languages; ++i)
        EXPECT_EQ(has_locking_table(language_of(i)), language_of(i) != Language::spanish);
    EXPECT_FALSE(has_locking_table(Language::none));
}

TEST(NationalTables, AReservedIdentifierMeansTheDefaultTables) {
    EXPECT_EQ(language_of(13), Language::urdu);
    EXPECT_EQ(language_of(14), Language::none);
    EXPECT_EQ(language_of(255), Language::none);
}

TEST(NationalTables, WriteTheLettersOfTheirLanguage) {
    EXPECT_EQ(gsm7("Úú", {Language::none, Language::spanish}), "\x1B\x55\x1B\x75");
    EXPECT_EQ(gsm7("ğİş", {Language::none, Language::turkish}), "\x1Bg\x1BI\x1Bs");
    EXPECT_EQ(gsm7("ğİş€", turkish), "\x0C\x40\x1D\x04") << "one septet each when locked";
    EXPECT_EQ(gsm7("नमस्ते", {Language::hindi, Language::none}), "\x2F\x42\x4C\x5F\x27\x59");
}

TEST(NationalTables, ASingleShiftLeavesTheDefaultAlphabetAndReplacesItsExtension) {
    constexpr ShiftTables hindi{Language::none, Language::hindi};
    EXPECT_EQ(gsm7("a१", hindi), "a\x1B\x1D");
    EXPECT_EQ(gsm7("[", hindi), "\x1B\x3C");
    EXPECT_EQ(decode_gsm7("\x1B\x1D", {}), "æ") << "without the shift it is another character";
}

TEST(NationalTables, ALockingShiftLeavesTheDefaultExtension) {
    constexpr ShiftTables locked{Language::turkish, Language::none};
    EXPECT_EQ(gsm7("ı[", locked), "\x07\x1B\x3C");
    std::string out;
    EXPECT_FALSE(encode_gsm7("è", out, locked)) << "Turkish has no place for it";
}

TEST(NationalTables, AnEmptyPlaceIsReplacedAndAnEscapeShowsTheLockingTable) {
    constexpr ShiftTables bengali{Language::bengali, Language::bengali};
    EXPECT_EQ(decode_gsm7("\x0C", bengali), "\uFFFD");
    EXPECT_EQ(decode_gsm7("\x1B\x60", bengali), "\u09CE") << "no extension there";
    std::string text;
    EXPECT_FALSE(decode_gsm7("\x0C", text, bengali));
}

TEST(NationalTables, ADoubledCharacterIsWrittenByItsLowerSeptet) {
    EXPECT_EQ(gsm7("¡*", {Language::urdu, Language::urdu}), "\x1B\x13\x1B\x0B");
}

TEST(SameRun, EndsAtTheFirstCharacterThatDiffersWhereverItIs) {
    for (std::size_t size = 0; size < 70; ++size) {
        const std::string text(size, 'x');
        EXPECT_EQ(gsm7::same_run(text), size);
        for (std::size_t at = 0; at < size; ++at) {
            for (const char other : {'$', '@', '[', '_', '`', '{', '\0', '\x1B', '\xC3'}) {
                std::string cut = text;
                cut[at] = other;
                ASSERT_EQ(gsm7::same_run(cut), at) << size << ' ' << int{other};
            }
        }
    }
}

TEST(SameRun, KnowsEveryOctet) {
    for (int octet = 0; octet < 256; ++octet) {
        const std::string text(40, static_cast<char>(octet));
        const bool same =
            octet < 128 && octet != gsm7::escape &&
            gsm7::locking_point(static_cast<std::uint8_t>(octet), Language::none) == octet;
        EXPECT_EQ(gsm7::same_run(text), same ? 40u : 0u) << octet;
    }
}

std::string packed(std::string_view septets, unsigned fill_bits = 0) {
    std::string octets;
    pack_septets(septets, fill_bits, octets);
    return octets;
}

TEST(Packing, FollowsThePublishedExamples) {
    EXPECT_EQ(packed("hellohello"), "\xE8\x32\x9B\xFD\x46\x97\xD9\xEC\x37");
    EXPECT_EQ(packed("1"), "\x31");
    EXPECT_EQ(packed("12"), "\x31\x19"s);
    EXPECT_EQ(packed(""), "");
}

TEST(Packing, TellsFillingFromText) {
    EXPECT_EQ(packed("1234567").size(), 7u);
    EXPECT_EQ(unpack_septets(packed("1234567"), 0), "1234567") << "the last seven bits are a CR";
    EXPECT_EQ(unpack_septets("\x31\xD9\x8C\x56\xB3\xDD\x00"s, 0), "1234567")
        << "or zero, as many fill";
    EXPECT_EQ(unpack_septets(packed("12345678"), 0), "12345678");
    const std::string at_the_end = "1234567\0"s;
    EXPECT_EQ(unpack_septets(packed(at_the_end), 0), at_the_end + "\r")
        << "an @ that ends on an octet is guarded by a CR";
}

TEST(Packing, AlignsAfterAHeader) {
    EXPECT_EQ(fill_bits_after(6), 1u);
    EXPECT_EQ(fill_bits_after(7), 0u);
    EXPECT_EQ(fill_bits_after(1), 6u);
    EXPECT_EQ(packed("A", 1), "\x82");
    for (unsigned fill_bits = 0; fill_bits < 7; ++fill_bits) {
        for (std::size_t size = 0; size < 40; ++size) {
            const std::string septets = std::string(size, 'U');
            ASSERT_EQ(unpack_septets(packed(septets, fill_bits), fill_bits), septets)
                << size << ' ' << fill_bits;
        }
    }
}

TEST(Packing, OfNothingIsNothing) {
    EXPECT_EQ(unpack_septets("", 0), "");
    EXPECT_EQ(unpack_septets("", 3), "");
    EXPECT_EQ(unpack_septets("\x7F", 6), "");
}

}  // namespace
}  // namespace parley::text
