// What single senders, campaigns and brands may send, against simulated carriers in virtual time.

#include "tests/simulation/orders.h"

#include <map>

#include <gtest/gtest.h>

namespace parley::simulation {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using storage::MessageClass;
using storage::Status;

TEST(LimitsInTheEngine, SendersAndAccountsOfOneCampaignShareIt) {
    Plan plan = Plan::quiet();
    plan.contacts = 3000;
    plan.brands = {{.id = "demo", .senders = {}}, {.id = "loud", .senders = {}}};
    for (std::uint64_t n = 0; n < 5; ++n) {
        plan.brands[0].senders.push_back(brand_number(1000 + n));
        plan.brands[1].senders.push_back(brand_number(2000 + n));
    }
    plan.weights = {{"demo", 3}};
    plan.carriers[0].engine.limits = {{.name = "campaign", .rate = 5, .burst = 1}};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    std::uint64_t number = 0;
    for (std::uint64_t n = 0; n < 100; ++n) {
        for (std::uint64_t sender = 0; sender < 5; ++sender) {
            ++number;
            world.send(order_to(number, number, brand_number(2000 + sender)));
            ++number;
            world.send(order_to(number, number, brand_number(1000 + sender)));
        }
    }
    world.pass(seconds(80));
    std::map<std::uint64_t, std::size_t> of_brand;
    for (const std::uint64_t brand : {1000u, 2000u}) {
        std::size_t least = 10'000;
        std::size_t most = 0;
        for (std::uint64_t sender = 0; sender < 5; ++sender) {
            const std::size_t taken = taken_from(world, brand_number(brand + sender));
            least = std::min(least, taken);
            most = std::max(most, taken);
            of_brand[brand] += taken;
        }
        EXPECT_LE(most - least, 2u) << "no number waits for another's backlog, " << brand;
    }
    EXPECT_NEAR(static_cast<double>(of_brand[1000]), 300, 25);
    EXPECT_NEAR(static_cast<double>(of_brand[2000]), 100, 25);
    world.pass(minutes(10));
    world.finish();
}

TEST(LimitsInTheEngine, MidnightDoesNotCutALongTextInTwo) {
    Plan plan = Plan::quiet();
    plan.calm = hours(72);
    plan.carriers[0].engine.limits = {
        {.name = "daily", .rate = 10, .burst = 1, .per_day = 10, .reserve = 0}};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    Order first = order_to(1, 1);
    first.text += filler(20);  // three parts
    first.validity = hours(70);
    Order second = order_to(2, 2);
    second.text += filler(20);
    second.validity = hours(70);
    for (std::uint64_t n = 0; n < 6; ++n)
        world.send(order_to(100 + n, 100 + n));
    world.pass(seconds(5));
    world.send(first);
    world.pass(milliseconds(30));
    // While its parts go one by one others come, and there is only one more left of the day.
    for (std::uint64_t n = 0; n < 3; ++n) {
        Order other = order_to(200 + n, 200 + n);
        other.validity = hours(70);
        world.send(other);
    }
    world.send(second);
    world.pass(seconds(20));
    const auto newest = [&](std::uint64_t contact) {
        return world.thread(brand_number(1000), contact_number(contact)).front();
    };
    ASSERT_EQ(newest(1).segments.size(), 3u);
    EXPECT_EQ(newest(1).status, Status::delivered);
    EXPECT_EQ(newest(2).status, Status::queued);
    for (const storage::Segment& segment : newest(2).segments)
        EXPECT_EQ(segment.phase, storage::Phase::waiting);
    EXPECT_EQ(world.submits(), 10u) << "the day is used to the last of it";
    world.pass(hours(24));
    EXPECT_EQ(newest(2).status, Status::delivered);
    world.finish();
}

TEST(LimitsInTheEngine, AMorningOfBulkLeavesRoomForAnswers) {
    Plan plan = Plan::quiet();
    plan.contacts = 400;
    plan.calm = hours(72);
    plan.carriers[0].engine.limits = {
        {.name = "daily", .brand = "demo", .per_day = 100, .reserve = 10}};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 300; ++n) {
        Order bulk = order_to(n, n + 1);
        bulk.message_class = n % 2 == 0 ? MessageClass::promotional : MessageClass::informational;
        world.send(bulk);
    }
    world.pass(minutes(2));
    EXPECT_EQ(world.submits(), 90u);
    world.say("acme", contact_number(1), brand_number(1000), "STOP");
    world.send(order_to(399, 1000));
    world.pass(seconds(5));
    const auto newest = [&](std::uint64_t contact) {
        return world.thread(brand_number(1000), contact_number(contact)).front();
    };
    EXPECT_EQ(newest(399).status, Status::delivered);
    EXPECT_TRUE(newest(1).text.starts_with(opt_out_confirmation));
    EXPECT_EQ(newest(1).status, Status::delivered);
    EXPECT_EQ(world.submits(), 92u);
    world.finish();
}

TEST(LimitsInTheEngine, ATextThatTheCarrierCutsCountsAsWhatItMakesOfIt) {
    Plan plan = Plan::quiet();
    config::Carrier& carrier = plan.carriers[0].engine;
    carrier.dialect.segmentation = config::Segmentation::payload;
    carrier.limits = {{.name = "daily", .per_day = 10, .reserve = 0}};
    carrier.throughput = 2;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 4; ++n) {
        Order order = order_to(n, n + 1);
        order.text += filler(20);  // three segments, in one submit_sm
        world.send(order);
    }
    world.pass(milliseconds(2500));
    EXPECT_EQ(world.submits(), 2u) << "three tokens each";
    world.pass(minutes(2));
    EXPECT_EQ(world.submits(), 3u) << "a fourth would be twelve of ten";
    const auto message = world.find(world.accepted().front());
    ASSERT_EQ(message->segments.size(), 1u);
    EXPECT_EQ(message->cut_by_carrier, 3u);
    world.pass(hours(3));
    world.finish();
}

TEST(LimitsInTheEngine, ASenderGivenToAnotherBrandWhileItRunsHasThatOnesLimits) {
    Plan plan = Plan::quiet();
    plan.contacts = 200;
    plan.brands = {{.id = "demo", .senders = {brand_number(1000)}},
                   {.id = "club", .senders = {brand_number(2000)}}};
    plan.carriers[0].engine.limits = {
        {.name = "club", .brand = "club", .per_day = 5, .reserve = 0}};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 10; ++n)
        world.send(order_to(n, n + 1));
    world.pass(seconds(5));
    EXPECT_EQ(taken_from(world, brand_number(1000)), 10u);
    world.reload([](Plan& other) {
        other.brands[0].senders = {brand_number(1001)};
        other.brands[1].senders = {brand_number(2000), brand_number(1000)};
    });
    world.pass(seconds(5));
    for (std::uint64_t n = 0; n < 10; ++n)
        world.send(order_to(100 + n, 100 + n));
    world.pass(seconds(5));
    EXPECT_EQ(taken_from(world, brand_number(1000)), 15u);
    world.pass(hours(3));
    world.finish();
}

/// Several senders write to one handset.
TEST(LimitsInTheEngine, AFullHandsetIsTriedByOneMessageWhileTheOthersWait) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.retry_max = minutes(2);
    plan.brands[0].senders.clear();
    for (std::uint64_t n = 0; n < 10; ++n)
        plan.brands[0].senders.push_back(brand_number(1000 + n));
    plan.carriers[0].behaviour.refusals = {{contact_number(1), smpp::Status::ESME_RMSGQFUL, 1.0}};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(order_to(1, 1, brand_number(1000)));
    world.pass(seconds(1));
    const std::uint64_t before = world.carrier("acme").books().counts.submits;
    for (std::uint64_t n = 1; n < 10; ++n)
        world.send(order_to(1, 1 + n, brand_number(1000 + n)));
    world.send(order_to(2, 20));
    world.pass(minutes(10));
    const carrier_sim::Counts& counts = world.carrier("acme").books().counts;
    EXPECT_EQ(counts.accepted, 1u) << "others go on";
    EXPECT_LT(counts.submits - before, 40u) << "one tries, and ever more seldom";
    change(world, [](carrier_sim::Settings& settings) { settings.refusals.clear(); });
    world.pass(minutes(5));
    EXPECT_EQ(counts.accepted, 11u);
    world.finish();
}

}  // namespace
}  // namespace parley::simulation
