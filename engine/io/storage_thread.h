#pragma once
// The one thread on which the store is used: takes what all shards have sealed since the last
// commit, makes it durable in one go, reports back. Questions run between commits, after every
// section that was handed over before them. While the disk refuses, the same sections are tried
// again until it does not: nothing that a shard has sealed is given up. While it is merely full,
// questions are answered with what was committed before.

#include "storage/store.h"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace parley::io {

class StorageThread {
public:
    /// All are called on the storage thread and have to post to the shard's own.
    struct Listener {
        std::function<void(std::uint32_t shard, std::unique_ptr<storage::Section>)> committed;
        std::function<void(std::uint32_t shard, std::function<void()>)> answered;
        /// Empty text: the trouble is over.
        std::function<void(const std::string& text)> trouble;
        std::function<void(const storage::Store&)> after_commit;
    };

    StorageThread(std::unique_ptr<storage::Store> store, storage::SectionId next_section,
                  Listener listener);
    ~StorageThread();
    StorageThread(const StorageThread&) = delete;
    StorageThread& operator=(const StorageThread&) = delete;

    void start();
    /// Seals the section under the queue's lock, so that numbers follow the order of commits.
    void commit(std::uint32_t shard, std::unique_ptr<storage::Section> section);
    /// Runs ask on this thread; `then` goes to the shard through Listener::answered.
    void query(std::uint32_t shard, std::function<void(storage::Store&)> ask,
               std::function<void()> then);
    /// Finishes what is queued (or gives up on a disk that refuses) and joins.
    void stop();

private:
    struct Sealed {
        std::uint32_t shard;
        std::unique_ptr<storage::Section> section;
    };
    struct Question {
        std::uint32_t shard;
        std::function<void(storage::Store&)> ask;
        std::function<void()> then;
    };
    void run();
    void commit_all(std::vector<Sealed>& sealed);
    void answer_asked();

    std::unique_ptr<storage::Store> store_;
    Listener listener_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Sealed> sealed_;
    std::vector<Question> questions_;
    std::vector<Question> asked_;  // the thread's own: taken from questions_, to be answered next
    storage::SectionId next_section_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace parley::io
