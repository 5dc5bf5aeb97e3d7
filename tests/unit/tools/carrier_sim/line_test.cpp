// What the line does: ends of sessions, half-open sockets, slow reading, split and gathered writes,
// garbage, and who calls whom.

#include "tests/support/carrier_bed.h"

namespace parley::carrier_sim {
namespace {

using namespace std::chrono_literals;
using smpp::Command;
using smpp::Status;
using test::only;
using test::RawEsme;

class Line : public test::CarrierBed {
protected:
    /// Bound for a session's life of ten seconds.
    Settings short_lived(SessionEnd end) {
        Settings settings;
        settings.session_life = {10s, 10s};
        settings.session_end = end;
        return settings;
    }
};

TEST_F(Line, ASessionIsCutWithoutAWordWhenItsLifeIsOver) {
    with(short_lived(SessionEnd::cut));
    RawEsme esme(carrier, now);
    esme.bind();
    pass(9s);
    EXPECT_FALSE(carrier.wants_close(esme.id()));
    esme.submit("15550002000", "this is never answered");
    pass(2s);
    EXPECT_TRUE(carrier.wants_close(esme.id()));
    EXPECT_TRUE(carrier.output(esme.id()).empty()) << "what was to be said is lost with it";
    EXPECT_EQ(counts().sessions_ended, 1u);
}

TEST_F(Line, ASessionMayEndInTheMiddleOfAPdu) {
    with(short_lived(SessionEnd::mid_pdu));
    RawEsme esme(carrier, now);
    esme.bind();
    pass(11s);
    EXPECT_TRUE(carrier.wants_close(esme.id()));
    EXPECT_EQ(carrier.output(esme.id()).size(), 10u) << "of a header of 16";
}

TEST_F(Line, ASessionMayEndPolitely) {
    with(short_lived(SessionEnd::unbind));
    RawEsme esme(carrier, now);
    esme.bind();
    pass(11s);
    const auto said = esme.hear();
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].header.command_id, Command::unbind);
    EXPECT_FALSE(carrier.wants_close(esme.id())) << "it waits for the answer";
    esme.answer(said[0]);
    EXPECT_TRUE(carrier.wants_close(esme.id()));
}

TEST_F(Line, AHalfOpenSessionStaysAndIsNeverHeardOfAgain) {
    with(short_lived(SessionEnd::half_open));
    RawEsme dead(carrier, now);
    dead.bind();
    pass(11s);
    dead.submit("15550002000", "into the void");
    dead.say(test::header_bytes(Command::enquire_link, 99));
    pass(1min);
    EXPECT_TRUE(dead.hear().empty());
    EXPECT_FALSE(carrier.wants_close(dead.id()));
    EXPECT_EQ(counts().submits, 0u);
}

TEST_F(Line, WhatAHalfOpenSessionHeldGoesToTheNextOne) {
    Settings settings;
    settings.deliver_timeout = 5s;
    with(settings);
    RawEsme dead(carrier, now);
    dead.bind();
    carrier.send_mo(now, test::handset, test::our_number, "hello");
    EXPECT_EQ(dead.hear().size(), 1u);
    carrier.leave_half_open();
    RawEsme next(carrier, now);
    EXPECT_EQ(next.bind(), Status::ESME_ROK) << "new connections work";
    EXPECT_TRUE(next.after_bind.empty());
    pass(6s);
    EXPECT_EQ(only(next.hear(), Command::deliver_sm).size(), 1u);
}

TEST_F(Line, PdusAreSplitIntoSmallWritesWithAGapBetween) {
    Settings settings;
    settings.write_octets_max = 5;
    settings.write_gap = {10ms, 10ms};
    with(settings);
    RawEsme esme(carrier, now);
    smpp::BindTransceiver bind;
    bind.system_id = "parley";
    esme.say(test::bytes(bind, 1));
    std::string heard;
    int writes = 0;
    for (; writes < 20; ++writes) {
        const std::string_view output = carrier.output(esme.id());
        if (output.empty()) break;
        EXPECT_LE(output.size(), 5u);
        heard += output;
        carrier.on_written(now, esme.id(), output.size());
        EXPECT_TRUE(carrier.output(esme.id()).empty()) << "not before the gap is over";
        pass(10ms);
    }
    EXPECT_EQ(writes, 7) << "32 octets in fives";
    ASSERT_EQ(test::all_pdus(heard).size(), 1u);
    EXPECT_EQ(test::all_pdus(heard)[0].header.command_id, Command::bind_transceiver_resp);
}

TEST_F(Line, ResponsesAreGatheredWhileTheGapLasts) {
    Settings settings;
    settings.write_gap = {50ms, 50ms};
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    for (int i = 0; i < 10; ++i) {
        esme.submit("15550002000", "n");
        EXPECT_TRUE(carrier.output(esme.id()).empty());
        pass(1ms);
    }
    pass(50ms);
    EXPECT_EQ(esme.hear().size(), 10u) << "all in one write";
}

TEST_F(Line, ASlowReaderLeavesOctetsWithThePeer) {
    Settings settings;
    settings.read_rate = 1'000;
    with(settings);
    EXPECT_EQ(carrier.read_octets_max(), 50u);
    RawEsme esme(carrier, now);
    esme.say(test::header_bytes(Command::enquire_link, 1));
    EXPECT_FALSE(carrier.accepts_input(esme.id())) << "16 octets are worth 16 ms";
    pass(15ms);
    EXPECT_FALSE(carrier.accepts_input(esme.id()));
    pass(1ms);
    EXPECT_TRUE(carrier.accepts_input(esme.id()));
}

TEST_F(Line, GarbageGoesBeforeAResponseByChance) {
    Settings settings;
    settings.garbage_chance = 1;
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    esme.submit("15550002000", "hello");
    const std::string output(carrier.output(esme.id()));
    EXPECT_GT(counts().garbage_octets, 0u);
    EXPECT_LE(counts().garbage_octets, 32u);
    const std::string response = output.substr(counts().garbage_octets);
    ASSERT_EQ(test::all_pdus(response).size(), 1u);
    EXPECT_EQ(test::all_pdus(response)[0].header.command_id, Command::submit_sm_resp);
}

TEST_F(Line, GarbageAndUnknownCommandsAreSentOnOrder) {
    RawEsme esme(carrier, now);
    esme.bind();
    carrier.send_unknown_pdu(now);
    const auto said = esme.hear();
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(static_cast<std::uint32_t>(said[0].header.command_id), 0x777u);
    esme.say(test::header_bytes(Command::generic_nack, said[0].header.sequence_number,
                                Status::ESME_RINVCMDID));
    EXPECT_EQ(counts().nacked, 1u);
    carrier.send_garbage(40);
    EXPECT_EQ(carrier.output(esme.id()).size(), 40u);
}

TEST_F(Line, OutbindIsSaidOnAConnectionOfOursAndAnsweredByABind) {
    Settings settings;
    settings.own_system_id = "smsc";
    with(settings);
    carrier.ask_outbind("127.0.0.1:9999");
    EXPECT_EQ(carrier.take_outbinds(), std::vector<std::string>{"127.0.0.1:9999"});
    EXPECT_TRUE(carrier.take_outbinds().empty());
    carrier.send_mo(now, test::handset, test::our_number, "mail for you");
    const SessionId session = carrier.open_outbind(now);
    const auto said = test::all_pdus(carrier.output(session));
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].header.command_id, Command::outbind);
    EXPECT_EQ(said[0].as<smpp::Outbind>().system_id, "smsc");
    carrier.on_written(now, session, carrier.output(session).size());
    smpp::BindReceiver bind;
    bind.system_id = "parley";
    carrier.on_bytes(now, session, test::bytes(bind, 1));
    const auto answers = test::all_pdus(carrier.output(session));
    ASSERT_EQ(answers.size(), 2u);
    EXPECT_EQ(answers[0].header.command_id, Command::bind_receiver_resp);
    EXPECT_EQ(answers[1].header.command_id, Command::deliver_sm) << "what was waiting";
}

}  // namespace
}  // namespace parley::carrier_sim
