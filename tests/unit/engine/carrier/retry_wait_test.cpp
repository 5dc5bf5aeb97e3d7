#include "engine/carrier/retry_wait.h"

#include <gtest/gtest.h>

namespace parley::carrier {
namespace {

using std::chrono::seconds;

TEST(RetryWait, GrowsByItsFactorFromTheFirstUpToTheLongest) {
    config::Carrier carrier;
    carrier.retry_max = seconds(60);
    EXPECT_EQ(retry_wait(carrier, 1, seconds(1)), seconds(1));
    EXPECT_EQ(retry_wait(carrier, 2, seconds(1)), seconds(2));
    EXPECT_EQ(retry_wait(carrier, 6, seconds(1)), seconds(32));
    EXPECT_EQ(retry_wait(carrier, 7, seconds(1)), seconds(60));
    EXPECT_EQ(retry_wait(carrier, 255, seconds(1)), seconds(60));
    EXPECT_EQ(retry_wait(carrier, 0, seconds(1)), seconds(1)) << "a refusal that spends none";
    carrier.retry_factor = 150;
    EXPECT_EQ(retry_wait(carrier, 3, seconds(4)), seconds(9));
    carrier.retry_factor = 100;
    EXPECT_EQ(retry_wait(carrier, 9, seconds(4)), seconds(4));
}

TEST(RetryWait, IsNeverShorterThanTheWaitThatAStatusAsksFor) {
    config::Carrier carrier;
    carrier.retry_max = seconds(60);
    EXPECT_EQ(retry_wait(carrier, 1, seconds(600)), seconds(600));
    EXPECT_EQ(retry_wait(carrier, 3, seconds(600)), seconds(600));
}

}  // namespace
}  // namespace parley::carrier
