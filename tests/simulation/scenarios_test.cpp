// Bad days by name, each with a plan of its own. finish() looks at everything that the checkers
// know; what a day is about is asked for besides.

#include "protocol/smpp/codec.h"
#include "tests/simulation/look.h"
#include "tests/simulation/texts.h"
#include "tests/simulation/world.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace parley::simulation {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using storage::Status;

const std::string demo = brand_number(1000);
const std::string anna = contact_number(1);

Plan two_carriers() {
    Plan plan = Plan::quiet();
    plan.add_carrier("beta");
    plan.routes = {{"+", {"acme", "beta"}}};
    return plan;
}

Status status_of(World& world, std::size_t n) {
    const auto message = world.find(world.accepted().at(n));
    return message ? message->status : Status::accepted;
}

TEST(BadDay, AQuietDayDeliversEverythingInOrder) {
    World world(Plan::quiet());
    world.boot();
    for (std::uint64_t n = 1; n <= 20; ++n)
        world.send(to(contact_number(n % 3), n));
    world.finish();
    ASSERT_EQ(world.accepted().size(), 20u);
    for (std::size_t n = 0; n < 20; ++n)
        EXPECT_EQ(status_of(world, n), Status::delivered);
    EXPECT_EQ(world.submits(), 20u);
}

TEST(BadDay, WhatIsOlderThanTheRetentionIsForgottenAndNothingElse) {
    Plan plan = Plan::quiet();
    plan.retention = hours(1);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 5; ++n)
        world.send(to(contact_number(n), n));
    world.pass(minutes(10));
    world.send(to(anna, 6));
    world.pass(minutes(30));
    EXPECT_EQ(status_of(world, 0), Status::delivered);
    world.pass(minutes(25));
    for (std::size_t n = 0; n < 5; ++n)
        EXPECT_FALSE(world.find(world.accepted().at(n)));
    EXPECT_EQ(status_of(world, 5), Status::delivered);
}

/// As a version that cut texts in another way may have left it in the journal.
storage::Message promised(const World& world, std::uint64_t n, std::size_t segments) {
    storage::Message message;
    message.account = "demo";
    message.brand = "demo";
    message.carrier = "acme";
    message.from = demo;
    message.to = contact_number(n);
    message.text = marker(n) + std::string(200, 'x');  // two segments, as we cut it
    message.accepted_at = world.now().wall;
    message.segments.resize(segments);
    return message;
}

TEST(BadDay, AMessagePromisedInOtherSegmentsIsCutAnewOrFailsWhenPartOfItIsAway) {
    World world(Plan::quiet());
    std::vector<storage::MessageId> planted;
    for (const std::size_t segments : {1u, 3u, 254u})
        planted.push_back(world.plant(promised(world, segments, segments)));
    storage::Message half = promised(world, 4, 3);
    half.segments[0].phase = storage::Phase::sent;
    half.segments[0].carrier_message_id = "elsewhere";
    const auto started = world.plant(half);
    const auto same = world.plant(promised(world, 5, 2));
    world.boot();
    world.pass(seconds(1));
    world.send(to(contact_number(3), 6));
    world.pass(minutes(1));
    for (const storage::MessageId id : planted) {
        const auto message = world.find(id);
        ASSERT_TRUE(message);
        EXPECT_EQ(message->status, Status::delivered);
        EXPECT_EQ(message->segments.size(), 2u);
    }
    EXPECT_EQ(world.find(started)->status, Status::sent) << "until its first part is told of";
    world.pass(minutes(25));
    const auto message = world.find(started);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->status, Status::failed);
    EXPECT_EQ(message->reason, "segments_changed");
    EXPECT_TRUE(std::ranges::any_of(message->segments, [](const storage::Segment& segment) {
        return segment.phase == storage::Phase::refused && segment.error == "segments_changed";
    }));
    EXPECT_EQ(world.find(same)->status, Status::delivered);
    EXPECT_EQ(status_of(world, 0), Status::delivered);
    EXPECT_EQ(world.submits(), 9u) << "two segments each of four, and the new one";
}

// The checkers see to it that each submit_sm has the template that its message asked for, written
// as its carrier wants it, and that what carriers tell of their own is kept.

TEST(BadDay, WhatAMessageAsksForSurvivesACrashAndGoesWithEverySegment) {
    Plan plan = Plan::quiet();
    know_templates(plan.carriers[0].engine, 0x1401, config::TlvType::text);
    plan.carriers[0].engine.tlvs = {{"0x3000", "c0ffee"}};
    plan.carriers[0].behaviour.own_tlvs = true;
    plan.carriers[0].behaviour.receipt_delay = {seconds(20), seconds(20)};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.take_away("acme", seconds(10));
    for (std::uint64_t n = 1; n <= 6; ++n) {
        Order order = to(contact_number(n), n, n % 2 == 0 ? filler(20) : " hello");
        if (n > 2) order.template_id = "1107" + std::to_string(n);
        world.send(order);
    }
    world.pass(seconds(1));
    world.crash();
    world.pass(seconds(20));
    EXPECT_EQ(world.submits(), 3u + 3u * 3u) << "all segments, and none twice";
    world.say("acme", anna, demo, "Yes, please" + filler(20));
    world.pass(seconds(1));
    world.crash();  // while receipts are on their way, some of them to messages that are on disk
    world.finish();
    for (std::size_t n = 0; n < 6; ++n)
        EXPECT_EQ(status_of(world, n), Status::delivered);
}

TEST(BadDay, AFailoverPassesOverACarrierThatDoesNotKnowTheName) {
    Plan plan = Plan::quiet();
    plan.add_carrier("beta");
    plan.add_carrier("coda");
    plan.routes = {{"+", {"acme", "beta", "coda"}}};
    know_templates(plan.carriers[0].engine, 0x1401, config::TlvType::text);
    know_templates(plan.carriers[2].engine, 0x1501, config::TlvType::c_string);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.take_away("acme", minutes(5));
    world.pass(milliseconds(100));
    for (std::uint64_t n = 1; n <= 2; ++n) {
        Order order = to(contact_number(n), n);
        if (n == 1) order.template_id = "11071";
        world.send(order);
    }
    world.pass(seconds(10));
    EXPECT_EQ(world.find(world.accepted().at(0))->carrier, "coda");
    EXPECT_EQ(world.find(world.accepted().at(1))->carrier, "beta");
    world.finish();
    EXPECT_EQ(status_of(world, 0), Status::delivered);
}

TEST(BadDay, AMessageWaitsForTheOnlyCarrierThatKnowsTheName) {
    Plan plan = two_carriers();
    know_templates(plan.carriers[0].engine, 0x1401, config::TlvType::text);
    plan.carriers[0].engine.attempts_max = 2;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    Order order = to(anna, 1);
    order.template_id = "11071";
    order.validity = hours(1);
    world.take_away("acme", minutes(5));
    world.pass(milliseconds(100));
    world.send(order);
    world.pass(minutes(1));
    EXPECT_EQ(status_of(world, 0), Status::queued);
    world.pass(minutes(5));
    EXPECT_EQ(status_of(world, 0), Status::delivered);

    world.carrier("acme").refuse_submits(smpp::Status::ESME_RSYSERR);
    order = to(anna, 2);
    order.template_id = "11072";
    world.send(order);
    world.pass(seconds(20));
    EXPECT_EQ(world.find(world.accepted().at(1))->reason, "retries_exhausted");
    world.finish();
}

TEST(BadDay, AMessageWhoseTlvNoCarrierKnowsAnyMoreFailsAndIsNotSentWithout) {
    World world(Plan::quiet());
    storage::Message whole = promised(world, 1, 2);
    whole.tlvs = {{template_name, "11071"}};
    storage::Message half = promised(world, 2, 2);
    half.tlvs = {{template_name, "11072"}};
    half.segments[0].phase = storage::Phase::sent;
    half.segments[0].carrier_message_id = "elsewhere";
    const std::vector<storage::MessageId> planted{world.plant(whole), world.plant(half)};
    world.boot();
    world.pass(minutes(25));  // until the part that has left has no receipt to wait for
    for (const storage::MessageId id : planted) {
        const auto message = world.find(id);
        ASSERT_TRUE(message);
        EXPECT_EQ(message->status, Status::failed);
        EXPECT_EQ(message->reason, "tlv_not_taken");
        EXPECT_EQ(message->tlvs.size(), 1u);
    }
    EXPECT_EQ(world.submits(), 0u);
}

TEST(BadDay, WhatNoCarrierOfTheRouteTakesIsRefusedWithItsReason) {
    Plan plan = two_carriers();
    know_templates(plan.carriers[0].engine, 0x1401, config::TlvType::text);
    plan.carriers[1].engine.dialect.tlvs = {{{0x1402}, "other", config::TlvType::integer, {1, 1}}};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    const auto refusal = [&](const smpp::NamedTlvs& tlvs) {
        return world.refusal_of(demo, anna, tlvs);
    };
    EXPECT_EQ(
        refusal({{"templte_id", "1"}}),
        "tlvs.templte_id: carrier acme has no parameter of this name: expected template_id or "
        "a tag such as 0x1501; did you mean 'template_id'?");
    EXPECT_EQ(refusal({{"other", "300"}}),
              "tlvs.other: \"300\" is not what carrier beta takes: expected a whole number from 0 "
              "to 255");
    EXPECT_EQ(refusal({{template_name, "1"}, {"other", "3"}}),
              "tlvs: each has a carrier on the route that takes it, and no carrier takes all of "
              "them: expected those of one carrier");
    EXPECT_EQ(refusal({{"message_payload", "00"}}),
              "tlvs.message_payload: is not for a caller to set: expected a parameter of the "
              "carrier's own");
}

TEST(BadDay, ACanceledMessageNeverLeavesWhereverItWaited) {
    Plan plan = two_carriers();
    for (CarrierPlan& carrier : plan.carriers)
        carrier.engine.throughput = 5;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 20; ++n)
        world.send(to(contact_number(n), n));  // most of it waits in the carrier's lanes
    for (std::uint64_t n = 21; n <= 25; ++n)
        world.send(to(anna, n));  // waits for its turn
    Order later = to(contact_number(7), 26);
    later.later = minutes(1);
    world.send(later);
    world.pass(seconds(1));
    ASSERT_EQ(world.accepted().size(), 26u);
    for (std::size_t n = 0; n < 26; n += 2) {
        world.cancel(world.accepted()[n]);
        world.cancel(world.accepted()[n]);  // to be told the same again
    }
    world.cancel(world.accepted()[25]);
    world.finish();
    std::size_t canceled = 0;
    for (std::size_t n = 0; n < 26; ++n)
        canceled += status_of(world, n) == Status::canceled ? 1 : 0;
    EXPECT_GE(canceled, 8u);
    EXPECT_EQ(status_of(world, 25), Status::canceled);
    EXPECT_EQ(world.submits(), 26u - canceled);
    EXPECT_EQ(status_of(world, 23), Status::delivered) << "the others of its thread go on";
}

TEST(BadDay, ACancelBesideTheDispatchToAnotherShardAndACrashIsExact) {
    std::size_t canceled = 0;
    std::size_t delivered = 0;
    for (std::int64_t after = 0; after < 60; ++after) {
        Plan plan = Plan::quiet();
        plan.seed = static_cast<std::uint64_t>(after) + 1;
        plan.shards = 3;
        plan.carriers[0].engine.throughput = 500;  // an intent every two milliseconds
        plan.carriers[0].engine.burst = 1;
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        for (std::uint64_t n = 1; n <= 24; ++n)
            world.send(to(contact_number(n), n));
        while (world.accepted().empty())
            world.pass(microseconds(20));
        world.pass(microseconds(40 * after));
        for (const storage::MessageId id : world.accepted())
            world.cancel(id);
        if (after % 2 == 0) {
            world.pass(microseconds(100 * after));
            world.crash();
        }
        world.finish();
        for (std::size_t n = 0; n < world.accepted().size(); ++n) {
            canceled += status_of(world, n) == Status::canceled ? 1 : 0;
            delivered += status_of(world, n) == Status::delivered ? 1 : 0;
        }
    }
    EXPECT_GT(canceled, 50u);
    EXPECT_GT(delivered, 50u);
}

TEST(BadDay, AMessageThatTheCarrierRefusedForNowCanBeCanceledAndItsConversationGoesOn) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.retry_min = minutes(2);
    plan.carriers[0].engine.retry_max = minutes(4);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.carrier("acme").refuse_submits(smpp::Status::ESME_RSYSERR);
    world.send(to(anna, 1));
    world.send(to(anna, 2));
    world.pass(seconds(5));
    world.carrier("acme").refuse_submits(std::nullopt);
    world.cancel(world.accepted().at(0));
    world.pass(seconds(5));
    EXPECT_EQ(status_of(world, 0), Status::canceled);
    EXPECT_EQ(status_of(world, 1), Status::delivered) << "its turn came at once";
    world.finish();
}

TEST(BadDay, WhatWasSentPerhapsIsNotCanceled) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.on_uncertain = config::OnUncertain::resend;
    plan.carriers[0].engine.links = 1;
    plan.carriers[0].behaviour.response_delay = {seconds(1), seconds(1)};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(milliseconds(500));
    ASSERT_EQ(world.submits(), 1u);
    world.take_away("acme", seconds(5));  // the answer is lost, and it waits to be sent again
    world.pass(seconds(1));
    ASSERT_EQ(status_of(world, 0), Status::queued);
    world.cancel(world.accepted().at(0));
    world.finish();
    EXPECT_EQ(status_of(world, 0), Status::delivered);
}

TEST(BadDay, AStopDuringACutLinkStopsEverythingOnceAcknowledged) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.throughput = 5;  // most of it still waits when the STOP comes
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 30; ++n)
        world.send(to(anna, n));
    world.pass(seconds(2));
    world.say("acme", anna, demo, stop_text(1));
    world.pass(milliseconds(3));
    world.cut("acme-1");
    world.cut("acme-2");
    world.finish();
    EXPECT_GE(world.checkers().consent().stops_acknowledged(), 1u);
    EXPECT_TRUE(world.is_suppressed("brand:demo", anna));
    EXPECT_LT(world.submits(), 25u);
}

TEST(BadDay, AStopThatTheCrashLeftUnthankedComesAgainAndCountsOnce) {
    for (std::int64_t after = 0; after < 30; ++after) {  // before, in and after its commit
        Plan plan = Plan::quiet();
        plan.seed = static_cast<std::uint64_t>(after) + 1;
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        world.say("acme", anna, demo, stop_text(1));
        world.pass(milliseconds(after));
        world.crash();
        world.pass(seconds(5));
        world.send(to(anna, 1));
        world.finish();
        EXPECT_TRUE(world.is_suppressed("brand:demo", anna));
        EXPECT_EQ(world.accepted().size(), 0u);
        EXPECT_LE(world.submits(), 1u) << "the confirmation, if it is not in doubt";
    }
}

TEST(BadDay, AStopInsideALongMessageStopsWhenItsLastPartIsThanked) {
    Plan plan = Plan::quiet();
    plan.carriers[0].behaviour.mo_part_delay = {milliseconds(0), seconds(3)};
    plan.carriers[0].behaviour.mo_part_duplicate_chance = 0.5;
    plan.carriers[0].engine.throughput = 5;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 40; ++n)
        world.send(to(anna, n));
    world.say("acme", anna, demo, stop_text(1, 30));
    world.finish();
    EXPECT_TRUE(world.is_suppressed("brand:demo", anna));
    EXPECT_LT(world.submits(), 41u);
}

TEST(BadDay, AStopThatOvertakesAStartThatIsNotYetDurableStands) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.links = 1;  // so that they come in this order
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.say("acme", anna, demo, stop_text(1));
    world.pass(seconds(1));
    world.say("acme", anna, demo, start_text());
    world.say("acme", anna, demo, stop_text(2));
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.finish();
    EXPECT_TRUE(world.is_suppressed("brand:demo", anna));
    EXPECT_EQ(world.refusals(), std::vector<api::Problem>{api::Problem::suppressed});
}

TEST(BadDay, AnOptOutOfOneSenderLeavesTheOthersOfItsBrandAlone) {
    Plan plan = Plan::quiet();
    plan.brands.push_back({.id = "club",
                           .senders = {brand_number(2000), brand_number(2001)},
                           .suppression_scope = config::SuppressionScope::sender});
    plan.brands[0].senders.push_back(brand_number(1001));
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.say("acme", anna, brand_number(2000), stop_text(1));
    world.say("acme", anna, brand_number(1001), stop_text(2));
    world.pass(seconds(1));
    std::uint64_t n = 0;
    for (const std::uint64_t sender : {1000, 1001, 2000, 2001}) {
        Order order = to(anna, ++n);
        order.from = brand_number(sender);
        world.send(order);
        world.pass(seconds(1));
    }
    world.finish();
    EXPECT_EQ(world.refusals().size(), 3u);  // the whole of demo, and 2000
    ASSERT_EQ(world.accepted().size(), 1u);
    EXPECT_EQ(world.find(world.accepted()[0])->from, brand_number(2001));
}

TEST(BadDay, StartAfterStopOpensTheGateAgain) {
    World world(Plan::quiet());
    world.boot();
    world.pass(seconds(1));
    world.say("acme", anna, demo, stop_text(1));
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.say("acme", anna, demo, "HELP");
    world.pass(seconds(1));
    world.say("acme", anna, demo, start_text());
    world.pass(seconds(2));
    world.send(to(anna, 2));
    world.finish();
    EXPECT_EQ(world.refusals().size(), 1u);
    ASSERT_EQ(world.accepted().size(), 1u);
    EXPECT_EQ(status_of(world, 0), Status::delivered);
    EXPECT_EQ(world.submits(), 4u);  // two confirmations, the help, the message
}

TEST(BadDay, ACarrierThatStaysAwayHandsItsQueueToTheNext) {
    World world(two_carriers());
    world.boot();
    world.pass(seconds(1));
    world.carrier("acme").refuse_submits(smpp::Status::ESME_RTHROTTLED);
    for (std::uint64_t n = 1; n <= 10; ++n)
        world.send(to(contact_number(n), n));
    world.pass(milliseconds(500));
    world.take_away("acme", minutes(20));
    world.pass(seconds(10));
    EXPECT_EQ(world.carrier("beta").books().counts.accepted, 10u);
    world.finish();
}

TEST(BadDay, WhatWaitsForTwoAbsentCarriersGoesToTheFirstThatComesBack) {
    World world(two_carriers());
    world.boot();
    world.pass(seconds(1));
    world.take_away("acme", hours(1));
    world.take_away("beta", seconds(30));
    world.send(to(anna, 1));
    world.pass(minutes(2));
    EXPECT_EQ(world.carrier("beta").books().counts.accepted, 1u);
    world.finish();
}

TEST(BadDay, RetriesExhaustedAtOneCarrierBeginAnewAtTheNext) {
    World world(two_carriers());
    world.boot();
    world.pass(seconds(1));
    world.carrier("acme").refuse_submits(smpp::Status::ESME_RSYSERR);
    world.send(to(anna, 1, filler(20)));
    world.send(to(anna, 2));
    world.pass(minutes(1));
    world.finish();
    EXPECT_EQ(world.carrier("acme").books().counts.accepted, 0u);
    EXPECT_EQ(status_of(world, 0), Status::delivered);
    EXPECT_EQ(status_of(world, 1), Status::delivered);
}

config::Carrier& reacting(Plan& plan, smpp::Status status, config::Reaction reaction) {
    config::Carrier& carrier = plan.carriers[0].engine;
    carrier.dialect.statuses.push_back(
        {.status = {static_cast<std::uint32_t>(status)}, .reaction = reaction});
    return carrier;
}

TEST(BadDay, AContactThatItsCarrierBlocksIsSuppressedWhereverACrashFalls) {
    for (std::int64_t after = 0; after < 200; ++after) {
        Plan plan = Plan::quiet();
        plan.seed = static_cast<std::uint64_t>(after) + 1;
        reacting(plan, smpp::Status::ESME_RSUBMITFAIL, config::Reaction::suppress);
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        world.carrier("acme").refuse_submits(smpp::Status::ESME_RSUBMITFAIL);
        for (std::uint64_t n = 1; n <= 6; ++n)  // some of them live on the carrier's own shard
            world.send(to(contact_number(n), n));
        world.pass(microseconds(100 * after));
        world.crash();
        world.pass(minutes(5));
        for (std::uint64_t n = 1; n <= world.accepted().size(); ++n) {
            const auto message = world.find(world.accepted()[n - 1]);
            if (!message || message->status != Status::failed) continue;
            EXPECT_TRUE(world.is_suppressed("brand:demo", message->to)) << after;
        }
        world.finish();
    }
}

TEST(BadDay, AStartAfterTheCarrierBlockedTheContactOpensTheGateForGood) {
    for (std::int64_t after = 0; after < 100; ++after) {
        Plan plan = Plan::quiet();
        plan.seed = static_cast<std::uint64_t>(after) + 1;
        reacting(plan, smpp::Status::ESME_RSUBMITFAIL, config::Reaction::suppress);
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        world.carrier("acme").refuse_submits(smpp::Status::ESME_RSUBMITFAIL);
        for (std::uint64_t n = 1; n <= 4; ++n)
            world.send(to(contact_number(n), n));
        world.pass(microseconds(250 * after));
        for (std::uint64_t n = 1; n <= 4; ++n)
            world.say("acme", contact_number(n), demo, start_text());
        world.pass(seconds(2));
        world.carrier("acme").refuse_submits({});
        std::vector<bool> in_force;  // as a sender sees it
        for (std::uint64_t n = 1; n <= 4; ++n) {
            const std::size_t refused = world.refusals().size();
            world.send(to(contact_number(n), 10 + n));
            world.pass(seconds(1));
            in_force.push_back(world.refusals().size() != refused);
        }
        world.crash();
        world.pass(seconds(5));
        for (std::uint64_t n = 1; n <= 4; ++n)
            EXPECT_EQ(world.is_suppressed("brand:demo", contact_number(n)), in_force[n - 1]);
        world.finish();
    }
}

TEST(BadDay, AStatusThatAsksForAnotherCarrierSpendsNoRetryOnThisOne) {
    Plan plan = two_carriers();
    reacting(plan, smpp::Status::ESME_RSYSERR, config::Reaction::fail_over);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.carrier("acme").refuse_submits(smpp::Status::ESME_RSYSERR);
    world.send(to(anna, 1, filler(20)));
    world.pass(seconds(5));
    EXPECT_EQ(status_of(world, 0), Status::delivered);
    EXPECT_EQ(world.carrier("beta").books().counts.accepted, 3u) << "its segments";
    world.carrier("beta").refuse_submits(smpp::Status::ESME_RINVDSTADR);
    world.send(to(anna, 2));
    world.pass(seconds(5));
    EXPECT_EQ(world.find(world.accepted()[1])->reason, "carrier_refused");
    world.finish();
}

TEST(BadDay, WhenNoCarrierIsLeftTheMessageSaysSo) {
    Plan plan = Plan::quiet();
    reacting(plan, smpp::Status::ESME_RSYSERR, config::Reaction::fail_over);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.carrier("acme").refuse_submits(smpp::Status::ESME_RSYSERR);
    world.send(to(anna, 1));
    world.pass(seconds(5));
    EXPECT_EQ(world.find(world.accepted()[0])->reason, "no_other_carrier");
    world.finish();
}

TEST(BadDay, AnotherCarrierCutsTheTextInItsOwnAlphabet) {
    const std::string text = " " + [] {
        std::string accents;
        for (int n = 0; n < 60; ++n)
            accents += "ê ";  // Latin-1 has it, GSM 7 has not
        return accents;
    }();
    for (const bool second_can : {true, false}) {
        Plan plan = two_carriers();
        reacting(plan, smpp::Status::ESME_RSYSERR, config::Reaction::fail_over).dialect.send_in = {
            .gsm7 = false, .latin1 = true, .ucs2 = false};
        plan.carriers[1].engine.dialect.send_in = {.gsm7 = true, .ucs2 = second_can};
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        world.send(to(anna, 1, text));
        world.pass(seconds(2));
        EXPECT_EQ(world.carrier("acme").books().counts.accepted, 1u) << "140 octets hold it";
        world.carrier("acme").refuse_submits(smpp::Status::ESME_RSYSERR);
        world.send(to(anna, 2, text));
        world.pass(seconds(1));
        world.crash();  // what the second carrier was given is what comes back
        world.pass(minutes(1));
        const auto message = world.find(world.accepted().at(1));
        ASSERT_TRUE(message);
        if (second_can) {
            EXPECT_EQ(message->status, Status::delivered);
            EXPECT_EQ(message->encoding, text::Encoding::ucs2);
            EXPECT_EQ(message->segments.size(), 2u);
            EXPECT_EQ(world.carrier("beta").books().counts.accepted, 2u);
        } else {
            EXPECT_EQ(message->status, Status::failed);
            EXPECT_EQ(message->reason, "text_does_not_fit");
        }
        world.finish();
    }
}

TEST(BadDay, AReceiptThreeDaysLateStillSettlesItsMessage) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.links = 1;
    plan.carriers[0].engine.enquire_link_every = hours(2);
    plan.carriers[0].engine.receipt_timeout = hours(24 * 7);
    plan.carriers[0].behaviour.receipt_delay = {hours(72), hours(72)};
    plan.calm = hours(80);
    plan.shards = 1;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1, filler(20)));
    world.pass(hours(1));
    EXPECT_EQ(world.live_octets(), 0) << "it waits on disk";
    EXPECT_EQ(status_of(world, 0), Status::sent);
    world.crash();
    world.finish();
    EXPECT_EQ(status_of(world, 0), Status::delivered);
}

TEST(BadDay, AnEnrouteReceiptAfterTheFinalOneChangesNothing) {
    Plan plan = Plan::quiet();
    carrier_sim::Settings& carrier = plan.carriers[0].behaviour;
    carrier.response_delay = {milliseconds(50), milliseconds(50)};
    carrier.receipt_delay = {milliseconds(0), milliseconds(45)};
    carrier.receipt_before_response_chance = 1;
    carrier.receipt_lead = {milliseconds(40), milliseconds(45)};
    carrier.receipt_enroute_chance = 1;
    carrier.receipt_duplicate_chance = 0.5;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 30; ++n)
        world.send(to(contact_number(n), n, n % 4 == 0 ? filler(20) : ""));
    world.finish();
    for (std::size_t n = 0; n < 30; ++n)
        EXPECT_EQ(status_of(world, n), Status::delivered);
}

TEST(BadDay, EqualIdsOfTwoCarriersAreToldApart) {
    Plan plan = two_carriers();
    plan.routes = {{contact_number(1), {"acme"}}, {contact_number(2), {"beta"}}};
    plan.carriers[0].behaviour.receipt_delay = {seconds(1), seconds(1)};
    plan.carriers[1].behaviour.receipt_delay = {seconds(9), seconds(9)};
    plan.carriers[1].behaviour.receipt_states = {{text::MessageState::undeliverable, 1}};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(contact_number(1), 1));
    world.send(to(contact_number(2), 2));
    world.finish();
    for (std::size_t n = 0; n < 2; ++n) {
        const auto message = world.find(world.accepted().at(n));
        EXPECT_EQ(message->segments[0].carrier_message_id, "1000000001");
        EXPECT_EQ(message->status,
                  message->to == contact_number(1) ? Status::delivered : Status::undelivered);
    }
}

TEST(BadDay, ACarrierThatLeavesTheConfigurationLosesNothing) {
    World world(two_carriers());
    world.boot();
    world.pass(seconds(1));
    world.carrier("acme").refuse_submits(smpp::Status::ESME_RTHROTTLED);
    for (std::uint64_t n = 1; n <= 5; ++n)
        world.send(to(contact_number(n), n));
    world.pass(milliseconds(300));
    world.remove_carrier("acme");
    world.crash();
    world.finish();
    for (std::size_t n = 0; n < 5; ++n) {
        EXPECT_TRUE(status_of(world, n) == Status::delivered ||
                    status_of(world, n) == Status::unknown);
    }
}

TEST(BadDay, TheNumberOfShardsMayChangeAtEveryStart) {
    Plan plan = two_carriers();
    plan.carriers[0].behaviour.receipt_delay = {seconds(0), seconds(20)};
    World world(plan);
    world.boot();
    for (std::uint32_t round = 0; round < 6; ++round) {
        world.pass(seconds(1));
        for (std::uint64_t n = 1; n <= 10; ++n)
            world.send(to(contact_number(n), round * 10 + n, n == 3 ? filler(20) : ""));
        world.say("acme", anna, demo, "Yes. " + tag('i', round) + filler(12));
        world.pass(milliseconds(400));  // longer than the slowest commit
        world.set_shards(1 + (round * 3) % 5);
        world.crash();
        world.pass(seconds(1));
    }
    world.finish();
    EXPECT_EQ(world.accepted().size(), 60u);
}

TEST(BadDay, AFullDiskRefusesAndLosesNothingThatItAccepted) {
    World world(Plan::quiet());
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 5; ++n)
        world.send(to(contact_number(n), n));
    world.fill_disk(seconds(20));
    world.pass(seconds(1));
    for (std::uint64_t n = 6; n <= 10; ++n)
        world.send(to(contact_number(n), n));
    world.say("acme", anna, demo, stop_text(1));
    world.pass(seconds(5));
    EXPECT_EQ(world.checkers().consent().stops_acknowledged(), 0u);
    EXPECT_EQ(world.refusals(), std::vector<api::Problem>(5, api::Problem::storage_unavailable));
    world.finish();
    EXPECT_EQ(world.accepted().size(), 5u);
    EXPECT_EQ(world.checkers().consent().stops_acknowledged(), 1u);
}

TEST(BadDay, KillUnderAsyncLosesNothing) {
    Plan plan = Plan::quiet();
    plan.sync = false;
    World world(plan);
    world.boot();
    for (std::uint32_t round = 0; round < 10; ++round) {
        world.pass(seconds(1));
        for (std::uint64_t n = 1; n <= 5; ++n)
            world.send(to(contact_number(n), round * 5 + n));
        world.pass(milliseconds(20));
        world.crash();
    }
    world.finish();
    EXPECT_GE(world.accepted().size(), 30u);
}

TEST(BadDay, APowerCutUnderAsyncForgetsTheNewestAndStaysConsistent) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Plan plan = Plan::quiet();
        plan.sync = false;
        plan.seed = seed;
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        for (std::uint64_t n = 1; n <= 20; ++n)
            world.send(to(contact_number(n), n));
        world.say("acme", contact_number(1), demo, stop_text(1));
        world.say("acme", contact_number(2), demo, start_text());
        world.pass(milliseconds(30));
        world.cut_power();
        world.finish();
    }
}

TEST(BadDay, MemoryUsedUpRefusesAndDrainsLater) {
    Plan plan = Plan::quiet();
    plan.live_octets_max = 40'000;
    plan.carriers[0].engine.throughput = 20;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 200; ++n)
        world.send(to(contact_number(n % 10), n));
    world.pass(seconds(1));
    EXPECT_LE(world.live_octets(), plan.live_octets_max);
    EXPECT_GT(world.refusals().size(), 100u);
    EXPECT_GT(world.accepted().size(), 10u);
    world.pass(minutes(1));
    const std::size_t before = world.accepted().size();
    world.send(to(anna, 500));
    world.finish();
    EXPECT_EQ(world.accepted().size(), before + 1) << "there is room again";
}

TEST(BadDay, ADrainAwaitsItsAnswersAndDoubtsNothing) {
    Plan plan = Plan::quiet();
    plan.carriers[0].behaviour.response_delay = {milliseconds(100), milliseconds(800)};
    plan.carriers[0].engine.window = 3;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 30; ++n)
        world.send(to(contact_number(n), n, n % 2 == 0 ? filler(25) : ""));
    world.pass(milliseconds(200));
    world.drain();
    world.send(to(anna, 99));
    world.pass(seconds(5));
    EXPECT_EQ(world.boots(), 3u);  // a start, an end, a start
    EXPECT_EQ(world.uncertain_at_boot(), 0u);
    world.finish();
    EXPECT_EQ(world.accepted().size(), 30u);
    EXPECT_EQ(world.refusals(), std::vector<api::Problem>{api::Problem::draining});
    for (std::size_t n = 0; n < 30; ++n)
        EXPECT_EQ(status_of(world, n), Status::delivered);
}

TEST(BadDay, WhatIsHeldForLaterAndWhatExpiresKeepTheirTimes) {
    World world(Plan::quiet());
    world.boot();
    world.pass(seconds(1));
    Order later = to(anna, 1);
    later.later = hours(1);
    world.send(later);
    world.pass(seconds(1));  // answered: the first of the accepted
    world.take_away("acme", minutes(5));
    Order brief = to(contact_number(2), 2);
    brief.validity = seconds(30);
    world.send(brief);
    world.pass(minutes(2));
    world.crash();
    world.pass(minutes(1));
    EXPECT_EQ(status_of(world, 0), Status::held);
    EXPECT_EQ(status_of(world, 1), Status::expired);
    world.finish();
    EXPECT_EQ(status_of(world, 0), Status::delivered);
}

TEST(BadDay, ALongMessageInPiecesOverTwoLinksAppearsOnce) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Plan plan = Plan::quiet();
        plan.seed = seed;
        plan.carriers[0].behaviour.mo_part_delay = {milliseconds(0), milliseconds(300)};
        plan.carriers[0].behaviour.mo_part_duplicate_chance = 0.7;
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        world.say("acme", anna, demo, "Yes " + tag('i', 1) + filler(40));
        world.pass(milliseconds(static_cast<std::int64_t>(seed) * 30));
        world.cut("acme-1");
        if (seed % 2 == 0) world.crash();
        world.finish();
        ASSERT_EQ(world.thread(demo, anna).size(), 1u);
        EXPECT_FALSE(world.thread(demo, anna).front().incomplete);
    }
}

TEST(BadDay, AnUncertainMessageIsNotSentAgainUnderHold) {
    Plan plan = Plan::quiet();
    plan.carriers[0].behaviour.response_lost_chance = 1;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.finish();
    EXPECT_EQ(world.submits(), 1u);
    EXPECT_EQ(status_of(world, 0), Status::delivered) << "its receipt says so";
}

TEST(BadDay, AnEarlyReceiptBesideTwoDoubtsWaitsForItsResponse) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.uncertain_hold = seconds(3);
    plan.carriers[0].behaviour.response_lost_chance = 1;
    plan.carriers[0].behaviour.receipt_delay = {minutes(30), minutes(30)};
    plan.calm = hours(1);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(seconds(8));
    EXPECT_EQ(status_of(world, 0), Status::unknown);
    world.send(to(anna, 2));
    world.pass(seconds(3));  // in doubt
    carrier_sim::Settings carrier = world.carrier("acme").settings();
    carrier.response_lost_chance = 0;
    carrier.response_delay = {milliseconds(50), milliseconds(50)};
    carrier.receipt_delay = {milliseconds(1), milliseconds(1)};
    carrier.receipt_before_response_chance = 1;
    carrier.receipt_lead = {milliseconds(40), milliseconds(40)};
    world.carrier("acme").change(carrier);
    world.send(to(anna, 3));
    world.finish();
    EXPECT_EQ(status_of(world, 1), Status::unknown);
    EXPECT_EQ(status_of(world, 2), Status::delivered);
}

TEST(BadDay, AReceiptSettlesAnUncertainMessageWhileTrafficToOthersGoesOn) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.uncertain_hold = seconds(30);
    plan.carriers[0].behaviour.response_lost_chance = 1;
    plan.carriers[0].behaviour.receipt_delay = {seconds(4), seconds(4)};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(seconds(1));
    carrier_sim::Settings carrier = world.carrier("acme").settings();
    carrier.response_lost_chance = 0;
    carrier.response_delay = {milliseconds(50), milliseconds(80)};
    world.carrier("acme").change(carrier);
    for (std::uint64_t n = 0; n < 500; ++n) {  // always something in flight
        world.send(to(contact_number(2 + n % 20), 2 + n));
        world.pass(milliseconds(10));
    }
    EXPECT_EQ(status_of(world, 0), Status::delivered);
    world.finish();
}

TEST(BadDay, AReceiptOfWhatIsInFlightToTheSameContactSettlesNoUncertainMessage) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.uncertain_hold = seconds(30);
    plan.carriers[0].behaviour.response_lost_chance = 1;
    plan.carriers[0].behaviour.receipt_delay = {minutes(30), minutes(30)};
    plan.calm = hours(1);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(seconds(3));  // in doubt
    carrier_sim::Settings carrier = world.carrier("acme").settings();
    carrier.response_lost_chance = 0;
    carrier.response_delay = {seconds(1), seconds(1)};
    carrier.receipt_delay = {milliseconds(1), milliseconds(1)};
    carrier.receipt_before_response_chance = 1;
    carrier.receipt_lead = {milliseconds(900), milliseconds(900)};
    world.carrier("acme").change(carrier);
    world.send(to(anna, 2));
    world.pass(milliseconds(500));
    EXPECT_EQ(status_of(world, 0), Status::sending) << "that was the other one's";
    world.finish();
    EXPECT_EQ(status_of(world, 0), Status::unknown);
    EXPECT_EQ(status_of(world, 1), Status::delivered);
}

TEST(BadDay, AnOldDoubtDoesNotEndAMessageThatIsOnItsWayAgain) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.window = 1;  // two segments at a time, one on each link
    plan.carriers[0].engine.uncertain_hold = seconds(3);
    plan.carriers[0].behaviour.response_lost_chance = 1;
    plan.carriers[0].behaviour.receipt_delay = {milliseconds(4400), milliseconds(4400)};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1, filler(24)));  // four segments
    world.pass(milliseconds(4700));  // two in doubt after 2 s, certain after 4.4, two more sent
    world.cut("acme-1");
    world.pass(milliseconds(800));  // the first doubt would have ended it after 5 s
    EXPECT_EQ(world.submits(), 4u);
    EXPECT_EQ(status_of(world, 0), Status::sending) << "one segment is still in flight";
    world.finish();
}

/// Its receipts come a tenth of a second after the submit, their responses much later.
Plan receipts_first() {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.uncertain_hold = seconds(30);
    carrier_sim::Settings& carrier = plan.carriers[0].behaviour;
    carrier.response_delay = {seconds(1), seconds(1)};
    carrier.receipt_before_response_chance = 1;
    carrier.receipt_lead = {milliseconds(900), milliseconds(900)};
    return plan;
}

TEST(BadDay, AReceiptThatIsHeldWhenTheLinkGoesBeforeTheResponseSettlesItsMessage) {
    World world(receipts_first());
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.send(to(contact_number(2), 2, filler(16)));  // in segments
    world.pass(milliseconds(500));
    EXPECT_EQ(status_of(world, 0), Status::sending) << "its receipt is there, its response is not";
    world.cut("acme-1");
    world.cut("acme-2");
    world.pass(seconds(1));
    EXPECT_EQ(status_of(world, 0), Status::delivered);
    EXPECT_EQ(status_of(world, 1), Status::delivered);
    world.finish();
    EXPECT_EQ(world.submits(), 4u) << "nothing was sent twice";
}

TEST(BadDay, AReceiptThatIsHeldWhenTheProcessIsKilledBeforeTheResponseSettlesItsMessage) {
    World world(receipts_first());
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(milliseconds(500));
    world.crash();
    world.pass(seconds(5));
    EXPECT_EQ(world.uncertain_at_boot(), 1u);
    EXPECT_EQ(status_of(world, 0), Status::delivered);
    world.finish();
    EXPECT_EQ(world.submits(), 1u);
}

TEST(BadDay, AReceiptThatIsHeldForWhatIsInFlightSettlesAnOlderDoubtOnceThatIsAnswered) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.uncertain_hold = seconds(30);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(contact_number(9), 9));  // its receipt shows that ids are what they should be
    world.pass(seconds(1));
    carrier_sim::Settings losing = world.carrier("acme").settings();
    losing.response_lost_chance = 1;
    losing.receipt_delay = {seconds(4), seconds(4)};
    world.carrier("acme").change(losing);
    world.send(to(anna, 1));
    world.pass(milliseconds(3500));  // in doubt
    carrier_sim::Settings carrier = world.carrier("acme").settings();
    carrier.response_lost_chance = 0;
    carrier.response_delay = {seconds(1), seconds(1)};
    carrier.receipt_delay = {minutes(10), minutes(10)};
    world.carrier("acme").change(carrier);
    world.send(to(anna, 2));
    world.pass(milliseconds(800));
    EXPECT_EQ(status_of(world, 1), Status::sending) << "the receipt could be either's";
    world.pass(seconds(1));
    EXPECT_EQ(status_of(world, 1), Status::delivered);
    EXPECT_EQ(status_of(world, 2), Status::sent);
    world.finish();
    EXPECT_EQ(status_of(world, 2), Status::delivered);
}

TEST(BadDay, AReceiptFromBeforeAMessageWasWrittenIsNotItsOwn) {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.uncertain_hold = seconds(20);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    // Somebody else's, under an id that we never had, to the same contact.
    smpp::DeliverSm stranger;
    stranger.esm_class = 0x04;
    stranger.source_addr_ton = stranger.dest_addr_ton = 1;
    stranger.source_addr = std::string_view(anna).substr(1);
    stranger.destination_addr = std::string_view(demo).substr(1);
    stranger.short_message = "id:77777 stat:DELIVRD err:000";
    std::string octets;
    encode(octets, stranger, 7'777'777);
    world.carrier("acme").inject(world.carrier("acme").sessions().front(), octets);
    world.serve_carriers();
    world.pass(seconds(1));
    carrier_sim::Settings carrier = world.carrier("acme").settings();
    carrier.response_lost_chance = 1;
    carrier.receipts = false;
    world.carrier("acme").change(carrier);
    world.send(to(anna, 1));
    world.pass(seconds(5));
    EXPECT_EQ(status_of(world, 0), Status::sending) << "in doubt, and no receipt of its own";
    world.pass(minutes(1));
    EXPECT_EQ(status_of(world, 0), Status::unknown);
}

TEST(BadDay, AReceiptOfTwoIdsFindsItsMessageWhereverThatIs) {
    using carrier_sim::IdForm;
    struct Case {
        IdForm response, parameter, text;
        Duration receipt_delay;
        double early;
    };
    for (const Case& each : std::initializer_list<Case>{
             {IdForm::hex, IdForm::decimal, IdForm::hex, milliseconds(10), 0},      // in memory
             {IdForm::decimal, IdForm::hex, IdForm::decimal, milliseconds(10), 1},  // early
             {IdForm::hex, IdForm::decimal, IdForm::hex, minutes(2), 0},            // on disk
             {IdForm::hex, IdForm::hex, IdForm::decimal, minutes(2), 0.5}}) {       // by the first
        Plan plan = Plan::quiet();
        plan.carriers[0].engine.uncertain_hold = seconds(30);
        carrier_sim::Settings& carrier = plan.carriers[0].behaviour;
        carrier.id_in_response = each.response;
        carrier.id_in_receipt_tlv = each.parameter;
        carrier.id_in_receipt_text = each.text;
        carrier.receipt_tlvs = true;
        carrier.response_delay = {milliseconds(20), milliseconds(20)};
        carrier.receipt_delay = {each.receipt_delay, each.receipt_delay};
        carrier.receipt_before_response_chance = each.early;
        carrier.receipt_lead = {milliseconds(5), milliseconds(5)};
        carrier.receipt_duplicate_chance = 0.5;
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        for (std::uint64_t n = 0; n < 200; ++n) {
            world.send(to(contact_number(n % 7), n, n % 10 == 0 ? filler(16) : ""));
            world.pass(milliseconds(20));
        }
        world.finish();
        for (std::size_t n = 0; n < 200; ++n)
            ASSERT_EQ(status_of(world, n), Status::delivered) << n;
    }
}

}  // namespace
}  // namespace parley::simulation
