#include "tests/support/api_bed.h"

#include <gtest/gtest.h>

namespace parley::api {
namespace {

class SystemApi : public ::testing::Test, public parley::testing::ApiBed {};

TEST_F(SystemApi, HealthReadinessAndMetricsNeedNoKey) {
    key.clear();
    EXPECT_EQ(get("/healthz").status, 200u);
    EXPECT_EQ(get("/readyz").status, 200u);
    EXPECT_EQ(get("/metrics").status, 200u);
    EXPECT_EQ(answer->body, "parley_up 1\n");
    EXPECT_EQ(answer->content_type, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_EQ(get("/v1/links").status, 401u);
}

TEST_F(SystemApi, NotReadySaysWhyAndStaysAlive) {
    backend.engine_state = {.ready = false, .links_configured = 2, .reason = "replaying"};
    EXPECT_EQ(get("/readyz").status, 503u);
    EXPECT_EQ(text("status"), "not_ready");
    EXPECT_EQ(json().at("reasons").at(0).as_string(), "replaying");
    EXPECT_EQ(json().at("links_configured").as_int64(), 2);
    EXPECT_EQ(get("/healthz").status, 200u);
    backend.engine_state = {.ready = false, .draining = true};
    get("/readyz");
    EXPECT_EQ(json().at("reasons").at(0).as_string(), "draining");
}

TEST_F(SystemApi, LinksAreShownToEveryKey) {
    backend.link_views.push_back({.carrier = "acme",
                                  .link = "acme-1",
                                  .state = "bound",
                                  .last_end = "peer_closed",
                                  .window = 100,
                                  .in_flight = 7,
                                  .shard = 1});
    backend.link_views.push_back({.carrier = "beta",
                                  .link = "beta-1",
                                  .state = "bound",
                                  .last_end = "none",
                                  .window = 100,
                                  .advice = "message_id: { fold_case: true } would match 9 of 9"});
    get("/v1/links");
    const auto object = json();
    const auto& link = object.at("links").at(0);
    EXPECT_EQ(link.at("carrier").as_string(), "acme");
    EXPECT_EQ(link.at("link").as_string(), "acme-1");
    EXPECT_EQ(link.at("state").as_string(), "bound");
    EXPECT_EQ(link.at("last_end").as_string(), "peer_closed");
    EXPECT_EQ(link.at("window").as_int64(), 100);
    EXPECT_EQ(link.at("in_flight").as_int64(), 7);
    EXPECT_EQ(link.at("shard").as_int64(), 1);
    EXPECT_FALSE(link.as_object().contains("advice"));
    EXPECT_EQ(object.at("links").at(1).at("advice").as_string(),
              "message_id: { fold_case: true } would match 9 of 9");
    for (const char* name : {"since", "last_status", "last_detail", "next_attempt_at"})
        EXPECT_FALSE(link.as_object().contains(name)) << name;
}

TEST_F(SystemApi, ALinkThatIsDownSaysWhyAndWhenItTriesAgain) {
    backend.link_views.push_back({.carrier = "acme",
                                  .link = "acme-1",
                                  .state = "waiting",
                                  .last_end = "bind_refused",
                                  .bind = "transceiver",
                                  .address = "smsc.example:2775",
                                  .since = 1'790'000'000'000,
                                  .last_status = "ESME_RINVPASWD",
                                  .last_detail = "in words",
                                  .next_attempt = 1'790'000'060'000});
    get("/v1/links");
    const auto object = json();
    const auto& link = object.at("links").at(0);
    EXPECT_EQ(link.at("bind").as_string(), "transceiver");
    EXPECT_EQ(link.at("address").as_string(), "smsc.example:2775");
    EXPECT_EQ(link.at("since").as_string(), "2026-09-21T14:13:20.000Z");
    EXPECT_EQ(link.at("last_status").as_string(), "ESME_RINVPASWD");
    EXPECT_EQ(link.at("last_detail").as_string(), "in words");
    EXPECT_EQ(link.at("next_attempt_at").as_string(), "2026-09-21T14:14:20.000Z");
}

}  // namespace
}  // namespace parley::api
