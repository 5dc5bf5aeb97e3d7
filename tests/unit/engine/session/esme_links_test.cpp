// An EsmeSession and the ways to its carrier: several hosts, connections that the carrier begins,
// timers of a link that is not yet, or hardly, used.

#include "tests/support/session_pair.h"

namespace parley::session {
namespace {

using namespace std::chrono_literals;
using smpp::Status;
using test::bytes;
using test::SessionPair;

using Hosts = std::vector<std::size_t>;

EsmeSettings with_hosts(std::size_t hosts) {
    EsmeSettings settings;
    settings.hosts = hosts;
    return settings;
}

EsmeSettings for_outbind(BindType bind = BindType::receiver) {
    EsmeSettings settings;
    settings.system_id = "parley";
    settings.password = "secret08";
    settings.bind = bind;
    settings.awaits_outbind = true;
    settings.outbind_system_id = "acme";
    settings.outbind_password = "ours";
    return settings;
}

std::string outbind(std::string_view system_id, std::string_view password) {
    return bytes(smpp::Outbind{.system_id = system_id, .password = password}, 1);
}

TEST(EsmeHosts, AHostThatRefusesIsLeftForTheNextAtOnce) {
    SessionPair pair(with_hosts(3));
    pair.hosts_down = {0, 1};
    pair.run_for(50ms);
    EXPECT_EQ(pair.link.state(), LinkState::bound);
    EXPECT_EQ(pair.dialled_hosts, (Hosts{0, 1, 2}));
    EXPECT_EQ(pair.link.host(), 2u);
}

TEST(EsmeHosts, ALinkMayBeginWithAnyOfThem) {
    EsmeSettings settings = with_hosts(3);
    settings.first_host = 2;
    SessionPair pair(settings);
    pair.hosts_down = {2};
    pair.run_for(50ms);
    EXPECT_EQ(pair.dialled_hosts, (Hosts{2, 0}));
}

TEST(EsmeHosts, AHostThatNeverAnswersIsLeftAfterTheBindTimeout) {
    SessionPair pair(with_hosts(2));
    pair.hosts_dark = {0};
    pair.run_for(10s - 1us);
    EXPECT_EQ(pair.link.state(), LinkState::connecting);
    EXPECT_TRUE(pair.ends.empty());
    pair.run_for(1s);
    EXPECT_EQ(pair.link.state(), LinkState::bound);
    ASSERT_EQ(pair.ends.size(), 1u);
    EXPECT_EQ(pair.ends[0].why, LinkEnd::connect_timeout);
    EXPECT_EQ(pair.dialled_hosts, (Hosts{0, 1}));
}

TEST(EsmeHosts, OnceAllHaveFailedTheyAreTriedAgainEverMoreSeldom) {
    SessionPair pair(with_hosts(2));
    pair.reachable = false;
    pair.run_for(20min);
    ASSERT_GE(pair.dials, 20u);
    for (std::size_t n = 0; n < pair.dials; ++n) {
        EXPECT_EQ(pair.dialled_hosts[n], n % 2);
        if (n % 2 == 1) {
            EXPECT_EQ(pair.dialled_at[n], pair.dialled_at[n - 1]) << "the other one at once";
        } else if (n >= 14) {
            EXPECT_GE(pair.dialled_at[n] - pair.dialled_at[n - 1], 30s) << "half of the most";
        }
    }
}

TEST(EsmeHosts, ALostSessionGoesOnWithTheNextHostAndStaysThere) {
    SessionPair pair(with_hosts(2));
    ASSERT_TRUE(pair.run_until_bound());
    pair.run_for(1h);
    pair.cut();
    pair.run_for(1s);
    EXPECT_EQ(pair.link.state(), LinkState::bound);
    EXPECT_EQ(pair.link.host(), 1u);
    pair.run_for(1h);
    EXPECT_EQ(pair.dialled_hosts, (Hosts{0, 1}));
}

TEST(EsmeHosts, HostsThatBindAndDropAreNotDialledInATightRing) {
    SessionPair pair(with_hosts(2));
    for (int round = 0; round < 40; ++round) {
        ASSERT_TRUE(pair.run_until_bound());
        pair.cut();
    }
    EXPECT_GE(pair.now().at - pair.dialled_at.front(), 5min);
}

TEST(EsmeHosts, ARefusedBindWaitsLongAndThenAsksTheNextHost) {
    for (const Status status :
         {Status::ESME_RINVPASWD, Status::ESME_RALYBND, Status::ESME_RBINDFAIL}) {
        SessionPair pair(with_hosts(2));
        pair.carrier.refuse_binds(status);
        pair.run_for(29s);
        EXPECT_EQ(pair.dials, 1u) << smpp::name(status);
        ASSERT_EQ(pair.ends.size(), 1u);
        EXPECT_TRUE(pair.ends[0].for_all_links);
        EXPECT_EQ(pair.ends[0].host, 0u);
        EXPECT_EQ(pair.ends[0].retry_at, pair.link.next_attempt());
        pair.carrier.refuse_binds({});
        pair.run_for(2min);
        EXPECT_EQ(pair.link.state(), LinkState::bound) << "it never gives up";
        EXPECT_EQ(pair.dialled_hosts, (Hosts{0, 1}));
    }
}

TEST(EsmeHosts, AStandbyThatRefusesItsPasswordDoesNotKeepTheLinkFromTheFirstHost) {
    SessionPair pair(with_hosts(2));
    pair.hosts_refusing = {{1, Status::ESME_RINVPASWD}};
    ASSERT_TRUE(pair.run_until_bound());
    pair.run_for(1h);
    pair.cut();  // the first host begins anew
    pair.run_for(29s);
    EXPECT_EQ(pair.link.last_status(), Status::ESME_RINVPASWD);
    pair.run_for(2min);
    EXPECT_EQ(pair.link.state(), LinkState::bound);
    EXPECT_EQ(pair.dialled_hosts, (Hosts{0, 1, 0}));
}

TEST(EsmeHosts, AHostThatAnotherLinkWasRefusedByIsNotWaitedFor) {
    SessionPair pair(with_hosts(2));
    pair.hosts_down = {0};
    pair.link.leave_host(1);
    EXPECT_EQ(pair.link.host(), 0u) << "it means to dial another one";
    pair.link.leave_host(0);
    EXPECT_EQ(pair.link.host(), 1u);
    ASSERT_TRUE(pair.run_until_bound());
    pair.link.leave_host(1);
    EXPECT_EQ(pair.link.host(), 1u) << "bound there, it is well there";
}

TEST(EsmeHosts, AHostThatIsUnwellIsLeftForTheNext) {
    SessionPair pair(with_hosts(2));
    pair.carrier.refuse_binds(Status::ESME_RSYSERR);
    pair.run_for(100ms);
    EXPECT_EQ(pair.dialled_hosts, (Hosts{0, 1}));
    EXPECT_FALSE(pair.ends.at(0).for_all_links) << "that says nothing about the others";
}

TEST(EsmeHosts, TheReasonOfTheLastEndIsKept) {
    SessionPair pair;
    pair.reachable = false;
    pair.run_for(1ms);
    EXPECT_EQ(pair.link.last_end(), LinkEnd::connect_failed);
    EXPECT_EQ(pair.link.last_detail(), "nobody there");
    pair.reachable = true;
    pair.carrier.refuse_binds(Status::ESME_RINVPASWD);
    pair.run_for(2s);
    EXPECT_EQ(pair.link.last_end(), LinkEnd::bind_refused);
    EXPECT_EQ(pair.link.last_status(), Status::ESME_RINVPASWD);
    EXPECT_EQ(pair.link.last_detail(), "");
}

TEST(EsmeHosts, WhatTlsSaysIsTheReason) {
    const Now now{Instant(1h), 0};
    EsmeSession link({}, Dice(1), now);
    ASSERT_TRUE(link.wants_connect(now));
    link.on_connect_failed(now, LinkEnd::tls_failed, "the carrier's certificate has expired");
    EXPECT_EQ(link.last_end(), LinkEnd::tls_failed);
    EXPECT_EQ(link.last_detail(), "the carrier's certificate has expired");
    ASSERT_TRUE(link.next_event());
    const Now later{now.at + 2s, 0};
    ASSERT_TRUE(link.wants_connect(later));
    link.on_connected(later);
    link.on_closed(later, LinkEnd::tls_failed, "the carrier asks for a certificate of ours");
    EXPECT_EQ(link.last_end(), LinkEnd::tls_failed);
    EXPECT_EQ(link.state(), LinkState::waiting);
}

TEST(EsmeHosts, AConnectionThatComesAfterItsAttemptWasGivenUpIsClosed) {
    const Now now{Instant(1h), 0};
    EsmeSession link({}, Dice(1), now);
    ASSERT_TRUE(link.wants_connect(now));
    const Now late{now.at + 10s, 0};
    EXPECT_EQ(link.next_deadline(), late.at);
    link.on_deadline(late);
    EXPECT_EQ(link.last_end(), LinkEnd::connect_timeout);
    EXPECT_TRUE(link.wants_close());
    link.on_connected(late);
    EXPECT_TRUE(link.wants_close());
    EXPECT_TRUE(link.output().empty()) << "no bind on it";
}

TEST(Outbind, IsAnsweredByABindOnTheSameConnection) {
    for (const BindType bind : {BindType::receiver, BindType::transceiver}) {
        SessionPair pair(for_outbind(bind));
        pair.carrier_connects(outbind("acme", "ours"));
        pair.run_for(1s);
        EXPECT_EQ(pair.link.state(), LinkState::bound);
        EXPECT_EQ(pair.link.can_submit(), bind == BindType::transceiver);
        pair.carrier.send_mo(pair.now(), "+15550002000", "+15550001000", "hello");
        pair.run_for(1s);
        EXPECT_EQ(pair.delivered.size(), 1u);
        EXPECT_TRUE(pair.oddities.empty());
        EXPECT_EQ(pair.dials, 0u);
    }
}

TEST(Outbind, NobodyDialsMeanwhileNorAfterwards) {
    SessionPair pair(for_outbind());
    pair.run_for(1h);
    EXPECT_EQ(pair.dials, 0u);
    EXPECT_EQ(pair.link.next_deadline(), std::nullopt);
    EXPECT_TRUE(pair.link.accepts_outbind());
    pair.carrier_connects(outbind("acme", "ours"));
    EXPECT_FALSE(pair.link.accepts_outbind());
    ASSERT_TRUE(pair.run_until_bound());
    pair.cut();
    pair.run_for(1h);
    EXPECT_EQ(pair.dials, 0u);
    EXPECT_TRUE(pair.link.accepts_outbind());
    pair.carrier_connects(outbind("acme", "ours"));
    EXPECT_TRUE(pair.run_until_bound());
}

TEST(Outbind, AStrangerIsToldNothingOfOurs) {
    for (const auto& [name, word] : {std::pair("acme", "theirs"), std::pair("acmee", "ours")}) {
        SessionPair pair(for_outbind());
        pair.carrier_connects(outbind(name, word));
        pair.run_for(1s);
        EXPECT_FALSE(pair.connected());
        ASSERT_EQ(pair.ends.size(), 1u);
        EXPECT_EQ(pair.ends[0].why, LinkEnd::outbind_refused);
        EXPECT_EQ(pair.carrier.books().counts.binds, 0u);
        EXPECT_TRUE(pair.link.accepts_outbind()) << "the right one may still come";
    }
}

TEST(Outbind, AnythingIsWelcomeWhereNothingIsAskedFor) {
    EsmeSettings settings = for_outbind();
    settings.outbind_system_id.clear();
    settings.outbind_password.clear();
    SessionPair pair(settings);
    pair.carrier_connects(outbind("whoever", ""));
    EXPECT_TRUE(pair.run_until_bound());
}

TEST(Outbind, AConnectionWithoutAWordIsClosed) {
    SessionPair pair(for_outbind());
    pair.carrier_connects("");
    pair.run_for(10s - 1us);
    EXPECT_EQ(pair.link.state(), LinkState::open);
    pair.run_for(1us);
    EXPECT_FALSE(pair.connected());
    ASSERT_EQ(pair.ends.size(), 1u);
    EXPECT_EQ(pair.ends[0].why, LinkEnd::outbind_timeout);
}

TEST(Outbind, OneTimerCoversTheOutbindAndTheBind) {
    SessionPair pair(for_outbind());
    pair.carrier_connects("");
    pair.run_for(9s);
    pair.carrier_unheard = false;
    pair.carrier_says(outbind("acme", "ours"));
    pair.link_unheard = true;  // the bind is lost
    pair.run_for(1s);
    ASSERT_EQ(pair.ends.size(), 1u);
    EXPECT_EQ(pair.ends[0].why, LinkEnd::bind_timeout);
}

TEST(Outbind, ARequestBeforeItIsInAWrongState) {
    SessionPair pair(for_outbind());
    pair.carrier_connects(bytes(test::submit_to("15550002000", "hi"), 7) + outbind("acme", "ours"));
    ASSERT_TRUE(pair.run_until_bound());
    EXPECT_EQ(pair.oddities.size(), 1u);
}

TEST(Outbind, ASecondOneOnABoundLinkChangesNothing) {
    SessionPair pair(for_outbind());
    pair.carrier_connects(outbind("acme", "ours"));
    ASSERT_TRUE(pair.run_until_bound());
    pair.carrier_says(outbind("acme", "theirs"));
    pair.run_for(1s);
    EXPECT_EQ(pair.link.state(), LinkState::bound);
    EXPECT_EQ(pair.oddities.size(), 1u);
}

TEST(Outbind, DrainClosesAConnectionThatHasSaidNothing) {
    SessionPair pair(for_outbind());
    pair.carrier_connects("");
    pair.run_for(1ms);
    pair.link.drain(pair.now(), 30s);
    pair.run_for(1ms);
    EXPECT_EQ(pair.link.state(), LinkState::stopped);
    EXPECT_FALSE(pair.connected());
    EXPECT_FALSE(pair.link.accepts_outbind());
}

TEST(Inactivity, ALinkWithoutMessagesUnbindsAndBindsAnew) {
    EsmeSettings settings;
    settings.inactivity_timeout = 5min;
    SessionPair pair(settings);
    ASSERT_TRUE(pair.run_until_bound());
    pair.run_for(5min - 1ms);
    EXPECT_TRUE(pair.ends.empty()) << "enquiries are no messages, and keep nothing but the link";
    pair.run_for(3s);
    ASSERT_EQ(pair.ends.size(), 1u);
    EXPECT_EQ(pair.ends[0].why, LinkEnd::inactive);
    EXPECT_EQ(pair.carrier.books().counts.unbinds, 1u);
    EXPECT_EQ(pair.link.state(), LinkState::bound);
    EXPECT_EQ(pair.link.epoch(), 2u);
}

TEST(Inactivity, MessagesEitherWayPutItOff) {
    EsmeSettings settings;
    settings.inactivity_timeout = 1min;
    SessionPair pair(settings);
    ASSERT_TRUE(pair.run_until_bound());
    for (std::uint64_t n = 1; n <= 20; ++n) {
        pair.run_for(50s);
        if (n % 2 == 0) {
            pair.submit(n);
        } else {
            pair.carrier.send_mo(pair.now(), "+15550002000", "+15550001000", "hello");
        }
    }
    EXPECT_TRUE(pair.ends.empty());
}

TEST(Inactivity, AMessageWithoutItsAnswerIsNoInactivity) {
    EsmeSettings settings;
    settings.inactivity_timeout = 1s;
    settings.response_timeout = 1min;
    carrier_sim::Settings carrier;
    carrier.response_delay = {30s, 30s};
    SessionPair pair(settings, carrier);
    ASSERT_TRUE(pair.run_until_bound());
    pair.submit(1);
    pair.run_for(30s + 100ms);
    EXPECT_EQ(pair.answered.size(), 1u);
    EXPECT_TRUE(pair.ends.empty());
}

TEST(Inactivity, DrainingMeanwhileStopsForGood) {
    EsmeSettings settings;
    settings.inactivity_timeout = 1min;
    SessionPair pair(settings);
    ASSERT_TRUE(pair.run_until_bound());
    pair.run_for(59s);
    pair.link_unheard = true;
    pair.run_for(1s);
    ASSERT_EQ(pair.link.state(), LinkState::unbinding);
    pair.link.drain(pair.now(), 30s);
    pair.run_for(10s);
    EXPECT_EQ(pair.link.state(), LinkState::stopped);
    EXPECT_EQ(pair.link.last_end(), LinkEnd::stopped);
}

TEST(WideWindow, EveryOneOf65535InFlightFindsItsAnswer) {
    EsmeSettings settings;
    settings.window = 65'535;
    carrier_sim::Settings carrier;
    carrier.response_delay = {1ms, 500ms};
    carrier.response_reorder_chance = 0.5;
    SessionPair pair(settings, carrier);
    ASSERT_TRUE(pair.run_until_bound());
    for (std::uint64_t token = 1; token <= 65'535; ++token)
        pair.submit(token);
    EXPECT_FALSE(pair.link.can_submit());
    pair.run_for(9s);
    std::vector<bool> seen(65'536, false);
    for (const auto& answer : pair.answered) {
        EXPECT_FALSE(seen.at(answer.token));
        seen.at(answer.token) = true;
    }
    EXPECT_EQ(pair.answered.size(), 65'535u);
    EXPECT_TRUE(pair.unanswered.empty());
    EXPECT_EQ(pair.link.window_free(), 65'535u);
}

}  // namespace
}  // namespace parley::session
