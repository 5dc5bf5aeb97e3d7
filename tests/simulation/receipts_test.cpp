// What receipts make of a message of several parts, whose they are, and what becomes of those that
// are nobody's.

#include "storage/delivery.h"
#include "tests/simulation/deliveries.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace parley::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using storage::Delivery;
using storage::Phase;
using storage::Status;
using Outcome = storage::Delivery::Outcome;

/// Receipts come when the test says so.
Plan told_by_hand() {
    Plan plan = Plan::quiet();
    plan.carriers[0].behaviour.receipts = false;
    return plan;
}

/// The first message, in two parts, both with the carrier.
void send_two_parts(World& world) {
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1, filler(10)));
    world.pass(seconds(1));
    ASSERT_EQ(message_of(world, 0).segments.size(), 2u);
    ASSERT_EQ(status_of(world, 0), Status::sent);
}

void tell_of_part(World& world, std::size_t part, const std::string& stat,
                  const std::string& err = "001") {
    tell_receipt(
        world,
        {.id = message_of(world, 0).segments[part].carrier_message_id, .stat = stat, .err = err});
    world.pass(milliseconds(500));
}

// ---- What the parts make of the whole
// ------------------------------------------------------------------------------------------------

TEST(Receipts, OfPartsThatFaredDifferentlyTheWorstCountsInWhateverOrder) {
    struct Case {
        const char* one;
        const char* other;
        Status status;
        const char* reason;
        Outcome outcome;
    };
    for (const Case& each : std::initializer_list<Case>{
             {"UNDELIV", "EXPIRED", Status::undelivered, "receipt_UNDELIVERABLE", Outcome::failed},
             {"UNDELIV", "UNKNOWN", Status::undelivered, "receipt_UNDELIVERABLE", Outcome::failed},
             {"REJECTD", "UNDELIV", Status::undelivered, "receipt_REJECTED", Outcome::failed},
             {"EXPIRED", "UNKNOWN", Status::expired, "receipt_EXPIRED", Outcome::failed},
             {"EXPIRED", "DELIVRD", Status::expired, "receipt_EXPIRED", Outcome::partial},
             {"UNKNOWN", "DELIVRD", Status::unknown, "receipt_UNKNOWN", Outcome::partial},
             {"UNKNOWN", "UNKNOWN", Status::unknown, "receipt_UNKNOWN", Outcome::unknown},
             {"DELIVRD", "DELIVRD", Status::delivered, "", Outcome::delivered}}) {
        for (const bool first_part : {false, true}) {
            for (const bool first_told : {false, true}) {
                World world(told_by_hand());
                send_two_parts(world);
                const char* stats[] = {first_part ? each.one : each.other,
                                       first_part ? each.other : each.one};
                tell_of_part(world, first_told ? 0 : 1, stats[first_told ? 0 : 1]);
                EXPECT_EQ(storage::delivery_of(message_of(world, 0)).outcome, Outcome::pending);
                tell_of_part(world, first_told ? 1 : 0, stats[first_told ? 1 : 0]);
                const storage::Message message = message_of(world, 0);
                EXPECT_EQ(message.status, each.status) << each.one << " and " << each.other;
                EXPECT_EQ(message.reason, each.reason) << each.one << " and " << each.other;
                EXPECT_EQ(storage::delivery_of(message).outcome, each.outcome);
                world.finish();
            }
        }
    }
}

TEST(Receipts, WhatOnePartsReceiptSaidCountsWhenTheOthersNeverComes) {
    for (const std::string stat : {"UNDELIV", "DELIVRD"}) {
        World world(told_by_hand());
        send_two_parts(world);
        tell_of_part(world, 0, stat);
        world.pass(seconds(30));  // to disk, where the last receipt is waited for
        EXPECT_EQ(world.live_octets(), 0);
        world.pass(minutes(25));
        const storage::Message message = message_of(world, 0);
        const Delivery delivery = storage::delivery_of(message);
        EXPECT_EQ(delivery.unknown, 1u);
        if (stat == "UNDELIV") {
            EXPECT_EQ(message.status, Status::undelivered);
            EXPECT_EQ(message.reason, "receipt_UNDELIVERABLE");
            EXPECT_EQ(delivery.outcome, Outcome::failed);
        } else {
            EXPECT_EQ(message.status, Status::unknown);
            EXPECT_EQ(message.reason, "no_receipt");
            EXPECT_EQ(delivery.outcome, Outcome::partial);
        }
        world.finish();
    }
}

TEST(Receipts, AreWaitedForFromTheTryOnHoweverLongAgoTheMessageWasAccepted) {
    Plan plan = Plan::quiet();
    plan.carriers[0].behaviour.receipt_delay = {minutes(10), minutes(10)};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    Order order = to(anna, 1);
    order.later = minutes(60);  // three times receipt_timeout
    world.send(order);
    world.pass(minutes(69));
    EXPECT_EQ(status_of(world, 0), Status::sent);
    EXPECT_EQ(world.live_octets(), 0) << "it waits on disk";
    world.pass(minutes(2));
    EXPECT_EQ(status_of(world, 0), Status::delivered);
    world.finish();
}

TEST(Receipts, AreWaitedForAsLongAsTheirOwnCarrierHas) {
    Plan plan = told_by_hand();
    plan.add_carrier("beta");
    plan.routes = {{contact_number(2), {"beta"}}, {"+", {"acme"}}};
    plan.carriers[1].behaviour.receipts = false;
    plan.carriers[1].engine.receipt_timeout = minutes(5);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.send(to(contact_number(2), 2));
    world.pass(minutes(7));
    EXPECT_EQ(world.thread(demo, anna).at(0).status, Status::sent);
    EXPECT_EQ(world.thread(demo, contact_number(2)).at(0).status, Status::unknown);
    world.pass(minutes(16));
    EXPECT_EQ(count_of(world, Status::unknown), 2u);
    world.finish();
}

/// One after the other, so that the first part is taken and the second is not.
Plan one_part_at_a_time() {
    Plan plan = told_by_hand();
    plan.carriers[0].engine.links = 1;
    plan.carriers[0].engine.window = 1;
    plan.carriers[0].behaviour.response_delay = {seconds(1), seconds(1)};
    return plan;
}

TEST(Receipts, OfAMessageThatIsRefusedInPartThePartsThatLeftAreFollowedToTheirEnd) {
    for (const std::string stat : {"DELIVRD", "UNDELIV"}) {
        for (const bool crash : {false, true}) {
            World world(one_part_at_a_time());
            world.boot();
            world.pass(seconds(1));
            world.send(to(anna, 1, filler(16)));
            world.pass(milliseconds(500));
            world.carrier("acme").refuse_submits(smpp::Status::ESME_RINVDSTADR);
            world.pass(seconds(4));
            world.carrier("acme").refuse_submits(std::nullopt);
            storage::Message message = message_of(world, 0);
            ASSERT_EQ(message.segments.size(), 3u);
            EXPECT_EQ(message.segments[0].phase, Phase::sent);
            EXPECT_EQ(message.segments[1].phase, Phase::refused);
            EXPECT_FALSE(storage::is_final(message.status));
            world.send(to(anna, 2));  // nobody waits for the first one's receipts
            world.pass(seconds(3));
            EXPECT_EQ(status_of(world, 1), Status::sent);
            if (crash) {
                world.crash();
                world.pass(seconds(5));
            }
            tell_of_part(world, 0, stat);
            message = message_of(world, 0);
            EXPECT_EQ(message.status, Status::failed);
            EXPECT_EQ(message.reason, "carrier_refused");
            const Delivery delivery = storage::delivery_of(message);
            EXPECT_EQ(delivery.outcome, stat == "DELIVRD" ? Outcome::partial : Outcome::failed);
            EXPECT_EQ(delivery.delivered, stat == "DELIVRD" ? 1u : 0u);
            EXPECT_EQ(delivery.segments(), 3u);
            EXPECT_EQ(world.submits(), 2u) << "the third part is not sent for nothing";
            world.finish();
        }
    }
}

TEST(Receipts, APartThatExpiresInTheQueueEndsTheMessageOnceTheOthersAreTold) {
    Plan plan = one_part_at_a_time();
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    Order order = to(anna, 1, filler(10));
    order.validity = seconds(10);
    world.send(order);
    world.pass(milliseconds(500));
    world.carrier("acme").refuse_submits(smpp::Status::ESME_RTHROTTLED);
    world.pass(seconds(20));
    EXPECT_FALSE(storage::is_final(status_of(world, 0)));
    tell_of_part(world, 0, "DELIVRD", "000");
    EXPECT_EQ(status_of(world, 0), Status::expired);
    EXPECT_EQ(message_of(world, 0).reason, "validity_passed");
    EXPECT_EQ(storage::delivery_of(message_of(world, 0)).outcome, Outcome::partial);
    world.finish();
}

// ---- A carrier's block
// ------------------------------------------------------------------------------------------------

Plan blocks_by_receipt() {
    Plan plan = told_by_hand();
    plan.carriers[0].engine.dialect.receipt_errors = {
        {"00B", config::ReceiptReaction::suppress, "dnd"}};
    return plan;
}

TEST(Receipts, ABlockOfOnePartIsRecordedWithItsReceiptWhateverTheOthersDo) {
    for (const std::size_t part : {0U, 1U}) {
        World world(blocks_by_receipt());
        send_two_parts(world);
        const std::string id = message_of(world, 0).segments[part].carrier_message_id;
        tell_receipt(world, {.id = id, .stat = "REJECTD", .err = "00B"});
        world.pass(milliseconds(300));
        EXPECT_TRUE(world.suppression("brand:demo", anna)) << "part " << part;
        EXPECT_TRUE(world.is_suppressed("brand:demo", anna));
        world.crash();
        world.pass(seconds(5));
        EXPECT_TRUE(world.is_suppressed("brand:demo", anna)) << "part " << part;
        EXPECT_FALSE(storage::is_final(status_of(world, 0)));
    }
}

TEST(Receipts, ABlockIsRecordedOnceSoThatAStartAfterItStands) {
    for (const std::size_t part : {0U, 1U}) {
        World world(blocks_by_receipt());
        send_two_parts(world);
        tell_of_part(world, part, "REJECTD", "00B");
        ASSERT_TRUE(world.is_suppressed("brand:demo", anna));
        world.say("acme", anna, demo, "START");
        world.pass(seconds(2));
        ASSERT_FALSE(world.is_suppressed("brand:demo", anna));
        tell_of_part(world, 1 - part, "ENROUTE", "000");
        tell_of_part(world, 1 - part, "DELIVRD", "000");
        EXPECT_FALSE(world.is_suppressed("brand:demo", anna)) << "part " << part;
        EXPECT_EQ(status_of(world, 0), Status::undelivered);
        EXPECT_EQ(message_of(world, 0).reason, "receipt_REJECTED_dnd");
        world.finish();
    }
}

// ---- Whose it is
// ------------------------------------------------------------------------------------------------

TEST(Receipts, UnderAnIdThatIsGivenAgainAReceiptWaitsForTheMessageOfTheContactThatItNames) {
    World world(told_by_hand());
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(seconds(1));
    const std::string id = message_of(world, 0).segments[0].carrier_message_id;
    tell_receipt(world, {.id = id});
    world.pass(seconds(1));
    EXPECT_EQ(status_of(world, 0), Status::delivered);
    tell_receipt(world, {.id = id});
    world.pass(seconds(1));
    EXPECT_EQ(world.early_receipts(), 0u) << "a repetition";
    tell_receipt(world, {.id = id, .contact = contact_number(2)});
    world.pass(seconds(1));
    EXPECT_EQ(world.early_receipts(), 1u) << "its message's answer is yet to come";
}

/// Link Mobility's way; receipts before and after the answers to the other parts.
TEST(Receipts, PartsWithoutAnIdShareTheReceiptOfTheOneThatHasIt) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.dialect.id_on_last_part = true;
    carrier_sim::Settings& carrier = plan.carriers[0].behaviour;
    carrier.id_on_last_part = true;
    carrier.response_delay = {milliseconds(0), milliseconds(800)};
    carrier.receipt_delay = {milliseconds(0), seconds(15)};
    carrier.receipt_before_response_chance = 0.3;
    carrier.receipt_lead = {milliseconds(0), milliseconds(700)};
    carrier.receipt_states = {{text::MessageState::delivered, 2},
                              {text::MessageState::undeliverable, 1, "77"}};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 40; ++n)
        world.send(to(contact_number(n % 10), n, n % 4 == 0 ? " hello" : filler(16)));
    world.pass(seconds(6));
    world.crash();
    world.pass(minutes(1));
    std::size_t delivered = 0;
    for (const storage::MessageId id : world.accepted()) {
        const storage::Message message = world.find(id).value();
        const Delivery delivery = storage::delivery_of(message);
        delivered += message.status == Status::delivered ? 1 : 0;
        EXPECT_TRUE(delivery.outcome == Outcome::delivered || delivery.outcome == Outcome::failed ||
                    message.reason == "outcome_unknown")
            << storage::name(delivery.outcome) << " " << message.reason;
    }
    EXPECT_GT(delivered, 10u);
    world.finish();
}

// ---- Nobody's
// ------------------------------------------------------------------------------------------------

TEST(Receipts, ThatFindNoMessageAreShownWhileTheyWaitAndAfterWithTheReason) {
    World world(told_by_hand());
    world.boot();
    world.pass(seconds(1));
    tell_receipt(world, {.id = "4711", .stat = "UNDELIV", .err = "77"});
    world.pass(seconds(1));
    std::vector<api::UnmatchedReceipt> shown = world.unmatched_receipts();
    ASSERT_EQ(shown.size(), 1u);
    EXPECT_EQ(shown[0].reason, "waiting");
    EXPECT_EQ(shown[0].carrier, "acme");
    EXPECT_EQ(shown[0].carrier_message_id, "4711");
    EXPECT_EQ(shown[0].from, anna);
    EXPECT_EQ(shown[0].to, demo);
    EXPECT_EQ(shown[0].state, text::MessageState::undeliverable);
    EXPECT_EQ(shown[0].error, "77");
    EXPECT_EQ(shown[0].given_up_at, 0);
    world.pass(minutes(61));
    EXPECT_TRUE(world.unmatched_receipts({.reason = "waiting"}).empty());
    shown = world.unmatched_receipts({.carrier = "acme", .reason = "never_came"});
    ASSERT_EQ(shown.size(), 1u);
    EXPECT_GE(shown[0].given_up_at, shown[0].received_at + 3'600'000);
    EXPECT_TRUE(world.unmatched_receipts({.carrier = "beta"}).empty());
}

}  // namespace
}  // namespace parley::simulation
