#include "engine/io/host_metrics.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>
#include <utility>

#include <sys/resource.h>
#include <sys/statvfs.h>

namespace parley::io {

namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// A short fixed list, whatever libraries name their threads.
std::string kind_of(const std::string& thread) {
    if (thread.starts_with("shard-") || thread == "storage" || thread == "parleyd") return thread;
    return thread.starts_with("rocksdb") ? "rocksdb" : "other";
}

/// utime and stime of a line of /proc/…/stat: the 14th and 15th word, and the name, the second, may
/// hold blanks and parentheses.
double cpu_seconds_of(const std::string& stat) {
    std::istringstream words(stat.substr(std::min(stat.rfind(')') + 1, stat.size())));
    std::string skipped;
    for (int i = 0; i < 11; ++i)
        words >> skipped;
    double user = 0;
    double system = 0;
    words >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

HostMetrics::HostMetrics(const metrics::Scope& scope, std::string data_dir)
    : scope_(scope),
      data_dir_(std::move(data_dir)),
      resident_bytes_(scope.gauge("process_resident_memory_bytes")),
      cpu_seconds_(scope.counter("process_cpu_seconds_total")),
      open_fds_(scope.gauge("process_open_fds")),
      max_fds_(scope.gauge("process_max_fds")),
      disk_size_bytes_(scope.gauge("disk_size_bytes")),
      disk_free_bytes_(scope.gauge("disk_free_bytes")),
      store_disk_bytes_(scope.gauge("store_disk_bytes")) {
    const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
    scope.gauge("process_start_time_seconds").set(now.count());
}

void HostMetrics::update() {
    const std::scoped_lock lock(mutex_);
    update_process();
    update_threads();
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

/// A thread that has ended takes its share along: the total waits until the others have made up
/// for it.
void HostMetrics::update_threads() {
    std::error_code error;
    std::filesystem::directory_iterator task("/proc/self/task", error);
    std::map<std::string, double> seconds_of;
    for (; !error && task != std::filesystem::directory_iterator(); task.increment(error)) {
        std::ifstream name_file(task->path() / "comm");
        std::ifstream stat_file(task->path() / "stat");
        std::string name;
        std::string stat;
        if (!std::getline(name_file, name) || !std::getline(stat_file, stat)) continue;
        seconds_of[kind_of(name)] += cpu_seconds_of(stat);
    }
    for (const auto& [kind, total] : seconds_of) {
        auto known = thread_seconds_.find(kind);
        if (known == thread_seconds_.end()) {
            const auto counter = scope_.with("thread", kind).counter("thread_cpu_seconds_total");
            known = thread_seconds_.emplace(kind, counter).first;
        }
        known->second.follow(total);
    }
}

void HostMetrics::update_disk() {
    struct statvfs disk {};
    if (::statvfs(data_dir_.c_str(), &disk) != 0) return;
    const auto block = static_cast<double>(disk.f_frsize);
    disk_size_bytes_.set(static_cast<double>(disk.f_blocks) * block);
    disk_free_bytes_.set(static_cast<double>(disk.f_bavail) * block);
    std::error_code error;
    std::filesystem::recursive_directory_iterator file(data_dir_, error);
    double octets = 0;
    for (; !error && file != std::filesystem::recursive_directory_iterator();
         file.increment(error)) {
        std::error_code gone;  // the store deletes files as it likes
        if (!file->is_regular_file(gone)) continue;
        if (const auto size = file->file_size(gone); !gone) octets += static_cast<double>(size);
    }
    if (!error) store_disk_bytes_.set(octets);
}

}  // namespace parley::io
