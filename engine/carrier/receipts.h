#pragma once
// Which message a receipt speaks of. Scoped by carrier, never global: two carriers may use the same
// ids. Knows the segments that wait for a receipt, the receipts that came before their response,
// and the ids settled lately, so that a repeated receipt is told from an unknown one. A receipt may
// carry two ids (receipted_message_id and "id:"); the second counts where the first finds nothing,
// and only for a message to the contact that the receipt names: in another form it may look like
// somebody else's. Holds pointers; the shard owns messages and early receipts.

#include "protocol/text/message_id.h"
#include "storage/message.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace parley::carrier {

/// Whether the receipt names the message's contact, however the carrier writes numbers: by their
/// last seven digits.
bool may_speak_of(const storage::EarlyReceipt& receipt, const storage::Message& message);

class Receipts {
public:
    /// form: how the carrier writes its ids. Ids come in here as it wrote them.
    explicit Receipts(text::MessageIdForm form = {})
        : form_(std::move(form)), plain_(form_ == text::MessageIdForm{}) {}

    /// The carrier writes its ids otherwise from now on: what is expected and what is held is found
    /// under the new form. Which ids were settled lately is forgotten.
    void set_form(text::MessageIdForm form);

    struct Place {
        storage::Message* message = nullptr;
        std::uint8_t segment = 0;
    };

    // Segments that the carrier took.
    void expect(storage::Message& message, std::uint8_t segment);
    std::optional<Place> find(std::string_view receipt_id) const;
    std::optional<Place> find_by_other(const storage::EarlyReceipt& receipt) const;
    /// Forgets all segments of this message. settled: a later receipt for them is a repetition.
    void forget(const storage::Message& message, bool settled);
    /// By its first id. A carrier may give an id again: of a receipt that names another contact the
    /// message is yet to be found.
    bool settled_lately(const storage::EarlyReceipt& receipt) const;
    /// A segment of the message is among them, by its own id, and to its contact.
    bool was_settled_lately(const storage::Message& message) const;
    bool settled_lately_by_other(const storage::EarlyReceipt& receipt) const;
    std::size_t expected() const { return expected_.size(); }

    /// What every form of an id has in common: the key of one from submit_sm_resp, and from a
    /// receipt. The view lives as long as `id` and `room`.
    std::string_view key_of_response(std::string_view id, std::string& room) const;
    std::string_view key_of_receipt(std::string_view id, std::string& room) const;
    /// An id that would have come in submit_sm_resp when this came in a receipt.
    std::string response_id_of(std::string_view receipt_id) const;

    // Messages whose answer never came. A receipt under an unknown id settles one when its
    // addresses fit exactly one of them.
    void add_uncertain(storage::Message& message);
    void remove_uncertain(const storage::Message& message);
    /// How many there are.
    std::size_t uncertain() const { return uncertain_count_; }
    void each_uncertain(const auto& visit) const {
        for (const auto& [pair, list] : uncertain_) {
            for (const storage::Message* message : list)
                visit(*message);
        }
    }
    storage::Message* find_uncertain(std::string_view sender, std::string_view contact) const;

    // Receipts without a message yet.
    void hold(storage::EarlyReceipt& receipt);
    /// Takes out those that the segment's id fits, oldest first.
    std::vector<storage::EarlyReceipt*> take_early(const storage::Message& message,
                                                   std::uint8_t segment);
    void remove_early(storage::EarlyReceipt& receipt);
    std::size_t early() const { return early_count_; }
    /// Those whose addresses are of this thread, oldest first.
    std::vector<storage::EarlyReceipt*> early_of(std::string_view sender,
                                                 std::string_view contact) const;
    /// One message of the thread is uncertain, and receipts are held that might be its own.
    bool may_resolve(std::string_view sender, std::string_view contact) const;

private:
    static constexpr std::size_t settled_remembered = 1U << 16U;

    /// Keys under which a receipt is held: of one id, or of two.
    std::vector<std::string> keys_of(const storage::EarlyReceipt& receipt) const;

    /// Oldest first. A set, because a carrier may give all its receipts one id, or one pair of
    /// addresses: then they are many, and each goes by itself.
    struct Older {
        bool operator()(const storage::EarlyReceipt* one,
                        const storage::EarlyReceipt* other) const {
            return std::pair(one->handle, one) < std::pair(other->handle, other);
        }
    };
    using EarlyBy = boost::unordered_flat_map<std::string, std::set<storage::EarlyReceipt*, Older>>;
    static bool erase(EarlyBy& held, const std::string& key, storage::EarlyReceipt& receipt);

    text::MessageIdForm form_;
    bool plain_ = true;  // then an id is its key, and nothing is copied
    boost::unordered_flat_map<std::string, Place> expected_;
    boost::unordered_flat_map<std::string, std::vector<storage::Message*>> uncertain_;
    std::size_t uncertain_count_ = 0;
    EarlyBy early_;         // by key
    EarlyBy early_thread_;  // by sender and contact
    std::size_t early_count_ = 0;
    /// Hash of a key, and of the contact's last digits.
    boost::unordered_flat_map<std::uint64_t, std::uint64_t> settled_;
    std::vector<std::uint64_t> settled_ring_;  // overwritten in a circle once full
    std::size_t settled_at_ = 0;
};

}  // namespace parley::carrier
