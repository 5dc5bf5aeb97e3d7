// What operators ask over the API: cancel, send again, lists of what went wrong, queue, route,
// capture.

#include "tests/support/api_bed.h"

#include <gtest/gtest.h>

namespace parley::api {
namespace {

using storage::Direction;
using storage::Status;

class OperatorApi : public ::testing::Test, public parley::testing::ApiBed {
protected:
    storage::Message& message(Status status, const std::string& account = "shop") {
        auto& added = backend.add_message(Direction::outbound, account, "+15550001000",
                                          "+15557654321", "hello");
        added.status = status;
        added.segments.resize(1);
        return added;
    }
    std::string path(const storage::Message& of) {
        return "/v1/messages/" + storage::to_text(of.id);
    }
    std::vector<std::string> listed() {
        std::vector<std::string> ids;
        const auto object = json();
        for (const auto& each : object.at("messages").as_array())
            ids.emplace_back(each.as_object().at("id").as_string());
        return ids;
    }
};

TEST_F(OperatorApi, AMessageThatWaitsIsCanceledAndToldSoAgain) {
    const auto& waiting = message(Status::queued);
    for (int n = 0; n < 2; ++n) {
        EXPECT_EQ(call(Method::del, path(waiting)).status, 200u);
        EXPECT_EQ(text("status"), "canceled");
    }
}

TEST_F(OperatorApi, WhatHasLeftIsNotCanceledAndItsStatusSaid) {
    EXPECT_EQ(call(Method::del, path(message(Status::sent))).status, 409u);
    EXPECT_EQ(text("code"), "wrong_status");
    EXPECT_EQ(text("message_status"), "sent");
    const auto& inbound =
        backend.add_message(Direction::inbound, "shop", "+15557654321", "+15550001000", "hi");
    EXPECT_EQ(call(Method::del, path(inbound)).status, 409u);
    EXPECT_EQ(text("message_status"), "received");
}

TEST_F(OperatorApi, WhatTheEngineOwesToAContactIsNotCanceledByACaller) {
    using storage::MessageClass;
    for (const auto ours : {MessageClass::opt_out_confirmation, MessageClass::opt_in_confirmation,
                            MessageClass::help_answer}) {
        auto& waiting = message(Status::queued);
        waiting.message_class = ours;
        EXPECT_EQ(call(Method::del, path(waiting)).status, 409u);
        EXPECT_EQ(text("code"), "not_changeable");
        EXPECT_NE(text("detail").find(storage::name(ours)), std::string::npos);
        EXPECT_EQ(waiting.status, Status::queued);
    }
}

TEST_F(OperatorApi, AMessageThatWaitsGetsAnotherText) {
    const auto& waiting = message(Status::held);
    EXPECT_EQ(
        call(Method::patch, path(waiting), R"({"text":"otherwise","validity":"PT2H"})").status,
        200u);
    EXPECT_EQ(text("text"), "otherwise");
    ASSERT_EQ(backend.changes.size(), 1u);
    EXPECT_EQ(backend.changes[0].validity_ms, 7'200'000);
    EXPECT_EQ(call(Method::patch, path(waiting), R"({"text":"again"})").status, 200u);
    EXPECT_EQ(backend.changes[1].validity_ms, 0) << "as it is";
}

TEST_F(OperatorApi, WhatCannotBeChangedSaysWhy) {
    const auto patch = [&](const storage::Message& of, std::string_view body) {
        return call(Method::patch, path(of), body).status;
    };
    const auto& sent = message(Status::sent);
    backend.change_outcome = {.problem = Problem::not_changeable, .detail = "it has 3 segments"};
    EXPECT_EQ(patch(sent, R"({"text":"x"})"), 409u);
    EXPECT_EQ(text("code"), "not_changeable");
    EXPECT_EQ(text("detail"), "it has 3 segments");
    backend.change_outcome = {.problem = Problem::carrier_silent};
    EXPECT_EQ(patch(sent, R"({"text":"x"})"), 504u);
    backend.change_outcome = {.problem = Problem::carrier_unavailable};
    EXPECT_EQ(patch(sent, R"({"text":"x"})"), 503u);
    EXPECT_NE(answer->headers.find("Retry-After"), std::string::npos);
    backend.change_outcome = {};
    EXPECT_EQ(patch(message(Status::delivered), R"({"text":"x"})"), 409u);
    EXPECT_EQ(text("code"), "wrong_status");
    EXPECT_EQ(text("message_status"), "delivered");
    auto& ours = message(Status::queued);
    ours.message_class = storage::MessageClass::help_answer;
    EXPECT_EQ(patch(ours, R"({"text":"x"})"), 409u);
    EXPECT_EQ(text("code"), "not_changeable");
    const std::size_t asked = backend.changes.size();
    for (const auto* body : {R"({})", R"({"text":""})", R"({"text":"x","to":"+15550000000"})", "[]",
                             R"([{"text":"a"},{"text":"b"}])", R"({"text":"x","validity":0})"})
        EXPECT_EQ(patch(message(Status::held), body), 400u) << body;
    EXPECT_EQ(backend.changes.size(), asked);
}

TEST_F(OperatorApi, WhatTheCarrierWasAskedStandsWithTheMessage) {
    auto& asked = message(Status::sent);
    EXPECT_EQ(call(Method::get, path(asked)).status, 200u);
    EXPECT_FALSE(json().contains("inquiries"));
    asked.inquiries = {{.operation = storage::Operation::query,
                        .times = 2,
                        .asked_at = 1'700'000'000'000,
                        .answered_at = 1'700'000'000'500,
                        .state = text::MessageState::delivered,
                        .final_at = 1'699'999'990'000},
                       {.operation = storage::Operation::cancel,
                        .times = 1,
                        .asked_at = 1'700'000'000'000,
                        .answered_at = 1'700'000'000'500,
                        .command_status = 0x11}};
    EXPECT_EQ(call(Method::get, path(asked)).status, 200u);
    const auto object = json();
    const auto& list = object.at("inquiries").as_array();
    EXPECT_EQ(boost::json::serialize(list[0]),
              R"({"operation":"query_sm","segment":1,"times":2,)"
              R"("asked_at":"2023-11-14T22:13:20.000Z","answered_at":"2023-11-14T22:13:20.500Z",)"
              R"("state":"DELIVERED","final_at":"2023-11-14T22:13:10.000Z"})");
    EXPECT_EQ(list[1].at("command_status"), "0x00000011");
    EXPECT_FALSE(list[1].as_object().contains("state"));
}

TEST_F(OperatorApi, NobodyCancelsAnothersMessageButAnOperator) {
    const auto id = path(message(Status::queued, "partner"));
    EXPECT_EQ(call(Method::del, id).status, 404u);
    key = "ops-key";
    EXPECT_EQ(call(Method::del, id).status, 200u);
}

TEST_F(OperatorApi, ADeadLetterIsSentAgainWithALinkToIt) {
    auto& dead = message(Status::failed);
    dead.message_class = storage::MessageClass::promotional;
    dead.client_ref = "order-7";
    dead.expires_at = dead.accepted_at + 3'600'000;
    dead.tlvs = {{"template_id", "11071"}};
    EXPECT_EQ(post(path(dead) + "/resend", "").status, 202u);
    EXPECT_EQ(text("client_ref"), "order-7");
    ASSERT_EQ(backend.sent.size(), 1u);
    EXPECT_EQ(backend.sent[0].resend_of, dead.id);
    EXPECT_EQ(backend.sent[0].text, "hello");
    EXPECT_EQ(backend.sent[0].to, "+15557654321");
    EXPECT_EQ(backend.sent[0].validity_ms, 3'600'000);
    EXPECT_EQ(backend.sent[0].message_class, storage::MessageClass::promotional);
    EXPECT_EQ(backend.sent[0].tlvs, dead.tlvs);
}

TEST_F(OperatorApi, OnlyACallersDeadLetterIsSentAgainAndTheGateMaySayNo) {
    EXPECT_EQ(post(path(message(Status::delivered)) + "/resend", "").status, 409u);
    auto& confirmation = message(Status::failed);
    confirmation.message_class = storage::MessageClass::opt_out_confirmation;
    EXPECT_EQ(post(path(confirmation) + "/resend", "").status, 409u);
    EXPECT_TRUE(backend.sent.empty());
    backend.outcomes.push_back({.problem = Problem::suppressed, .detail = "opted out"});
    EXPECT_EQ(post(path(message(Status::unknown)) + "/resend", "").status, 403u);
    EXPECT_EQ(text("code"), "suppressed");
}

TEST_F(OperatorApi, DeadLettersAreFilteredAndPaged) {
    auto& failed = message(Status::failed);
    failed.reason = "retries_exhausted";
    failed.carrier = "acme";
    const auto failed_id = storage::to_text(failed.id);
    message(Status::delivered);
    auto& expired = message(Status::expired);
    expired.carrier = "beta";
    const auto expired_id = storage::to_text(expired.id);
    message(Status::failed, "partner");
    get("/v1/dead-letters");
    EXPECT_EQ(listed(), (std::vector{expired_id, failed_id}));
    get("/v1/dead-letters?status=failed,unknown&reason=retries_exhausted&carrier=acme"
        "&to=+15557654321&accepted_from=2023-11-01T00:00:00Z&accepted_before=2024-01-01T00:00:00Z");
    EXPECT_EQ(listed(), std::vector{failed_id});
    get("/v1/dead-letters?limit=1");
    EXPECT_EQ(listed(), std::vector{expired_id});
    get("/v1/dead-letters?limit=1&cursor=" + text("next"));
    EXPECT_EQ(listed(), std::vector{failed_id});
    key = "ops-key";
    get("/v1/dead-letters");
    EXPECT_EQ(listed().size(), 3u);
    get("/v1/dead-letters?account=partner");
    EXPECT_EQ(listed().size(), 1u);
}

TEST_F(OperatorApi, AListRefusesWhatItDoesNotKnow) {
    for (const auto* query :
         {"status=delivered", "status=", "accepted_from=yesterday", "account=partner", "limit=0"}) {
        EXPECT_EQ(get(std::string("/v1/dead-letters?") + query).status, 400u) << query;
    }
    EXPECT_EQ(get("/v1/uncertain?status=failed").status, 400u);
    message(Status::sending);
    get("/v1/uncertain");
    EXPECT_EQ(listed().size(), 1u);
}

TEST_F(OperatorApi, TheQueueIsShownPerCarrierAndShard) {
    CarrierQueueView carrier{.carrier = "acme", .up = true, .retrying = 3};
    carrier.waiting[1] = 7;
    carrier.oldest_since[1] = backend.wall;
    carrier.limits = {{.limit = "campaign", .rate = 1.25, .burst = 3, .at_once = 2},
                      {.limit = "daily",
                       .sender = "+15550001000",
                       .per_day = 200,
                       .spent = 150,
                       .reserve = 10,
                       .day_ends = backend.wall},
                      {.limit = "daily", .sender = "+15559999999", .per_day = 200}};
    backend.queue_view.carriers.push_back(carrier);
    backend.queue_view.shards.push_back({.shard = 0, .live = 10, .held = 2});
    EXPECT_EQ(get("/v1/queue").status, 200u);
    const auto object = json();
    const auto& shown = object.at("carriers").as_array().at(0).as_object();
    EXPECT_EQ(shown.at("waiting").as_object().at("conversational").as_int64(), 7);
    EXPECT_EQ(shown.at("oldest_since").as_object().at("conversational").as_string(),
              "2023-11-14T22:13:20.000Z");
    EXPECT_EQ(shown.at("retrying").as_int64(), 3);
    const auto& limits = shown.at("limits").as_array();
    ASSERT_EQ(limits.size(), 2u) << "the third is about a number of somebody else";
    EXPECT_EQ(limits[0].at("rate").as_double(), 1.25);
    EXPECT_EQ(limits[0].at("at_once").as_int64(), 2);
    EXPECT_FALSE(limits[0].as_object().contains("per_day"));
    EXPECT_EQ(limits[1].at("spent").as_int64(), 150);
    EXPECT_EQ(limits[1].at("day_ends").as_string(), "2023-11-14T22:13:20.000Z");
    EXPECT_FALSE(limits[1].as_object().contains("rate"));
    EXPECT_EQ(object.at("shards").as_array().at(0).as_object().at("held").as_int64(), 2);
}

TEST_F(OperatorApi, HowMuchOfAMessageArrivedStandsWithItWhereverItIsShown) {
    auto& partial = message(Status::undelivered);
    partial.segments.resize(3);
    for (auto& segment : partial.segments)
        segment.phase = storage::Phase::settled;
    partial.segments[0].state = text::MessageState::delivered;
    partial.segments[1].state = text::MessageState::expired;
    partial.segments[2].state = text::MessageState::unknown;
    const auto expected = boost::json::parse(
        R"({"outcome":"partial","segments":3,"delivered":1,"failed":1,"unknown":1,"pending":0})");
    get(path(partial));
    EXPECT_EQ(json().at("delivery"), expected);
    get("/v1/dead-letters");
    EXPECT_EQ(json().at("messages").as_array().at(0).as_object().at("delivery"), expected);
    const auto& inbound =
        backend.add_message(Direction::inbound, "shop", "+15557654321", "+15550001000", "hi");
    get(path(inbound));
    EXPECT_FALSE(json().contains("delivery"));
}

TEST_F(OperatorApi, ReceiptsWithoutAMessageAreShownToOperatorsAlone) {
    backend.unmatched = {{.carrier = "acme",
                          .carrier_message_id = "4711",
                          .from = "+15557654321",
                          .to = "+15550001000",
                          .state = text::MessageState::undeliverable,
                          .error = "77",
                          .received_at = 1'700'000'000'000,
                          .reason = "waiting"},
                         {.carrier = "beta",
                          .state = text::MessageState::enroute,
                          .received_at = 1'600'000'000'000,
                          .given_up_at = 1'600'003'600'000,
                          .reason = "unreadable"}};
    EXPECT_EQ(get("/v1/receipts/unmatched").status, 403u);
    EXPECT_EQ(text("code"), "operators_only");
    key = "ops-key";
    EXPECT_EQ(get("/v1/receipts/unmatched").status, 200u);
    const auto all = json().at("receipts").as_array();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0], boost::json::parse(R"({"carrier":"acme","reason":"waiting",
        "carrier_message_id":"4711","from":"+15557654321","to":"+15550001000",
        "state":"UNDELIVERABLE","error":"77","received_at":"2023-11-14T22:13:20.000Z"})"));
    EXPECT_EQ(all[1], boost::json::parse(R"({"carrier":"beta","reason":"unreadable",
        "state":"ENROUTE","received_at":"2020-09-13T12:26:40.000Z",
        "given_up_at":"2020-09-13T13:26:40.000Z"})"));
    get("/v1/receipts/unmatched?mask=true&reason=waiting");
    ASSERT_EQ(json().at("receipts").as_array().size(), 1u);
    const auto masked = json().at("receipts").as_array()[0].as_object();
    EXPECT_EQ(masked.at("from"), "+*********21");
    EXPECT_EQ(masked.at("carrier_message_id"), "4711");
    get("/v1/receipts/unmatched?carrier=beta&limit=1");
    EXPECT_EQ(json().at("receipts").as_array().size(), 1u);
    for (const char* query : {"reason=lost", "mask=yes", "limit=0", "limit=201", "to=+1555"})
        EXPECT_EQ(get(std::string("/v1/receipts/unmatched?") + query).status, 400u) << query;
}

TEST_F(OperatorApi, ARouteIsExplainedForTheCallersOwnSender) {
    backend.route_view.problem = Problem::suppressed;
    backend.route_view.prefix = "+1";
    backend.route_view.choices = {{"acme", false, false}, {"beta", true, true}};
    EXPECT_EQ(get("/v1/routes/explain?to=+15557654321&class=promotional").status, 200u);
    EXPECT_EQ(text("outcome"), "suppressed");
    EXPECT_EQ(text("route"), "+1");
    ASSERT_EQ(backend.questions.size(), 1u);
    EXPECT_EQ(backend.questions[0].from, "+15550001000");
    EXPECT_EQ(backend.questions[0].account, "shop");
    EXPECT_EQ(backend.questions[0].message_class, storage::MessageClass::promotional);
    EXPECT_EQ(get("/v1/routes/explain").status, 400u);
    EXPECT_EQ(get("/v1/routes/explain?to=+1&class=spam").status, 400u);
}

TEST_F(OperatorApi, AnExplanationNamesRoutesCarriersAndWhatTheyRestFor) {
    backend.route_view.owner = "lilac";
    backend.route_view.owner_digits = 11;
    backend.route_view.route = "ported";
    backend.route_view.prefix = "+";
    backend.route_view.pick = "cost";
    backend.route_view.failover_after_ms = 30'000;
    backend.route_view.considered = {{"ported", "+", true, "it fits"}, {"all", "+", false, "no"}};
    backend.route_view.choices = {{"acme", true, true, 1, 0.0075}, {"beta", true, false, 1, 2}};
    backend.route_view.choices[1].complaint = "tlvs.x: no";
    CarrierQueueView queue{.carrier = "acme", .up = true, .paused_ms = 900};
    queue.waiting[1] = 3;
    queue.waiting[3] = 4;
    backend.queue_view.carriers.push_back(queue);
    EXPECT_EQ(get("/v1/routes/explain?to=+15557654321&tlv=a:1&tlv=b:2:3").status, 200u);
    const auto route = json();
    EXPECT_EQ(route.at("operator").as_string(), "lilac");
    EXPECT_EQ(route.at("operator_digits").as_int64(), 11);
    EXPECT_EQ(route.at("route_name").as_string(), "ported");
    EXPECT_EQ(route.at("failover_after_ms").as_int64(), 30'000);
    EXPECT_TRUE(route.at("considered").as_array().at(0).as_object().at("wins").as_bool());
    const auto& acme = route.at("carriers").as_array().at(0).as_object();
    EXPECT_EQ(acme.at("cost").as_double(), 0.0075);
    EXPECT_EQ(acme.at("paused_ms").as_int64(), 900);
    EXPECT_EQ(acme.at("waiting").as_int64(), 7);
    const auto& beta = route.at("carriers").as_array().at(1).as_object();
    EXPECT_EQ(beta.at("complaint").as_string(), "tlvs.x: no");
    EXPECT_EQ(backend.questions.back().tlvs, (smpp::NamedTlvs{{"a", "1"}, {"b", "2:3"}}));
    EXPECT_EQ(get("/v1/routes/explain?to=+1&tlv=nameless").status, 400u);
}

TEST_F(OperatorApi, OnlyAnOperatorAsksForAnotherAccount) {
    EXPECT_EQ(get("/v1/routes/explain?to=+15557654321&account=clinic&from=DEMO").status, 400u);
    key = "ops-key";
    EXPECT_EQ(get("/v1/routes/explain?to=+15557654321&account=clinic").status, 400u)
        << "whose sender is meant?";
    EXPECT_EQ(get("/v1/routes/explain?to=+15557654321&account=clinic&from=DEMO").status, 200u);
    EXPECT_EQ(backend.questions.back().account, "clinic");
    EXPECT_EQ(backend.questions.back().from, "DEMO");
}

TEST_F(OperatorApi, CapturesAreForOperatorsOnly) {
    backend.link_views.push_back({.carrier = "acme", .link = "acme-1"});
    EXPECT_EQ(call(Method::put, "/v1/links/acme-1/capture").status, 403u);
    EXPECT_EQ(text("code"), "operators_only");
    EXPECT_EQ(get("/v1/links/acme-1/capture").status, 403u);
    key = "ops-key";
    EXPECT_EQ(get("/v1/links/acme-1/capture").status, 404u);
    EXPECT_EQ(call(Method::put, "/v1/links/other-1/capture").status, 404u);
    EXPECT_EQ(call(Method::put, "/v1/links/acme-1/capture").status, 204u);
    EXPECT_EQ(get("/v1/links/acme-1/capture?mask=true").status, 200u);
    EXPECT_EQ(answer->content_type, "application/x-pcapng");
    EXPECT_EQ(get("/v1/links/acme-1/capture?mask=maybe").status, 400u);
    EXPECT_EQ(call(Method::del, "/v1/links/acme-1/capture").status, 204u);
    EXPECT_EQ(get("/v1/links/acme-1/capture").status, 404u);
}

TEST_F(OperatorApi, AReloadTellsEachChangeAndWhatWaitsForARestart) {
    key = "ops-key";
    backend.reload_view.changes = {
        {config::Change::Kind::changed, "carriers[acme].throughput", "500/s", "800/s",
         config::Effect::live},
        {config::Change::Kind::added, "routes[+44]", "", "{ prefix: +44 }", config::Effect::live},
        {config::Change::Kind::changed, "node.shards", "2", "4", config::Effect::restart}};
    EXPECT_EQ(call(Method::post, "/v1/config/reload").status, 200u);
    EXPECT_EQ(text("outcome"), "reloaded");
    EXPECT_EQ(json().at("waiting_for_restart").as_int64(), 1);
    const auto object = json();
    const auto& changes = object.at("changes").as_array();
    ASSERT_EQ(changes.size(), 3U);
    EXPECT_EQ(changes[0].at("setting").as_string(), "carriers[acme].throughput");
    EXPECT_EQ(changes[0].at("before").as_string(), "500/s");
    EXPECT_EQ(changes[0].at("after").as_string(), "800/s");
    EXPECT_EQ(changes[0].at("effect").as_string(), "live");
    EXPECT_EQ(changes[1].at("kind").as_string(), "added");
    EXPECT_FALSE(changes[1].as_object().contains("before"));
    EXPECT_EQ(changes[2].at("effect").as_string(), "restart");
    EXPECT_EQ(backend.reloads, 1U);
}

TEST_F(OperatorApi, ADryRunReloadsNothing) {
    key = "ops-key";
    EXPECT_EQ(call(Method::post, "/v1/config/reload?dry_run=true").status, 200u);
    EXPECT_EQ(text("outcome"), "planned");
    EXPECT_EQ(backend.reloads, 0U);
    EXPECT_EQ(call(Method::post, "/v1/config/reload?dry_run=perhaps").status, 400u);
}

TEST_F(OperatorApi, AWrongFileIsRefusedWithWhereItIsWrong) {
    key = "ops-key";
    backend.reload_view.refused = true;
    backend.reload_view.complaints = {{"parley.yaml", 12, 13, "carriers[0].window", "is wrong"}};
    EXPECT_EQ(call(Method::post, "/v1/config/reload").status, 422u);
    EXPECT_EQ(text("code"), "invalid_configuration");
    const auto object = json();
    EXPECT_EQ(object.at("complaints").as_array().at(0).as_string(),
              "parley.yaml:12:13: carriers[0].window: is wrong");
}

TEST_F(OperatorApi, OnlyOperatorsReload) {
    EXPECT_EQ(call(Method::post, "/v1/config/reload").status, 403u);
    EXPECT_EQ(text("code"), "operators_only");
    EXPECT_EQ(backend.reloads, 0U);
}

}  // namespace
}  // namespace parley::api
