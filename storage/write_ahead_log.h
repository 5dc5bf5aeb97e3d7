#pragma once
// Looks at RocksDB's write-ahead logs before RocksDB does. It replays a log up to the first record
// that it cannot read and is silent about what stands behind. At the end of the log that is right:
// a power cut tears the write that nobody was thanked for yet. In the middle it is damage.

#include "storage/store.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace parley::storage {

/// Where the log is damaged: the offset of the first record that cannot be read although another
/// write begins behind it. With a sync for every write, the next one begins only when the one
/// before is safe on disk, so what is damaged there was promised. Empty: whole, or merely torn at
/// its end.
std::optional<std::size_t> damage_in_log(std::string_view log);

/// The same for every log in the folder, as an error that names the file and what to do.
std::optional<StoreError> check_logs(const std::filesystem::path& folder);

}  // namespace parley::storage
