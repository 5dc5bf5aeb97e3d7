#include "protocol/text/choose.h"

#include "protocol/text/gsm7.h"
#include "protocol/text/utf8.h"

#include <string>

#include <gtest/gtest.h>

namespace parley::text {
namespace {

std::string times(std::size_t count, std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < count; ++i)
        result += text;
    return result;
}

TEST(Choice, IsGsm7OrUcs2WhenNothingElseIsAllowed) {
    const Choice narrow = choose("Hello [world]");
    EXPECT_EQ(narrow.layout.encoding, Encoding::gsm7);
    EXPECT_EQ(narrow.segments, 1u);
    EXPECT_EQ(narrow.units, 15u);
    EXPECT_FALSE(narrow.forced);
    EXPECT_EQ(choose("Жук").layout.encoding, Encoding::ucs2);
}

TEST(Choice, NamesTheCharacterThatForcedUnicode) {
    const Choice choice = choose("Préço – €5");
    EXPECT_EQ(choice.layout.encoding, Encoding::ucs2);
    EXPECT_EQ(choice.forced, (Forced{U'ç', 3, 4})) << "the first one, although – is none either";
    EXPECT_EQ(choose("It’s").forced, (Forced{U'’', 2, 2}));
}

TEST(NotGsm7, IsTheFirstCharacterThatTheAlphabetAndItsExtensionLack) {
    EXPECT_EQ(not_gsm7(""), std::nullopt);
    EXPECT_EQ(not_gsm7("Hello [world] €é"), std::nullopt);
    EXPECT_EQ(not_gsm7("€é – ’"), (Forced{U'–', 3, 6}));
    EXPECT_EQ(not_gsm7(times(1000, "a") + "😀"), (Forced{U'😀', 1000, 1000}));
}

TEST(Choice, NamesTheCharacterThatStoppedTheAlphabetThatGotFurthest) {
    Rules rules;
    rules.latin1 = true;
    EXPECT_EQ(choose("ç—", rules).forced, (Forced{U'—', 1, 2}));
}

TEST(Choice, TakesTheFewestSegments) {
    Rules rules;
    rules.cyrillic = true;
    const std::string text = times(100, "Ж");
    EXPECT_EQ(choose(text, rules).layout.encoding, Encoding::cyrillic);
    EXPECT_EQ(choose(text, rules).segments, 1u);
    EXPECT_EQ(choose(text).segments, 2u);
    rules.hebrew = true;
    EXPECT_EQ(choose(times(100, "ש"), rules).layout.encoding, Encoding::hebrew);
}

TEST(Choice, OfEquallyManySegmentsTakesTheMoreCommonAlphabet) {
    Rules rules;
    rules.single = rules.locking = LanguageSet::all();
    rules.latin1 = true;
    EXPECT_EQ(choose("short ş", rules).layout.encoding, Encoding::ucs2)
        << "one segment either way, and every phone shows UCS-2";
    EXPECT_EQ(choose("short ç", rules).layout.encoding, Encoding::latin1);
    EXPECT_EQ(choose("short é", rules).layout.encoding, Encoding::gsm7);
}

TEST(Choice, UsesNationalTablesWhereTheySave) {
    Rules rules;
    rules.single = {Language::turkish};
    const std::string few = times(130, "a") + "ğış";
    const Choice shifted = choose(few, rules);
    EXPECT_EQ(shifted.layout.tables, (ShiftTables{Language::none, Language::turkish}));
    EXPECT_EQ(shifted.segments, 1u);
    EXPECT_EQ(shifted.units, 136u);
    EXPECT_FALSE(shifted.forced);
    EXPECT_EQ(choose(few).segments, 2u);

    rules.locking = {Language::turkish};
    const Choice locked = choose(times(150, "ğ"), rules);
    EXPECT_EQ(locked.layout.tables, (ShiftTables{Language::turkish, Language::none}));
    EXPECT_EQ(locked.segments, 1u);

    Rules hindi;
    hindi.locking = hindi.single = {Language::hindi};
    EXPECT_EQ(choose(times(40, "नमस्"), hindi).layout.tables.locking, Language::hindi);
    EXPECT_EQ(choose(times(24, "नमस्"), hindi).segments, 1u);
    EXPECT_EQ(choose(times(24, "नमस्")).segments, 2u);
}

TEST(Choice, IgnoresLanguagesThatAreNotAllowedAndHeadersThatSarForbids) {
    Rules rules;
    rules.single = rules.locking = {Language::spanish};
    EXPECT_EQ(choose(times(100, "ğ"), rules).layout.encoding, Encoding::ucs2);
    rules.single = rules.locking = LanguageSet::all();
    rules.method = Method::sar;
    EXPECT_EQ(choose(times(100, "ğ"), rules).layout.encoding, Encoding::ucs2);
}

TEST(Choice, OfNothingHasNoSegments) {
    Rules rules;
    rules.ucs2 = false;
    const Choice choice = choose("Ж", rules);
    EXPECT_EQ(choice.segments, 0u);
    EXPECT_EQ(choice.forced, (Forced{U'Ж', 0, 0}));
    EXPECT_EQ(choose(times(255 * 153 + 1, "a")).segments, 0u) << "too long for anything";
}

TEST(Choice, ReplacesLookalikesWhenThatSaves) {
    Rules rules;
    rules.replace_lookalikes = true;
    const std::string text = "“It’s” – " + times(80, "x") + "…";
    const Choice choice = choose(text, rules);
    EXPECT_EQ(choice.layout.encoding, Encoding::gsm7);
    EXPECT_EQ(choice.segments, 1u);
    EXPECT_EQ(choice.text, "\"It's\" - " + times(80, "x") + "...");
    EXPECT_EQ(
        choice.replacements,
        (std::vector<Replacement>{
            {0, U'“', "\""}, {3, U'’', "'"}, {5, U'”', "\""}, {7, U'–', "-"}, {89, U'…', "..."}}));
    EXPECT_FALSE(choice.forced);
}

TEST(Choice, LeavesTheTextAloneWhenReplacingSavesNothing) {
    Rules rules;
    rules.replace_lookalikes = true;
    const Choice one_either_way = choose("It’s", rules);
    EXPECT_TRUE(one_either_way.replacements.empty());
    EXPECT_EQ(one_either_way.layout.encoding, Encoding::ucs2);
    const Choice unicode_anyway = choose(times(100, "Ж") + "’", rules);
    EXPECT_TRUE(unicode_anyway.replacements.empty());
    EXPECT_TRUE(unicode_anyway.text.empty());
    EXPECT_TRUE(choose(times(100, "’")).replacements.empty()) << "only when asked to";
}

TEST(Lookalikes, AreOutsideGsm7AndBecomeGsm7) {
    std::size_t known = 0;
    for (char32_t point = 0; point < 0x10000; ++point) {
        const auto plain = lookalike_of(point);
        if (!plain) continue;
        ++known;
        EXPECT_EQ(gsm7::code_of(point).width, 0) << std::hex << std::uint32_t{point};
        std::string septets;
        EXPECT_TRUE(encode_gsm7(*plain, septets)) << std::hex << std::uint32_t{point};
    }
    EXPECT_GT(known, 50u);
    EXPECT_FALSE(lookalike_of(U'é'));
    EXPECT_FALSE(lookalike_of(U'Ж'));
    EXPECT_FALSE(lookalike_of(0x200D)) << "it joins emoji";
}

}  // namespace
}  // namespace parley::text
