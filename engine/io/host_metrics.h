#pragma once
// What the operating system says about this process, its threads and the disk under its data
// folder.

#include "metrics/registry.h"

#include <map>
#include <mutex>
#include <string>

namespace parley::io {

class HostMetrics {
public:
    HostMetrics(const metrics::Scope& scope, std::string data_dir);
    /// Asks the system anew. Thread-safe. What it cannot say keeps its last value.
    void update();

private:
    void update_process();
    void update_threads();
    void update_disk();

    metrics::Scope scope_;
    std::string data_dir_;
    std::mutex mutex_;
    metrics::Gauge resident_bytes_;
    metrics::Counter cpu_seconds_;
    std::map<std::string, metrics::Counter> thread_seconds_;  // by kind of thread
    metrics::Gauge open_fds_;
    metrics::Gauge max_fds_;
    metrics::Gauge disk_size_bytes_;
    metrics::Gauge disk_free_bytes_;
    metrics::Gauge store_disk_bytes_;
};

}  // namespace parley::io
