#include "storage/section.h"

#include "storage/keys.h"
#include "storage/live.h"
#include "storage/records.h"

#include <atomic>
#include <cassert>

namespace parley::storage {

using entries::Type;

namespace {

constexpr live::Kind kind_of(const Message&) {
    return live::Kind::message;
}
constexpr live::Kind kind_of(const InboundPart&) {
    return live::Kind::part;
}
constexpr live::Kind kind_of(const EarlyReceipt&) {
    return live::Kind::early_receipt;
}

std::uint64_t next_serial() {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

// Until seal() an item born here is named by section 0 and its index.
ItemId name_of(const Durable& item) {
    return item.id ? item.id : ItemId::of(0, item.birth);
}

}  // namespace

void Section::put_live(auto& item) {
    const std::size_t mark = record_.size();
    event(item, item.evicted ? Type::evict : Type::snapshot);
    const std::size_t offset = keyed_octets_.size();
    keyed_octets_.push_back(item.evicted ? keys::evicted_prefix : keys::live_prefix);
    append_name(item);
    const std::size_t key_octets = keyed_octets_.size() - offset;
    unnamed_.push_back(static_cast<std::uint32_t>(keyed_octets_.size()));
    keys::append_number(keyed_octets_, 0);
    keys::append_number(keyed_octets_, mark);
    keyed_octets_.push_back(static_cast<char>(kind_of(item)));
    records::append(keyed_octets_, item);
    finish_keyed(Family::live, false, offset, key_octets);
    item.snapshotted = true;
    unpin(item);
}

Section::Section() : serial_(next_serial()) {
    entries::begin_record(record_);
}

void Section::accept(Message& message) {
    birth(message, Type::accept);
    records::append(record_, message);
    pin(message);
    index_thread(message);
}

void Section::record_inbound(Message& message) {
    birth(message, Type::inbound);
    const std::size_t begin = record_.size();
    records::append(record_, message);
    const auto octets = static_cast<std::uint32_t>(record_.size() - begin);
    settled_.push_back(
        {name_of(message), static_cast<std::uint32_t>(settled_octets_.size()), octets});
    settled_octets_.append(record_, begin, octets);
    index_thread(message);
}

void Section::hold_part(InboundPart& part) {
    birth(part, Type::part);
    records::append(record_, part);
    pin(part);
}

void Section::hold_receipt(EarlyReceipt& receipt) {
    birth(receipt, Type::early_receipt);
    records::append(record_, receipt);
    pin(receipt);
}

void Section::intend(Message& message, std::uint8_t segment) {
    message_event(message, Type::intend, segment);
}
void Section::answer(Message& message, std::uint8_t segment) {
    message_event(message, Type::answer, segment);
}
void Section::receipt(Message& message, std::uint8_t segment) {
    message_event(message, Type::receipt, segment);
}
void Section::uncertain(Message& message, std::uint8_t segment) {
    message_event(message, Type::uncertain, segment);
}
void Section::reroute(Message& message) {
    message_event(message, Type::reroute);
}
void Section::decide(Message& message) {
    message_event(message, Type::decide);
}

void Section::inquire(Message& message, const Inquiry& inquiry) {
    event(message, Type::inquire);
    entries::append_inquiry(record_, message, inquiry);
    pin(message);
}

void Section::note(Message& message) {
    event(message, Type::note);
    entries::append_note(record_, message);
    pin(message);
}

void Section::settle(Message& message) {
    event(message, Type::settle);
    entries::append_change(record_, Type::settle, message, 0);
    keep_settled(message);
    if (is_dead_letter(message.status)) index_dead_letter(message);
    if (message.evicted) each_awaiting(message, true);
    forget_copy(message);
    unpin(message);
}

void Section::drop(InboundPart& part) {
    event(part, Type::drop);
    forget_copy(part);
    unpin(part);
    if (!part.id) births_[part.birth] = nullptr;  // its owner need not keep it until seal()
}

void Section::drop(EarlyReceipt& receipt) {
    event(receipt, Type::drop);
    forget_copy(receipt);
    unpin(receipt);
    if (!receipt.id) births_[receipt.birth] = nullptr;
}

void Section::snapshot(Message& message) {
    put_live(message);
}
void Section::snapshot(InboundPart& part) {
    put_live(part);
}
void Section::snapshot(EarlyReceipt& receipt) {
    put_live(receipt);
}

void Section::evict(Message& message) {
    if (!message.evicted) {
        forget_copy(message);
        message.evicted = true;
        ++evicted_change_;
    }
    put_live(message);
    each_awaiting(message, false);
}

void Section::readmit(Message& message) {
    if (!message.evicted) return;
    each_awaiting(message, true);
    forget_copy(message);
}

void Section::spend(std::string_view limit, const Spent& spent) {
    const std::size_t offset = keyed_octets_.size();
    keyed_octets_.append(keys::spent_prefix).append(limit);
    const std::size_t key_octets = keyed_octets_.size() - offset;
    keys::append_number(keyed_octets_, spent.segments);
    keys::append_number(keyed_octets_, static_cast<std::uint64_t>(spent.until));
    finish_keyed(Family::meta, false, offset, key_octets);
}

void Section::suppress(const Suppression& suppression) {
    const std::size_t offset = keyed_octets_.size();
    keyed_octets_.append(keys::words(suppression.scope, suppression.contact));
    const std::size_t key_octets = keyed_octets_.size() - offset;
    records::append(keyed_octets_, suppression);
    finish_keyed(Family::suppressions, false, offset, key_octets);
}

void Section::restore(std::string_view scope, std::string_view contact) {
    const std::size_t offset = keyed_octets_.size();
    keyed_octets_.append(keys::words(scope, contact));
    finish_keyed(Family::suppressions, true, offset, keyed_octets_.size() - offset);
}

bool Section::empty() const {
    return record_.size() == entries::header_octets && keyed_.empty();
}
std::uint32_t Section::births() const {
    return static_cast<std::uint32_t>(births_.size());
}
std::size_t Section::octets() const {
    return record_.size() + keyed_octets_.size();
}

void Section::seal(SectionId id) {
    assert(id_ == 0 && id > 0 && births_.size() <= items_per_section_max);
    id_ = id;
    for (std::uint32_t index = 0; index < births_.size(); ++index) {
        if (births_[index] != nullptr) births_[index]->id = ItemId::of(id, index);
    }
    for (Durable* item : slots_) {
        if (item == nullptr) continue;
        item->pinned = id;
        item->pin_slot = 0;
    }
    for (SettledAt& each : settled_) {
        if (each.id.section() == 0) each.id = ItemId::of(id, each.id.index());
    }
    for (const std::uint32_t offset : unnamed_) {
        char* at = keyed_octets_.data() + offset;
        keys::store_number(at, ItemId::of(id, ItemId{keys::load_number(at)}.index()).value);
    }
    for (const std::uint32_t offset : unnamed_threads_) {
        char* at = keyed_octets_.data() + offset;
        const ItemId item = ItemId::of(id, static_cast<std::uint32_t>(keys::load_number(at)));
        keys::store_number(at, keys::newest_first(item.value));
    }
    entries::finish_record(record_, id);
}

void Section::clear() {
    id_ = 0;
    serial_ = next_serial();
    entries::begin_record(record_);
    births_.clear();
    slots_.clear();
    pins_ = 0;
    releases_.clear();
    settled_octets_.clear();
    settled_.clear();
    keyed_octets_.clear();
    keyed_.clear();
    unnamed_.clear();
    unnamed_threads_.clear();
    evicted_change_ = 0;
}

Section::Settled Section::settled(std::size_t n) const {
    const SettledAt& at = settled_[n];
    return {at.id, std::string_view(settled_octets_).substr(at.offset, at.octets)};
}

Section::Keyed Section::keyed(std::size_t n) const {
    const KeyedAt& at = keyed_[n];
    const std::string_view all = keyed_octets_;
    return {at.family, at.erase, all.substr(at.offset, at.key_octets),
            all.substr(at.offset + at.key_octets, at.value_octets)};
}

void Section::birth(Durable& item, Type type) {
    item.birth = births();
    item.mentioned = serial_;
    births_.push_back(&item);
    entries::append_birth(record_, type);
}

void Section::event(Durable& item, Type type) {
    item.mentioned = serial_;
    entries::append_event(record_, type, item.id, item.birth);
}

void Section::message_event(Message& message, Type type, std::uint8_t segment) {
    event(message, type);
    entries::append_change(record_, type, message, segment);
    pin(message);
}

void Section::pin(Durable& item) {
    if (item.pinned != 0 || item.pin_slot != 0) return;
    slots_.push_back(&item);
    item.pin_slot = static_cast<std::uint32_t>(slots_.size());
    ++pins_;
}

void Section::unpin(Durable& item) {
    if (item.pin_slot != 0) {
        slots_[item.pin_slot - 1] = nullptr;
        item.pin_slot = 0;
        --pins_;
    } else if (item.pinned != 0) {
        // Neighbours in time end together, so the last release is nearly always of the same
        // section.
        if (releases_.empty() || releases_.back().section != item.pinned) {
            releases_.push_back({item.pinned, 0});
        }
        ++releases_.back().count;
        item.pinned = 0;
    }
}

void Section::keep_settled(const Message& message) {
    const std::size_t begin = settled_octets_.size();
    records::append(settled_octets_, message);
    settled_.push_back({name_of(message), static_cast<std::uint32_t>(begin),
                        static_cast<std::uint32_t>(settled_octets_.size() - begin)});
}

void Section::index_thread(const Message& message) {
    const std::size_t offset = keyed_octets_.size();
    const ConversationId conversation = message.conversation();
    keyed_octets_.append(conversation.bytes.begin(), conversation.bytes.end());
    unnamed_threads_.push_back(static_cast<std::uint32_t>(keyed_octets_.size()));
    keys::append_number(keyed_octets_, message.birth);
    const std::size_t key_octets = keyed_octets_.size() - offset;
    keyed_octets_.push_back(static_cast<char>(message.direction));
    finish_keyed(Family::threads, false, offset, key_octets);
}

void Section::index_dead_letter(const Message& message) {
    const std::size_t offset = keyed_octets_.size();
    append_name(message);
    const std::size_t key_octets = keyed_octets_.size() - offset;
    records::append_dead_letter(keyed_octets_, message);
    finish_keyed(Family::dead_letters, false, offset, key_octets);
}

void Section::forget_copy(Durable& item) {
    if (!item.snapshotted) return;
    const std::size_t offset = keyed_octets_.size();
    keyed_octets_.push_back(item.evicted ? keys::evicted_prefix : keys::live_prefix);
    append_name(item);
    finish_keyed(Family::live, true, offset, keyed_octets_.size() - offset);
    if (item.evicted) --evicted_change_;
    item.snapshotted = false;
    item.evicted = false;
}

void Section::each_awaiting(const Message& message, bool erase) {
    for (std::size_t segment = 0; segment < message.segments.size(); ++segment) {
        const std::string& carrier_message_id = message.segments[segment].carrier_message_id;
        if (carrier_message_id.empty()) continue;
        const std::size_t offset = keyed_octets_.size();
        const text::MessageIdForm* form = message.id_form;
        keyed_octets_.append(
            keys::words(message.carrier,
                        form ? form->from_response(carrier_message_id) : carrier_message_id, true));
        append_name(message);
        const std::size_t key_octets = keyed_octets_.size() - offset;
        if (!erase) keyed_octets_.push_back(static_cast<char>(segment));
        finish_keyed(Family::awaiting, erase, offset, key_octets);
    }
}

void Section::append_name(const Durable& item) {
    if (!item.id) unnamed_.push_back(static_cast<std::uint32_t>(keyed_octets_.size()));
    keys::append_number(keyed_octets_, name_of(item).value);
}

void Section::finish_keyed(Family family, bool erase, std::size_t offset, std::size_t key_octets) {
    keyed_.push_back({family, erase, static_cast<std::uint32_t>(offset),
                      static_cast<std::uint32_t>(key_octets),
                      static_cast<std::uint32_t>(keyed_octets_.size() - offset - key_octets)});
}

}  // namespace parley::storage
