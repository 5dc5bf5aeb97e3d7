#include "engine/carrier/received_tlvs.h"

#include "tests/support/count_allocations.h"

#include <gtest/gtest.h>

namespace parley::carrier {
namespace {

using smpp::NamedTlvs;
using smpp::Tag;
using smpp::TlvType;
using namespace std::string_view_literals;

const smpp::TlvDictionary dictionary({{Tag{0x1502}, "mo_message_id", TlvType::text, 36, 36},
                                      {Tag{0x1503}, "mcc", TlvType::text, 1, 3},
                                      {Tag{0x1505}, "parts", TlvType::integer, 1, 2}});

TEST(ReceivedTlvs, AreNamedByTheDialectAndOthersByTheirTag) {
    smpp::Tlvs tlvs;
    tlvs.add(Tag::receipted_message_id, "7f3a\0"sv);
    tlvs.add(Tag{0x1503}, "262");
    tlvs.add(Tag::message_state, "\x02");
    tlvs.add(Tag{0x1505}, "\x01\x02");
    tlvs.add(Tag{0x1418}, "\0\xFF"sv);
    tlvs.add(Tag{0x0BB8}, "");
    EXPECT_EQ(
        read_own_tlvs(tlvs, dictionary),
        (NamedTlvs{{"mcc", "262"}, {"parts", "258"}, {"0x1418", "0x00FF"}, {"0x0BB8", "0x"}}));
}

TEST(ReceivedTlvs, ThatAreNotWhatTheirNameSaysAreShownInHexadecimal) {
    smpp::Tlvs tlvs;
    tlvs.add(Tag{0x1505}, "\1\2\3\4\5");
    tlvs.add(Tag{0x1503}, "a\nb");
    EXPECT_EQ(read_own_tlvs(tlvs, dictionary),
              (NamedTlvs{{"parts", "0x0102030405"}, {"mcc", "0x610A62"}}));
    smpp::Tlvs latin;
    latin.add(Tag{0x1503}, "\xFC");
    EXPECT_EQ(read_own_tlvs(latin, dictionary), (NamedTlvs{{"mcc", "0xFC"}}));
}

TEST(ReceivedTlvs, SentTwiceAreNumbered) {
    smpp::Tlvs tlvs;
    for (const char* value : {"262", "310", "204"})
        tlvs.add(Tag{0x1503}, value);
    EXPECT_EQ(read_own_tlvs(tlvs, dictionary),
              (NamedTlvs{{"mcc", "262"}, {"mcc.2", "310"}, {"mcc.3", "204"}}));
}

TEST(ReceivedTlvs, AreBoundedAndWhatIsLeftOutIsCounted) {
    smpp::Tlvs many;
    for (unsigned i = 0; i < 40; ++i)
        many.add(Tag{static_cast<std::uint16_t>(0x2000 + i)}, "x");
    NamedTlvs read = read_own_tlvs(many, dictionary);
    ASSERT_EQ(read.size(), received_tlvs_max + 1);
    EXPECT_EQ(read.back(), (smpp::NamedTlv{"", "24"}));

    const std::string huge(60'000, 'x');
    smpp::Tlvs large;
    large.add(Tag{0x2000}, huge);
    large.add(Tag{0x1503}, "262");
    large.add(Tag{0x2001}, std::string_view(huge).substr(0, 600));
    EXPECT_EQ(read_own_tlvs(large, dictionary), (NamedTlvs{{"mcc", "262"}, {"", "2"}}));
}

TEST(ReceivedTlvs, OfPartsAreJoinedWithinTheSameBounds) {
    NamedTlvs all;
    join_tlvs(all, {{"mcc", "262"}, {"", "2"}});
    join_tlvs(all, {});
    join_tlvs(all, {{"mcc", "262"}, {"mo_message_id", "b"}, {"", "3"}});
    EXPECT_EQ(all, (NamedTlvs{{"mcc", "262"}, {"mo_message_id", "b"}, {"", "5"}}));
    join_tlvs(all, {{"long", std::string(2'000, 'x')}});
    EXPECT_EQ(all.back(), (smpp::NamedTlv{"", "6"}));
    EXPECT_EQ(all.size(), 3u);
}

TEST(ReceivedTlvs, AReceiptWithoutAnyCostsNoMemory) {
    smpp::Tlvs tlvs;
    tlvs.add(Tag::receipted_message_id, "7f3a\0"sv);
    tlvs.add(Tag::message_state, "\x02");
    tlvs.add(Tag::network_error_code, "\3\0\1"sv);
    EXPECT_EQ(parley::testing::allocations_in([&] { (void)read_own_tlvs(tlvs, dictionary); }), 0u);
    EXPECT_TRUE(read_own_tlvs(tlvs, dictionary).empty());
}

}  // namespace
}  // namespace parley::carrier
