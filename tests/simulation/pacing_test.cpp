// Rates, limits and whose turn it is, against simulated carriers in virtual time.

#include "tests/simulation/orders.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace parley::simulation {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using storage::Status;

std::optional<storage::Message> newest(World& world, std::uint64_t contact) {
    const auto thread = world.thread(brand_number(1000), contact_number(contact));
    if (thread.empty()) return std::nullopt;
    return thread.front();
}

/// Messages of this sender with this status.
std::size_t count(World& world, const std::string& from, Status status) {
    return static_cast<std::size_t>(
        std::ranges::count_if(world.accepted(), [&](storage::MessageId id) {
            const auto message = world.find(id);
            return message && message->from == from && message->status == status;
        }));
}

/// What a crash at any moment leaves uncertain, and how many went before it, on a disk whose every
/// commit takes long.
struct OnASlowDisk {
    std::size_t uncertain = 0;
    std::uint64_t submits = 0;
};
OnASlowDisk crash_on_a_slow_disk(std::uint32_t uncertain_max) {
    Plan plan = Plan::quiet();
    plan.slow_commits = 1;
    plan.contacts = 500;
    plan.carriers[0].engine.links = 1;
    plan.carriers[0].engine.window = 4;
    plan.carriers[0].engine.uncertain_max = uncertain_max;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 400; ++n)
        world.send(order_to(n, n + 1));
    world.pass(seconds(5));
    const OnASlowDisk seen{0, world.submits()};
    world.crash();
    const std::size_t uncertain = world.uncertain_at_boot();
    world.finish();
    EXPECT_LE(world.submits(), 400u) << "nothing was sent twice";
    return {uncertain, seen.submits};
}

TEST(Pacing, ASlowDiskLeavesNoMoreUncertainThanWasAllowedAndMoreKeepsTheWindowFull) {
    const OnASlowDisk by_windows = crash_on_a_slow_disk(0);
    const OnASlowDisk many = crash_on_a_slow_disk(40);
    EXPECT_LE(by_windows.uncertain, 4u);
    EXPECT_LE(many.uncertain, 40u);
    EXPECT_GT(many.submits, 3 * by_windows.submits);
}

/// peers.md §3.12: the queue of one destination is full, and the others go on.
TEST(Pacing, AFullDestinationRestsAloneAndSpendsNoRetry) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.retry_max = minutes(10);
    plan.carriers[0].behaviour.refusals = {{contact_number(1), smpp::Status::ESME_RMSGQFUL, 1.0}};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(order_to(1, 1));
    for (std::uint64_t n = 2; n <= 40; ++n)
        world.send(order_to(n, n));
    world.pass(seconds(3));
    EXPECT_EQ(world.carrier("acme").books().counts.accepted, 39u);
    world.pass(minutes(30));
    EXPECT_LT(world.carrier("acme").books().counts.submits, 39u + 60u) << "tried ever more seldom";
    const auto waiting = newest(world, 1);
    ASSERT_TRUE(waiting);
    EXPECT_FALSE(storage::is_final(waiting->status));
    EXPECT_EQ(waiting->segments[0].attempts, 0);
    change(world, [](carrier_sim::Settings& settings) { settings.refusals.clear(); });
    world.pass(minutes(10));
    EXPECT_EQ(newest(world, 1)->status, Status::delivered);
    world.finish();
}

TEST(Pacing, APausedLinkRestsWhileTheOtherCarriesOn) {
    Plan plan = Plan::quiet();
    config::Carrier& carrier = plan.carriers[0].engine;
    carrier.links = 2;
    carrier.dialect.statuses.push_back(
        {.status = {static_cast<std::uint32_t>(smpp::Status::ESME_RTHROTTLED)},
         .reaction = config::Reaction::pause_link,
         .wait = seconds(60)});
    plan.carriers[0].behaviour.throttle_chance = 1.0;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(order_to(1, 1));
    world.pass(milliseconds(200));
    // Both links have said it once, and rest.
    EXPECT_EQ(world.carrier("acme").books().counts.submits, 2u);
    change(world, [](carrier_sim::Settings& settings) { settings.throttle_chance = 0; });
    world.pass(seconds(50));
    EXPECT_EQ(world.carrier("acme").books().counts.submits, 2u);
    world.pass(seconds(20));
    EXPECT_EQ(newest(world, 1)->status, Status::delivered);
    world.finish();
}

TEST(Pacing, NoAccountStarvesAnotherAndWeightsShareTheCarrier) {
    Plan plan = Plan::quiet();
    plan.contacts = 3000;
    plan.brands = {{.id = "demo", .senders = {brand_number(1000)}},
                   {.id = "loud", .senders = {brand_number(2000)}}};
    plan.weights = {{"demo", 3}};
    plan.carriers[0].engine.throughput = 40;
    plan.carriers[0].behaviour.keep_books = true;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 1000; ++n)
        world.send(order_to(n, n + 1, brand_number(2000)));
    world.pass(seconds(2));
    for (std::uint64_t n = 0; n < 300; ++n)
        world.send(order_to(1000 + n, 2000 + n));
    const auto taken = [&](const std::string& sender) { return taken_from(world, sender); };
    const auto loud_before = taken(brand_number(2000));
    world.pass(seconds(8));
    const auto quiet = static_cast<double>(taken(brand_number(1000)));
    const auto loud = static_cast<double>(taken(brand_number(2000)) - loud_before);
    EXPECT_GT(quiet, 200);
    EXPECT_NEAR(quiet / loud, 3, 0.4);
    world.finish();
}

TEST(Pacing, ASenderAtItsLimitRestsAndNobodyWaitsBehindIt) {
    Plan plan = Plan::quiet();
    plan.contacts = 200;
    plan.brands[0].senders = {brand_number(1000), brand_number(1001)};
    plan.carriers[0].engine.limits = {{.name = "slow", .senders = {brand_number(1000)}, .rate = 2}};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 30; ++n)
        world.send(order_to(n, n + 1));
    for (std::uint64_t n = 0; n < 30; ++n)
        world.send(order_to(100 + n, 100 + n, brand_number(1001)));
    world.pass(seconds(2));
    const std::size_t slow = count(world, brand_number(1000), Status::delivered);
    EXPECT_EQ(count(world, brand_number(1001), Status::delivered), 30u);
    EXPECT_GE(slow, 4u);
    EXPECT_LE(slow, 6u);
    world.pass(seconds(20));
    world.finish();
}

TEST(Pacing, ADailyLimitIsNeverExceededWhateverCrashesAndGoesOnAtMidnight) {
    Plan plan = Plan::quiet();
    plan.contacts = 200;
    plan.calm = hours(72);
    plan.carriers[0].engine.limits = {
        {.name = "daily", .brand = "demo", .per_day = 20, .time_zone = "America/Los_Angeles"}};
    plan.carriers[0].engine.on_uncertain = config::OnUncertain::hold;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 50; ++n) {
        Order order = order_to(n, n + 1);
        order.validity = hours(70);
        world.send(order);
        if (n % 7 == 3) world.crash();
        world.pass(seconds(4));
    }
    EXPECT_LE(world.carrier("acme").books().counts.submits, 20u);
    EXPECT_GE(world.carrier("acme").books().counts.submits, 15u) << "a crash may cost some";
    world.pass(hours(24));
    EXPECT_LE(world.carrier("acme").books().counts.submits, 40u);
    EXPECT_GE(world.carrier("acme").books().counts.submits, 30u);
    world.finish();
}

}  // namespace
}  // namespace parley::simulation
