// What becomes of a message once it is on its way: what is given back of a limit, whose a receipt
// is, when nobody tries any more.

#include "protocol/smpp/codec.h"
#include "tests/simulation/deliveries.h"

#include <algorithm>
#include <utility>

#include <gtest/gtest.h>

namespace parley::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using storage::Status;

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

// ---- Another form of ids after a restart
// -----------------------------------------------------------------

TEST(Delivery, AMessageOnDiskIsFoundUnderTheFormOfIdsThatARestartBrings) {
    Plan plan = Plan::quiet();
    carrier_sim::Settings& carrier = plan.carriers[0].behaviour;
    carrier.id_in_response = carrier_sim::IdForm::hex;
    carrier.first_id = 0xAAAAAAA0;
    carrier.receipt_delay = {minutes(1), minutes(1)};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 5; ++n)
        world.send(to(contact_number(n), n, n == 3 ? filler(20) : " hello"));
    world.pass(seconds(20));
    EXPECT_EQ(world.live_octets(), 0) << "they wait on disk";
    world.configure("acme").dialect.message_id.base = config::IdBase::hex_to_decimal;
    world.crash();
    world.pass(minutes(2));
    for (std::size_t n = 0; n < 5; ++n)
        EXPECT_EQ(status_of(world, n), Status::delivered);
    world.finish();
}

// ---- Receipts
// ------------------------------------------------------------------------------------

/// peers.md §3.2, also while the process dies between receipt and response.
TEST(Delivery, AReceiptBeforeItsResponseIsJoinedWhenThatComes) {
    Plan plan = Plan::quiet();
    carrier_sim::Settings& carrier = plan.carriers[0].behaviour;
    carrier.response_delay = {seconds(1), seconds(1)};
    carrier.receipt_before_response_chance = 1;
    carrier.receipt_lead = {milliseconds(900), milliseconds(900)};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 10; ++n)
        world.send(to(contact_number(n), n));
    world.pass(milliseconds(700));
    for (std::size_t n = 0; n < 10; ++n)
        EXPECT_EQ(status_of(world, n), Status::sending) << "held, and thanked for";
    world.pass(seconds(1));
    for (std::size_t n = 0; n < 10; ++n)
        EXPECT_EQ(status_of(world, n), Status::delivered);
    world.finish();
}

/// peers.md §3.3: the carrier and the id name the message, never the session.
TEST(Delivery, AReceiptOnAnotherLinkThanItsSubmitFindsItsMessage) {
    for (const auto bind :
         {config::BindMode::transceiver, config::BindMode::transmitter_receiver}) {
        Plan plan = Plan::quiet();
        plan.shards = 3;
        plan.carriers[0].engine.bind = bind;
        plan.carriers[0].behaviour.receipt_other_session_chance = 1;
        plan.carriers[0].behaviour.receipt_delay = {seconds(2), seconds(2)};
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        for (std::uint64_t n = 1; n <= 20; ++n)
            world.send(to(contact_number(n % 7), n));
        world.pass(seconds(10));
        for (const carrier_sim::ReceiptRecord& receipt : world.carrier("acme").books().receipts) {
            EXPECT_NE(receipt.session,
                      world.carrier("acme").books().submits[receipt.submit].session);
        }
        for (std::size_t n = 0; n < 20; ++n)
            EXPECT_EQ(status_of(world, n), Status::delivered);
        world.finish();
    }
}

/// peers.md §3.4: every part has an id of its own, and the message ends when all of them have.
TEST(Delivery, EachPartOfALongMessageHasItsReceiptAndTheWorstOneCounts) {
    Plan plan = Plan::quiet();
    plan.carriers[0].behaviour.receipt_delay = {seconds(1), seconds(30)};
    plan.carriers[0].behaviour.receipt_states = {{text::MessageState::delivered, 4},
                                                 {text::MessageState::undeliverable, 1}};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 20; ++n)
        world.send(to(contact_number(n % 10), n, filler(20)));
    world.pass(seconds(8));
    world.crash();  // some parts have theirs
    world.pass(minutes(2));
    std::size_t partly = 0;
    for (std::size_t n = 0; n < 20; ++n) {
        const storage::Message message = message_of(world, n);
        const auto lost = std::ranges::count(message.segments, text::MessageState::undeliverable,
                                             &storage::Segment::state);
        for (const storage::Segment& segment : message.segments)
            EXPECT_EQ(segment.phase, storage::Phase::settled);
        EXPECT_EQ(message.status, lost == 0 ? Status::delivered : Status::undelivered);
        partly += lost != 0 && lost != 3 ? 1 : 0;
    }
    EXPECT_GT(partly, 3u);
    world.finish();
}

/// peers.md §3.5: what is not final forgets nothing, in memory or on disk.
TEST(Delivery, AReceiptThatIsNotFinalLeavesTheMessageWaitingForTheOneThatIs) {
    Plan plan = Plan::quiet();
    carrier_sim::Settings& carrier = plan.carriers[0].behaviour;
    carrier.receipt_delay = {seconds(1), minutes(4)};
    carrier.receipt_enroute_chance = 1;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 20; ++n)
        world.send(to(contact_number(n), n, n % 4 == 0 ? filler(20) : " hello"));
    bool seen = false;
    for (int step = 0; step < 30; ++step) {
        world.pass(seconds(10));
        for (std::size_t n = 0; n < 20; ++n) {
            const storage::Message message = message_of(world, n);
            const bool on_its_way =
                std::ranges::count(message.segments, text::MessageState::enroute,
                                   &storage::Segment::state) != 0;
            seen = seen || on_its_way;
            EXPECT_FALSE(on_its_way && storage::is_final(message.status));
        }
        if (step == 5) world.crash();
    }
    EXPECT_TRUE(seen);
    world.finish();
    for (std::size_t n = 0; n < 20; ++n)
        EXPECT_EQ(status_of(world, n), Status::delivered);
}

// ---- Retries
// -------------------------------------------------------------------------------------

/// peers.md §3.12: a refusal for now is tried again until its deadline, and no longer.
TEST(Delivery, AMessageThatIsStillRefusedAtTheDeadlineFailsAndSaysSo) {
    Plan plan = Plan::quiet();
    config::Carrier& carrier = plan.carriers[0].engine;
    carrier.attempts_max = 255;
    carrier.retry_deadline = seconds(30);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.carrier("acme").refuse_submits(smpp::Status::ESME_RSYSERR);
    Order usual = to(anna, 1);
    usual.validity = seconds(0);  // the default
    Order its_own = to(contact_number(2), 2);
    its_own.validity = minutes(2);
    Order brief = to(contact_number(3), 3);
    brief.validity = seconds(10);
    for (const Order& order : {usual, its_own, brief}) {
        const std::size_t before = world.accepted().size();
        world.send(order);
        while (world.accepted().size() == before)
            world.pass(milliseconds(1));
    }
    world.pass(seconds(12));
    EXPECT_EQ(status_of(world, 2), Status::expired) << "its own validity, to the second";
    EXPECT_EQ(message_of(world, 2).reason, "validity_passed");
    world.pass(seconds(16));
    EXPECT_FALSE(storage::is_final(status_of(world, 0)));
    world.pass(seconds(5));
    EXPECT_EQ(status_of(world, 0), Status::failed);
    EXPECT_EQ(message_of(world, 0).reason, "retry_deadline");
    EXPECT_TRUE(storage::is_dead_letter(status_of(world, 0)));
    EXPECT_FALSE(storage::is_final(status_of(world, 1))) << "its own validity counts";
    world.carrier("acme").refuse_submits(std::nullopt);
    world.pass(seconds(5));
    EXPECT_EQ(status_of(world, 1), Status::delivered);
    world.finish();
}

/// What its route says is nobody's wish.
TEST(Delivery, TheValidityOfARouteDoesNotSwitchOffTheDeadlineOfRetries) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.attempts_max = 255;
    plan.carriers[0].engine.retry_deadline = seconds(30);
    plan.routes[0].validity = minutes(2);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.carrier("acme").refuse_submits(smpp::Status::ESME_RSYSERR);
    Order usual = to(anna, 1);
    usual.validity = seconds(0);  // the route's
    Order its_own = to(contact_number(2), 2);
    its_own.validity = minutes(9);  // no more than the route's, but wished for
    for (const Order& order : {usual, its_own}) {
        const std::size_t before = world.accepted().size();
        world.send(order);
        while (world.accepted().size() == before)
            world.pass(milliseconds(1));
    }
    world.pass(seconds(20));
    world.crash();
    world.pass(seconds(20));
    EXPECT_EQ(status_of(world, 0), Status::failed);
    EXPECT_EQ(message_of(world, 0).reason, "retry_deadline");
    EXPECT_FALSE(storage::is_final(status_of(world, 1)));
    world.pass(minutes(2));
    EXPECT_EQ(status_of(world, 1), Status::expired);
    world.finish();
}

// ---- Validity
// ------------------------------------------------------------------------------------

Order valid_for(Duration validity, std::uint64_t contact, std::uint64_t n) {
    Order order = to(contact_number(contact), n);
    order.validity = validity;
    return order;
}

TEST(Delivery, AMessageBehindAnotherOfItsConversationExpiresToTheSecondAlsoAfterARestart) {
    for (const bool restart : {false, true}) {
        Plan plan = Plan::quiet();
        plan.shards = 3;
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        world.take_away("acme", std::chrono::hours(3));
        world.pass(milliseconds(200));
        const auto accept = [&](const Order& order) {
            const std::size_t before = world.accepted().size();
            world.send(order);
            while (world.accepted().size() == before)
                world.pass(milliseconds(1));
        };
        for (std::uint64_t contact = 1; contact <= 5; ++contact) {
            accept(valid_for(seconds(0), contact, contact * 10));
            accept(valid_for(minutes(1), contact, contact * 10 + 1));
            accept(valid_for(minutes(30), contact, contact * 10 + 2));
            accept(valid_for(minutes(1), contact, contact * 10 + 3));
        }
        world.change(world.accepted().at(1), marker(11) + " changed", minutes(2));
        world.pass(seconds(20));
        if (restart) world.crash();
        world.pass(seconds(38));
        for (std::size_t n = 0; n < 20; ++n)
            EXPECT_FALSE(storage::is_final(status_of(world, n))) << n;
        world.pass(seconds(3));
        for (std::size_t n = 0; n < 20; ++n) {
            const bool over = n % 2 == 1 && n != 1;
            EXPECT_EQ(status_of(world, n), over ? Status::expired : Status::queued) << n;
            EXPECT_EQ(message_of(world, n).reason, over ? "validity_passed" : "") << n;
        }
        world.pass(minutes(1) + seconds(20));
        EXPECT_EQ(status_of(world, 1), Status::expired) << "as changed";
        EXPECT_EQ(world.queue().shards.size(), 3u);
        std::size_t behind = 0;
        for (const auto& shard : world.queue().shards)
            behind += shard.behind;
        EXPECT_EQ(behind, 5u);
        world.finish();
        EXPECT_EQ(world.submits(), 10u);
    }
}

TEST(Delivery, WhatWaitsInADeepQueueExpiresNotMuchLater) {
    Plan plan = Plan::quiet();
    plan.shards = 1;
    plan.slow_commits = 0;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.take_away("acme", std::chrono::hours(3));
    world.pass(milliseconds(200));
    constexpr std::uint64_t count = 60'000;
    for (std::uint64_t n = 0; n < count; ++n) {
        Order order = to("+1557" + std::to_string(1'000'000 + n), n + 1);
        order.validity = seconds(20);
        world.send(order);
    }
    while (world.accepted().size() < count)
        world.pass(milliseconds(10));
    world.pass(seconds(18));
    EXPECT_EQ(world.queue().shards.at(0).live, count);
    world.pass(seconds(3));
    EXPECT_EQ(world.queue().shards.at(0).live, 0u);
}

/// peers.md §3.12: no retry budget spent.
TEST(Delivery, TooFastAndAFullQueueSpendNoAttemptWhateverTheDialectMakesOfThem) {
    for (const auto status : {smpp::Status::ESME_RTHROTTLED, smpp::Status::ESME_RMSGQFUL}) {
        Plan plan = Plan::quiet();
        config::Carrier& carrier = plan.carriers[0].engine;
        carrier.attempts_max = 1;
        carrier.dialect.statuses.push_back(
            {.status = {static_cast<std::uint32_t>(status)}, .reaction = config::Reaction::retry});
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        world.carrier("acme").refuse_submits(status);
        world.send(to(anna, 1));
        world.pass(seconds(10));
        EXPECT_FALSE(storage::is_final(status_of(world, 0)));
        world.carrier("acme").refuse_submits(std::nullopt);
        world.pass(seconds(5));
        EXPECT_EQ(status_of(world, 0), Status::delivered);
        EXPECT_EQ(message_of(world, 0).segments[0].attempts, 0);
        world.finish();
    }
}

}  // namespace
}  // namespace parley::simulation
