// The ready scenarios of parley-sim against the engine, in virtual time: each shows what its
// comment says, and the engine looks as it says. finish() looks at everything that the checkers
// know.

#include "tests/simulation/texts.h"
#include "tests/simulation/world.h"
#include "tools/carrier_sim/scenario/read.h"
#include "tools/carrier_sim/scenario/timeline.h"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

namespace parley::simulation {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using storage::Status;

carrier_sim::Scenario ready(const std::string& name) {
    auto loaded = carrier_sim::load_scenario(name);
    for (const auto& complaint : loaded.complaints)
        ADD_FAILURE() << config::to_text(complaint);
    return loaded.scenario.value_or(carrier_sim::Scenario());
}

constexpr std::uint32_t people = 40;

/// One carrier that behaves as the scenario says, and an engine with patience.
Plan plan_of(const carrier_sim::Scenario& scenario) {
    Plan plan = Plan::quiet();
    CarrierPlan& carrier = plan.carriers[0];
    carrier.behaviour = scenario.carriers.at(0).behaviour;
    carrier.behaviour.deliver_timeout = seconds(3);
    carrier.engine.window = 20;
    plan.contacts = people + 1;
    carrier.engine.response_timeout = seconds(15);
    // Whoever writes in a burst.
    for (const auto& step : scenario.timeline) {
        for (const auto& order : step.orders) {
            const auto* burst = std::get_if<carrier_sim::MoBurst>(&order.deed);
            for (std::uint64_t n = 0; burst != nullptr && n < burst->count; ++n)
                plan.strangers.push_back(carrier_sim::handset_number(burst->from_prefix, n));
        }
    }
    return plan;
}

class Day {
public:
    Day(const carrier_sim::Scenario& scenario, const Plan& plan)
        : world(plan),
          timeline_(scenario, {{"acme", &world.carrier("acme"), &bursts_}}, world.now().at) {
        world.boot();
        tick();
    }

    /// So many messages, evenly over the time, to so many people; then all that is left.
    void live(std::uint64_t messages, Duration time, std::uint64_t contacts = people) {
        for (std::uint64_t n = 0; n < messages; ++n) {
            Order order;
            order.from = brand_number(1000);
            order.to = contact_number(1 + n % contacts);
            order.text = marker(n + 1) + " is it ready?";
            order.validity = hours(2);
            world.send(order);
            world.pass(time / static_cast<Duration::rep>(messages));
        }
        world.finish();
    }

    std::map<Status, std::size_t> endings() {
        std::map<Status, std::size_t> all;
        for (const storage::MessageId id : world.accepted()) {
            const auto message = world.find(id);
            ++all[message ? message->status : Status::accepted];
        }
        return all;
    }
    const carrier_sim::Books& books() { return world.carrier("acme").books(); }
    /// Submits taken that had been taken before.
    std::size_t sent_twice() {
        std::set<std::string> texts;
        std::size_t twice = 0;
        for (const auto& record : books().submits) {
            if (record.status != smpp::Status::ESME_ROK) continue;
            const std::string text = record.destination + record.text();
            const bool ours = text.find("is it ready?") != std::string::npos;
            if (ours && !texts.insert(text).second) ++twice;
        }
        return twice;
    }

    World world;

private:
    void tick() {
        timeline_.run(world.now());
        bursts_.run(world.now(), world.carrier("acme"));
        world.serve_carriers();
        auto next = timeline_.next_deadline();
        if (!bursts_.running().empty()) {
            const Instant soon = world.now().at + milliseconds(5);
            next = std::min(next.value_or(soon), soon);
        }
        if (next) world.at(*next - world.now().at, [this] { tick(); });
    }

    carrier_sim::MoBursts bursts_;
    carrier_sim::Timeline timeline_;
};

TEST(ReadyScenario, CalmDeliversEverythingAndTriesNothingTwice) {
    const auto scenario = ready("calm");
    Day day(scenario, plan_of(scenario));
    day.live(600, minutes(2));
    EXPECT_EQ(day.endings()[Status::delivered], 600u);
    EXPECT_EQ(day.books().counts.binds, 2u);
    EXPECT_EQ(day.sent_twice(), 0u);
    EXPECT_GT(day.books().counts.mo_acked, 50u) << "people answer";
}

TEST(ReadyScenario, BlackFridayKeepsTheRateAndRespectsEveryStop) {
    const auto scenario = ready("black-friday");
    Plan plan = plan_of(scenario);
    plan.carriers[0].engine.throughput = 500;
    plan.carriers[0].engine.window = 100;
    plan.contacts = 2'001;
    Day day(scenario, plan);
    day.live(3'000, minutes(3), 2'000);
    const auto& counts = day.books().counts;
    EXPECT_LE(counts.busiest_second, 600u);
    EXPECT_EQ(counts.mo_made, counts.mo_acked);
    EXPECT_GT(day.books().stops.size(), 300u);
    for (const auto& stop : day.books().stops) {
        EXPECT_TRUE(stop.acked);
        EXPECT_LE(stop.submits_after, 1u) << "the confirmation and no more";
    }
    EXPECT_EQ(day.sent_twice(), 0u);
}

TEST(ReadyScenario, FlakyLinkComesBackEveryTimeAndNothingIsSentTwice) {
    const auto scenario = ready("flaky-link");
    Day day(scenario, plan_of(scenario));
    day.live(900, minutes(5));
    const auto& counts = day.books().counts;
    EXPECT_GT(counts.sessions_ended, 20u);
    EXPECT_GT(counts.binds, 20u);
    EXPECT_GT(counts.binds_refused, 0u);
    EXPECT_GT(counts.nacked, 0u) << "the unknown command was answered";
    EXPECT_EQ(day.sent_twice(), 0u);
    EXPECT_GT(day.endings()[Status::delivered], 870u);
}

TEST(ReadyScenario, ThrottledDelaysMessagesAndLosesNone) {
    const auto scenario = ready("throttled");
    Plan plan = plan_of(scenario);
    plan.contacts = 2'001;
    Day day(scenario, plan);
    day.live(5'250, seconds(70), 2'000);  // 75/s against 50/s for a while
    EXPECT_GT(day.books().counts.throttled, 0u);
    EXPECT_EQ(day.endings()[Status::delivered], 5'250u);
    EXPECT_EQ(day.sent_twice(), 0u);
}

TEST(ReadyScenario, LateReceiptsFindTheirMessages) {
    const auto scenario = ready("late-receipts");
    Plan plan = plan_of(scenario);
    plan.carriers[0].engine.receipt_timeout = hours(80);
    plan.calm = hours(90);
    plan.carriers[0].engine.enquire_link_every = minutes(5);
    Day day(scenario, plan);
    day.live(700, minutes(6));
    auto endings = day.endings();
    const auto& counts = day.books().counts;
    EXPECT_EQ(endings[Status::unknown], counts.receipts_missing);
    EXPECT_EQ(endings[Status::delivered] + endings[Status::undelivered] + endings[Status::expired] +
                  endings[Status::unknown],
              700u);
    EXPECT_GT(endings[Status::undelivered], 10u);
    EXPECT_GT(counts.receipts_acked, 700u) << "some came twice";
}

TEST(ReadyScenario, HexIdsNeedTheirDialect) {
    const auto scenario = ready("hex-ids");
    Plan plan = plan_of(scenario);
    plan.carriers[0].engine.dialect.message_id.base = config::IdBase::hex_to_decimal;
    Day day(scenario, plan);
    day.live(200, minutes(1));
    EXPECT_EQ(day.endings()[Status::delivered], 200u);
    EXPECT_EQ(day.books().submits.at(0).message_id, "9AF8DA00");
}

TEST(ReadyScenario, BadDayEndsWithBooksThatAgree) {
    const auto scenario = ready("bad-day");
    Plan plan = plan_of(scenario);
    plan.contacts = 301;
    Day day(scenario, plan);
    day.live(9'000, minutes(15), 300);
    auto endings = day.endings();
    const auto& counts = day.books().counts;
    EXPECT_GT(counts.throttled, 0u);
    EXPECT_GT(counts.binds_refused, 0u);
    EXPECT_GT(counts.receipts_missing, 50u);
    EXPECT_GT(counts.responses_lost, 0u);
    EXPECT_EQ(counts.mo_made, counts.mo_acked);
    EXPECT_GE(counts.sessions_ended, 2u) << "left half open";
    EXPECT_EQ(day.sent_twice(), 0u);
    std::size_t final_ones = 0;
    for (const auto& [status, count] : endings) {
        if (storage::is_final(status)) final_ones += count;
    }
    EXPECT_EQ(final_ones, day.world.accepted().size());
    EXPECT_GT(endings[Status::delivered], 8'000u);
    for (const auto& stop : day.books().stops)
        EXPECT_LE(stop.submits_after, 1u);
}

}  // namespace
}  // namespace parley::simulation
