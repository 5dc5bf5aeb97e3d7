#include "storage/write_pacer.h"

#include <algorithm>
#include <thread>

namespace parley::storage {

WritePace::Duration WritePace::wait(Time now, std::int64_t octets) {
    const Time begin = std::max(now, free_at_);
    free_at_ = begin + std::chrono::nanoseconds(octets * std::nano::den / rate_);
    return begin - now;
}

WritePacer::WritePacer(std::int64_t octets_per_second)
    : RateLimiter(Mode::kWritesOnly),
      octets_per_second_(octets_per_second),
      lanes_(rocksdb::Env::IO_TOTAL, Lane{WritePace(octets_per_second)}) {}

void WritePacer::Request(std::int64_t octets, rocksdb::Env::IOPriority priority,
                         rocksdb::Statistics* statistics) {
    (void)statistics;
    if (priority >= rocksdb::Env::IO_TOTAL) return;  // of no kind
    WritePace::Duration wait{};
    {
        const std::lock_guard lock(mutex_);
        Lane& lane = lanes_[priority];
        wait = lane.pace.wait(std::chrono::steady_clock::now(), octets);
        lane.octets += octets;
        ++lane.requests;
    }
    if (wait.count() > 0) std::this_thread::sleep_for(wait);
}

std::int64_t WritePacer::sum(rocksdb::Env::IOPriority priority, std::int64_t Lane::*what) const {
    const std::lock_guard lock(mutex_);
    if (priority != rocksdb::Env::IO_TOTAL) return lanes_.at(priority).*what;
    std::int64_t all = 0;
    for (const Lane& lane : lanes_)
        all += lane.*what;
    return all;
}

std::int64_t WritePacer::GetTotalBytesThrough(rocksdb::Env::IOPriority priority) const {
    return sum(priority, &Lane::octets);
}

std::int64_t WritePacer::GetTotalRequests(rocksdb::Env::IOPriority priority) const {
    return sum(priority, &Lane::requests);
}

}  // namespace parley::storage
