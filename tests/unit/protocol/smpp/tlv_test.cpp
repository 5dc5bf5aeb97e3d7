#include "protocol/smpp/tlv.h"

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

using namespace std::string_view_literals;

TEST(Tlvs, FindsTheFirstOfATag) {
    Tlvs tlvs;
    EXPECT_TRUE(tlvs.empty());
    EXPECT_FALSE(tlvs.find(Tag::message_payload));
    tlvs.add(Tag::message_state, "\2"sv);
    tlvs.add(Tag::message_payload, "one");
    tlvs.add(Tag::message_payload, "two");
    EXPECT_EQ(tlvs.find(Tag::message_payload), "one");
    EXPECT_EQ(tlvs.size(), 3u);
    tlvs.clear();
    EXPECT_FALSE(tlvs.find(Tag::message_payload));
}

TEST(Tlvs, AnEmptyValueIsThere) {
    Tlvs tlvs;
    tlvs.add(Tag::message_payload, "");
    ASSERT_TRUE(tlvs.find(Tag::message_payload));
    EXPECT_EQ(tlvs.find(Tag::message_payload), "");
    EXPECT_FALSE(tlvs.find_integer(Tag::message_payload));
}

TEST(Tlvs, ReadsIntegersOfOneTwoAndFourOctets) {
    Tlvs tlvs;
    tlvs.add(Tag::message_state, "\xFE"sv);
    tlvs.add(Tag::sar_msg_ref_num, "\x80\x01"sv);
    tlvs.add(Tag::source_port, "\xFF\x00\x00\x02"sv);
    EXPECT_EQ(tlvs.find_integer(Tag::message_state), 0xFEu);
    EXPECT_EQ(tlvs.find_integer(Tag::sar_msg_ref_num), 0x8001u);
    EXPECT_EQ(tlvs.find_integer(Tag::source_port), 0xFF000002u);
}

TEST(Tlvs, ReadsNoIntegerOfAnotherLength) {
    Tlvs tlvs;
    tlvs.add(Tag::network_error_code, "\x03\x00\x0C"sv);
    tlvs.add(Tag::sar_msg_ref_num, "12345"sv);
    EXPECT_FALSE(tlvs.find_integer(Tag::network_error_code));
    EXPECT_FALSE(tlvs.find_integer(Tag::sar_msg_ref_num));
    EXPECT_FALSE(tlvs.find_integer(Tag::message_state)) << "absent";
}

TEST(Tlvs, HoldMoreThanFitInPlace) {
    Tlvs tlvs;
    for (int i = 0; i < 100; ++i)
        tlvs.add(static_cast<Tag>(0x1400 + i), "v");
    EXPECT_EQ(tlvs.size(), 100u);
    EXPECT_TRUE(tlvs.find(static_cast<Tag>(0x1463)));
}

TEST(Tags, HaveTheNamesOfTheSpecification) {
    EXPECT_EQ(name(Tag::message_payload), "message_payload");
    EXPECT_EQ(name(Tag{0x001E}), "receipted_message_id");
    EXPECT_EQ(name(Tag{0x0423}), "network_error_code");
    EXPECT_EQ(name(Tag{0x1501}), "");
}

}  // namespace
}  // namespace parley::smpp
