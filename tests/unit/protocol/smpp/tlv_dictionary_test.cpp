#include "protocol/smpp/tlv_dictionary.h"

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

using namespace std::string_view_literals;

std::vector<TlvDefinition> india_dlt_tlvs() {
    return {{Tag{0x1400}, "pe_id", TlvType::text, 1, 30},
            {Tag{0x1401}, "template_id", TlvType::text, 1, 30},
            {Tag{0x1402}, "tm_id", TlvType::text, 1, 255}};
}

TEST(TlvDictionary, NamesStandardTagsWithoutBeingTold) {
    const TlvDictionary dictionary;
    EXPECT_EQ(dictionary.name(Tag::message_payload), "message_payload");
    EXPECT_EQ(dictionary.name(Tag{0x1400}), "tlv_0x1400");
    EXPECT_EQ(dictionary.find("dest_port")->tag, Tag::destination_port) << "5.0's name of it";
    EXPECT_FALSE(dictionary.find("pe_id"));
}

TEST(TlvDictionary, TheSameTagMeansOtherThingsToOtherCarriers) {
    const TlvDictionary india(india_dlt_tlvs());
    const TlvDictionary smsportal({{Tag{0x1400}, "customer_reference", TlvType::text, 1, 32},
                                   {Tag{0x1401}, "cost_centre", TlvType::text, 1, 32}});
    EXPECT_EQ(india.name(Tag{0x1400}), "pe_id");
    EXPECT_EQ(india.name(Tag{0x1401}), "template_id");
    EXPECT_EQ(india.name(Tag{0x1402}), "tm_id");
    EXPECT_EQ(smsportal.name(Tag{0x1400}), "customer_reference");
    EXPECT_EQ(smsportal.name(Tag{0x1402}), "tlv_0x1402");
    EXPECT_EQ(india.find("template_id")->tag, Tag{0x1401});
}

TEST(TlvDictionary, OwnDefinitionsComeBeforeStandardOnes) {
    const TlvDictionary dictionary({{Tag::source_port, "campaign", TlvType::text, 1, 10}});
    EXPECT_EQ(dictionary.name(Tag::source_port), "campaign");
    EXPECT_EQ(dictionary.fault_of({Tag::source_port, "spring"}), TlvFault::none);
    EXPECT_EQ(dictionary.fault_of({Tag::source_port, ""}), TlvFault::length);
    EXPECT_EQ(TlvDictionary().fault_of({Tag::source_port, "spring"}), TlvFault::length);
}

TEST(TlvDictionary, ANumberIsANameToo) {
    const TlvDictionary india(india_dlt_tlvs());
    EXPECT_EQ(india.find("0x1400")->name, "pe_id");
    EXPECT_EQ(india.find("0x0424")->name, "message_payload");
    EXPECT_EQ(india.find("0x1501")->tag, Tag{0x1501});
    EXPECT_EQ(india.find("0x1501")->type, TlvType::octets);
    EXPECT_FALSE(india.find("0x"));
    EXPECT_FALSE(india.find("0x12345"));
    EXPECT_FALSE(india.find("5120")) << "bare digits are no tag";
}

TEST(TlvDictionary, ComplainsOfDefinitionsThatCannotBe) {
    EXPECT_EQ(complaint_about(india_dlt_tlvs()), "");
    EXPECT_EQ(complaint_about({{Tag{0x1400}, ""}}), "0x1400: has no name");
    EXPECT_EQ(complaint_about({{Tag{0x1400}, "a"}, {Tag{0x1400}, "b"}}),
              "0x1400: is defined twice");
    EXPECT_EQ(complaint_about({{Tag{0x1400}, "a"}, {Tag{0x1401}, "a"}}),
              "'a': is the name of two tags");
    EXPECT_EQ(complaint_about({{Tag{0x1400}, "a", TlvType::octets, 5, 4}}),
              "0x1400 'a': its bounds are swapped");
    EXPECT_EQ(complaint_about({{Tag{0x1400}, "a", TlvType::integer, 1, 5}}),
              "0x1400 'a': an integer has 1 to 4 octets");
    EXPECT_EQ(complaint_about({{Tag{0x1400}, "message_payload"}}),
              "0x1400 'message_payload': the specification gives this name to 0x0424");
    EXPECT_DEATH(TlvDictionary({{Tag{0x1400}, ""}}), "broken promise: complaint_about");
}

TEST(TlvValues, AreWrittenByTheirType) {
    const TlvDefinition text{Tag{0x1400}, "pe_id", TlvType::text, 1, 30};
    EXPECT_EQ(value_from_text(text, "1007164392842"), "1007164392842");
    EXPECT_FALSE(value_from_text(text, ""));
    EXPECT_FALSE(value_from_text(text, std::string(31, '1')));
    EXPECT_FALSE(value_from_text(text, "a\0b"sv)) << "it would end there for some readers";

    const TlvDefinition c_string{Tag{0x1401}, "id", TlvType::c_string, 1, 5};
    EXPECT_EQ(value_from_text(c_string, "abcd"), std::string("abcd\0", 5));
    EXPECT_EQ(value_from_text(c_string, ""), std::string(1, '\0'));
    EXPECT_FALSE(value_from_text(c_string, "abcde"));
    EXPECT_FALSE(value_from_text(c_string, "a\0b"sv));

    const TlvDefinition integer{Tag{0x1402}, "kind", TlvType::integer, 2, 2};
    EXPECT_EQ(value_from_text(integer, "258"), "\x01\x02");
    EXPECT_EQ(value_from_text(integer, "0x0102"), "\x01\x02");
    EXPECT_FALSE(value_from_text(integer, "65536"));
    EXPECT_FALSE(value_from_text(integer, "-1"));
    EXPECT_FALSE(value_from_text(integer, "1x"));
    EXPECT_FALSE(value_from_text(integer, ""));

    const auto state = *TlvDictionary().find(Tag::message_state);
    EXPECT_EQ(value_from_text(state, "9"), "\x09");
    EXPECT_FALSE(value_from_text(state, "10")) << "reserved";

    const TlvDefinition octets{Tag{0x1403}, "blob", TlvType::octets, 0, 3};
    EXPECT_EQ(value_from_text(octets, "0x00ff10"), "\x00\xFF\x10"sv);
    EXPECT_EQ(value_from_text(octets, "00Ff"), "\x00\xFF"sv);
    EXPECT_EQ(value_from_text(octets, ""), "");
    EXPECT_FALSE(value_from_text(octets, "0x0"));
    EXPECT_FALSE(value_from_text(octets, "0xzz"));
    EXPECT_FALSE(value_from_text(octets, "00112233"));
}

TEST(TlvValues, SayWhatTheyTake) {
    const auto says = [](TlvType type, std::uint16_t min, std::uint16_t max) {
        return expected_value({Tag{0x1400}, "x", type, min, max});
    };
    EXPECT_EQ(says(TlvType::text, 1, 30), "text of 1 to 30 octets");
    EXPECT_EQ(says(TlvType::text, 3, 3), "text of 3 octets");
    EXPECT_EQ(says(TlvType::c_string, 1, 9), "text of 0 to 8 octets") << "its NUL is ours to add";
    EXPECT_EQ(says(TlvType::integer, 1, 1), "a whole number from 0 to 255");
    EXPECT_EQ(says(TlvType::integer, 4, 4), "a whole number from 0 to 4294967295");
    EXPECT_EQ(says(TlvType::octets, 1, 1), "1 octet in hexadecimal, two digits each");
    EXPECT_EQ(expected_value(*TlvDictionary().find(Tag::its_reply_type)),
              "a whole number from 0 to 8");
}

TEST(TlvValues, AreReadByTheirTypeAndShownInHexadecimalOtherwise) {
    const TlvDictionary dictionary;
    const auto text = [&](Tag tag, std::string_view value) {
        return value_to_text(*dictionary.find(tag), value);
    };
    EXPECT_EQ(text(Tag::message_state, "\2"), "2");
    EXPECT_EQ(text(Tag::qos_time_to_live, "\0\1\0\0"sv), "65536");
    EXPECT_EQ(text(Tag::qos_time_to_live, "\0\1\0\0\0"sv), "0x0001000000");
    EXPECT_EQ(text(Tag::receipted_message_id, "abc\0"sv), "abc");
    EXPECT_EQ(text(Tag::receipted_message_id, "abc"), "0x616263") << "without its NUL";
    EXPECT_EQ(text(Tag::receipted_message_id, "a\nc\0"sv), "0x610A6300");
    EXPECT_EQ(text(Tag::network_error_code, "\3\0\1"sv), "0x030001");
}

}  // namespace
}  // namespace parley::smpp
