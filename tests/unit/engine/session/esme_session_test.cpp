// An EsmeSession against a simulated carrier: links that live, wait, wind down and come back.

#include "tests/support/session_pair.h"

#include <set>

namespace parley::session {
namespace {

using namespace std::chrono_literals;
using smpp::Status;
using test::SessionPair;

EsmeSettings quick(std::size_t window = 10) {
    EsmeSettings settings;
    settings.system_id = "parley";
    settings.password = "secret08";
    settings.window = window;
    return settings;
}

carrier_sim::Settings strict() {
    carrier_sim::Settings settings;
    settings.system_id = "parley";
    settings.password = "secret08";
    return settings;
}

TEST(EsmeSession, WishesToConnectAtOnceAndOnlyOnce) {
    const Now now{Instant(1h), 0};
    EsmeSession link(quick(), Dice(1), now);
    EXPECT_EQ(link.state(), LinkState::waiting);
    EXPECT_EQ(link.next_deadline(), now.at);
    EXPECT_TRUE(link.wants_connect(now));
    EXPECT_FALSE(link.wants_connect(now));
    EXPECT_EQ(link.state(), LinkState::connecting);
}

TEST(EsmeSession, BindsAndTellsWhoThePeerIs) {
    SessionPair pair(quick(), strict());
    ASSERT_TRUE(pair.run_until_bound());
    EXPECT_EQ(pair.bounds, std::vector<std::string>{"parley-sim"});
    EXPECT_EQ(pair.carrier.sessions_bound(), 1u);
    EXPECT_EQ(pair.link.epoch(), 1u);
    EXPECT_TRUE(pair.link.can_submit());
}

TEST(EsmeSession, ASubmitIsAnsweredWithItsMessageIdAndTime) {
    SessionPair pair(quick());
    ASSERT_TRUE(pair.run_until_bound());
    pair.submit(77);
    pair.run_for(1s);
    ASSERT_EQ(pair.answered.size(), 1u);
    EXPECT_EQ(pair.answered[0].token, 77u);
    EXPECT_EQ(pair.answered[0].status, Status::ESME_ROK);
    EXPECT_EQ(pair.answered[0].message_id, "1000000001");
    EXPECT_EQ(pair.answered[0].took, 2 * pair.latency);
}

TEST(EsmeSession, CountsWhatItReadsAndWritesByType) {
    carrier_sim::Settings carrier;
    carrier.receipts = true;
    SessionPair pair(quick(), carrier);
    ASSERT_TRUE(pair.run_until_bound());
    pair.submit(1);
    pair.submit(2);
    pair.run_for(40s);  // an enquire_link belongs to it
    const auto in = [&](PduType type) {
        return pair.link.pdus().in[static_cast<std::size_t>(type)];
    };
    const auto out = [&](PduType type) {
        return pair.link.pdus().out[static_cast<std::size_t>(type)];
    };
    EXPECT_EQ(out(PduType::bind), 1u);
    EXPECT_EQ(in(PduType::bind_resp), 1u);
    EXPECT_EQ(out(PduType::submit_sm), 2u);
    EXPECT_EQ(in(PduType::submit_sm_resp), 2u);
    EXPECT_EQ(in(PduType::deliver_sm), pair.delivered.size());
    EXPECT_EQ(out(PduType::deliver_sm_resp), pair.delivered.size());
    EXPECT_EQ(out(PduType::enquire_link), 1u);
    EXPECT_EQ(in(PduType::enquire_link_resp), 1u);
    EXPECT_EQ(in(PduType::other), 0u);
}

TEST(EsmeSession, EveryPduTypeHasANameOfItsOwn) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < pdu_types; ++i)
        names.insert(name(static_cast<PduType>(i)));
    EXPECT_EQ(names.size(), pdu_types);
    EXPECT_EQ(type_of(static_cast<smpp::Command>(0x00010200)), PduType::other);
}

TEST(EsmeSession, BytesCutAnywhereMakeNoDifference) {
    carrier_sim::Settings carrier;
    carrier.receipt_tlvs = true;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SessionPair pair(quick(5), carrier, seed);
        pair.split_max = 1 + seed % 7;
        ASSERT_TRUE(pair.run_until_bound());
        for (std::uint64_t token = 1; token <= 50; ++token) {
            ASSERT_TRUE(pair.run_until([&] { return pair.link.can_submit(); }));
            pair.submit(token, "text", true);
        }
        pair.run_for(5s);
        ASSERT_EQ(pair.answered.size(), 50u) << "seed " << seed;
        ASSERT_EQ(pair.delivered.size(), 50u) << "seed " << seed;
        EXPECT_EQ(pair.carrier.books().counts.receipts_acked, 50u);
        EXPECT_TRUE(pair.oddities.empty());
    }
}

TEST(EsmeSession, AnswersInAnyOrderFindTheirSubmit) {
    carrier_sim::Settings carrier;
    carrier.response_reorder_chance = 0.5;
    carrier.keep_books = true;
    SessionPair pair(quick(20), carrier);
    ASSERT_TRUE(pair.run_until_bound());
    for (std::uint64_t token = 1; token <= 20; ++token)
        pair.submit(token, std::to_string(token));
    pair.run_for(2s);
    ASSERT_EQ(pair.answered.size(), 20u);
    EXPECT_FALSE(std::is_sorted(pair.answered.begin(), pair.answered.end(),
                                [](const auto& a, const auto& b) { return a.token < b.token; }));
    for (const auto& answer : pair.answered) {
        const auto& record = pair.carrier.books().submits.at(answer.token - 1);
        EXPECT_EQ(record.octets, std::to_string(answer.token));
        EXPECT_EQ(record.message_id, answer.message_id);
    }
}

TEST(EsmeSession, TheWindowIsNeverExceeded) {
    carrier_sim::Settings carrier;
    carrier.response_delay = {50ms, 100ms};
    SessionPair pair(quick(7), carrier);
    ASSERT_TRUE(pair.run_until_bound());
    for (std::uint64_t token = 1; token <= 100; ++token) {
        ASSERT_TRUE(pair.run_until([&] { return pair.link.can_submit(); }));
        pair.submit(token);
        EXPECT_EQ(pair.link.window_free(), 7 - pair.link.window().in_use());
    }
    pair.run_for(1s);
    EXPECT_EQ(pair.answered.size(), 100u);
    EXPECT_EQ(pair.carrier.books().counts.window_highest, 7u);
}

TEST(EsmeSession, AThrottledSubmitIsReportedAsThrottled) {
    SessionPair pair(quick());
    ASSERT_TRUE(pair.run_until_bound());
    pair.carrier.refuse_submits(Status::ESME_RTHROTTLED);
    pair.submit(5);
    pair.run_for(1s);
    ASSERT_EQ(pair.answered.size(), 1u);
    EXPECT_EQ(pair.answered[0].token, 5u);
    EXPECT_EQ(pair.answered[0].status, Status::ESME_RTHROTTLED);
    EXPECT_EQ(pair.answered[0].message_id, "");
    EXPECT_EQ(pair.link.state(), LinkState::bound);
}

TEST(EsmeSession, ALostAnswerIsReportedOnceItsTimeIsOverAndItsPlaceIsFree) {
    carrier_sim::Settings carrier;
    carrier.response_lost_chance = 1;
    SessionPair pair(quick(1), carrier);
    ASSERT_TRUE(pair.run_until_bound());
    pair.submit(9);
    EXPECT_FALSE(pair.link.can_submit());
    pair.run_for(10s - 1us);
    EXPECT_TRUE(pair.unanswered.empty());
    pair.run_for(1us);
    ASSERT_EQ(pair.unanswered.size(), 1u);
    EXPECT_EQ(pair.unanswered[0].token, 9u);
    EXPECT_TRUE(pair.unanswered[0].timed_out);
    EXPECT_TRUE(pair.link.can_submit());
}

TEST(EsmeSession, ALateAnswerIsCountedAndSaysWhatItAnswers) {
    carrier_sim::Settings carrier;
    carrier.response_delay = {11s, 11s};
    SessionPair pair(quick(), carrier);
    ASSERT_TRUE(pair.run_until_bound());
    pair.submit(9);
    pair.run_for(12s);
    ASSERT_EQ(pair.unanswered.size(), 1u);
    EXPECT_TRUE(pair.answered.empty());
    ASSERT_EQ(pair.answered_late.size(), 1u);
    EXPECT_EQ(pair.answered_late[0].sequence, pair.unanswered[0].sequence);
    EXPECT_EQ(pair.answered_late[0].status, Status::ESME_ROK);
    EXPECT_EQ(pair.answered_late[0].message_id, "1000000001");
    ASSERT_EQ(pair.oddities.size(), 1u);
    EXPECT_EQ(pair.oddities[0].kind, Oddity::Kind::late_answer);
    EXPECT_EQ(pair.oddities[0].detail, "submit_sm_resp sequence 2");
    EXPECT_EQ(pair.link.state(), LinkState::bound);
}

TEST(EsmeSession, ExpiriesInARowAskThePeerWhetherItLives) {
    carrier_sim::Settings carrier;
    carrier.response_lost_chance = 1;
    SessionPair pair(quick(), carrier);
    ASSERT_TRUE(pair.run_until_bound());
    pair.submit(1);
    pair.submit(2);
    pair.run_for(10s);
    EXPECT_EQ(pair.unanswered.size(), 2u);
    pair.run_for(1s);
    EXPECT_EQ(pair.carrier.books().counts.enquire_links, 0u) << "two are not three";
    pair.submit(3);
    pair.run_for(10s + 10ms);
    EXPECT_EQ(pair.carrier.books().counts.enquire_links, 1u);
    EXPECT_EQ(pair.link.state(), LinkState::bound) << "it answered the probe";
    EXPECT_EQ(pair.link.last_enquire_rtt(), Duration(2 * pair.latency));
}

TEST(EsmeSession, AProbeWithoutAnswerEndsTheSessionAndAnotherFollows) {
    SessionPair pair(quick());
    ASSERT_TRUE(pair.run_until_bound());
    for (std::uint64_t token = 1; token <= 4; ++token)
        pair.submit(token);
    pair.carrier.freeze();
    pair.run_for(10s);
    EXPECT_EQ(pair.unanswered.size(), 4u);
    EXPECT_TRUE(pair.ends.empty());
    pair.run_for(10s);
    ASSERT_EQ(pair.ends.size(), 1u);
    EXPECT_EQ(pair.ends[0].why, LinkEnd::probe_timeout);
    pair.carrier.resume(pair.now());
    ASSERT_TRUE(pair.run_until_bound());
    EXPECT_GE(pair.link.epoch(), 2u);
}

TEST(EsmeSession, WhileItIsInDoubtWhetherThePeerLivesNothingMoreIsSubmitted) {
    SessionPair pair(quick());
    ASSERT_TRUE(pair.run_until_bound());
    pair.carrier.freeze();
    for (std::uint64_t token = 1; token <= 3; ++token)
        pair.submit(token);
    pair.run_for(10s - 1us);
    EXPECT_TRUE(pair.link.can_submit());
    pair.run_for(5s);
    EXPECT_FALSE(pair.link.can_submit()) << "room there is, but it has been asked whether it lives";
    pair.carrier.resume(pair.now());
    pair.run_for(10ms);
    EXPECT_EQ(pair.link.window_free(), pair.link.window().size_max());
    EXPECT_EQ(pair.answered_late.size(), 3u) << "it had read them";
    EXPECT_FALSE(pair.link.on_trial());
}

/// As many messages as may be in flight, until the session ends.
void submit_all_that_may(SessionPair& pair) {
    while (pair.link.can_submit())
        pair.submit(1);
}

TEST(EsmeSession, APeerThatAnswersProbesAndNoRequestIsLeftOrderly) {
    carrier_sim::Settings carrier;
    carrier.response_lost_chance = 1;
    SessionPair pair(quick(10), carrier);
    ASSERT_TRUE(pair.run_until_bound());
    submit_all_that_may(pair);
    pair.run_for(10s + 10ms);
    EXPECT_EQ(pair.unanswered.size(), 10u);
    EXPECT_TRUE(pair.link.on_trial()) << "it answered the probe";
    EXPECT_EQ(pair.link.window_free(), 3u) << "no more than would end it are put in doubt";
    submit_all_that_may(pair);
    pair.run_for(10s + 10ms);
    EXPECT_EQ(pair.unanswered.size(), 13u);
    ASSERT_EQ(pair.ends.size(), 1u);
    EXPECT_EQ(pair.ends[0].why, LinkEnd::unanswered);
    EXPECT_EQ(pair.carrier.books().counts.enquire_links, 1u);
    EXPECT_EQ(pair.carrier.books().counts.unbinds, 1u) << "it lives, so it is told";
    EXPECT_FALSE(pair.connected());
}

TEST(EsmeSession, OneAnswerAfterTheProbeMakesThePeerAsGoodAsAny) {
    carrier_sim::Settings carrier;
    carrier.response_lost_chance = 1;
    SessionPair pair(quick(10), carrier);
    ASSERT_TRUE(pair.run_until_bound());
    submit_all_that_may(pair);
    pair.run_for(10s + 10ms);
    ASSERT_TRUE(pair.link.on_trial());
    carrier.response_lost_chance = 0;
    pair.carrier.change(carrier);
    pair.submit(99);
    pair.run_for(10ms);
    EXPECT_FALSE(pair.link.on_trial());
    EXPECT_EQ(pair.link.window_free(), 10u);
    pair.run_for(1h);
    EXPECT_TRUE(pair.ends.empty());
}

TEST(EsmeSession, WhatWasSentBeforeTheProbeIsNotHeldAgainstThePeerTwice) {
    carrier_sim::Settings carrier;
    carrier.response_lost_chance = 1;
    SessionPair pair(quick(20), carrier);
    ASSERT_TRUE(pair.run_until_bound());
    for (std::uint64_t token = 1; token <= 3; ++token)
        pair.submit(token);
    pair.run_for(5s);
    for (std::uint64_t token = 4; token <= 9; ++token)
        pair.submit(token);
    pair.run_for(15s);
    EXPECT_EQ(pair.unanswered.size(), 9u);
    EXPECT_TRUE(pair.ends.empty());
    EXPECT_EQ(pair.link.window_free(), 3u);
}

TEST(EsmeSession, APeerThatNeverAnswersARequestIsTriedEverMoreSeldomAndWithLittle) {
    carrier_sim::Settings carrier;
    carrier.response_lost_chance = 1;
    EsmeSettings settings = quick(10);
    settings.hosts = 2;  // one as bad as the other
    SessionPair pair(settings, carrier);
    for (const Instant end = pair.now().at + 1h; pair.now().at < end; pair.run_for(100ms))
        submit_all_that_may(pair);
    EXPECT_GE(pair.ends.size(), 60u) << "it never gives up";
    EXPECT_LE(pair.ends.size(), 150u) << "ten seconds each, and a wait of half a minute after two";
    EXPECT_LE(pair.unanswered.size(), 13 + 3 * pair.ends.size());
    carrier.response_lost_chance = 0;
    pair.carrier.change(carrier);
    ASSERT_TRUE(pair.run_until([&] { return pair.link.can_submit(); }));
    pair.submit(1);
    pair.run_for(10ms);
    EXPECT_EQ(pair.link.window_free(), 10u);
}

TEST(EsmeSession, ALinkThatIsQuietForADayStaysBoundByAsking) {
    carrier_sim::Settings carrier;
    carrier.inactivity_timeout = 1min;
    SessionPair pair(quick(), carrier);
    ASSERT_TRUE(pair.run_until_bound());
    pair.run_for(24h);
    EXPECT_EQ(pair.link.state(), LinkState::bound);
    EXPECT_TRUE(pair.ends.empty());
    EXPECT_TRUE(pair.oddities.empty());
    EXPECT_NEAR(static_cast<double>(pair.carrier.books().counts.enquire_links), 24 * 60 * 2, 2);
}

TEST(EsmeSession, AnythingThatThePeerSaysPutsTheEnquiryOff) {
    SessionPair pair(quick());
    ASSERT_TRUE(pair.run_until_bound());
    for (int minute = 0; minute < 10; ++minute) {
        pair.run_for(20s);
        pair.carrier.send_mo(pair.now(), "+15550002000", "+15550001000", "still here");
    }
    EXPECT_EQ(pair.delivered.size(), 9u);
    EXPECT_EQ(pair.carrier.books().counts.enquire_links, 0u);
}

TEST(EsmeSession, NothingIsAskedBeforeTheBindIsAnswered) {
    EsmeSettings settings = quick();
    settings.enquire_link_every = 1s;
    SessionPair pair(settings);
    pair.carrier.freeze();
    pair.run_for(9s);
    EXPECT_EQ(pair.link.state(), LinkState::binding);
    pair.carrier.resume(pair.now());
    pair.run_for(1ms);
    EXPECT_EQ(pair.carrier.books().counts.pdus, 1u) << "the bind and nothing else";
}

TEST(EsmeSession, ThePeersEnquiriesAreAnsweredByTheSessionItself) {
    carrier_sim::Settings carrier;
    carrier.enquire_link_every = 5s;
    SessionPair pair(quick(), carrier);
    ASSERT_TRUE(pair.run_until_bound());
    pair.run_for(26s);
    EXPECT_EQ(pair.carrier.books().counts.pdus, 1u + 5u);
    EXPECT_EQ(pair.carrier.books().counts.enquire_links, 0u) << "hearing from the peer suffices";
}

TEST(EsmeSession, ABindWithoutAnswerTimesOutAndIsTriedAgain) {
    SessionPair pair(quick());
    pair.carrier.freeze();
    pair.run_for(10s);
    ASSERT_EQ(pair.ends.size(), 1u);
    EXPECT_EQ(pair.ends[0].why, LinkEnd::bind_timeout);
    EXPECT_FALSE(pair.connected());
    pair.carrier.resume(pair.now());
    EXPECT_TRUE(pair.run_until_bound());
}

TEST(EsmeSession, AnUnreachableCarrierIsDialledEverMoreSeldomWithJitterAndForever) {
    SessionPair pair(quick());
    pair.reachable = false;
    pair.run_for(24h);
    ASSERT_GT(pair.dials, 24 * 60u) << "at least once a minute, to the end of the day";
    for (std::size_t i = 1; i < pair.dials; ++i) {
        const Duration wait = pair.dialled_at[i] - pair.dialled_at[i - 1];
        const Duration full = std::min<Duration>(60s, 1s * (1 << std::min<std::size_t>(i - 1, 6)));
        EXPECT_GE(wait, full / 2) << "dial " << i;
        EXPECT_LE(wait, full) << "dial " << i;
    }
    const Duration late = pair.dialled_at[50] - pair.dialled_at[49];
    const Duration later = pair.dialled_at[51] - pair.dialled_at[50];
    EXPECT_NE(late, later) << "no two waits are the same";
    EXPECT_EQ(pair.ends.front().why, LinkEnd::connect_failed);
    pair.reachable = true;
    EXPECT_TRUE(pair.run_until_bound());
}

TEST(EsmeSession, LinksThatFellTogetherDoNotComeBackTogether) {
    std::vector<Instant> seconds;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        SessionPair pair(quick(), {}, seed);
        pair.reachable = false;
        pair.run_for(1min);
        seconds.push_back(pair.dialled_at.at(3));
    }
    std::sort(seconds.begin(), seconds.end());
    EXPECT_EQ(std::unique(seconds.begin(), seconds.end()), seconds.end());
}

TEST(EsmeSession, ALinkThatBindsAndFallsAtOnceIsNotDialledEverySecond) {
    SessionPair pair(quick());
    for (int fall = 0; fall < 8; ++fall) {
        ASSERT_TRUE(pair.run_until_bound());
        pair.cut();
    }
    EXPECT_GE(pair.ends.back().retry_at - pair.now().at, 30s);
    ASSERT_TRUE(pair.run_until_bound());
    pair.run_for(1h);
    pair.cut();
    EXPECT_LE(pair.ends.back().retry_at - pair.now().at, 1s) << "an hour has earned a fresh start";
}

TEST(EsmeSession, AlreadyBoundOutwaitsThePeersInactivityTimer) {
    carrier_sim::Settings carrier;
    carrier.sessions_max = 0;
    SessionPair pair(quick(), carrier);
    pair.run_for(1s);
    ASSERT_EQ(pair.ends.size(), 1u);
    EXPECT_EQ(pair.ends[0].why, LinkEnd::bind_refused);
    EXPECT_EQ(pair.ends[0].status, Status::ESME_RALYBND);
    EXPECT_GE(pair.ends[0].retry_at - pair.dialled_at[0], 70s);
    EXPECT_LE(pair.ends[0].retry_at - pair.dialled_at[0], 72s);
    pair.run_for(60s);
    EXPECT_EQ(pair.dials, 1u);
}

TEST(EsmeSession, ARefusedPasswordWaitsLongButNeverGivesUp) {
    carrier_sim::Settings carrier = strict();
    carrier.password = "changed";
    SessionPair pair(quick(), carrier);
    pair.run_for(24h);
    EXPECT_GE(pair.dials, 24 * 60u);
    EXPECT_LE(pair.dials, 2 * 24 * 60u);
    EXPECT_EQ(pair.ends[0].status, Status::ESME_RINVPASWD);
    EXPECT_GE(pair.ends[0].retry_at - pair.dialled_at[0], 30s);
    carrier.password = "secret08";
    pair.carrier.change(carrier);
    EXPECT_TRUE(pair.run_until_bound());
}

TEST(EsmeSession, ABrokenConnectionLeavesEveryRequestUnanswered) {
    carrier_sim::Settings carrier;
    carrier.response_delay = {1s, 1s};
    SessionPair pair(quick(), carrier);
    ASSERT_TRUE(pair.run_until_bound());
    for (std::uint64_t token = 1; token <= 3; ++token)
        pair.submit(token);
    pair.run_for(100ms);
    pair.cut();
    ASSERT_EQ(pair.unanswered.size(), 3u);
    for (std::uint64_t token = 1; token <= 3; ++token) {
        EXPECT_EQ(pair.unanswered[token - 1].token, token);
        EXPECT_FALSE(pair.unanswered[token - 1].timed_out);
    }
    ASSERT_EQ(pair.ends.size(), 1u);
    EXPECT_EQ(pair.ends[0].why, LinkEnd::peer_closed);
    EXPECT_FALSE(pair.link.can_submit());
    EXPECT_EQ(pair.link.window().in_use(), 0u);
}

TEST(EsmeSession, AnUnbindFromThePeerIsAnsweredAndTheLinkComesBack) {
    SessionPair pair(quick());
    ASSERT_TRUE(pair.run_until_bound());
    pair.carrier.unbind_all(pair.now());
    pair.run_for(100ms);
    ASSERT_EQ(pair.ends.size(), 1u);
    EXPECT_EQ(pair.ends[0].why, LinkEnd::peer_unbound);
    EXPECT_EQ(pair.carrier.sessions_open(), 0u);
    EXPECT_TRUE(pair.run_until_bound());
}

TEST(EsmeSession, AnUnbindFromThePeerWaitsForTheAnswersThatAreStillDue) {
    carrier_sim::Settings carrier;
    carrier.response_delay = {500ms, 500ms};
    SessionPair pair(quick(), carrier);
    ASSERT_TRUE(pair.run_until_bound());
    pair.submit(1);
    pair.run_for(100ms);
    pair.carrier.unbind_all(pair.now());
    pair.run_for(100ms);
    EXPECT_FALSE(pair.link.can_submit());
    EXPECT_EQ(pair.link.state(), LinkState::unbinding);
    pair.run_for(500ms);
    EXPECT_EQ(pair.answered.size(), 1u);
    EXPECT_TRUE(pair.unanswered.empty());
    EXPECT_EQ(pair.ends.size(), 1u);
}

TEST(EsmeSession, AnUnbindFromThePeerDoesNotWaitForever) {
    carrier_sim::Settings carrier;
    carrier.response_lost_chance = 1;
    SessionPair pair(quick(), carrier);
    ASSERT_TRUE(pair.run_until_bound());
    pair.submit(1);
    pair.run_for(100ms);
    pair.carrier.unbind_all(pair.now());
    pair.run_for(3s);
    ASSERT_EQ(pair.ends.size(), 1u);
    EXPECT_EQ(pair.ends[0].why, LinkEnd::peer_unbound);
    EXPECT_EQ(pair.unanswered.size(), 1u);
}

TEST(EsmeSession, DrainWaitsForAnswersThenUnbindsAndStopsForGood) {
    carrier_sim::Settings carrier;
    carrier.response_delay = {2s, 2s};
    SessionPair pair(quick(), carrier);
    ASSERT_TRUE(pair.run_until_bound());
    pair.submit(1);
    pair.run_for(1s);
    pair.link.drain(pair.now(), 30s);
    EXPECT_EQ(pair.link.state(), LinkState::draining);
    EXPECT_FALSE(pair.link.can_submit());
    pair.run_for(2s);
    EXPECT_EQ(pair.answered.size(), 1u);
    EXPECT_EQ(pair.link.state(), LinkState::stopped);
    EXPECT_EQ(pair.carrier.books().counts.unbinds, 1u);
    EXPECT_EQ(pair.ends.back().why, LinkEnd::stopped);
    EXPECT_FALSE(pair.connected());
    pair.run_for(24h);
    EXPECT_EQ(pair.dials, 1u);
    EXPECT_FALSE(pair.link.next_deadline());
}

TEST(EsmeSession, DrainWaitsUntilWhatWasDeliveredIsAnswered) {
    SessionPair pair(quick());
    pair.answers_delivers = false;
    ASSERT_TRUE(pair.run_until_bound());
    pair.carrier.send_mo(pair.now(), "+15550002000", "+15550001000", "hi");
    pair.run_for(1s);
    ASSERT_EQ(pair.delivered.size(), 1u);
    pair.link.drain(pair.now(), 30s);
    pair.run_for(5s);
    EXPECT_EQ(pair.link.state(), LinkState::draining);
    pair.link.answer_deliver(pair.now(), pair.delivered[0].epoch, pair.delivered[0].sequence, false,
                             Status::ESME_ROK);
    pair.run_for(1s);
    EXPECT_EQ(pair.link.state(), LinkState::stopped);
    EXPECT_EQ(pair.carrier.books().counts.mo_acked, 1u);
}

TEST(EsmeSession, DrainUnbindsWhenItsLimitIsReached) {
    carrier_sim::Settings carrier;
    carrier.response_delay = {1h, 1h};
    EsmeSettings settings = quick();
    settings.response_timeout = 1h;
    SessionPair pair(settings, carrier);
    ASSERT_TRUE(pair.run_until_bound());
    pair.submit(1);
    pair.link.drain(pair.now(), 3s);
    pair.run_for(3s - 1us);
    EXPECT_EQ(pair.link.state(), LinkState::draining);
    pair.run_for(10ms);
    EXPECT_EQ(pair.link.state(), LinkState::stopped);
    EXPECT_EQ(pair.carrier.books().counts.unbinds, 1u);
    ASSERT_EQ(pair.unanswered.size(), 1u);
    EXPECT_FALSE(pair.unanswered[0].timed_out);
}

TEST(EsmeSession, AnUnbindWithoutAnswerIsNotWaitedForLongerThanItsLimit) {
    SessionPair pair(quick());
    ASSERT_TRUE(pair.run_until_bound());
    pair.carrier.freeze();
    pair.link.drain(pair.now(), 30s);
    EXPECT_EQ(pair.link.state(), LinkState::unbinding);
    pair.run_for(5s);
    EXPECT_EQ(pair.link.state(), LinkState::stopped);
    EXPECT_FALSE(pair.connected());
}

TEST(EsmeSession, DrainWhileWaitingOrDiallingOrBindingStopsToo) {
    SessionPair waiting(quick());
    waiting.reachable = false;
    waiting.run_for(1ms);
    ASSERT_EQ(waiting.link.state(), LinkState::waiting);
    waiting.link.drain(waiting.now(), 1s);
    EXPECT_EQ(waiting.link.state(), LinkState::stopped);
    waiting.run_for(1h);
    EXPECT_EQ(waiting.dials, 1u);

    SessionPair binding(quick());
    binding.run_for(0s);
    ASSERT_EQ(binding.link.state(), LinkState::binding);
    binding.link.drain(binding.now(), 30s);
    binding.run_for(1s);
    EXPECT_EQ(binding.link.state(), LinkState::stopped);
    EXPECT_EQ(binding.carrier.books().counts.unbinds, 1u) << "the peer is not left half bound";

    const Now now{Instant(1h), 0};
    EsmeSession dialling(quick(), Dice(1), now);
    ASSERT_TRUE(dialling.wants_connect(now));
    dialling.drain(now, 1s);
    EXPECT_EQ(dialling.state(), LinkState::stopped);
    dialling.on_connected(now);
    EXPECT_TRUE(dialling.wants_close());
    EXPECT_TRUE(dialling.output().empty());
}

TEST(EsmeSession, APeerThatDoesNotReadIsGivenUp) {
    SessionPair pair(quick());
    ASSERT_TRUE(pair.run_until_bound());
    pair.link_cannot_write = true;
    pair.submit(1);
    pair.run_for(10s);
    ASSERT_EQ(pair.ends.size(), 1u);
    EXPECT_EQ(pair.ends[0].why, LinkEnd::write_stalled);
    EXPECT_EQ(pair.unanswered.size(), 1u);
    pair.link_cannot_write = false;
    EXPECT_TRUE(pair.run_until_bound());
}

TEST(EsmeSession, LostFramingIsAnsweredWithANackAndTheSessionEnds) {
    SessionPair pair(quick());
    ASSERT_TRUE(pair.run_until_bound());
    pair.carrier_says("HTTP/1.1 400 Bad Request\r\n\r\n");
    pair.run_for(10ms);
    ASSERT_EQ(pair.ends.size(), 1u);
    EXPECT_EQ(pair.ends[0].why, LinkEnd::framing_lost);
    EXPECT_EQ(pair.carrier.books().counts.nacked, 1u) << "our last words reached it";
    EXPECT_FALSE(pair.connected());
    EXPECT_TRUE(pair.run_until_bound());
}

TEST(EsmeSession, ANewSessionRemembersNothingOfTheOldStream) {
    SessionPair pair(quick());
    ASSERT_TRUE(pair.run_until_bound());
    pair.carrier_says(std::string("\0\0\0\x30", 4));  // the beginning of a PDU that never comes
    pair.run_for(10ms);
    pair.cut();
    ASSERT_TRUE(pair.run_until([&] { return pair.bounds.size() == 2; }));
    pair.submit(3);
    pair.run_for(1s);
    EXPECT_EQ(pair.answered.size(), 1u);
}

TEST(EsmeSession, AnAnswerOfAnOlderEpochNeverReachesANewerSession) {
    SessionPair pair(quick());
    pair.answers_delivers = false;
    ASSERT_TRUE(pair.run_until_bound());
    pair.carrier.send_mo(pair.now(), "+15550002000", "+15550001000", "hi");
    pair.run_for(1s);
    ASSERT_EQ(pair.delivered.size(), 1u);
    pair.cut();
    ASSERT_TRUE(pair.run_until([&] { return pair.delivered.size() == 2; }));
    const auto& old = pair.delivered[0];
    pair.link.answer_deliver(pair.now(), old.epoch, old.sequence, false, Status::ESME_ROK);
    pair.run_for(1s);
    EXPECT_EQ(pair.carrier.books().counts.mo_acked, 0u);
    const auto& current = pair.delivered[1];
    EXPECT_EQ(current.epoch, old.epoch + 1);
    pair.link.answer_deliver(pair.now(), current.epoch, current.sequence, false, Status::ESME_ROK);
    pair.run_for(1s);
    EXPECT_EQ(pair.carrier.books().counts.mo_acked, 1u);
}

TEST(EsmeSession, AReceiverDeliversAndNeverSubmits) {
    EsmeSettings settings = quick();
    settings.bind = BindType::receiver;
    SessionPair pair(settings);
    ASSERT_TRUE(pair.run_until_bound());
    EXPECT_FALSE(pair.link.can_send());
    EXPECT_FALSE(pair.link.can_submit());
    EXPECT_EQ(pair.link.window_free(), 0u);
    pair.carrier.send_mo(pair.now(), "+15550002000", "+15550001000", "hi");
    pair.run_for(1s);
    EXPECT_EQ(pair.delivered.size(), 1u);
}

TEST(EsmeSession, ATransmitterSubmitsAndGetsNoReceipts) {
    EsmeSettings settings = quick();
    settings.bind = BindType::transmitter;
    SessionPair pair(settings);
    ASSERT_TRUE(pair.run_until_bound());
    pair.submit(1, "hello", true);
    pair.run_for(1s);
    EXPECT_EQ(pair.answered.size(), 1u);
    EXPECT_TRUE(pair.delivered.empty());
    EXPECT_EQ(pair.carrier.delivers_open(), 1u) << "it waits for a receiver";
}

TEST(EsmeSession, AMessageThatWeRefuseForNowComesAgain) {
    SessionPair pair(quick());
    pair.deliver_status = Status::ESME_RX_T_APPN;
    ASSERT_TRUE(pair.run_until_bound());
    pair.carrier.send_mo(pair.now(), "+15550002000", "+15550001000", "hi");
    pair.run_for(1500ms);
    EXPECT_EQ(pair.delivered.size(), 2u);
    pair.deliver_status = Status::ESME_ROK;
    pair.run_for(1s);
    EXPECT_EQ(pair.delivered.size(), 3u);
    EXPECT_EQ(pair.carrier.books().counts.mo_acked, 1u);
}

TEST(EsmeSession, AReceiptAsDataSmHasTheShapeOfADeliverSm) {
    carrier_sim::Settings carrier;
    carrier.receipt_as_data_sm = true;
    carrier.receipt_tlvs = true;
    SessionPair pair(quick(), carrier);
    ASSERT_TRUE(pair.run_until_bound());
    pair.submit(1, "hello", true);
    pair.run_for(1s);
    ASSERT_EQ(pair.delivered.size(), 1u);
    const auto& receipt = pair.delivered[0];
    EXPECT_TRUE(receipt.data_sm);
    EXPECT_EQ(receipt.esm_class & 0x3C, 0x04);
    EXPECT_EQ(receipt.source, "15550002000");
    EXPECT_EQ(receipt.destination, "15550001000");
    EXPECT_EQ(receipt.octets.substr(0, 13), "id:1000000001");
    EXPECT_EQ(pair.carrier.books().counts.receipts_acked, 1u);
}

TEST(EsmeSession, CountsTheOctetsThatAnOptOutMustWaitFor) {
    SessionPair pair(quick());
    ASSERT_TRUE(pair.run_until_bound());
    pair.link_cannot_write = true;
    const auto before = pair.link.output_queued_total();
    EXPECT_EQ(pair.link.output_written_total(), before);
    pair.submit(1);
    const auto fence = pair.link.output_queued_total();
    EXPECT_EQ(fence, before + pair.link.output().size());
    pair.link.on_written(pair.now(), 5);
    EXPECT_EQ(pair.link.output_written_total(), before + 5);
    EXPECT_EQ(pair.link.output_queued_total(), fence) << "writing does not move the fence";
}

TEST(EsmeSession, EveryStateAndEndHasAName) {
    for (int state = 0; state <= static_cast<int>(LinkState::stopped); ++state) {
        EXPECT_NE(name(static_cast<LinkState>(state)), "") << state;
    }
    for (int end = 0; end <= static_cast<int>(LinkEnd::stopped); ++end) {
        EXPECT_NE(name(static_cast<LinkEnd>(end)), "") << end;
    }
}

TEST(EsmeSession, TakesAnotherWindowAndOtherTimersOverWhileItIsBound) {
    EsmeSettings settings = quick();
    carrier_sim::Settings carrier;
    carrier.response_delay = {30s, 30s};
    SessionPair pair(settings, carrier);
    ASSERT_TRUE(pair.run_until_bound());
    const auto epoch = pair.link.epoch();
    settings.window = 3;
    settings.enquire_link_every = 200ms;
    pair.link.change(settings, pair.now());
    EXPECT_EQ(pair.link.window_free(), 3u);
    pair.submit(1);
    EXPECT_EQ(pair.link.window_free(), 2u);
    settings.window = 1;
    pair.link.change(settings, pair.now());
    EXPECT_EQ(pair.link.window_free(), 0u);
    EXPECT_FALSE(pair.link.can_submit());
    pair.run_for(1s);
    EXPECT_GE(pair.carrier.books().counts.enquire_links, 3u);
    EXPECT_EQ(pair.link.epoch(), epoch) << "it is the same session";
}

TEST(EsmeSession, BeginsAnewWithOtherSettingsOnceItHasEndedInOrder) {
    EsmeSettings settings = quick();
    SessionPair pair(settings);
    ASSERT_TRUE(pair.run_until_bound());
    const auto epoch = pair.link.epoch();
    pair.submit(1);
    pair.link.drain(pair.now(), 5s);
    EXPECT_FALSE(pair.link.is_over());
    pair.run_for(2s);
    ASSERT_TRUE(pair.link.is_over());
    EXPECT_EQ(pair.carrier.books().counts.unbinds, 1u);
    settings.system_id = "another";
    settings.window = 3;
    pair.link.renew(settings, pair.now());
    EXPECT_EQ(pair.link.state(), LinkState::waiting);
    ASSERT_TRUE(pair.run_until_bound());
    EXPECT_EQ(pair.link.epoch(), epoch + 1) << "an answer of the old session must not reach it";
    EXPECT_EQ(pair.link.window_free(), 3u);
    EXPECT_EQ(pair.carrier.books().counts.binds, 2u);
}

}  // namespace
}  // namespace parley::session
