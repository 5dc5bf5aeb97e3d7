// Complaints that people have about SMS gateways, number by number as docs/complaints.md has them:
// those about windows, links, rates and what happens when something is full or away.

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

const std::string demo = brand_number(1000);

Order order_to(std::uint64_t contact, std::uint64_t n, const std::string& more = " hello") {
    Order order;
    order.from = demo;
    order.to = contact_number(contact);
    order.text = marker(n) + more;
    order.validity = hours(6);
    return order;
}

const carrier_sim::Counts& counts(World& world) {
    return world.carrier("acme").books().counts;
}

/// A disk that stalls now and then costs more of a rate than what is measured here.
Plan steady() {
    Plan plan = Plan::quiet();
    plan.slow_commits = 0;
    plan.contacts = 3000;
    return plan;
}

/// A window of 50 on each of two links and answers after 100 ms are 1,000 a second at most. Neither
/// a commit nor a response is waited for by anything but its own message.
TEST(Complaint, R07_AWindowIsKeptFullWhateverTheRoundTrip) {
    Plan plan = steady();
    plan.carriers[0].engine.window = 50;
    plan.carriers[0].behaviour.response_delay = {milliseconds(100), milliseconds(100)};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 3'000; ++n)
        world.send(order_to(n, n + 1));
    world.pass(milliseconds(500));
    const std::uint64_t before = counts(world).accepted;
    world.pass(seconds(2));
    // On the way for up to 10 ms each way, and as long as a commit takes until its place is free.
    EXPECT_GE(counts(world).accepted - before, 1'600u);
    EXPECT_LE(counts(world).window_highest, 50u);
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 3'000u);
}

TEST(Complaint, R08_AnswersInAnyOrderOverAWideWindowFindTheirRequests) {
    Plan plan = steady();
    plan.carriers[0].engine.links = 1;
    plan.carriers[0].engine.window = 2'000;
    plan.carriers[0].engine.response_timeout = seconds(10);
    plan.carriers[0].behaviour.response_delay = {milliseconds(0), seconds(3)};
    plan.carriers[0].behaviour.response_reorder_chance = 1;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 2'500; ++n)
        world.send(order_to(n, n + 1));
    world.finish();  // compares the id of every segment with the carrier's books
    EXPECT_GT(counts(world).window_highest, 1'500u);
    EXPECT_LE(counts(world).window_highest, 2'000u);
    EXPECT_EQ(count_of(world, Status::delivered), 2'500u);
}

TEST(Complaint, R09_EveryPlaceInTheWindowComesBackThoughNoAnswerDoes) {
    Plan plan = steady();
    plan.carriers[0].engine.on_uncertain = config::OnUncertain::fail;
    plan.carriers[0].engine.expiries_max = 1'000;  // so that it is not left
    plan.carriers[0].behaviour.response_lost_chance = 1;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 100; ++n)
        world.send(order_to(n, n + 1));
    // Ten places, each used again after two seconds.
    world.pass(seconds(30));
    EXPECT_EQ(counts(world).accepted, 100u);
    EXPECT_EQ(counts(world).sessions, 2u);
    world.finish();
    EXPECT_EQ(counts(world).submits, 100u) << "none twice";
}

TEST(Complaint, R09_ACarrierThatAnswersNothingButEnquiriesIsLeftForTheNextOfTheRoute) {
    Plan plan = steady();
    plan.add_carrier("beta");
    plan.routes = {{"+", {"acme", "beta"}}};
    plan.carriers[0].engine.on_uncertain = config::OnUncertain::fail;
    plan.carriers[0].behaviour.response_lost_chance = 1;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 200; ++n)
        world.send(order_to(n, n + 1));
    world.pass(seconds(20));
    // A window of each link, three more after the probe, and three with each session after that.
    EXPECT_LE(counts(world).submits, 40u);
    EXPECT_GE(world.carrier("beta").books().counts.accepted, 160u);
    // What comes now tries it again, a little at a time, and is not kept waiting by it.
    for (std::uint64_t n = 200; n < 300; ++n)
        world.send(order_to(n, n + 1));
    world.pass(seconds(20));
    EXPECT_LE(counts(world).submits, 100u);
    EXPECT_GE(world.carrier("beta").books().counts.accepted, 200u);
    world.finish();
}

TEST(Complaint, R09_ACarrierThatFreezesIsProbedLeftAndBoundAgain) {
    Plan plan = steady();
    plan.carriers[0].engine.enquire_link_every = minutes(10);  // so that it is not this that asks
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.carrier("acme").freeze();
    for (std::uint64_t n = 0; n < 30; ++n)
        world.send(order_to(n, n + 1));
    world.pass(seconds(10));
    EXPECT_GE(counts(world).sessions, 3u) << "left, and dialled again, one at a time";
    world.carrier("acme").resume(world.now());
    world.serve_carriers();
    world.finish();
    EXPECT_LE(counts(world).submits, 30u) << "none twice";
    // In doubt is a window of each link, and nothing took their places while it was asked.
    EXPECT_GE(count_of(world, Status::delivered), 20u);
}

TEST(Complaint, R09_ALinkThatTakesNoOctetsIsLeftWhileTheOtherCarriesOn) {
    Plan plan = steady();
    plan.carriers[0].engine.write_timeout = seconds(3);
    plan.carriers[0].engine.response_timeout = seconds(10);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.stall("acme-1", hours(1));
    for (std::uint64_t n = 0; n < 60; ++n)
        world.send(order_to(n, n + 1));
    world.pass(seconds(8));
    EXPECT_EQ(counts(world).sessions, 3u) << "one was left, and bound again";
    EXPECT_EQ(world.carrier("acme").sessions_bound(), 2u);
    EXPECT_GE(counts(world).accepted, 55u) << "at most one window was in doubt";
    world.finish();
    EXPECT_LE(counts(world).submits, 60u) << "none twice";
}

TEST(Complaint, R10_WhoWritesToUsIsThankedInTimeWhileTheDiskIsSlowAndMuchGoesOut) {
    Plan plan = Plan::quiet();
    plan.slow_commits = 1;  // up to 0.2 s each
    plan.carriers[0].behaviour.enquire_link_every = milliseconds(500);
    plan.carriers[0].behaviour.deliver_timeout = seconds(3);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 1'000; ++n) {
        world.send(order_to(n % 12, n));
        for (std::uint64_t m = 0; m < 3; ++m)
            world.say("acme", contact_number((n + m) % 12), demo, "Yes " + tag('i', 3 * n + m));
        world.pass(milliseconds(5));
    }
    world.finish();
    EXPECT_EQ(counts(world).mo_acked, 3'000u);
    EXPECT_EQ(counts(world).delivers_repeated, 0u) << "nobody had to say anything again";
    EXPECT_EQ(counts(world).sessions, 2u) << "every enquire_link was answered";
}

TEST(Complaint, R10_WhatCannotBeStoredIsPutOffByNameAndComesAgain) {
    World world(Plan::quiet());
    world.boot();
    world.pass(seconds(1));
    world.fill_disk(seconds(10));
    for (std::uint64_t n = 1; n <= 40; ++n)
        world.say("acme", contact_number(n % 12), demo, "Yes " + tag('i', n));
    world.pass(seconds(9));
    EXPECT_GE(counts(world).mo_segments_refused, 40u) << "answered, and not left to wait";
    EXPECT_EQ(counts(world).mo_acked, 0u);
    world.finish();  // every one of them is in its thread, once
    EXPECT_EQ(counts(world).mo_acked, 40u);
    EXPECT_EQ(counts(world).sessions, 2u);
}

TEST(Complaint, R11_ACrashLeavesNoMoreInDoubtThanTheWindowsHold) {
    std::size_t most = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        Plan plan = steady();
        plan.seed = seed;
        plan.carriers[0].engine.window = 4;
        plan.carriers[0].engine.on_uncertain =
            seed % 2 == 0 ? config::OnUncertain::resend : config::OnUncertain::hold;
        plan.carriers[0].behaviour.response_delay = {milliseconds(1), milliseconds(100)};
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        for (std::uint64_t n = 0; n < 60; ++n)
            world.send(order_to(n, n + 1, n % 4 == 0 ? filler(16) : " hello"));
        world.pass(milliseconds(static_cast<std::int64_t>(20 + seed * 7)));
        world.crash();
        world.pass(seconds(2));
        EXPECT_LE(world.uncertain_at_boot(), 8u) << "seed " << seed;
        most = std::max(most, world.uncertain_at_boot());
        const std::uint64_t segments = 45 + 15 * 3;
        const std::uint64_t doubt = seed % 2 == 0 ? world.uncertain_at_boot() : 0;
        world.finish();
        EXPECT_LE(counts(world).submits, segments + doubt) << "seed " << seed;
    }
    EXPECT_GE(most, 6u) << "the windows were full";
}

/// The checkers compare every second with the rate, and the order within conversations.
TEST(Complaint, R12_TheRateCountsSegmentsAndALongMessageIsNoBurst) {
    Plan plan = steady();
    plan.carriers[0].engine.throughput = 30;
    plan.carriers[0].engine.window = 100;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 200; ++n)
        world.send(order_to(n, n + 1, filler(20)));  // three segments each
    world.pass(seconds(5));
    const std::uint64_t before = counts(world).accepted;
    world.pass(seconds(10));
    EXPECT_NEAR(static_cast<double>(counts(world).accepted - before), 300, 6);
    EXPECT_LE(counts(world).busiest_second, 34u) << "a second's worth and the burst";
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 200u);
}

TEST(Complaint, R12_AThrottledMessageGoesBackToTheFrontAndSpendsNoRetry) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.attempts_max = 1;
    plan.carriers[0].behaviour.throttle_chance = 0.5;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 100; ++n)
        world.send(order_to(n % 4, n, n % 7 == 0 ? filler(16) : " hello"));
    world.pass(minutes(10));
    EXPECT_GT(counts(world).throttled, 30u);
    world.finish();  // compares the order of every conversation
    EXPECT_EQ(count_of(world, Status::delivered), 100u);
}

TEST(Complaint, R13_ACarrierThatDropsEveryLinkAtOnceIsNotStormed) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.links = 8;
    plan.carriers[0].engine.reconnect_min = seconds(1);
    plan.carriers[0].engine.reconnect_max = minutes(1);
    plan.carriers[0].behaviour.session_life = {milliseconds(20), milliseconds(20)};
    World world(plan);
    world.boot();
    world.pass(minutes(5));
    const std::uint64_t before = counts(world).sessions;
    world.pass(minutes(30));
    // Each of eight once a minute or so, jitter included.
    EXPECT_LE(counts(world).sessions - before, 8u * 30u * 2u);
    EXPECT_GE(counts(world).sessions - before, 8u * 30u / 2u) << "it never gives up";
    carrier_sim::Settings kind = world.carrier("acme").settings();
    kind.session_life = {};
    world.carrier("acme").change(kind);
    world.pass(minutes(3));
    EXPECT_EQ(world.carrier("acme").sessions_bound(), 8u);
    world.finish();
}

TEST(Complaint, R14_TheGhostsOfAnUncleanEndAreOutwaited) {
    Plan plan = Plan::quiet();
    plan.carriers[0].behaviour.sessions_max = 2;
    plan.carriers[0].behaviour.inactivity_timeout = seconds(60);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    ASSERT_EQ(world.carrier("acme").sessions_bound(), 2u);
    world.vanish();
    world.pass(seconds(10));
    EXPECT_EQ(world.carrier("acme").sessions_open(), 2u) << "its ghosts take both places";
    world.send(order_to(1, 1));
    world.pass(minutes(2));
    EXPECT_EQ(world.carrier("acme").sessions_bound(), 2u);
    EXPECT_EQ(counts(world).binds, 4u);
    EXPECT_LE(counts(world).binds_refused, 2u) << "one asked, and all of them waited";
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 1u);
}

TEST(Complaint, R14_TwentyRestartsInOrderAreNeverRefused) {
    Plan plan = Plan::quiet();
    plan.carriers[0].behaviour.sessions_max = 2;
    World world(plan);
    world.boot();
    for (std::uint64_t n = 1; n <= 20; ++n) {
        world.pass(seconds(2));
        world.send(order_to(n % 12, n));
        world.drain();
        world.pass(seconds(3));
    }
    EXPECT_EQ(counts(world).binds_refused, 0u);
    EXPECT_EQ(counts(world).unbinds, 40u);
    world.finish();
}

std::uint64_t turns_of_an_hour_away(std::uint64_t messages) {
    Plan plan = steady();
    plan.carriers[0].engine.reconnect_max = minutes(1);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.take_away("acme", hours(2));
    for (std::uint64_t n = 0; n < messages; ++n)
        world.send(order_to(n, n + 1));
    world.pass(minutes(2));
    const std::uint64_t before = world.turns();
    world.pass(hours(1));
    EXPECT_EQ(count_of(world, Status::queued), messages);
    const std::uint64_t turns = world.turns() - before;
    world.pass(hours(1));
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), messages);
    return turns;
}

TEST(Complaint, R15_AQueueWithoutALinkCostsNothingAndGoesOnWhenThereIsOne) {
    const std::uint64_t few = turns_of_an_hour_away(10);
    const std::uint64_t many = turns_of_an_hour_away(1'500);
    // Its figures are told four times a second, and what waits is snapshotted once, in one go.
    EXPECT_LE(many, few + few / 4);
}

TEST(Complaint, R15_WhatWaitsTooLongExpiresWithItsReason) {
    World world(steady());
    world.boot();
    world.pass(seconds(1));
    world.take_away("acme", hours(3));
    Order brief = order_to(1, 1);
    brief.validity = minutes(30);
    world.send(brief);
    world.pass(seconds(1));  // the first of the accepted
    world.send(order_to(2, 2));
    world.pass(hours(1));
    const auto message = world.find(world.accepted().at(0));
    EXPECT_EQ(message->status, Status::expired);
    EXPECT_FALSE(message->reason.empty());
    world.pass(hours(3));
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 1u);
}

/// However many they are: a shard has had thousands a second for as long as it has been up.
TEST(Complaint, R16_WhatWaitsForItsReceiptLeavesTheMemoryAsFastAsItCame) {
    Plan plan = steady();
    plan.shards = 1;
    plan.contacts = 9'000;
    plan.carriers[0].engine.window = 1'000;
    plan.carriers[0].behaviour.receipt_delay = {minutes(15), minutes(15)};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 8'000; ++n)
        world.send(order_to(n, n + 1));
    world.pass(milliseconds(1500));
    EXPECT_GT(world.live_octets(), 1'000'000);
    world.pass(seconds(3));  // they go after two
    EXPECT_EQ(world.live_octets(), 0);
    EXPECT_EQ(count_of(world, Status::sent), 8'000u) << "they are on disk, and found there";
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 8'000u);
    world.pass(seconds(5));
    EXPECT_EQ(world.aging(), 0u) << "nothing is left of those that have ended";
}

}  // namespace
}  // namespace parley::simulation
