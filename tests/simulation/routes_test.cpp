// Days on which routes decide: who waits too long, shares by weight, carriers that go and come,
// numbers that are ported, and what carriers hear of a message's validity. finish() looks at
// everything that the checkers know.

#include "tests/simulation/texts.h"
#include "tests/simulation/world.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

namespace parley::simulation {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

Order to(std::uint64_t contact, std::uint64_t n) {
    Order order;
    order.to = contact_number(contact);
    order.text = marker(n) + " hello";
    order.validity = hours(1);
    return order;
}

Plan two_carriers() {
    Plan plan = Plan::quiet();
    plan.add_carrier("beta");
    plan.routes = {{"+", {"acme", "beta"}}};
    return plan;
}

storage::Message message(World& world, std::size_t n) {
    const auto found = world.find(world.accepted().at(n));
    return found ? *found : storage::Message();
}

/// Of the newest message to each contact.
std::map<std::string, std::string> carriers_of(World& world) {
    std::map<std::string, std::string> carriers;
    for (std::size_t n = 0; n < world.accepted().size(); ++n) {
        const storage::Message found = message(world, n);
        carriers[found.to] = found.carrier;
    }
    return carriers;
}

/// How many of the accepted messages each carrier has, or had.
std::map<std::string, std::size_t> by_carrier(World& world) {
    std::map<std::string, std::size_t> count;
    for (std::size_t n = 0; n < world.accepted().size(); ++n)
        ++count[message(world, n).carrier];
    return count;
}

TEST(RoutesDay, WhatHasWaitedTooLongForOneCarrierGoesToTheNext) {
    Plan plan = two_carriers();
    plan.contacts = 100;
    plan.carriers[0].engine.throughput = 1;
    plan.carriers[0].engine.burst = 1;
    plan.routes[0].failover_after = seconds(10);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 60; ++n)
        world.send(to(n, n));
    world.pass(seconds(8));
    EXPECT_EQ(by_carrier(world)["acme"], 60u);
    world.pass(seconds(7));
    auto count = by_carrier(world);
    EXPECT_GE(count["acme"], 9u);
    EXPECT_LE(count["acme"], 14u);
    EXPECT_EQ(count["acme"] + count["beta"], 60u);
    world.finish();
    EXPECT_EQ(world.submits(), 60u);
}

/// In pieces: a walk over all that waits, with every message that comes, would stop the shard.
TEST(RoutesDay, ADeepQueueLeavesACarrierThatStaysAwaySoonAfterAnotherIsBack) {
    Plan plan = two_carriers();
    plan.shards = 1;
    plan.slow_commits = 0;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.take_away("acme", hours(3));
    world.take_away("beta", seconds(60));
    world.pass(milliseconds(200));
    constexpr std::uint64_t count = 50'000;
    const auto send = [&world](std::uint64_t n) {
        Order order = to(0, n);
        order.to = "+1557" + std::to_string(1'000'000 + n);
        world.send(order);
    };
    for (std::uint64_t n = 1; n <= count; ++n)
        send(n);
    while (world.accepted().size() < count)
        world.pass(milliseconds(10));
    const auto waiting_at_acme = [&world] {
        std::size_t waiting = 0;
        for (const api::CarrierQueueView& carrier : world.queue().carriers) {
            if (carrier.carrier != "acme") continue;
            for (const std::size_t lane : carrier.waiting)
                waiting += lane;
        }
        return waiting;
    };
    world.pass(seconds(20));
    EXPECT_EQ(waiting_at_acme(), count) << "nobody else is up";
    send(count + 1);
    world.pass(seconds(42));
    EXPECT_EQ(waiting_at_acme(), 0u);
}

TEST(RoutesDay, WhatACarrierThrottlesOrRefusesForNowIsNotWaitedForLongerEither) {
    for (const smpp::Status status :
         {smpp::Status::ESME_RTHROTTLED, smpp::Status::ESME_RSYSERR, smpp::Status::ESME_RMSGQFUL}) {
        Plan plan = two_carriers();
        plan.carriers[0].engine.attempts_max = 200;
        plan.routes[0].failover_after = seconds(5);
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        world.carrier("acme").refuse_submits(status);
        for (std::uint64_t n = 1; n <= 5; ++n)
            world.send(to(n % 3, n));
        world.pass(seconds(4));
        EXPECT_EQ(world.submits(), 0u);
        world.pass(minutes(1));
        EXPECT_EQ(world.submits(), 5u) << smpp::name(status);
        EXPECT_EQ(by_carrier(world)["beta"], 5u);
        world.finish();
    }
}

TEST(RoutesDay, WithNobodyElseUpAMessageWaitsOn) {
    Plan plan = two_carriers();
    plan.carriers[0].engine.throughput = 2;
    plan.carriers[0].engine.burst = 1;
    plan.routes[0].failover_after = seconds(3);
    plan.contacts = 60;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.take_away("beta", minutes(10));
    world.pass(milliseconds(100));
    for (std::uint64_t n = 1; n <= 40; ++n)
        world.send(to(n, n));
    world.pass(seconds(30));
    EXPECT_EQ(by_carrier(world)["acme"], 40u);
    EXPECT_EQ(world.submits(), 40u);
    world.finish();
}

TEST(RoutesDay, WhatWaitsForACarrierThatGoesDownGoesToTheBestThatIsUpAlsoUpTheList) {
    for (const config::RoutePick pick : {config::RoutePick::order, config::RoutePick::weight}) {
        Plan plan = two_carriers();
        plan.contacts = 60;
        plan.routes[0].pick = pick;
        plan.carriers[1].engine.throughput = 1;
        plan.carriers[1].engine.burst = 1;
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        world.take_away("acme", seconds(20));
        world.pass(milliseconds(200));
        for (std::uint64_t n = 1; n <= 60; ++n)
            world.send(to(n, n));
        world.pass(seconds(28));
        EXPECT_EQ(by_carrier(world)["beta"], 60u) << "acme is back, and beta keeps what it has";
        const std::uint64_t before = world.submits();
        EXPECT_LT(before, 35u);
        world.take_away("beta", minutes(30));
        world.pass(seconds(10));
        EXPECT_EQ(world.submits(), 60u);
        EXPECT_EQ(by_carrier(world)["acme"], 60u - before);
        world.finish();
    }
}

TEST(RoutesDay, WhatOneCarrierRefusedForNowBeginsAnewWhereItGoesWhenThatOneIsDown) {
    Plan plan = two_carriers();
    plan.carriers[1].engine.attempts_max = 200;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.take_away("acme", seconds(5));
    world.pass(milliseconds(200));
    world.carrier("beta").refuse_submits(smpp::Status::ESME_RSYSERR);
    world.send(to(1, 1));
    world.pass(seconds(8));
    EXPECT_GE(message(world, 0).segments[0].attempts, 5);
    world.carrier("acme").refuse_submits(smpp::Status::ESME_RSYSERR);
    world.take_away("beta", minutes(10));
    storage::Message seen = message(world, 0);
    for (int n = 0; n < 10'000 && seen.carrier != "acme"; ++n) {
        world.pass(milliseconds(1));
        seen = message(world, 0);
    }
    ASSERT_EQ(seen.carrier, "acme");
    EXPECT_EQ(seen.segments[0].attempts, 0);
    EXPECT_EQ(seen.segments[0].command_status, 0u);
    world.carrier("acme").refuse_submits(std::nullopt);
    world.pass(seconds(5));
    EXPECT_EQ(world.submits(), 1u);
    world.finish();
}

TEST(RoutesDay, WeightsShareConversationsAndAConversationKeepsItsCarrier) {
    Plan plan = Plan::quiet();
    plan.add_carrier("beta");
    plan.add_carrier("coda");
    plan.contacts = 300;
    plan.routes = {{.prefix = "+",
                    .carriers = {{"acme", 6}, {"beta", 3}, {"coda", 1}},
                    .pick = config::RoutePick::weight}};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    std::uint64_t serial = 0;
    const auto send_all = [&] {
        for (std::uint64_t n = 0; n < 300; ++n)
            world.send(to(n, ++serial));
        world.pass(seconds(20));
        return carriers_of(world);
    };
    auto first = send_all();
    std::map<std::string, std::size_t> share;
    for (const auto& [contact, carrier] : first)
        ++share[carrier];
    EXPECT_NEAR(static_cast<double>(share["acme"]), 180, 30);
    EXPECT_NEAR(static_cast<double>(share["beta"]), 90, 25);
    EXPECT_NEAR(static_cast<double>(share["coda"]), 30, 18);
    EXPECT_EQ(send_all(), first);

    world.take_away("acme", minutes(5));
    world.pass(milliseconds(200));
    for (const auto& [contact, carrier] : send_all()) {
        EXPECT_NE(carrier, "acme");
        if (first[contact] != "acme") {
            EXPECT_EQ(carrier, first[contact]) << "only acme's moved";
        }
    }
    world.pass(minutes(6));
    EXPECT_EQ(send_all(), first) << "and they came back";
    world.finish();
}

TEST(RoutesDay, ACrashMovesNoConversation) {
    Plan plan = two_carriers();
    plan.routes[0].pick = config::RoutePick::weight;
    plan.contacts = 30;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 30; ++n)
        world.send(to(n, n + 1));
    world.pass(seconds(5));
    const auto before = carriers_of(world);
    world.crash();
    world.pass(seconds(10));
    for (std::uint64_t n = 0; n < 30; ++n)
        world.send(to(n, n + 31));
    world.pass(seconds(5));
    EXPECT_EQ(carriers_of(world), before);
    world.finish();
}

TEST(RoutesDay, WhatNobodyHasTriedIsRoutedAnewByAStartAndNothingIsWrittenForIt) {
    Plan plan = two_carriers();
    plan.slow_commits = 0;
    World world(plan);
    world.take_away("acme", hours(1));
    world.take_away("beta", minutes(1));
    world.boot();
    world.pass(seconds(1));
    world.send(to(1, 1));
    world.send(to(2, 2));
    world.pass(seconds(1));
    EXPECT_EQ(by_carrier(world), (std::map<std::string, std::size_t>{{"acme", 2}}));
    world.remove_carrier("acme");
    world.crash();
    world.pass(seconds(5));
    EXPECT_EQ(by_carrier(world), (std::map<std::string, std::size_t>{{"beta", 2}}));
    EXPECT_TRUE(message(world, 0).history.empty()) << "nobody had it to hand it over";
    world.crash();
    world.pass(minutes(2));
    EXPECT_EQ(message(world, 0).status, storage::Status::delivered);
    world.finish();
}

TEST(RoutesDay, TheCheapestThatIsUpIsTaken) {
    Plan plan = Plan::quiet();
    plan.add_carrier("beta");
    plan.add_carrier("coda");
    plan.routes = {{.prefix = "+",
                    .carriers = {{"acme", 1, 0.03}, {"beta", 1, 0.01}, {"coda", 1, 0.02}},
                    .pick = config::RoutePick::cost}};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(1, 1));
    world.pass(seconds(1));
    world.take_away("beta", minutes(5));
    world.pass(milliseconds(200));
    world.send(to(1, 2));
    world.pass(seconds(1));
    EXPECT_EQ(message(world, 0).carrier, "beta");
    EXPECT_EQ(message(world, 1).carrier, "coda");
    world.finish();
}

TEST(RoutesDay, ValidityIsToldToTheCarrierWhenSomebodyAskedForOne) {
    Plan plan = two_carriers();
    plan.routes = {{.prefix = contact_number(1), .carriers = {"acme"}},
                   {.prefix = contact_number(2), .carriers = {"acme"}, .validity = minutes(30)},
                   {.prefix = contact_number(3), .carriers = {"beta"}, .validity = minutes(30)}};
    plan.carriers[1].engine.dialect.validity_period = config::ValidityForm::none;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    std::uint64_t serial = 0;
    const auto asks = [&](std::uint64_t contact, Duration validity) {
        Order order = to(contact, ++serial);
        order.validity = validity;
        world.send(order);
        world.pass(seconds(2));
    };
    asks(1, Duration(0));  // nothing
    asks(1, minutes(90));
    asks(2, Duration(0));  // the route's
    asks(2, minutes(90));  // no more than the route's
    asks(2, minutes(10));
    asks(3, minutes(10));
    const auto& submits = world.carrier("acme").books().submits;
    ASSERT_EQ(submits.size(), 5u);
    EXPECT_EQ(submits[0].validity_period, "");
    EXPECT_EQ(submits[1].validity_period, "000000012959000R");
    EXPECT_EQ(submits[2].validity_period, "000000002959000R");
    EXPECT_EQ(submits[3].validity_period, "000000002959000R");
    EXPECT_EQ(submits[4].validity_period, "000000000959000R");
    EXPECT_EQ(world.carrier("beta").books().submits.at(0).validity_period, "");
    EXPECT_EQ(message(world, 3).expires_at - message(world, 3).accepted_at, 30 * 60'000);
    world.finish();
}

TEST(RoutesDay, APortedNumberGoesWhereItsOperatorIsServed) {
    Plan plan = two_carriers();
    plan.routes = {{.prefix = "+1555", .carriers = {"acme"}},
                   {.carriers = {"beta"}, .operators = {"lilac"}}};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    const auto table = [](const std::string& text) {
        carrier::OperatorTableReader reader;
        reader.feed(text);
        return std::make_shared<const carrier::OperatorTable>(*reader.finish());
    };
    world.take_operators(table("+1555,rose\n" + contact_number(1) + ",lilac\n"));
    world.send(to(1, 1));
    world.send(to(2, 2));
    world.pass(seconds(2));
    using Carriers = std::map<std::string, std::string>;
    EXPECT_EQ(carriers_of(world),
              (Carriers{{contact_number(1), "beta"}, {contact_number(2), "acme"}}));
    world.take_operators(table("+1555,rose\n" + contact_number(2) + ",lilac\n"));
    world.send(to(1, 3));
    world.send(to(2, 4));
    world.pass(seconds(2));
    EXPECT_EQ(carriers_of(world),
              (Carriers{{contact_number(1), "acme"}, {contact_number(2), "beta"}}));
    world.finish();
}

}  // namespace
}  // namespace parley::simulation
