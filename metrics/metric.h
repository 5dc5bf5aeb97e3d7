#pragma once
// Handles on metrics. A handle that was never registered counts nowhere, so pure code needs no
// registry. Handles are copied freely and used from any thread; the registry outlives them.

#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
}  // namespace prometheus

namespace parley::metrics {

class Counter {
public:
    Counter() = default;
    explicit Counter(prometheus::Counter* counter) : counter_(counter) {}
    void add(std::uint64_t amount = 1) const;
    /// For totals that somebody else keeps, such as the kernel; never goes back. One thread at a
    /// time.
    void follow(double total) const;
    double value() const;  // for tests and self-checks; 0 when unregistered

private:
    prometheus::Counter* counter_ = nullptr;
};

class Gauge {
public:
    Gauge() = default;
    explicit Gauge(prometheus::Gauge* gauge) : gauge_(gauge) {}
    void set(double value) const;
    void add(double amount) const;

private:
    prometheus::Gauge* gauge_ = nullptr;
};

/// What one histogram has counted. The library's own takes a lock for each value; shards may not.
struct HistogramCells {
    explicit HistogramCells(std::vector<double> bounds)
        : upper_bounds(std::move(bounds)), counts(upper_bounds.size() + 1) {}

    const std::vector<double> upper_bounds;
    std::vector<std::atomic<std::uint64_t>> counts;  // by bucket, the last is +Inf
    std::atomic<double> sum{0};
};

class Histogram {
public:
    Histogram() = default;
    explicit Histogram(HistogramCells* cells) : cells_(cells) {}
    /// Without a lock, from any thread.
    void observe(double value) const;

private:
    HistogramCells* cells_ = nullptr;
};

}  // namespace parley::metrics
