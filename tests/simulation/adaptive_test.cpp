// The rate that finds a carrier's limit, against simulated carriers in virtual time.

#include "tests/simulation/orders.h"

#include <string>

#include <gtest/gtest.h>

namespace parley::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

Plan hidden_plan() {
    Plan plan = steady_plan();
    plan.contacts = 2000;
    plan.carriers[0].engine.window = 100;
    plan.carriers[0].behaviour.response_delay = {milliseconds(5), milliseconds(20)};
    return plan;
}

/// Of a limit that nobody told us of.
struct Steady {
    double used = 0;     // share of the limit
    double refused = 0;  // share of the submits
};

/// Twice what the carrier takes is sent all the time: the first `warm` seconds find the limit, the
/// next `watched` are looked at.
Steady in_steady_state(const Plan& plan, std::uint32_t limit, int warm, int watched) {
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    std::uint64_t sent = 0;
    carrier_sim::Counts before;
    for (int second = 0; second < warm + watched; ++second) {
        if (second == warm) before = world.carrier("acme").books().counts;
        // As many as there is room for to fail again: a queue for half a minute.
        const std::uint64_t taken = world.carrier("acme").books().counts.accepted;
        for (; sent < taken + 30ULL * limit; ++sent)
            world.send(order_to(sent % 2000, sent + 1));
        world.pass(seconds(1));
    }
    const carrier_sim::Counts& after = world.carrier("acme").books().counts;
    const auto taken = static_cast<double>(after.accepted - before.accepted);
    const auto refused = static_cast<double>(after.throttled - before.throttled);
    world.finish();
    for (std::size_t n = 0; n < world.accepted().size(); n += 97) {
        const auto message = world.find(world.accepted()[n]);
        EXPECT_EQ(message->segments[0].attempts, 0) << "a refusal for speed spends no retry";
    }
    return {taken / (static_cast<double>(limit) * watched), refused / (taken + refused)};
}

void is_used_well(std::uint32_t limit, bool by_second, int warm, int watched) {
    Plan plan = hidden_plan();
    plan.carriers[0].behaviour.throttle_above = limit;
    plan.carriers[0].behaviour.throttle_by_second = by_second;
    const Steady steady = in_steady_state(plan, limit, warm, watched);
    const std::string which = std::to_string(limit) + (by_second ? " in each second" : " evenly");
    EXPECT_GT(steady.used, 0.95) << which;
    EXPECT_LT(steady.refused, 0.02) << which;
}

/// The checkers see to it that after a rest no more goes at once.
TEST(Pacing, ARateThatTheCarrierForcedOnUsKeepsToTheBurstOfTheSettings) {
    Plan plan = hidden_plan();
    plan.carriers[0].engine.throughput = 400;
    plan.carriers[0].engine.burst = 1;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 40; ++n)
        world.send(order_to(n, n));
    world.pass(milliseconds(90));
    world.carrier("acme").refuse_submits(smpp::Status::ESME_RTHROTTLED);
    world.pass(milliseconds(30));
    world.carrier("acme").refuse_submits(std::nullopt);
    world.pass(seconds(1));
    ASSERT_EQ(world.submits(), 40U);
    ASSERT_GT(world.carrier("acme").books().counts.submits, 40U) << "some were refused";
    for (std::uint64_t n = 41; n <= 60; ++n)
        world.send(order_to(n, n));
    world.pass(seconds(1));
    EXPECT_EQ(world.submits(), 60U);
}

/// peers.md §3.12: a bucket at the carrier that nobody told us of.
TEST(Pacing, AHiddenLimitIsUsedToNinetyFivePercentWithUnderTwoPercentRefused) {
    for (const std::uint32_t limit : {20u, 100u})
        is_used_well(limit, false, 20, 30);
}

/// As 10DLC has them: 75 a minute, 4 a second.
TEST(Pacing, ASlowHiddenLimitIsUsedAsWellButIsFoundMoreSlowly) {
    is_used_well(1, false, 180, 600);
    is_used_well(2, false, 120, 300);
    is_used_well(5, false, 60, 120);
    is_used_well(10, false, 30, 60);
}

TEST(Pacing, ALimitThatIsCountedAnewEachSecondIsUsedAsWell) {
    is_used_well(1, true, 180, 600);
    is_used_well(5, true, 60, 120);
    is_used_well(10, true, 30, 60);
    is_used_well(100, true, 20, 15);
}

/// As many carriers have it: so many a second for each bind.
TEST(Pacing, AHiddenLimitOfEachLinkIsUsedOnAllOfThem) {
    Plan plan = hidden_plan();
    plan.carriers[0].engine.links = 3;
    plan.carriers[0].behaviour.session_throttle_above = 10;
    const Steady steady = in_steady_state(plan, 30, 30, 60);
    EXPECT_GT(steady.used, 0.95);
    EXPECT_LT(steady.refused, 0.02);
}

TEST(Pacing, ALimitThatIsLiftedIsFoundAgain) {
    Plan plan = steady_plan();
    plan.contacts = 2000;
    plan.carriers[0].engine.window = 100;
    plan.carriers[0].engine.throughput = 100;
    plan.carriers[0].behaviour.throttle_above = 30;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 5'000; ++n)
        world.send(order_to(n % 2000, n + 1));
    world.pass(seconds(10));
    world.carrier("acme").throttle(0);
    world.pass(seconds(35));
    const std::uint64_t before = world.carrier("acme").books().counts.accepted;
    world.pass(seconds(5));
    EXPECT_NEAR(static_cast<double>(world.carrier("acme").books().counts.accepted - before), 500,
                20)
        << "the configured ceiling again";
    world.finish();
}

/// SMPP 5.0 §4.8.4.18: above 90 the carrier is congested, though it refuses nothing yet.
TEST(Pacing, ACarrierThatSaysItIsCongestedIsGivenLess) {
    Plan plan = hidden_plan();
    plan.carriers[0].engine.throughput = 100;
    plan.carriers[0].engine.interface_version = 0x50;
    plan.carriers[0].behaviour.interface_version = 0x50;
    plan.carriers[0].behaviour.congestion_state = 90;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 5'000; ++n)
        world.send(order_to(n % 2000, n + 1));
    const auto taken_in = [&](Duration time) {
        const std::uint64_t before = world.carrier("acme").books().counts.accepted;
        world.pass(time);
        return world.carrier("acme").books().counts.accepted - before;
    };
    world.pass(seconds(1));
    EXPECT_NEAR(static_cast<double>(taken_in(seconds(3))), 300, 15) << "90 is not above 90";
    change(world, [](carrier_sim::Settings& settings) { settings.congestion_state = 95; });
    world.pass(seconds(3));
    const std::uint64_t congested = taken_in(seconds(3));
    EXPECT_LT(congested, 240u);
    EXPECT_GT(congested, 120u) << "less, and not next to nothing";
    change(world, [](carrier_sim::Settings& settings) { settings.congestion_state = 10; });
    world.pass(seconds(25));
    EXPECT_NEAR(static_cast<double>(taken_in(seconds(3))), 300, 15) << "and gets all of it again";
    world.finish();
}

/// Many full queues at once are the carrier's own.
TEST(Pacing, ACarrierWhoseQueuesAreFullIsGivenLess) {
    Plan plan = hidden_plan();
    plan.carriers[0].engine.throughput = 100;
    plan.carriers[0].engine.retry_min = seconds(5);
    plan.carriers[0].engine.retry_max = seconds(10);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 2'000; ++n)
        world.send(order_to(n, n + 1));
    const auto submits_in = [&](Duration time) {
        const std::uint64_t before = world.carrier("acme").books().counts.submits;
        world.pass(time);
        return world.carrier("acme").books().counts.submits - before;
    };
    world.pass(seconds(1));
    EXPECT_NEAR(static_cast<double>(submits_in(seconds(3))), 300, 15);
    change(world, [](carrier_sim::Settings& settings) {
        settings.refusals = {{"", smpp::Status::ESME_RMSGQFUL, 0.5}};
    });
    world.pass(seconds(2));
    EXPECT_LT(submits_in(seconds(3)), 240u);
    change(world, [](carrier_sim::Settings& settings) { settings.refusals.clear(); });
    world.pass(minutes(2));
    world.finish();
}

}  // namespace
}  // namespace parley::simulation
