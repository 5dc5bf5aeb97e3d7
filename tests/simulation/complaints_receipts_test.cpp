// Complaints that people have about SMS gateways, number by number as docs/complaints.md has them:
// those about ids, receipts and the parts of long messages.

#include "protocol/smpp/codec.h"
#include "tests/simulation/look.h"
#include "tests/simulation/texts.h"
#include "tests/simulation/world.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

namespace parley::simulation {
namespace {

using carrier_sim::IdForm;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using storage::Status;

const std::string demo = brand_number(1000);
const std::string anna = contact_number(1);

// In memory, on disk and over a restart: each receipt waits for longer than its message stays in
// memory, and some messages are promised after the restart.
TEST(Complaint, R01_AnIdInEveryFormFindsItsMessage) {
    struct Case {
        IdForm response, receipt;
        config::MessageIds form;
    };
    for (const Case& each : std::initializer_list<Case>{
             {IdForm::decimal, IdForm::decimal, {}},
             {IdForm::uuid, IdForm::uuid, {}},
             {IdForm::hex, IdForm::decimal, {.base = config::IdBase::hex_to_decimal}},
             {IdForm::hex_lower, IdForm::padded, {.base = config::IdBase::hex_to_decimal}},
             {IdForm::decimal, IdForm::hex, {.base = config::IdBase::decimal_to_hex}},
             {IdForm::padded, IdForm::hex_lower, {.base = config::IdBase::decimal_to_hex}},
             {IdForm::padded, IdForm::decimal, {.drop_leading_zeros = true}},
             {IdForm::hex, IdForm::hex_lower, {.fold_case = true}}}) {
        Plan plan = Plan::quiet();
        plan.carriers[0].engine.dialect.message_id = each.form;
        carrier_sim::Settings& carrier = plan.carriers[0].behaviour;
        carrier.first_id = 700'000'001;  // so that there are zeros in front of ten digits
        carrier.id_in_response = each.response;
        carrier.id_in_receipt_text = carrier.id_in_receipt_tlv = each.receipt;
        carrier.receipt_delay = {milliseconds(10), seconds(8)};
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        for (std::uint64_t n = 1; n <= 40; ++n) {
            world.send(to(contact_number(n % 10), n, n % 5 == 0 ? filler(16) : " hello"));
            if (n == 20) world.crash();
            world.pass(milliseconds(n == 20 ? 3000 : 100));
        }
        world.finish();
        EXPECT_EQ(count_of(world, Status::delivered), world.accepted().size())
            << static_cast<int>(each.response) << " and " << static_cast<int>(each.receipt);
    }
}

TEST(Complaint, R02_AReceiptBeforeItsResponseIsThankedAtOnceAndJoinedLater) {
    Plan plan = Plan::quiet();
    carrier_sim::Settings& carrier = plan.carriers[0].behaviour;
    carrier.response_delay = {milliseconds(1500), milliseconds(1500)};
    carrier.receipt_before_response_chance = 1;
    carrier.receipt_lead = {milliseconds(1400), milliseconds(1400)};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 8; ++n)
        world.send(to(contact_number(n), n));
    world.pass(milliseconds(1000));
    EXPECT_EQ(world.early_receipts(), 8u);
    const carrier_sim::Books& books = world.carrier("acme").books();
    ASSERT_EQ(books.receipts.size(), 8u);
    for (const carrier_sim::ReceiptRecord& receipt : books.receipts)
        EXPECT_TRUE(receipt.acked) << "nobody waits for the response to thank for the receipt";
    EXPECT_EQ(count_of(world, Status::sending), 8u);
    world.pass(seconds(1));
    EXPECT_EQ(world.early_receipts(), 0u);
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 8u);
}

void tell_of_a_stranger(World& world, std::uint64_t first, std::uint64_t several) {
    std::string octets;
    for (std::uint64_t n = first; n < first + several; ++n) {
        const std::string text =
            "id:" + std::to_string(9'000'000'000 + n) + " stat:DELIVRD err:000";
        smpp::DeliverSm stranger;
        stranger.esm_class = 0x04;
        stranger.source_addr_ton = stranger.dest_addr_ton = 1;
        stranger.source_addr = std::string_view(anna).substr(1);
        stranger.destination_addr = std::string_view(demo).substr(1);
        stranger.short_message = text;
        encode(octets, stranger, static_cast<std::uint32_t>(10'000'000 + n));
    }
    world.carrier("acme").inject(world.carrier("acme").sessions().front(), octets);
    world.serve_carriers();
}

/// finish() looks whether the journal has let go of them.
TEST(Complaint, R02_AReceiptWhoseMessageNeverComesIsLetGoAfterAnHour) {
    Plan plan = Plan::quiet();
    plan.until_forgotten = true;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    tell_of_a_stranger(world, 0, 100);
    world.pass(minutes(30));
    EXPECT_EQ(world.early_receipts(), 100u);
    world.crash();
    world.pass(minutes(10));
    EXPECT_EQ(world.early_receipts(), 100u) << "they are on disk, since they were thanked for";
    world.pass(minutes(25));
    EXPECT_EQ(world.early_receipts(), 0u);
    world.finish();
}

/// However many there are: who loses one receipt in a hundred loses thousands an hour.
TEST(Complaint, R02_MessagesWhoseReceiptsNeverComeEndWithinTheMinute) {
    Plan plan = Plan::quiet();
    plan.contacts = 6'000;
    plan.carriers[0].engine.window = 1'000;
    plan.carriers[0].engine.receipt_timeout = minutes(20);
    plan.carriers[0].behaviour.receipts = false;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 6'000; ++n)
        world.send(to(contact_number(n), n + 1));
    world.pass(minutes(19));
    EXPECT_EQ(count_of(world, Status::sent), 6'000u);
    world.pass(minutes(3));
    EXPECT_EQ(count_of(world, Status::unknown), 6'000u);
    world.finish();
}

TEST(Complaint, R03_AReceiptOnAnotherSessionFindsItsMessage) {
    for (const config::BindMode mode :
         {config::BindMode::transceiver, config::BindMode::transmitter_receiver}) {
        Plan plan = Plan::quiet();
        plan.shards = 3;
        plan.carriers[0].engine.links = 3;
        plan.carriers[0].engine.bind = mode;
        plan.carriers[0].behaviour.receipt_other_session_chance = 1;
        plan.carriers[0].behaviour.receipt_delay = {milliseconds(100), seconds(6)};
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        for (std::uint64_t n = 1; n <= 30; ++n)
            world.send(to(contact_number(n % 10), n));
        world.pass(seconds(2));
        world.crash();  // and sessions that did not exist when the message left
        world.finish();
        EXPECT_EQ(count_of(world, Status::delivered), 30u);
        const carrier_sim::Books& books = world.carrier("acme").books();
        for (const carrier_sim::ReceiptRecord& receipt : books.receipts)
            EXPECT_NE(receipt.session, books.submits[receipt.submit].session);
    }
}

TEST(Complaint, R04_EveryPartHasItsReceiptAndOneThatFailsFailsTheMessage) {
    Plan plan = Plan::quiet();
    plan.carriers[0].behaviour.receipt_states = {{text::MessageState::delivered, 3},
                                                 {text::MessageState::undeliverable, 1, "123"}};
    plan.carriers[0].behaviour.receipt_delay = {milliseconds(10), seconds(8)};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 60; ++n)
        world.send(to(contact_number(n % 10), n, filler(20)));
    world.pass(seconds(4));
    world.crash();
    world.finish();
    const carrier_sim::Books& books = world.carrier("acme").books();
    std::map<std::string, text::MessageState> told;
    for (const carrier_sim::ReceiptRecord& receipt : books.receipts)
        told[books.submits[receipt.submit].message_id] = receipt.state;
    std::size_t undelivered = 0;
    for (const storage::MessageId id : world.accepted()) {
        const auto message = world.find(id);
        ASSERT_GE(message->segments.size(), 3u);
        bool all = true;
        for (const storage::Segment& segment : message->segments) {
            ASSERT_TRUE(told.contains(segment.carrier_message_id));
            const bool good = told[segment.carrier_message_id] == text::MessageState::delivered;
            EXPECT_EQ(segment.state, told[segment.carrier_message_id]);
            EXPECT_EQ(segment.error, good ? "000" : "123");
            all = all && good;
        }
        EXPECT_EQ(message->status, all ? Status::delivered : Status::undelivered);
        undelivered += all ? 0 : 1;
    }
    EXPECT_GT(undelivered, 10u);
    EXPECT_LT(undelivered, 55u);
}

/// The checkers see to it that nothing final is reversed.
TEST(Complaint, R05_RetriesAndIntermediateReceiptsForgetNothing) {
    Plan plan = Plan::quiet();
    carrier_sim::Settings& carrier = plan.carriers[0].behaviour;
    carrier.refusals = {{"", smpp::Status::ESME_RSYSERR, 0.5}};
    carrier.receipt_delay = {milliseconds(0), seconds(6)};
    carrier.receipt_enroute_chance = 1;
    carrier.receipt_duplicate_chance = 1;
    carrier.receipt_other_session_chance = 0.5;
    plan.carriers[0].engine.attempts_max = 50;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 60; ++n)
        world.send(to(contact_number(n % 10), n, n % 5 == 0 ? filler(16) : " hello"));
    world.pass(seconds(5));
    world.crash();
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 60u);
    EXPECT_GE(world.carrier("acme").books().counts.receipts_made, 180u);
}

TEST(Complaint, R06_PartsOfManyMessagesUnderFewReferencesNeverMix) {
    Plan plan = Plan::quiet();  // 8-bit references: each comes round within these 600
    plan.carriers[0].behaviour.mo_part_delay = {milliseconds(0), milliseconds(400)};
    plan.carriers[0].behaviour.mo_part_duplicate_chance = 0.5;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 600; ++n) {
        world.say("acme", contact_number(n % 3), demo, "Yes " + tag('i', n) + filler(20));
        if (n % 200 == 100) world.crash();
        world.pass(milliseconds(200));
    }
    world.finish();  // compares every thread with what was said, word by word
    std::size_t heard = 0;
    for (std::uint64_t n = 0; n < 3; ++n) {
        for (const storage::Message& message : world.thread(demo, contact_number(n))) {
            EXPECT_FALSE(message.incomplete);
            ++heard;
        }
    }
    EXPECT_EQ(heard, 600u);
}

TEST(Complaint, R06_WhatLacksAPartIsDeliveredFlaggedWhenItsTimeIsOver) {
    Plan plan = Plan::quiet();
    plan.carriers[0].behaviour.mo_part_lost_chance = 0.4;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 20; ++n)
        world.say("acme", contact_number(n % 10), demo, "Yes " + tag('i', n) + filler(20));
    world.pass(minutes(10));
    world.crash();
    world.pass(minutes(10));
    std::size_t early = 0;
    for (std::uint64_t n = 0; n < 10; ++n)
        early += world.thread(demo, contact_number(n)).size();
    world.pass(minutes(15));
    std::size_t flagged = 0;
    std::size_t whole = 0;
    for (std::uint64_t n = 0; n < 10; ++n) {
        for (const storage::Message& message : world.thread(demo, contact_number(n)))
            ++(message.incomplete ? flagged : whole);
    }
    EXPECT_EQ(early, whole) << "what lacks a part waits for it";
    EXPECT_GT(flagged, 5u);
    EXPECT_GT(whole, 0u);
    world.finish();
}

/// Bounded by number, and the oldest give way.
TEST(Complaint, R16_ReceiptsOfStrangersDoNotFillTheMemory) {
    Plan plan = Plan::quiet();
    plan.until_forgotten = true;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 120'000; n += 1'000) {
        tell_of_a_stranger(world, n, 1'000);
        world.pass(milliseconds(50));
    }
    world.pass(seconds(1));
    EXPECT_LE(world.early_receipts(), Inbound::early_receipts_max);
    EXPECT_GT(world.early_receipts(), 90'000u);
    world.send(to(anna, 1));
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 1u);
    EXPECT_EQ(world.early_receipts(), 0u);
}

}  // namespace
}  // namespace parley::simulation
