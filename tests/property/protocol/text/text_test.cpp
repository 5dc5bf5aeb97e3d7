// Laws that hold for any text, tried on many drawn from fixed seeds. A failure prints its seed.

#include "protocol/text/charset.h"
#include "protocol/text/reassembly.h"
#include "protocol/text/receipt_text.h"
#include "protocol/text/segments.h"
#include "protocol/text/utf8.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::text {
namespace {

constexpr unsigned rounds = 2000;

class Dice {
public:
    explicit Dice(unsigned seed) : engine_(seed) {}
    std::size_t below(std::size_t bound) { return engine_() % bound; }
    std::mt19937& engine() { return engine_; }

private:
    std::mt19937 engine_;
};

// Extensions are drawn often, so that pairs come to lie on the edges of segments.
char32_t gsm_character(Dice& dice) {
    static const std::u32string ordinary =
        U"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà";
    static const std::u32string extension = U"\f^{}\\[~]|€";
    const auto& from = dice.below(4) == 0 ? extension : ordinary;
    return from[dice.below(from.size())];
}

char32_t any_character(Dice& dice) {
    switch (dice.below(4)) {
        case 0:
            return gsm_character(dice);
        case 1:
            return static_cast<char32_t>(0x1F600 + dice.below(80));
        case 2:
            return static_cast<char32_t>(0x10000 + dice.below(0x100000));
        default: {
            const auto point = static_cast<char32_t>(1 + dice.below(0xFFFF));
            return point >= 0xD800 && point < 0xE000 ? U'Ж' : point;
        }
    }
}

std::string any_text(Dice& dice) {
    const bool narrow = dice.below(2) == 0;
    const std::size_t size_max = dice.below(20) == 0 ? 3000 : 400;
    std::string text;
    for (std::size_t left = dice.below(size_max); left > 0; --left) {
        append_utf8(narrow ? gsm_character(dice) : any_character(dice), text);
    }
    return text;
}

std::string body_of(const Segmented& segmented, const std::string& segment) {
    return std::string(segmented.udhi ? parse_user_data(segment).body : segment);
}

TEST(AnyText, IsJoinedAgainAsItWasSplit) {
    for (unsigned seed = 0; seed < rounds; ++seed) {
        SCOPED_TRACE(seed);
        Dice dice(seed);
        const std::string text = any_text(dice);
        ASSERT_TRUE(valid_utf8(text));
        const auto segmented = split(text, 9);
        std::string joined;
        for (const auto& segment : segmented.segments) {
            // Every segment is readable by itself: no pair was cut.
            const auto decoded = decode(segmented.data_coding, body_of(segmented, segment));
            ASSERT_TRUE(decoded.lossless);
            ASSERT_LE(segment.size(), segmented.encoding == Encoding::gsm7 ? 160u : 140u);
            joined += decoded.text;
        }
        ASSERT_EQ(joined, text);
    }
}

TEST(AnyText, IsCountedAsItIsSplit) {
    for (unsigned seed = 0; seed < rounds; ++seed) {
        SCOPED_TRACE(seed);
        Dice dice(seed);
        const std::string text = any_text(dice);
        const auto segmented = split(text, 9);
        const auto counted = count(text);
        std::size_t octets = 0;
        for (const auto& segment : segmented.segments)
            octets += body_of(segmented, segment).size();
        ASSERT_EQ(counted.segments, segmented.segments.size());
        ASSERT_EQ(counted.encoding, segmented.encoding);
        ASSERT_EQ(counted.encoding, narrowest(text));
        ASSERT_EQ(counted.units, segmented.encoding == Encoding::gsm7 ? octets : octets / 2);
    }
}

TEST(AnyText, ArrivesWhateverTheOrderAndRepetitionOfItsParts) {
    for (unsigned seed = 0; seed < rounds; ++seed) {
        SCOPED_TRACE(seed);
        Dice dice(seed);
        const std::string text = any_text(dice);
        const auto segmented = split(text, 9);
        if (!segmented.udhi) continue;
        auto segments = segmented.segments;
        // Repeat some before the last missing part comes; after it a repetition begins a new group.
        const std::string last = segments.back();
        segments.pop_back();
        for (std::size_t i = dice.below(4); i > 0; --i) {
            segments.push_back(segments[dice.below(segments.size())]);
        }
        std::shuffle(segments.begin(), segments.end(), dice.engine());
        segments.push_back(last);

        Reassembly reassembly({});
        Reassembly::Result result;
        for (const auto& segment : segments) {
            ASSERT_NE(result.outcome, Reassembly::Outcome::whole);
            const auto data = parse_user_data(segment);
            ASSERT_TRUE(data.concatenation);
            const ReassemblyKey key{.reference = data.concatenation->reference,
                                    .total = data.concatenation->total};
            result = reassembly.add(key, {.number = data.concatenation->part,
                                          .data_coding = segmented.data_coding,
                                          .octets = std::string(data.body)});
            ASSERT_TRUE(result.given_up.empty());
        }
        ASSERT_EQ(result.outcome, Reassembly::Outcome::whole);
        ASSERT_EQ(reassembly.parts_pending(), 0u);
        std::string joined;
        for (const auto& part : result.parts)
            joined += decode(part.data_coding, part.octets).text;
        ASSERT_EQ(joined, text);
    }
}

std::string any_octets(Dice& dice) {
    std::string octets(dice.below(300), '\0');
    for (char& octet : octets)
        octet = static_cast<char>(dice.below(256));
    return octets;
}

TEST(AnyOctets, AreDecodedToValidUtf8UnderEveryDataCoding) {
    for (unsigned seed = 0; seed < rounds; ++seed) {
        SCOPED_TRACE(seed);
        Dice dice(seed);
        const std::string octets = any_octets(dice);
        const auto decoded = decode(static_cast<std::uint8_t>(dice.below(256)), octets);
        ASSERT_TRUE(valid_utf8(decoded.text));
        if (!decoded.lossless) {
            ASSERT_NE(decoded.text.find("\uFFFD"), std::string::npos);
        }
    }
}

TEST(AnyOctets, HaveAUserDataBodyThatEndsWhereTheyEnd) {
    for (unsigned seed = 0; seed < rounds; ++seed) {
        SCOPED_TRACE(seed);
        Dice dice(seed);
        std::string octets = any_octets(dice);
        if (!octets.empty()) octets[0] = static_cast<char>(dice.below(24));
        const auto data = parse_user_data(octets);
        ASSERT_EQ(data.body.data() + data.body.size(), octets.data() + octets.size());
        if (data.concatenation) {
            ASSERT_GE(data.concatenation->part, 1);
            ASSERT_LE(data.concatenation->part, data.concatenation->total);
        }
    }
}

bool inside(std::string_view field, const std::string& whole) {
    return field.empty() || (field.data() >= whole.data() &&
                             field.data() + field.size() <= whole.data() + whole.size());
}

TEST(AnyReceipt, IsReadWithoutLeavingItsOctets) {
    const std::string original =
        "id:0123456789 sub:002 dlvrd:001 submit date:1005232039 done date:1005242339 stat:DELIVRD "
        "err:012 text:This is a sample mes";
    for (unsigned seed = 0; seed < 10 * rounds; ++seed) {
        SCOPED_TRACE(seed);
        Dice dice(seed);
        std::string mutated = original.substr(0, dice.below(original.size() + 1));
        for (std::size_t i = dice.below(8); i > 0 && !mutated.empty(); --i) {
            const std::size_t at = dice.below(mutated.size());
            if (dice.below(2) == 0) {
                mutated[at] = static_cast<char>(dice.below(256));
            } else {
                mutated.insert(at, original, dice.below(original.size()), dice.below(20));
            }
        }
        const auto receipt = parse_receipt(mutated);
        if (!receipt) continue;
        ASSERT_FALSE(receipt->id.empty() && receipt->stat.empty());
        for (const auto field : {receipt->id, receipt->sub, receipt->dlvrd, receipt->submit_date,
                                 receipt->done_date, receipt->stat, receipt->err, receipt->text}) {
            ASSERT_TRUE(inside(field, mutated));
        }
    }
}

}  // namespace
}  // namespace parley::text
