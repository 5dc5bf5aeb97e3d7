// What becomes of a message once it is on its way: what is given back of a limit, who is asked when
// a receipt stays away, what is canceled or replaced, when nobody tries any more.

#include "protocol/smpp/codec.h"
#include "tests/simulation/texts.h"
#include "tests/simulation/world.h"

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

namespace parley::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using storage::Status;

const std::string demo = brand_number(1000);
const std::string anna = contact_number(1);

Order to(const std::string& contact, std::uint64_t n, const std::string& more = " hello") {
    Order order;
    order.to = contact;
    order.text = marker(n) + more;
    return order;
}

storage::Message message_of(World& world, std::size_t n) {
    return world.find(world.accepted().at(n)).value();
}
Status status_of(World& world, std::size_t n) {
    return message_of(world, n).status;
}

void change(World& world, const std::function<void(carrier_sim::Settings&)>& how) {
    carrier_sim::Settings settings = world.carrier("acme").settings();
    how(settings);
    world.carrier("acme").change(settings);
}

// ---- Limits
// --------------------------------------------------------------------------------------

/// Slow commits, so that much happens between an intent and the moment at which it is on disk.
Plan ten_a_day(std::uint64_t seed) {
    Plan plan = Plan::quiet();
    plan.seed = seed;
    plan.contacts = 30;
    plan.slow_commits = 1;
    plan.carriers[0].engine.limits = {{.name = "daily", .brand = "demo", .per_day = 10}};
    return plan;
}

TEST(Delivery, WhatTheGateStopsAtTheWindowSpendsNothingOfADailyLimit) {
    std::size_t stopped = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        World world(ten_a_day(seed));
        world.boot();
        world.pass(seconds(1));
        for (std::uint64_t n = 0; n < 10; ++n)
            world.send(to(contact_number(n), n + 1));
        while (world.accepted().size() < 10)
            world.pass(milliseconds(1));
        world.pass(milliseconds(1));
        for (std::uint64_t n = 0; n < 5; ++n)
            world.suppress("brand:demo", contact_number(n));
        world.pass(seconds(3));
        std::size_t blocked = 0;
        for (std::size_t n = 0; n < 10; ++n)
            blocked += message_of(world, n).reason == "suppressed" ? 1 : 0;
        for (std::size_t n = 0; n < blocked; ++n)
            world.send(to(contact_number(10 + n), 100 + n));
        world.pass(seconds(5));
        for (std::size_t n = 10; n < world.accepted().size(); ++n)
            EXPECT_EQ(status_of(world, n), Status::delivered) << "seed " << seed;
        EXPECT_EQ(world.submits(), 10u) << "the whole of the day's limit";
        stopped += blocked;
        world.finish();
    }
    EXPECT_GT(stopped, 5u);
}

TEST(Delivery, AnIntentThatIsTakenBackUnwrittenSpendsNothingOfADailyLimit) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        World world(ten_a_day(seed));
        world.boot();
        world.pass(seconds(1));
        for (std::uint64_t n = 0; n < 10; ++n)
            world.send(to(contact_number(n), n + 1));
        while (world.accepted().size() < 10)
            world.pass(milliseconds(1));
        world.take_away("acme", seconds(2));
        world.pass(minutes(1));
        for (std::size_t n = 0; n < 10; ++n)
            EXPECT_EQ(status_of(world, n), Status::delivered) << "seed " << seed;
        world.finish();
    }
}

// ---- Another carrier
// -----------------------------------------------------------------------------

TEST(Delivery, WhatComesBackAfterSomebodyCanceledStillFindsTheNextCarrier) {
    Plan plan = Plan::quiet();
    plan.add_carrier("beta");
    plan.routes = {{"+", {"acme", "beta"}}, {contact_number(1), {"acme"}}};
    plan.carriers[0].engine.retry_min = plan.carriers[0].engine.retry_max = seconds(20);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.carrier("acme").refuse_submits(smpp::Status::ESME_RSYSERR);
    world.send(to(contact_number(2), 1));
    world.pass(seconds(1));
    world.take_away("acme", minutes(5));
    world.pass(milliseconds(100));
    world.send(to(contact_number(1), 2));
    world.pass(seconds(4));  // it has no other carrier, and is left behind
    world.cancel(world.accepted().at(1));
    world.pass(minutes(1));
    EXPECT_EQ(status_of(world, 0), Status::delivered);
    EXPECT_EQ(message_of(world, 0).carrier, "beta");
    world.finish();
}

// ---- Receipts beside a doubt
// ---------------------------------------------------------------------

/// The first message's receipt comes late; the second's answer and receipt are lost.
void one_waits_and_one_is_in_doubt(World& world) {
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(seconds(1));
    change(world, [](carrier_sim::Settings& carrier) {
        carrier.response_lost_chance = 1;
        carrier.receipt_missing_chance = 1;
    });
    world.send(to(anna, 2));
    world.pass(seconds(4));
}

TEST(Delivery, AReceiptInAnotherFormOfIdsSettlesNoDoubtBesideItsOwnMessage) {
    using carrier_sim::IdForm;
    const std::pair<IdForm, IdForm> forms[] = {{IdForm::hex, IdForm::decimal},
                                               {IdForm::decimal, IdForm::hex},
                                               {IdForm::padded, IdForm::decimal},
                                               {IdForm::hex, IdForm::hex_lower}};
    for (const auto& [response, receipt] : forms) {
        Plan plan = Plan::quiet();
        plan.carriers[0].engine.uncertain_hold = minutes(1);
        carrier_sim::Settings& carrier = plan.carriers[0].behaviour;
        carrier.first_id = 175'000'010;  // letters in hexadecimal, zeros in front in ten digits
        carrier.id_in_response = response;
        carrier.id_in_receipt_text = receipt;
        carrier.receipt_delay = {seconds(10), seconds(10)};
        World world(plan);
        one_waits_and_one_is_in_doubt(world);
        world.pass(seconds(20));
        EXPECT_EQ(status_of(world, 1), Status::sending) << "that was the other one's";
        world.pass(minutes(2));
        EXPECT_EQ(status_of(world, 1), Status::unknown);
    }
}

void deliver_receipt(World& world, const std::string& id) {
    smpp::DeliverSm pdu;
    pdu.esm_class = 0x04;
    pdu.source_addr_ton = pdu.dest_addr_ton = 1;
    pdu.source_addr = std::string_view(anna).substr(1);
    pdu.destination_addr = std::string_view(demo).substr(1);
    const std::string text = "id:" + id + " stat:DELIVRD err:000";
    pdu.short_message = text;
    std::string octets;
    encode(octets, pdu, 7'777'777);
    world.carrier("acme").inject(world.carrier("acme").sessions().front(), octets);
    world.serve_carriers();
}

TEST(Delivery, AReceiptOfNoKnownFormSettlesADoubtOnlyWhereIdsHaveProvedRight) {
    for (const bool proved : {false, true}) {
        Plan plan = Plan::quiet();
        plan.carriers[0].engine.uncertain_hold = minutes(1);
        plan.carriers[0].behaviour.receipt_delay = {milliseconds(100), milliseconds(100)};
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        if (proved) world.send(to(contact_number(7), 9));
        world.pass(seconds(1));
        change(world, [](carrier_sim::Settings& carrier) {
            carrier.receipt_delay = {minutes(10), minutes(10)};
        });
        world.send(to(anna, 1));
        world.pass(seconds(1));
        change(world, [](carrier_sim::Settings& carrier) { carrier.response_lost_chance = 1; });
        world.send(to(anna, 2));
        world.pass(seconds(4));
        deliver_receipt(world, "nobody-knows");
        world.pass(seconds(2));
        const auto last = world.accepted().size() - 1;
        EXPECT_EQ(status_of(world, last), proved ? Status::delivered : Status::sending);
    }
}

}  // namespace
}  // namespace parley::simulation
