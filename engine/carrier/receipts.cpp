#include "engine/carrier/receipts.h"

#include <algorithm>
#include <xxhash.h>

namespace parley::carrier {

namespace {

std::string pair_key(std::string_view sender, std::string_view contact) {
    std::string key(sender);
    key += '\0';
    key += contact;
    return key;
}

std::uint64_t hash(std::string_view id) {
    return XXH3_64bits(id.data(), id.size());
}

}  // namespace

std::string_view Receipts::key_of_response(std::string_view id, std::string& room) const {
    if (plain_) return id;
    return room = form_.from_response(id);
}

std::string_view Receipts::key_of_receipt(std::string_view id, std::string& room) const {
    if (plain_) return id;
    return room = form_.from_receipt(id);
}

std::string Receipts::response_id_of(std::string_view receipt_id) const {
    if (plain_) return std::string(receipt_id);
    const std::string key = form_.from_receipt(receipt_id);
    std::optional<std::string> number;
    if (form_.base == text::MessageIdForm::Base::hex_to_decimal) number = text::decimal_to_hex(key);
    if (form_.base == text::MessageIdForm::Base::decimal_to_hex) number = text::hex_to_decimal(key);
    std::string id = form_.response_prefix + number.value_or(key);
    return form_.from_response(id) == key ? id : std::string(receipt_id);
}

void Receipts::expect(storage::Message& message, std::uint8_t segment) {
    const std::string& id = message.segments[segment].carrier_message_id;
    // A carrier that answers without an id will never send a receipt that we could match.
    if (id.empty()) return;
    if (plain_) {
        expected_.insert_or_assign(id, Place{&message, segment});
    } else {
        expected_.insert_or_assign(form_.from_response(id), Place{&message, segment});
    }
}

std::optional<Receipts::Place> Receipts::find(std::string_view receipt_id) const {
    std::string room;
    const auto found = expected_.find(std::string(key_of_receipt(receipt_id, room)));
    if (found == expected_.end()) return std::nullopt;
    return found->second;
}

void Receipts::forget(const storage::Message& message, bool settled) {
    for (const storage::Segment& segment : message.segments) {
        if (segment.carrier_message_id.empty()) continue;
        std::string room;
        const std::string* key = &segment.carrier_message_id;
        if (!plain_) key = &(room = form_.from_response(*key));
        const auto found = expected_.find(*key);
        if (found != expected_.end() && found->second.message == &message) expected_.erase(found);
        if (!settled) continue;
        const std::uint64_t entry = hash(*key);
        if (!settled_.insert(entry).second) continue;
        if (settled_ring_.size() < settled_remembered) {
            settled_ring_.push_back(entry);
        } else {
            settled_.erase(settled_ring_[settled_at_]);
            settled_ring_[settled_at_] = entry;
            settled_at_ = (settled_at_ + 1) % settled_remembered;
        }
    }
}

bool Receipts::settled_lately(std::string_view receipt_id) const {
    std::string room;
    return settled_.contains(hash(key_of_receipt(receipt_id, room)));
}

void Receipts::add_uncertain(storage::Message& message) {
    auto& list = uncertain_[pair_key(message.sender(), message.contact())];
    if (std::find(list.begin(), list.end(), &message) == list.end()) list.push_back(&message);
}

void Receipts::remove_uncertain(const storage::Message& message) {
    const auto found = uncertain_.find(pair_key(message.sender(), message.contact()));
    if (found == uncertain_.end()) return;
    std::erase(found->second, &message);
    if (found->second.empty()) uncertain_.erase(found);
}

std::size_t Receipts::uncertain() const {
    std::size_t count = 0;
    each_uncertain([&](const storage::Message&) { ++count; });
    return count;
}

storage::Message* Receipts::find_uncertain(std::string_view sender,
                                           std::string_view contact) const {
    const auto found = uncertain_.find(pair_key(sender, contact));
    if (found == uncertain_.end() || found->second.size() != 1) return nullptr;
    return found->second.front();
}

void Receipts::hold(storage::EarlyReceipt& receipt) {
    std::string room;
    early_[std::string(key_of_receipt(receipt.carrier_message_id, room))].push_back(&receipt);
    ++early_count_;
}

std::vector<storage::EarlyReceipt*> Receipts::take_early(std::string_view response_id) {
    if (early_.empty()) return {};
    std::string room;
    const auto found = early_.find(std::string(key_of_response(response_id, room)));
    if (found == early_.end()) return {};
    std::vector<storage::EarlyReceipt*> taken = std::move(found->second);
    early_.erase(found);
    early_count_ -= taken.size();
    return taken;
}

void Receipts::remove_early(const storage::EarlyReceipt& receipt) {
    std::string room;
    const auto found = early_.find(std::string(key_of_receipt(receipt.carrier_message_id, room)));
    if (found == early_.end()) return;
    early_count_ -= std::erase(found->second, &receipt);
    if (found->second.empty()) early_.erase(found);
}

}  // namespace parley::carrier
