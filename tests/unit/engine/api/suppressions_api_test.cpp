#include "tests/support/api_bed.h"

#include <gtest/gtest.h>

namespace parley::api {
namespace {

class SuppressionsApi : public ::testing::Test, public parley::testing::ApiBed {
protected:
    void stopped(const std::string& scope, const std::string& contact) {
        backend.suppressed[{scope, contact}] = {scope,  contact,   "keyword_exact",
                                                "STOP", "contact", 1'700'000'000'000};
    }
    const Response& put(std::string_view target, std::string_view body = {}) {
        return call(Method::put, target, body);
    }
    std::vector<std::string> numbers() const {
        std::vector<std::string> list;
        const auto object = json();
        for (const auto& one : object.at("suppressions").as_array())
            list.emplace_back(one.at("number").as_string());
        return list;
    }
};

using Numbers = std::vector<std::string>;

TEST_F(SuppressionsApi, PutRecordsAnOptOutWithItsNoteAndActor) {
    EXPECT_EQ(put("/v1/suppressions/+15557000001", R"({"note":"asked by phone"})").status, 201u);
    const auto& recorded = backend.suppressed.at({"brand:demo", "+15557000001"});
    EXPECT_EQ(recorded.rule, "api");
    EXPECT_EQ(recorded.text, "asked by phone");
    EXPECT_EQ(recorded.actor, "account:shop");
    EXPECT_EQ(recorded.at, backend.wall);
    EXPECT_EQ(text("number"), "+15557000001");
}

TEST_F(SuppressionsApi, PutNeedsNoBody) {
    content_type.clear();
    EXPECT_EQ(put("/v1/suppressions/15557000001").status, 201u);
    EXPECT_EQ(backend.suppressed.count({"brand:demo", "+15557000001"}), 1u)
        << "a number without its plus is the same number";
}

TEST_F(SuppressionsApi, PutLeavesTheContactsOwnStopAsItStands) {
    stopped("brand:demo", "+15557000001");
    EXPECT_EQ(put("/v1/suppressions/+15557000001", R"({"note":"again"})").status, 200u);
    EXPECT_EQ(backend.suppressed.at({"brand:demo", "+15557000001"}).text, "STOP");
}

TEST_F(SuppressionsApi, PutIsNotThankedBeforeItIsInForce) {
    backend.hold_answers = true;
    start(Method::put, "/v1/suppressions/+15557000001");
    backend.release();  // what stood there before
    EXPECT_EQ(answers, 0);
    backend.release();
    EXPECT_EQ(answers, 1);
    EXPECT_EQ(answer->status, 201u);
}

TEST_F(SuppressionsApi, PutThatCannotBeStoredIsRefused) {
    backend.suppress_problem = Problem::storage_unavailable;
    EXPECT_EQ(put("/v1/suppressions/+15557000001").status, 503u);
}

TEST_F(SuppressionsApi, ABrandBySenderIsSuppressedForAllOfThem) {
    key = "loud-key";
    stopped("sender:+15550002001", "+15557000001");
    EXPECT_EQ(put("/v1/suppressions/+15557000001").status, 201u);
    EXPECT_EQ(backend.suppressed.size(), 2u);
    EXPECT_EQ(backend.suppressed.at({"sender:+15550002000", "+15557000001"}).rule, "api");
    EXPECT_EQ(backend.suppressed.at({"sender:+15550002001", "+15557000001"}).rule, "keyword_exact");
    EXPECT_EQ(call(Method::del, "/v1/suppressions/+15557000001").status, 204u);
    EXPECT_TRUE(backend.suppressed.empty());
}

TEST_F(SuppressionsApi, GetShowsWhatWasWritten) {
    stopped("brand:demo", "+15557000001");
    EXPECT_EQ(get("/v1/suppressions/%2B15557000001").status, 200u);
    const auto object = json();
    const auto& one = object.at("suppressions").at(0);
    EXPECT_EQ(one.at("scope").as_string(), "brand:demo");
    EXPECT_EQ(one.at("rule").as_string(), "keyword_exact");
    EXPECT_EQ(one.at("text").as_string(), "STOP");
    EXPECT_EQ(one.at("actor").as_string(), "contact");
    EXPECT_EQ(one.at("at").as_string(), "2023-11-14T22:13:20.000Z");
}

TEST_F(SuppressionsApi, AnotherBrandsOptOutsAreNotSeen) {
    stopped("brand:demo", "+15557000001");
    key = "loud-key";
    EXPECT_EQ(get("/v1/suppressions/+15557000001").status, 404u);
    EXPECT_EQ(call(Method::del, "/v1/suppressions/+15557000001").status, 404u);
    EXPECT_EQ(backend.suppressed.size(), 1u);
    get("/v1/suppressions");
    EXPECT_EQ(numbers(), Numbers{});
}

TEST_F(SuppressionsApi, DeleteRestores) {
    stopped("brand:demo", "+15557000001");
    EXPECT_EQ(call(Method::del, "/v1/suppressions/+15557000001").status, 204u);
    EXPECT_TRUE(answer->body.empty());
    EXPECT_EQ(call(Method::del, "/v1/suppressions/+15557000001").status, 404u);
}

TEST_F(SuppressionsApi, WhatIsNoNumberIsRefused) {
    for (const auto* number :
         {"+", "+1", "stop", "+1555abc0001", "+0555700000", "+1234567890123456"}) {
        EXPECT_EQ(put("/v1/suppressions/" + std::string(number)).status, 400u) << number;
        const auto object = json();
        EXPECT_EQ(object.at("errors").at(0).at("in").as_string(), "path");
        EXPECT_EQ(object.at("errors").at(0).at("value").as_string(), number);
    }
    EXPECT_TRUE(backend.suppressed.empty());
}

TEST_F(SuppressionsApi, BadBodiesAreNamed) {
    for (const auto* body : {"[]", "{\"note\":7}", "{\"why\":\"x\"}", "{", "7"})
        EXPECT_EQ(put("/v1/suppressions/+15557000001", body).status, 400u) << body;
    EXPECT_TRUE(backend.suppressed.empty());
}

TEST_F(SuppressionsApi, TheListIsReadPageByPage) {
    for (const auto* contact : {"+15557000003", "+15557000001", "+15557000002"})
        stopped("brand:demo", contact);
    get("/v1/suppressions?limit=2");
    EXPECT_EQ(numbers(), (Numbers{"+15557000001", "+15557000002"}));
    EXPECT_EQ(text("next"), "+15557000002");
    get("/v1/suppressions?limit=2&after=" + text("next"));
    EXPECT_EQ(numbers(), Numbers{"+15557000003"});
    EXPECT_FALSE(json().contains("next"));
    EXPECT_EQ(get("/v1/suppressions?after=word").status, 400u);
}

TEST_F(SuppressionsApi, OneNumbersRecordsAreNeverPartedByAPage) {
    key = "loud-key";
    for (const auto* scope : {"sender:+15550002000", "sender:+15550002001"})
        for (const auto* contact : {"+15557000001", "+15557000002", "+15557000003"})
            stopped(scope, contact);
    get("/v1/suppressions?limit=3");
    EXPECT_EQ(numbers(), (Numbers{"+15557000001", "+15557000001", "+15557000002", "+15557000002"}));
    get("/v1/suppressions?limit=3&after=" + text("next"));
    EXPECT_EQ(numbers(), (Numbers{"+15557000003", "+15557000003"}));
}

}  // namespace
}  // namespace parley::api
