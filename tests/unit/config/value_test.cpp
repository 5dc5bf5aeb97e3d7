#include "config/value.h"

#include "config/shape.h"

#include <gtest/gtest.h>

namespace parley::config {
namespace {

using namespace std::chrono_literals;

TEST(Value, AValueThatIsWrittenReadsBackAsItself) {
    for (const Millis value : {0ms, 1ms, 999ms, 1'000ms, 90'000ms, 3'600'000ms, 259'200'000ms,
                               86'400'000ms * 30, 1'234'567ms}) {
        Millis read{-1};
        EXPECT_EQ(read_value(write_value(value, {}), read, {}), "");
        EXPECT_EQ(read, value) << write_value(value, {});
    }
    for (const std::uint64_t value :
         {0ULL, 1ULL, 1'000ULL, 1'024ULL, 1'536ULL, 1ULL << 30U, 3ULL << 40U}) {
        std::uint64_t read = 7;
        EXPECT_EQ(read_value(write_value(value, {}), read, {}), "");
        EXPECT_EQ(read, value) << write_value(value, {});
    }
    for (const double value : {0.0, 0.25, 500.0, 123'456.5}) {
        double read = -1;
        EXPECT_EQ(read_value(write_value(value, {}), read, {}), "");
        EXPECT_EQ(read, value) << write_value(value, {});
    }
}

TEST(Value, IsWrittenInTheUnitThatAPersonWouldChoose) {
    EXPECT_EQ(write_value(Millis(72h), {}), "72h");
    EXPECT_EQ(write_value(Millis(30 * 24h), {}), "30d");
    EXPECT_EQ(write_value(Millis(1'500ms), {}), "1500ms");
    EXPECT_EQ(write_value(std::uint64_t{1} << 30U, {}), "1GiB");
    EXPECT_EQ(write_value(500.0, {}), "500/s");
    EXPECT_EQ(write_value(0.0, {.zero = "unlimited"}), "unlimited");
}

TEST(Value, HalfADurationIsNone) {
    Millis value = 5s;
    for (const std::string_view text :
         {"", "10", "s", "1h30", "1.5s", "-1s", " 1s", "1 s", "1S", "+1s"})
        EXPECT_NE(read_value(text, value, {}), "") << text;
    EXPECT_EQ(value, 5s) << "what could not be read must not change anything";
}

TEST(Value, RatesMustBeFiniteAndNotNegative) {
    double value = 5;
    for (const std::string_view text : {"", "inf", "nan", "-1", "1e999", "5/d", "/s", "0x10"})
        EXPECT_NE(read_value(text, value, {.max = 1'000'000}), "") << text;
    EXPECT_EQ(value, 5);
}

TEST(Value, SecretsAreMaskedAndAnEmptyOneSaysSo) {
    EXPECT_EQ(write_value(std::string("hunter2"), {.secret = true}), "********");
    EXPECT_EQ(write_value(std::string(), {.secret = true}), "");
}

TEST(Value, TheNearestNameIsASlipAwayOrNotNamedAtAll) {
    const std::vector<std::string> names{"window", "throughput", "links", "id"};
    EXPECT_EQ(nearest("windwo", names), "window");
    EXPECT_EQ(nearest("througput", names), "throughput");
    EXPECT_EQ(nearest("link", names), "links");
    EXPECT_EQ(nearest("xy", names), std::nullopt);
    EXPECT_EQ(nearest("colour", names), std::nullopt);
    EXPECT_EQ(nearest(std::string(100'000, 'w'), names), std::nullopt);
}

TEST(Shape, EndpointsNeedAHostAndAPort) {
    const auto fits = [](std::string_view text, Shape shape) {
        std::string normalised;
        return read_shape(text, shape, normalised).empty();
    };
    for (const std::string_view text :
         {"127.0.0.1:2775", "smsc.example.com:1", "[::1]:65535", "a_b:5"})
        EXPECT_TRUE(fits(text, Shape::endpoint)) << text;
    for (const std::string_view text : {"", ":1", "host", "host:", "host:0", "host:65536",
                                        "host:+1", "a b:1", "::1:80", "[::1:80", "[]:80", "h:1x"})
        EXPECT_FALSE(fits(text, Shape::endpoint)) << text;
    EXPECT_TRUE(fits("127.0.0.1:0", Shape::listen)) << "any free port";
}

}  // namespace
}  // namespace parley::config
