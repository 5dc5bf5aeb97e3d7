// The families in RocksDB: the only file that knows it.
//
// Tuned for the journal (reference: measured lives per second by layout). The journal's records and
// the deletions that follow them shortly meet in the memtable, so most of it never becomes a file.
// Pages are compressed once when they leave memory and then only moved. What is keyed at random
// (threads, awaiting) has bloom filters.

#include "storage/errors.h"
#include "storage/folder.h"
#include "storage/keys.h"
#include "storage/kv.h"
#include "storage/store.h"
#include "storage/write_ahead_log.h"
#include "storage/write_pacer.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/memtablerep.h>
#include <rocksdb/options.h>
#include <rocksdb/rate_limiter.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/sst_file_manager.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <rocksdb/write_buffer_manager.h>

namespace parley::storage {

namespace {

using boost::system::result;

/// One bucket of the hash table costs 8 octets, an entry some 100.
constexpr std::size_t memtable_octets_per_bucket = 256;

/// Of a family with keys at random.
constexpr int memtables_per_flush = 8;

/// A key without the number at its end: all that we look for when we look for "any of these".
class WithoutNumber final : public rocksdb::SliceTransform {
public:
    const char* Name() const override { return "parley.without_number"; }
    rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
        return {key.data(), key.size() - keys::number_octets};
    }
    bool InDomain(const rocksdb::Slice& key) const override {
        return key.size() >= keys::number_octets;
    }
};

/// Whether all keys of [from, to) are the same but for the number at their end: to is one of them,
/// or the first key behind them.
bool differ_by_number(std::string_view from, std::string_view to) {
    if (from.size() <= keys::number_octets) return false;
    const std::string_view common = from.substr(0, from.size() - keys::number_octets);
    if (to.starts_with(common)) return true;
    std::string behind(common);
    behind.back() = static_cast<char>(static_cast<unsigned char>(behind.back()) + 1U);
    return to == behind && to > common;
}

// Debian's RocksDB checks its assertions: a slice may be empty, but it must point somewhere.
rocksdb::Slice slice(std::string_view text) {
    return {text.data() == nullptr ? "" : text.data(), text.size()};
}
std::string_view view(const rocksdb::Slice& text) {
    return {text.data(), text.size()};
}

/// Of a table that is missing it names the file that LevelDB would have had, which it tried last.
std::string with_right_names(std::string words) {
    for (std::size_t at = 0; (at = words.find(".ldb", at)) != words.npos;)
        words.replace(at, 4, ".sst");
    return words;
}

StoreError error_of(const rocksdb::Status& status, const std::string& folder) {
    const std::string words = "data folder " + folder + ": " + with_right_names(status.ToString());
    if (status.IsNoSpace() || words.find("No space left") != std::string::npos) {
        return {errc::disk_full, words + "; free some space, nothing that was promised is lost"};
    }
    if (status.IsCorruption()) return corrupt(words);
    // The database has no code of its own for this.
    if (status.IsIOError() && words.find("LOCK") != std::string::npos &&
        words.find("lock") != std::string::npos) {
        return {errc::locked, words +
                                  "; another process uses this folder: stop it, or give this "
                                  "one a folder of its own"};
    }
    return {errc::io_error, words};
}

/// No diary of the database's own: what goes wrong comes back as a status, and a diary on a full
/// disk ends the process (an assertion in Debian's build of 7.8).
class Silence final : public rocksdb::Logger {
public:
    using rocksdb::Logger::Logv;
    void Logv(const char*, va_list) override {}
};

rocksdb::CompressionType best_compression() {
    const auto supported = rocksdb::GetSupportedCompressions();
    for (const auto type :
         {rocksdb::kLZ4Compression, rocksdb::kZSTD, rocksdb::kSnappyCompression}) {
        if (std::ranges::find(supported, type) != supported.end()) return type;
    }
    return rocksdb::kNoCompression;
}

struct Budget {
    explicit Budget(std::size_t octets)
        : cache(rocksdb::NewLRUCache(octets)),
          // Memtables are charged to the cache, so that both together keep to one sum.
          memtables(std::make_shared<rocksdb::WriteBufferManager>(octets / 2, cache)),
          memtable_octets(std::clamp<std::size_t>(octets / 8, 1U << 20U, 16U << 20U)) {}
    std::shared_ptr<rocksdb::Cache> cache;
    std::shared_ptr<rocksdb::WriteBufferManager> memtables;
    std::size_t memtable_octets;
};

/// Looked up by all of a key but the number at its end, and only ever walked forward.
bool keyed_at_random(Family family) {
    return family == Family::awaiting || family == Family::threads;
}

/// Flushes and compactions have a pace each, the same one, so that neither waits behind the other.
class EvenWrites final : public rocksdb::RateLimiter {
public:
    using Priority = rocksdb::Env::IOPriority;

    explicit EvenWrites(std::int64_t octets_per_second)
        : RateLimiter(Mode::kWritesOnly),
          octets_per_second_(octets_per_second),
          flushes_(octets_per_second),
          others_(octets_per_second) {}

    void SetBytesPerSecond(std::int64_t) override {}  // it is what it was made with
    void Request(std::int64_t octets, Priority priority, rocksdb::Statistics*) override {
        of(priority).pass(octets);
    }
    std::int64_t GetSingleBurstBytes() const override { return 1 << 20; }
    std::int64_t GetTotalBytesThrough(Priority priority) const override {
        return sum(priority, &WritePacer::Written::octets);
    }
    std::int64_t GetTotalRequests(Priority priority) const override {
        return sum(priority, &WritePacer::Written::times);
    }
    std::int64_t GetBytesPerSecond() const override { return octets_per_second_; }

private:
    WritePacer& of(Priority priority) {
        return priority == rocksdb::Env::IO_HIGH ? flushes_ : others_;
    }
    std::int64_t sum(Priority priority, std::int64_t WritePacer::Written::*what) const {
        if (priority == rocksdb::Env::IO_HIGH) return flushes_.written().*what;
        const std::int64_t others = others_.written().*what;
        return priority == rocksdb::Env::IO_TOTAL ? flushes_.written().*what + others : others;
    }

    const std::int64_t octets_per_second_;
    WritePacer flushes_;
    WritePacer others_;
};

/// What may wait for its deletion, as a share of what the tables take: beyond a quarter of them, or
/// half a gibibyte, files go at once. Every piece is synced, so a busy disk deletes more slowly
/// than a store under full load writes its logs.
double waiting_share(std::uint64_t table_octets) {
    constexpr double least = 512 << 20;
    return std::max(0.25, least / static_cast<double>(std::max<std::uint64_t>(table_octets, 1)));
}

/// Keeps that share as the tables grow.
class InAHurry final : public rocksdb::EventListener {
public:
    explicit InAHurry(std::shared_ptr<rocksdb::SstFileManager> files) : files_(std::move(files)) {}
    void OnFlushCompleted(rocksdb::DB*, const rocksdb::FlushJobInfo&) override {
        files_->SetMaxTrashDBRatio(waiting_share(files_->GetTotalSize()));
    }

private:
    std::shared_ptr<rocksdb::SstFileManager> files_;
};

/// The commit is what everybody waits for; what the database does beside it keeps out of its way:
/// its threads yield the processor, its files are written evenly, and files that have served go
/// piece by piece (with the mount option discard, to delete one of 16 MiB keeps the file system's
/// journal busy for 5 ms).
void be_considerate(rocksdb::DBOptions& options) {
    for (const auto pool : {rocksdb::Env::Priority::LOW, rocksdb::Env::Priority::HIGH})
        options.env->LowerThreadPoolCPUPriority(pool, rocksdb::CpuPriority::kLow);
    // More than its two threads write; a file's worth takes a tenth of a second.
    constexpr std::int64_t written_per_second = 192 << 20;
    options.rate_limiter = std::make_shared<EvenWrites>(written_per_second);
    constexpr std::int64_t deleted_per_second = 256 << 20;
    constexpr std::uint64_t deleted_at_once = 1 << 20;
    rocksdb::Status ignored;  // of a folder for what is deleted, which is not used any more
    options.sst_file_manager.reset(rocksdb::NewSstFileManager(
        options.env, options.env->GetFileSystem(), nullptr, "", deleted_per_second, true, &ignored,
        waiting_share(0), deleted_at_once));
    options.listeners.push_back(std::make_shared<InAHurry>(options.sst_file_manager));
}

rocksdb::DBOptions database_options(const Budget& budget) {
    rocksdb::DBOptions options;
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    options.write_buffer_manager = budget.memtables;
    options.max_background_jobs = 2;
    options.max_open_files = 512;
    // A power cut leaves a torn last record, perhaps with a wrong checksum: what comes before it is
    // all that was promised. The stricter modes would refuse to start after every such cut.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    // But a log that is missing altogether is damage.
    options.track_and_verify_wals_in_manifest = true;
    // Families that are seldom written must not keep old logs, which every start reads.
    options.max_total_wal_size = 128U << 20U;
    options.bytes_per_sync = 1U << 20U;
    options.allow_concurrent_memtable_write = false;  // one writer
    options.info_log = std::make_shared<Silence>();
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
    be_considerate(options);
    return options;
}

rocksdb::ColumnFamilyOptions family_options(Family family, const Budget& budget) {
    rocksdb::ColumnFamilyOptions options;
    options.write_buffer_size = budget.memtable_octets;
    options.max_write_buffer_number = 4;
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = budget.cache;
    table.cache_index_and_filter_blocks = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    table.block_size = 16U << 10U;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    options.compression = best_compression();
    if (family == Family::journal) {
        options.compression = rocksdb::kNoCompression;
        table.filter_policy.reset();
    }
    if (keyed_at_random(family)) {
        options.compression = rocksdb::kNoCompression;  // hashes and numbers: nothing to gain
        options.compaction_style = rocksdb::kCompactionStyleUniversal;
        options.prefix_extractor = std::make_shared<WithoutNumber>();
        table.whole_key_filtering = false;
        // One skip list of everything costs 5 µs a key once it is full; many short ones do not.
        // But a flush makes one of them after all: so many small memtables, flushed together.
        options.write_buffer_size = budget.memtable_octets / memtables_per_flush;
        options.min_write_buffer_number_to_merge = memtables_per_flush;
        options.max_write_buffer_number = 4 * memtables_per_flush;
        options.memtable_factory.reset(rocksdb::NewHashSkipListRepFactory(
            options.write_buffer_size / memtable_octets_per_bucket));
    }
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return options;
}

class RocksKv final : public Kv {
public:
    RocksKv(std::string folder, std::size_t memory_budget)
        : folder_(std::move(folder)), budget_(memory_budget) {}
    ~RocksKv() override { close(); }
    RocksKv(const RocksKv&) = delete;
    RocksKv& operator=(const RocksKv&) = delete;

    std::optional<StoreError> open() {
        if (auto error = need_room(folder_, room_to_open(folder_))) return error;
        std::vector<rocksdb::ColumnFamilyDescriptor> wanted;
        for (std::size_t n = 0; n < families; ++n) {
            const auto family = static_cast<Family>(n);
            // RocksDB insists on a family named "default"; it is our "meta".
            wanted.emplace_back(
                n == 0 ? rocksdb::kDefaultColumnFamilyName : std::string(name(family)),
                family_options(family, budget_));
        }
        rocksdb::DB* db = nullptr;
        std::vector<rocksdb::ColumnFamilyHandle*> handles;
        const auto status =
            rocksdb::DB::Open(database_options(budget_), folder_, wanted, &handles, &db);
        if (!status.ok()) return error_of(status, folder_);
        db_.reset(db);
        std::ranges::copy(handles, handles_.begin());
        return {};
    }

    std::optional<StoreError> write(const Batch& batch, bool sync) override {
        if (auto error = recover()) return error;
        batch_.Clear();
        for (std::size_t n = 0; n < batch.size(); ++n) {
            const Batch::Change change = batch.change(n);
            const auto status =
                change.erase
                    ? batch_.Delete(handle(change.family), slice(change.key))
                    : batch_.Put(handle(change.family), slice(change.key), slice(change.value));
            if (!status.ok()) return error_of(status, folder_);
        }
        rocksdb::WriteOptions options;
        options.sync = sync;
        const auto status = db_->Write(options, &batch_);
        if (status.ok()) return {};
        failed_ = true;
        return error_of(status, folder_);
    }

    result<std::optional<std::string>, StoreError> get(Family family,
                                                       std::string_view key) override {
        if (!db_) return closed();
        std::string value;
        const auto status = db_->Get(rocksdb::ReadOptions(), handle(family), slice(key), &value);
        if (status.ok()) return std::optional<std::string>(std::move(value));
        if (status.IsNotFound()) return std::optional<std::string>();
        return error_of(status, folder_);
    }

    std::optional<StoreError> scan(Family family, std::string_view from, std::string_view to,
                                   Order order, const Visitor& visit) override {
        if (!db_) return closed();
        const rocksdb::Slice lower = slice(from);
        const rocksdb::Slice upper = slice(to);
        rocksdb::ReadOptions options;
        if (!from.empty()) options.iterate_lower_bound = &lower;
        if (!to.empty()) options.iterate_upper_bound = &upper;
        // A journal or all pages read through would push everything else out of the cache.
        options.fill_cache = family != Family::journal && family != Family::pages;
        // Within one prefix the index in memory answers from one bucket. Any other range begins
        // where no prefix can be taken from its start, or leaves it.
        const bool narrow = keyed_at_random(family) && differ_by_number(from, to);
        options.prefix_same_as_start = narrow;
        options.total_order_seek = !narrow;
        const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options, handle(family)));
        if (order == Order::ascending) {
            for (at->Seek(lower); at->Valid() && visit(view(at->key()), view(at->value()));) {
                at->Next();
            }
        } else {
            for (at->SeekToLast(); at->Valid() && visit(view(at->key()), view(at->value()));) {
                at->Prev();
            }
        }
        if (!at->status().ok()) return error_of(at->status(), folder_);
        return {};
    }

private:
    rocksdb::ColumnFamilyHandle* handle(Family family) const {
        return handles_[static_cast<std::size_t>(family)];
    }
    StoreError closed() const {
        return {errc::io_error, "data folder " + folder_ + " could not be opened again yet"};
    }

    /// After a failed write the database refuses all others. A full disk it can get over by itself;
    /// for the rest we open it anew, which keeps all that was promised.
    std::optional<StoreError> recover() {
        if (!failed_) return {};
        if (db_) {
            // Resuming writes what is in memory into tables.
            std::uint64_t octets = 0;
            for (rocksdb::ColumnFamilyHandle* each : handles_) {
                std::uint64_t own = 0;
                db_->GetIntProperty(each, rocksdb::DB::Properties::kCurSizeAllMemTables, &own);
                octets += own;
            }
            if (auto error = need_room(folder_, octets + room_for_files)) return error;
            const auto status = db_->Resume();
            if (status.IsNoSpace()) return error_of(status, folder_);
            failed_ = !status.ok();
            if (!failed_) return {};
            // Open as long as it can be read: without room it would not open again.
            if (auto error = need_room(folder_, room_to_open(folder_))) return error;
        }
        close();
        if (auto error = open()) return error;
        failed_ = false;
        return {};
    }

    void close() {
        if (!db_) return;
        for (rocksdb::ColumnFamilyHandle* each : handles_)
            db_->DestroyColumnFamilyHandle(each);
        db_.reset();
    }

    std::string folder_;
    Budget budget_;
    std::unique_ptr<rocksdb::DB> db_;
    std::array<rocksdb::ColumnFamilyHandle*, families> handles_{};
    rocksdb::WriteBatch batch_;
    bool failed_ = false;
};

}  // namespace

result<std::unique_ptr<Kv>, StoreError> open_rocksdb_kv(const StoreOptions& options) {
    const std::filesystem::path folder = std::filesystem::path(options.folder) / "store";
    if (auto error = prepare_folder(folder)) return *error;
    // Without a sync for every write, a power cut may leave later writes without the earlier.
    if (options.sync) {
        if (auto error = check_logs(folder)) return *error;
    }
    auto kv = std::make_unique<RocksKv>(folder.string(), options.memory_budget);
    if (auto error = kv->open()) return *error;
    return std::unique_ptr<Kv>(std::move(kv));
}

}  // namespace parley::storage
