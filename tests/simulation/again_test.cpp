// What a receipt's error makes of a message where the carrier's dialect has it go again.

#include "storage/delivery.h"
#include "tests/simulation/deliveries.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace parley::simulation {
namespace {

using config::ReceiptReaction;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using storage::Look;
using storage::Status;

const std::string absent = "27";

Plan with_rule(ReceiptReaction reaction, config::Millis wait = config::Millis{0}) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.dialect.receipt_errors = {{absent, reaction, "absent", wait}};
    plan.carriers[0].engine.retry_jitter = 0;
    plan.carriers[0].behaviour.receipt_states = {{text::MessageState::undeliverable, 1, absent}};
    plan.carriers[0].behaviour.receipt_delay = {milliseconds(200), milliseconds(200)};
    return plan;
}

void from_now_on_delivered(World& world) {
    change(world, [](carrier_sim::Settings& carrier) { carrier.receipt_states.clear(); });
}

std::size_t tries_of(const storage::Message& message) {
    return static_cast<std::size_t>(
        std::ranges::count(message.decisions, Look::receipt, &storage::Decision::look));
}

TEST(Again, WhatAReceiptSaysMayBeTriedAgainIsSentAgainAfterItsWait) {
    World world(with_rule(ReceiptReaction::retry, seconds(30)));
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(seconds(5));
    storage::Message message = message_of(world, 0);
    EXPECT_EQ(message.status, Status::queued);
    EXPECT_EQ(message.segments[0].error, "sent_in_vain");
    EXPECT_TRUE(message.segments[0].carrier_message_id.empty());
    EXPECT_EQ(storage::delivery_of(message).outcome, storage::Delivery::Outcome::pending);
    ASSERT_EQ(tries_of(message), 1u);
    const storage::Decision& told = message.decisions.back();
    EXPECT_EQ(told.verdict, storage::Verdict::hold);
    EXPECT_EQ(told.rule, "receipt_UNDELIVERABLE_absent from acme 1000000001");
    from_now_on_delivered(world);
    world.pass(seconds(20));
    EXPECT_EQ(world.submits(), 1u) << "not before its wait is over";
    world.pass(seconds(10));
    message = message_of(world, 0);
    EXPECT_EQ(message.status, Status::delivered);
    EXPECT_EQ(message.segments[0].carrier_message_id, "1000000002");
    EXPECT_EQ(message.segments[0].attempts, 1);
    EXPECT_EQ(world.submits(), 2u);
    world.finish();
}

TEST(Again, WithoutARuleAReceiptEndsTheMessageAsEver) {
    World world(with_rule(ReceiptReaction::fail));
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(seconds(5));
    EXPECT_EQ(status_of(world, 0), Status::undelivered);
    EXPECT_EQ(message_of(world, 0).reason, "receipt_UNDELIVERABLE_absent");
    EXPECT_EQ(world.submits(), 1u);
    world.finish();
}

TEST(Again, AMessageWhoseReceiptFailsOverIsDeliveredByTheNextCarrier) {
    for (const bool crash : {false, true}) {
        Plan plan = with_rule(ReceiptReaction::fail_over);
        plan.add_carrier("beta");
        plan.routes = {{"+", {"acme", "beta"}}};
        if (crash) plan.carriers[1].behaviour.response_delay = {seconds(1), seconds(1)};
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        for (std::uint64_t n = 1; n <= 6; ++n)
            world.send(to(contact_number(n), n, n % 3 == 0 ? filler(12) : " hello"));
        world.pass(milliseconds(500));
        if (crash) world.crash();
        world.pass(seconds(60));
        for (std::size_t n = 0; n < 6; ++n) {
            const storage::Message message = message_of(world, n);
            if (message.reason == "outcome_unknown") continue;  // in flight when it crashed
            EXPECT_EQ(message.status, Status::delivered);
            EXPECT_EQ(message.carrier, "beta");
            ASSERT_EQ(tries_of(message), 1u);
            const auto told =
                std::ranges::find(message.decisions, Look::receipt, &storage::Decision::look);
            EXPECT_EQ(told->verdict, storage::Verdict::go);
        }
        if (!crash) {
            EXPECT_EQ(count_of(world, Status::delivered), 6u);
            EXPECT_EQ(world.submits(), 16u) << "two of six in two parts, each by both";
        }
        world.finish();
    }
}

TEST(Again, OnceRetriesAreUsedUpTheNextCarrierHasItAndThenItEnds) {
    Plan plan = with_rule(ReceiptReaction::retry);
    plan.carriers[0].engine.attempts_max = 3;
    plan.add_carrier("beta");
    plan.carriers[1].behaviour.receipt_states = {{text::MessageState::undeliverable, 1, "5"}};
    plan.routes = {{"+", {"acme", "beta"}}};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(minutes(1));
    const storage::Message message = message_of(world, 0);
    EXPECT_EQ(message.status, Status::undelivered);
    EXPECT_EQ(message.carrier, "beta");
    EXPECT_EQ(tries_of(message), 3u);
    EXPECT_EQ(world.carrier("acme").books().counts.accepted, 3u);
    EXPECT_EQ(world.carrier("beta").books().counts.accepted, 1u);
    world.finish();
}

TEST(Again, NothingIsSentAgainBeyondItsValidityOrTheDeadline) {
    for (const bool deadline : {false, true}) {
        Plan plan = with_rule(ReceiptReaction::retry, seconds(8));
        plan.carriers[0].engine.attempts_max = 255;
        plan.carriers[0].engine.retry_max = seconds(8);
        if (deadline) plan.carriers[0].engine.retry_deadline = seconds(20);
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        Order order = to(anna, 1);
        order.validity = deadline ? seconds(0) : seconds(20);
        world.send(order);
        world.pass(seconds(60));
        EXPECT_EQ(status_of(world, 0), Status::undelivered) << "as its last receipt has it";
        EXPECT_EQ(world.submits(), 3u);
        world.finish();
    }
}

TEST(Again, AMessageOfWhichAPartArrivedIsNotSentAgain) {
    Plan plan = with_rule(ReceiptReaction::retry);
    plan.carriers[0].behaviour.receipts = false;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1, filler(10)));
    world.pass(seconds(1));
    const storage::Message sent = message_of(world, 0);
    ASSERT_EQ(sent.segments.size(), 2u);
    tell_receipt(world, {.id = sent.segments[0].carrier_message_id});
    tell_receipt(world,
                 {.id = sent.segments[1].carrier_message_id, .stat = "UNDELIV", .err = absent});
    world.pass(minutes(1));
    EXPECT_EQ(status_of(world, 0), Status::undelivered);
    EXPECT_EQ(storage::delivery_of(message_of(world, 0)).outcome,
              storage::Delivery::Outcome::partial);
    EXPECT_EQ(world.submits(), 2u);
    world.finish();
}

/// In memory and from disk, before and after its wait: neither lost nor doubled.
TEST(Again, ACrashBetweenTheTriesNeitherLosesNorDoublesIt) {
    for (const auto receipt_after : {milliseconds(200), milliseconds(15'000)}) {
        for (const auto crash_after : {milliseconds(1'000), milliseconds(16'500)}) {
            Plan plan = with_rule(ReceiptReaction::retry, seconds(20));
            plan.carriers[0].behaviour.receipt_delay = {receipt_after, receipt_after};
            World world(plan);
            world.boot();
            world.pass(seconds(1));
            for (std::uint64_t n = 1; n <= 5; ++n)
                world.send(to(contact_number(n), n, n == 2 ? filler(10) : " hello"));
            world.pass(crash_after);
            world.crash();
            world.pass(milliseconds(100));
            from_now_on_delivered(world);
            world.pass(minutes(2));
            for (std::size_t n = 0; n < 5; ++n) {
                const storage::Message message = message_of(world, n);
                EXPECT_EQ(message.status, Status::delivered);
                EXPECT_EQ(tries_of(message), 1u);
            }
            EXPECT_EQ(world.submits(), 12u) << "six segments, twice";
            world.finish();
        }
    }
}

/// The checkers see to it that two messages of a conversation are never under way at once.
TEST(Again, WhatGoesAgainTakesItsTurnInItsConversation) {
    Plan plan = with_rule(ReceiptReaction::retry);
    plan.shards = 3;
    carrier_sim::Settings& carrier = plan.carriers[0].behaviour;
    carrier.receipt_states = {{text::MessageState::delivered, 1},
                              {text::MessageState::undeliverable, 1, absent}};
    carrier.response_delay = {milliseconds(0), milliseconds(300)};
    carrier.receipt_delay = {milliseconds(0), seconds(12)};
    carrier.receipt_before_response_chance = 0.3;
    carrier.receipt_lead = {milliseconds(0), milliseconds(200)};
    carrier.receipt_duplicate_chance = 0.3;
    carrier.receipt_enroute_chance = 0.3;
    plan.carriers[0].engine.attempts_max = 20;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 80; ++n) {
        world.send(to(contact_number(n % 4), n, n % 5 == 0 ? filler(12) : " hello"));
        world.pass(milliseconds(200));
    }
    world.pass(minutes(5));
    EXPECT_GT(world.submits(), 150u);
    world.finish();
    EXPECT_GT(count_of(world, Status::delivered), 60u);
}

/// Nor is the confirmation, of which there is one.
TEST(Again, WhoeverHasOptedOutMeanwhileIsNotSentToAgain) {
    World world(with_rule(ReceiptReaction::retry, seconds(10)));
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(seconds(3));
    world.say("acme", anna, demo, "STOP");
    world.pass(minutes(1));
    EXPECT_EQ(status_of(world, 0), Status::failed);
    EXPECT_EQ(message_of(world, 0).reason, "suppressed");
    EXPECT_EQ(world.submits(), 2u) << "the message, once, and the confirmation";
    world.finish();
}

TEST(Again, WhatWaitsToGoAgainCanBeCanceled) {
    World world(with_rule(ReceiptReaction::retry, seconds(10)));
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(seconds(3));
    EXPECT_TRUE(world.cancel_and_wait(world.accepted().at(0)).done);
    world.pass(minutes(1));
    EXPECT_EQ(status_of(world, 0), Status::canceled);
    EXPECT_EQ(world.submits(), 1u);
}

}  // namespace
}  // namespace parley::simulation
