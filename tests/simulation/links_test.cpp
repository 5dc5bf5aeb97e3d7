// What all links of a carrier together may ask of it, in order and in time.

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

Plan with_links(std::uint32_t links) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.links = links;
    return plan;
}

/// The most connections at once on which no bind was answered.
std::size_t most_unbound(World& world, Duration time) {
    std::size_t most = 0;
    const Instant end = world.now().at + time;
    while (world.now().at < end) {
        world.pass(milliseconds(1));
        const auto& carrier = world.carrier("acme");
        most = std::max(most, carrier.sessions_open() - carrier.sessions_bound());
    }
    return most;
}

std::vector<api::LinkView> in_state(World& world, const std::string& state) {
    auto views = world.link_views();
    std::erase_if(views, [&](const api::LinkView& view) { return view.state != state; });
    return views;
}

TEST(Links, BindOneAfterAnotherAlsoAfterAnOutage) {
    World world(with_links(8));
    world.boot();
    EXPECT_LE(most_unbound(world, seconds(4)), 1u);
    EXPECT_EQ(world.carrier("acme").sessions_bound(), 8u);
    world.take_away("acme", seconds(30));
    EXPECT_LE(most_unbound(world, seconds(45)), 1u);
    EXPECT_EQ(world.carrier("acme").sessions_bound(), 8u);
    world.finish();
}

TEST(Links, BeginNoMoreBindsThanOnePerPause) {
    Plan plan = with_links(6);
    plan.carriers[0].engine.bind_every = milliseconds(500);
    World world(plan);
    world.boot();
    world.pass(milliseconds(1'600));
    const auto bound = world.carrier("acme").books().counts.binds;
    EXPECT_GE(bound, 3u);
    EXPECT_LE(bound, 4u);
    world.pass(seconds(2));
    EXPECT_EQ(world.carrier("acme").sessions_bound(), 6u);
    world.finish();
}

TEST(Links, AskARefusedPasswordOncePerWaitWhateverTheirNumber) {
    World world(with_links(16));
    world.boot();
    world.carrier("acme").refuse_binds(smpp::Status::ESME_RINVPASWD);
    world.pass(minutes(30));
    const auto refused = world.carrier("acme").books().counts.binds_refused;
    EXPECT_GE(refused, 30u) << "it never gives up";
    EXPECT_LE(refused, 62u) << "about once a minute, half of it at least";
    const auto waiting = in_state(world, "waiting");
    ASSERT_EQ(waiting.size(), 16u);
    EXPECT_TRUE(std::ranges::any_of(
        waiting, [](const api::LinkView& view) { return view.last_status == "ESME_RINVPASWD"; }));
    EXPECT_TRUE(std::ranges::all_of(
        waiting, [&](const api::LinkView& view) { return view.next_attempt >= world.now().wall; }));
    world.carrier("acme").refuse_binds({});
    world.pass(minutes(2));
    EXPECT_EQ(world.carrier("acme").sessions_bound(), 16u);
    world.finish();
}

TEST(Links, LeaveACrowdedCarrierAloneUntilOneOfTheirOwnEnds) {
    Plan plan = with_links(3);
    plan.carriers[0].behaviour.sessions_max = 1;
    World world(plan);
    world.boot();
    world.pass(minutes(30));
    const auto& counts = world.carrier("acme").books().counts;
    EXPECT_EQ(world.carrier("acme").sessions_bound(), 1u);
    EXPECT_LE(counts.binds_refused, 27u) << "every 70 s one of them asks";
    const auto bound = in_state(world, "bound");
    ASSERT_EQ(bound.size(), 1u);
    world.cut(bound.front().link);
    world.pass(seconds(2));
    EXPECT_EQ(world.carrier("acme").sessions_bound(), 1u) << "nobody waited for 70 s";
    world.finish();
}

TEST(Links, OneThatCannotReachItsCarrierDoesNotKeepTheOthersFromTheirs) {
    Plan plan = with_links(2);
    plan.add_carrier("beta");
    World world(plan);
    world.take_away("acme", hours(1));
    world.boot();
    world.pass(seconds(5));
    EXPECT_EQ(world.carrier("beta").sessions_bound(), 2u);
    EXPECT_EQ(world.carrier("acme").sessions_bound(), 0u);
}

TEST(Links, GoToTheNextHostAtOnceAndStayThere) {
    Plan plan = with_links(4);
    plan.add_carrier("beta");  // stands for acme's second host
    plan.carriers[0].engine.address.push_back("beta:2775");
    plan.carriers[1].engine.links = 1;
    World world(plan);
    world.take_away("acme", minutes(10));
    world.boot();
    world.pass(seconds(5));
    EXPECT_EQ(world.carrier("beta").sessions_bound(), 5u);
    for (const api::LinkView& view : world.link_views())
        EXPECT_EQ(view.address, "beta:2775");
    world.pass(minutes(20));
    EXPECT_EQ(world.carrier("acme").sessions_bound(), 0u) << "where it is well, a link stays";
    world.take_away("beta", seconds(5));
    world.pass(seconds(20));
    EXPECT_EQ(world.carrier("acme").sessions_bound(), 4u);
    EXPECT_EQ(world.carrier("beta").sessions_bound(), 1u);
}

TEST(Links, GoBackToTheHostThatIsWellFromOneThatRefusesThemAll) {
    Plan plan = with_links(4);
    plan.add_carrier("beta");  // stands for acme's second host
    plan.carriers[0].engine.address.push_back("beta:2775");
    plan.carriers[1].engine.links = 1;
    World world(plan);
    world.boot();
    world.pass(seconds(5));
    ASSERT_EQ(world.carrier("acme").sessions_bound(), 4u);
    world.carrier("beta").refuse_binds(smpp::Status::ESME_RINVPASWD);
    world.take_away("acme", seconds(5));
    world.pass(seconds(25));
    EXPECT_EQ(world.carrier("acme").sessions_bound(), 0u) << "a refusal is worth a long wait";
    world.pass(minutes(1));
    EXPECT_EQ(world.carrier("acme").sessions_bound(), 4u);
    EXPECT_EQ(world.carrier("beta").books().counts.binds_refused, 1u)
        << "what one of them was told there, the others need not be";
    world.finish();
}

TEST(Links, TakeBindfailForAFullHouseAndTheRoomThatOneOfTheirOwnLeaves) {
    World world(with_links(3));
    world.boot();
    while (world.carrier("acme").sessions_bound() == 0)
        world.pass(milliseconds(1));
    world.carrier("acme").refuse_binds(smpp::Status::ESME_RBINDFAIL);
    world.pass(seconds(20));
    EXPECT_EQ(world.carrier("acme").books().counts.binds_refused, 1u) << "the others need not ask";
    const auto bound = in_state(world, "bound");
    ASSERT_EQ(bound.size(), 1u);
    world.carrier("acme").refuse_binds({});
    world.cut(bound.front().link);
    world.pass(seconds(2));
    EXPECT_GE(world.carrier("acme").sessions_bound(), 1u) << "nobody waited for a minute";
    world.pass(minutes(1));
    EXPECT_EQ(world.carrier("acme").sessions_bound(), 3u);
    world.finish();
}

TEST(Links, UnbindWithinTheLimitOfADrainFromACarrierThatAnswersNoSubmit) {
    Plan plan = with_links(2);
    plan.carriers[0].behaviour.response_lost_chance = 1;
    plan.carriers[0].engine.response_timeout = minutes(1);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    Order order;
    order.to = contact_number(1);
    order.text = marker(1) + " hello";
    world.send(order);
    world.pass(seconds(1));
    world.drain();
    world.pass(world.plan().drain_limit);
    EXPECT_EQ(world.carrier("acme").books().counts.unbinds, 2u);
    world.finish();
}

}  // namespace
}  // namespace parley::simulation
