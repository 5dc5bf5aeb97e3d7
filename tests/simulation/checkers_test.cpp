// The checkers themselves, fed with what must never happen: each has to notice.

#include "tests/simulation/checkers.h"

#include "protocol/smpp/codec.h"
#include "tests/simulation/texts.h"

#include <gtest/gtest.h>

namespace parley::simulation {
namespace {

using std::chrono::milliseconds;
using storage::MessageId;
using storage::Status;

const MessageId first{1U << 20U};
const MessageId second{2U << 20U};

class Canary : public testing::Test {
protected:
    Canary() : checkers_([](const std::string&) { return "brand:demo"; }) {
        checkers_.engine_started(now_, config(5, 2));
        wire_.carrier = "acme";
        wire_.link = "acme-1";
        checkers_.watch(wire_);
        pass(std::chrono::seconds(5));
    }

    static config::Config config(double throughput, std::uint32_t window) {
        config::Config config;
        config::Carrier carrier;
        carrier.id = "acme";
        carrier.window = window;
        carrier.throughput = throughput;
        carrier.burst = 3;
        carrier.response_timeout = std::chrono::seconds(2);
        config.carriers.push_back(carrier);
        return config;
    }
    void reload(const config::Config& config) {
        checkers_.reloaded(now_, config);
        checkers_.in_force(now_);
    }
    void pass(Duration time) {
        now_.at += time;
        now_.wall += std::chrono::duration_cast<milliseconds>(time).count();
    }
    void submit(const std::string& text, const std::string& digits = "15557000001") {
        smpp::SubmitSm pdu;
        pdu.source_addr_ton = pdu.dest_addr_ton = 1;
        pdu.source_addr_npi = pdu.dest_addr_npi = 1;
        pdu.source_addr = "15550001000";
        pdu.destination_addr = digits;
        pdu.short_message = text;
        std::string octets;
        smpp::encode(octets, pdu, ++sequence_);
        checkers_.engine_queued(now_, wire_, octets);
        checkers_.engine_wrote(now_, wire_, octets);
    }
    void taken() {
        smpp::SubmitSmResp pdu;
        pdu.message_id = "1";
        std::string octets;
        smpp::encode(octets, pdu, sequence_);
        checkers_.engine_reads(now_, wire_, octets);
    }
    void hears(const std::string& text, std::uint32_t sequence, std::uint8_t esm_class = 0) {
        smpp::DeliverSm pdu;
        pdu.source_addr_ton = pdu.dest_addr_ton = 1;
        pdu.source_addr_npi = pdu.dest_addr_npi = 1;
        pdu.source_addr = "15557000001";
        pdu.destination_addr = "15550001000";
        pdu.esm_class = esm_class;
        pdu.short_message = text;
        std::string octets;
        smpp::encode(octets, pdu, sequence);
        checkers_.engine_reads(now_, wire_, octets);
    }
    void thanks(std::uint32_t sequence, smpp::Status status = smpp::Status::ESME_ROK) {
        std::string octets;
        smpp::encode_header(octets, smpp::Command::deliver_sm_resp, status, sequence);
        checkers_.engine_wrote(now_, wire_, octets);
    }
    void answered(MessageId id, std::uint64_t n, api::Problem problem = api::Problem::none) {
        Answer answer;
        answer.sender = "+15550001000";
        answer.contact = "+15557000001";
        answer.text = answer.marker = marker(n);
        answer.outcome.id = id;
        answer.outcome.problem = problem;
        checkers_.answered(now_, answer);
    }
    storage::Message message(MessageId id, std::uint64_t n, Status status,
                             const std::string& carrier_message_id = "") {
        storage::Message message;
        message.id = id;
        message.status = status;
        message.carrier = "acme";
        message.from = "+15550001000";
        message.to = "+15557000001";
        message.text = marker(n);
        message.settled_at = now_.wall;
        message.segments.resize(1);
        message.segments[0].carrier_message_id = carrier_message_id;
        return message;
    }
    static carrier_sim::Books books(std::uint64_t n, const std::string& id) {
        carrier_sim::Books books;
        carrier_sim::SubmitRecord record;
        record.source = "+15550001000";
        record.destination = "+15557000001";
        record.octets = marker(n);
        record.message_id = id;
        books.submits.push_back(record);
        return books;
    }

    Now now_{Instant(std::chrono::seconds(1000)), 1'790'000'000'000};
    Checkers checkers_;
    Wire wire_;
    std::uint32_t sequence_ = 0;
};

TEST_F(Canary, ASubmitAfterAnAcknowledgedStopIsNoticed) {
    hears(stop_text(1), 1);
    submit(marker(1));  // not acknowledged yet
    taken();
    thanks(1);
    EXPECT_NO_THROW(submit("You have been unsubscribed and that is it"));
    EXPECT_THROW(submit(marker(2)), Violation);
}

TEST_F(Canary, AStopInPartsCountsFromTheThanksForItsLastPart) {
    hears(std::string("\x05\x00\x03\x07\x02\x01Stop. ", 12), 1, 0x40);
    hears(std::string("\x05\x00\x03\x07\x02\x02more", 10), 2, 0x40);
    thanks(2);
    EXPECT_NO_THROW(submit(marker(1)));
    taken();
    thanks(1);
    EXPECT_THROW(submit(marker(2)), Violation);
}

TEST_F(Canary, AStopInPartsIsNotAcknowledgedByThanksThatAPowerCutTook) {
    hears(std::string("\x05\x00\x03\x07\x02\x01Stop. ", 12), 1, 0x40);
    thanks(1);
    checkers_.power_was_cut([](MessageId) { return true; });
    hears(std::string("\x05\x00\x03\x07\x02\x02more", 10), 2, 0x40);
    thanks(2);
    EXPECT_NO_THROW(submit(marker(1)));
    taken();
    hears(std::string("\x05\x00\x03\x07\x02\x01Stop. ", 12), 3, 0x40);
    thanks(3);
    EXPECT_THROW(submit(marker(2)), Violation);
}

TEST_F(Canary, TheFirstPartOfAStopMayStillStopAfterARestartAndAStart) {
    const ConsentBook::Pair pair{"brand:demo", "+15557000001"};
    hears(std::string("\x05\x00\x03\x07\x02\x01Stop. ", 12), 1, 0x40);
    thanks(1);
    checkers_.engine_died();
    hears(start_text(), 2);
    thanks(2);
    EXPECT_FALSE(checkers_.consent().stopped_in_the_end(pair)) << "either";
    hears(stop_text(1), 3);
    thanks(3);
    EXPECT_EQ(checkers_.consent().stopped_in_the_end(pair), true);
}

TEST_F(Canary, ARefusedStopIsNotAcknowledged) {
    hears(stop_text(1), 1);
    thanks(1, smpp::Status::ESME_RX_T_APPN);
    EXPECT_NO_THROW(submit(marker(1)));
}

TEST_F(Canary, AStartOpensWhatAStopHasClosed) {
    hears(stop_text(1), 1);
    thanks(1);
    hears(start_text(), 2);
    EXPECT_NO_THROW(submit(marker(1)));
}

TEST_F(Canary, AcceptingAfterAnAcknowledgedStopIsNoticed) {
    hears(stop_text(1), 1);
    thanks(1);
    Answer answer;
    answer.sender = "+15550001000";
    answer.contact = "+15557000001";
    answer.stopped_before = true;
    answer.outcome.id = first;
    EXPECT_THROW(checkers_.answered(now_, answer), Violation);
}

TEST_F(Canary, ARefusalWithoutReasonIsNoticed) {
    for (const auto problem : {api::Problem::suppressed, api::Problem::queue_full,
                               api::Problem::storage_unavailable, api::Problem::draining}) {
        EXPECT_THROW(answered({}, 1, problem), Violation);
    }
}

TEST_F(Canary, AnExceededWindowIsNoticed) {
    submit(marker(1), "15557000001");
    submit(marker(2), "15557000002");
    EXPECT_THROW(submit(marker(3), "15557000003"), Violation);
}

TEST_F(Canary, AnExceededRateIsNoticed) {
    const auto burst = [&] {
        for (std::uint64_t n = 1; n <= 20; ++n) {
            submit(marker(n));
            taken();
            pass(milliseconds(20));
        }
    };
    EXPECT_THROW(burst(), Violation);
}

TEST_F(Canary, WhatWasSentBeforeTwoReloadsIsMeasuredByTheRateOfThen) {
    reload(config(100, 2));
    pass(std::chrono::seconds(5));
    const auto send = [&](std::uint64_t count, Duration every) {
        for (std::uint64_t n = 1; n <= count; ++n) {
            pass(every);
            submit(marker(n));
            taken();
        }
    };
    send(50, milliseconds(10));
    reload(config(5, 2));
    send(1, milliseconds(200));
    reload(config(5, 2));
    EXPECT_NO_THROW(send(6, milliseconds(200)));
    EXPECT_THROW(send(6, milliseconds(50)), Violation);
}

TEST_F(Canary, AnExceededWindowIsNoticedAsSoonAsASmallerOneIsInForce) {
    submit(marker(1), "15557000001");
    checkers_.reloaded(now_, config(5, 1));
    pass(milliseconds(250));
    EXPECT_NO_THROW(submit(marker(2), "15557000002")) << "the shard has yet to learn of it";
    taken();
    checkers_.in_force(now_);
    pass(milliseconds(250));
    EXPECT_THROW(submit(marker(3), "15557000003"), Violation);
}

TEST_F(Canary, AnExceededRateIsNoticedAsSoonAsASmallerOneIsInForce) {
    reload(config(100, 2));
    pass(std::chrono::seconds(5));
    reload(config(5, 2));
    const auto burst = [&] {
        for (std::uint64_t n = 1; n <= 9; ++n) {
            submit(marker(n));
            taken();
            pass(milliseconds(20));
        }
    };
    EXPECT_THROW(burst(), Violation);
}

TEST_F(Canary, TwoMessagesOfOneConversationAtOnceAreNoticed) {
    submit(marker(1));
    EXPECT_THROW(submit(marker(2)), Violation);
}

TEST_F(Canary, ASubmitAfterTheOrderToStopIsNoticed) {
    submit(marker(1));
    taken();
    wire_.no_submit_beyond = wire_.octets_queued;
    EXPECT_THROW(submit(marker(2)), Violation);
}

TEST_F(Canary, AnIdGivenTwiceIsNoticed) {
    answered(first, 1);
    EXPECT_THROW(answered(first, 2), Violation);
}

TEST_F(Canary, AnAcceptedMessageThatIsGoneIsNoticed) {
    answered(first, 1);
    EXPECT_THROW(checkers_.ended(first, std::nullopt), Violation);
    EXPECT_THROW(checkers_.finish(), Violation);
}

TEST_F(Canary, AMessageThatNeverEndsIsNoticed) {
    answered(first, 1);
    EXPECT_THROW(checkers_.ended(first, message(first, 1, Status::sent)), Violation);
}

TEST_F(Canary, ASecondFinalStateIsNoticed) {
    events::Event event;
    event.message = first;
    event.status = Status::delivered;
    checkers_.happened(event);
    EXPECT_THROW(checkers_.happened(event), Violation);
    answered(first, 1);
    EXPECT_THROW(checkers_.ended(first, message(first, 1, Status::failed)), Violation);
}

TEST_F(Canary, AnIdThatAPowerCutTookAndThatNamesAnotherMessageIsNoticed) {
    answered(first, 1);
    checkers_.power_was_cut([](MessageId) { return false; });
    ASSERT_EQ(checkers_.lost(), std::set<MessageId>{first});
    EXPECT_NO_THROW(checkers_.still_lost(first, {}));
    EXPECT_THROW(checkers_.still_lost(first, message(first, 2, Status::received)), Violation);
    EXPECT_NO_THROW(answered(second, 2));
    EXPECT_THROW(answered(first, 3), Violation);
}

TEST_F(Canary, AMessageMissingInItsThreadIsNoticed) {
    answered(first, 1);
    EXPECT_THROW(checkers_.thread("+15550001000", "+15557000001", {}), Violation);
}

TEST_F(Canary, MessagesOutOfOrderAreNoticed) {
    answered(first, 1);
    answered(second, 2);
    submit(marker(2));
    taken();
    submit(marker(1));
    checkers_.ended(first, message(first, 1, Status::failed));
    checkers_.ended(second, message(second, 2, Status::failed));
    EXPECT_THROW(checkers_.finish(), Violation);
}

TEST_F(Canary, AnIdOfAnotherMessageIsNoticed) {
    answered(first, 1);
    checkers_.ended(first, message(first, 1, Status::failed, "77"));
    checkers_.carrier_books("acme", books(2, "77"));
    EXPECT_THROW(checkers_.finish(), Violation);
}

TEST_F(Canary, DeliveredWithoutAReceiptIsNoticed) {
    answered(first, 1);
    checkers_.ended(first, message(first, 1, Status::delivered, "77"));
    checkers_.carrier_books("acme", books(1, "77"));
    EXPECT_THROW(checkers_.finish(), Violation);
}

TEST_F(Canary, AnAcknowledgedReceiptThatIsForgottenIsNoticed) {
    answered(first, 1);
    hears("id:77 sub:001 dlvrd:001 stat:DELIVRD err:000 text:", 1, 0x04);
    thanks(1);
    pass(std::chrono::minutes(20));
    checkers_.ended(first, message(first, 1, Status::unknown, "77"));
    checkers_.carrier_books("acme", books(1, "77"));
    EXPECT_THROW(checkers_.finish(), Violation);
}

TEST_F(Canary, AMessageSentTwiceIsNoticed) {
    carrier_sim::Books twice = books(1, "77");
    twice.submits.push_back(twice.submits.front());
    checkers_.carrier_books("acme", twice);
    EXPECT_THROW(checkers_.finish(), Violation);
}

TEST_F(Canary, ACanceledMessageThatIsSentIsNoticed) {
    answered(first, 1);
    checkers_.cancel_answered(first, {true, message(first, 1, Status::canceled)});
    EXPECT_THROW(submit(marker(1)), Violation);
}

TEST_F(Canary, ACanceledMessageThatEndsOtherwiseIsNoticed) {
    answered(first, 1);
    checkers_.cancel_answered(first, {true, message(first, 1, Status::canceled)});
    checkers_.ended(first, message(first, 1, Status::expired));
    EXPECT_THROW(checkers_.finish(), Violation);
}

TEST_F(Canary, ACanceledMessageThatACarrierTookIsNoticed) {
    answered(first, 1);
    submit(marker(1));
    taken();
    checkers_.carrier_books("acme", books(1, "1"));
    checkers_.ended(first, message(first, 1, Status::canceled));
    EXPECT_THROW(checkers_.finish(), Violation);
}

TEST_F(Canary, ACancelThatContradictsItselfIsNoticed) {
    answered(first, 1);
    EXPECT_THROW(checkers_.cancel_answered(first, {true, message(first, 1, Status::sent)}),
                 Violation);
    EXPECT_THROW(checkers_.cancel_answered(first, {false, std::nullopt}), Violation);
}

TEST_F(Canary, AConfirmationNobodyAskedForIsNoticed) {
    carrier_sim::Books unasked = books(1, "77");
    unasked.submits.front().octets = "You have been unsubscribed and that is it";
    checkers_.carrier_books("acme", unasked);
    EXPECT_THROW(checkers_.finish(), Violation);
}

TEST_F(Canary, AnInboundMessageLostMadeUpOrDoubledIsNoticed) {
    carrier_sim::Books heard;
    heard.mos.push_back({.from = "+15557000001", .to = "+15550001000", .text = "yes i=1"});
    heard.mos.back().acked = now_.at;
    storage::Message shown = message(first, 1, Status::received);
    shown.direction = storage::Direction::inbound;
    shown.text = "yes i=1";

    Checkers lost = checkers_;
    lost.carrier_books("acme", heard);
    EXPECT_THROW(lost.finish(), Violation);

    Checkers made_up = checkers_;
    made_up.thread("+15550001000", "+15557000001", {shown});
    EXPECT_THROW(made_up.finish(), Violation);

    hears("yes i=1", 1);
    storage::Message again = shown;
    again.id = second;
    Checkers fine = checkers_;
    fine.carrier_books("acme", heard);
    fine.thread("+15550001000", "+15557000001", {shown});
    EXPECT_NO_THROW(fine.finish());
    checkers_.carrier_books("acme", heard);
    checkers_.thread("+15550001000", "+15557000001", {shown, again});
    EXPECT_THROW(checkers_.finish(), Violation);
}

}  // namespace
}  // namespace parley::simulation
