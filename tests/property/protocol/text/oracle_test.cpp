// ICU and the C library's iconv, asked about every character of every set that we read or write.

#include "protocol/text/charset.h"
#include "protocol/text/gsm7.h"
#include "protocol/text/icu.h"
#include "protocol/text/segments.h"
#include "protocol/text/single_octet.h"
#include "protocol/text/utf8.h"

#include <iconv.h>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unicode/ubrk.h>
#include <unicode/ucnv.h>
#include <unicode/utext.h>

namespace parley::text {
namespace {

constexpr const char* replacement_utf8 = "\xEF\xBF\xBD";

/// Octets of a charset to UTF-8 by ICU. What it cannot read is U+FFFD, or the control SUB.
std::string icu_decode(const char* charset, std::string_view octets) {
    UErrorCode error = U_ZERO_ERROR;
    std::string text(octets.size() * 4 + 64, '\0');
    const std::unique_ptr<UConverter, void (*)(UConverter*)> from(ucnv_open(charset, &error),
                                                                  ucnv_close);
    EXPECT_TRUE(U_SUCCESS(error)) << charset;
    const int size =
        ucnv_toAlgorithmic(UCNV_UTF8, from.get(), text.data(), static_cast<int>(text.size()),
                           octets.data(), static_cast<int>(octets.size()), &error);
    EXPECT_TRUE(U_SUCCESS(error)) << charset << ' ' << u_errorName(error);
    text.resize(static_cast<std::size_t>(size));
    return text == "\x1A" && octets != "\x1A" ? replacement_utf8 : text;
}

/// The same by iconv; empty when it cannot read it.
std::string iconv_decode(const char* charset, std::string_view octets) {
    iconv_t converter = iconv_open("UTF-8", charset);
    EXPECT_NE(converter, reinterpret_cast<iconv_t>(-1)) << charset;
    std::string text(octets.size() * 8 + 64, '\0');
    std::string in(octets);
    char* from = in.data();
    char* to = text.data();
    std::size_t from_left = in.size(), to_left = text.size();
    const bool good =
        iconv(converter, &from, &from_left, &to, &to_left) != static_cast<std::size_t>(-1);
    iconv_close(converter);
    text.resize(good ? text.size() - to_left : 0);
    return text;
}

struct Set {
    Encoding encoding;
    const char* charset;
};
constexpr Set sets[] = {{Encoding::ascii, "US-ASCII"},
                        {Encoding::latin1, "ISO-8859-1"},
                        {Encoding::cyrillic, "ISO-8859-5"},
                        {Encoding::hebrew, "ISO-8859-8"}};

TEST(Oracle, IcuAndIconvReadEveryOctetAsWeDo) {
    for (const auto& [encoding, charset] : sets) {
        for (int value = 0; value < 256; ++value) {
            const char octet = static_cast<char>(value);
            std::string ours;
            decode_single_octet({&octet, 1}, encoding, ours);
            EXPECT_EQ(ours, icu_decode(charset, {&octet, 1})) << charset << ' ' << value;
            const std::string other = iconv_decode(charset, {&octet, 1});
            EXPECT_EQ(ours, other.empty() ? replacement_utf8 : other) << charset << ' ' << value;
        }
    }
}

TEST(Oracle, WhatWeWriteIsWhatIcuReads) {
    for (const auto& [encoding, charset] : sets) {
        std::size_t written = 0;
        for (char32_t point = 0; point < 0x3000; ++point) {
            std::string text, octets;
            append_utf8(point, text);
            if (!encode_single_octet(text, encoding, octets)) continue;
            EXPECT_EQ(icu_decode(charset, octets), text) << charset;
            ++written;
        }
        EXPECT_GE(written, 128u) << charset;
    }
}

TEST(Oracle, IcuReadsTheDefaultAlphabetAndItsExtensionAsWeDo) {
    for (std::uint8_t septet = 0; septet < 128; ++septet) {
        if (septet == gsm7::escape) continue;
        const std::string plain(1, static_cast<char>(septet));
        // The Unicode consortium's table has a small ç where the specification's is a capital.
        if (septet != 0x09) {
            EXPECT_EQ(decode_gsm7(plain), icu_decode("gsm-03.38-2009", plain)) << int{septet};
        }
        const char16_t point = gsm7::single_point(septet, Language::none);
        if (point == 0) continue;
        const std::string escaped = "\x1B" + plain;
        EXPECT_EQ(decode_gsm7(escaped), icu_decode("gsm-03.38-2009", escaped)) << int{septet};
    }
}

TEST(Oracle, IcuReadsOurUtf16OfEveryCodePoint) {
    for (char32_t first = 0; first < 0x110000; first += 0x400) {
        if (first >= 0xD800 && first < 0xE000) continue;
        std::string text;
        for (char32_t point = first; point < first + 0x400; ++point)
            append_utf8(point, text);
        const std::string octets = encode_ucs2(text);
        ASSERT_EQ(icu_decode("UTF-16BE", octets), text) << std::hex << std::uint32_t{first};
        ASSERT_EQ(iconv_decode("UTF-16BE", octets), text) << std::hex << std::uint32_t{first};
    }
}

/// Every character of a 94 by 94 set in its two-octet form.
template <class Body>
void for_each_pair(int first_row, int last_row, Body body) {
    for (int row = first_row; row <= last_row; ++row) {
        for (int cell = 0xA1; cell <= 0xFE; ++cell)
            body(std::string{static_cast<char>(row), static_cast<char>(cell)});
    }
}

TEST(Oracle, IconvReadsKanjiAndHangulAsIcuDoesForUs) {
    std::size_t compared = 0;
    // Rows 16 to 84 of JIS X 0208 (kanji). A hiragana in front tells EUC-JP from Shift_JIS.
    for_each_pair(0xB0, 0xF4, [&](const std::string& pair) {
        const std::string other = iconv_decode("EUC-JP", pair);
        if (other.empty()) return;
        std::string ours;
        EXPECT_TRUE(decode_japanese("\xA4\xA2" + pair, false, ours));
        EXPECT_EQ(ours, "あ" + other);
        ++compared;
    });
    EXPECT_EQ(compared, 6355u) << "the kanji of JIS X 0208";
    compared = 0;
    // Hangul syllables and hanja of KS C 5601.
    for_each_pair(0xB0, 0xFD, [&](const std::string& pair) {
        const std::string other = iconv_decode("EUC-KR", pair);
        if (other.empty()) return;
        std::string ours;
        EXPECT_TRUE(decode_korean(pair, ours));
        EXPECT_EQ(ours, other);
        ++compared;
    });
    EXPECT_EQ(compared, 2350u + 4888u) << "its syllables and its hanja";
}

/// Ends of all extended grapheme clusters of a text, by ICU over the whole of it.
std::set<std::size_t> cluster_ends(const std::string& utf8) {
    UErrorCode error = U_ZERO_ERROR;
    const std::unique_ptr<UBreakIterator, void (*)(UBreakIterator*)> breaks(
        ubrk_open(UBRK_CHARACTER, "", nullptr, 0, &error), ubrk_close);
    UText view = UTEXT_INITIALIZER;
    utext_openUTF8(&view, utf8.data(), static_cast<std::int64_t>(utf8.size()), &error);
    ubrk_setUText(breaks.get(), &view, &error);
    EXPECT_TRUE(U_SUCCESS(error)) << u_errorName(error);
    std::set<std::size_t> ends;
    for (int end = ubrk_first(breaks.get()); end != UBRK_DONE; end = ubrk_next(breaks.get()))
        ends.insert(static_cast<std::size_t>(end));
    utext_close(&view);
    return ends;
}

/// Where split() cut a text, in octets of UTF-8.
std::vector<std::size_t> cuts_of(const std::string& utf8) {
    const Segmented cut = split(utf8, 7);
    std::vector<std::size_t> cuts;
    std::size_t at = 0;
    for (const std::string& segment : cut.segments) {
        const auto body = cut.udhi ? parse_user_data(segment).body : std::string_view(segment);
        at += decode(cut.data_coding, body).text.size();
        cuts.push_back(at);
    }
    EXPECT_EQ(at, utf8.size());
    return cuts;
}

TEST(Oracle, IcuWouldCutWhereWeCutWhateverCharacterIsAtTheEdge) {
    std::string front;
    for (int i = 0; i < 66; ++i)
        front += "Ж";
    for (char32_t point = 1; point < 0x20000; ++point) {
        if (point >= 0xD800 && point < 0xE000) continue;
        std::string text = front;
        for (const char32_t each : {point, point, U'и', point, U'中', U'가', point})
            append_utf8(each, text);
        const auto ends = cluster_ends(text);
        for (const std::size_t cut : cuts_of(text))
            ASSERT_TRUE(ends.contains(cut)) << std::hex << std::uint32_t{point} << " at " << cut;
    }
}

TEST(Oracle, IcuWouldCutWhereWeCutInTextsOfManyMarksAndEmoji) {
    // Line ends, marks, a joiner and a selector; emoji with and without skin tone; letters of
    // flags; Devanagari, Thai and Hangul in pieces; letters that stand alone.
    constexpr std::u32string_view pieces =
        U"\r\nae\u0301\u0327\u200D\uFE0F\U0001F468\U0001F469\U0001F467\U0001F3FD"
        U"\U0001F1E9\U0001F1EA\U0001F1EB\u0915\u093F\u094D\u0937\u0E01\u0E33\u1100\u1161\u11A8"
        U"\uAC01\u0416\u4E2D\uD55C\u0600";
    for (unsigned seed = 0; seed < 3000; ++seed) {
        std::mt19937 dice(seed);
        std::string text;
        for (unsigned left = 80 + dice() % 300; left > 0; --left)
            append_utf8(pieces[dice() % pieces.size()], text);
        const auto ends = cluster_ends(text);
        std::size_t from = 0;
        for (const std::size_t cut : cuts_of(text)) {
            // Only a cluster longer than a segment may be cut, and then it began with the segment.
            const auto next_end = *ends.upper_bound(from);
            ASSERT_TRUE(ends.contains(cut) || next_end > cut) << "seed " << seed << " at " << cut;
            from = cut;
        }
    }
}

}  // namespace
}  // namespace parley::text
