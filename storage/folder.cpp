#include "storage/folder.h"

#include "storage/errors.h"

#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>

namespace parley::storage {

namespace {

namespace fs = std::filesystem;

StoreError unusable(const fs::path& folder, const std::string& why) {
    return {errc::io_error, "data folder " + folder.string() + ": " + why +
                                "; expected a folder that this user may read, write and enter"};
}

/// What a database that was killed while it was being made may leave behind: nothing was ever
/// promised in it.
bool is_scaffolding(const std::string& name) {
    return name == "LOCK" || name == "IDENTITY" || name.starts_with("LOG") ||
           name.starts_with("MANIFEST-") || name.starts_with("OPTIONS-") ||
           name.ends_with(".dbtmp");
}

bool is_database_file(const std::string& name) {
    return name.ends_with(".sst") || name.ends_with(".log");
}

/// A database that was ever open has a log: the next one is there before the last is deleted. The
/// options are what opening writes last.
std::optional<StoreError> missing_log(const fs::path& folder) {
    std::error_code error;
    bool was_open = false;
    for (fs::directory_iterator each(folder, error), end; !error && each != end;
         each.increment(error)) {
        const std::string name = each->path().filename().string();
        if (name.ends_with(".log")) return {};
        was_open = was_open || (name.starts_with("OPTIONS-") && !name.ends_with(".dbtmp"));
    }
    if (error) return unusable(folder, error.message());
    if (!was_open) return {};
    return corrupt("data folder " + folder.string() +
                   " has no journal file (*.log): what was promised last is missing");
}

}  // namespace

std::optional<StoreError> prepare_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return unusable(folder, error.message());
    if (::access(folder.c_str(), R_OK | W_OK | X_OK) != 0) {
        return unusable(folder, std::generic_category().message(errno));
    }
    const bool has_current = fs::exists(folder / "CURRENT", error);
    if (error) return unusable(folder, error.message());
    if (has_current) return missing_log(folder);

    for (fs::directory_iterator each(folder, error), end; !error && each != end;
         each.increment(error)) {
        const std::string name = each->path().filename().string();
        if (is_database_file(name)) {
            return corrupt("data folder " + folder.string() + " holds data (" + name +
                           ") but no file CURRENT: it was copied or deleted in part");
        }
        if (!is_scaffolding(name)) {
            return unusable(folder, "holds \"" + name + "\", which is not ours");
        }
    }
    if (error) return unusable(folder, error.message());
    return {};
}

std::optional<StoreError> need_room(const fs::path& folder, std::uint64_t octets) {
    std::error_code error;
    const fs::space_info space = fs::space(folder, error);
    if (error || space.available >= octets) return {};  // it may still find out by itself
    return StoreError{errc::disk_full,
                      "data folder " + folder.string() +
                          ": No space left on device: " + std::to_string(space.available >> 10U) +
                          " KiB free, " + std::to_string(octets >> 10U) +
                          " KiB needed; free some space, nothing that was promised is lost"};
}

std::uint64_t room_to_open(const fs::path& folder) {
    std::uint64_t octets = room_for_files;
    std::error_code error;
    for (fs::directory_iterator each(folder, error), end; !error && each != end;
         each.increment(error)) {
        std::error_code unknown;
        const std::uintmax_t size = fs::file_size(each->path(), unknown);
        if (!unknown && each->path().extension() == ".log") octets += size;
    }
    return octets;
}

bool in_use(const fs::path& data_folder) {
    // As the database locks it. A look only, so nothing is locked and nothing made.
    const int lock = ::open((data_folder / "store" / "LOCK").c_str(), O_RDWR | O_CLOEXEC);
    if (lock < 0) return false;
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    const bool free = ::fcntl(lock, F_GETLK, &whole) != 0 || whole.l_type == F_UNLCK;
    ::close(lock);
    return !free;
}

}  // namespace parley::storage
