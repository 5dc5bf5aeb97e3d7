#include "storage/write_pacer.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace parley::storage {
namespace {

using rocksdb::Env;
using std::chrono::milliseconds;

TEST(WritePace, LetsOctetsGoAtItsRateAndTheFirstAtOnce) {
    WritePace pace(1'000);
    const WritePace::Time start{std::chrono::hours(1)};
    EXPECT_EQ(pace.wait(start, 500), milliseconds(0));
    EXPECT_EQ(pace.wait(start, 100), milliseconds(500));
    EXPECT_EQ(pace.wait(start, 100), milliseconds(600));
    EXPECT_EQ(pace.wait(start + milliseconds(650), 10), milliseconds(50));
}

TEST(WritePace, SavesNothingUpWhileNobodyWrites) {
    WritePace pace(1'000);
    const WritePace::Time start{std::chrono::hours(1)};
    EXPECT_EQ(pace.wait(start, 100), milliseconds(0));
    EXPECT_EQ(pace.wait(start + std::chrono::hours(1), 1'000), milliseconds(0));
    EXPECT_EQ(pace.wait(start + std::chrono::hours(1), 1'000), milliseconds(1'000));
}

/// With RocksDB's own of Debian 12 one of two that wait at once may wait for ever.
TEST(WritePacer, HoldsNobodyForEverHoweverManyWriteAtOnce) {
    constexpr std::int64_t requests = 300;
    WritePacer pacer(std::int64_t{1} << 30U);
    std::vector<std::thread> writers;
    for (const auto priority : {Env::IO_LOW, Env::IO_HIGH, Env::IO_LOW, Env::IO_HIGH}) {
        writers.emplace_back([&pacer, priority] {
            for (std::int64_t n = 0; n < requests; ++n)
                pacer.Request(64 << 10U, priority, nullptr);
        });
    }
    for (std::thread& writer : writers)
        writer.join();
    EXPECT_EQ(pacer.GetTotalRequests(Env::IO_TOTAL), 4 * requests);
    EXPECT_EQ(pacer.GetTotalRequests(Env::IO_HIGH), 2 * requests);
    EXPECT_EQ(pacer.GetTotalBytesThrough(Env::IO_TOTAL), 4 * requests * (64 << 10U));
}

TEST(WritePacer, LeavesReadsAlone) {
    WritePacer pacer(1);
    EXPECT_FALSE(pacer.IsRateLimited(rocksdb::RateLimiter::OpType::kRead));
    EXPECT_TRUE(pacer.IsRateLimited(rocksdb::RateLimiter::OpType::kWrite));
}

}  // namespace
}  // namespace parley::storage
