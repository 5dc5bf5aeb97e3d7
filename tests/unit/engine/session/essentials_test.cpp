// What implementers of the specification get wrong, the part that is a session's: a numbered list
// (reference peers.md §6), a test per number. The rest is protocol's:
// tests/unit/protocol/smpp/essentials_test.cpp.

#include "tests/support/session_pair.h"

namespace parley::session {
namespace {

using namespace std::chrono_literals;
using smpp::Command;
using smpp::Status;
using test::SessionPair;

EsmeSettings settings_with(std::size_t window) {
    EsmeSettings settings;
    settings.system_id = "parley";
    settings.password = "secret08";
    settings.window = window;
    return settings;
}

carrier_sim::Settings slow(Duration delay) {
    carrier_sim::Settings carrier;
    carrier.response_delay = {delay, delay};
    return carrier;
}

/// A session that is bound, and a peer that says what the test tells it to.
class BoundSession : public ::testing::Test {
protected:
    BoundSession() : link(settings_with(4), Dice(1), now) {
        link.wants_connect(now);
        link.on_connected(now);
        said();
        hear(test::bytes(smpp::BindTransceiverResp{}, 1));
    }
    void hear(const std::string& octets) {
        link.on_bytes(now, octets);
        while (auto event = link.next_event()) {
            if (const auto* answer = std::get_if<SubmitAnswered>(&*event)) {
                answered.push_back(answer->token);
            }
        }
    }
    std::vector<test::Said> said() {
        auto all = test::all_pdus(link.output());
        link.on_written(now, link.output().size());
        return all;
    }
    std::uint32_t submit(std::uint64_t token) {
        return link.submit(now, token, test::submit_to("15550002000", "hi"));
    }

    Now now{Instant(1h), 0};
    EsmeSession link;
    std::vector<std::uint64_t> answered;
};

TEST_F(BoundSession, P01_AfterABadLengthTheStreamIsLostAndTheSessionEnds) {
    hear(std::string("\0\0\0\x0F\0\0\0\x15\0\0\0\0\0\0\0\x07", 16) +
         test::bytes(smpp::EnquireLink{}, 8));
    const auto last = said();
    ASSERT_EQ(last.size(), 1u) << "what came behind it is not answered";
    EXPECT_EQ(last[0].header.command_id, Command::generic_nack);
    EXPECT_EQ(last[0].header.sequence_number, 7u);
    EXPECT_EQ(link.last_end(), LinkEnd::framing_lost);
    EXPECT_TRUE(link.wants_close());
}

TEST_F(BoundSession, P02_EachDirectionHasItsOwnNumbers) {
    const auto ours = submit(70);
    hear(test::bytes(smpp::EnquireLink{}, ours));
    EXPECT_TRUE(answered.empty()) << "their request with our number is no answer";
    hear(test::bytes(smpp::SubmitSmResp{}, ours));
    EXPECT_EQ(answered, std::vector<std::uint64_t>{70});

    Sequence last(Sequence::max - 1);
    EXPECT_EQ(last.next(), 0x7FFFFFFFu);
    EXPECT_EQ(last.next(), 1u) << "never 0";
}

TEST_F(BoundSession, P03_AnswersAreFoundByNumberInAnyOrder) {
    const auto first = submit(1);
    const auto second = submit(2);
    const auto third = submit(3);
    hear(test::bytes(smpp::SubmitSmResp{}, third) + test::bytes(smpp::SubmitSmResp{}, first) +
         test::bytes(smpp::SubmitSmResp{}, second));
    EXPECT_EQ(answered, (std::vector<std::uint64_t>{3, 1, 2}));
}

TEST(Essentials, P04_TenInTheWindowIsAGuidelineAndNoLimit) {
    for (const std::size_t window : {1U, 10U, 500U}) {
        SessionPair pair(settings_with(window), slow(1s));
        ASSERT_TRUE(pair.run_until_bound());
        for (std::uint64_t token = 1; token <= window; ++token) {
            ASSERT_TRUE(pair.link.can_submit()) << token << " of " << window;
            pair.submit(token);
        }
        EXPECT_FALSE(pair.link.can_submit());
        pair.run_for(3s);
        EXPECT_EQ(pair.answered.size(), window);
    }
}

TEST(Essentials, P05_WhatWasNotAnsweredIsUnknownAfterAReconnect) {
    SessionPair pair(settings_with(10), slow(1s));
    ASSERT_TRUE(pair.run_until_bound());
    pair.submit(7);
    pair.run_for(100ms);
    pair.cut();
    ASSERT_EQ(pair.unanswered.size(), 1u);
    EXPECT_FALSE(pair.unanswered[0].timed_out);
    ASSERT_TRUE(pair.run_until_bound());
    pair.run_for(5s);
    EXPECT_TRUE(pair.answered.empty()) << "no answer of the old session reaches the new one";
    EXPECT_EQ(pair.link.window().in_use(), 0u);
}

TEST(Essentials, P06_FourTimersWatchASession) {
    // Session init: a bind that nobody answers.
    SessionPair silent(settings_with(10));
    silent.carrier_unheard = true;
    EXPECT_TRUE(silent.run_until([&] { return !silent.ends.empty(); }, 11s));
    EXPECT_EQ(silent.ends.at(0).why, LinkEnd::bind_timeout);

    // Response, then enquire_link and inactivity: the peer is asked, and given up when it is quiet.
    carrier_sim::Settings forgetful;
    forgetful.response_lost_chance = 1;
    SessionPair pair(settings_with(10), forgetful);
    ASSERT_TRUE(pair.run_until_bound());
    pair.submit(1);
    EXPECT_TRUE(pair.run_until([&] { return !pair.unanswered.empty(); }, 11s));
    EXPECT_TRUE(pair.unanswered.at(0).timed_out);
    EXPECT_TRUE(pair.run_until([&] { return pair.carrier.books().counts.enquire_links > 0; }, 31s));
    pair.link_unheard = pair.carrier_unheard = true;
    EXPECT_TRUE(pair.run_until([&] { return !pair.ends.empty(); }, 2min));
    EXPECT_EQ(pair.ends.at(0).why, LinkEnd::probe_timeout);
}

/// As BoundSession, to a peer of 3.3.
class BoundOldSession : public BoundSession {
protected:
    BoundOldSession() {
        EsmeSettings settings = settings_with(4);
        settings.interface_version = 0x33;
        settings.bind = BindType::transmitter;
        link = EsmeSession(settings, Dice(1), now);
        link.wants_connect(now);
        link.on_connected(now);
        bind = said().at(0);
        hear(test::bytes(smpp::BindTransmitterResp{}, 1));
    }
    test::Said bind;
};

TEST_F(BoundOldSession, P19_APeerOf33IsSentNoTlvs) {
    EXPECT_EQ(bind.as<smpp::BindTransmitter>().interface_version, 0x33);
    auto pdu = test::submit_to("15550002000", "hi");
    pdu.tlvs.add(smpp::Tag::user_message_reference, std::string_view("\0\7", 2));
    link.submit(now, 1, pdu);
    const auto written = said();
    ASSERT_EQ(written.size(), 1u);
    EXPECT_TRUE(written[0].as<smpp::SubmitSm>().tlvs.empty());
    EXPECT_EQ(written[0].as<smpp::SubmitSm>().short_message, "hi");
}

TEST_F(BoundSession, P19_APeerThatLeavesItsVersionOutIsSentThem) {
    auto pdu = test::submit_to("15550002000", "hi");
    pdu.tlvs.add(smpp::Tag::user_message_reference, std::string_view("\0\7", 2));
    link.submit(now, 1, pdu);
    EXPECT_EQ(said().at(0).as<smpp::SubmitSm>().tlvs.size(), 1u);
}

TEST_F(BoundOldSession, P21_AnIdOfEightHexadecimalDigitsIsTakenAsItIs) {
    const auto sequence = submit(70);
    smpp::SubmitSmResp resp;
    resp.message_id = "001A2B3C";
    link.on_bytes(now, test::bytes(resp, sequence));
    const auto event = link.next_event();
    ASSERT_TRUE(event && std::holds_alternative<SubmitAnswered>(*event));
    EXPECT_EQ(std::get<SubmitAnswered>(*event).message_id, "001A2B3C");
}

TEST_F(BoundOldSession, P10_ARefusalToAPeerOf33EndsWithANul) {
    link.on_bytes(now, test::bytes(smpp::DeliverSm{}, 9));
    while (link.next_event()) {
    }
    said();
    link.answer_deliver(now, link.epoch(), 9, false, Status::ESME_RX_T_APPN);
    const auto written = said();
    ASSERT_EQ(written.size(), 1u);
    EXPECT_EQ(written[0].header.command_status, Status::ESME_RX_T_APPN);
    EXPECT_EQ(written[0].header.command_length, smpp::header_octets + 1);
}

TEST(Essentials, P23_AHiccupOfOursIsAnsweredSoThatTheMessageComesAgain) {
    SessionPair pair(settings_with(10));
    pair.deliver_status = Status::ESME_RX_T_APPN;
    ASSERT_TRUE(pair.run_until_bound());
    pair.carrier.send_mo(pair.now(), "+15550002000", "+15550001000", "hi");
    pair.run_for(500ms);
    pair.deliver_status = Status::ESME_ROK;
    pair.run_for(5s);
    EXPECT_EQ(pair.carrier.books().counts.mo_acked, 1u);
    EXPECT_GE(pair.delivered.size(), 2u);
}

TEST(Essentials, P25_AfterAnUnbindNothingNewIsSentAndWhatIsOpenIsAnswered) {
    SessionPair pair(settings_with(10), slow(500ms));
    ASSERT_TRUE(pair.run_until_bound());
    pair.submit(1);
    pair.run_for(100ms);
    pair.carrier.unbind_all(pair.now());
    pair.run_for(100ms);
    EXPECT_FALSE(pair.link.can_submit());
    pair.run_for(1s);
    EXPECT_EQ(pair.answered.size(), 1u);
    EXPECT_TRUE(pair.unanswered.empty());
}

TEST_F(BoundSession, P25_ARequestInAWrongStateIsRinvbndsts) {
    EsmeSession early(settings_with(4), Dice(1), now);
    early.wants_connect(now);
    early.on_connected(now);
    early.on_written(now, early.output().size());
    early.on_bytes(now, test::bytes(smpp::DeliverSm{}, 9));
    while (early.next_event()) {
    }
    const auto answers = test::all_pdus(early.output());
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].header.command_id, Command::deliver_sm_resp);
    EXPECT_EQ(answers[0].header.command_status, Status::ESME_RINVBNDSTS);
}

}  // namespace
}  // namespace parley::session
