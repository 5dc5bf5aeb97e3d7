// What implementers of the specification get wrong: a numbered list (reference peers.md §6), a test
// per number. 3 to 6 and half of 1, 2, 23 and 25 are the session's:
// tests/unit/engine/session/essentials_test.cpp.

#include "protocol/smpp/address.h"
#include "protocol/smpp/every_pdu.h"
#include "protocol/smpp/framer.h"
#include "protocol/smpp/message.h"
#include "protocol/smpp/operations.h"
#include "protocol/smpp/time.h"
#include "protocol/smpp/version.h"
#include "tests/golden/hex.h"

#include <memory>

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

using namespace std::string_view_literals;
using golden::from_hex;

/// The PDU that these octets are, read without tolerance unless told.
template <class Pdu>
struct Read {
    bool ok = false;
    Pdu pdu;
    DecodeError error;
    std::string octets;  // what the PDU's views point to
    Header header;
};

template <class Pdu>
std::unique_ptr<Read<Pdu>> read(std::string octets, bool tolerate = false) {
    auto out = std::make_unique<Read<Pdu>>();
    out->octets = std::move(octets);
    Framer framer;
    framer.feed(out->octets);
    const auto frame = framer.next();
    if (!frame) return out;
    out->header = frame->header;
    const Frame lasting{frame->header, std::string_view(out->octets).substr(header_octets)};
    out->ok = decode(lasting, out->pdu, out->error, tolerate);
    return out;
}

template <class Pdu>
std::string written(const Pdu& pdu, std::uint32_t sequence_number = 1) {
    std::string out;
    encode(out, pdu, sequence_number);
    return out;
}

TEST(Essentials, P01_ABadLengthLosesTheStreamAndABadCommandDoesNot) {
    Framer lost;
    lost.feed(from_hex("0000000F 00000015 00000000 00000007") + written(EnquireLink{}));
    EXPECT_FALSE(lost.next());
    EXPECT_EQ(status_for(lost.error()), Status::ESME_RINVCMDLEN);
    EXPECT_EQ(lost.bad_header().sequence_number, 7u) << "for the generic_nack";
    lost.feed(written(EnquireLink{}));
    EXPECT_FALSE(lost.next()) << "nothing after it can be trusted";

    Framer unknown;
    unknown.feed(from_hex("00000010 000000F0 00000000 00000007") + written(EnquireLink{}, 8));
    EXPECT_FALSE(is_known(unknown.next()->header.command_id));
    EXPECT_EQ(unknown.next()->header.sequence_number, 8u);
    EXPECT_EQ(judge(Version::v5_0, Side::esme, SessionState::bound_trx, Command{0xF0}),
              Status::ESME_RINVCMDID);
}

TEST(Essentials, P02_AnySequenceNumberIsReadAndEchoed) {
    for (const std::uint32_t number : {0U, 1U, 0x7FFFFFFFU, 0x80000000U, 0xFFFFFFFFU}) {
        const auto request = read<DeliverSm>(written(DeliverSm{}, number));
        EXPECT_EQ(request->header.sequence_number, number);
        EXPECT_EQ(read<DeliverSmResp>(written(DeliverSmResp{}, number))->header.sequence_number,
                  number);
    }
}

TEST(Essentials, P07_SizesIncludeTheNulAndLongerOnesAreReadAndSentWhenAskedFor) {
    BindTransceiver bind;
    bind.password = "12345678";
    EXPECT_EQ(read<BindTransceiver>(written(bind))->pdu.password, "12345678");
    bind.password = "123456789";
    EXPECT_DEATH(written(bind), "broken promise");
    std::string out;
    encode(out, bind, 1, Status::ESME_ROK, Strings::as_read);
    EXPECT_EQ(read<BindTransceiver>(out)->pdu.password, "123456789");
}

TEST(Essentials, P08_SmLengthIsReadTo255AndBoundChecked) {
    SubmitSm submit;
    const std::string text(255, 'x');
    submit.short_message = text;
    const auto octets = written(submit);
    EXPECT_EQ(read<SubmitSm>(octets)->pdu.short_message.size(), 255u);
    EXPECT_EQ(rules_of(Version::v3_4).short_message_octets_max, 254);
    EXPECT_EQ(rules_of(Version::v5_0).short_message_octets_max, 255);

    auto cut = octets.substr(0, octets.size() - 1);
    detail::put(cut.data(), static_cast<std::uint32_t>(cut.size()));
    const auto truncated = read<SubmitSm>(cut, true);
    EXPECT_FALSE(truncated->ok);
    EXPECT_EQ(truncated->error.code, errc::truncated);
    EXPECT_EQ(truncated->pdu.short_message, "");
}

TEST(Essentials, P09_BothMessagesAreReadAndThePayloadCounts) {
    SubmitSm submit;
    submit.short_message = "short";
    submit.tlvs.add(Tag::message_payload, "payload");
    const auto both = read<SubmitSm>(written(submit));
    ASSERT_TRUE(both->ok);
    EXPECT_EQ(message_octets(both->pdu.short_message, both->pdu.tlvs), "payload");
}

TEST(Essentials, P10_ARefusalHasNoBodyAndAnyBodyOfOneIsRead) {
    std::string bare;
    encode_header(bare, Command::submit_sm_resp, Status::ESME_RSUBMITFAIL, 9);
    EXPECT_EQ(bare.size(), header_octets);
    std::string with_nul;
    encode_refusal(with_nul, Command::bind_receiver_resp, Status::ESME_RINVPASWD, 9, Version::v3_3);
    EXPECT_EQ(with_nul.size(), header_octets + 1);
    EXPECT_TRUE(read<SubmitSmResp>(bare)->ok);
    EXPECT_TRUE(read<BindReceiverResp>(with_nul)->ok);
    EXPECT_TRUE(read<SubmitSmResp>(from_hex("00000013 80000004 00000045 00000009 FFFFFF"))->ok)
        << "whatever is in it";
}

TEST(Essentials, P11_DeliverSmRespHasANullMessageId) {
    EXPECT_EQ(written(DeliverSmResp{}, 5), from_hex("00000011 80000005 00000000 00000005 00"));
}

TEST(Essentials, P12_EsmClassIsAnEnumeration) {
    EXPECT_EQ(message_type(0x04), MessageType::receipt);
    EXPECT_EQ(message_type(0x0C), std::nullopt) << "a test of the bit would say receipt";
    EXPECT_EQ(message_type(0x20), MessageType::intermediate_notification);
}

TEST(Essentials, P13_TheIntermediateNotificationIsBit4) {
    EXPECT_EQ(write_registered_delivery({.intermediate_notification = true}), 0x10);
    EXPECT_TRUE(read_registered_delivery(0x10).intermediate_notification);
    EXPECT_FALSE(read_registered_delivery(0x20).intermediate_notification);
    EXPECT_EQ(read_registered_delivery(0x03).receipt, RegisteredDelivery::Receipt::on_success);
    EXPECT_TRUE(read_registered_delivery(0x04).delivery_acknowledgement);
    EXPECT_TRUE(read_registered_delivery(0x08).manual_acknowledgement);
}

TEST(Essentials, P14_AReceiptsAddressesAreKeptAsTheyCame) {
    // Swapped against the submit: its source is whom we wrote to. Nothing here turns them round.
    const auto receipt = read<DeliverSm>(golden::octets("deliver_sm_receipt"), true);
    ASSERT_TRUE(receipt->ok);
    EXPECT_EQ(message_type(receipt->pdu.esm_class), MessageType::receipt);
    EXPECT_EQ(from_wire(receipt->pdu.source_addr_ton, 1, receipt->pdu.source_addr), "+15550002000");
    EXPECT_EQ(from_wire(receipt->pdu.dest_addr_ton, 1, receipt->pdu.destination_addr),
              "+15550001000");
}

TEST(Essentials, P15_AReceiptsTlvsAreThereBesideItsText) {
    DeliverSm receipt;
    receipt.esm_class = 0x04;
    receipt.short_message = "id:0059113978 Text:";
    receipt.tlvs.add(Tag::receipted_message_id, "38601fa\0"sv);
    receipt.tlvs.add(Tag::message_state, "\2");
    const auto again = read<DeliverSm>(written(receipt));
    EXPECT_EQ(again->pdu.tlvs.find(Tag::receipted_message_id), "38601fa\0"sv);
    EXPECT_EQ(again->pdu.tlvs.find_integer(Tag::message_state), 2u);
    EXPECT_EQ(again->pdu.short_message, "id:0059113978 Text:");
}

TEST(Essentials, P16_AcceptedIsFinalByTheTableAndNotInPractice) {
    EXPECT_TRUE(is_final_state(6, Accepted::is_final));
    EXPECT_FALSE(is_final_state(6, Accepted::is_on_the_way));
    EXPECT_FALSE(is_final_state(0, Accepted::is_final)) << "SCHEDULED";
    EXPECT_TRUE(is_final_state(9, Accepted::is_on_the_way)) << "SKIPPED";
}

TEST(Essentials, P17_DataCodingZeroIsTheMessageCentresAlphabetAndTwoAndFourAreBinary) {
    EXPECT_EQ(data_coding_name(0).find("GSM"), std::string_view::npos);
    EXPECT_EQ(data_coding_name(2), "8-bit binary");
    EXPECT_EQ(data_coding_name(4), "8-bit binary");
}

TEST(Essentials, P18_SarTlvsCountOnlyTogetherAndTheReferenceHasTwoOctets) {
    Tlvs tlvs;
    tlvs.add(Tag::sar_msg_ref_num, "\x01\x00"sv);
    tlvs.add(Tag::sar_total_segments, "\2");
    EXPECT_FALSE(read_sar(tlvs));
    tlvs.add(Tag::sar_segment_seqnum, "\1");
    EXPECT_EQ(read_sar(tlvs)->reference, 0x0100);
}

TEST(Essentials, P19_UnknownTlvsAreIgnoredBadOnesAreErrorsAndOldPeersGetNone) {
    EXPECT_EQ(fault_of(Tlv{Tag{0x1501}, "x"}), TlvFault::none);
    EXPECT_EQ(fault_of(Tlv{Tag::message_state, "xx"}), TlvFault::length);
    EXPECT_EQ(fault_of(Tlv{Tag::message_state, "x"}), TlvFault::value);
    EXPECT_FALSE(rules_of(negotiate(0x34, 0x33)).tlvs);
    EXPECT_FALSE(rules_of(negotiate(0x34, std::nullopt, MissingVersion::as_3_3)).tlvs);
    EXPECT_TRUE(rules_of(negotiate(0x34, std::nullopt, MissingVersion::as_asked)).tlvs);
}

TEST(Essentials, P20_NetworkErrorCodeIsATypeAndTwoOctets) {
    Tlvs tlvs;
    tlvs.add(Tag::network_error_code, "\x08\x0F\xA0"sv);
    EXPECT_EQ(read_network_error(tlvs), (NetworkError{8, 4000}));
    EXPECT_EQ(network_type_name(8), "message centre");
}

TEST(Essentials, P21_AMessageIdForA3_3PeerIsEightHexadecimalDigits) {
    EXPECT_EQ(message_id_3_3(0xABC).size() + 1, rules_of(Version::v3_3).message_id_octets_max);
    EXPECT_TRUE(is_3_3_message_id(message_id_3_3(0xABC)));
    EXPECT_EQ(rules_of(Version::v3_4).message_id_octets_max, 65);
}

TEST(Essentials, P22_TimeHasSixteenCharactersAndQuarterHours) {
    const auto time = read_time("260101120000004+");
    ASSERT_TRUE(time);
    EXPECT_EQ(std::get<AbsoluteTime>(*time).quarter_hours, 4);
    EXPECT_EQ(write_time(std::get<AbsoluteTime>(*time)).view(), "260101120000004+");
    EXPECT_TRUE(std::holds_alternative<RelativeTime>(*read_time("000000010000000R")));
}

TEST(Essentials, P23_TheEsmesOwnRefusalsHaveTheirNumbers) {
    EXPECT_EQ(static_cast<int>(Status::ESME_RX_T_APPN), 0x64);
    EXPECT_EQ(static_cast<int>(Status::ESME_RX_P_APPN), 0x65);
    EXPECT_EQ(static_cast<int>(Status::ESME_RX_R_APPN), 0x66);
}

TEST(Essentials, P24_NumbersThatAreCommonlyWrong) {
    EXPECT_EQ(name(Status{0x50}), "ESME_RINVDSTTON");
    EXPECT_EQ(name(Status{0x51}), "ESME_RINVDSTNPI");
    EXPECT_EQ(name(Status{0x53}), "ESME_RINVSYSTYP");
    EXPECT_EQ(name(Status{0x58}), "ESME_RTHROTTLED");
    EXPECT_EQ(name(Status{0x14}), "ESME_RMSGQFUL");
    EXPECT_TRUE(is_vendor(Status{0x400}));
    EXPECT_TRUE(is_vendor(Status{0x4FF}));
    EXPECT_FALSE(is_vendor(Status{0x3FF}));
    EXPECT_FALSE(is_vendor(Status{0x500}));
}

TEST(Essentials, P25_AfterUnbindOnlyAnswersAreSentAndAWrongStateIsRinvbndsts) {
    const auto may = [](Side side, Command command) {
        return may_send(Version::v3_4, side, SessionState::unbound, command);
    };
    EXPECT_TRUE(may_send(Version::v3_4, Side::esme, SessionState::bound_rx, Command::unbind));
    EXPECT_TRUE(may_send(Version::v3_4, Side::smsc, SessionState::bound_rx, Command::unbind));
    EXPECT_FALSE(may(Side::esme, Command::submit_sm));
    EXPECT_TRUE(may(Side::smsc, Command::submit_sm_resp));
    EXPECT_TRUE(may(Side::esme, Command::unbind_resp));
    EXPECT_EQ(judge(Version::v3_4, Side::esme, SessionState::unbound, Command::submit_sm),
              Status::ESME_RINVBNDSTS);
    const auto resp =
        read<SubmitSmResp>(from_hex("00000017 80000004 00000000 00000009 61 00"
                                    "0428 0001 55"));
    ASSERT_TRUE(resp->ok);
    EXPECT_EQ(resp->pdu.tlvs.find_integer(Tag::congestion_state), 0x55u);
}

TEST(Essentials, P26_WhatPeersSeldomImplementIsThere) {
    for (const auto command : {Command::outbind, Command::alert_notification, Command::submit_multi,
                               Command::submit_multi_resp, Command::broadcast_sm}) {
        EXPECT_TRUE(with_pdu(command, [](const auto&) {})) << name(command);
    }
    BindReceiver bind;
    bind.address_range = "^1555";
    EXPECT_EQ(read<BindReceiver>(written(bind))->pdu.address_range, "^1555");
}

}  // namespace
}  // namespace parley::smpp
