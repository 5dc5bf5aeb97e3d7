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
    backend.link_views.push_back({"acme", "acme-1", "bound", "peer_closed", 100, 7, 1});
    backend.link_views.push_back({"beta", "beta-1", "bound", "none", 100, 0, 0,
                                  "message_id: { fold_case: true } would match 9 of 9"});
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
}

}  // namespace
}  // namespace parley::api
