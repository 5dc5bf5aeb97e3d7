#pragma once
// A thread for what is rare and slow, such as reading files again: shards have no time for it. Runs
// one errand after another, in their order.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace parley::io {

class Errands {
public:
    Errands() = default;
    ~Errands() { stop(); }
    Errands(const Errands&) = delete;
    Errands& operator=(const Errands&) = delete;

    void start();
    /// From any thread; forgotten after stop().
    void run(std::function<void()> errand);
    /// For the errand under way: waits until done() is true, which only changes together with
    /// tell(). False: everything stops.
    bool wait(const std::function<bool()>& done);
    void tell();
    /// Waits for the errand under way; those behind it are forgotten.
    void stop();

private:
    void work();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> waiting_;
    bool stopped_ = false;
    std::thread thread_;
};

}  // namespace parley::io
