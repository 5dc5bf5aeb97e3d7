#pragma once
// The one thread on which the store is used: takes what all shards have on offer, makes it durable
// in one go, reports back. Questions run between commits, after every section that was on offer
// when they were asked. While the disk refuses, the same sections are tried again until it does
// not: nothing that was taken is given up. While it is merely full, questions are answered with
// what was committed before.

#include "engine/clock.h"
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
        std::function<void(std::uint32_t shard, std::function<void(Now)>)> answered;
        /// Empty text: the trouble is over.
        std::function<void(const std::string& text)> trouble;
        /// took: the write with its sync, without the wait before it.
        std::function<void(const storage::Store&, Duration took)> after_commit;
    };

    StorageThread(std::unique_ptr<storage::Store> store, storage::SectionId next_section,
                  std::uint32_t shards, Listener listener);
    ~StorageThread();
    StorageThread(const StorageThread&) = delete;
    StorageThread& operator=(const StorageThread&) = delete;

    void start();
    /// To be committed when the thread is next free. Requires that this shard has none on offer.
    void offer(std::uint32_t shard, std::unique_ptr<storage::Section> section);
    /// Takes the offer back; null when it was taken. The thread seals what it takes under the same
    /// lock, so a shard never touches the items of a section while they get their ids.
    std::unique_ptr<storage::Section> recall(std::uint32_t shard);
    /// Runs ask on this thread; `then` goes to the shard through Listener::answered.
    void query(std::uint32_t shard, std::function<void(storage::Store&)> ask,
               std::function<void(Now)> then);
    /// Finishes what is queued (or gives up on a disk that refuses) and joins.
    void stop();

private:
    struct Taken {
        std::uint32_t shard;
        std::unique_ptr<storage::Section> section;
    };
    struct Question {
        std::uint32_t shard;
        std::function<void(storage::Store&)> ask;
        std::function<void(Now)> then;
    };
    void run();
    void take_offers(std::vector<Taken>& taken);
    void commit_all(std::vector<Taken>& taken);
    void answer_asked();

    std::unique_ptr<storage::Store> store_;
    Listener listener_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<std::unique_ptr<storage::Section>> offers_;  // by shard
    std::size_t offered_ = 0;                                // how many of them there are
    std::vector<Question> questions_;
    std::vector<Question> asked_;  // the thread's own: taken from questions_, to be answered next
    storage::SectionId next_section_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace parley::io
