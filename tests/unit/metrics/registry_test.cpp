#include "metrics/registry.h"

#include <array>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace parley::metrics {
namespace {

constexpr std::array list{
    About{"submits_total", Kind::counter, "segments", "carrier", "submit_sm written", "look"},
    About{"window_requests", Kind::gauge, "requests", "carrier", "In flight", "look"},
    About{"events_total", Kind::counter, "events", "shard", "Events", "look"},
    About{"lag_seconds", Kind::histogram, "seconds", "", "Lag", "look"},
};

/// A list of this one alone.
void list_alone(const About& about) {
    const Registry registry(std::span(&about, 1));
}

TEST(Registry, WhatWasCountedIsExposedUnderOurPrefixWithItsLabels) {
    Registry registry{list};
    const Scope acme = registry.scope().with("carrier", "acme");
    acme.counter("submits_total").add(3);
    acme.gauge("window_requests").set(7);

    const std::string text = registry.exposition();
    EXPECT_NE(text.find("# HELP parley_submits_total submit_sm written\n"), std::string::npos)
        << text;
    EXPECT_NE(text.find("# TYPE parley_submits_total counter\n"), std::string::npos);
    EXPECT_NE(text.find("parley_submits_total{carrier=\"acme\"} 3\n"), std::string::npos);
    EXPECT_NE(text.find("parley_window_requests{carrier=\"acme\"} 7\n"), std::string::npos);
}

TEST(Registry, TheSameNameAndLabelsAreTheSameMetric) {
    Registry registry{list};
    const Counter first = registry.scope().with("shard", "0").counter("events_total");
    const Counter second = registry.scope().with("shard", "0").counter("events_total");
    const Counter other = registry.scope().with("shard", "1").counter("events_total");
    first.add();
    second.add();

    EXPECT_EQ(first.value(), 2);
    EXPECT_EQ(other.value(), 0);
    const std::string text = registry.exposition();
    EXPECT_EQ(text.find("# TYPE parley_events_total"), text.rfind("# TYPE parley_events_total"));
}

TEST(Registry, HandlesStayGoodWhileThousandsFollowThem) {
    Registry registry{list};
    const Counter first = registry.scope().with("shard", "first").counter("events_total");
    for (int i = 0; i < 2'000; ++i)
        registry.scope().with("shard", std::to_string(i)).counter("events_total").add();
    first.add(5);

    EXPECT_EQ(first.value(), 5);
    EXPECT_NE(registry.exposition().find("parley_events_total{shard=\"first\"} 5\n"),
              std::string::npos);
}

TEST(Registry, AHistogramCountsInItsBuckets) {
    Registry registry{list};
    const Histogram lag = registry.scope().histogram("lag_seconds", {0.1, 1, 10});
    for (const double value : {0.05, 0.5, 0.5, 100.0})
        lag.observe(value);

    const std::string text = registry.exposition();
    EXPECT_NE(text.find("parley_lag_seconds_bucket{le=\"0.1\"} 1\n"), std::string::npos) << text;
    EXPECT_NE(text.find("parley_lag_seconds_bucket{le=\"1\"} 3\n"), std::string::npos);
    EXPECT_NE(text.find("parley_lag_seconds_bucket{le=\"+Inf\"} 4\n"), std::string::npos);
    EXPECT_NE(text.find("parley_lag_seconds_count 4\n"), std::string::npos);
}

TEST(Registry, AHistogramLosesNothingThatManyThreadsObserveWhileItIsRead) {
    Registry registry{list};
    const Histogram lag = registry.scope().histogram("lag_seconds", {0.1, 1, 10});
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([lag] {
            for (int n = 0; n < 10'000; ++n)
                lag.observe(n % 2 == 0 ? 0.5 : 5);
        });
    }
    for (int i = 0; i < 20; ++i)
        EXPECT_FALSE(registry.exposition().empty());
    for (std::thread& thread : threads)
        thread.join();
    const std::string text = registry.exposition();
    EXPECT_NE(text.find("parley_lag_seconds_bucket{le=\"1\"} 20000\n"), std::string::npos) << text;
    EXPECT_NE(text.find("parley_lag_seconds_count 40000\n"), std::string::npos);
    EXPECT_NE(text.find("parley_lag_seconds_sum 110000\n"), std::string::npos);
}

TEST(Registry, AHandleThatWasNeverRegisteredCountsNowhere) {
    const Counter counter = Scope().with("carrier", "acme").counter("Whatever it is");
    counter.add(9);
    Gauge().set(1);
    Gauge().add(1);
    Histogram().observe(1);
    EXPECT_EQ(counter.value(), 0);
}

TEST(Registry, NamesThatPrometheusUsersWouldStumbleOverAreRefusedAtOnce) {
    const auto refused = [](std::string_view name, Kind kind, std::string_view meaning = "x") {
        EXPECT_THROW(list_alone({name, kind, "things", "", meaning, "look"}), std::invalid_argument)
            << name;
    };
    EXPECT_NO_THROW(list_alone({"submits_total", Kind::counter, "segments", "", "x", "look"}));
    refused("submits", Kind::counter);
    refused("window_total", Kind::gauge);
    refused("Submits_total", Kind::counter);
    refused("submits__total", Kind::counter);
    refused("window", Kind::gauge, "");
    const std::array twice{list[0], list[0]};
    EXPECT_THROW(Registry{twice}, std::invalid_argument);
    const About taken{"window", Kind::gauge, "requests", "le", "x", "look"};
    Registry registry{std::span(&taken, 1)};
    EXPECT_THROW(registry.scope().with("le", "1").gauge("window"), std::invalid_argument);
}

TEST(Registry, OnlyWhatTheListNamesIsRegisteredAndOnlyAsItSays) {
    Registry registry{list};
    const Scope acme = registry.scope().with("carrier", "acme");
    EXPECT_THROW(acme.gauge("unheard_of"), std::invalid_argument);
    EXPECT_THROW(acme.histogram("window_requests", {1}), std::invalid_argument);
    EXPECT_THROW(registry.scope().gauge("window_requests"), std::invalid_argument);
    EXPECT_THROW(acme.with("contact", "+1555").gauge("window_requests"), std::invalid_argument);
    EXPECT_NO_THROW(acme.gauge("window_requests"));
}

TEST(Registry, TheBucketsOfAHistogramGrowAndStay) {
    Registry registry{list};
    EXPECT_THROW(registry.scope().histogram("lag_seconds", {1, 1}), std::invalid_argument);
    registry.scope().histogram("lag_seconds", {1, 2});
    EXPECT_THROW(registry.scope().histogram("lag_seconds", {1, 3}), std::invalid_argument);
}

TEST(Registry, ACounterFollowsATotalThatSomebodyElseKeepsAndNeverGoesBack) {
    Registry registry{list};
    const Counter counter = registry.scope().with("shard", "0").counter("events_total");
    for (const double total : {1.5, 4.25, 2.0})
        counter.follow(total);
    EXPECT_EQ(counter.value(), 4.25);
}

TEST(Registry, TheEnginesOwnListIsInOrder) {
    EXPECT_NO_THROW(Registry{catalogue()});
}

TEST(Registry, LabelValuesAreEscaped) {
    Registry registry{list};
    registry.scope().with("carrier", "a\"b\\c\nd").gauge("window_requests").set(1);
    EXPECT_NE(registry.exposition().find(R"({carrier="a\"b\\c\nd"} 1)"), std::string::npos)
        << registry.exposition();
}

TEST(Registry, CountingFromManyThreadsLosesNothing) {
    Registry registry{list};
    constexpr int threads = 4;
    constexpr int rounds = 5'000;
    std::vector<std::thread> workers;
    workers.reserve(threads);
    for (int i = 0; i < threads; ++i) {
        workers.emplace_back([&registry] {
            const Counter counter = registry.scope().with("shard", "0").counter("events_total");
            for (int round = 0; round < rounds; ++round)
                counter.add();
        });
    }
    for (int i = 0; i < 20; ++i)
        EXPECT_NO_THROW(registry.exposition());
    for (std::thread& worker : workers)
        worker.join();
    EXPECT_EQ(registry.scope().with("shard", "0").counter("events_total").value(),
              threads * rounds);
}

TEST(Registry, WhatIsForgottenIsNoLongerExposedAndMayComeAgain) {
    Registry registry{list};
    const Scope acme = registry.scope().with("carrier", "acme");
    acme.counter("submits_total").add(3);
    acme.gauge("window_requests").set(7);
    registry.scope().with("carrier", "beta").counter("submits_total").add(4);
    acme.forget();
    const std::string text = registry.exposition();
    EXPECT_EQ(text.find("acme"), std::string::npos) << text;
    EXPECT_NE(text.find("parley_submits_total{carrier=\"beta\"} 4\n"), std::string::npos);
    acme.counter("submits_total").add();
    EXPECT_NE(registry.exposition().find("parley_submits_total{carrier=\"acme\"} 1\n"),
              std::string::npos);
}

}  // namespace
}  // namespace parley::metrics
