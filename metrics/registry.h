#pragma once
// Counts what the catalogue names; the exposition text for /metrics. prometheus-cpp lives in
// registry.cpp alone. Label values come only from configuration and fixed lists: never a number or
// message id.

#include "metrics/catalogue.h"
#include "metrics/metric.h"

#include <initializer_list>
#include <map>
#include <memory>
#include <span>
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

    /// name as in the catalogue. Throws std::invalid_argument when it is not there, or there with
    /// another type or other labels.
    Counter counter(std::string_view name) const;
    Gauge gauge(std::string_view name) const;
    Histogram histogram(std::string_view name, const std::vector<double>& upper_bounds) const;
    /// Takes out every series that has all of these labels: what they are of is gone. Requires that
    /// its handles are gone as well, and that there is some label.
    void forget() const;

private:
    Registry* registry_ = nullptr;
    std::map<std::string, std::string> labels_;
};

class Registry {
public:
    /// The list outlives the registry.
    explicit Registry(std::span<const About> list = catalogue());
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
