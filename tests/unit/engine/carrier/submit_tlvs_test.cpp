#include "engine/carrier/submit_tlvs.h"

#include "config/load.h"
#include "engine/carrier/examine.h"

#include <gtest/gtest.h>

namespace parley::carrier {
namespace {

using config::TlvType;
using smpp::Tag;

config::Carrier india() {
    config::Carrier carrier;
    carrier.id = "acme";
    carrier.dialect.tlvs = {{{0x1400}, "dlt_entity_id", TlvType::text, {1, 30}},
                            {{0x1401}, "dlt_template_id", TlvType::text, {1, 30}},
                            {{0x1402}, "dlt_telemarketer_id", TlvType::text, {1, 255}},
                            {{0x1501}, "priority", TlvType::integer, {1, 1}}};
    return carrier;
}

const std::vector<config::Brand> brands{
    {.id = "demo", .senders = {"DEMO"}, .tlvs = {{"dlt_entity_id", "1101"}, {"priority", "2"}}},
    {.id = "club", .senders = {"CLUB"}},
    {.id = "far", .senders = {"FAR"}, .tlvs = {{"cost_centre", "7"}}}};

TEST(SubmitTlvs, OfMostCarriersThereAreNone) {
    const SubmitTlvs tlvs({.id = "acme"}, brands);
    EXPECT_TRUE(tlvs.fixed("demo").empty()) << "the brand's are for carriers that know the names";
    EXPECT_TRUE(tlvs.takes({}));
    EXPECT_EQ(tlvs.with("demo", {}), WireTlvs{});
}

TEST(SubmitTlvs, TheBrandsComeBeforeTheCarriersAndTheMessagesBeforeBoth) {
    config::Carrier carrier = india();
    carrier.tlvs = {{"dlt_telemarketer_id", "1302"}, {"priority", "1"}, {"0x3000", "00ff"}};
    const SubmitTlvs tlvs(carrier, brands);
    const WireTlvs own{{Tag{0x1402}, "1302"},
                       {Tag{0x1501}, std::string("\x01")},
                       {Tag{0x3000}, std::string("\x00\xFF", 2)}};
    EXPECT_EQ(tlvs.fixed("club"), own);
    EXPECT_EQ(tlvs.fixed("far"), own);
    EXPECT_EQ(tlvs.fixed("nobody"), own);
    WireTlvs demo = own;
    demo[1].octets = "\x02";
    demo.push_back({Tag{0x1400}, "1101"});
    EXPECT_EQ(tlvs.fixed("demo"), demo);
    demo[1].octets = "\x09";
    demo.push_back({Tag{0x1401}, "1107"});
    EXPECT_EQ(tlvs.with("demo", {{"priority", "9"}, {"dlt_template_id", "1107"}}), demo);
}

TEST(SubmitTlvs, AreAskedForByNameByStandardNameOrByTag) {
    const SubmitTlvs tlvs(india(), {});
    EXPECT_EQ(tlvs.with("", {{"callback_num", "01020304"}}),
              (WireTlvs{{Tag::callback_num, "\x01\x02\x03\x04"}}));
    EXPECT_EQ(tlvs.with("", {{"0x1401", "0x31313037"}}), (WireTlvs{{Tag{0x1401}, "1107"}}))
        << "hexadecimal, whatever the name's type is";
    EXPECT_EQ(tlvs.with("", {{"0x1401", "3131"}, {"dlt_template_id", "22"}}),
              (WireTlvs{{Tag{0x1401}, "22"}}))
        << "one tag, one value";
    EXPECT_EQ(tlvs.with("", {{"0x2000", ""}}), (WireTlvs{{Tag{0x2000}, ""}}));
}

TEST(SubmitTlvs, WhatIsNotTakenIsToldWithWhatWouldBe) {
    const SubmitTlvs tlvs(india(), {});
    const auto complaint = [&](const std::string& name, const std::string& value) {
        EXPECT_EQ(tlvs.takes({{name, value}}), tlvs.complaint_about({name, value}).empty());
        EXPECT_EQ(tlvs.with("", {{name, value}}).has_value(), tlvs.takes({{name, value}}));
        return tlvs.complaint_about({name, value});
    };
    EXPECT_EQ(complaint("dlt_template_id", std::string(30, '1')), "");
    EXPECT_EQ(complaint("dlt_template_id", std::string(31, '1')),
              "\"" + std::string(31, '1') +
                  "\" is not what carrier acme takes: expected text of 1 to 30 octets");
    EXPECT_EQ(complaint("priority", "256"),
              "\"256\" is not what carrier acme takes: expected a whole number from 0 to 255");
    EXPECT_EQ(complaint("priority", "high"),
              "\"high\" is not what carrier acme takes: expected a whole number from 0 to 255");
    EXPECT_EQ(complaint("0x1401", "11077"),
              "\"11077\" is not what carrier acme takes: expected 1 to 30 octets in hexadecimal, "
              "two digits each");
    EXPECT_EQ(
        complaint("dlt_templat_id", "1"),
        "carrier acme has no parameter of this name: expected dlt_entity_id, "
        "dlt_template_id, dlt_telemarketer_id, priority or a tag such as 0x1501; did you mean "
        "'dlt_template_id'?");
    const std::string ours =
        "is not for a caller to set: expected a parameter of the carrier's own";
    for (const char* name : {"message_payload", "0x0424", "sar_msg_ref_num", "destination_port",
                             "receipted_message_id"})
        EXPECT_EQ(complaint(name, "00"), ours) << name;
    EXPECT_EQ(SubmitTlvs({.id = "plain"}, {}).complaint_about({"x", "1"}),
              "carrier plain has no parameter of this name: expected a tag such as 0x1501");
}

TEST(FixedTlvs, ThatNoCarrierTakesAreRefusedAtTheirPlace) {
    const std::string text = R"(carriers:
  - id: acme
    address: 127.0.0.1:2775
    system_id: parley
    dialect: { like: india_dlt }
    tlvs: { dlt_telemarketer: 1302, dlt_entity_id: "" }
  - id: beta
    address: 127.0.0.1:2776
    system_id: parley
    tlvs: { "0x1501": 0 }
brands:
  - id: demo
    senders: [DEMO]
    tlvs: { dlt_entity: 1101, dlt_template_id: 1107777777777777777777777777777 }
)";
    std::vector<std::string> lines;
    for (const auto& complaint :
         config::load_text(text, "p.yaml", config::process_environment, contradictions).complaints)
        lines.push_back(config::to_text(complaint));
    EXPECT_EQ(lines,
              (std::vector<std::string>{
                  "p.yaml:6:31: carriers[0].tlvs.dlt_telemarketer: carrier acme has no parameter "
                  "of this name: expected dlt_entity_id, dlt_template_id, dlt_telemarketer_id or a "
                  "tag such as 0x1501; did you mean 'dlt_telemarketer_id'?",
                  "p.yaml:6:52: carriers[0].tlvs.dlt_entity_id: \"\" is not what carrier acme "
                  "takes: expected text of 1 to 30 octets",
                  "p.yaml:10:23: carriers[1].tlvs.0x1501: \"0\" is not what carrier beta takes: "
                  "expected 0 to 65535 octets in hexadecimal, two digits each",
                  "p.yaml:14:25: brands[0].tlvs.dlt_entity: no carrier's dialect has a parameter "
                  "of this name: expected dlt_entity_id, dlt_template_id, dlt_telemarketer_id",
                  "p.yaml:14:48: brands[0].tlvs.dlt_template_id: "
                  "\"1107777777777777777777777777777\" is not what carrier acme takes: expected "
                  "text of 1 to 30 octets"}));
}

}  // namespace
}  // namespace parley::carrier
