#include "tools/loadgen/arrivals.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t second = 1'000 * ms;

std::vector<std::int64_t> moments(ArrivalPlan plan, std::size_t count) {
    Arrivals arrivals(std::move(plan));
    std::vector<std::int64_t> found;
    for (; found.size() < count; arrivals.pop())
        found.push_back(arrivals.next_ns());
    return found;
}

std::size_t count_before(ArrivalPlan plan, std::int64_t end) {
    Arrivals arrivals(std::move(plan));
    std::size_t count = 0;
    for (; arrivals.next_ns() < end; arrivals.pop())
        ++count;
    return count;
}

TEST(Arrivals, AnEvenRateIsEvenlySpacedFromTheStart) {
    EXPECT_EQ(moments({.rate = 1000}, 4), (std::vector<std::int64_t>{0, ms, 2 * ms, 3 * ms}));
}

TEST(Arrivals, AClosedLoopWantsEverythingAtOnce) {
    EXPECT_FALSE(ArrivalPlan{}.open_loop());
    EXPECT_EQ(moments({}, 3), (std::vector<std::int64_t>{0, 0, 0}));
}

TEST(Arrivals, BurstsComeTogetherAndKeepTheRate) {
    const ArrivalPlan plan{.rate = 100, .spacing = Spacing::burst, .burst = 50};
    const auto found = moments(plan, 101);
    EXPECT_EQ(found[0], found[49]);
    EXPECT_EQ(found[50], second / 2);
    EXPECT_EQ(found[99], second / 2);
    EXPECT_EQ(found[100], second);
}

TEST(Arrivals, ARampSendsTheAreaUnderItsRate) {
    const ArrivalPlan up{.rate = 0, .rate_to = 1000, .ramp_s = 10};
    EXPECT_NEAR(count_before(up, 10 * second), 5000, 1);
    EXPECT_NEAR(count_before(up, 5 * second), 1250, 1) << "a quarter by half of the time";
    EXPECT_NEAR(count_before(up, 12 * second), 7000, 1) << "and it stays where it led";
    const ArrivalPlan down{.rate = 1000, .rate_to = 100, .ramp_s = 10};
    EXPECT_NEAR(count_before(down, 10 * second), 5500, 1);
    EXPECT_NEAR(count_before(down, 20 * second), 6500, 1);
}

TEST(Arrivals, ARampOfOneRateIsThatRate) {
    EXPECT_EQ(moments({.rate = 500, .rate_to = 500, .ramp_s = 3}, 2000),
              moments({.rate = 500}, 2000));
}

TEST(Arrivals, PoissonKeepsTheRateAndScattersAsChanceDoes) {
    const auto found = moments({.rate = 1000, .spacing = Spacing::poisson, .seed = 7}, 100'000);
    const double mean = static_cast<double>(found.back()) / 99'999;
    EXPECT_NEAR(mean, ms, 0.02 * ms);
    double squares = 0;
    std::size_t shorter = 0;
    for (std::size_t i = 1; i < found.size(); ++i) {
        const auto gap = static_cast<double>(found[i] - found[i - 1]);
        EXPECT_GE(gap, 0);
        squares += (gap - mean) * (gap - mean);
        if (gap < mean) ++shorter;
    }
    EXPECT_NEAR(std::sqrt(squares / 99'999) / mean, 1, 0.02) << "gaps vary as much as they last";
    EXPECT_NEAR(static_cast<double>(shorter) / 99'999, 1 - std::exp(-1), 0.01);
}

TEST(Arrivals, TheSameSeedIsTheSameRun) {
    const auto run = [](std::uint64_t seed) {
        return moments({.rate = 1000, .spacing = Spacing::poisson, .seed = seed}, 100);
    };
    EXPECT_EQ(run(1), run(1));
    EXPECT_NE(run(1), run(2));
}

TEST(Arrivals, ATraceIsFollowedToItsEnd) {
    Arrivals arrivals({.trace_ns = {5, 5, 9}});
    for (const std::int64_t moment : {5, 5, 9}) {
        EXPECT_EQ(arrivals.next_ns(), moment);
        arrivals.pop();
    }
    EXPECT_EQ(arrivals.next_ns(), Arrivals::never);
}

class TraceFile : public testing::Test {
protected:
    std::vector<std::int64_t> read(const std::string& text) {
        std::ofstream(name_) << text;
        return read_trace(name_);
    }
    std::string complaint_of(const std::string& text) {
        try {
            read(text);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "";
    }
    void TearDown() override { std::remove(name_.c_str()); }

    // Of this test alone: the others of this fixture run beside it.
    const std::string name_ = testing::TempDir() + "parley_trace_" +
                              testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(TraceFile, HasAMomentALine) {
    EXPECT_EQ(read("# seconds\n0\n0.0015\r\n\n2\n"),
              (std::vector<std::int64_t>{0, 1'500'000, 2 * second}));
}

TEST_F(TraceFile, SaysWhichLineIsWrong) {
    EXPECT_NE(complaint_of("0\nsoon\n").find(":2: 'soon' is no moment"), std::string::npos);
    EXPECT_NE(complaint_of("3\n2\n").find(":2: '2' is before the line above it"),
              std::string::npos);
    EXPECT_NE(complaint_of("-1\n").find(":1: '-1'"), std::string::npos);
    EXPECT_NE(complaint_of("# nothing\n").find("holds no moment"), std::string::npos);
    EXPECT_THROW(read_trace("/nonexistent/trace"), std::runtime_error);
}

}  // namespace
}  // namespace parley::loadgen
