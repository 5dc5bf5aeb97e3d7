#include "storage/write_pacer.h"

#include <chrono>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace parley::storage {
namespace {

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
    constexpr std::int64_t times = 300;
    constexpr std::int64_t octets = 64 << 10;
    WritePacer pacer(std::int64_t{1} << 30U);
    std::vector<std::thread> writers;
    writers.reserve(4);
    for (int n = 0; n < 4; ++n) {
        writers.emplace_back([&pacer] {
            for (std::int64_t done = 0; done < times; ++done)
                pacer.pass(octets);
        });
    }
    for (std::thread& writer : writers)
        writer.join();
    EXPECT_EQ(pacer.written().times, 4 * times);
    EXPECT_EQ(pacer.written().octets, 4 * times * octets);
}

}  // namespace
}  // namespace parley::storage
