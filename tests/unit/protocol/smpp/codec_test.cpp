#include "protocol/smpp/codec.h"

#include "protocol/smpp/every_pdu.h"
#include "protocol/smpp/framer.h"
#include "tests/golden/hex.h"

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

using golden::from_hex;

Frame frame_of(std::string_view body, Command command, Status status = Status::ESME_ROK) {
    return {{.command_length = static_cast<std::uint32_t>(header_octets + body.size()),
             .command_id = command,
             .command_status = status,
             .sequence_number = 1},
            body};
}

template <class Pdu>
struct Decoded {
    bool ok;
    Pdu pdu;
    DecodeError error;
    std::string message() const { return error.message(Pdu::id); }
};

template <class Pdu>
Decoded<Pdu> read(std::string_view body, Status status = Status::ESME_ROK, bool tolerate = true) {
    Decoded<Pdu> decoded{};
    decoded.ok = decode(frame_of(body, Pdu::id, status), decoded.pdu, decoded.error, tolerate);
    return decoded;
}

SubmitSm a_submit() {
    SubmitSm submit;
    submit.source_addr = "15550001000";
    submit.destination_addr = "15550002000";
    submit.short_message = "Hello";
    return submit;
}

std::string body_of(const SubmitSm& submit) {
    std::string out;
    encode(out, submit, 1);
    return out.substr(header_octets);
}

TEST(Codec, WritesTheSampleOfTheSpecification) {
    BindTransmitter bind;
    bind.system_id = "SMPP3TEST";
    bind.password = "secret08";
    bind.system_type = "SUBMIT1";
    bind.interface_version = 0x50;
    bind.addr_ton = 1;
    bind.addr_npi = 1;
    std::string out;
    encode(out, bind, 1);
    EXPECT_EQ(out, golden::octets("bind_transmitter"));
}

TEST(Codec, ReadsTheSampleOfTheSpecification) {
    const auto octets = golden::octets("bind_transmitter");
    const auto bind = read<BindTransmitter>(std::string_view(octets).substr(header_octets));
    ASSERT_TRUE(bind.ok) << bind.message();
    EXPECT_EQ(bind.pdu.system_id, "SMPP3TEST");
    EXPECT_EQ(bind.pdu.password, "secret08");
    EXPECT_EQ(bind.pdu.system_type, "SUBMIT1");
    EXPECT_EQ(bind.pdu.interface_version, 0x50);
    EXPECT_EQ(bind.pdu.addr_ton, 1);
    EXPECT_EQ(bind.pdu.addr_npi, 1);
    EXPECT_EQ(bind.pdu.address_range, "");
}

TEST(Codec, AppendsBehindWhatIsThere) {
    std::string out = "before";
    encode(out, EnquireLink{}, 0x01020304);
    EXPECT_EQ(out, "before" + from_hex("00000010 00000015 00000000 01020304"));
}

TEST(Codec, WritesARefusalAsABareHeader) {
    std::string out;
    encode_header(out, Command::submit_sm_resp, Status::ESME_RTHROTTLED, 9);
    EXPECT_EQ(out, golden::octets("submit_sm_resp_throttled"));
}

TEST(Codec, KeepsUnknownTlvsInOrder) {
    auto submit = a_submit();
    submit.tlvs.add(static_cast<Tag>(0x1501), "b");
    submit.tlvs.add(Tag::user_message_reference, std::string_view("\0\7", 2));
    submit.tlvs.add(static_cast<Tag>(0x1400), "");
    const auto body = body_of(submit);
    const auto again = read<SubmitSm>(body);
    ASSERT_TRUE(again.ok) << again.message();
    ASSERT_EQ(again.pdu.tlvs.size(), 3u);
    const auto tlv = again.pdu.tlvs.begin();
    EXPECT_EQ(static_cast<int>(tlv[0].tag), 0x1501);
    EXPECT_EQ(tlv[0].value, "b");
    EXPECT_EQ(again.pdu.tlvs.find_integer(Tag::user_message_reference), 7u);
    EXPECT_EQ(static_cast<int>(tlv[2].tag), 0x1400);
    EXPECT_EQ(tlv[2].value, "");
}

TEST(Codec, ViewsPointIntoTheFrame) {
    const auto body = body_of(a_submit());
    const auto submit = read<SubmitSm>(body);
    ASSERT_TRUE(submit.ok);
    for (const auto view : {submit.pdu.source_addr, submit.pdu.short_message}) {
        EXPECT_GE(view.data(), body.data());
        EXPECT_LE(view.data() + view.size(), body.data() + body.size());
    }
}

TEST(Codec, NamesAShortMessageThatEndsPastThePdu) {
    const auto octets = golden::octets("submit_sm_length_past_end");
    const auto submit = read<SubmitSm>(std::string_view(octets).substr(header_octets));
    EXPECT_FALSE(submit.ok);
    EXPECT_EQ(submit.error.code, errc::truncated);
    EXPECT_EQ(submit.message(),
              "submit_sm.short_message: 160 octets promised, 12 left, at offset 55");
    EXPECT_EQ(submit.pdu.short_message, "");
    EXPECT_EQ(status_for(submit.error.code), Status::ESME_RINVMSGLEN);
}

TEST(Codec, ReadsAnSmLengthOf255) {
    const auto octets = golden::octets("submit_sm_255");
    const auto submit = read<SubmitSm>(std::string_view(octets).substr(header_octets));
    ASSERT_TRUE(submit.ok) << submit.message();
    EXPECT_EQ(submit.pdu.short_message, std::string(255, 'x'));
}

TEST(Codec, AnOctetTooManyIsToleratedFromACarrierAndToldToACustomer) {
    const auto octets = golden::octets("submit_sm_length_one_short");
    const auto body = std::string_view(octets).substr(header_octets);

    const auto tolerated = read<SubmitSm>(body);
    EXPECT_TRUE(tolerated.ok);
    EXPECT_EQ(tolerated.error.code, errc::trailing_octets);
    EXPECT_EQ(tolerated.pdu.short_message.size(), 60u);

    const auto refused = read<SubmitSm>(body, Status::ESME_ROK, false);
    EXPECT_FALSE(refused.ok);
    EXPECT_EQ(refused.message(), "submit_sm: 1 octets left that are no TLV, at offset 111");
}

TEST(Codec, KeepsTheWholeTlvsOfABrokenTail) {
    const auto octets = golden::octets("submit_sm_tlv_past_end");
    const auto body = std::string_view(octets).substr(header_octets);

    const auto tolerated = read<SubmitSm>(body);
    EXPECT_TRUE(tolerated.ok);
    EXPECT_EQ(tolerated.message(),
              "submit_sm.message_payload: 200 octets promised, 3 left, at offset 63");
    EXPECT_EQ(tolerated.pdu.tlvs.size(), 1u);
    EXPECT_EQ(tolerated.pdu.tlvs.find_integer(Tag::user_message_reference), 7u);

    const auto refused = read<SubmitSm>(body, Status::ESME_ROK, false);
    EXPECT_FALSE(refused.ok);
    EXPECT_EQ(refused.error.code, errc::tlv_truncated);
    EXPECT_EQ(status_for(refused.error.code), Status::ESME_RINVTLVSTREAM);
}

TEST(Codec, ARequestCutAnywhereIsAnError) {
    const auto body = body_of(a_submit());
    for (std::size_t octets = 0; octets < body.size(); ++octets) {
        const auto submit = read<SubmitSm>(std::string_view(body).substr(0, octets));
        EXPECT_FALSE(submit.ok) << "cut after " << octets;
        EXPECT_TRUE(submit.error.code);
        EXPECT_EQ(submit.error.left, octets + header_octets - submit.error.offset);
    }
}

TEST(Codec, AFailureLeavesNothingOfThePduBefore) {
    const auto body = body_of(a_submit());
    SubmitSm submit;
    submit.tlvs.add(Tag::message_payload, "old");
    submit.data_coding = 8;
    submit.short_message = "old";
    DecodeError error;
    EXPECT_FALSE(
        decode(frame_of(std::string_view(body).substr(0, 20), Command::submit_sm), submit, error));
    EXPECT_EQ(submit.destination_addr, "");
    EXPECT_EQ(submit.data_coding, 0);
    EXPECT_EQ(submit.short_message, "");
    EXPECT_TRUE(submit.tlvs.empty());
}

TEST(Codec, ReadsStringsLongerThanTheirFieldUpToALimit) {
    const std::string longest(c_string_octets_read_max - 1, 'i');
    const std::string body = longest + '\0';
    const auto whole = read<SubmitSmResp>(body);
    ASSERT_TRUE(whole.ok) << whole.message();
    EXPECT_EQ(whole.pdu.message_id, longest);

    const std::string longer = "i" + body;
    const auto refused = read<SubmitSmResp>(longer);
    EXPECT_FALSE(refused.ok);
    EXPECT_EQ(refused.message(),
              "submit_sm_resp.message_id: no NUL within 256 octets, at offset 16");
    EXPECT_EQ(status_for(refused.error.code), Status::ESME_RINVTLVLEN);
}

TEST(Codec, ARequestsStringNeedsItsNul) {
    const auto bind = read<BindReceiver>("parley");
    EXPECT_FALSE(bind.ok);
    EXPECT_EQ(bind.message(), "bind_receiver.system_id: no NUL in the 6 octets left, at offset 16");
}

TEST(Responses, ComeWithoutABody) {
    const auto submit = read<SubmitSmResp>("", Status::ESME_RTHROTTLED);
    EXPECT_TRUE(submit.ok);
    EXPECT_FALSE(submit.error.code);
    EXPECT_EQ(submit.pdu.message_id, "");
    EXPECT_TRUE(read<SubmitSmResp>("").ok);
    EXPECT_TRUE(read<DeliverSmResp>("").ok);
    EXPECT_TRUE(read<DataSmResp>("").ok);
    EXPECT_TRUE(read<BindTransceiverResp>("").ok);
    EXPECT_TRUE(read<BindReceiverResp>("", Status::ESME_RINVPASWD).ok);
}

TEST(Responses, ComeWithAnEmptyString) {
    for (const auto status : {Status::ESME_ROK, Status::ESME_RSUBMITFAIL}) {
        const auto submit = read<SubmitSmResp>(std::string_view("\0", 1), status);
        EXPECT_TRUE(submit.ok);
        EXPECT_FALSE(submit.error.code);
        EXPECT_EQ(submit.pdu.message_id, "");
    }
}

TEST(Responses, ComeWithTlvsWhetherOkOrNot) {
    const auto body = from_hex("61626300 0428 0001 55");
    for (const auto status : {Status::ESME_ROK, Status::ESME_RMSGQFUL}) {
        const auto submit = read<SubmitSmResp>(body, status);
        EXPECT_TRUE(submit.ok);
        EXPECT_FALSE(submit.error.code);
        EXPECT_EQ(submit.pdu.message_id, "abc");
        EXPECT_EQ(submit.pdu.tlvs.find_integer(Tag::congestion_state), 0x55u);
    }
}

TEST(Responses, AMessageIdWithoutItsNulIsStillAMessageId) {
    const auto submit = read<SubmitSmResp>("abc123");
    EXPECT_TRUE(submit.ok);
    EXPECT_EQ(submit.error.code, errc::unterminated);
    EXPECT_EQ(submit.pdu.message_id, "abc123");
    EXPECT_FALSE(read<SubmitSmResp>("abc123", Status::ESME_ROK, false).ok);
}

TEST(Responses, ARefusalIsReadWhateverItsBodyIs) {
    const auto submit = read<SubmitSmResp>(std::string(300, 'x'), Status::ESME_RSYSERR, false);
    EXPECT_TRUE(submit.ok);
    EXPECT_EQ(submit.error.code, errc::string_too_long);
    EXPECT_EQ(submit.pdu.message_id, "");
}

TEST(Responses, ABodyWhereNoneBelongsDoesNotEndTheSession) {
    const auto stray = read<EnquireLinkResp>(std::string_view("\0", 1));
    EXPECT_TRUE(stray.ok);
    EXPECT_EQ(stray.error.code, errc::trailing_octets);
    const auto tlv = read<EnquireLinkResp>(from_hex("0428 0001 55"), Status::ESME_ROK, false);
    EXPECT_TRUE(tlv.ok) << "an unknown TLV is ignored";
    EXPECT_FALSE(tlv.error.code);
}

TEST(Codec, EveryPduSurvivesItsOwnEmptyForm) {
    int kinds = 0;
    for_each_pdu([&](const auto& pdu) {
        ++kinds;
        std::string out;
        encode(out, pdu, 5);
        Framer framer;
        framer.feed(out);
        const auto frame = framer.next();
        ASSERT_TRUE(frame);
        EXPECT_EQ(frame->header.command_id, pdu.id);
        EXPECT_EQ(frame->header.sequence_number, 5u);
        auto again = pdu;
        DecodeError error;
        EXPECT_TRUE(decode(*frame, again, error, false)) << error.message(pdu.id);
    });
    EXPECT_EQ(kinds, 39) << "all that names has";
}

TEST(Codec, EveryErrorHasWordsAndAStatus) {
    for (int value = 1; value <= static_cast<int>(errc::unknown_choice); ++value) {
        const auto code = make_error_code(static_cast<errc>(value));
        EXPECT_EQ(code.message().find("unknown codec error"), std::string::npos) << value;
        EXPECT_NE(status_for(code), Status::ESME_ROK) << value;
        EXPECT_NE(status_for(code), Status::ESME_RSYSERR) << value;
    }
    EXPECT_EQ(status_for({}), Status::ESME_ROK);
    EXPECT_EQ(status_for(errc::command_length_too_long), Status::ESME_RINVCMDLEN);
    EXPECT_EQ(status_for(errc::unknown_command_id), Status::ESME_RINVCMDID);
    EXPECT_EQ(errc::truncated, make_error_code(errc::truncated));
    EXPECT_STREQ(codec_category().name(), "smpp");
}

TEST(Codec, ALongerPasswordIsWrittenForACarrierThatGaveUsOne) {
    BindTransceiver bind;
    bind.password = "longer-than-eight";
    std::string out;
    encode(out, bind, 1, Status::ESME_ROK, Strings::as_read);
    EXPECT_EQ(read<BindTransceiver>(std::string_view(out).substr(header_octets)).pdu.password,
              "longer-than-eight");
}

TEST(CodecDeathTest, ABrokenPromiseEndsTheProcessAndNamesItself) {
    std::string out;
    auto submit = a_submit();
    submit.source_addr = "1234567890123456789012";
    EXPECT_DEATH(encode(out, submit, 1), "codec_impl.h:[0-9]+: broken promise: value.size");
    submit = a_submit();
    submit.source_addr = std::string_view("1\0002", 3);
    EXPECT_DEATH(encode(out, submit, 1), "broken promise: .*memchr");
    submit = a_submit();
    const std::string long_message(256, 'x');
    submit.short_message = long_message;
    EXPECT_DEATH(encode(out, submit, 1), "broken promise: value.size\\(\\) <= 255");
}

}  // namespace
}  // namespace parley::smpp
