#pragma once
// Which message a receipt speaks of. Scoped by carrier, never global: two carriers may use the same
// ids. Knows the segments that wait for a receipt, the receipts that came before their response,
// and the ids settled lately, so that a repeated receipt is told from an unknown one. Holds
// pointers; the shard owns messages and early receipts.

#include "storage/message.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

namespace parley::carrier {

class Receipts {
public:
    struct Place {
        storage::Message* message = nullptr;
        std::uint8_t segment = 0;
    };

    // Segments that the carrier took.
    void expect(storage::Message& message, std::uint8_t segment);
    std::optional<Place> find(std::string_view carrier_message_id) const;
    /// Forgets all segments of this message. settled: a later receipt for them is a repetition.
    void forget(const storage::Message& message, bool settled);
    bool settled_lately(std::string_view carrier_message_id) const;
    std::size_t expected() const { return expected_.size(); }

    // Messages whose answer never came. A receipt under an unknown id settles one when its
    // addresses fit exactly one of them.
    void add_uncertain(storage::Message& message);
    void remove_uncertain(const storage::Message& message);
    storage::Message* find_uncertain(std::string_view sender, std::string_view contact) const;

    // Receipts without a message yet.
    void hold(storage::EarlyReceipt& receipt);
    /// Takes out those under this id, oldest first.
    std::vector<storage::EarlyReceipt*> take_early(std::string_view carrier_message_id);
    void remove_early(const storage::EarlyReceipt& receipt);
    std::size_t early() const { return early_count_; }

private:
    static constexpr std::size_t settled_remembered = 1U << 16U;

    boost::unordered_flat_map<std::string, Place> expected_;
    boost::unordered_flat_map<std::string, std::vector<storage::Message*>> uncertain_;
    boost::unordered_flat_map<std::string, std::vector<storage::EarlyReceipt*>> early_;
    std::size_t early_count_ = 0;
    boost::unordered_flat_set<std::uint64_t> settled_;
    std::vector<std::uint64_t> settled_ring_;  // overwritten in a circle once full
    std::size_t settled_at_ = 0;
};

}  // namespace parley::carrier
