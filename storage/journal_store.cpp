#include "storage/journal_store.h"

#include "storage/errors.h"
#include "storage/keys.h"
#include "storage/memory_kv.h"
#include "storage/replay.h"

#include <algorithm>
#include <cassert>

namespace parley::storage {

namespace {

constexpr std::string_view format_key = "format";
constexpr std::string_view format = "2";
constexpr std::string_view evicted_key = "evicted";
constexpr std::string_view reserved_key = "reserved";

// A commit carries a few hundred messages; housekeeping that catches up after a long-held pin must
// not make one commit a hundred times as long.
constexpr std::size_t pages_per_commit_octets_max = 4U << 20U;

}  // namespace

boost::system::result<std::unique_ptr<Store>, StoreError> JournalStore::open(
    std::unique_ptr<Kv> kv, bool sync, Recovered& recovered, const Progress& progress) {
    std::unique_ptr<JournalStore> store(new JournalStore(std::move(kv), sync));
    if (auto error = store->start(recovered, progress)) return *error;
    return std::unique_ptr<Store>(std::move(store));
}

std::optional<StoreError> JournalStore::start(Recovered& recovered, const Progress& progress) {
    if (auto error = check_format()) return error;
    const auto evicted = kv_->get(Family::meta, evicted_key);
    if (!evicted) return evicted.error();
    if (*evicted) evicted_ = keys::last_number(**evicted);
    const auto reserved = kv_->get(Family::meta, reserved_key);
    if (!reserved) return reserved.error();
    if (*reserved) reserved_ = keys::last_number(**reserved);
    Recovered found;
    if (auto error = Replay(*kv_, retirer_).run(found, progress)) return error;
    if (auto error = read_spent(found)) return error;
    // Also with sync: the process before may have been without.
    found.next_section = std::max(retirer_.newest() + 1, reserved_);
    found.evicted = evicted_;
    recovered = std::move(found);
    return {};
}

std::optional<StoreError> JournalStore::read_spent(Recovered& found) {
    std::string behind(keys::spent_prefix);
    behind.back() = '\1';
    bool damaged = false;
    const auto read = [&](std::string_view key, std::string_view value) {
        damaged = value.size() != 2 * keys::number_octets;
        if (damaged) return false;
        found.spent[std::string(key.substr(keys::spent_prefix.size()))] = {
            keys::load_number(value.data()),
            static_cast<UnixMs>(keys::load_number(value.data() + keys::number_octets))};
        return true;
    };
    if (auto error =
            kv_->scan(Family::meta, keys::spent_prefix, behind, Kv::Order::ascending, read))
        return error;
    if (damaged) return corrupt("what is spent of a daily limit cannot be read");
    return {};
}

std::optional<StoreError> JournalStore::check_format() {
    const auto found = kv_->get(Family::meta, format_key);
    if (!found) return found.error();
    if (*found == format) return {};
    if (*found) {
        return StoreError{errc::wrong_format,
                          "the data folder has format \"" + **found + "\", this program reads \"" +
                              std::string(format) + "\"; run the version that wrote it, or newer"};
    }
    bool in_use = false;
    const auto look = [&](auto, auto) {
        in_use = true;
        return false;
    };
    if (auto error = kv_->scan(Family::journal, {}, {}, Kv::Order::ascending, look)) return error;
    if (in_use) return corrupt("the data folder has a journal but no format");
    Batch batch;
    batch.put(Family::meta, format_key, format);
    return kv_->write(batch, true);
}

std::optional<StoreError> JournalStore::commit(std::span<Section* const> sections) {
    batch_.clear();
    values_.clear();
    const std::size_t retired = collect_retired(sections);
    SectionId first_kept = retired < retirer_.size() ? retirer_.section(retired) : 0;
    if (first_kept == 0 && !sections.empty()) first_kept = sections.front()->id();
    for (const Section* section : sections)
        collect(*section, first_kept);
    collect_evicted(sections);
    const SectionId reserved = collect_reserved(sections);
    if (batch_.size() == 0) return {};
    if (auto error = kv_->write(batch_, sync_ || reserved != reserved_)) return error;

    // From here on it has happened; the books follow.
    reserved_ = reserved;
    retirer_.retire(retired);
    for (const Section* section : sections)
        account_for(*section);
    return {};
}

std::size_t JournalStore::collect_retired(std::span<Section* const> sections) {
    const std::size_t count = retirer_.ready(pages_per_commit_octets_max, !sections.empty());
    assert(count == 0 || !sections.empty() || count < retirer_.size());
    for (std::size_t n = 0; n < count; ++n) {
        const SectionId section = retirer_.section(n);
        retirer_.settled(n).each_page([&](std::uint32_t first, std::string page) {
            batch_.put(Family::pages, keys::number(ItemId::of(section, first).value),
                       values_.emplace_back(std::move(page)));
        });
        batch_.erase(Family::journal, keys::number(section));
    }
    return count;
}

void JournalStore::collect(const Section& section, SectionId first_kept) {
    batch_.put(Family::journal, keys::number(section.id()), section.record());
    for (std::size_t n = 0; n < section.keyed_count(); ++n) {
        const Section::Keyed keyed = section.keyed(n);
        if (keyed.erase) {
            batch_.erase(keyed.family, keyed.key);
        } else {
            batch_.put(keyed.family, keyed.key, keyed.value);
        }
    }
    for (std::size_t n = 0; n < section.settled_count(); ++n) {
        const Section::Settled settled = section.settled(n);
        if (settled.id.section() >= first_kept) continue;  // its page is still to come
        batch_.put(Family::late, keys::number(settled.id.value), settled.octets);
    }
}

void JournalStore::collect_evicted(std::span<Section* const> sections) {
    std::int64_t change = 0;
    for (const Section* section : sections)
        change += section->evicted_change();
    if (change == 0) return;
    values_.push_back(keys::number(evicted_ + static_cast<std::uint64_t>(change)));
    batch_.put(Family::meta, evicted_key, values_.back());
}

/// Whoever does not sync says first, and synced, which numbers he may have used.
SectionId JournalStore::collect_reserved(std::span<Section* const> sections) {
    if (sync_ || sections.empty() || sections.back()->id() < reserved_) return reserved_;
    const SectionId reserved = sections.back()->id() + unsynced_sections_max;
    batch_.put(Family::meta, reserved_key, values_.emplace_back(keys::number(reserved)));
    return reserved;
}

void JournalStore::account_for(const Section& section) {
    retirer_.add(section.id(), section.pins());
    for (const Section::Release& release : section.releases()) {
        retirer_.release(release.section, release.count);
    }
    for (std::size_t n = 0; n < section.settled_count(); ++n) {
        const Section::Settled settled = section.settled(n);
        retirer_.settle(settled.id, settled.octets);  // ignores those without a record
    }
    evicted_ += static_cast<std::uint64_t>(section.evicted_change());
    for (std::size_t n = 0; n < section.keyed_count() && evicted_from_; ++n) {
        const Section::Keyed keyed = section.keyed(n);
        if (keyed.family != Family::live || keyed.erase) continue;
        evicted_from_ = std::min(evicted_from_, ItemId{keys::last_number(keyed.key)});
    }
}

boost::system::result<std::unique_ptr<Store>, StoreError> open_rocksdb_store(
    const StoreOptions& options, Recovered& recovered,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    auto kv = open_rocksdb_kv(options);
    if (!kv) return kv.error();
    return JournalStore::open(std::move(*kv), options.sync, recovered, progress);
}

boost::system::result<std::unique_ptr<Store>, StoreError> open_memory_store(
    std::shared_ptr<MemoryDisk> disk, bool sync, Recovered& recovered) {
    auto kv = open_memory_kv(std::move(disk));
    if (!kv) return kv.error();
    return JournalStore::open(std::move(*kv), sync, recovered, {});
}

}  // namespace parley::storage
