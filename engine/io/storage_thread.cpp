#include "engine/io/storage_thread.h"

#include <chrono>
#include <iterator>
#include <utility>

namespace parley::io {

namespace {

constexpr std::chrono::milliseconds trouble_wait{200};

}  // namespace

StorageThread::StorageThread(std::unique_ptr<storage::Store> store, storage::SectionId next_section,
                             Listener listener)
    : store_(std::move(store)), listener_(std::move(listener)), next_section_(next_section) {}

StorageThread::~StorageThread() {
    stop();
}

void StorageThread::start() {
    thread_ = std::thread([this] { run(); });
}

void StorageThread::commit(std::uint32_t shard, std::unique_ptr<storage::Section> section) {
    const std::lock_guard lock(mutex_);
    section->seal(next_section_++);
    sealed_.push_back({shard, std::move(section)});
    wake_.notify_one();
}

void StorageThread::query(std::uint32_t shard, std::function<void(storage::Store&)> ask,
                          std::function<void()> then) {
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
    std::vector<Sealed> sealed;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [&] { return stopping_ || !sealed_.empty() || !questions_.empty(); });
            if (sealed_.empty() && questions_.empty()) return;
            sealed.swap(sealed_);
            asked_.swap(questions_);
        }
        // A question may be about what one of these sections holds: commit first.
        if (!sealed.empty()) commit_all(sealed);
        sealed.clear();
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

void StorageThread::commit_all(std::vector<Sealed>& sealed) {
    std::vector<storage::Section*> sections;
    sections.reserve(sealed.size());
    for (const Sealed& each : sealed)
        sections.push_back(each.section.get());
    bool trouble = false;
    while (const auto error = store_->commit(sections)) {
        trouble = true;
        listener_.trouble("storage: " + error->text);
        // A full disk can still be read. What is not committed the shards still have themselves.
        if (error->code == storage::errc::disk_full) answer_asked();
        std::unique_lock lock(mutex_);
        if (wake_.wait_for(lock, trouble_wait, [&] { return stopping_; })) return;
        std::move(questions_.begin(), questions_.end(), std::back_inserter(asked_));
        questions_.clear();
    }
    if (trouble) listener_.trouble("");
    listener_.after_commit(*store_);
    for (Sealed& each : sealed)
        listener_.committed(each.shard, std::move(each.section));
}

}  // namespace parley::io
