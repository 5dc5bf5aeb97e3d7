// An EsmeSession against bytes that a real peer, or a broken one, may send.

#include "engine/session/esme_session.h"
#include "tests/support/pdu_bytes.h"

#include <gtest/gtest.h>

namespace parley::session {
namespace {

using namespace std::chrono_literals;
using smpp::Command;
using smpp::Status;
using test::bytes;
using test::header_bytes;

class EsmeWire : public ::testing::Test {
protected:
    EsmeWire() : link(EsmeSettings{.window = 4}, Dice(1), now) {
        link.wants_connect(now);
        link.on_connected(now);
    }
    void bind() {
        written();
        hear(bytes(smpp::BindTransceiverResp{}, 1));
        ASSERT_EQ(link.state(), LinkState::bound);
        events.clear();
    }
    void hear(std::string_view octets) {
        kept.emplace_back(octets);
        link.on_bytes(now, kept.back());
        while (auto event = link.next_event())
            events.push_back(std::move(*event));
    }
    /// What the session wrote since the last call.
    std::vector<test::Said> written() {
        auto said = test::all_pdus(link.output());
        link.on_written(now, link.output().size());
        return said;
    }
    template <class What>
    std::vector<What> all() const {
        std::vector<What> found;
        for (const Event& event : events) {
            if (const auto* what = std::get_if<What>(&event)) found.push_back(*what);
        }
        return found;
    }
    std::uint32_t submit(std::uint64_t token) {
        return link.submit(now, token, test::submit_to("15550002000", "hi"));
    }

    Now now{Instant(1h), 0};
    EsmeSession link;
    std::vector<Event> events;
    std::deque<std::string> kept;
};

TEST_F(EsmeWire, TheBindCarriesWhatTheSettingsSay) {
    EsmeSettings settings;
    settings.system_id = "parley";
    settings.password = "longer than eight";  // Infobip hands out such (peers.md §5b)
    settings.system_type = "SMPP";
    settings.bind = BindType::receiver;
    EsmeSession other(settings, Dice(1), now);
    other.wants_connect(now);
    other.on_connected(now);
    const auto said = test::all_pdus(other.output());
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].header.command_id, Command::bind_receiver);
    EXPECT_EQ(said[0].header.sequence_number, 1u);
    const auto bind = said[0].as<smpp::BindReceiver>();
    EXPECT_EQ(bind.system_id, "parley");
    EXPECT_EQ(bind.password, "longer than eight");
    EXPECT_EQ(bind.system_type, "SMPP");
    EXPECT_EQ(bind.interface_version, 0x34);
}

TEST_F(EsmeWire, ABindAnswerWithoutBodyBinds) {
    hear(header_bytes(Command::bind_transceiver_resp, 1));
    EXPECT_EQ(link.state(), LinkState::bound);
    ASSERT_EQ(all<Bound>().size(), 1u);
    EXPECT_FALSE(all<Bound>()[0].version);
}

TEST_F(EsmeWire, ABindAnswerTellsTheVersionThatThePeerSpeaks) {
    smpp::BindTransceiverResp resp;
    resp.system_id = "SMSC";
    resp.tlvs.add(smpp::Tag::sc_interface_version, "\x50");
    hear(bytes(resp, 1));
    ASSERT_EQ(all<Bound>().size(), 1u);
    EXPECT_EQ(all<Bound>()[0].system_id, "SMSC");
    EXPECT_EQ(all<Bound>()[0].version, 0x50);
}

TEST_F(EsmeWire, WhatComesInOnePieceWithTheBindAnswerIsHeard) {
    smpp::DeliverSm deliver;
    deliver.source_addr = "15550002000";
    deliver.short_message = "hello";
    hear(bytes(smpp::BindTransceiverResp{}, 1) + bytes(deliver, 1) +
         header_bytes(Command::enquire_link, 2));
    EXPECT_EQ(all<Bound>().size(), 1u);
    ASSERT_EQ(all<Delivered>().size(), 1u);
    EXPECT_EQ(all<Delivered>()[0].pdu.short_message, "hello");
    const auto said = written();
    ASSERT_EQ(said.size(), 2u) << "the bind and the answer to enquire_link";
    EXPECT_EQ(said[1].header.command_id, Command::enquire_link_resp);
}

TEST_F(EsmeWire, ARequestBeforeTheBindIsAnsweredIsInAWrongState) {
    written();
    hear(bytes(smpp::DeliverSm{}, 44));
    const auto said = written();
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].header.command_id, Command::deliver_sm_resp);
    EXPECT_EQ(said[0].header.command_status, Status::ESME_RINVBNDSTS);
    EXPECT_EQ(said[0].header.sequence_number, 44u);
    EXPECT_TRUE(all<Delivered>().empty());
    EXPECT_EQ(link.state(), LinkState::binding);
}

TEST_F(EsmeWire, ANackForTheBindIsARefusal) {
    hear(header_bytes(Command::generic_nack, 1, Status::ESME_RINVCMDID));
    ASSERT_EQ(all<Ended>().size(), 1u);
    EXPECT_EQ(all<Ended>()[0].why, LinkEnd::bind_refused);
    EXPECT_EQ(all<Ended>()[0].status, Status::ESME_RINVCMDID);
    EXPECT_TRUE(link.wants_close());
}

TEST_F(EsmeWire, TheRequestIsInTheWindowBeforeItsOctetsCanBeWritten) {
    bind();
    const auto sequence = submit(5);
    EXPECT_EQ(link.window().in_use(), 1u);
    hear(bytes(smpp::SubmitSmResp{}, sequence));  // faster than the write's own completion
    ASSERT_EQ(all<SubmitAnswered>().size(), 1u);
    EXPECT_EQ(all<SubmitAnswered>()[0].token, 5u);
}

TEST_F(EsmeWire, AnswersToSubmitsAreReadWithAnyBody) {
    bind();
    smpp::SubmitSmResp with_tlv;
    with_tlv.message_id = "id7";
    with_tlv.tlvs.add(smpp::Tag::congestion_state, "\x55");
    const std::string no_body = header_bytes(Command::submit_sm_resp, 2, Status::ESME_RSYSERR);
    std::string no_body_but_ok = header_bytes(Command::submit_sm_resp, 3);
    smpp::SubmitSmResp refused_with_id;
    refused_with_id.message_id = "ignored";
    for (std::uint64_t token = 2; token <= 5; ++token)
        submit(token);
    hear(no_body + no_body_but_ok + bytes(with_tlv, 4) +
         bytes(refused_with_id, 5, Status::ESME_RTHROTTLED));
    const auto answers = all<SubmitAnswered>();
    ASSERT_EQ(answers.size(), 4u);
    EXPECT_EQ(answers[0].status, Status::ESME_RSYSERR);
    EXPECT_EQ(answers[1].status, Status::ESME_ROK);
    EXPECT_EQ(answers[1].message_id, "");
    EXPECT_EQ(answers[2].message_id, "id7");
    EXPECT_EQ(answers[2].congestion_state, 0x55u);
    EXPECT_EQ(answers[3].status, Status::ESME_RTHROTTLED);
    EXPECT_EQ(link.window().in_use(), 0u);
}

TEST_F(EsmeWire, AnAnswerNobodyAskedForIsCountedAndDropped) {
    bind();
    hear(bytes(smpp::SubmitSmResp{}, 900) + header_bytes(Command::query_sm_resp, 901));
    EXPECT_TRUE(all<SubmitAnswered>().empty());
    ASSERT_EQ(all<Oddity>().size(), 2u);
    EXPECT_EQ(all<Oddity>()[0].kind, Oddity::Kind::unexpected_answer);
    EXPECT_EQ(all<Oddity>()[1].kind, Oddity::Kind::unexpected_answer);
    EXPECT_TRUE(written().empty());
    EXPECT_EQ(link.state(), LinkState::bound);
}

smpp::QuerySm query(std::string_view id) {
    smpp::QuerySm pdu;
    pdu.message_id = id;
    pdu.source_addr = "15550001000";
    return pdu;
}

TEST_F(EsmeWire, AQuestionTakesAPlaceInTheWindowAndItsAnswerTellsTheState) {
    bind();
    submit(1);
    const std::uint32_t asked = link.inquire(now, 77, query("id7"));
    EXPECT_EQ(link.window().in_use(), 2u);
    const auto said = written();
    ASSERT_EQ(said.size(), 2u);
    EXPECT_EQ(said[1].header.command_id, Command::query_sm);
    EXPECT_EQ(said[1].as<smpp::QuerySm>().message_id, "id7");
    smpp::QuerySmResp answer;
    answer.message_id = "id7";
    answer.final_date = "261126201500000+";
    answer.message_state = 2;
    answer.error_code = 17;
    hear(bytes(answer, asked));
    ASSERT_EQ(all<InquiryAnswered>().size(), 1u);
    const InquiryAnswered heard = all<InquiryAnswered>()[0];
    EXPECT_EQ(heard.token, 77u);
    EXPECT_EQ(heard.request, Command::query_sm);
    EXPECT_EQ(heard.status, Status::ESME_ROK);
    EXPECT_EQ(heard.message_state, 2);
    EXPECT_EQ(heard.error_code, 17);
    EXPECT_EQ(heard.final_date, "261126201500000+");
    EXPECT_EQ(link.window().in_use(), 1u);
}

TEST_F(EsmeWire, AnAnswerOfAnotherKindIsNoAnswer) {
    bind();
    const std::uint32_t submitted = submit(1);
    const std::uint32_t asked = link.inquire(now, 77, query("id7"));
    hear(bytes(smpp::SubmitSmResp{}, asked) + header_bytes(Command::query_sm_resp, submitted));
    EXPECT_TRUE(all<SubmitAnswered>().empty());
    EXPECT_TRUE(all<InquiryAnswered>().empty());
    EXPECT_EQ(all<Oddity>().size(), 2u);
    EXPECT_EQ(link.window().in_use(), 2u) << "both still wait for theirs";
}

TEST_F(EsmeWire, RefusalsAndNacksAndSilenceOfQuestionsAreTold) {
    bind();
    smpp::CancelSm cancel;
    cancel.message_id = "id8";
    smpp::ReplaceSm replace;
    replace.message_id = "id9";
    replace.short_message = "otherwise";
    const std::uint32_t canceled = link.inquire(now, 1, cancel);
    const std::uint32_t replaced = link.inquire(now, 2, replace);
    const std::uint32_t asked = link.inquire(now, 3, query("id7"));
    link.inquire(now, 4, query("id6"));
    hear(header_bytes(Command::cancel_sm_resp, canceled, Status::ESME_RCANCELFAIL) +
         header_bytes(Command::replace_sm_resp, replaced) +
         header_bytes(Command::generic_nack, asked, Status::ESME_RINVCMDID));
    const auto heard = all<InquiryAnswered>();
    ASSERT_EQ(heard.size(), 3u);
    EXPECT_EQ(heard[0].status, Status::ESME_RCANCELFAIL);
    EXPECT_EQ(heard[1].status, Status::ESME_ROK);
    EXPECT_EQ(heard[1].request, Command::replace_sm);
    EXPECT_TRUE(heard[2].nacked);
    link.on_closed(now);
    while (auto event = link.next_event())
        events.push_back(std::move(*event));
    ASSERT_EQ(all<Unanswered>().size(), 1u);
    EXPECT_EQ(all<Unanswered>()[0].token, 4u);
}

TEST_F(EsmeWire, ANackForASubmitIsItsAnswer) {
    bind();
    const auto sequence = submit(5);
    hear(header_bytes(Command::generic_nack, sequence, Status::ESME_RINVCMDLEN));
    ASSERT_EQ(all<SubmitAnswered>().size(), 1u);
    EXPECT_EQ(all<SubmitAnswered>()[0].status, Status::ESME_RINVCMDLEN);
    ASSERT_EQ(all<Oddity>().size(), 1u);
    EXPECT_EQ(all<Oddity>()[0].kind, Oddity::Kind::nacked);
    EXPECT_EQ(link.window().in_use(), 0u);
}

TEST_F(EsmeWire, AnUnknownCommandIsNackedWithItsSequence) {
    bind();
    hear(header_bytes(static_cast<Command>(0x00010203), 77));
    const auto said = written();
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].header.command_id, Command::generic_nack);
    EXPECT_EQ(said[0].header.command_status, Status::ESME_RINVCMDID);
    EXPECT_EQ(said[0].header.sequence_number, 77u);
    ASSERT_EQ(all<Oddity>().size(), 1u);
    EXPECT_EQ(all<Oddity>()[0].kind, Oddity::Kind::unknown_command);
    EXPECT_EQ(link.state(), LinkState::bound);
}

TEST_F(EsmeWire, ARequestThatNoCarrierSendsIsNackedAndANotificationIsNotAnswered) {
    bind();
    hear(bytes(test::submit_to("1", "x"), 5) + header_bytes(Command::alert_notification, 6));
    const auto said = written();
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].header.command_id, Command::generic_nack);
    EXPECT_EQ(said[0].header.sequence_number, 5u);
    EXPECT_EQ(all<Oddity>().size(), 2u);
}

TEST_F(EsmeWire, ABrokenBodyIsAnsweredWithItsOwnResponseAndTheStreamGoesOn) {
    bind();
    smpp::DeliverSm deliver;
    deliver.short_message = "0123456789";
    std::string broken = bytes(deliver, 8);
    broken[broken.size() - 11] = 60;  // sm_length promises more than there is
    hear(broken + bytes(deliver, 9));
    const auto said = written();
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].header.command_id, Command::deliver_sm_resp);
    EXPECT_EQ(said[0].header.command_status, Status::ESME_RINVMSGLEN);
    EXPECT_EQ(said[0].header.sequence_number, 8u);
    ASSERT_EQ(all<Delivered>().size(), 1u);
    EXPECT_EQ(all<Delivered>()[0].sequence, 9u);
    ASSERT_EQ(all<Oddity>().size(), 1u);
    EXPECT_EQ(all<Oddity>()[0].kind, Oddity::Kind::malformed);
    EXPECT_NE(all<Oddity>()[0].detail.find("short_message: 60 octets promised"), std::string::npos);
}

TEST_F(EsmeWire, ABrokenTlvTailStillDeliversWhatIsWhole) {
    bind();
    smpp::DeliverSm deliver;
    deliver.short_message = "hello";
    std::string tail = bytes(deliver, 8) + std::string("\x02\x04\x00\x10\x01", 5);
    tail[3] = static_cast<char>(tail.size());
    hear(tail);
    ASSERT_EQ(all<Delivered>().size(), 1u);
    EXPECT_EQ(all<Delivered>()[0].pdu.short_message, "hello");
    ASSERT_EQ(all<Oddity>().size(), 1u);
    EXPECT_EQ(all<Oddity>()[0].kind, Oddity::Kind::tlv_broken);
}

TEST_F(EsmeWire, AMessagePayloadThatIsCutOffIsTheMessageAndIsRefused) {
    bind();
    std::string tail = bytes(smpp::DeliverSm{}, 8) + std::string("\x04\x24\x00\x10\x01", 5);
    tail[3] = static_cast<char>(tail.size());
    hear(tail);
    EXPECT_TRUE(all<Delivered>().empty());
    const auto said = written();
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].header.command_id, Command::deliver_sm_resp);
    EXPECT_EQ(said[0].header.command_status, Status::ESME_RINVTLVSTREAM);
    EXPECT_EQ(said[0].header.sequence_number, 8u);
}

TEST_F(EsmeWire, DeliverAnswersEchoAnySequenceNumberAndHaveANullMessageId) {
    bind();
    hear(bytes(smpp::DeliverSm{}, 0xFFFFFFFE) + bytes(smpp::DataSm{}, 0x80000001));
    ASSERT_EQ(all<Delivered>().size(), 2u);
    link.answer_deliver(now, link.epoch(), 0xFFFFFFFE, false, Status::ESME_ROK);
    link.answer_deliver(now, link.epoch(), 0x80000001, true, Status::ESME_RX_T_APPN);
    const auto said = written();
    ASSERT_EQ(said.size(), 2u);
    EXPECT_EQ(said[0].header.command_id, Command::deliver_sm_resp);
    EXPECT_EQ(said[0].header.sequence_number, 0xFFFFFFFEu);
    EXPECT_EQ(said[0].body, std::string(1, '\0'));
    EXPECT_EQ(said[1].header.command_id, Command::data_sm_resp);
    EXPECT_EQ(said[1].header.command_status, Status::ESME_RX_T_APPN);
    EXPECT_EQ(said[1].header.sequence_number, 0x80000001u);
    EXPECT_EQ(said[1].body, "");
}

TEST_F(EsmeWire, AnswersThatCameBeforeTheEndAreStillAnswers) {
    bind();
    const auto first = submit(5);
    submit(6);
    const std::string octets = bytes(smpp::SubmitSmResp{}, first);
    link.on_bytes(now, octets);
    link.on_closed(now);
    while (auto event = link.next_event())
        events.push_back(std::move(*event));
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(std::get<SubmitAnswered>(events[0]).token, 5u);
    EXPECT_EQ(std::get<Unanswered>(events[1]).token, 6u);
    EXPECT_EQ(std::get<Ended>(events[2]).why, LinkEnd::peer_closed);
    EXPECT_FALSE(link.wants_close()) << "the driver knows already";
}

TEST_F(EsmeWire, AnAnswerThatIsHereHasNotExpired) {
    bind();
    const auto sequence = submit(5);
    now.at += 10s;
    link.on_bytes(now, bytes(smpp::SubmitSmResp{}, sequence));
    link.on_deadline(now);
    while (auto event = link.next_event())
        events.push_back(std::move(*event));
    EXPECT_EQ(all<SubmitAnswered>().size(), 1u);
    EXPECT_TRUE(all<Unanswered>().empty());
}

TEST_F(EsmeWire, AProbeIsSentEvenWhenTheWindowIsFull) {
    bind();
    for (std::uint64_t token = 1; token <= 4; ++token)
        submit(token);
    written();
    now.at += 30s - 1us;
    hear(header_bytes(Command::enquire_link, 1));  // so that only the expiries ask
    now.at += 1us;
    link.on_deadline(now);
    const auto said = written();
    ASSERT_EQ(said.size(), 2u);
    EXPECT_EQ(said[1].header.command_id, Command::enquire_link);
}

TEST_F(EsmeWire, SlowAnswersKeepAProbeAlive) {
    bind();
    for (std::uint64_t token = 1; token <= 3; ++token)
        submit(token);
    now.at += 9s;
    const auto next = submit(9);
    written();
    now.at += 1s;
    link.on_deadline(now);
    const auto probe = written();
    ASSERT_EQ(probe.size(), 1u);
    now.at += 8s;
    hear(bytes(smpp::SubmitSmResp{}, next));
    now.at += 9s;
    link.on_deadline(now);
    EXPECT_EQ(link.state(), LinkState::bound) << "it works its way to the probe";
    hear(header_bytes(Command::enquire_link_resp, probe[0].header.sequence_number));
    EXPECT_EQ(link.last_enquire_rtt(), Duration(17s));
}

TEST_F(EsmeWire, UnbindsThatCrossAreBothAnswered) {
    bind();
    link.drain(now, 10s);
    const auto ours = written();
    ASSERT_EQ(ours.size(), 1u);
    ASSERT_EQ(ours[0].header.command_id, Command::unbind);
    hear(header_bytes(Command::unbind, 3));
    const auto said = written();
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].header.command_id, Command::unbind_resp);
    EXPECT_EQ(link.state(), LinkState::unbinding);
    hear(header_bytes(Command::unbind_resp, ours[0].header.sequence_number));
    EXPECT_EQ(link.state(), LinkState::stopped);
    EXPECT_TRUE(link.wants_close());
    EXPECT_FALSE(link.wants_close()) << "once per session";
}

TEST_F(EsmeWire, TheLastWordsAreWrittenBeforeTheSocketIsClosed) {
    bind();
    hear(header_bytes(Command::unbind, 3));
    EXPECT_EQ(all<Ended>().size(), 1u);
    EXPECT_FALSE(link.wants_close());
    EXPECT_EQ(link.next_deadline(), now.at + 10s) << "but not for ever";
    EXPECT_EQ(written().size(), 1u);
    EXPECT_TRUE(link.wants_close());
}

TEST_F(EsmeWire, LastWordsThatNobodyReadsDoNotKeepTheSocketOpen) {
    bind();
    hear(header_bytes(Command::unbind, 3));
    now.at += 10s;
    link.on_deadline(now);
    EXPECT_TRUE(link.wants_close());
    EXPECT_TRUE(link.output().empty());
}

TEST_F(EsmeWire, FramingLostInEitherDirectionOfLengthIsNacked) {
    for (const std::string_view length :
         {std::string_view("\0\0\0\x0F", 4), std::string_view("\x7F\xFF\xFF\xFF", 4)}) {
        EsmeSession other(EsmeSettings{}, Dice(1), now);
        other.wants_connect(now);
        other.on_connected(now);
        other.on_written(now, other.output().size());
        other.on_bytes(now, std::string(length) + std::string("\0\0\0\x05\0\0\0\0\0\0\0\x09", 12));
        while (other.next_event()) {
        }
        EXPECT_EQ(other.last_end(), LinkEnd::framing_lost);
        const auto said = test::all_pdus(other.output());
        ASSERT_EQ(said.size(), 1u);
        EXPECT_EQ(said[0].header.command_id, Command::generic_nack);
        EXPECT_EQ(said[0].header.command_status, Status::ESME_RINVCMDLEN);
        EXPECT_EQ(said[0].header.sequence_number, 9u);
    }
}

TEST_F(EsmeWire, ProgressOfAnyKindKeepsAStalledWriteAlive) {
    bind();
    submit(1);
    now.at += 9s;
    link.on_written(now, 1);
    now.at += 1s;
    link.on_deadline(now);
    EXPECT_NE(link.last_end(), LinkEnd::write_stalled);
    now.at += 9s;
    link.on_deadline(now);
    EXPECT_EQ(link.last_end(), LinkEnd::write_stalled);
    EXPECT_TRUE(link.wants_close());
}

}  // namespace
}  // namespace parley::session
