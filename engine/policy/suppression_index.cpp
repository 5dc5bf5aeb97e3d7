#include "engine/policy/suppression_index.h"

#include <xxhash.h>

namespace parley::policy {

std::uint64_t SuppressionIndex::key(std::string_view scope, std::string_view contact) {
    return XXH3_64bits_withSeed(contact.data(), contact.size(),
                                XXH3_64bits(scope.data(), scope.size()));
}

bool SuppressionIndex::insert(std::string_view scope, std::string_view contact) {
    const std::uint64_t entry = key(scope, contact);
    const bool fresh = keys_[entry % tables].insert(entry).second;
    size_ += fresh ? 1 : 0;
    return fresh;
}

bool SuppressionIndex::erase(std::string_view scope, std::string_view contact) {
    const std::uint64_t entry = key(scope, contact);
    const bool found = keys_[entry % tables].erase(entry) != 0;
    size_ -= found ? 1 : 0;
    return found;
}

bool SuppressionIndex::contains(std::string_view scope, std::string_view contact) const {
    const std::uint64_t entry = key(scope, contact);
    return keys_[entry % tables].contains(entry);
}

}  // namespace parley::policy
