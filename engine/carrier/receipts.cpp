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

/// What all forms of a number have in common: "+1 555 7000001", "5557000001". A carrier may leave
/// out what a country does not need.
std::string last_digits(std::string_view number) {
    constexpr std::size_t digits_max = 7;
    std::string digits;
    for (const char character : number) {
        if (character >= '0' && character <= '9') digits += character;
    }
    if (digits.size() > digits_max) digits.erase(0, digits.size() - digits_max);
    return digits;
}

/// contact: hash of its last digits.
bool names(const storage::EarlyReceipt& receipt, std::uint64_t contact) {
    return contact == hash(last_digits(receipt.source)) ||
           contact == hash(last_digits(receipt.destination));
}

/// One of its two addresses is missing: nobody knows whose the other one is.
bool names_nobody(const storage::EarlyReceipt& receipt) {
    return last_digits(receipt.source).empty() || last_digits(receipt.destination).empty();
}

}  // namespace

bool may_speak_of(const storage::EarlyReceipt& receipt, const storage::Message& message) {
    const std::string contact = last_digits(message.contact());
    return !contact.empty() &&
           // Swapped against the submit, or not: some carriers leave them as they were.
           (contact == last_digits(receipt.source) || contact == last_digits(receipt.destination));
}

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

void Receipts::set_form(text::MessageIdForm form) {
    form_ = std::move(form);
    plain_ = form_ == text::MessageIdForm{};
    for (auto& [key, place] : std::exchange(expected_, {}))
        expect(*place.message, place.segment);
    std::vector<storage::EarlyReceipt*> held;
    for (const auto& [pair, list] : std::exchange(early_thread_, {}))
        held.insert(held.end(), list.begin(), list.end());
    // Each stands in one thread, and in their order of arrival under each key.
    std::ranges::sort(held, {}, &storage::EarlyReceipt::handle);
    early_.clear();
    early_count_ = 0;
    for (storage::EarlyReceipt* receipt : held)
        hold(*receipt);
    settled_.clear();
    settled_ring_.clear();
    settled_at_ = 0;
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

std::optional<Receipts::Place> Receipts::find_by_other(const storage::EarlyReceipt& receipt) const {
    if (receipt.other_id.empty()) return std::nullopt;
    const auto place = find(receipt.other_id);
    return place && may_speak_of(receipt, *place->message) ? place : std::nullopt;
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
        // Given again, it is the newer message's.
        if (!settled_.insert_or_assign(entry, hash(last_digits(message.contact()))).second)
            continue;
        if (settled_ring_.size() < settled_remembered) {
            settled_ring_.push_back(entry);
        } else {
            settled_.erase(settled_ring_[settled_at_]);
            settled_ring_[settled_at_] = entry;
            settled_at_ = (settled_at_ + 1) % settled_remembered;
        }
    }
}

bool Receipts::settled_lately(const storage::EarlyReceipt& receipt) const {
    std::string room;
    const auto found = settled_.find(hash(key_of_receipt(receipt.carrier_message_id, room)));
    return found != settled_.end() && (names_nobody(receipt) || names(receipt, found->second));
}

bool Receipts::was_settled_lately(const storage::Message& message) const {
    std::string room;
    const std::uint64_t contact = hash(last_digits(message.contact()));
    return std::ranges::any_of(message.segments, [&](const storage::Segment& segment) {
        if (segment.carrier_message_id.empty()) return false;
        const auto found = settled_.find(hash(key_of_response(segment.carrier_message_id, room)));
        return found != settled_.end() && found->second == contact;
    });
}

bool Receipts::settled_lately_by_other(const storage::EarlyReceipt& receipt) const {
    if (receipt.other_id.empty()) return false;
    std::string room;
    const auto found = settled_.find(hash(key_of_receipt(receipt.other_id, room)));
    return found != settled_.end() && names(receipt, found->second);
}

void Receipts::add_uncertain(storage::Message& message) {
    auto& list = uncertain_[pair_key(message.sender(), message.contact())];
    if (std::find(list.begin(), list.end(), &message) != list.end()) return;
    list.push_back(&message);
    ++uncertain_count_;
}

void Receipts::remove_uncertain(const storage::Message& message) {
    const auto found = uncertain_.find(pair_key(message.sender(), message.contact()));
    if (found == uncertain_.end()) return;
    uncertain_count_ -= std::erase(found->second, &message);
    if (found->second.empty()) uncertain_.erase(found);
}

storage::Message* Receipts::find_uncertain(std::string_view sender,
                                           std::string_view contact) const {
    const auto found = uncertain_.find(pair_key(sender, contact));
    if (found == uncertain_.end() || found->second.size() != 1) return nullptr;
    return found->second.front();
}

std::vector<std::string> Receipts::keys_of(const storage::EarlyReceipt& receipt) const {
    std::string room;
    std::vector<std::string> keys{std::string(key_of_receipt(receipt.carrier_message_id, room))};
    if (receipt.other_id.empty()) return keys;
    std::string other(key_of_receipt(receipt.other_id, room));
    if (other != keys.front()) keys.push_back(std::move(other));
    return keys;
}

void Receipts::hold(storage::EarlyReceipt& receipt) {
    for (std::string& key : keys_of(receipt))
        early_[std::move(key)].insert(&receipt);
    early_thread_[pair_key(receipt.destination, receipt.source)].insert(&receipt);
    ++early_count_;
}

std::vector<storage::EarlyReceipt*> Receipts::take_early(const storage::Message& message,
                                                         std::uint8_t segment) {
    const std::string& id = message.segments[segment].carrier_message_id;
    if (early_.empty() || id.empty()) return {};
    std::string room;
    const std::string key(key_of_response(id, room));
    const auto found = early_.find(key);
    if (found == early_.end()) return {};
    std::vector<storage::EarlyReceipt*> taken;
    for (storage::EarlyReceipt* receipt : found->second) {
        if (key_of_receipt(receipt->carrier_message_id, room) == key ||
            may_speak_of(*receipt, message)) {
            taken.push_back(receipt);
        }
    }
    for (storage::EarlyReceipt* receipt : taken)
        remove_early(*receipt);
    return taken;
}

bool Receipts::erase(EarlyBy& held, const std::string& key, storage::EarlyReceipt& receipt) {
    const auto found = held.find(key);
    if (found == held.end()) return false;
    const bool erased = found->second.erase(&receipt) != 0;
    if (found->second.empty()) held.erase(found);
    return erased;
}

void Receipts::remove_early(storage::EarlyReceipt& receipt) {
    if (!erase(early_thread_, pair_key(receipt.destination, receipt.source), receipt)) return;
    for (const std::string& key : keys_of(receipt))
        erase(early_, key, receipt);
    --early_count_;
}

std::vector<storage::EarlyReceipt*> Receipts::early_of(std::string_view sender,
                                                       std::string_view contact) const {
    const auto found = early_thread_.find(pair_key(sender, contact));
    if (found == early_thread_.end()) return {};
    return {found->second.begin(), found->second.end()};
}

bool Receipts::may_resolve(std::string_view sender, std::string_view contact) const {
    return early_count_ != 0 && !uncertain_.empty() && find_uncertain(sender, contact) != nullptr &&
           early_thread_.contains(pair_key(sender, contact));
}

}  // namespace parley::carrier
