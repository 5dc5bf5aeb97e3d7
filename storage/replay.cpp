#include "storage/replay.h"

#include "storage/errors.h"
#include "storage/keys.h"
#include "storage/records.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace parley::storage {

using entries::Type;

namespace {

constexpr std::uint64_t progress_every_records = 64;

StoreError corrupt_snapshot(ItemId id) {
    return corrupt("the snapshot of item " + to_text(id) + " does not decode");
}

StoreError corrupt_record(SectionId section, const std::string& problem) {
    return corrupt("journal section " + std::to_string(section) + ": " + problem);
}

boost::system::result<SectionId, StoreError> section_at_end(Kv& kv, Kv::Order order) {
    SectionId section = 0;
    auto error = kv.scan(Family::journal, {}, {}, order, [&](std::string_view key, auto) {
        section = keys::last_number(key);
        return false;
    });
    if (error) return *error;
    return section;
}

/// Moves a decoded or journaled item into the map's form.
template <typename T>
std::unique_ptr<T> own(T&& item) {
    return std::make_unique<T>(std::forward<T>(item));
}

}  // namespace

Durable& Replay::Item::durable() {
    return std::visit([](auto& item) -> Durable& { return *item; }, what);
}

Message* Replay::Item::message() {
    auto* const message = std::get_if<std::unique_ptr<Message>>(&what);
    return message == nullptr ? nullptr : message->get();
}

std::optional<StoreError> Replay::run(Recovered& recovered, const Progress& progress) {
    const auto first = section_at_end(kv_, Kv::Order::ascending);
    if (!first) return first.error();
    first_section_ = *first;
    if (auto error = load_snapshots()) return error;
    if (auto error = replay_journal(progress)) return error;
    hand_over(recovered);
    return {};
}

std::optional<StoreError> Replay::load_snapshots() {
    // Only the 's' half: the evicted, perhaps millions, stay on disk until the journal names them.
    const std::string from(1, keys::live_prefix);
    const std::string to(1, keys::live_prefix + 1);
    std::optional<StoreError> problem;
    auto error = kv_.scan(Family::live, from, to, Kv::Order::ascending,
                          [&](std::string_view key, std::string_view value) {
                              problem = load_snapshot({keys::last_number(key)}, false, value);
                              return !problem;
                          });
    return error ? error : problem;
}

std::optional<StoreError> Replay::load_snapshot(ItemId id, bool evicted, std::string_view octets) {
    live::Value value;
    if (!live::decode(octets, value)) return corrupt_snapshot(id);
    Item item;
    item.mark = value.mark;
    const auto decode = [&]<typename T>(std::unique_ptr<T> decoded) {
        const bool ok = records::decode(value.item, *decoded);
        item.what = std::move(decoded);
        return ok;
    };
    const bool ok = value.kind == live::Kind::message ? decode(std::make_unique<Message>())
                    : value.kind == live::Kind::part  ? decode(std::make_unique<InboundPart>())
                                                      : decode(std::make_unique<EarlyReceipt>());
    if (!ok) return corrupt_snapshot(id);
    item.durable().id = id;
    item.durable().snapshotted = true;
    item.durable().evicted = evicted;
    items_.emplace(id, std::move(item));
    return {};
}

std::optional<StoreError> Replay::replay_journal(const Progress& progress) {
    const auto last = section_at_end(kv_, Kv::Order::descending);
    if (!last) return last.error();
    std::uint64_t done = 0;
    std::optional<StoreError> problem;
    auto error = kv_.scan(Family::journal, {}, {}, Kv::Order::ascending,
                          [&](std::string_view key, std::string_view record) {
                              const SectionId section = keys::last_number(key);
                              problem = replay_record(section, record);
                              if (progress && ++done % progress_every_records == 0) {
                                  // Of the numbers to come, some may be a gap.
                                  progress(done, done + (*last - section));
                              }
                              return !problem;
                          });
    if (!error && !problem && progress) progress(done, done);
    return error ? error : problem;
}

std::optional<StoreError> Replay::replay_record(SectionId section, std::string_view record) {
    if (section == 0) return corrupt_record(section, "the key is not a section's number");
    retirer_.add(section, 0);
    entries::RecordReader reader(section, record);
    entries::Entry entry;
    while (reader.next(entry)) {
        if (auto error = replay_entry({section, entry.offset}, entry)) return error;
    }
    if (!reader.problem().empty()) return corrupt_record(section, reader.problem());
    return {};
}

std::optional<StoreError> Replay::replay_entry(live::Mark place, entries::Entry& entry) {
    if (entry.type == Type::inbound) {
        // Settled at birth. Re-encoded, not copied: the reader has passed its octets already.
        std::string octets;
        records::append(octets, std::get<Message>(entry.body));
        retirer_.settle(entry.item, octets);
        return {};
    }
    if (entry.type > Type::early_receipt) return happen(place, entry);
    bear(place, entry);
    return {};
}

void Replay::bear(live::Mark place, entries::Entry& entry) {
    if (items_.contains(entry.item)) return;  // its snapshot is newer
    Item item;
    if (auto* const message = std::get_if<Message>(&entry.body))
        item.what = own(std::move(*message));
    if (auto* const part = std::get_if<InboundPart>(&entry.body)) item.what = own(std::move(*part));
    if (auto* const receipt = std::get_if<EarlyReceipt>(&entry.body)) {
        item.what = own(std::move(*receipt));
    }
    item.durable().id = entry.item;
    item.durable().pinned = place.section;
    items_.emplace(entry.item, std::move(item));
}

std::optional<StoreError> Replay::happen(live::Mark place, const entries::Entry& entry) {
    const auto found = find(entry.item);
    if (!found) return found.error();
    Item* const item = *found;
    if (item == nullptr || place < item->mark) return {};
    Durable& durable = item->durable();
    if (const auto* const change = std::get_if<entries::Change>(&entry.body)) {
        if (item->message() == nullptr || !entries::apply(*change, *item->message())) {
            return corrupt_record(place.section, "entry at offset " + std::to_string(place.offset) +
                                                     " contradicts item " + to_text(entry.item));
        }
        if (durable.pinned == 0) durable.pinned = place.section;
    }
    if (entry.type == Type::snapshot || entry.type == Type::evict) {
        durable.pinned = 0;
        durable.snapshotted = true;
        durable.evicted = entry.type == Type::evict;
    }
    if (entry.type == Type::settle) {
        std::string octets;
        records::append(octets, *item->message());
        retirer_.settle(entry.item, octets);  // an older one is in its page's place already
    }
    if (entry.type == Type::settle || entry.type == Type::drop) items_.erase(entry.item);
    return {};
}

boost::system::result<Replay::Item*, StoreError> Replay::find(ItemId id) {
    if (const auto found = items_.find(id); found != items_.end()) return &found->second;
    // Born in a record that we have read and not in the map: it has settled. Born before: it waits
    // among the evicted, or it has settled as well.
    if (id.section() >= first_section_) return nullptr;
    const auto value = kv_.get(Family::live, keys::live(keys::evicted_prefix, id.value));
    if (!value) return value.error();
    if (!*value) return nullptr;
    if (auto error = load_snapshot(id, true, **value)) return *error;
    return &items_.find(id)->second;
}

void Replay::hand_over(Recovered& recovered) {
    // Sorted by ids that stand side by side: the items themselves lie all over the memory.
    std::vector<std::pair<ItemId, Item>> items;
    items.reserve(items_.size());
    for (auto& [id, item] : items_)
        items.emplace_back(id, std::move(item));
    items_ = {};
    std::ranges::sort(items, {}, &std::pair<ItemId, Item>::first);
    recovered.messages.reserve(items.size());
    for (auto& [id, item] : items) {
        const Durable& durable = item.durable();
        if (durable.evicted && durable.pinned == 0) continue;
        if (durable.pinned != 0) retirer_.pin(durable.pinned);
        if (auto* m = std::get_if<std::unique_ptr<Message>>(&item.what)) {
            recovered.messages.push_back(std::move(*m));
        } else if (auto* p = std::get_if<std::unique_ptr<InboundPart>>(&item.what)) {
            recovered.parts.push_back(std::move(*p));
        } else if (auto* r = std::get_if<std::unique_ptr<EarlyReceipt>>(&item.what)) {
            recovered.receipts.push_back(std::move(*r));
        }
    }
}

}  // namespace parley::storage
