#pragma once
// Spreads what the database writes beside the commits over time, so that a file of 16 MiB is not
// handed to the disk at once and a commit waits behind it.
//
// RocksDB has such a thing, and the one of Debian 12 (7.8.3) may stop for ever: of two that wait at
// once nobody wakes the second, the flush never ends, and with it every commit
// (facebook/rocksdb#11742). Here nobody waits for anybody: each sleeps its own time.

#include <chrono>
#include <cstdint>
#include <mutex>

namespace parley::storage {

/// When the next octets may be written, so that they come at a rate. No clock.
class WritePace {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::steady_clock::duration;

    /// octets_per_second: above 0.
    explicit WritePace(std::int64_t octets_per_second) : rate_(octets_per_second) {}
    /// How long these octets wait; those that come later wait behind them.
    Duration wait(Time now, std::int64_t octets);

private:
    std::int64_t rate_;
    Time free_at_{};
};

/// The same for any number of threads.
class WritePacer {
public:
    struct Written {
        std::int64_t octets = 0;
        std::int64_t times = 0;
    };

    explicit WritePacer(std::int64_t octets_per_second) : pace_(octets_per_second) {}
    /// Returns when it is the turn of these octets.
    void pass(std::int64_t octets);
    Written written() const;

private:
    mutable std::mutex mutex_;
    WritePace pace_;
    Written written_;
};

}  // namespace parley::storage
