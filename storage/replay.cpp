#include "storage/replay.h"

#include "storage/by_section.h"
#include "storage/errors.h"
#include "storage/keys.h"
#include "storage/records.h"

#include <algorithm>
#include <cassert>
#include <thread>
#include <utility>
#include <vector>

namespace parley::storage {

using entries::Type;

namespace {

constexpr std::uint64_t progress_every_records = 64;
constexpr std::size_t loaders_max = 8;

StoreError corrupt_snapshot(ItemId id) {
    return corrupt("the snapshot of item " + to_text(id) + " does not decode");
}

StoreError corrupt_record(SectionId section, const std::string& problem) {
    return corrupt("journal section " + std::to_string(section) + ": " + problem);
}

/// That the first or the last key of [from, to) ends with; 0: there is none.
boost::system::result<std::uint64_t, StoreError> number_at_end(Kv& kv, Family family,
                                                               std::string_view from,
                                                               std::string_view to,
                                                               Kv::Order order) {
    std::uint64_t number = 0;
    auto error = kv.scan(family, from, to, order, [&](std::string_view key, auto) {
        number = keys::last_number(key);
        return false;
    });
    if (error) return *error;
    return number;
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

bool Replay::Item::has_ended() const {
    return std::visit([](const auto& item) { return item == nullptr; }, what);
}

void Replay::Row::push_back(ItemId id, Item item) {
    assert(items_.empty() || items_.back().first < id);
    if (sections_.empty() || sections_.back().id != id.section())
        sections_.push_back({id.section(), items_.size()});
    items_.emplace_back(id, std::move(item));
}

Replay::Item* Replay::Row::find(ItemId id) {
    auto section = find_section(sections_, id.section());
    if (section == sections_.end()) return nullptr;
    const auto at = [this](std::size_t n) {
        return items_.begin() + static_cast<std::ptrdiff_t>(n);
    };
    const auto first = at(section->first);
    const auto end = ++section == sections_.end() ? items_.end() : at(section->first);
    const auto found = std::ranges::lower_bound(first, end, id, {}, &Numbered::first);
    return found != end && found->first == id ? &found->second : nullptr;
}

std::optional<StoreError> Replay::run(Recovered& recovered, const Progress& progress) {
    const auto first = number_at_end(kv_, Family::journal, {}, {}, Kv::Order::ascending);
    if (!first) return first.error();
    first_section_ = *first;
    if (auto error = load_snapshots()) return error;
    if (auto error = replay_journal(progress)) return error;
    hand_over(recovered);
    return {};
}

/// Only the 's' half: the evicted, perhaps millions, stay on disk until the journal names them. Of
/// the others there may be millions as well: several threads read and decode them.
std::optional<StoreError> Replay::load_snapshots() {
    const std::string begin(1, keys::live_prefix);
    const std::string behind(1, keys::live_prefix + 1);
    const auto first = number_at_end(kv_, Family::live, begin, behind, Kv::Order::ascending);
    if (!first) return first.error();
    const auto last = number_at_end(kv_, Family::live, begin, behind, Kv::Order::descending);
    if (!last) return last.error();
    if (*last == 0) return {};  // there are none
    const std::size_t shares =
        std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, loaders_max);
    const std::uint64_t share = (*last - *first) / shares + 1;
    snapshots_ = std::vector<Row>(shares);
    std::vector<std::optional<StoreError>> errors(shares);
    {
        std::vector<std::jthread> loaders;
        for (std::size_t n = 0; n < shares; ++n) {
            loaders.emplace_back([&, n] {
                const ItemId from{*first + n * share};
                errors[n] = load_snapshots(from, {from.value + share}, snapshots_[n]);
            });
        }
    }
    const auto failed = std::ranges::find_if(errors, &std::optional<StoreError>::has_value);
    return failed == errors.end() ? std::nullopt : *failed;
}

std::optional<StoreError> Replay::load_snapshots(ItemId from, ItemId to, Row& row) {
    std::optional<StoreError> problem;
    auto error = kv_.scan(Family::live, keys::live(keys::live_prefix, from.value),
                          keys::live(keys::live_prefix, to.value), Kv::Order::ascending,
                          [&](std::string_view key, std::string_view value) {
                              const ItemId id{keys::last_number(key)};
                              auto item = decode_snapshot(id, false, value);
                              if (item) {
                                  row.push_back(id, std::move(*item));
                              } else {
                                  problem = item.error();
                              }
                              return !problem;
                          });
    return error ? error : problem;
}

boost::system::result<Replay::Item, StoreError> Replay::decode_snapshot(ItemId id, bool evicted,
                                                                        std::string_view octets) {
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
    return item;
}

Replay::Item* Replay::find_snapshot(ItemId id) {
    for (Row& row : snapshots_) {
        if (Item* const found = row.find(id)) return found;
    }
    return nullptr;
}

std::optional<StoreError> Replay::replay_journal(const Progress& progress) {
    const auto last = number_at_end(kv_, Family::journal, {}, {}, Kv::Order::descending);
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
    if (find_snapshot(entry.item) != nullptr) return;  // it is newer
    Item item;
    if (auto* const message = std::get_if<Message>(&entry.body))
        item.what = own(std::move(*message));
    if (auto* const part = std::get_if<InboundPart>(&entry.body)) item.what = own(std::move(*part));
    if (auto* const receipt = std::get_if<EarlyReceipt>(&entry.body)) {
        item.what = own(std::move(*receipt));
    }
    item.durable().id = entry.item;
    item.durable().pinned = place.section;
    born_.push_back(entry.item, std::move(item));
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
    if (entry.type == Type::settle || entry.type == Type::drop) item->end();
    return {};
}

boost::system::result<Replay::Item*, StoreError> Replay::find(ItemId id) {
    Item* item = find_snapshot(id);
    if (item == nullptr) item = born_.find(id);
    if (const auto found = evicted_.find(id); found != evicted_.end()) item = &found->second;
    if (item != nullptr) return item->has_ended() ? nullptr : item;
    // Born in a record that we have read and not here: never promised. Born before: it waits among
    // the evicted, or it has settled.
    if (id.section() >= first_section_) return nullptr;
    const auto value = kv_.get(Family::live, keys::live(keys::evicted_prefix, id.value));
    if (!value) return value.error();
    if (!*value) return nullptr;
    auto loaded = decode_snapshot(id, true, **value);
    if (!loaded) return loaded.error();
    return &evicted_.emplace(id, std::move(*loaded)).first->second;
}

void Replay::hand_over(Recovered& recovered) {
    Row evicted;
    std::vector<ItemId> ids;
    for (const auto& [id, item] : evicted_)
        ids.push_back(id);
    std::ranges::sort(ids);
    for (const ItemId id : ids)
        evicted.push_back(id, std::move(evicted_.find(id)->second));
    struct Cursor {
        Row& row;
        std::size_t next = 0;
        bool done() const { return next == row.size(); }
        ItemId id() const { return row[next].first; }
    };
    std::vector<Cursor> cursors{{born_}, {evicted}};
    for (Row& row : snapshots_)
        cursors.push_back({row});
    std::size_t all = 0;
    for (const Cursor& each : cursors)
        all += each.row.size();
    recovered.messages.reserve(all);
    for (;;) {
        Cursor* lowest = nullptr;
        for (Cursor& each : cursors) {
            if (!each.done() && (lowest == nullptr || each.id() < lowest->id())) lowest = &each;
        }
        if (lowest == nullptr) break;
        hand_over(lowest->row[lowest->next++].second, recovered);
    }
    snapshots_.clear();
    born_ = {};
    evicted_ = {};
}

void Replay::hand_over(Item& item, Recovered& recovered) {
    if (item.has_ended()) return;
    const Durable& durable = item.durable();
    if (durable.evicted && durable.pinned == 0) return;
    if (durable.pinned != 0) retirer_.pin(durable.pinned);
    if (auto* m = std::get_if<std::unique_ptr<Message>>(&item.what)) {
        recovered.messages.push_back(std::move(*m));
    } else if (auto* p = std::get_if<std::unique_ptr<InboundPart>>(&item.what)) {
        recovered.parts.push_back(std::move(*p));
    } else if (auto* r = std::get_if<std::unique_ptr<EarlyReceipt>>(&item.what)) {
        recovered.receipts.push_back(std::move(*r));
    }
}

}  // namespace parley::storage
