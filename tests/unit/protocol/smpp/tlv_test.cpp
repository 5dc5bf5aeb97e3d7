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

TEST(StandardTlvs, AreAllOfBothVersionsAndEachIsFoundByTagAndName) {
    EXPECT_EQ(standard_tlvs().size(), 64u) << "table 4-60 of SMPP 5.0";
    int new_in_5_0 = 0;
    for (const TlvInfo& info : standard_tlvs()) {
        EXPECT_EQ(find_tlv(info.tag), &info);
        EXPECT_EQ(find_tlv(info.name), &info);
        EXPECT_EQ(name(info.tag), info.name);
        EXPECT_LE(info.octets_min, info.octets_max) << info.name;
        EXPECT_LE(info.value_min, info.value_max) << info.name;
        EXPECT_NE(info.type, TlvType::text) << "is for vendors";
        new_in_5_0 += info.since == 0x50;
    }
    EXPECT_EQ(new_in_5_0, 20);
    EXPECT_EQ(find_tlv(Tag{0x1400}), nullptr);
    EXPECT_EQ(find_tlv("no_such_thing"), nullptr);
    EXPECT_EQ(find_tlv("dest_port"), find_tlv(Tag::destination_port));
}

TEST(StandardTlvs, KnowTheirLengthsAndValues) {
    const auto fault = [](Tag tag, std::string_view value) { return fault_of(Tlv{tag, value}); };
    EXPECT_EQ(fault(Tag::message_state, "\2"), TlvFault::none);
    EXPECT_EQ(fault(Tag::message_state, "\xC8"), TlvFault::value);
    EXPECT_EQ(fault(Tag::message_state, ""), TlvFault::length);
    EXPECT_EQ(fault(Tag::message_state, "\0\2"sv), TlvFault::length);
    EXPECT_EQ(fault(Tag::sar_total_segments, "\0"sv), TlvFault::value) << "segments begin at 1";
    EXPECT_EQ(fault(Tag::sar_msg_ref_num, "\0\0"sv), TlvFault::none);
    EXPECT_EQ(fault(Tag::receipted_message_id, "abc\0"sv), TlvFault::none);
    EXPECT_EQ(fault(Tag::receipted_message_id, "abc"), TlvFault::value) << "no NUL";
    EXPECT_EQ(fault(Tag::receipted_message_id, "a\0c\0"sv), TlvFault::value) << "a NUL inside";
    EXPECT_EQ(fault(Tag::network_error_code, "\3\0\1"sv), TlvFault::none);
    EXPECT_EQ(fault(Tag::network_error_code, "\3"), TlvFault::length);
    EXPECT_EQ(fault(Tag::alert_on_message_delivery, ""), TlvFault::none) << "3.4 has no value";
    EXPECT_EQ(fault(Tag::alert_on_message_delivery, "\3"), TlvFault::none) << "5.0 has one";
    EXPECT_EQ(fault(Tag::congestion_state, "e"), TlvFault::value) << "101 of 100";
    EXPECT_EQ(fault(Tag{0x1501}, "anything"), TlvFault::none) << "an unknown TLV has no fault";
}

TEST(StandardTlvs, AtTheirBoundsHaveNoFaultAndBeyondThemHaveOne) {
    for (const TlvInfo& info : standard_tlvs()) {
        const auto filled = [&](std::size_t octets) {
            std::string value(octets, info.type == TlvType::c_string ? '1' : '\1');
            if (info.type == TlvType::c_string && octets > 0) value.back() = '\0';
            return fault_of(info, value);
        };
        EXPECT_EQ(filled(info.octets_min), TlvFault::none) << info.name;
        EXPECT_EQ(filled(info.octets_max), TlvFault::none) << info.name;
        if (info.octets_min > 0) {
            EXPECT_EQ(filled(info.octets_min - 1), TlvFault::length) << info.name;
        }
        if (info.octets_max < 0xFFFF) {
            EXPECT_EQ(filled(info.octets_max + 1), TlvFault::length) << info.name;
        }
    }
}

TEST(Tlvs, ThreeOctetsAreNoInteger) {
    EXPECT_EQ(read_integer("\1\2\3"), 0x010203u);
    EXPECT_FALSE(read_integer(""));
    EXPECT_FALSE(read_integer("12345"));
}

}  // namespace
}  // namespace parley::smpp
