#pragma once
// Looks at a data folder before the database does, because the database would make a new, empty
// store of a half-copied one.

#include "storage/store.h"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace parley::storage {

/// Makes the folder when it is missing. An error when it cannot be used, or holds data without the
/// file that names its current state, or files of somebody else.
std::optional<StoreError> prepare_folder(const std::filesystem::path& folder);

/// Whether another process has the store of this data folder open. False also when there is none.
bool in_use(const std::filesystem::path& data_folder);

/// Octets that the database's own files (manifest, options, the next log) may take when it opens.
inline constexpr std::uint64_t room_for_files = 4U << 20U;

/// An error when the file system has less room than this. Asked before the database is opened or
/// resumed, which on a full disk does not fail but abort the process (Debian's is built with its
/// assertions).
std::optional<StoreError> need_room(const std::filesystem::path& folder, std::uint64_t octets);
/// What opening may write: all logs become tables.
std::uint64_t room_to_open(const std::filesystem::path& folder);

}  // namespace parley::storage
