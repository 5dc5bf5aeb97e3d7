// The story of a message as an operator reads it: every try, carrier, doubt and receipt, in order,
// and the same after a crash. Days without chance, each told line by line.

#include "tools/parley/story.h"

#include "engine/api/views.h"
#include "protocol/smpp/codec.h"
#include "tests/simulation/deliveries.h"
#include "tests/support/memory_backend.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace parley::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using storage::Status;

using Lines = std::vector<std::string>;

std::vector<tools::StoryLine> lines_of(const storage::Message& message) {
    const parley::testing::MemoryBackend backend;
    std::string octets;
    http::JsonWriter json(octets);
    api::write_whole_message(json, message, backend);
    return tools::story_of(boost::json::parse(octets).as_object());
}

/// "submit_sm to acme: intent on disk" and so on, without what is the same in every story. Each
/// line has its moment, and none is before the one above.
Lines story(const storage::Message& message) {
    Lines lines;
    std::string last;
    for (const tools::StoryLine& line : lines_of(message)) {
        EXPECT_EQ(line.at.empty(), line.what == "now" || line.what == "…") << line.what;
        if (line.at.empty()) {
            lines.push_back(line.what + " " + line.detail);
            continue;
        }
        EXPECT_GE(line.at, last) << line.what;
        last = line.at;
        if (line.what == "accepted" || line.what == "gate" || line.what == "queued") continue;
        lines.push_back(line.what + (line.detail.empty() ? "" : " " + line.detail));
    }
    return lines;
}

Lines with_times(const storage::Message& message) {
    Lines lines;
    for (const tools::StoryLine& line : lines_of(message)) {
        if (line.what != "gate") lines.push_back(line.at + " " + line.what + " " + line.detail);
    }
    return lines;
}

/// The process is gone, and what it knew comes from the disk, as soon as it has gone from shard to
/// shard and before anything else happens.
void expect_the_same_after_a_crash(World& world, std::size_t message) {
    const Lines before = with_times(message_of(world, message));
    world.crash();
    world.boot();
    for (int n = 0; n < 20 && with_times(message_of(world, message)) != before; ++n)
        world.pass(milliseconds(1));
    EXPECT_EQ(with_times(message_of(world, message)), before);
}

/// Two carriers; the first is tried twice before the second.
Plan first_acme_then_beta() {
    Plan plan = Plan::quiet();
    plan.add_carrier("beta");
    plan.routes = {{"+", {"acme", "beta"}}};
    config::Carrier& acme = plan.carriers[0].engine;
    acme.adaptive = false;
    acme.throttle_pause = seconds(1);
    acme.attempts_max = 2;
    acme.retry_min = acme.retry_max = seconds(2);
    plan.carriers[1].behaviour.first_id = 77;
    plan.carriers[1].behaviour.receipt_delay = {seconds(1), seconds(1)};
    return plan;
}

TEST(Story, AThrottleRetriesAndAFailoverAreToldInOrderAndSurviveCrashes) {
    World world(first_acme_then_beta());
    world.boot();
    world.pass(seconds(1));
    world.carrier("acme").refuse_submits(smpp::Status::ESME_RTHROTTLED);
    world.send(to(anna, 1));
    world.pass(milliseconds(500));
    world.carrier("acme").refuse_submits(smpp::Status::ESME_RSYSERR);
    world.pass(seconds(1));
    Lines lines{"submit_sm to acme: intent on disk", "submit_sm_resp ESME_RTHROTTLED from acme",
                "submit_sm to acme: intent on disk, for the 2. time",
                "submit_sm_resp ESME_RSYSERR from acme, temporary refusals so far: 1"};
    Lines so_far = lines;
    so_far.emplace_back("now queued");
    EXPECT_EQ(story(message_of(world, 0)), so_far);
    world.pass(milliseconds(2'200));
    const Lines more{"submit_sm to acme: intent on disk, for the 3. time",
                     "submit_sm_resp ESME_RSYSERR from acme", "handed over from acme to beta",
                     "submit_sm to beta: intent on disk, for the 4. time",
                     "submit_sm_resp ESME_ROK from beta, its id is 77"};
    lines.back() = "submit_sm_resp ESME_RSYSERR from acme";
    lines.insert(lines.end(), more.begin(), more.end());
    so_far = lines;
    so_far.emplace_back("now sent");
    EXPECT_EQ(story(message_of(world, 0)), so_far);
    expect_the_same_after_a_crash(world, 0);
    world.pass(minutes(2));
    lines.emplace_back("receipt DELIVERED, err:000");
    lines.emplace_back("delivered");
    EXPECT_EQ(story(message_of(world, 0)), lines);
    expect_the_same_after_a_crash(world, 0);
    world.finish();
}

TEST(Story, ACarrierThatIsAwayHandsOverWithoutATry) {
    World world(first_acme_then_beta());
    world.boot();
    world.pass(seconds(1));
    Order order = to(anna, 1);
    order.later = seconds(10);
    world.send(order);
    world.pass(seconds(1));
    world.take_away("acme", minutes(5));
    world.pass(minutes(2));
    const Lines lines = story(message_of(world, 0));
    ASSERT_GE(lines.size(), 3u);
    EXPECT_EQ(lines[0], "handed over from acme to beta");
    EXPECT_EQ(lines[1], "submit_sm to beta: intent on disk");
    world.finish();
}

/// Answers and receipts are lost.
Plan into_the_dark(config::OnUncertain on_uncertain) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.on_uncertain = on_uncertain;
    plan.carriers[0].engine.uncertain_hold = minutes(10);
    plan.carriers[0].behaviour.response_lost_chance = 1;
    plan.carriers[0].behaviour.receipts = false;
    return plan;
}

TEST(Story, WhatIsSentAgainAfterADoubtHasBothTries) {
    World world(into_the_dark(config::OnUncertain::resend));
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(seconds(1));
    change(world, [](carrier_sim::Settings& carrier) { carrier.response_lost_chance = 0; });
    world.pass(seconds(5));
    const Lines lines{"submit_sm to acme: intent on disk",
                      "uncertain no answer came: it may have been sent",
                      "submit_sm to acme: intent on disk, for the 2. time",
                      "submit_sm_resp ESME_ROK from acme, its id is 1000000002", "now sent"};
    EXPECT_EQ(story(message_of(world, 0)), lines);
    expect_the_same_after_a_crash(world, 0);
}

/// As the carrier would write it, whatever it thinks itself.
void tell_receipt(World& world, const std::string& id, const std::string& stat) {
    const std::string text = "id:" + id + " stat:" + stat + " err:000";
    smpp::DeliverSm receipt;
    receipt.esm_class = 0x04;
    receipt.source_addr_ton = receipt.dest_addr_ton = 1;
    receipt.source_addr = std::string_view(anna).substr(1);
    receipt.destination_addr = std::string_view(demo).substr(1);
    receipt.short_message = text;
    std::string octets;
    static std::uint32_t sequence = 10'000'000;
    encode(octets, receipt, ++sequence);
    world.carrier("acme").inject(world.carrier("acme").sessions().front(), octets);
    world.serve_carriers();
    world.pass(seconds(1));
}

TEST(Story, ADoubtOfACrashIsToldOnceAndAReceiptIsNoResponse) {
    World world(into_the_dark(config::OnUncertain::hold));
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(seconds(1));
    world.crash();
    world.pass(seconds(10));
    Lines lines{"submit_sm to acme: intent on disk",
                "uncertain no answer came: it may have been sent", "now sending"};
    EXPECT_EQ(story(message_of(world, 0)), lines);
    expect_the_same_after_a_crash(world, 0);
    world.pass(seconds(10));
    EXPECT_EQ(story(message_of(world, 0)), lines) << "it is still the same doubt";
    tell_receipt(world, "1000000001", "ENROUTE");
    tell_receipt(world, "1000000001", "DELIVRD");
    lines.back() =
        "receipt ENROUTE, err:000; it did leave, though no submit_sm_resp came: its id is "
        "1000000001";
    lines.emplace_back("receipt DELIVERED, err:000");
    lines.emplace_back("delivered");
    EXPECT_EQ(story(message_of(world, 0)), lines);
    expect_the_same_after_a_crash(world, 0);
    world.finish();
}

TEST(Story, ReceiptsAreToldWhenTheyCameInWhateverOrder) {
    Plan plan = Plan::quiet();
    carrier_sim::Settings& carrier = plan.carriers[0].behaviour;
    carrier.receipts = false;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1, filler(12)));
    world.pass(seconds(1));
    ASSERT_EQ(message_of(world, 0).segments.size(), 2u);
    for (const char* stat : {"ENROUTE", "ACCEPTD", "DELIVRD", "UNDELIV"})
        tell_receipt(world, "1000000001", stat);
    Lines lines{"submit_sm to acme of segment 1/2: intent on disk",
                "submit_sm_resp ESME_ROK from acme of segment 1/2, its id is 1000000001",
                "submit_sm to acme of segment 2/2: intent on disk",
                "submit_sm_resp ESME_ROK from acme of segment 2/2, its id is 1000000002",
                "receipt ENROUTE, err:000 of segment 1/2",
                "receipt ACCEPTED, err:000 of segment 1/2",
                "receipt DELIVERED, err:000 of segment 1/2",
                "receipt UNDELIVERABLE, err:000 of segment 1/2, after the final one: nothing "
                "follows from it",
                "now sent"};
    Lines told = story(message_of(world, 0));
    EXPECT_TRUE(std::ranges::is_permutation(told, lines));
    EXPECT_TRUE(std::equal(told.end() - 5, told.end(), lines.end() - 5));
    expect_the_same_after_a_crash(world, 0);
    world.pass(minutes(1));
    tell_receipt(world, "1000000002", "DELIVRD");
    lines.back() = "receipt DELIVERED, err:000 of segment 2/2";
    lines.emplace_back("delivered");
    told = story(message_of(world, 0));
    EXPECT_TRUE(std::ranges::is_permutation(told, lines));
    expect_the_same_after_a_crash(world, 0);
    world.finish();
}

TEST(Story, AReceiptThatWasFasterThanItsResponseStandsBeforeIt) {
    Plan plan = Plan::quiet();
    carrier_sim::Settings& carrier = plan.carriers[0].behaviour;
    carrier.response_delay = {milliseconds(1'500), milliseconds(1'500)};
    carrier.receipt_before_response_chance = 1;
    carrier.receipt_lead = {milliseconds(1'400), milliseconds(1'400)};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(seconds(5));
    EXPECT_EQ(story(message_of(world, 0)),
              (Lines{"submit_sm to acme: intent on disk", "receipt DELIVERED, err:000",
                     "submit_sm_resp ESME_ROK from acme, its id is 1000000001", "delivered"}));
    EXPECT_TRUE(message_of(world, 0).history.empty());
    expect_the_same_after_a_crash(world, 0);
    world.finish();
}

TEST(Story, WhatIsTriedWithoutEndRemembersHowItBeganAndHowItGoesOn) {
    Plan plan = Plan::quiet();
    config::Carrier& acme = plan.carriers[0].engine;
    acme.adaptive = false;
    acme.throttle_pause = milliseconds(100);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.carrier("acme").refuse_submits(smpp::Status::ESME_RTHROTTLED);
    world.send(to(anna, 1));
    world.pass(seconds(60));
    const storage::Message message = message_of(world, 0);
    EXPECT_EQ(message.history.list().size(), storage::History::kept_max);
    EXPECT_GT(message.history.left_out(), 100u);
    EXPECT_LE(message.decisions.size(), 16u);
    const Lines lines = story(message);
    EXPECT_EQ(lines.front(), "submit_sm to acme: intent on disk");
    EXPECT_EQ(lines.back(), "now queued");
    world.carrier("acme").refuse_submits(std::nullopt);
    world.finish();
    EXPECT_EQ(status_of(world, 0), Status::delivered);
}

}  // namespace
}  // namespace parley::simulation
