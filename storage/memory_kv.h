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
    void forget_unsynced();

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
    };
    void set(Family family, const std::string& key, std::optional<std::string> value);

    std::array<std::map<std::string, std::string, std::less<>>, families> families_;
    std::vector<Undo> unsynced_;
};

/// Refused while another Kv has the disk.
boost::system::result<std::unique_ptr<Kv>, StoreError> open_memory_kv(
    std::shared_ptr<MemoryDisk> disk);

}  // namespace parley::storage
