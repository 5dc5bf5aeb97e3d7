// The labels of what shards count: fixed lists, and nothing that traffic brings makes a new one.

#include "engine/metrics.h"

#include <string>

#include <gtest/gtest.h>

namespace parley {
namespace {

std::size_t series_of(const metrics::Registry& registry) {
    const std::string text = registry.exposition();
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
        count += text[at] != '#';
    return count;
}

TEST(Figures, EveryStatusHasItsNameAndTheOthersShareTwo) {
    metrics::Registry registry;
    StatusCounters statuses(registry.scope().with("carrier", "acme"), "smpp_submit_responses_total",
                            {smpp::Status::ESME_ROK});
    for (std::uint32_t status = 0; status < 5'000; ++status)
        statuses.add(static_cast<smpp::Status>(status));
    statuses.add(static_cast<smpp::Status>(0xFFFFFFFF));
    const std::string text = registry.exposition();
    const auto has = [&](const std::string& series) {
        return text.find("parley_smpp_submit_responses_total{carrier=\"acme\",status=\"" +
                         series) != std::string::npos;
    };
    EXPECT_TRUE(has("ESME_ROK\"} 1\n")) << text;
    EXPECT_TRUE(has("ESME_RTHROTTLED\"} 1\n"));
    EXPECT_TRUE(has("vendor\"} 256\n"));
    EXPECT_TRUE(has("reserved\"} "));
    EXPECT_EQ(text.find(" 0x00000"), std::string::npos) << "no number is a label";
    EXPECT_LE(series_of(registry), smpp::standard_statuses().size() + 2);
}

TEST(Figures, UsualStatusesStandFromTheStartSoThatTheFirstOfThemIsAnIncrease) {
    metrics::Registry registry;
    const LinkMetrics link(registry.scope().with("carrier", "acme").with("link", "acme-1"), true);
    EXPECT_NE(registry.exposition().find("status=\"ESME_RINVPASWD\"} 0\n"), std::string::npos);
}

TEST(Figures, AReasonIsCountedWithoutWhatADialectAddsToIt) {
    EXPECT_EQ(failure_of("carrier_refused"), Failure::carrier_refused);
    EXPECT_EQ(failure_of("carrier_refused_spam"), Failure::carrier_refused);
    EXPECT_EQ(failure_of("receipt_UNDELIVERABLE_absent"), Failure::receipt);
    EXPECT_EQ(failure_of("validity_passed"), Failure::validity_passed);
    EXPECT_EQ(failure_of("something new"), Failure::other);
}

TEST(Figures, AnOptOutIsCountedByItsRule) {
    EXPECT_EQ(opt_out_rule_of("keyword_exact"), OptOutRule::keyword_exact);
    EXPECT_EQ(opt_out_rule_of("carrier"), OptOutRule::carrier);
    EXPECT_EQ(opt_out_rule_of("api"), OptOutRule::api);
    EXPECT_EQ(opt_out_rule_of(""), OptOutRule::api);
}

TEST(Figures, WhatWasHeardIsTalkUnlessTheDetectorSaysMore) {
    EXPECT_EQ(heard_as(policy::judge("See you at seven")), Heard::talk);
    EXPECT_EQ(heard_as(policy::judge("STOP")), Heard::opt_out);
    EXPECT_EQ(heard_as(policy::judge("START")), Heard::opt_in);
    EXPECT_EQ(heard_as(policy::judge("HELP")), Heard::help);
    EXPECT_EQ(heard_as(policy::judge("wrong number")), Heard::review);
}

TEST(Figures, AllOfThemCanBeRegisteredAsTheCatalogueSays) {
    metrics::Registry registry;
    EXPECT_NO_THROW({
        const LinkMetrics link(registry.scope().with("carrier", "acme").with("link", "acme-1"),
                               true);
        const CarrierMetrics carrier(registry.scope().with("carrier", "acme"));
        const ShardMetrics shard(registry.scope().with("shard", "0"));
    });
    // A bound on what a link, a carrier and a shard cost: a scrape is as long as they are many.
    EXPECT_LT(series_of(registry), 400u);
}

}  // namespace
}  // namespace parley
