// The configuration changes in the midst of traffic: nothing is lost, nothing goes twice, nobody's
// order changes. finish() looks at all of that; what a change is about is asked for besides.

#include "tests/simulation/look.h"
#include "tests/simulation/texts.h"
#include "tests/simulation/world.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace parley::simulation {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using storage::Status;

/// Two carriers, of which the route names the first alone.
Plan two_carriers() {
    Plan plan = Plan::quiet();
    plan.add_carrier("beta");
    return plan;
}

/// One message every so often, to a few contacts, so that conversations form.
void keep_sending(World& world, std::uint64_t count, Duration every, std::uint64_t first = 1) {
    for (std::uint64_t n = 0; n < count; ++n) {
        world.at(every * static_cast<std::int64_t>(n),
                 [&world, n, first] { world.send(to(contact_number(n % 7), first + n)); });
    }
}

std::uint64_t taken_by(World& world, const std::string& carrier) {
    return world.carrier(carrier).books().counts.accepted;
}

std::vector<std::string> links_in(World& world, const std::string& state) {
    std::vector<std::string> names;
    for (const api::LinkView& view : world.link_views()) {
        if (view.state == state) names.push_back(view.link);
    }
    return names;
}

config::Carrier& acme(Plan& plan) {
    return plan.carriers[0].engine;
}

TEST(Reload, AnotherRateCountsAtOnceForWhatWaits) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.throughput = 5;
    plan.contacts = 200;
    World world(plan);
    world.boot();
    world.pass(seconds(2));
    for (std::uint64_t n = 1; n <= 200; ++n)
        world.send(to(contact_number(n), n));
    world.pass(seconds(4));
    const auto slowly = taken_by(world, "acme");
    EXPECT_LE(slowly, 25U);
    world.reload([](Plan& to) { acme(to).throughput = 100; });
    world.pass(seconds(3));
    EXPECT_EQ(taken_by(world, "acme"), 200U);
    world.finish();
}

TEST(Reload, AWindowGrowsAndShrinksWhileItIsFull) {
    Plan plan = Plan::quiet();
    plan.carriers[0].behaviour.response_delay = {milliseconds(400), milliseconds(400)};
    World world(plan);
    world.boot();
    world.pass(seconds(2));
    keep_sending(world, 300, milliseconds(10));
    world.pass(seconds(1));
    world.reload([](Plan& to) { acme(to).window = 40; });
    world.pass(seconds(1));
    world.reload([](Plan& to) { acme(to).window = 2; });
    world.pass(seconds(1));
    for (const api::LinkView& view : world.link_views())
        EXPECT_EQ(view.window, 2U);
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 300U);
}

TEST(Reload, AnotherRouteTakesWhatWaitsAndWhatComes) {
    Plan plan = two_carriers();
    plan.carriers[0].engine.throughput = 1;
    plan.contacts = 60;
    World world(plan);
    world.boot();
    world.pass(seconds(2));
    for (std::uint64_t n = 1; n <= 50; ++n)
        world.send(to(contact_number(n), n));
    world.pass(seconds(3));
    EXPECT_EQ(taken_by(world, "beta"), 0U);
    world.reload([](Plan& to) { to.routes = {{"+", {"beta"}}}; });
    world.pass(seconds(3));
    EXPECT_GE(taken_by(world, "beta"), 40U);
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 50U);
    EXPECT_EQ(world.submits(), 50U);
}

TEST(Reload, AnotherRouteTakesWhatIsTriedAgainAndWhatComesBackThrottled) {
    for (const smpp::Status status :
         {smpp::Status::ESME_RSYSERR, smpp::Status::ESME_RTHROTTLED, smpp::Status::ESME_RMSGQFUL}) {
        Plan plan = two_carriers();
        plan.carriers[0].engine.attempts_max = 200;
        plan.carriers[0].engine.retry_min = plan.carriers[0].engine.retry_max = seconds(3);
        plan.carriers[0].behaviour.response_delay = {milliseconds(800), milliseconds(800)};
        World world(plan);
        world.boot();
        world.pass(seconds(2));
        world.carrier("acme").refuse_submits(status);
        for (std::uint64_t n = 1; n <= 4; ++n)
            world.send(to(contact_number(n), n));
        world.pass(seconds(2));  // refused, and waiting
        for (std::uint64_t n = 5; n <= 8; ++n)
            world.send(to(contact_number(n), n));
        world.pass(milliseconds(500));  // in flight
        world.reload([](Plan& to) { to.routes = {{"+", {"beta"}}}; });
        world.pass(seconds(6));
        EXPECT_EQ(taken_by(world, "beta"), 8U) << smpp::name(status);
        world.finish();
        EXPECT_EQ(count_of(world, Status::delivered), 8U);
        EXPECT_EQ(world.submits(), 8U);
    }
}

/// The last refusal would otherwise end it: of the carriers that it knew, none is left.
TEST(Reload, AMessageThatIsRefusedForTheLastTimeFindsTheCarriersThatItsRouteNamesNow) {
    Plan plan = two_carriers();
    plan.carriers[0].engine.attempts_max = 1;
    plan.carriers[0].behaviour.response_delay = {milliseconds(800), milliseconds(800)};
    World world(plan);
    world.boot();
    world.pass(seconds(2));
    world.carrier("acme").refuse_submits(smpp::Status::ESME_RSYSERR);
    world.send(to(contact_number(1), 1));
    world.pass(milliseconds(500));
    world.reload([](Plan& to) { to.routes = {{"+", {"beta"}}}; });
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 1U);
    EXPECT_EQ(taken_by(world, "beta"), 1U);
}

TEST(Reload, WhatIsInDoubtIsHeldAsLongAsTheSettingSaysNow) {
    for (const bool longer : {true, false}) {
        Plan plan = Plan::quiet();
        acme(plan).uncertain_hold = longer ? minutes(1) : minutes(60);
        plan.carriers[0].behaviour.response_lost_chance = 1;
        plan.carriers[0].behaviour.receipt_missing_chance = 1;
        World world(plan);
        world.boot();
        world.pass(seconds(2));
        world.send(to(contact_number(1), 1));
        world.pass(seconds(30));
        world.reload([](Plan& to) { acme(to).uncertain_hold = minutes(5); });
        world.pass(minutes(4));
        EXPECT_EQ(count_of(world, Status::sending), 1U);
        world.pass(minutes(1));
        EXPECT_EQ(count_of(world, Status::unknown), 1U);
        world.finish();
    }
}

TEST(Reload, ACarrierIsAddedUsedAndRemovedAgain) {
    World world(Plan::quiet());
    world.boot();
    world.pass(seconds(2));
    keep_sending(world, 400, milliseconds(25));
    world.pass(seconds(2));
    world.reload([](Plan& to) {
        to.add_carrier("beta");
        to.routes = {{"+", {"beta", "acme"}}};
    });
    world.pass(seconds(3));
    EXPECT_GE(taken_by(world, "beta"), 50U);
    EXPECT_EQ(world.carrier("beta").sessions_bound(), 2U);
    world.reload([](Plan& to) {
        to.carriers.pop_back();
        to.routes = {{"+", {"acme"}}};
    });
    world.pass(seconds(3));
    EXPECT_EQ(world.carrier("beta").sessions_bound(), 0U);
    for (const api::LinkView& view : world.link_views())
        EXPECT_EQ(view.carrier, "acme");
    world.pass(seconds(4));
    EXPECT_GT(taken_by(world, "acme"), 200U);
    EXPECT_EQ(world.submits(), 400U);
}

TEST(Reload, WhatWaitsForACarrierThatIsRemovedGoesElsewhere) {
    Plan plan = two_carriers();
    plan.routes = {{"+", {"beta", "acme"}}};
    plan.carriers[1].engine.throughput = 1;
    plan.contacts = 60;
    World world(plan);
    world.boot();
    world.pass(seconds(2));
    for (std::uint64_t n = 1; n <= 50; ++n)
        world.send(to(contact_number(n), n));
    world.pass(seconds(3));
    world.reload([](Plan& to) {
        to.carriers.pop_back();
        to.routes = {{"+", {"acme"}}};
    });
    world.finish();
    EXPECT_GE(taken_by(world, "acme"), 40U);
    EXPECT_EQ(world.submits(), 50U);
    // Only of what was with the carrier when it went nobody tells.
    EXPECT_GE(count_of(world, Status::delivered), taken_by(world, "acme"));
}

TEST(Reload, WhatHasNoRouteLeftIsADeadLetter) {
    Plan plan = two_carriers();
    plan.routes = {{"+1555", {"beta"}}, {"+44", {"acme"}}};
    plan.carriers[1].engine.throughput = 1;
    plan.contacts = 60;
    World world(plan);
    world.boot();
    world.pass(seconds(2));
    for (std::uint64_t n = 1; n <= 30; ++n)
        world.send(to(contact_number(n), n));
    world.pass(seconds(2));
    world.reload([](Plan& to) {
        to.carriers.pop_back();
        to.routes = {{"+44", {"acme"}}};
    });
    world.pass(seconds(5));
    EXPECT_GE(count_of(world, Status::failed), 20U);
    world.finish();
}

TEST(Reload, ReceiptsOfACarrierThatComesBackFindTheirMessages) {
    Plan plan = two_carriers();
    plan.routes = {{"+", {"beta"}}};
    plan.carriers[1].behaviour.receipt_delay = {minutes(2), minutes(2)};
    World world(plan);
    world.boot();
    world.pass(seconds(2));
    for (std::uint64_t n = 1; n <= 20; ++n)
        world.send(to(contact_number(n % 10), n));
    world.pass(seconds(20));
    EXPECT_EQ(taken_by(world, "beta"), 20U);
    const CarrierPlan beta = world.plan().carriers[1];
    world.reload([](Plan& to) {
        to.carriers.pop_back();
        to.routes = {{"+", {"acme"}}};
    });
    world.pass(seconds(30));
    EXPECT_EQ(world.carrier("beta").sessions_bound(), 0U);
    world.reload([&](Plan& to) { to.carriers.push_back(beta); });
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 20U);
}

TEST(Reload, LinksBindAnewOneAfterAnotherAndTrafficGoesOn) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.links = 4;
    World world(plan);
    world.boot();
    world.pass(seconds(3));
    keep_sending(world, 500, milliseconds(10));
    world.pass(seconds(1));
    const auto binds = world.carrier("acme").books().counts.binds;
    world.reload([](Plan& to) { acme(to).system_id = "parley2"; });
    std::size_t fewest = 4;
    std::size_t most = 0;
    for (int n = 0; n < 3'000; ++n) {
        world.pass(milliseconds(1));
        fewest = std::min(fewest, world.carrier("acme").sessions_bound());
        most = std::max(most, world.carrier("acme").sessions_open());
    }
    EXPECT_GE(fewest, 3U);
    EXPECT_LE(most, 4U);
    EXPECT_EQ(world.carrier("acme").books().counts.binds, binds + 4);
    world.pass(seconds(3));
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 500U);
    EXPECT_EQ(world.submits(), 500U);
}

/// The first one's turn is as long as nothing moves on it.
TEST(Reload, ALinkThatWaitsToBindAnewKeepsToTheNewWindowAndTimers) {
    Plan plan = Plan::quiet();
    plan.slow_commits = 0;
    plan.carriers[0].engine.window = 8;
    plan.carriers[0].behaviour.response_delay = {milliseconds(400), milliseconds(400)};
    World world(plan);
    world.boot();
    world.pass(seconds(2));
    world.stall("acme-1", seconds(20));
    world.reload([](Plan& to) { acme(to).system_id = "parley2"; });
    world.pass(milliseconds(100));
    ASSERT_EQ(links_in(world, "bound"), std::vector<std::string>{"acme-2"});
    world.reload([](Plan& to) {
        acme(to).window = 3;
        acme(to).response_timeout = milliseconds(300);
    });
    world.pass(milliseconds(100));
    const auto binds = world.carrier("acme").books().counts.binds;
    for (std::uint64_t n = 1; n <= 20; ++n)
        world.send(to(contact_number(n), n));
    world.pass(milliseconds(200));
    EXPECT_EQ(world.carrier("acme").books().counts.accepted, 3U);
    world.pass(milliseconds(200));
    EXPECT_EQ(world.carrier("acme").books().counts.accepted, 6U) << "three are given up by now";
    EXPECT_EQ(world.carrier("acme").books().counts.binds, binds) << "and it has not bound anew";
    EXPECT_EQ(links_in(world, "bound"), std::vector<std::string>{"acme-2"});
    world.pass(seconds(30));
    EXPECT_EQ(world.carrier("acme").books().counts.binds, binds + 2);
    world.finish();
}

TEST(Reload, AWrongPasswordCostsOneLinkAndTheRightOneBringsItBack) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.links = 3;
    plan.carriers[0].engine.password = "right";
    plan.carriers[0].behaviour.password = "right";
    World world(plan);
    world.boot();
    world.pass(seconds(3));
    world.reload([](Plan& to) { acme(to).password = "wrong"; });
    world.pass(minutes(5));
    EXPECT_EQ(links_in(world, "bound").size(), 2U);
    world.send(to(contact_number(1), 1));
    world.reload([](Plan& to) { acme(to).password = "right"; });
    world.pass(seconds(5));
    EXPECT_EQ(links_in(world, "bound").size(), 3U);
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 1U);
}

TEST(Reload, LinksAreAddedAndTakenAwayWithinWhatTheCarrierAllows) {
    Plan plan = Plan::quiet();
    plan.carriers[0].behaviour.sessions_max = 4;
    World world(plan);
    world.boot();
    world.pass(seconds(2));
    keep_sending(world, 600, milliseconds(10));
    world.pass(seconds(1));
    world.reload([](Plan& to) { acme(to).links = 4; });
    world.pass(seconds(2));
    EXPECT_EQ(links_in(world, "bound").size(), 4U);
    world.reload([](Plan& to) { acme(to).links = 1; });
    world.pass(seconds(2));
    EXPECT_EQ(links_in(world, "bound"), std::vector<std::string>{"acme-1"});
    EXPECT_EQ(world.link_views().size(), 1U);
    // Pairs instead: all of them are other links.
    world.reload([](Plan& to) {
        acme(to).links = 2;
        acme(to).bind = config::BindMode::transmitter_receiver;
    });
    world.pass(seconds(2));
    EXPECT_EQ(links_in(world, "bound"),
              (std::vector<std::string>{"acme-1-rx", "acme-1-tx", "acme-2-rx", "acme-2-tx"}));
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 600U);
    EXPECT_EQ(world.submits(), 600U);
}

TEST(Reload, AnotherAddressIsDialledWhereTheOldOneIsGone) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.address = {nowhere};
    plan.carriers[0].engine.bind_timeout = milliseconds(500);
    World world(plan);
    world.boot();
    world.send(to(contact_number(1), 1));
    world.pass(seconds(5));
    EXPECT_TRUE(links_in(world, "bound").empty());
    world.reload([](Plan& to) { acme(to).address = {"acme:2775"}; });
    world.pass(seconds(2));
    EXPECT_EQ(links_in(world, "bound").size(), 2U);
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 1U);
}

TEST(Reload, WhatWaitsIsCutAsTheNewDialectCuts) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.throughput = 2;
    plan.contacts = 60;
    World world(plan);
    world.boot();
    world.pass(seconds(2));
    for (std::uint64_t n = 1; n <= 30; ++n)
        world.send(to(contact_number(n), n, n % 2 == 0 ? " hello" : " hello" + filler(9)));
    world.pass(seconds(2));
    world.reload([](Plan& to) {
        acme(to).dialect.send_in.gsm7 = false;  // so all in UCS-2, in more segments
        acme(to).throughput = 50;
    });
    world.pass(seconds(30));
    EXPECT_EQ(count_of(world, Status::failed), 0U);
    std::size_t in_ucs2 = 0;
    for (const storage::MessageId id : world.accepted()) {
        const auto message = world.find(id);
        ASSERT_TRUE(message);
        if (message->encoding == text::Encoding::ucs2) ++in_ucs2;
    }
    EXPECT_GE(in_ucs2, 20U);
}

/// 100 characters: one segment in GSM 7, two in UCS-2.
Order longer(std::uint64_t n) {
    return to(contact_number(n), n, std::string(90, 'x'));
}

void write_in_ucs2(Plan& plan) {
    acme(plan).dialect.send_in.gsm7 = false;
}

/// The journal still has them from their birth on: nothing is older than spill_after.
TEST(Reload, WhatWasCutOtherwiseIsReadBackFromTheJournal) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.throughput = 8;
    World world(plan);
    world.boot();
    world.pass(seconds(2));
    for (std::uint64_t n = 1; n <= 12; ++n)
        world.send(longer(n));
    world.pass(milliseconds(100));
    world.reload(write_in_ucs2);
    world.pass(milliseconds(1'200));
    EXPECT_GE(count_of(world, Status::delivered), 2U);
    world.crash();
    world.pass(seconds(1));
    EXPECT_TRUE(world.is_up());
    world.finish();
}

TEST(Reload, WhatAStartHasCutOtherwiseIsReadBackFromTheJournal) {
    Plan plan = two_carriers();
    plan.carriers[0].engine.throughput = 8;
    plan.carriers[1].engine.throughput = 1;
    plan.routes = {{"+", {"acme"}}, {contact_number(90), {"beta"}}};
    plan.shards = 1;
    World world(plan);
    world.boot();
    world.pass(seconds(2));
    // Those of beta stay as they are, and keep the journal from letting go of the others.
    for (std::uint64_t n = 1; n <= 4; ++n)
        world.send(to(contact_number(90), n));
    for (std::uint64_t n = 5; n <= 16; ++n)
        world.send(longer(n));
    world.pass(milliseconds(100));
    world.crash();
    world.reload(write_in_ucs2);
    world.pass(milliseconds(1'800));
    EXPECT_GE(count_of(world, Status::delivered), 2U);
    world.crash();
    world.pass(seconds(1));
    EXPECT_TRUE(world.is_up());
    world.finish();
}

TEST(Reload, AnotherFormOfIdsFindsTheReceiptsThatAreHeld) {
    Plan plan = Plan::quiet();
    plan.carriers[0].behaviour.id_in_response = carrier_sim::IdForm::hex;
    plan.carriers[0].behaviour.id_in_receipt_text = carrier_sim::IdForm::decimal;
    plan.carriers[0].behaviour.receipt_tlvs = false;
    World world(plan);
    world.boot();
    world.pass(seconds(2));
    world.send(to(contact_number(1), 1));
    world.pass(milliseconds(1'500));  // not yet on disk
    EXPECT_EQ(count_of(world, Status::sent), 1U);
    world.reload(
        [](Plan& to) { acme(to).dialect.message_id.base = config::IdBase::hex_to_decimal; });
    world.pass(seconds(1));
    EXPECT_EQ(count_of(world, Status::delivered), 1U);
    world.send(to(contact_number(1), 2));
    world.pass(seconds(2));
    EXPECT_EQ(count_of(world, Status::delivered), 2U);
}

/// Ids in hexadecimal in responses, in decimal in receipts, and nobody told the engine.
Plan two_bases() {
    Plan plan = Plan::quiet();
    plan.carriers[0].behaviour.id_in_response = carrier_sim::IdForm::hex;
    plan.carriers[0].behaviour.id_in_receipt_text = carrier_sim::IdForm::decimal;
    plan.carriers[0].behaviour.receipt_tlvs = false;
    plan.carriers[0].behaviour.receipt_delay = {seconds(6), seconds(6)};
    return plan;
}

TEST(Reload, AnotherFormOfIdsFindsMessagesThatAreOnDisk) {
    for (const bool receipt_first : {true, false}) {
        World world(two_bases());
        world.boot();
        world.pass(seconds(2));
        world.send(to(contact_number(1), 1));
        world.send(to(contact_number(2), 2));
        world.pass(receipt_first ? seconds(8) : seconds(5));
        EXPECT_EQ(world.evicted(), 2U);
        world.reload(
            [](Plan& to) { acme(to).dialect.message_id.base = config::IdBase::hex_to_decimal; });
        world.pass(receipt_first ? seconds(1) : seconds(3));
        EXPECT_EQ(count_of(world, Status::delivered), 2U) << receipt_first;
        world.finish();
    }
}

TEST(Reload, AStartWithAnotherFormOfIdsFindsTheReceiptsThatWereHeld) {
    World world(two_bases());
    world.boot();
    world.pass(seconds(2));
    world.send(to(contact_number(1), 1));
    world.pass(seconds(8));
    EXPECT_EQ(count_of(world, Status::sent), 1U);
    world.crash();
    world.reload(
        [](Plan& to) { acme(to).dialect.message_id.base = config::IdBase::hex_to_decimal; });
    world.pass(seconds(5));
    EXPECT_EQ(count_of(world, Status::delivered), 1U);
    world.finish();
}

TEST(Reload, ADayLimitIsRaisedForWhoRests) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.limits = {{.name = "all", .per_day = 10}};
    plan.contacts = 40;
    World world(plan);
    world.boot();
    world.pass(seconds(2));
    for (std::uint64_t n = 1; n <= 30; ++n)
        world.send(to(contact_number(n), n));
    world.pass(seconds(5));
    EXPECT_EQ(taken_by(world, "acme"), 10U);
    world.reload([](Plan& to) { acme(to).limits[0].per_day = 15; });
    world.pass(seconds(5));
    EXPECT_EQ(taken_by(world, "acme"), 15U);  // what was spent of the day is spent
    world.reload([](Plan& to) { acme(to).limits.clear(); });
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 30U);
}

TEST(Reload, AnOptOutStandsWhenItsBrandLeaves) {
    Plan plan = Plan::quiet();
    plan.brands.push_back({.id = "club", .senders = {brand_number(2000)}});
    World world(plan);
    world.boot();
    world.pass(seconds(2));
    Order late = to(contact_number(1), 1);
    late.from = brand_number(2000);
    late.later = seconds(10);
    world.send(late);
    world.pass(seconds(1));
    world.suppress("brand:club", contact_number(1));
    world.pass(seconds(1));
    world.reload([](Plan& to) { to.brands.pop_back(); });
    world.pass(seconds(15));
    EXPECT_EQ(world.submits(), 0U);
    EXPECT_EQ(count_of(world, Status::failed), 1U);
}

TEST(Reload, TwoAtOnceBothCount) {
    World world(two_carriers());
    world.boot();
    world.pass(seconds(2));
    world.reload([](Plan& to) { acme(to).window = 7; });
    EXPECT_TRUE(world.is_reloading());
    world.reload([](Plan& to) { to.carriers[1].engine.window = 9; });
    world.pass(seconds(1));
    for (const api::LinkView& view : world.link_views())
        EXPECT_EQ(view.window, view.carrier == "acme" ? 7U : 9U) << view.link;
    world.finish();
}

TEST(Reload, ACrashAmidstItStartsWithTheNewConfiguration) {
    World world(two_carriers());
    world.boot();
    world.pass(seconds(2));
    keep_sending(world, 100, milliseconds(20));
    world.pass(seconds(1));
    world.reload([](Plan& to) { to.routes = {{"+", {"beta"}}}; });
    world.crash();
    world.pass(seconds(3));
    EXPECT_GT(taken_by(world, "beta"), 0U);
    world.finish();
}

}  // namespace
}  // namespace parley::simulation
