#include "storage/memory_kv.h"

#include <utility>

namespace parley::storage {

namespace {

class MemoryKv final : public Kv {
public:
    explicit MemoryKv(std::shared_ptr<MemoryDisk> disk) : disk_(std::move(disk)) {
        disk_->in_use = true;
    }
    ~MemoryKv() override { disk_->in_use = false; }
    MemoryKv(const MemoryKv&) = delete;
    MemoryKv& operator=(const MemoryKv&) = delete;

    std::optional<StoreError> write(const Batch& batch, bool sync) override {
        if (disk_->full) return StoreError{errc::disk_full, "the memory disk was told to be full"};
        disk_->write(batch, sync);
        return {};
    }

    boost::system::result<std::optional<std::string>, StoreError> get(
        Family family, std::string_view key) override {
        const auto& all = disk_->family(family);
        const auto found = all.find(key);
        if (found == all.end()) return std::optional<std::string>();
        return std::optional<std::string>(found->second);
    }

    std::optional<StoreError> scan(Family family, std::string_view from, std::string_view to,
                                   Order order, const Visitor& visit) override {
        const auto& all = disk_->family(family);
        auto begin = all.lower_bound(from);
        auto end = to.empty() ? all.end() : all.lower_bound(to);
        if (order == Order::ascending) {
            while (begin != end && visit(begin->first, begin->second))
                ++begin;
            return {};
        }
        while (begin != end) {
            --end;
            if (!visit(end->first, end->second)) break;
        }
        return {};
    }

private:
    std::shared_ptr<MemoryDisk> disk_;
};

}  // namespace

void MemoryDisk::write(const Batch& batch, bool sync) {
    ++writes_;
    for (std::size_t n = 0; n < batch.size(); ++n) {
        const Batch::Change change = batch.change(n);
        std::string key(change.key);
        if (!sync) {
            const auto& all = family(change.family);
            const auto found = all.find(key);
            unsynced_.push_back(
                {change.family, key,
                 found == all.end() ? std::nullopt : std::optional<std::string>(found->second),
                 writes_});
        }
        set(change.family, key,
            change.erase ? std::nullopt : std::optional<std::string>(change.value));
    }
    if (sync) unsynced_.clear();
}

void MemoryDisk::forget_newest(std::size_t n) {
    const std::size_t first_lost = writes_ - n + 1;
    for (; !unsynced_.empty() && unsynced_.back().write >= first_lost; unsynced_.pop_back()) {
        Undo& last = unsynced_.back();
        set(last.family, last.key, std::move(last.before));
    }
    unsynced_.clear();
}

void MemoryDisk::put(Family family, const std::string& key, const std::string& value) {
    set(family, key, value);
}

void MemoryDisk::set(Family family, const std::string& key, std::optional<std::string> value) {
    auto& all = families_[static_cast<std::size_t>(family)];
    if (value) {
        all.insert_or_assign(key, std::move(*value));
    } else {
        all.erase(key);
    }
}

boost::system::result<std::unique_ptr<Kv>, StoreError> open_memory_kv(
    std::shared_ptr<MemoryDisk> disk) {
    if (disk->in_use) {
        return StoreError{errc::locked, "another store has this memory disk; close it first"};
    }
    return std::unique_ptr<Kv>(std::make_unique<MemoryKv>(std::move(disk)));
}

std::shared_ptr<MemoryDisk> make_memory_disk() {
    return std::make_shared<MemoryDisk>();
}
void crash(MemoryDisk& disk) {
    disk.forget_unsynced();
}
void set_full(MemoryDisk& disk, bool full) {
    disk.full = full;
}

}  // namespace parley::storage
