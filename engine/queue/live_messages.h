#pragma once
// The messages that a shard has in memory, by id. Ids that are near each other are kept near each
// other: millions may wait, and what walks over them in the order of their ids (a start, a queue
// that drains) then jumps to the memory once for many, not once for each. No clock.

#include "storage/message.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <boost/unordered/unordered_flat_map.hpp>

namespace parley::queue {

class LiveMessages {
public:
    /// In the place of one with the same id, if there is any.
    void put(std::unique_ptr<storage::Message> message);
    /// Null: it is not here.
    storage::Message* find(storage::MessageId id) const;
    /// Null: it is not here.
    std::unique_ptr<storage::Message> take(storage::MessageId id);
    /// Nothing, when it is not here.
    void erase(storage::MessageId id) { take(id); }
    /// So many are about to be here, at most.
    void reserve(std::size_t messages) { pages_.reserve(messages / places); }
    std::size_t size() const { return size_; }
    /// In no particular order.
    template <typename Visit>
    void each(Visit visit) const {
        for (const auto& [number, page] : pages_) {
            for (const auto& message : page->messages) {
                if (message) visit(*message);
            }
        }
    }

private:
    /// Two lines of the processor's cache, and not much when a single one waits for long.
    static constexpr std::size_t places = 16;
    struct Page {
        std::array<std::unique_ptr<storage::Message>, places> messages;
        std::uint32_t used = 0;
    };

    boost::unordered_flat_map<std::uint64_t, std::unique_ptr<Page>> pages_;
    /// Kept for the next: under load, one is used up with every few messages.
    std::unique_ptr<Page> spare_;
    std::size_t size_ = 0;
};

}  // namespace parley::queue
