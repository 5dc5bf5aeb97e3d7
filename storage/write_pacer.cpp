#include "storage/write_pacer.h"

#include <algorithm>
#include <thread>

namespace parley::storage {

WritePace::Duration WritePace::wait(Time now, std::int64_t octets) {
    const Time begin = std::max(now, free_at_);
    free_at_ = begin + std::chrono::nanoseconds(octets * std::nano::den / rate_);
    return begin - now;
}

void WritePacer::pass(std::int64_t octets) {
    WritePace::Duration wait{};
    {
        const std::lock_guard lock(mutex_);
        wait = pace_.wait(std::chrono::steady_clock::now(), octets);
        written_.octets += octets;
        ++written_.times;
    }
    if (wait.count() > 0) std::this_thread::sleep_for(wait);
}

WritePacer::Written WritePacer::written() const {
    const std::lock_guard lock(mutex_);
    return written_;
}

}  // namespace parley::storage
