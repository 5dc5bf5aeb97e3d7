#pragma once
// Spreads what RocksDB writes beside the commits over time, so that a file of 16 MiB is not handed
// to the disk at once and a commit waits behind it.
//
// RocksDB has such a thing, and the one of Debian 12 (7.8.3) may stop for ever: of two that wait at
// once nobody wakes the second, the flush never ends, and with it every commit
// (facebook/rocksdb#11742). Here nobody waits for anybody: each sleeps its own time.

#include <chrono>
#include <cstdint>
#include <mutex>
#include <vector>

#include <rocksdb/rate_limiter.h>

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

/// Of writes alone. Flushes and compactions have a pace each, the same one, so that neither waits
/// behind the other. Any thread.
class WritePacer final : public rocksdb::RateLimiter {
public:
    explicit WritePacer(std::int64_t octets_per_second);

    /// Nothing: the rate is what it was made with.
    void SetBytesPerSecond(std::int64_t) override {}
    void Request(std::int64_t octets, rocksdb::Env::IOPriority priority,
                 rocksdb::Statistics* statistics) override;
    std::int64_t GetSingleBurstBytes() const override { return octets_at_once; }
    std::int64_t GetTotalBytesThrough(rocksdb::Env::IOPriority priority) const override;
    std::int64_t GetTotalRequests(rocksdb::Env::IOPriority priority) const override;
    std::int64_t GetBytesPerSecond() const override { return octets_per_second_; }

    static constexpr std::int64_t octets_at_once = 1 << 20;

private:
    struct Lane {
        WritePace pace;
        std::int64_t octets = 0;
        std::int64_t requests = 0;
    };
    std::int64_t sum(rocksdb::Env::IOPriority priority, std::int64_t Lane::*what) const;

    const std::int64_t octets_per_second_;
    mutable std::mutex mutex_;
    std::vector<Lane> lanes_;  // by priority
};

}  // namespace parley::storage
