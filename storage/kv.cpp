#include "storage/kv.h"

#include "storage/store.h"

namespace parley::storage {

std::string_view name(Family family) {
    switch (family) {
        case Family::meta:
            return "meta";
        case Family::journal:
            return "journal";
        case Family::pages:
            return "pages";
        case Family::late:
            return "late";
        case Family::live:
            return "live";
        case Family::awaiting:
            return "awaiting";
        case Family::threads:
            return "threads";
        case Family::suppressions:
            return "suppressions";
        case Family::dead_letters:
            return "dead_letters";
    }
    return "unknown";
}

void Batch::put(Family family, std::string_view key, std::string_view value) {
    changes_.push_back({family, false, static_cast<std::uint32_t>(keys_.size()),
                        static_cast<std::uint32_t>(key.size()), value});
    keys_.append(key);
    octets_ += key.size() + value.size();
}

void Batch::erase(Family family, std::string_view key) {
    changes_.push_back({family,
                        true,
                        static_cast<std::uint32_t>(keys_.size()),
                        static_cast<std::uint32_t>(key.size()),
                        {}});
    keys_.append(key);
    octets_ += key.size();
}

Batch::Change Batch::change(std::size_t n) const {
    const At& at = changes_[n];
    return {at.family, at.erase, std::string_view(keys_).substr(at.key_offset, at.key_octets),
            at.value};
}

void Batch::clear() {
    keys_.clear();
    changes_.clear();
    octets_ = 0;
}

}  // namespace parley::storage
