// The laws of tests/fuzz/text_laws.h on drawn texts (each from a fixed seed, told when a law
// breaks), and the most important ones once more with rapidcheck, which shrinks what fails.

#include "tests/fuzz/text_laws.h"

#include <csignal>
#include <cstdlib>
#include <random>
#include <rapidcheck.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace parley::text {
namespace {

// A broken law aborts: say which seed it was.
volatile std::sig_atomic_t seed_now = 0;
void tell_seed(int) {
    char text[] = "the seed was ......\n";
    int seed = seed_now;
    for (std::size_t at = sizeof text - 3; seed > 0 && text[at] == '.'; seed /= 10, --at)
        text[at] = static_cast<char>('0' + seed % 10);
    if (::write(STDERR_FILENO, text, sizeof text - 1) < 0) std::_Exit(3);
}

class Dice {
public:
    explicit Dice(int seed) : engine_(static_cast<unsigned>(seed)) {}
    unsigned below(std::size_t bound) { return static_cast<unsigned>(engine_() % bound); }
    bool once_in(std::size_t bound) { return below(bound) == 0; }

private:
    std::mt19937 engine_;
};

Language any_language(Dice& dice) {
    return language_of(static_cast<std::uint8_t>(dice.below(languages)));
}

/// A character of these tables: escapes often, so that pairs come to lie on edges.
char32_t character_of(Dice& dice, ShiftTables tables) {
    for (;;) {
        const auto septet = static_cast<std::uint8_t>(dice.below(128));
        const char32_t point = dice.once_in(3) ? gsm7::single_point(septet, tables.single)
                                               : gsm7::locking_point(septet, tables.locking);
        if (point != 0 && septet != gsm7::escape) return point;
    }
}

char32_t any_character(Dice& dice) {
    constexpr std::array<std::pair<char32_t, char32_t>, 8> ranges = {{{0x20, 0x7F},
                                                                      {0xA0, 0x250},
                                                                      {0x300, 0x370},
                                                                      {0x400, 0x530},
                                                                      {0x590, 0x10000},
                                                                      {0x1F1E6, 0x1F200},
                                                                      {0x1F3FB, 0x1F650},
                                                                      {0x10000, 0x110000}}};
    if (dice.once_in(12)) return std::u32string_view(U"\r\n\u200D\uFE0F’–…@\u0301")[dice.below(9)];
    const auto [first, end] = ranges[dice.below(ranges.size())];
    const char32_t point = first + dice.below(end - first);
    return point >= 0xD800 && point < 0xE000 ? U'Ж' : point;
}

char32_t single_octet_character(Dice& dice, Encoding encoding) {
    for (;;) {
        const char octet = static_cast<char>(dice.below(256));
        std::string text;
        std::size_t at = 0;
        if (decode_single_octet({&octet, 1}, encoding, text)) return next_code_point(text, at);
    }
}

std::size_t any_length(Dice& dice) {
    return dice.once_in(40)  ? dice.below(50'000)
           : dice.once_in(6) ? dice.below(3000)
                             : dice.below(400);
}

template <class Draw>
std::string text_of(Dice& dice, Draw draw) {
    std::string text;
    for (std::size_t left = any_length(dice); left > 0; --left)
        append_utf8(draw(), text);
    return text;
}

Layout any_layout(Dice& dice) {
    Layout layout{.method = static_cast<Method>(dice.below(4))};
    if (dice.once_in(3) && layout.method != Method::sar)
        layout.elements = std::string_view("\x05\x04\x0B\x84\x23\xF0", 6);
    return layout;
}

template <class Body>
void for_seeds(int seeds, Body body) {
    const auto before = std::signal(SIGABRT, tell_seed);
    for (int seed = 0; seed < seeds; ++seed) {
        seed_now = seed;
        Dice dice(seed);
        body(dice);
    }
    std::signal(SIGABRT, before);
}

TEST(TextLaws, HoldForEveryNationalAlphabetMethodAndPacking) {
    for_seeds(4000, [](Dice& dice) {
        Layout layout = any_layout(dice);
        layout.packed = dice.once_in(3);
        if (layout.method != Method::sar) {
            layout.tables = {any_language(dice), any_language(dice)};
            if (!has_locking_table(layout.tables.locking)) layout.tables.locking = Language::none;
        }
        const std::string text = text_of(dice, [&] { return character_of(dice, layout.tables); });
        laws::layout_holds(text, layout, static_cast<std::uint16_t>(dice.below(0x10000)));
        laws::encodings_hold(text, layout.tables.locking);
        ASSERT_FALSE(measure(text, layout).misfit);
    });
}

TEST(TextLaws, HoldForUnicodeAndOneOctetSetsInEveryMethod) {
    for_seeds(4000, [](Dice& dice) {
        Layout layout = any_layout(dice);
        constexpr std::array encodings = {Encoding::ucs2, Encoding::ascii, Encoding::latin1,
                                          Encoding::cyrillic, Encoding::hebrew};
        layout.encoding = encodings[dice.below(encodings.size())];
        const bool wide = layout.encoding == Encoding::ucs2;
        const std::string text = text_of(dice, [&] {
            return wide ? any_character(dice) : single_octet_character(dice, layout.encoding);
        });
        laws::layout_holds(text, layout, static_cast<std::uint16_t>(dice.below(0x10000)));
        ASSERT_FALSE(measure(text, layout).misfit);
    });
}

TEST(TextLaws, HoldForTheEnginesWayAndForReassembly) {
    for_seeds(1000, [](Dice& dice) {
        const bool narrow = dice.once_in(2);
        const std::string text =
            text_of(dice, [&] { return narrow ? character_of(dice, {}) : any_character(dice); });
        laws::default_way_holds(text, static_cast<std::uint8_t>(dice.below(256)));
        laws::encodings_hold(text, any_language(dice));
    });
}

TEST(TextLaws, HoldForEveryChoice) {
    for_seeds(1500, [](Dice& dice) {
        const ShiftTables tables{any_language(dice), any_language(dice)};
        const bool national = dice.once_in(2);
        std::string text = text_of(dice, [&] {
            return national && !dice.once_in(200) ? character_of(dice, tables)
                                                  : any_character(dice);
        });
        const Layout layout = any_layout(dice);
        laws::choice_holds(text, {.ascii = dice.once_in(2),
                                  .latin1 = dice.once_in(2),
                                  .cyrillic = dice.once_in(2),
                                  .hebrew = dice.once_in(2),
                                  .ucs2 = !dice.once_in(4),
                                  .single = LanguageSet{tables.single, any_language(dice)},
                                  .locking = LanguageSet{tables.locking, any_language(dice)},
                                  .replace_lookalikes = dice.once_in(2),
                                  .method = layout.method,
                                  .elements = layout.elements});
    });
}

TEST(TextLaws, HoldForAnyOctets) {
    for_seeds(4000, [](Dice& dice) {
        std::string octets(dice.below(300), '\0');
        for (char& octet : octets)
            octet = static_cast<char>(dice.below(256));
        if (!octets.empty() && dice.once_in(2)) octets[0] = static_cast<char>(dice.below(24));
        laws::octets_hold(octets, static_cast<std::uint8_t>(dice.below(256)));
        laws::receipt_holds(octets);
    });
}

// ---- With rapidcheck.

rc::Gen<std::string> utf8_texts() {
    return rc::gen::map(
        rc::gen::container<std::u32string>(rc::gen::oneOf(
            rc::gen::cast<char32_t>(rc::gen::inRange<std::uint32_t>(1, 0x250)),
            rc::gen::cast<char32_t>(rc::gen::inRange<std::uint32_t>(0x300, 0xD800)),
            rc::gen::cast<char32_t>(rc::gen::inRange<std::uint32_t>(0x1F1E6, 0x1F650)))),
        [](const std::u32string& points) {
            std::string text;
            for (const char32_t point : points)
                append_utf8(point, text);
            return text;
        });
}

TEST(RapidCheck, WhatIsJoinedIsWhatWasSplit) {
    EXPECT_TRUE(rc::check([] {
        // rapidcheck's texts are short, so each is repeated.
        const std::string once = *utf8_texts();
        const int repeats = *rc::gen::inRange(1, 12);
        std::string text;
        for (int i = 0; i < repeats; ++i)
            text += once;
        const Segmented cut = split(text, 7);
        std::string joined;
        for (std::size_t i = 0; i < cut.segments.size(); ++i)
            joined += laws::read_segment(cut, i, {.encoding = cut.encoding}).decoded.text;
        RC_ASSERT(joined == text);
        RC_ASSERT(count(text).segments == cut.segments.size());
    }));
}

TEST(RapidCheck, WhatIsDecodedIsWhatWasEncoded) {
    EXPECT_TRUE(rc::check([] {
        const std::string text = *utf8_texts();
        RC_ASSERT(decode_ucs2(encode_ucs2(text)) == text);
        std::string septets;
        if (encode_gsm7(text, septets)) RC_ASSERT(decode_gsm7(septets) == text);
    }));
}

rc::Gen<std::string> ids() {
    return rc::gen::container<std::string>(
        rc::gen::elementOf(std::string("0000123456789abcdefABCDEF-.xg")));
}

TEST(RapidCheck, AKeyOfAMessageIdIsItsOwnKey) {
    EXPECT_TRUE(rc::check([] {
        MessageIdForm form;
        form.base = static_cast<MessageIdForm::Base>(*rc::gen::inRange(0, 3));
        form.drop_leading_zeros = *rc::gen::arbitrary<bool>();
        form.fold_case = *rc::gen::arbitrary<bool>();
        form.response_prefix = *ids();
        form.receipt_prefix = (*ids()).substr(0, 2);
        const std::string id = *ids();
        const std::string key = form.from_receipt(id);
        RC_ASSERT(form.from_receipt(key) == key);
        const std::string other = form.from_response(id);
        RC_ASSERT(form.from_receipt(other) == other);
    }));
}

TEST(RapidCheck, NumbersOfAnyLengthChangeTheirBaseAndBack) {
    EXPECT_TRUE(rc::check([] {
        const std::string hex = *rc::gen::nonEmpty(
            rc::gen::container<std::string>(rc::gen::elementOf(std::string("0123456789abcdef"))));
        const auto decimal = hex_to_decimal(hex);
        RC_ASSERT(decimal.has_value());
        const auto again = decimal_to_hex(*decimal);
        RC_ASSERT(again == MessageIdForm{.drop_leading_zeros = true}.from_receipt(hex));
        RC_ASSERT(same_message_id(hex, *decimal));
    }));
}

}  // namespace
}  // namespace parley::text
