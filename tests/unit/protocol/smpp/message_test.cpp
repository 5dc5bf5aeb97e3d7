#include "protocol/smpp/message.h"

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

using namespace std::string_view_literals;

TEST(MessageTypes, AreComparedAndNotTestedForABit) {
    EXPECT_EQ(message_type(0x00), MessageType::normal);
    EXPECT_EQ(message_type(0x04), MessageType::receipt);
    EXPECT_EQ(message_type(0x44), MessageType::receipt) << "with UDHI";
    EXPECT_EQ(message_type(0x83), MessageType::normal) << "mode and reply path are other bits";
    EXPECT_EQ(message_type(0x08), MessageType::delivery_acknowledgement);
    EXPECT_EQ(message_type(0x10), MessageType::manual_acknowledgement);
    EXPECT_EQ(message_type(0x18), MessageType::conversation_abort);
    EXPECT_EQ(message_type(0x20), MessageType::intermediate_notification);
    for (const std::uint8_t other : {0x0C, 0x14, 0x1C, 0x24, 0x3C})
        EXPECT_FALSE(message_type(other)) << int(other) << " is no receipt, though bit 2 is set";
}

TEST(EsmClass, SaysWhetherAUserDataHeaderComesFirst) {
    EXPECT_TRUE(has_user_data_header(0x40));
    EXPECT_FALSE(has_user_data_header(0xBF));
    EXPECT_TRUE(has_reply_path(0x80));
    EXPECT_FALSE(has_reply_path(0x7F));
}

TEST(RegisteredDeliveryBits, SurviveBothDirections) {
    for (int value = 0; value < 0x20; ++value) {
        const auto octet = static_cast<std::uint8_t>(value);
        EXPECT_EQ(write_registered_delivery(read_registered_delivery(octet)), octet);
        EXPECT_EQ(read_registered_delivery(static_cast<std::uint8_t>(octet | 0xE0)),
                  read_registered_delivery(octet))
            << "reserved bits are nobody's";
    }
    EXPECT_EQ(read_registered_delivery(0x13),
              (RegisteredDelivery{.receipt = RegisteredDelivery::Receipt::on_success,
                                  .intermediate_notification = true}));
}

TEST(MessageOctets, ArePayloadBeforeShortMessage) {
    Tlvs tlvs;
    EXPECT_EQ(message_octets("short", tlvs), "short");
    tlvs.add(Tag::message_payload, "the payload");
    EXPECT_EQ(message_octets("", tlvs), "the payload");
    EXPECT_EQ(message_octets("short", tlvs), "the payload");
}

TEST(SarTlvs, CountOnlyTogether) {
    const std::pair<Tag, std::string_view> all[] = {{Tag::sar_msg_ref_num, "\x01\x02"sv},
                                                    {Tag::sar_total_segments, "\x03"sv},
                                                    {Tag::sar_segment_seqnum, "\x02"sv}};
    for (unsigned chosen = 0; chosen < 8; ++chosen) {
        Tlvs tlvs;
        for (unsigned i = 0; i < 3; ++i) {
            if ((chosen >> i & 1U) != 0) tlvs.add(all[i].first, all[i].second);
        }
        const auto sar = read_sar(tlvs);
        EXPECT_EQ(sar.has_value(), chosen == 7) << chosen;
        EXPECT_EQ(sar.value_or(Sar{0x0102, 3, 2}), (Sar{0x0102, 3, 2}));
    }
}

TEST(SarTlvs, ThatContradictThemselvesAreIgnored) {
    const auto sar = [](std::string_view reference, std::string_view total,
                        std::string_view number) {
        Tlvs tlvs;
        tlvs.add(Tag::sar_msg_ref_num, reference);
        tlvs.add(Tag::sar_total_segments, total);
        tlvs.add(Tag::sar_segment_seqnum, number);
        return read_sar(tlvs);
    };
    EXPECT_TRUE(sar("\0\1"sv, "\xFF"sv, "\xFF"sv));
    EXPECT_FALSE(sar("\0\1"sv, "\3"sv, "\4"sv));
    EXPECT_FALSE(sar("\0\1"sv, "\3"sv, "\0"sv));
    EXPECT_FALSE(sar("\0\1"sv, "\0"sv, "\0"sv));
    EXPECT_FALSE(sar("\1"sv, "\3"sv, "\1"sv)) << "one octet of reference";
    EXPECT_FALSE(sar("\0\1"sv, "\0\3"sv, "\1"sv));
}

TEST(NetworkErrors, AreATypeAndACode) {
    Tlvs tlvs;
    EXPECT_FALSE(read_network_error(tlvs));
    tlvs.add(Tag::network_error_code, "\x03\x01\x02"sv);
    EXPECT_EQ(read_network_error(tlvs), (NetworkError{3, 0x0102}));
    Tlvs one_octet;
    one_octet.add(Tag::network_error_code, "\x03"sv);
    EXPECT_FALSE(read_network_error(one_octet));
    EXPECT_EQ(network_type_name(3), "GSM");
    EXPECT_EQ(network_type_name(8), "message centre");
    EXPECT_EQ(network_type_name(0), "");
    EXPECT_EQ(network_type_name(9), "");
}

TEST(MessageStates, HaveNamesAndEnds) {
    EXPECT_EQ(message_state_name(0), "SCHEDULED");
    EXPECT_EQ(message_state_name(2), "DELIVERED");
    EXPECT_EQ(message_state_name(9), "SKIPPED");
    EXPECT_EQ(message_state_name(10), "");
    std::string finals;
    for (std::uint8_t state = 0; state < 12; ++state)
        finals += is_final_state(state, Accepted::is_final) ? 'x' : '.';
    EXPECT_EQ(finals, "..xxxxxxxx..");
    EXPECT_FALSE(is_final_state(6, Accepted::is_on_the_way));
    EXPECT_TRUE(is_final_state(2, Accepted::is_on_the_way));
}

TEST(DataCodings, HaveTheNamesOfTheSpecification) {
    EXPECT_EQ(data_coding_name(0), "default alphabet of the message centre");
    EXPECT_EQ(data_coding_name(2), data_coding_name(4));
    EXPECT_EQ(data_coding_name(8), "UCS-2 (ISO/IEC-10646)");
    EXPECT_EQ(data_coding_name(14), "KS C 5601");
    EXPECT_EQ(data_coding_name(11), "");
    EXPECT_EQ(data_coding_name(15), "");
    EXPECT_EQ(data_coding_name(0xBF), "");
    EXPECT_EQ(data_coding_name(0xC8), "GSM message waiting (3GPP TS 23.038)");
    EXPECT_EQ(data_coding_name(0xE0), "");
    EXPECT_EQ(data_coding_name(0xF1), "GSM message class (3GPP TS 23.038)");
}

}  // namespace
}  // namespace parley::smpp
