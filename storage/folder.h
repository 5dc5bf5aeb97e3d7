#pragma once
// Looks at a data folder before the database does, because the database would make a new, empty
// store of a half-copied one.

#include "storage/store.h"

#include <filesystem>
#include <optional>

namespace parley::storage {

/// Makes the folder when it is missing. An error when it cannot be used, or holds data without the
/// file that names its current state, or files of somebody else.
std::optional<StoreError> prepare_folder(const std::filesystem::path& folder);

}  // namespace parley::storage
