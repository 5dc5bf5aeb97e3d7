#pragma once
// An ordered key-value store in a few families: all that the journal store asks of a disk. RocksDB
// and a map in memory stand behind it, so that both run the same logic above. It knows no message.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

namespace parley::storage {

struct StoreError;

enum class Family : std::uint8_t {
    meta = 0,      // "format", "evicted", "reserved"
    journal,       // section → record
    pages,         // id of its first place → settled messages born there
    late,          // id → message that settled after its page was written
    live,          // 's' or 'e', id → snapshot of what takes long ('e': evicted)
    awaiting,      // carrier \0 carrier_message_id \0 id → segment
    threads,       // conversation, id (newest first) → direction
    suppressions,  // scope \0 contact → suppression
    dead_letters,  // id → what one looks for: status, reason, carrier, contact …
};
inline constexpr std::size_t families = 9;
std::string_view name(Family family);

/// Changes that happen together or not at all, in order. Keys are copied; a value must live until
/// the batch was written.
class Batch {
public:
    struct Change {
        Family family;
        bool erase;
        std::string_view key;
        std::string_view value;
    };

    void put(Family family, std::string_view key, std::string_view value);
    void erase(Family family, std::string_view key);
    std::size_t size() const { return changes_.size(); }
    Change change(std::size_t n) const;
    std::size_t octets() const { return octets_; }
    void clear();

private:
    struct At {
        Family family;
        bool erase;
        std::uint32_t key_offset;
        std::uint32_t key_octets;
        std::string_view value;
    };
    std::string keys_;
    std::vector<At> changes_;
    std::size_t octets_ = 0;
};

/// One thread at a time; several may read while nobody writes.
class Kv {
public:
    enum class Order : std::uint8_t { ascending, descending };
    /// False ends the scan.
    using Visitor = std::function<bool(std::string_view key, std::string_view value)>;

    virtual ~Kv() = default;
    /// All or nothing. With sync it is on the disk on return, with all that went before.
    virtual std::optional<StoreError> write(const Batch& batch, bool sync) = 0;
    virtual boost::system::result<std::optional<std::string>, StoreError> get(
        Family family, std::string_view key) = 0;
    /// Keys in [from, to); an empty `to` has no end.
    virtual std::optional<StoreError> scan(Family family, std::string_view from,
                                           std::string_view to, Order order,
                                           const Visitor& visit) = 0;
};

struct StoreOptions;
boost::system::result<std::unique_ptr<Kv>, StoreError> open_rocksdb_kv(const StoreOptions& options);

}  // namespace parley::storage
