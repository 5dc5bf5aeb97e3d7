// A receipt under an id that nobody knows makes certain what is in doubt in its thread, and only
// when it can be of nothing else there.

#include "storage/delivery.h"
#include "tests/simulation/deliveries.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace parley::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using storage::Phase;
using storage::Status;

/// Receipts come when the test says so, and of two parts one goes after the other.
Plan told_by_hand() {
    Plan plan = Plan::quiet();
    plan.slow_commits = 0;
    plan.carriers[0].behaviour.receipts = false;
    plan.carriers[0].behaviour.response_delay = {seconds(1), seconds(1)};
    plan.carriers[0].engine.links = 1;
    plan.carriers[0].engine.window = 1;
    return plan;
}

const std::string& id_given(World& world, std::size_t submit) {
    return world.carrier("acme").books().submits.at(submit).message_id;
}

/// It ends while its submit_sm is under way.
void crash_in_flight(World& world) {
    world.pass(milliseconds(500));
    world.crash();
    world.pass(seconds(5));
}

TEST(ReceiptsInDoubt, OfTheOneMessageThatMayHaveLeftEndIt) {
    World world(told_by_hand());
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    crash_in_flight(world);
    EXPECT_EQ(message_of(world, 0).segments[0].phase, Phase::uncertain);
    tell_receipt(world, {.id = id_given(world, 0)});
    world.pass(milliseconds(500));
    EXPECT_EQ(status_of(world, 0), Status::delivered);
    world.finish();
}

/// One part is answered, one never, one refused: only the first has an id.
bool is_half_told(const storage::Message& message) {
    const auto any = [&](auto&& what) { return std::ranges::any_of(message.segments, what); };
    return !storage::is_final(message.status) &&
           any([](const auto& each) { return each.error == storage::outcome_unknown; }) &&
           any([](const auto& each) { return each.phase == Phase::sent; });
}

TEST(ReceiptsInDoubt, AreNotGivenToANewerMessageWhileAnOlderOneHasAPartWithoutAnId) {
    std::size_t met = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Plan plan = told_by_hand();
        plan.seed = seed;
        plan.carriers[0].engine.window = 10;
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        world.send(to(contact_number(2), 1));
        world.pass(seconds(2));
        change(world, [](carrier_sim::Settings& settings) {
            settings.response_lost_chance = 0.3;
            settings.refusals = {{"", smpp::Status::ESME_RINVDSTADR, 0.3}};
        });
        world.send(to(anna, 2, filler(16)));
        world.pass(seconds(4));
        const storage::Message older = message_of(world, 1);
        if (!is_half_told(older)) continue;
        ++met;
        const auto named = [&](const carrier_sim::SubmitRecord& submit) {
            return std::ranges::any_of(older.segments, [&](const storage::Segment& segment) {
                return segment.carrier_message_id == submit.message_id;
            });
        };
        const auto& submits = world.carrier("acme").books().submits;
        const auto unheard =
            std::ranges::find_if_not(std::next(submits.begin()), submits.end(), named);
        ASSERT_NE(unheard, submits.end());
        const std::string id = unheard->message_id;
        change(world, [](carrier_sim::Settings& settings) {
            settings.response_lost_chance = 0;
            settings.refusals.clear();
        });
        world.send(to(anna, 3));
        crash_in_flight(world);
        ASSERT_EQ(message_of(world, 2).segments[0].phase, Phase::uncertain);
        // Ids are alike here in answers and in receipts, as one that is found shows.
        tell_receipt(world, {.id = id_given(world, 0), .contact = contact_number(2)});
        world.pass(milliseconds(500));
        tell_receipt(world, {.id = id});
        world.pass(milliseconds(500));
        EXPECT_EQ(message_of(world, 2).segments[0].phase, Phase::uncertain) << "seed " << seed;
        world.finish();
    }
    EXPECT_GT(met, 0u);
}

TEST(ReceiptsInDoubt, ThatComeAgainAreNotGivenToTheNewestOfALongConversation) {
    Plan plan = told_by_hand();
    plan.carriers[0].behaviour.response_delay = {milliseconds(1), milliseconds(1)};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 60; ++n) {
        world.send(to(anna, n));
        world.pass(milliseconds(100));
        tell_receipt(world, {.id = id_given(world, n - 1)});
        world.pass(milliseconds(100));
        ASSERT_EQ(status_of(world, n - 1), Status::delivered);
    }
    change(world, [](carrier_sim::Settings& settings) {
        settings.response_delay = {seconds(1), seconds(1)};
    });
    world.send(to(anna, 61));
    crash_in_flight(world);
    ASSERT_EQ(message_of(world, 60).segments[0].phase, Phase::uncertain);
    tell_receipt(world, {.id = id_given(world, 0)});
    world.pass(milliseconds(500));
    EXPECT_EQ(message_of(world, 60).segments[0].phase, Phase::uncertain);
    world.finish();
}

}  // namespace
}  // namespace parley::simulation
