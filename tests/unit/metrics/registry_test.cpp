#include "metrics/registry.h"

#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

namespace parley::metrics {
namespace {

TEST(Registry, WhatWasCountedIsExposedUnderOurPrefixWithItsLabels) {
    Registry registry;
    const Scope acme = registry.scope().with("carrier", "acme");
    acme.counter("submits_total", "submit_sm written").add(3);
    acme.gauge("window_requests", "In flight").set(7);

    const std::string text = registry.exposition();
    EXPECT_NE(text.find("# HELP parley_submits_total submit_sm written\n"), std::string::npos)
        << text;
    EXPECT_NE(text.find("# TYPE parley_submits_total counter\n"), std::string::npos);
    EXPECT_NE(text.find("parley_submits_total{carrier=\"acme\"} 3\n"), std::string::npos);
    EXPECT_NE(text.find("parley_window_requests{carrier=\"acme\"} 7\n"), std::string::npos);
}

TEST(Registry, TheSameNameAndLabelsAreTheSameMetric) {
    Registry registry;
    const Counter first = registry.scope().with("shard", "0").counter("events_total", "Events");
    const Counter second = registry.scope().with("shard", "0").counter("events_total", "Events");
    const Counter other = registry.scope().with("shard", "1").counter("events_total", "Events");
    first.add();
    second.add();

    EXPECT_EQ(first.value(), 2);
    EXPECT_EQ(other.value(), 0);
    const std::string text = registry.exposition();
    EXPECT_EQ(text.find("# TYPE parley_events_total"), text.rfind("# TYPE parley_events_total"));
}

TEST(Registry, HandlesStayGoodWhileThousandsFollowThem) {
    Registry registry;
    const Counter first = registry.scope().counter("events_total", "Events");
    for (int i = 0; i < 2'000; ++i)
        registry.scope().with("carrier", std::to_string(i)).counter("events_total", "Events").add();
    first.add(5);

    EXPECT_EQ(first.value(), 5);
    EXPECT_NE(registry.exposition().find("parley_events_total 5\n"), std::string::npos);
}

TEST(Registry, AHistogramCountsInItsBuckets) {
    Registry registry;
    const Histogram lag = registry.scope().histogram("lag_seconds", "Lag", {0.1, 1, 10});
    for (const double value : {0.05, 0.5, 0.5, 100.0})
        lag.observe(value);

    const std::string text = registry.exposition();
    EXPECT_NE(text.find("parley_lag_seconds_bucket{le=\"0.1\"} 1\n"), std::string::npos) << text;
    EXPECT_NE(text.find("parley_lag_seconds_bucket{le=\"1\"} 3\n"), std::string::npos);
    EXPECT_NE(text.find("parley_lag_seconds_bucket{le=\"+Inf\"} 4\n"), std::string::npos);
    EXPECT_NE(text.find("parley_lag_seconds_count 4\n"), std::string::npos);
}

TEST(Registry, AHandleThatWasNeverRegisteredCountsNowhere) {
    const Counter counter = Scope().with("carrier", "acme").counter("Whatever it is", "");
    counter.add(9);
    Gauge().set(1);
    Gauge().add(1);
    Histogram().observe(1);
    EXPECT_EQ(counter.value(), 0);
}

TEST(Registry, NamesThatPrometheusUsersWouldStumbleOverAreRefusedAtOnce) {
    Registry registry;
    const Scope scope = registry.scope();
    EXPECT_THROW(scope.counter("submits", "x"), std::invalid_argument)
        << "a counter ends in _total";
    EXPECT_THROW(scope.gauge("window_total", "x"), std::invalid_argument);
    EXPECT_THROW(scope.counter("Submits_total", "x"), std::invalid_argument);
    EXPECT_THROW(scope.counter("submits__total", "x"), std::invalid_argument);
    EXPECT_THROW(scope.gauge("window", ""), std::invalid_argument) << "without help";
    EXPECT_THROW(scope.with("le", "1").gauge("window", "x"), std::invalid_argument);
    EXPECT_THROW(scope.histogram("lag_seconds", "x", {1, 1}), std::invalid_argument);
}

TEST(Registry, OneNameMeansOneThing) {
    Registry registry;
    const Scope scope = registry.scope();
    scope.gauge("window_requests", "In flight");
    scope.histogram("lag_seconds", "Lag", {1, 2});
    EXPECT_THROW(scope.histogram("window_requests", "In flight", {1}), std::invalid_argument);
    EXPECT_THROW(scope.gauge("window_requests", "Something else"), std::invalid_argument);
    EXPECT_THROW(scope.histogram("lag_seconds", "Lag", {1, 3}), std::invalid_argument);
}

TEST(Registry, LabelValuesAreEscaped) {
    Registry registry;
    registry.scope().with("carrier", "a\"b\\c\nd").gauge("window_requests", "In flight").set(1);
    EXPECT_NE(registry.exposition().find(R"({carrier="a\"b\\c\nd"} 1)"), std::string::npos)
        << registry.exposition();
}

TEST(Registry, CountingFromManyThreadsLosesNothing) {
    Registry registry;
    constexpr int threads = 4;
    constexpr int rounds = 5'000;
    std::vector<std::thread> workers;
    workers.reserve(threads);
    for (int i = 0; i < threads; ++i) {
        workers.emplace_back([&registry] {
            const Counter counter = registry.scope().counter("events_total", "Events");
            for (int round = 0; round < rounds; ++round)
                counter.add();
        });
    }
    for (int i = 0; i < 20; ++i)
        EXPECT_NO_THROW(registry.exposition());
    for (std::thread& worker : workers)
        worker.join();
    EXPECT_EQ(registry.scope().counter("events_total", "Events").value(), threads * rounds);
}

}  // namespace
}  // namespace parley::metrics
