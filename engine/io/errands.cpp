#include "engine/io/errands.h"

#include <pthread.h>
#include <utility>

namespace parley::io {

void Errands::start() {
    thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), "errands");
        work();
    });
}

void Errands::run(std::function<void()> errand) {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    waiting_.push_back(std::move(errand));
    changed_.notify_all();
}

bool Errands::wait(const std::function<bool()>& done) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || done(); });
    return !stopped_;
}

void Errands::tell() {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
}

void Errands::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
        if (stopped_) return;
        const std::function<void()> errand = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        errand();
        lock.lock();
    }
}

void Errands::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        waiting_.clear();
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

}  // namespace parley::io
