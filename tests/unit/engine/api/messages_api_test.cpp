#include "tests/support/api_bed.h"

#include <gtest/gtest.h>

namespace parley::api {
namespace {

class MessagesApi : public ::testing::Test, public parley::testing::ApiBed {
protected:
    static constexpr std::string_view hello =
        R"({"from":"+15550001000","to":"+15557654321","text":"hello"})";

    const Response& send(std::string_view body) { return post("/v1/messages", body); }
    /// The only error of a refused single message.
    boost::json::object only_error() {
        const auto object = json();
        EXPECT_EQ(object.at("errors").as_array().size(), 1u) << answer->body;
        return object.at("errors").as_array().at(0).as_object();
    }
};

TEST_F(MessagesApi, AnAcceptedMessageIsAnsweredWithItsId) {
    EXPECT_EQ(send(hello).status, 202u);
    EXPECT_EQ(text("id"), "msg_0000000000100000");
    EXPECT_EQ(text("status"), "accepted");
    EXPECT_EQ(text("encoding"), "gsm7");
    EXPECT_EQ(text("conversation_id"),
              storage::to_text(storage::ConversationId::of("+15550001000", "+15557654321")));
    EXPECT_EQ(json().at("segments").as_int64(), 1);
    ASSERT_EQ(backend.sent.size(), 1u);
    EXPECT_EQ(backend.sent[0].account, "shop");
    EXPECT_EQ(backend.sent[0].text, "hello");
    EXPECT_EQ(backend.sent[0].message_class, storage::MessageClass::conversational);
}

TEST_F(MessagesApi, EveryFieldReachesTheEngine) {
    send(R"({"from":"+15550001000","to":"+15557654321","text":"Gr\u00fc\u00dfe \ud83d\ude00",
             "class":"promotional","client_ref":"order-7","validity":"PT2H30M",
             "send_at":"2023-11-15T00:13:20+01:00"})");
    ASSERT_EQ(backend.sent.size(), 1u) << answer->body;
    const auto& sent = backend.sent[0];
    EXPECT_EQ(sent.text, "Grüße 😀");
    EXPECT_EQ(sent.message_class, storage::MessageClass::promotional);
    EXPECT_EQ(sent.client_ref, "order-7");
    EXPECT_EQ(sent.validity_ms, 9'000'000);
    EXPECT_EQ(sent.send_at, backend.wall + 3'600'000);
    EXPECT_EQ(text("client_ref"), "order-7");
}

TEST_F(MessagesApi, TlvsReachTheEngineAsTheyWereGiven) {
    send(R"({"from":"a","to":"b","text":"x",
             "tlvs":{"dlt_template_id":"1107164392842","priority":7,"0x1501":"0xff"}})");
    ASSERT_EQ(backend.sent.size(), 1u) << answer->body;
    EXPECT_EQ(backend.sent[0].tlvs,
              (smpp::NamedTlvs{
                  {"dlt_template_id", "1107164392842"}, {"priority", "7"}, {"0x1501", "0xff"}}));
    send(R"({"from":"a","to":"b","text":"x","tlvs":{}})");
    EXPECT_TRUE(backend.sent.at(1).tlvs.empty());
}

TEST_F(MessagesApi, TlvsThatAreNoneAreNamedByTheirPlace) {
    const auto refused = [&](const std::string& tlvs) {
        EXPECT_EQ(send(R"({"from":"a","to":"b","text":"x","tlvs":)" + tlvs + "}").status, 400u);
        const auto error = only_error();
        return std::string(error.at("pointer").as_string()) + ": " +
               std::string(error.at("expected").as_string());
    };
    const std::string value = ": a string of up to 512 octets, or a whole number";
    EXPECT_EQ(refused("[]"), "/tlvs: an object of up to 16 parameters by name");
    EXPECT_EQ(refused("\"x\""), "/tlvs: an object of up to 16 parameters by name");
    EXPECT_EQ(refused(R"({"a":true})"), "/tlvs/a" + value);
    EXPECT_EQ(refused(R"({"a/b":{"c":1}})"), "/tlvs/a~1b" + value);
    EXPECT_EQ(refused(R"({"a":")" + std::string(513, 'x') + "\"}"), "/tlvs/a" + value);
    EXPECT_EQ(refused(R"({"a":1,"a":2})"), "/tlvs/a: each field at most once");
    EXPECT_EQ(refused(R"({"":1})"), "/tlvs/: a name of 1 to 32 octets");
    std::string many = "{";
    for (int i = 0; i < 17; ++i)
        many += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":1";
    EXPECT_EQ(refused(many + "}"), "/tlvs: an object of up to 16 parameters by name");
    EXPECT_TRUE(backend.sent.empty());
}

TEST_F(MessagesApi, ATlvThatNoCarrierTakesIsToldWithItsReason) {
    backend.outcomes.push_back({.problem = Problem::invalid_tlv,
                                .detail = "tlvs.dlt: carrier acme has no parameter of this name"});
    EXPECT_EQ(send(hello).status, 422u);
    EXPECT_EQ(text("code"), "invalid_tlv");
    EXPECT_EQ(text("detail"), "tlvs.dlt: carrier acme has no parameter of this name");
}

TEST_F(MessagesApi, ValidityMayBeSeconds) {
    send(R"({"from":"a","to":"+15557654321","text":"x","validity":90})");
    ASSERT_EQ(backend.sent.size(), 1u);
    EXPECT_EQ(backend.sent[0].validity_ms, 90'000);
}

TEST_F(MessagesApi, ASendTimeInThePastMeansAtOnce) {
    send(R"({"from":"a","to":"+15557654321","text":"x","send_at":"2001-01-01T00:00:00Z"})");
    ASSERT_EQ(backend.sent.size(), 1u);
    EXPECT_EQ(backend.sent[0].send_at, 0);
}

TEST_F(MessagesApi, ASendTimeFarAheadIsRefused) {
    EXPECT_EQ(send(R"({"from":"a","to":"b","text":"x","send_at":"2023-12-25T00:00:00Z"})").status,
              400u);
    EXPECT_EQ(only_error().at("pointer").as_string(), "/send_at");
    EXPECT_TRUE(backend.sent.empty());
}

TEST_F(MessagesApi, LookalikesAreKeptUnlessToBeReplaced) {
    send(hello);
    send(R"({"from":"a","to":"+15557654321","text":"x","lookalikes":"keep"})");
    send(R"({"from":"a","to":"+15557654321","text":"x","lookalikes":"replace"})");
    ASSERT_EQ(backend.sent.size(), 3u) << answer->body;
    EXPECT_FALSE(backend.sent[0].replace_lookalikes);
    EXPECT_FALSE(backend.sent[1].replace_lookalikes);
    EXPECT_TRUE(backend.sent[2].replace_lookalikes);
}

TEST_F(MessagesApi, AnswersWhatForcedUnicodeAndWhatWasReplaced) {
    backend.outcomes.push_back({.encoding = text::Encoding::ucs2,
                                .forced = text::Forced{U'😀', 7, 9},
                                .replacements = {{2, U'’', "'"}, {5, U'\u200B', ""}}});
    EXPECT_EQ(send(hello).status, 202u);
    const auto object = json();
    const auto& forced = object.at("unicode_because").as_object();
    EXPECT_EQ(forced.at("character").as_string(), "😀");
    EXPECT_EQ(forced.at("code_point").as_string(), "U+1F600");
    EXPECT_EQ(forced.at("position").as_int64(), 7);
    const auto& replaced = object.at("replaced").as_array();
    ASSERT_EQ(replaced.size(), 2u);
    EXPECT_EQ(replaced[0].at("character").as_string(), "’");
    EXPECT_EQ(replaced[0].at("code_point").as_string(), "U+2019");
    EXPECT_EQ(replaced[0].at("position").as_int64(), 2);
    EXPECT_EQ(replaced[0].at("by").as_string(), "'");
    EXPECT_EQ(replaced[1].at("by").as_string(), "");
    send(hello);
    EXPECT_FALSE(json().contains("unicode_because"));
    EXPECT_FALSE(json().contains("replaced"));
}

TEST_F(MessagesApi, ALookUpShowsWhatForcedUnicodeOfWhatWeSentOnly) {
    const auto encoding_of = [&](storage::Direction direction, const std::string& text) {
        auto& message =
            direction == storage::Direction::outbound
                ? backend.add_message(direction, "shop", "+15550001000", "+15557654321", text)
                : backend.add_message(direction, "", "+15557654321", "+15550001000", text);
        message.encoding = text::narrowest(text);
        get("/v1/messages/" + storage::to_text(message.id));
        return json();
    };
    const auto wide = encoding_of(storage::Direction::outbound, "Préço €5");
    EXPECT_EQ(wide.at("unicode_because").at("character").as_string(), "ç");
    EXPECT_EQ(wide.at("unicode_because").at("code_point").as_string(), "U+00E7");
    EXPECT_EQ(wide.at("unicode_because").at("position").as_int64(), 3);
    EXPECT_FALSE(encoding_of(storage::Direction::outbound, "€5").contains("unicode_because"));
    EXPECT_FALSE(encoding_of(storage::Direction::inbound, "ç").contains("unicode_because"));
}

TEST_F(MessagesApi, NobodyIsThankedBeforeTheEngineHasAnswered) {
    backend.hold_answers = true;
    start(Method::post, "/v1/messages", hello);
    EXPECT_EQ(answers, 0);
    backend.release();
    EXPECT_EQ(answers, 1);
    EXPECT_EQ(answer->status, 202u);
}

struct BadField {
    const char* name;
    const char* body;
    const char* pointer;
    const char* value;
    const char* expected;  // a part of it
};
class MessagesApiBadField : public MessagesApi, public ::testing::WithParamInterface<BadField> {};

TEST_P(MessagesApiBadField, IsNamedWithItsValueAndWhatWasExpected) {
    EXPECT_EQ(send(GetParam().body).status, 400u);
    EXPECT_EQ(answer->content_type, "application/problem+json");
    EXPECT_EQ(text("code"), "invalid_request");
    const auto error = only_error();
    EXPECT_EQ(error.at("pointer").as_string(), GetParam().pointer);
    const auto* value = error.if_contains("value");
    EXPECT_EQ(value ? std::string(value->as_string()) : "", GetParam().value);
    EXPECT_NE(std::string(error.at("expected").as_string()).find(GetParam().expected),
              std::string::npos)
        << answer->body;
    EXPECT_TRUE(backend.sent.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Each, MessagesApiBadField,
    ::testing::Values(
        BadField{"missing", R"({"from":"a","text":"x"})", "/to", "", "required"},
        BadField{"wrong_type", R"({"from":"a","to":15557654321,"text":"x"})", "/to", "15557654321",
                 "a string"},
        BadField{"empty", R"({"from":"a","to":"b","text":""})", "/text", "\"\"", "1 to"},
        BadField{"null", R"({"from":null,"to":"b","text":"x"})", "/from", "null", "a string"},
        BadField{"object", R"({"from":{"a":[1,{"to":2}]},"to":"b","text":"x"})", "/from", "{…}",
                 "a string"},
        BadField{"unknown", R"({"from":"a","to":"b","text":"x","txt/~":true})", "/txt~1~0", "true",
                 "one of the fields from, to, text"},
        BadField{"twice", R"({"from":"a","to":"b","to":"c","text":"x"})", "/to", "\"c\"",
                 "at most once"},
        BadField{"class", R"({"from":"a","to":"b","text":"x","class":"help_answer"})", "/class",
                 "\"help_answer\"", "conversational, informational or promotional"},
        BadField{"lookalikes", R"({"from":"a","to":"b","text":"x","lookalikes":true})",
                 "/lookalikes", "true", "keep or replace"},
        BadField{"fraction", R"({"from":"a","to":"b","text":"x","validity":1.5})", "/validity",
                 "1.5", "whole seconds"},
        BadField{"huge", R"({"from":"a","to":"b","text":"x","validity":99999999999999999999})",
                 "/validity", "99999999999999999999", "whole seconds"},
        BadField{"zero", R"({"from":"a","to":"b","text":"x","validity":0})", "/validity", "0",
                 "from 1 to 604800"},
        BadField{"months", R"({"from":"a","to":"b","text":"x","validity":"P1M"})", "/validity",
                 "\"P1M\"", "ISO 8601"},
        BadField{"no_day", R"({"from":"a","to":"b","text":"x","send_at":"2023-02-30T00:00:00Z"})",
                 "/send_at", "\"2023-02-30T00:00:00Z\"", "RFC 3339"},
        BadField{"long_value",
                 R"({"from":"0123456789012345678901234567890123456789012345","to":"b","text":"x"})",
                 "/from", "\"0123456789012345678901234567890123456789…\"", "1 to 32"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(MessagesApi, SeveralErrorsAreToldTogether) {
    EXPECT_EQ(send(R"({"from":1,"to":2,"text":3})").status, 400u);
    EXPECT_EQ(json().at("errors").as_array().size(), 3u);
}

TEST_F(MessagesApi, WhatIsNotJsonIsRefusedWithThePlace) {
    for (const auto* body : {"", "{", "{\"from\":\"a\",}", "[1,]", "hello", "{} {}",
                             "{\"from\":\"\xC3\x28\"}", "{\"from\":\"\\ud800\"}"}) {
        EXPECT_EQ(send(body).status, 400u) << body;
        EXPECT_NE(text("detail").find("line 1, column "), std::string::npos) << answer->body;
    }
    EXPECT_TRUE(backend.sent.empty());
}

TEST_F(MessagesApi, OtherMediaAreRefused) {
    content_type = "application/x-www-form-urlencoded";
    EXPECT_EQ(send(hello).status, 415u);
    content_type = "Application/JSON; charset=utf-8";
    EXPECT_EQ(send(hello).status, 202u);
}

TEST_F(MessagesApi, WithoutAKeyNothingHappens) {
    key.clear();
    EXPECT_EQ(send(hello).status, 401u);
    EXPECT_NE(answer->headers.find("WWW-Authenticate: Bearer"), std::string::npos);
    key = "wrong";
    EXPECT_EQ(send(hello).status, 401u);
    EXPECT_TRUE(backend.sent.empty());
}

TEST_F(MessagesApi, EveryRefusalHasItsStatusAndCode) {
    const std::vector<std::tuple<Problem, unsigned, std::string>> expected = {
        {Problem::suppressed, 403, "suppressed"},
        {Problem::invalid_sender, 422, "invalid_sender"},
        {Problem::invalid_recipient, 422, "invalid_recipient"},
        {Problem::text_too_long, 422, "text_too_long"},
        {Problem::no_route, 422, "no_route"},
        {Problem::queue_full, 429, "queue_full"},
        {Problem::storage_unavailable, 503, "storage_unavailable"},
        {Problem::draining, 503, "draining"},
        {Problem::internal, 500, "internal"},
    };
    for (const auto& [problem, status, code] : expected) {
        backend.outcomes.push_back({.problem = problem, .detail = "because"});
        EXPECT_EQ(send(hello).status, status);
        EXPECT_EQ(text("code"), code);
        EXPECT_EQ(text("type"), "urn:parley:problem:" + code);
        EXPECT_EQ(text("detail"), "because");
        EXPECT_EQ(json().at("status").as_int64(), status);
    }
}

TEST_F(MessagesApi, AFullQueueSaysWhenToComeBack) {
    backend.outcomes.push_back({.problem = Problem::queue_full, .retry_after_s = 7});
    send(hello);
    EXPECT_EQ(answer->headers, "Retry-After: 7\r\n");
    EXPECT_EQ(json().at("retry_after_s").as_int64(), 7);
    backend.outcomes.push_back({.problem = Problem::queue_full});
    send(hello);
    EXPECT_EQ(answer->headers, "Retry-After: 1\r\n");
}

TEST_F(MessagesApi, AnArrayGetsOneAnswerPerItemInOrder) {
    backend.outcomes.push_back({});
    backend.outcomes.push_back({.problem = Problem::queue_full, .retry_after_s = 3});
    send(R"([{"from":"a","to":"+1555001","text":"1","client_ref":"first"},
             {"from":"a","to":7,"text":"2"},
             {"from":"a","to":"+1555003","text":"3"},
             "four"])");
    EXPECT_EQ(answer->status, 200u) << "not all were accepted";
    EXPECT_EQ(answer->headers, "Retry-After: 3\r\n");
    const auto object = json();
    const auto& results = object.at("results").as_array();
    ASSERT_EQ(results.size(), 4u);
    EXPECT_EQ(results[0].at("client_ref").as_string(), "first");
    EXPECT_EQ(results[0].at("status").as_string(), "accepted");
    EXPECT_EQ(results[1].at("status").as_int64(), 400);
    EXPECT_EQ(results[1].at("errors").at(0).at("pointer").as_string(), "/1/to");
    EXPECT_EQ(results[2].at("code").as_string(), "queue_full");
    EXPECT_EQ(results[3].at("errors").at(0).at("pointer").as_string(), "/3");
    ASSERT_EQ(backend.sent.size(), 2u);
    EXPECT_EQ(backend.sent[1].text, "3");
}

TEST_F(MessagesApi, AnArrayThatIsAllAcceptedIs202) {
    EXPECT_EQ(send("[" + std::string(hello) + "," + std::string(hello) + "]").status, 202u);
    EXPECT_EQ(json().at("results").as_array().size(), 2u);
    EXPECT_EQ(send("[" + std::string(hello) + "]").status, 202u);
    EXPECT_TRUE(json().contains("results")) << "an array of one is still an array";
}

TEST_F(MessagesApi, AnArrayThatIsAllWrongStillAnswersEachItem) {
    EXPECT_EQ(send("[1,[2],null]").status, 200u);
    EXPECT_EQ(json().at("results").as_array().size(), 3u);
    EXPECT_TRUE(backend.sent.empty());
}

TEST_F(MessagesApi, AnArrayHasOneToAThousandItems) {
    EXPECT_EQ(send("[]").status, 400u);
    std::string thousand = "[" + std::string(hello);
    for (int i = 1; i < 1'000; ++i)
        thousand += "," + std::string(hello);
    EXPECT_EQ(send(thousand + "]").status, 202u);
    EXPECT_EQ(backend.sent.size(), 1'000u);
    EXPECT_EQ(send(thousand + "," + std::string(hello) + "]").status, 400u);
    EXPECT_NE(text("detail").find("more items than allowed"), std::string::npos);
    EXPECT_EQ(backend.sent.size(), 1'000u) << "all or nothing when the array itself is wrong";
}

TEST_F(MessagesApi, ALookUpShowsSegmentsAndDecisions) {
    auto& message = backend.add_message(storage::Direction::outbound, "shop", "+15550001000",
                                        "+15557654321", "hello");
    message.send_at = 1'700'000'000'250;
    storage::Segment segment;
    segment.phase = storage::Phase::settled;
    segment.carrier_message_id = "ab\"\xFF";
    segment.state = text::MessageState::delivered;
    segment.command_status = 0x58;
    segment.answered_at = 1'700'000'001'000;
    segment.receipt_at = 1'700'000'003'000;
    segment.tlvs = {{"mcc", "262"}, {"0x1501", "0x00FF"}, {"", "2"}};
    message.segments.push_back(segment);
    message.segments.emplace_back();
    message.carrier = "acme";
    message.tlvs = {{"dlt_template_id", "1107164392842"}};
    backend.status_names[{"acme", 0x58}] = "too_fast";
    message.decisions.push_back(
        {storage::Look::window, storage::Verdict::refuse, "suppressed", 1'700'000'002'000});
    EXPECT_EQ(get("/v1/messages/msg_0000000000100000").status, 200u);
    const auto object = json();
    EXPECT_EQ(object.at("accepted_at").as_string(), "2023-11-14T22:13:20.000Z");
    EXPECT_EQ(object.at("send_at").as_string(), "2023-11-14T22:13:20.250Z");
    EXPECT_EQ(object.at("class").as_string(), "conversational");
    const auto& shown = object.at("segments").at(0).as_object();
    EXPECT_EQ(shown.at("number").as_int64(), 1);
    EXPECT_EQ(shown.at("phase").as_string(), "settled");
    EXPECT_EQ(shown.at("carrier_message_id").as_string(), "ab\"\xEF\xBF\xBD");
    EXPECT_EQ(shown.at("state").as_string(), "DELIVERED");
    EXPECT_EQ(shown.at("command_status").as_string(), "0x00000058");
    EXPECT_EQ(shown.at("command_status_name").as_string(), "too_fast");
    EXPECT_EQ(boost::json::serialize(shown.at("tlvs")), R"({"mcc":"262","0x1501":"0x00FF"})");
    EXPECT_EQ(shown.at("tlvs_left_out").as_int64(), 2);
    EXPECT_EQ(boost::json::serialize(object.at("tlvs")), R"({"dlt_template_id":"1107164392842"})");
    EXPECT_FALSE(object.at("segments").at(1).as_object().contains("tlvs"));
    EXPECT_FALSE(object.at("segments").at(1).as_object().contains("command_status_name"));
    EXPECT_EQ(shown.at("answered_at").as_string(), "2023-11-14T22:13:21.000Z");
    EXPECT_EQ(shown.at("receipt_at").as_string(), "2023-11-14T22:13:23.000Z");
    EXPECT_EQ(shown.at("settled_at").as_string(), "2023-11-14T22:13:23.000Z");
    const auto& decision = object.at("decisions").at(0).as_object();
    EXPECT_EQ(decision.at("look").as_string(), "window");
    EXPECT_EQ(decision.at("verdict").as_string(), "refuse");
    EXPECT_EQ(decision.at("rule").as_string(), "suppressed");
}

TEST_F(MessagesApi, ALookUpShowsTheHistoryAndWhereItHasAGap) {
    using What = storage::Happening::What;
    auto& message = backend.add_message(storage::Direction::outbound, "shop", "+15550001000",
                                        "+15557654321", "hello");
    EXPECT_EQ(get("/v1/messages/msg_0000000000100000").status, 200u);
    EXPECT_FALSE(json().contains("history")) << "of a plain life";
    message.segments.emplace_back().phase = storage::Phase::sent;
    message.segments[0].receipt_at = 1'700'000'002'000;
    backend.status_names[{"acme", 0x58}] = "too_fast";
    message.history.add({.what = What::submit,
                         .command_status = 0x58,
                         .at = 1'700'000'000'000,
                         .answered_at = 1'700'000'001'000,
                         .carrier = "acme",
                         .text = {}});
    message.history.add(
        {.what = What::handed_over, .at = 1'700'000'001'000, .carrier = "beta", .text = "acme"});
    message.history.add({.what = What::receipt,
                         .segment = 2,
                         .state = text::MessageState::enroute,
                         .carrier = "beta",
                         .text = "000"});
    EXPECT_EQ(get("/v1/messages/msg_0000000000100000").status, 200u);
    EXPECT_EQ(
        boost::json::serialize(json().at("history")),
        R"([{"what":"submit_sm","segment":1,"carrier":"acme",)"
        R"("at":"2023-11-14T22:13:20.000Z","answered_at":"2023-11-14T22:13:21.000Z",)"
        R"("command_status":"0x00000058","command_status_name":"too_fast"},)"
        R"({"what":"handed_over","carrier":"beta","from_carrier":"acme",)"
        R"("at":"2023-11-14T22:13:21.000Z"},)"
        R"({"what":"receipt","segment":3,"carrier":"beta","state":"ENROUTE","error":"000"}])");
    const auto segment = json().at("segments").at(0).as_object();
    EXPECT_EQ(segment.at("receipt_at").as_string(), "2023-11-14T22:13:22.000Z");
    EXPECT_FALSE(segment.contains("settled_at")) << "it was not the final one";
    for (std::size_t n = 0; n < storage::History::kept_max; ++n)
        message.history.add({.what = What::changed, .at = 1, .carrier = {}, .text = {}});
    EXPECT_EQ(get("/v1/messages/msg_0000000000100000").status, 200u);
    const auto list = json().at("history").as_array();
    ASSERT_EQ(list.size(), storage::History::kept_max + 1);
    EXPECT_EQ(boost::json::serialize(list.at(storage::History::first_kept)),
              R"({"what":"left_out","count":3})");
}

TEST_F(MessagesApi, AnotherAccountsMessageDoesNotExist) {
    backend.add_message(storage::Direction::outbound, "partner", "+15550001000", "+15557654321",
                        "hello");
    EXPECT_EQ(get("/v1/messages/msg_0000000000100000").status, 404u);
    EXPECT_EQ(text("code"), "not_found");
    key = "partner-key";
    EXPECT_EQ(get("/v1/messages/msg_0000000000100000").status, 200u);
}

TEST_F(MessagesApi, WhatAContactWroteBelongsToTheWholeBrand) {
    backend.add_message(storage::Direction::inbound, "", "+15557654321", "+15550001000", "hi");
    EXPECT_EQ(get("/v1/messages/msg_0000000000100000").status, 200u);
    EXPECT_FALSE(json().contains("class"));
    EXPECT_TRUE(json().contains("received_at"));
    key = "loud-key";
    EXPECT_EQ(get("/v1/messages/msg_0000000000100000").status, 404u);
}

TEST_F(MessagesApi, AnIdThatIsNoneIsNotFound) {
    EXPECT_EQ(get("/v1/messages/msg_00000000001000ff").status, 404u);
    EXPECT_EQ(get("/v1/messages/nonsense").status, 404u);
}

}  // namespace
}  // namespace parley::api
