#include "protocol/smpp/version.h"

#include "protocol/smpp/framer.h"
#include "tests/golden/hex.h"

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

using golden::from_hex;

TEST(Version, IsReadFromAnyOctet) {
    EXPECT_EQ(version_of(0x00), Version::v3_3) << "3.3 or earlier";
    EXPECT_EQ(version_of(0x33), Version::v3_3);
    EXPECT_EQ(version_of(0x34), Version::v3_4);
    EXPECT_EQ(version_of(0x40), Version::v3_4);
    EXPECT_EQ(version_of(0x50), Version::v5_0);
    EXPECT_EQ(version_of(0xFF), Version::v5_0);
    EXPECT_EQ(name(Version::v3_4), "3.4");
}

TEST(Version, BothSidesSpeakTheLowerOne) {
    EXPECT_EQ(negotiate(0x34, 0x34), Version::v3_4);
    EXPECT_EQ(negotiate(0x50, 0x34), Version::v3_4);
    EXPECT_EQ(negotiate(0x34, 0x50), Version::v3_4);
    EXPECT_EQ(negotiate(0x50, 0x50), Version::v5_0);
    EXPECT_EQ(negotiate(0x50, 0x33), Version::v3_3);
    EXPECT_EQ(negotiate(0x34, 0x1234), Version::v3_4) << "an integer of another length";
}

TEST(Version, OfAPeerThatLeavesItOutIsASetting) {
    EXPECT_EQ(negotiate(0x34, std::nullopt), Version::v3_4);
    EXPECT_EQ(negotiate(0x50, std::nullopt, MissingVersion::as_asked), Version::v5_0);
    EXPECT_EQ(negotiate(0x34, std::nullopt, MissingVersion::as_3_3), Version::v3_3);
    EXPECT_EQ(negotiate(0x34, 0x34, MissingVersion::as_3_3), Version::v3_4);
}

TEST(Version, SaysWhatMayBeSent) {
    EXPECT_FALSE(rules_of(Version::v3_3).tlvs);
    EXPECT_TRUE(rules_of(Version::v3_4).tlvs);
    EXPECT_EQ(rules_of(Version::v3_3).message_id_octets_max, 9) << "8 and the NUL";
    EXPECT_EQ(rules_of(Version::v3_4).message_id_octets_max, 65);
    EXPECT_EQ(rules_of(Version::v3_4).short_message_octets_max, 254);
    EXPECT_EQ(rules_of(Version::v5_0).short_message_octets_max, 255);
    EXPECT_EQ(rules_of(Version::v3_4).destinations_max, 254);
    EXPECT_EQ(rules_of(Version::v5_0).destinations_max, 255);
}

TEST(Version, ARefusalIn3_3EndsWithANul) {
    std::string out = "before";
    encode_refusal(out, Command::submit_sm_resp, Status::ESME_RTHROTTLED, 9, Version::v3_3);
    EXPECT_EQ(out, "before" + from_hex("00000011 80000004 00000058 00000009 00"));
    out.clear();
    encode_refusal(out, Command::submit_sm_resp, Status::ESME_RTHROTTLED, 9, Version::v3_4);
    EXPECT_EQ(out, golden::octets("submit_sm_resp_throttled"));
    out.clear();
    encode_refusal(out, Command::unbind_resp, Status::ESME_RSYSERR, 9, Version::v3_3);
    EXPECT_EQ(out, from_hex("00000010 80000006 00000008 00000009")) << "has no field to be empty";
    out.clear();
    encode_refusal(out, Command::param_retrieve_resp, Status::ESME_RCNTSUBDL, 9, Version::v3_3);
    EXPECT_EQ(out, from_hex("00000011 80000022 00000044 00000009 00")) << "param_value";
    out.clear();
    encode_refusal(out, Command::query_last_msgs_resp, Status::ESME_RSYSERR, 9, Version::v3_3);
    EXPECT_EQ(out, from_hex("00000010 80000023 00000008 00000009")) << "begins with a count";
}

TEST(Version, ARefusalIsReadWhateverItsVersion) {
    for (const auto version : {Version::v3_3, Version::v3_4, Version::v5_0}) {
        std::string out;
        encode_refusal(out, Command::submit_sm_resp, Status::ESME_RSUBMITFAIL, 9, version);
        Framer framer;
        framer.feed(out);
        const auto frame = framer.next();
        ASSERT_TRUE(frame);
        SubmitSmResp resp;
        DecodeError error;
        EXPECT_TRUE(decode(*frame, resp, error, false));
        EXPECT_FALSE(error.code);
        EXPECT_EQ(resp.message_id, "");
    }
}

TEST(Version, A3_3PeerGetsNoTlvs) {
    SubmitSm submit;
    submit.short_message = "Hi";
    std::string bare;
    encode(bare, submit, 1);
    submit.tlvs.add(Tag::user_message_reference, std::string_view("\0\7", 2));
    std::string without;
    encode_without_tlvs(without, submit, 1);
    EXPECT_EQ(without, bare);
}

TEST(Version, MessageIdsOf3_3AreHexadecimal) {
    EXPECT_EQ(message_id_3_3(0x1A2B3C), "001A2B3C");
    EXPECT_EQ(message_id_3_3(0xFFFFFFFF), "FFFFFFFF");
    EXPECT_TRUE(is_3_3_message_id("001a2B3C"));
    EXPECT_TRUE(is_3_3_message_id("7"));
    EXPECT_FALSE(is_3_3_message_id(""));
    EXPECT_FALSE(is_3_3_message_id("001A2B3C0"));
    EXPECT_FALSE(is_3_3_message_id("00G"));
}

}  // namespace
}  // namespace parley::smpp
