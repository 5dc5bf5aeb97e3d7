#pragma once
// Names, help and labels; the exposition text for /metrics. prometheus-cpp lives in registry.cpp
// alone. Label values come only from configuration and fixed lists: never a number or message id.

#include "metrics/metric.h"

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace parley::metrics {

class Registry;

/// Where a part registers its metrics; carries labels such as carrier="acme". A default-constructed
/// scope gives handles that count nowhere.
class Scope {
public:
    Scope() = default;
    explicit Scope(Registry& registry) : registry_(&registry) {}
    Scope with(std::string label, std::string value) const;

    /// name without the prefix "parley_"; base units; counters end in _total.
    Counter counter(std::string_view name, std::string_view help) const;
    Gauge gauge(std::string_view name, std::string_view help) const;
    Histogram histogram(std::string_view name, std::string_view help,
                        std::vector<double> upper_bounds) const;

private:
    Registry* registry_ = nullptr;
    std::map<std::string, std::string> labels_;
};

class Registry {
public:
    Registry();
    ~Registry();
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    Scope scope() { return Scope(*this); }
    /// Prometheus text format 0.0.4. Thread-safe.
    std::string exposition() const;

private:
    friend class Scope;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::metrics
