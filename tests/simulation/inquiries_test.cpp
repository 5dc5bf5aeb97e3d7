// What a carrier is asked about messages that it has: query_sm when a receipt stays away, cancel_sm
// and replace_sm when a caller wishes so. And the same wishes for what has not left.

#include "engine/carrier/operator_table.h"
#include "protocol/smpp/time.h"
#include "tests/simulation/deliveries.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace parley::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using storage::Status;

// ---- query_sm
// ------------------------------------------------------------------------------------

/// Receipts never come; the carrier knows what became of its messages.
Plan without_receipts() {
    Plan plan = Plan::quiet();
    plan.contacts = 300;
    plan.carriers[0].engine.query = {.after = seconds(10), .rate = 20, .times = 3};
    plan.carriers[0].behaviour.receipt_missing_chance = 1;
    return plan;
}

std::uint64_t queries(World& world) {
    return world.carrier("acme").books().counts.queries;
}

/// peers.md §3.11: query_sm where the carrier supports it.
TEST(Inquiry, WhoseReceiptStaysAwayIsAskedForAndEndsAsTheCarrierSays) {
    for (const auto state : {text::MessageState::delivered, text::MessageState::undeliverable,
                             text::MessageState::expired}) {
        Plan plan = without_receipts();
        plan.carriers[0].behaviour.receipt_states = {{state, 1, ""}};
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        for (std::uint64_t n = 1; n <= 6; ++n)
            world.send(to(contact_number(n), n, n == 2 ? filler(20) : " hello"));
        world.pass(seconds(9));
        EXPECT_EQ(queries(world), 0u) << "not before its time";
        world.pass(seconds(20));
        EXPECT_EQ(queries(world), world.submits()) << "each segment once";
        const Status end = state == text::MessageState::delivered ? Status::delivered
                           : state == text::MessageState::expired ? Status::expired
                                                                  : Status::undelivered;
        for (std::size_t n = 0; n < 6; ++n) {
            const storage::Message message = message_of(world, n);
            EXPECT_EQ(message.status, end);
            ASSERT_EQ(message.inquiries.size(), message.segments.size());
            const storage::Inquiry& inquiry = message.inquiries.front();
            EXPECT_EQ(inquiry.operation, storage::Operation::query);
            EXPECT_EQ(inquiry.times, 1);
            EXPECT_EQ(inquiry.state, state);
            EXPECT_NE(inquiry.final_at, 0);
            EXPECT_GE(inquiry.answered_at, inquiry.asked_at);
        }
        world.finish();
    }
}

TEST(Inquiry, NobodyIsAskedWithoutTheSetting) {
    Plan plan = without_receipts();
    plan.carriers[0].engine.query = {};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(minutes(10));
    EXPECT_EQ(queries(world), 0u);
    world.finish();
    EXPECT_EQ(status_of(world, 0), Status::unknown);
}

TEST(Inquiry, AMessageOnItsWayIsAskedAboutAsOftenAsTheSettingSaysAlsoOverCrashes) {
    Plan plan = without_receipts();
    plan.carriers[0].behaviour.receipt_missing_chance = 0;
    plan.carriers[0].behaviour.receipt_delay = {minutes(15), minutes(15)};
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    for (int n = 0; n < 6; ++n) {
        world.pass(seconds(30));
        world.crash();
    }
    world.pass(minutes(5));
    EXPECT_EQ(queries(world), 3u);
    const storage::Message message = message_of(world, 0);
    EXPECT_EQ(message.status, Status::sent);
    ASSERT_EQ(message.inquiries.size(), 1u);
    EXPECT_EQ(message.inquiries[0].times, 3);
    EXPECT_EQ(message.inquiries[0].state, text::MessageState::enroute);
    world.finish();
    EXPECT_EQ(status_of(world, 0), Status::delivered) << "its receipt came after all";
}

/// What the checkers see to in every run: one final state, and windows that hold questions as well.
TEST(Inquiry, NoOrderOfReceiptsAndAnswersReversesAFinalState) {
    std::uint64_t asked = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Plan plan = Plan::quiet();
        plan.seed = seed;
        plan.contacts = 20;
        plan.carriers[0].engine.links = 1;
        plan.carriers[0].engine.window = 1 + static_cast<std::uint32_t>(seed % 3);
        plan.carriers[0].engine.query = {.after = seconds(3), .rate = 50, .times = 5};
        carrier_sim::Settings& carrier = plan.carriers[0].behaviour;
        carrier.response_delay = {milliseconds(0), milliseconds(200)};
        carrier.receipt_delay = {milliseconds(2'900), milliseconds(7'000)};
        carrier.receipt_enroute_chance = 0.4;
        carrier.receipt_duplicate_chance = 0.3;
        carrier.receipt_missing_chance = 0.3;
        carrier.receipt_states = {{text::MessageState::delivered, 3},
                                  {text::MessageState::undeliverable, 1},
                                  {text::MessageState::expired, 1}};
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        for (std::uint64_t n = 1; n <= 20; ++n)
            world.send(to(contact_number(n), n, n % 5 == 0 ? filler(20) : " hello"));
        world.pass(milliseconds(3'000 + static_cast<std::int64_t>(seed) * 50));
        if (seed % 2 == 0) world.cut("acme-1");
        if (seed % 3 == 0) world.crash();
        world.finish();
        asked += queries(world);
        for (std::size_t n = 0; n < 20; ++n)
            EXPECT_TRUE(storage::is_final(status_of(world, n)));
    }
    EXPECT_GT(asked, 500u);
}

TEST(Inquiry, QuestionsKeepTheirPaceAndTakeNothingFromSubmits) {
    Plan plan = without_receipts();
    plan.slow_commits = 0;
    plan.carriers[0].engine.query.rate = 2;
    plan.carriers[0].engine.throughput = 50;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 0; n < 100; ++n)
        world.send(to(contact_number(n), n + 1));
    world.pass(seconds(20));  // all of them are overdue
    const std::uint64_t before = queries(world);
    const std::uint64_t submits = world.submits();
    for (std::uint64_t n = 100; n < 300; ++n)
        world.send(to(contact_number(n), 1'000 + n));
    world.pass(seconds(5));
    EXPECT_GE(queries(world) - before, 8u);
    EXPECT_LE(queries(world) - before, 11u);
    EXPECT_GE(world.submits() - submits, 200u) << "50 a second, and not 48";
    world.finish();
}

TEST(Inquiry, ACarrierThatDoesNotKnowTheQuestionIsAskedNoMore) {
    Plan plan = without_receipts();
    plan.carriers[0].behaviour.knows_query_sm = false;
    plan.carriers[0].engine.query.rate = 1;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 5; ++n)
        world.send(to(contact_number(n), n));
    world.pass(minutes(5));
    EXPECT_EQ(queries(world), 1u);
    world.finish();
    EXPECT_EQ(status_of(world, 0), Status::unknown);
}

TEST(Inquiry, AMessageThatTheCarrierHasForgottenIsAskedAboutOnce) {
    Plan plan = without_receipts();
    plan.carriers[0].behaviour.keep_books = false;  // then it knows no message
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    for (std::uint64_t n = 1; n <= 5; ++n)
        world.send(to(contact_number(n), n));
    world.pass(minutes(3));
    EXPECT_EQ(queries(world), 5u);
    EXPECT_EQ(message_of(world, 0).inquiries.at(0).command_status,
              static_cast<std::uint32_t>(smpp::Status::ESME_RQUERYFAIL));
    EXPECT_EQ(status_of(world, 0), Status::sent);
}

TEST(Inquiry, WithoutAnIdThereIsNothingToAskBy) {
    Plan plan = without_receipts();
    plan.carriers[0].engine.uncertain_hold = minutes(5);
    plan.carriers[0].behaviour.response_lost_chance = 1;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(minutes(4));
    EXPECT_EQ(queries(world), 0u);
    EXPECT_EQ(status_of(world, 0), Status::sending);
    world.pass(minutes(2));
    EXPECT_EQ(status_of(world, 0), Status::unknown);
}

TEST(Inquiry, BesideADoubtTheSegmentsThatHaveAnIdAreAskedAbout) {
    Plan plan = without_receipts();
    plan.carriers[0].engine.links = 1;
    plan.carriers[0].engine.window = 1;
    plan.carriers[0].engine.uncertain_hold = minutes(5);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1, filler(20)));
    while (world.submits() == 0)
        world.pass(milliseconds(1));
    change(world, [](carrier_sim::Settings& carrier) { carrier.response_lost_chance = 1; });
    world.pass(minutes(1));
    const storage::Message message = message_of(world, 0);
    EXPECT_EQ(message.segments[0].phase, storage::Phase::settled);
    EXPECT_EQ(message.segments[1].phase, storage::Phase::uncertain);
    EXPECT_EQ(queries(world), 1u);
}

// ---- Cancel and replace what the carrier has
// --------------------------------------------------------------

/// Its receipts come after a minute; until then it lets go of messages.
Plan letting_go() {
    Plan plan = Plan::quiet();
    plan.carriers[0].engine.cancel_sm = plan.carriers[0].engine.replace_sm = true;
    plan.carriers[0].behaviour.takes_changes = true;
    plan.carriers[0].behaviour.receipt_delay = {minutes(1), minutes(1)};
    return plan;
}

TEST(Inquiry, ACancelIsSaidOnceTheCarrierHasConfirmedItForAllSegments) {
    for (const Duration after : {Duration(seconds(1)), Duration(seconds(20))}) {  // then on disk
        World world(letting_go());
        world.boot();
        world.pass(seconds(1));
        world.send(to(anna, 1));
        world.send(to(contact_number(2), 2, filler(20)));
        world.pass(after);
        for (const storage::MessageId id : world.accepted()) {
            const api::ChangeOutcome outcome = world.cancel_and_wait(id);
            EXPECT_TRUE(outcome.done) << outcome.detail;
            EXPECT_EQ(outcome.message->status, Status::canceled);
            EXPECT_TRUE(world.cancel_and_wait(id).done) << "and told so again";
        }
        world.finish();  // with the receipts that say DELETED
        for (std::size_t n = 0; n < 2; ++n) {
            EXPECT_EQ(message_of(world, n).reason, "canceled_by_caller");
            for (const storage::Segment& segment : message_of(world, n).segments)
                EXPECT_EQ(segment.state, text::MessageState::deleted);
        }
    }
}

TEST(Inquiry, ACancelThatTheCarrierRefusesOrIsNotAskedForSaysWhy) {
    for (const bool asked : {true, false}) {
        Plan plan = letting_go();
        plan.carriers[0].engine.cancel_sm = asked;
        plan.carriers[0].behaviour.takes_changes = false;
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        world.send(to(anna, 1));
        world.pass(seconds(1));
        const api::ChangeOutcome outcome = world.cancel_and_wait(world.accepted().at(0));
        EXPECT_FALSE(outcome.done);
        EXPECT_EQ(outcome.problem, asked ? api::Problem::not_changeable : api::Problem::none);
        EXPECT_NE(outcome.detail.find(asked ? "ESME_RCANCELFAIL" : "cancel_sm is false"),
                  std::string::npos)
            << outcome.detail;
        world.finish();
        EXPECT_EQ(status_of(world, 0), Status::delivered);
    }
}

TEST(Inquiry, ACancelWithoutAnAnswerIsNotSaidAndItsReceiptTellsLater) {
    World world(letting_go());
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(seconds(1));
    world.silence("acme-1", seconds(30));
    world.silence("acme-2", seconds(30));
    const api::ChangeOutcome outcome = world.cancel_and_wait(world.accepted().at(0));
    EXPECT_FALSE(outcome.done);
    EXPECT_EQ(outcome.problem, api::Problem::carrier_silent);
    EXPECT_EQ(status_of(world, 0), Status::sent);
    world.finish();
    EXPECT_TRUE(storage::is_final(status_of(world, 0)));
}

/// Also when it is said beside a turn, and the next one goes at the very moment when it is given
/// up. How long a shard takes to its turn is drawn: hence as many worlds.
TEST(Inquiry, ACancelWithoutAnAnswerGivesUpItsPlaceInTheWindowWhenItsTimeIsUp) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Plan plan = Plan::quiet();
        plan.seed = seed;
        plan.carriers[0].engine.links = 1;
        plan.carriers[0].engine.window = 1;
        plan.carriers[0].engine.cancel_sm = true;
        plan.carriers[0].behaviour.receipt_delay = {minutes(1), minutes(1)};
        World world(plan);
        world.boot();
        world.pass(seconds(2));
        world.send(to(contact_number(1), 1));
        world.pass(seconds(1));
        ASSERT_EQ(status_of(world, 0), Status::sent);
        world.silence("acme-1", seconds(3));
        world.cancel(world.accepted().front());
        world.pass(seconds(1));
        world.send(to(contact_number(2), 2));
        EXPECT_NO_THROW(world.pass(milliseconds(1'100))) << "seed " << seed;
        world.pass(seconds(1));
        EXPECT_EQ(world.submits(), 2U);
    }
}

TEST(Inquiry, ACarrierThatIsAwayCannotBeAskedToCancel) {
    World world(letting_go());
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(seconds(1));
    world.take_away("acme", seconds(30));
    world.pass(seconds(1));
    const api::ChangeOutcome outcome = world.cancel_and_wait(world.accepted().at(0));
    EXPECT_EQ(outcome.problem, api::Problem::carrier_unavailable);
    world.finish();
    EXPECT_EQ(status_of(world, 0), Status::delivered);
}

TEST(Inquiry, AMessageThatWaitsGetsAnotherTextInItsOwnSegmentsAndKeepsItOverACrash) {
    Plan plan = Plan::quiet();
    plan.shards = 3;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    Order later = to(anna, 1);
    later.later = minutes(2);
    world.send(later);  // until its send_at
    world.pass(seconds(1));
    world.take_away("acme", minutes(1));
    world.pass(milliseconds(100));
    world.send(to(contact_number(2), 2));  // in a lane
    world.send(to(contact_number(2), 3));  // behind that one
    world.send(to(contact_number(4), 4, filler(20)));
    world.pass(seconds(1));
    for (std::size_t n = 0; n < 4; ++n) {
        const storage::Message before = message_of(world, n);
        const std::string text = marker_of(before.text) + (n == 3 ? " short" : filler(20));
        const api::ChangeOutcome outcome =
            world.change(before.id, text, n == 0 ? Duration(minutes(30)) : Duration(0));
        EXPECT_TRUE(outcome.done) << n << " " << outcome.detail;
        EXPECT_EQ(outcome.message->segments.size(), n == 3 ? 1u : 3u);
        EXPECT_EQ(outcome.message->decisions.size(), 2u) << "the gate was asked again";
    }
    EXPECT_NEAR(static_cast<double>(message_of(world, 0).expires_at - message_of(world, 0).send_at),
                30 * 60'000, 2'000);
    world.crash();
    world.finish();
    EXPECT_EQ(world.submits(), 3u + 3u + 3u + 1u);
    for (std::size_t n = 0; n < 4; ++n)
        EXPECT_EQ(status_of(world, n), Status::delivered);
}

TEST(Inquiry, AChangeBesideTheDispatchToAnotherShardIsSentOrRefusedNeverHalf) {
    std::size_t changed = 0;
    for (std::int64_t after = 0; after < 40; ++after) {
        Plan plan = Plan::quiet();
        plan.seed = static_cast<std::uint64_t>(after) + 1;
        plan.shards = 3;
        plan.carriers[0].engine.throughput = 500;
        plan.carriers[0].engine.burst = 1;
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        for (std::uint64_t n = 1; n <= 12; ++n)
            world.send(to(contact_number(n), n));
        while (world.accepted().empty())
            world.pass(std::chrono::microseconds(20));
        world.pass(std::chrono::microseconds(60 * after));
        for (const storage::MessageId id : std::vector(world.accepted())) {
            const auto message = world.find(id);
            const std::string text = marker_of(message->text) + " changed";
            changed += world.change(id, text).done ? 1 : 0;
        }
        world.finish();  // what the carrier took is what the message says
    }
    EXPECT_GT(changed, 30u);
}

TEST(Inquiry, AMessageThatTheCarrierHasIsReplacedThereWithTheTextAndTheMessageAgreeing) {
    for (const Duration after : {Duration(seconds(1)), Duration(seconds(20))}) {
        World world(letting_go());
        world.boot();
        world.pass(seconds(1));
        world.send(to(anna, 1));
        world.pass(after);
        const api::ChangeOutcome outcome =
            world.change(world.accepted().at(0), marker(1) + " otherwise", minutes(30));
        EXPECT_TRUE(outcome.done) << outcome.detail;
        const carrier_sim::SubmitRecord& record = world.carrier("acme").books().submits.at(0);
        EXPECT_EQ(record.replaced, 1u);
        EXPECT_EQ(record.text(), marker(1) + " otherwise");
        EXPECT_EQ(record.validity_period.size(), 16u);
        world.crash();
        world.finish();
        EXPECT_EQ(message_of(world, 0).text, marker(1) + " otherwise");
        EXPECT_EQ(status_of(world, 0), Status::delivered);
    }
}

TEST(Inquiry, TheValidityOfAReplacementIsToldInTheFormOfTheDialect) {
    using config::ValidityForm;
    for (const ValidityForm form :
         {ValidityForm::relative, ValidityForm::absolute, ValidityForm::none}) {
        Plan plan = letting_go();
        plan.carriers[0].engine.dialect.validity_period = form;
        World world(plan);
        world.boot();
        world.pass(seconds(1));
        world.send(to(anna, 1));
        world.pass(seconds(1));
        const UnixMs before = world.now().wall;
        const api::ChangeOutcome outcome =
            world.change(world.accepted().at(0), marker(1) + " otherwise", minutes(30));
        ASSERT_TRUE(outcome.done) << outcome.detail;
        EXPECT_NEAR(static_cast<double>(outcome.message->expires_at - before), 30 * 60'000, 100);
        const std::chrono::sys_time<milliseconds> until{milliseconds(outcome.message->expires_at)};
        const smpp::TimeText absolute = smpp::write_time(
            smpp::AbsoluteTime{.utc = std::chrono::floor<smpp::Tenths>(until), .quarter_hours = 0});
        const std::string wanted = form == ValidityForm::relative   ? "000000003000000R"
                                   : form == ValidityForm::absolute ? std::string(absolute.view())
                                                                    : "";
        EXPECT_EQ(world.carrier("acme").books().submits.at(0).validity_period, wanted);
        world.finish();
    }
}

TEST(Inquiry, AChangeGivesNoMoreValidityThanTheRouteDoes) {
    Plan plan = letting_go();
    plan.routes[0].validity = minutes(20);
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1));
    world.pass(seconds(1));
    Order later = to(contact_number(2), 2);
    later.later = minutes(2);
    world.send(later);
    world.pass(seconds(1));
    for (const std::size_t n : {0u, 1u}) {
        const api::ChangeOutcome outcome =
            world.change(world.accepted().at(n), marker(n + 1) + " otherwise", minutes(90));
        ASSERT_TRUE(outcome.done) << outcome.detail;
        const UnixMs from = std::max(world.now().wall, outcome.message->send_at);
        EXPECT_NEAR(static_cast<double>(outcome.message->expires_at - from), 20 * 60'000, 200);
    }
    EXPECT_EQ(world.carrier("acme").books().submits.at(0).validity_period, "000000002000000R");
    world.finish();
}

TEST(Inquiry, AChangeCountsTheOperatorTableAsTheIntakeDoes) {
    Plan plan = Plan::quiet();
    plan.live_octets_max = 50'000;
    World world(plan);
    world.boot();
    world.pass(seconds(1));
    world.take_away("acme", minutes(2));
    world.send(to(anna, 1));
    world.pass(seconds(1));
    const storage::MessageId id = world.accepted().at(0);
    const std::int64_t before = world.queue().memory_octets;
    carrier::OperatorTableReader reader;
    for (int n = 0; n < 9'000; ++n)
        reader.feed("+1555" + std::to_string(1'000'000 + n) + ",rose\n");
    const auto table = std::make_shared<const carrier::OperatorTable>(*reader.finish());
    ASSERT_GT(table->octets(), 50'000u);
    world.take_operators(table);
    EXPECT_EQ(world.queue().memory_octets, before + static_cast<std::int64_t>(table->octets()));
    EXPECT_EQ(world.change(id, marker(1) + filler(20)).problem, api::Problem::queue_full);
    EXPECT_TRUE(world.change(id, marker(1)).done) << "a shorter one takes nothing more";
    world.finish();
}

TEST(Inquiry, WhatCannotBeReplacedAtTheCarrierSaysWhy) {
    World world(letting_go());
    world.boot();
    world.pass(seconds(1));
    world.send(to(anna, 1, filler(20)));
    world.send(to(contact_number(2), 2));
    world.pass(seconds(1));
    const auto refusal = [&](std::size_t n, const std::string& text) {
        const api::ChangeOutcome outcome = world.change(world.accepted().at(n), text);
        EXPECT_FALSE(outcome.done);
        EXPECT_EQ(outcome.problem, api::Problem::not_changeable);
        return outcome.detail;
    };
    EXPECT_EQ(refusal(0, "short"),
              "It is with carrier acme in 3 segments, and replace_sm changes a message of one");
    EXPECT_EQ(refusal(1, "Привет"),
              "replace_sm takes one segment of gsm7, as the message was sent: this text needs 1 of "
              "ucs2");
    EXPECT_NE(refusal(1, std::string(300, 'x')).find("needs 2 of gsm7"), std::string::npos);
    change(world, [](carrier_sim::Settings& carrier) { carrier.takes_changes = false; });
    EXPECT_EQ(refusal(1, "short"), "Carrier acme refused: ESME_RREPLACEFAIL");
    world.suppress("brand:demo", contact_number(2));
    world.pass(seconds(1));
    EXPECT_EQ(world.change(world.accepted().at(1), "short").problem, api::Problem::suppressed);
    world.finish();

    Plan plan = letting_go();
    plan.carriers[0].engine.replace_sm = false;
    World other(plan);
    other.boot();
    other.pass(seconds(1));
    other.send(to(anna, 1));
    other.pass(seconds(1));
    const api::ChangeOutcome outcome = other.change(other.accepted().at(0), "short");
    EXPECT_EQ(outcome.problem, api::Problem::not_changeable);
    EXPECT_EQ(outcome.detail,
              "It is with carrier acme, which is not asked to replace: replace_sm is false in its "
              "configuration");
    other.pass(minutes(2));
    EXPECT_FALSE(other.change(other.accepted().at(0), "short").done) << "it has ended";
    other.finish();
}

}  // namespace
}  // namespace parley::simulation
