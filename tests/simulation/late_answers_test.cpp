// A submit_sm_resp that comes after response_timeout, in the same session: what it says of its
// segment ends the doubt, once, and only if nothing else has.

#include "tests/simulation/look.h"

#include <gtest/gtest.h>

namespace parley::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using storage::Phase;
using storage::Status;

const std::string anna = contact_number(1);

/// Requests time out after two seconds; answers take three.
Plan answering_late() {
    Plan plan = Plan::quiet();
    plan.slow_commits = 0;
    plan.carriers[0].behaviour.response_delay = {seconds(3), seconds(3)};
    plan.carriers[0].behaviour.receipt_delay = {seconds(10), seconds(10)};
    return plan;
}

storage::Message message_of(World& world, std::size_t n) {
    const auto message = world.find(world.accepted().at(n));
    EXPECT_TRUE(message.has_value());
    return message.value_or(storage::Message{});
}

TEST(LateAnswers, EndTheDoubtWithTheIdThatReceiptsWillName) {
    World world(answering_late());
    world.boot();
    world.pass(seconds(1));
    // Two of one thread: by its addresses alone no receipt could be told whose it is.
    world.send(to(anna, 1));
    world.send(to(anna, 2));
    world.pass(milliseconds(2'500));
    EXPECT_EQ(message_of(world, 0).segments[0].phase, Phase::uncertain);
    world.pass(seconds(4));
    for (const std::size_t n : {0u, 1u}) {
        const storage::Message message = message_of(world, n);
        EXPECT_EQ(message.status, Status::sent);
        EXPECT_EQ(message.segments[0].phase, Phase::sent);
        EXPECT_FALSE(message.segments[0].carrier_message_id.empty());
    }
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 2u);
    EXPECT_EQ(world.carrier("acme").books().counts.submits, 2u);
}

TEST(LateAnswers, AreKeptLikeAnyOther) {
    World world(answering_late());
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.send(to(anna, 2));
    world.pass(seconds(7));
    world.crash();
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 2u);
    EXPECT_EQ(world.carrier("acme").books().counts.submits, 2u);
}

TEST(LateAnswers, OfEveryPartMakeALongMessageWhole) {
    Plan plan = answering_late();
    plan.carriers[0].engine.window = 2;  // the last parts wait until the first are given up
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1, filler(60)));
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 1u);
    EXPECT_EQ(world.carrier("acme").books().counts.submits, message_of(world, 0).segments.size());
}

TEST(LateAnswers, OfWhatAReceiptHasSettledChangeNothing) {
    Plan plan = answering_late();
    plan.carriers[0].behaviour.receipt_delay = {milliseconds(0), milliseconds(0)};
    plan.carriers[0].behaviour.receipt_before_response_chance = 1;
    plan.carriers[0].behaviour.receipt_lead = {milliseconds(600), milliseconds(600)};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(milliseconds(2'700));
    EXPECT_EQ(message_of(world, 0).status, Status::delivered) << "after 2.4 s";
    world.pass(seconds(1));
    EXPECT_EQ(message_of(world, 0).status, Status::delivered);
    world.finish();
}

/// The receipts come while all parts are in doubt, in another order than the parts.
TEST(LateAnswers, PutReceiptsWhereTheirIdsSay) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        Plan plan = answering_late();
        plan.seed = seed;
        carrier_sim::Settings& behaviour = plan.carriers[0].behaviour;
        behaviour.response_delay = {milliseconds(2'500), milliseconds(4'000)};
        behaviour.receipt_delay = {milliseconds(0), milliseconds(0)};
        behaviour.receipt_before_response_chance = 0.5;
        behaviour.receipt_lead = {milliseconds(0), milliseconds(400)};
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        world.send(to(anna, 1, filler(30)));
        world.finish();
        EXPECT_EQ(count_of(world, Status::delivered), 1u) << "seed " << seed;
    }
}

TEST(LateAnswers, ThatRefuseSendTheMessageAgainAndNobodyDoubtsIt) {
    Plan plan = Plan::quiet();
    plan.slow_commits = 0;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.carrier("acme").refuse_submits(smpp::Status::ESME_RTHROTTLED);
    world.send(to(anna, 1));
    // Whatever the carrier says takes until it is too late.
    world.silence("acme-1", seconds(3));
    world.silence("acme-2", seconds(3));
    world.pass(milliseconds(2'500));
    EXPECT_EQ(message_of(world, 0).segments[0].phase, Phase::uncertain);
    world.carrier("acme").refuse_submits({});
    world.pass(seconds(3));
    EXPECT_EQ(message_of(world, 0).segments[0].phase, Phase::settled);
    world.finish();
    EXPECT_EQ(count_of(world, Status::delivered), 1u);
    EXPECT_EQ(world.carrier("acme").books().counts.accepted, 1u);
}

/// The checkers compare the id of every segment with the carrier's books.
TEST(LateAnswers, ToWhatWasSentAgainAreNotTakenForTheAnswerToThat) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Plan plan = answering_late();
        plan.seed = seed;
        plan.carriers[0].engine.on_uncertain = config::OnUncertain::resend;
        plan.carriers[0].behaviour.response_delay = {milliseconds(10), milliseconds(100)};
        plan.carriers[0].behaviour.response_late_chance = 0.4;
        plan.carriers[0].behaviour.response_late_by = {seconds(2), seconds(5)};
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        for (std::uint64_t n = 1; n <= 40; ++n)
            world.send(to(contact_number(n % 12), n));
        world.finish();
        EXPECT_EQ(count_of(world, Status::delivered), 40u) << "seed " << seed;
    }
}

}  // namespace
}  // namespace parley::simulation
