#include "tools/loadgen/message_mix.h"

#include <cstdio>
#include <fstream>
#include <map>
#include <stdexcept>

#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

using text::Encoding;
using tools::UsageError;

MixPlan plan() {
    return {.texts = Weighted<Sample>(sample_text(Encoding::gsm7, 20)),
            .senders = {"+15550001000"},
            .destinations = Destinations::from_prefix("+1556")};
}

TEST(Destinations, APrefixIsFilledUpToElevenDigits) {
    auto all = Destinations::from_prefix("+1556");
    EXPECT_EQ(all.address(42), "+15560000042");
    EXPECT_EQ(all.size(), 10'000'000u);
    EXPECT_EQ(Destinations::from_prefix("+4917600").address(7), "+49176000007");
}

TEST(Destinations, EveryHashOfAPatternIsADigit) {
    auto all = Destinations::from_pattern("777##");
    EXPECT_EQ(all.address(5), "77705");
    EXPECT_EQ(all.size(), 100u);
    EXPECT_EQ(all.length_max(), 5u);
}

TEST(Destinations, ABadPatternIsRefusedByName) {
    for (const char* bad : {"", "+1556", "15#6#", "abc#", "+1#2", "####################5"})
        EXPECT_THROW(Destinations::from_pattern(bad), UsageError) << bad;
    for (const char* bad : {"", "1556", "+", "+15a", "+123456789012"})
        EXPECT_THROW(Destinations::from_prefix(bad), UsageError) << bad;
}

TEST(Destinations, AFileIsTakenInTurn) {
    const auto name = testing::TempDir() + "parley_destinations_test";
    std::ofstream(name) << "+15551112222\n\n447700900123\r\n";
    auto all = Destinations::from_file(name);
    EXPECT_EQ(all.size(), 2u);
    EXPECT_EQ(all.address(3), "447700900123");
    std::ofstream(name) << "+15551112222\nAda\n";
    try {
        Destinations::from_file(name);
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find(":2: 'Ada' is no number"), std::string::npos);
    }
    std::remove(name.c_str());
}

TEST(MessageMix, ContactsComeRoundSoThatConversationsForm) {
    auto few = plan();
    few.contacts = 3;
    MessageMix mix(std::move(few));
    EXPECT_EQ(std::string(mix.recipient_of(1)), std::string(mix.recipient_of(4)));
    EXPECT_EQ(mix.recipient_of(2), "+15560000002");
    EXPECT_EQ(mix.recipient_of(3), "+15560000000");
}

TEST(MessageMix, WithoutALimitEveryMessageHasItsOwnContact) {
    MessageMix mix(plan());
    EXPECT_EQ(mix.recipient_of(1'234'567), "+15561234567");
}

TEST(MessageMix, MoreContactsThanNumbersAreRefused) {
    auto many = plan();
    many.destinations = Destinations::from_pattern("+1556##");
    many.contacts = 101;
    EXPECT_THROW(MessageMix{std::move(many)}, UsageError);
}

TEST(MessageMix, AContactHearsFromOneSenderOnly) {
    auto two = plan();
    two.senders = {"+15550001000", "+15550002000"};
    two.contacts = 5;
    two.pick = Pick::at_random;
    MessageMix mix(std::move(two));
    std::map<std::string, std::size_t> sender_of;
    for (std::uint64_t message = 0; message < 1000; ++message) {
        const auto [known, added] =
            sender_of.emplace(std::string(mix.recipient_of(message)), mix.sender_of(message));
        EXPECT_EQ(known->second, mix.sender_of(message));
    }
    EXPECT_EQ(sender_of.size(), 5u);
}

TEST(MessageMix, SharesFollowTheWeightsAndTheSeedAlone) {
    const auto mix_of = [](std::uint64_t seed) {
        auto weighted = plan();
        weighted.texts.add(sample_text(Encoding::ucs2, 20), 3);  // beside one of weight 1
        weighted.seed = seed;
        return MessageMix(std::move(weighted));
    };
    const auto first = mix_of(1);
    const auto again = mix_of(1);
    const auto other = mix_of(2);
    std::uint64_t second_text = 0;
    std::uint64_t differing = 0;
    for (std::uint64_t message = 0; message < 40'000; ++message) {
        EXPECT_EQ(first.text_of(message), again.text_of(message));
        if (first.text_of(message) != other.text_of(message)) ++differing;
        second_text += first.text_of(message);
    }
    EXPECT_NEAR(static_cast<double>(second_text), 30'000, 400);
    EXPECT_GT(differing, 10'000u);
}

TEST(SampleText, HasItsLengthInCharactersAndNeedsItsAlphabet) {
    for (const auto alphabet : {Encoding::gsm7, Encoding::latin1, Encoding::ucs2}) {
        for (const std::uint32_t length : {text_length_min, 12u, 70u, 161u, 1000u}) {
            const auto sample = sample_text(alphabet, length);
            EXPECT_TRUE(sample.utf8.starts_with("n=000000000"));
            EXPECT_TRUE(text::valid_utf8(sample.utf8));
            const auto size = text::measure(sample.utf8, {.encoding = alphabet});
            EXPECT_EQ(size.units, length) << text::name(alphabet);
            EXPECT_FALSE(size.misfit);
        }
    }
    EXPECT_EQ(text::narrowest(sample_text(Encoding::latin1, 20).utf8), Encoding::ucs2)
        << "it is not in GSM 7";
}

TEST(SampleText, OfPartsFillsThemToTheLastCharacter) {
    for (const auto alphabet : {Encoding::gsm7, Encoding::latin1, Encoding::ucs2}) {
        for (const std::uint32_t parts : {1u, 2u, 3u, 10u, 255u}) {
            const auto sample = sample_text_of_parts(alphabet, parts, text::Method::udh8);
            const text::Layout layout{.encoding = alphabet};
            EXPECT_EQ(text::measure(sample.utf8, layout).segments, parts);
            EXPECT_NE(text::measure(sample.utf8 + "x", layout).segments, parts)
                << text::name(alphabet) << " " << parts;
        }
    }
}

TEST(Weighted, AListWithoutWeightsIsEven) {
    const auto mix = read_weighted<std::uint32_t>("--x", "10,20:3,30", [](auto word) {
        return tools::read_number<std::uint32_t>("--x", word, 0, 100);
    });
    ASSERT_EQ(mix.size(), 3u);
    EXPECT_EQ(mix.weight(1), 3u);
    EXPECT_EQ(mix.pick(0), 0u);
    EXPECT_EQ(mix.pick(3), 1u);
    EXPECT_EQ(mix.pick(4), 2u);
    EXPECT_EQ(mix.pick(5), 0u);
}

TEST(Weighted, ABadListNamesTheFlag) {
    const auto read = [](const char* list) {
        return read_weighted<std::uint32_t>("--x", list, [](auto word) {
            return tools::read_number<std::uint32_t>("--x", word, 0, 100);
        });
    };
    for (const char* bad : {"", "10,", "10:0", "10:x", "ten", "10:10001"})
        EXPECT_THROW(read(bad), UsageError) << bad;
}

}  // namespace
}  // namespace parley::loadgen
