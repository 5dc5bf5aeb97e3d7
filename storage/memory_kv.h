#pragma once
// Key-value families in memory, for tests and the simulator. The disk outlives the process that
// wrote it, knows what was not synced yet, and can be full.

#include "storage/kv.h"
#include "storage/store.h"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley::storage {

class MemoryDisk {
public:
    void write(const Batch& batch, bool sync);
    /// Takes back, newest first, all that was written since the last sync.
    void forget_unsynced() { forget_newest(unsynced_writes()); }
    /// Takes back the newest n of them; those before them are safe from then on.
    void forget_newest(std::size_t n);
    std::size_t unsynced_writes() const {
        return unsynced_.empty() ? 0 : unsynced_.back().write - unsynced_.front().write + 1;
    }

    const std::map<std::string, std::string, std::less<>>& family(Family family) const {
        return families_[static_cast<std::size_t>(family)];
    }
    /// For tests of damage: what a broken disk might do.
    void put(Family family, const std::string& key, const std::string& value);

    bool full = false;
    bool in_use = false;

private:
    struct Undo {
        Family family;
        std::string key;
        std::optional<std::string> before;
        std::size_t write = 0;
    };
    void set(Family family, const std::string& key, std::optional<std::string> value);

    std::array<std::map<std::string, std::string, std::less<>>, families> families_;
    std::vector<Undo> unsynced_;
    std::size_t writes_ = 0;
};

/// Refused while another Kv has the disk.
boost::system::result<std::unique_ptr<Kv>, StoreError> open_memory_kv(
    std::shared_ptr<MemoryDisk> disk);

}  // namespace parley::storage
