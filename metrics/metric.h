#pragma once
// Handles on metrics. A handle that was never registered counts nowhere, so pure code needs no
// registry. Handles are copied freely and used from any thread; the registry outlives them.

#include <cstdint>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
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

class Histogram {
public:
    Histogram() = default;
    explicit Histogram(prometheus::Histogram* histogram) : histogram_(histogram) {}
    void observe(double value) const;

private:
    prometheus::Histogram* histogram_ = nullptr;
};

}  // namespace parley::metrics
