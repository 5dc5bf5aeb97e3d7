#pragma once
// The recorded opt-outs as one shard sees them: a set in memory, asked twice for every message.
// Each shard has its own copy and is told of every change, so that the last look before the window
// needs no lock and no other thread (docs/decisions/0004).

#include <array>
#include <cstdint>
#include <string_view>

#include <boost/unordered/unordered_flat_set.hpp>

namespace parley::policy {

class SuppressionIndex {
public:
    /// False when it was already there.
    bool insert(std::string_view scope, std::string_view contact);
    bool erase(std::string_view scope, std::string_view contact);
    bool contains(std::string_view scope, std::string_view contact) const;
    std::size_t size() const { return size_; }

private:
    // 64-bit hashes: at 50 million entries a wrong "suppressed" has a chance of 3e-12 per look-up,
    // and it errs on the lawful side. Many small tables, because a large one that grows stalls its
    // thread (150 ms at 10 million, measured).
    static constexpr std::size_t tables = 256;
    static std::uint64_t key(std::string_view scope, std::string_view contact);
    std::array<boost::unordered_flat_set<std::uint64_t>, tables> keys_;
    std::size_t size_ = 0;
};

}  // namespace parley::policy
