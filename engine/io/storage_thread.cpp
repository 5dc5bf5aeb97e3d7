#include "engine/io/storage_thread.h"

#include "engine/io/prompt_thread.h"

#include <chrono>
#include <iterator>
#include <pthread.h>
#include <utility>

namespace parley::io {

namespace {

constexpr std::chrono::milliseconds trouble_wait{200};

}  // namespace

StorageThread::StorageThread(std::unique_ptr<storage::Store> store, storage::SectionId next_section,
                             std::uint32_t shards, Listener listener)
    : store_(std::move(store)),
      listener_(std::move(listener)),
      offers_(shards),
      next_section_(next_section) {}

StorageThread::~StorageThread() {
    stop();
}

void StorageThread::start() {
    thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), "storage");
        ask_for_promptness();
        run();
    });
}

void StorageThread::offer(std::uint32_t shard, std::unique_ptr<storage::Section> section) {
    const std::lock_guard lock(mutex_);
    offers_[shard] = std::move(section);
    ++offered_;
    wake_.notify_one();
}

std::unique_ptr<storage::Section> StorageThread::recall(std::uint32_t shard) {
    const std::lock_guard lock(mutex_);
    if (offers_[shard]) --offered_;
    return std::move(offers_[shard]);
}

void StorageThread::query(std::uint32_t shard, std::function<void(storage::Store&)> ask,
                          std::function<void(Now)> then) {
    const std::lock_guard lock(mutex_);
    questions_.push_back({shard, std::move(ask), std::move(then)});
    wake_.notify_one();
}

void StorageThread::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        wake_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

void StorageThread::run() {
    std::vector<Taken> taken;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [&] { return stopping_ || offered_ > 0 || !questions_.empty(); });
            if (offered_ == 0 && questions_.empty()) return;
            take_offers(taken);
            asked_.swap(questions_);
        }
        // A question may be about what one of these sections holds: commit first.
        if (!taken.empty()) commit_all(taken);
        taken.clear();
        answer_asked();
    }
}

void StorageThread::answer_asked() {
    for (Question& question : asked_) {
        question.ask(*store_);
        listener_.answered(question.shard, std::move(question.then));
    }
    asked_.clear();
}

/// Under the lock. Numbers follow the order of commits.
void StorageThread::take_offers(std::vector<Taken>& taken) {
    for (std::uint32_t shard = 0; shard < offers_.size(); ++shard) {
        if (!offers_[shard]) continue;
        offers_[shard]->seal(next_section_++);
        taken.push_back({shard, std::move(offers_[shard])});
    }
    offered_ = 0;
}

void StorageThread::commit_all(std::vector<Taken>& taken) {
    std::vector<storage::Section*> sections;
    sections.reserve(taken.size());
    for (const Taken& each : taken)
        sections.push_back(each.section.get());
    bool trouble = false;
    auto begun = std::chrono::steady_clock::now();
    while (const auto error = store_->commit(sections)) {
        trouble = true;
        listener_.trouble("storage: " + error->text);
        // A full disk can still be read. What is not committed the shards still have themselves.
        if (error->code == storage::errc::disk_full) answer_asked();
        std::unique_lock lock(mutex_);
        if (wake_.wait_for(lock, trouble_wait, [&] { return stopping_; })) return;
        std::move(questions_.begin(), questions_.end(), std::back_inserter(asked_));
        questions_.clear();
        begun = std::chrono::steady_clock::now();
    }
    const auto took = std::chrono::steady_clock::now() - begun;
    if (trouble) listener_.trouble("");
    listener_.after_commit(*store_, std::chrono::duration_cast<Duration>(took));
    for (Taken& each : taken)
        listener_.committed(each.shard, std::move(each.section));
}

}  // namespace parley::io
