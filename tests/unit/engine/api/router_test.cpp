#include "engine/api/router.h"

#include "metrics/registry.h"

#include <gtest/gtest.h>

namespace parley::api {
namespace {

class RouterTest : public ::testing::Test {
protected:
    void answer_with(Method method, std::string_view pattern, std::string_view body) {
        router.add(method, pattern, [body = std::string(body)](const Call& call, Respond respond) {
            Response response;
            response.body = body + "(" + call.parameters[0] + ")(" + std::string(call.query) + ")";
            respond(std::move(response));
        });
    }
    Response ask(Method method, std::string_view target) {
        Response answer;
        router.handle({.method = method, .target = target},
                      [&](Response response) { answer = std::move(response); });
        return answer;
    }

    metrics::Registry registry;
    Router router{registry.scope()};
};

TEST_F(RouterTest, FindsTheHandlerByMethodAndPath) {
    answer_with(Method::get, "/v1/messages", "list");
    answer_with(Method::post, "/v1/messages", "send");
    answer_with(Method::get, "/v1/messages/{}", "one");
    EXPECT_EQ(ask(Method::get, "/v1/messages").body, "list()()");
    EXPECT_EQ(ask(Method::post, "/v1/messages").body, "send()()");
    EXPECT_EQ(ask(Method::get, "/v1/messages/msg_1").body, "one(msg_1)()");
}

TEST_F(RouterTest, ParametersAreDecodedAndTheQueryIsApart) {
    answer_with(Method::get, "/v1/suppressions/{}", "one");
    EXPECT_EQ(ask(Method::get, "/v1/suppressions/%2B1555?limit=2").body, "one(+1555)(limit=2)");
    EXPECT_EQ(ask(Method::get, "/v1/suppressions/+1555?").body, "one(+1555)()");
    EXPECT_EQ(ask(Method::get, "/v1/suppressions/%zz").status, 404u);
}

TEST_F(RouterTest, AParameterIsNeverEmptyAndNeverTwoSegments) {
    answer_with(Method::get, "/v1/messages/{}", "one");
    for (const auto* target : {"/v1/messages/", "/v1/messages/a/b", "/v1/messages", "/v1", "/", ""})
        EXPECT_EQ(ask(Method::get, target).status, 404u) << target;
}

TEST_F(RouterTest, AnotherMethodGets405AndLearnsWhatIsAllowed) {
    answer_with(Method::get, "/v1/suppressions/{}", "get");
    answer_with(Method::put, "/v1/suppressions/{}", "put");
    const auto answer = ask(Method::post, "/v1/suppressions/1");
    EXPECT_EQ(answer.status, 405u);
    EXPECT_EQ(answer.headers, "Allow: GET, HEAD, PUT\r\n");
    EXPECT_EQ(answer.content_type, "application/problem+json");
    EXPECT_EQ(ask(Method::other, "/v1/suppressions/1").status, 405u);
}

TEST_F(RouterTest, HeadIsAnsweredAsGet) {
    answer_with(Method::get, "/healthz", "alive");
    EXPECT_EQ(ask(Method::head, "/healthz").body, "alive()()");
}

TEST_F(RouterTest, AnswersMayComeLater) {
    Respond later;
    router.add(Method::get, "/slow", [&](const Call&, Respond respond) { later = respond; });
    unsigned status = 0;
    router.handle({.method = Method::get, .target = "/slow"},
                  [&](const Response& response) { status = response.status; });
    EXPECT_EQ(status, 0u);
    later({.status = 202});
    EXPECT_EQ(status, 202u);
}

TEST_F(RouterTest, TellsHowLongAnAnswerTookByTheClockThatItWasGiven) {
    Instant at{};
    Router timed(registry.scope(), [&at] { return at; });
    Respond later;
    timed.add(Method::get, "/slow", [&](const Call&, Respond respond) { later = respond; });
    timed.handle({.method = Method::get, .target = "/slow"}, [](const Response&) {});
    at += std::chrono::milliseconds(30);
    later({.status = 200});
    const auto text = registry.exposition();
    const std::string bucket = "parley_http_request_duration_seconds_bucket{route=\"/slow\",le=\"";
    EXPECT_NE(text.find(bucket + "0.025\"} 0\n"), std::string::npos) << text;
    EXPECT_NE(text.find(bucket + "0.05\"} 1\n"), std::string::npos);
}

TEST_F(RouterTest, CountsAnswersByRouteAndNeverByPath) {
    answer_with(Method::get, "/v1/messages/{}", "one");
    ask(Method::get, "/v1/messages/msg_1");
    ask(Method::get, "/v1/messages/msg_2");
    ask(Method::get, "/secret-path");
    const auto text = registry.exposition();
    EXPECT_NE(text.find("parley_http_requests_total{code=\"200\",route=\"/v1/messages/{}\"} 2"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("parley_http_requests_total{code=\"404\",route=\"unknown\"} 1"),
              std::string::npos)
        << text;
    EXPECT_EQ(text.find("secret-path"), std::string::npos);
}

}  // namespace
}  // namespace parley::api
