#include "engine/io/host_metrics.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>
#include <utility>

#include <sys/resource.h>
#include <sys/statvfs.h>

namespace parley::io {

namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

HostMetrics::HostMetrics(const metrics::Scope& scope, std::string data_dir)
    : data_dir_(std::move(data_dir)),
      resident_bytes_(scope.gauge("process_resident_memory_bytes")),
      cpu_seconds_(scope.counter("process_cpu_seconds_total")),
      open_fds_(scope.gauge("process_open_fds")),
      max_fds_(scope.gauge("process_max_fds")),
      disk_size_bytes_(scope.gauge("disk_size_bytes")),
      disk_free_bytes_(scope.gauge("disk_free_bytes")) {
    const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
    scope.gauge("process_start_time_seconds").set(now.count());
}

void HostMetrics::update() {
    const std::scoped_lock lock(mutex_);
    update_process();
    update_disk();
}

void HostMetrics::update_process() {
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) == 0)
        cpu_seconds_.follow(seconds(usage.ru_utime) + seconds(usage.ru_stime));
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) max_fds_.set(static_cast<double>(limit.rlim_cur));
    std::ifstream statm("/proc/self/statm");
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    if (statm >> size >> resident)
        resident_bytes_.set(static_cast<double>(resident) *
                            static_cast<double>(::sysconf(_SC_PAGESIZE)));
    std::error_code error;
    std::filesystem::directory_iterator open("/proc/self/fd", error);
    if (error) return;
    double count = -1;  // without the one that reads the folder
    for (; !error && open != std::filesystem::directory_iterator(); open.increment(error))
        ++count;
    open_fds_.set(count);
}

void HostMetrics::update_disk() {
    struct statvfs disk {};
    if (::statvfs(data_dir_.c_str(), &disk) != 0) return;
    const auto block = static_cast<double>(disk.f_frsize);
    disk_size_bytes_.set(static_cast<double>(disk.f_blocks) * block);
    disk_free_bytes_.set(static_cast<double>(disk.f_bavail) * block);
}

}  // namespace parley::io
