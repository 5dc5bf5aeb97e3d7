#include "metrics/metric.h"

#include <algorithm>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>

namespace parley::metrics {

void Counter::add(std::uint64_t amount) const {
    if (counter_ != nullptr) counter_->Increment(static_cast<double>(amount));
}

void Counter::follow(double total) const {
    if (counter_ != nullptr && total > counter_->Value())
        counter_->Increment(total - counter_->Value());
}

double Counter::value() const {
    return counter_ == nullptr ? 0 : counter_->Value();
}

void Gauge::set(double value) const {
    if (gauge_ != nullptr) gauge_->Set(value);
}

void Gauge::add(double amount) const {
    if (gauge_ != nullptr) gauge_->Increment(amount);
}

void Histogram::observe(double value) const {
    if (cells_ == nullptr) return;
    const std::vector<double>& bounds = cells_->upper_bounds;
    const auto bucket = std::ranges::lower_bound(bounds, value) - bounds.begin();
    cells_->counts[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
    cells_->sum.fetch_add(value, std::memory_order_relaxed);
}

}  // namespace parley::metrics
