#pragma once
// What the simulator shows under /metrics: its books' counters, one line per carrier. Read from the
// books when somebody asks, so that counting costs the carriers nothing.

#include "metrics/registry.h"
#include "tools/carrier_sim/program/running.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace parley::carrier_sim {

class SimMetrics {
public:
    explicit SimMetrics(const AllRunning& carriers);
    /// Prometheus text format 0.0.4.
    std::string exposition();

private:
    struct OfCarrier {
        const Running* running = nullptr;
        metrics::Scope scope;
        std::vector<metrics::Counter> counters;  // in order of the list
        metrics::Gauge sessions_open;
        metrics::Gauge sessions_bound;
        metrics::Gauge delivers_open;
        std::map<smpp::Status, metrics::Counter> answers;
    };

    std::vector<metrics::About> list_;
    metrics::Registry registry_;
    std::vector<OfCarrier> carriers_;
};

}  // namespace parley::carrier_sim
