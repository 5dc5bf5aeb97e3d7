#include "engine/engine.h"

#include "engine/api/rest_api.h"
#include "engine/api/router.h"
#include "engine/io/errands.h"
#include "engine/io/host_metrics.h"
#include "engine/io/http_server.h"
#include "engine/io/log.h"
#include "engine/io/open_door.h"
#include "engine/io/operator_table_file.h"
#include "engine/io/sha256.h"
#include "engine/io/shard_loop.h"
#include "engine/io/storage_thread.h"
#include "engine/recovery.h"
#include "engine/reload.h"
#include "engine/shard.h"
#include "metrics/registry.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

namespace parley {

namespace {

// What the process holds besides messages: code, stacks, connections' buffers, the pages that
// RocksDB's background jobs work on.
constexpr std::int64_t base_octets = 56LL << 20U;

std::size_t store_budget(std::uint64_t memory_budget) {
    return std::clamp<std::uint64_t>(memory_budget / 6, 16U << 20U, 192U << 20U);
}

const std::vector<double> write_times{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                      0.01,   0.025,   0.05,   0.1,   0.25,   1};

/// What the shards hold together. Set when somebody asks.
struct NodeMetrics {
    explicit NodeMetrics(const metrics::Scope& scope)
        : store_memory_bytes(scope.gauge("store_memory_bytes")),
          messages_on_disk(scope.gauge("messages_on_disk")),
          live_bytes(scope.gauge("memory_live_bytes")),
          live_limit_bytes(scope.gauge("memory_live_limit_bytes")),
          store_write_seconds(scope.histogram("store_write_seconds", write_times)),
          store_trouble(scope.gauge("store_trouble")),
          reloads_ok(scope.with("outcome", "ok").counter("config_reloads_total")),
          reloads_refused(scope.with("outcome", "refused").counter("config_reloads_total")),
          config_trouble(scope.gauge("config_trouble")),
          config_since(scope.gauge("config_last_load_timestamp_seconds")),
          operator_rows(scope.gauge("operator_table_rows")),
          operator_bytes(scope.gauge("operator_table_bytes")),
          operator_loaded_at(scope.gauge("operator_table_loaded_timestamp_seconds")),
          operator_trouble(scope.gauge("operator_table_trouble")) {}

    void update(const Commons& commons) const {
        store_memory_bytes.set(static_cast<double>(commons.store_octets.load()));
        messages_on_disk.set(static_cast<double>(commons.evicted.load()));
        live_bytes.set(static_cast<double>(commons.live_octets.load()));
        live_limit_bytes.set(static_cast<double>(commons.live_octets_max));
    }

    metrics::Gauge store_memory_bytes;
    metrics::Gauge messages_on_disk;
    metrics::Gauge live_bytes;
    metrics::Gauge live_limit_bytes;
    metrics::Histogram store_write_seconds;
    metrics::Gauge store_trouble;
    metrics::Counter reloads_ok;
    metrics::Counter reloads_refused;
    metrics::Gauge config_trouble;
    metrics::Gauge config_since;
    metrics::Gauge operator_rows;
    metrics::Gauge operator_bytes;
    metrics::Gauge operator_loaded_at;
    metrics::Gauge operator_trouble;
};

void describe_node(const metrics::Scope& scope, const config::Node& node, std::uint32_t shards) {
    const bool sync = node.durability == config::Durability::sync;
    scope.with("node", node.id)
        .with("shards", std::to_string(shards))
        .with("durability", sync ? "sync" : "async")
        .gauge("node_info")
        .set(1);
}

}  // namespace

struct Engine::Impl {
    Impl(config::Config loaded, std::string read_from)
        : config(std::move(loaded)),
          file(std::move(read_from)),
          running_config(config),
          standing(std::make_shared<const Standing>(config)),
          node_metrics(registry.scope()),
          host_metrics(registry.scope(), config.node.data_dir) {}

    std::optional<std::string> open_store();
    void make_shards();
    std::optional<std::string> read_operators();
    void take_operators(const io::OperatorTablePtr& table);
    void refuse_operators(const std::string& why) const;
    void recover();
    std::optional<std::string> listen();
    void on_trouble(const std::string& text);
    void reload(std::uint32_t shard, bool dry_run, Shard::Setup::Told told);
    /// On the thread for errands: true, and in force everywhere, unless everything stops.
    bool put_in_force(std::uint32_t shard, config::Config next, io::OpenDoors doors);
    void hand_out(io::OpenDoors doors, const Standing& to);
    void log_reload(const api::ReloadView& view);
    std::string metrics_text();

    const config::Config config;  // as it was at the start
    const std::string file;
    // Of the thread for errands, once that runs.
    config::Config running_config;
    StandingPtr standing;
    std::atomic<std::int64_t> drain_limit_ms{0};
    metrics::Registry registry;
    NodeMetrics node_metrics;
    io::HostMetrics host_metrics;
    Commons commons;
    storage::Recovered recovered;
    std::unique_ptr<io::StorageThread> storage;
    std::unique_ptr<storage::Store> store;  // until the storage thread has it
    std::vector<std::unique_ptr<io::ShardLoop>> loops;
    std::vector<std::unique_ptr<Shard>> shards;
    std::vector<std::unique_ptr<api::RestApi>> apis;
    std::vector<std::unique_ptr<api::Router>> routers;
    std::vector<std::unique_ptr<io::HttpServer>> servers;
    std::vector<std::thread> threads;
    io::Errands errands;
    std::unique_ptr<io::OperatorTableFile> operators;  // null: there is none
    bool running = false;
    std::string last_trouble;  // the storage thread's alone
};

Engine::Engine(config::Config config, std::string file)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(file))) {}

Engine::~Engine() {
    stop();
}

std::optional<std::string> Engine::start() {
    if (auto problem = impl_->open_store()) return problem;
    impl_->make_shards();
    if (auto problem = impl_->read_operators()) return problem;
    impl_->recover();
    if (auto problem = impl_->listen()) return problem;
    impl_->storage->start();
    for (auto& loop : impl_->loops) {
        impl_->threads.emplace_back([&loop] { loop->run(); });
    }
    impl_->errands.start();
    if (impl_->operators) impl_->operators->start();
    impl_->running = true;
    return std::nullopt;
}

std::optional<std::string> Engine::Impl::open_store() {
    storage::StoreOptions options;
    options.folder = config.node.data_dir;
    options.sync = config.node.durability == config::Durability::sync;
    options.memory_budget = store_budget(config.node.memory_budget);
    auto last = std::chrono::steady_clock::now();
    auto opened = storage::open_rocksdb_store(
        options, recovered, [&last](std::uint64_t done, std::uint64_t all) {
            const auto now = std::chrono::steady_clock::now();
            if (now - last < std::chrono::seconds(1)) return;
            last = now;
            io::write_log(Severity::info, "replaying",
                          std::to_string(done) + " of " + std::to_string(all) + " records");
        });
    if (!opened) return opened.error().text;
    store = std::move(*opened);
    for (const config::Carrier& carrier : config.carriers) {
        const auto error = store->use_id_form(carrier.id, carrier::Dialect(carrier.dialect).ids());
        if (error) return error->text;
    }
    commons.evicted = store->evicted_count();
    commons.live_octets_max = static_cast<std::int64_t>(config.node.memory_budget) -
                              static_cast<std::int64_t>(options.memory_budget) - base_octets;
    return std::nullopt;
}

void Engine::Impl::make_shards() {
    const std::uint32_t count = config.node.shards != 0
                                    ? config.node.shards
                                    : std::max(1U, std::thread::hardware_concurrency());
    describe_node(registry.scope(), config.node, count);
    drain_limit_ms = config.node.drain_limit.count();
    node_metrics.config_since.set(static_cast<double>(io::ShardLoop::now().wall) / 1e3);
    commons.live_octets_max -= count * conversation::Attention::octets_max;
    const auto boot = static_cast<std::uint64_t>(io::ShardLoop::now().wall);
    const std::uint64_t seed = std::random_device{}();
    io::StorageThread::Listener listener{
        .committed =
            [this](std::uint32_t shard, std::unique_ptr<storage::Section> section) {
                loops[shard]->committed(std::move(section));
            },
        .answered = [this](
                        std::uint32_t shard,
                        std::function<void(Now)> then) { loops[shard]->answered(std::move(then)); },
        .trouble = [this](const std::string& text) { on_trouble(text); },
        .after_commit =
            [this](const storage::Store& now, Duration took) {
                node_metrics.store_write_seconds.observe(static_cast<double>(took.count()) / 1e6);
                commons.store_octets = now.memory_octets();
                commons.evicted = now.evicted_count();
            }};
    // Replay has counted everything that the shards need; the store moves to its thread.
    storage::Store& opened = *store;
    storage = std::make_unique<io::StorageThread>(std::move(store), recovered.next_section, count,
                                                  std::move(listener));
    for (std::uint32_t index = 0; index < count; ++index) {
        loops.push_back(std::make_unique<io::ShardLoop>(index, *storage));
    }
    std::vector<io::ShardLoop*> addresses;
    for (auto& loop : loops)
        addresses.push_back(loop.get());
    for (std::uint32_t index = 0; index < count; ++index) {
        loops[index]->connect(addresses);
        shards.push_back(std::make_unique<Shard>(
            Shard::Setup{.standing = standing,
                         .commons = commons,
                         .ports = *loops[index],
                         .index = index,
                         .count = count,
                         .metrics = registry.scope(),
                         .metrics_text = [this] { return metrics_text(); },
                         .seed = seed,
                         .boot = boot,
                         .reload =
                             [this, index](bool dry_run, Shard::Setup::Told told) {
                                 reload(index, dry_run, std::move(told));
                             },
                         .changed =
                             [this, index](const Standing& now) {
                                 apis[index]->set_keyring(api::Keyring(now.config, io::sha256));
                                 loops[index]->open_doors();
                             }},
            io::ShardLoop::now()));
        loops[index]->drive(*shards[index]);
    }
    opened.each_suppression([this](std::string_view scope, std::string_view contact) {
        for (auto& shard : shards)
            shard->recover_suppression(scope, contact);
    });
}

std::optional<std::string> Engine::Impl::read_operators() {
    if (config.operator_table.file.empty()) return std::nullopt;
    operators = std::make_unique<io::OperatorTableFile>(
        config.operator_table,
        io::OperatorTableFile::Listener{
            .changed = [this](const io::OperatorTablePtr& table) { take_operators(table); },
            .refused = [this](const std::string& why) { refuse_operators(why); }});
    std::string problem = operators->read_first();
    if (!problem.empty()) return problem;
    return std::nullopt;
}

/// Each shard takes the new table between two of its turns, and lets go of the old one.
void Engine::Impl::take_operators(const io::OperatorTablePtr& table) {
    const auto octets = static_cast<std::int64_t>(table->octets());
    commons.table_octets = octets;
    node_metrics.operator_rows.set(static_cast<double>(table->rows()));
    node_metrics.operator_bytes.set(static_cast<double>(octets));
    node_metrics.operator_loaded_at.set(static_cast<double>(io::ShardLoop::now().wall) / 1'000);
    node_metrics.operator_trouble.set(0);
    io::write_log(Severity::info, "operator_table_read",
                  std::to_string(table->rows()) + " rows of " + std::to_string(table->operators()) +
                      " operators, " + std::to_string(octets) + " octets");
    for (std::size_t index = 0; index < loops.size(); ++index) {
        if (threads.empty()) {  // not yet: what is recovered has to find it there
            shards[index]->take_operators(table);
            continue;
        }
        loops[index]->enqueue(
            [shard = shards[index].get(), table](Driven&, Now) { shard->take_operators(table); });
    }
}

void Engine::Impl::refuse_operators(const std::string& why) const {
    node_metrics.operator_trouble.set(1);
    io::write_log(Severity::error, "operator_table_refused", why);
}

void Engine::Impl::recover() {
    const std::size_t messages = recovered.messages.size();
    recover_shards(io::ShardLoop::now(), recovered, shards);
    io::write_log(Severity::info, "recovered",
                  std::to_string(messages) + " messages in memory, " +
                      std::to_string(recovered.evicted) + " on disk");
    recovered = {};
}

std::optional<std::string> Engine::Impl::listen() {
    for (std::size_t index = 0; index < shards.size(); ++index) {
        try {
            apis.push_back(
                std::make_unique<api::RestApi>(*shards[index], api::Keyring(config, io::sha256)));
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        routers.push_back(std::make_unique<api::Router>(registry.scope(),
                                                        [] { return io::ShardLoop::now().at; }));
        apis.back()->mount(*routers.back());
        servers.push_back(std::make_unique<io::HttpServer>(loops[index]->context(), config.http,
                                                           *routers.back(), registry.scope()));
        auto problem =
            index == 0 ? servers[0]->listen() : servers[index]->listen_beside(*servers[0]);
        if (problem) return problem;
        if (auto refused = loops[index]->listen()) return refused;
    }
    return std::nullopt;
}

// ---- Another configuration
// -------------------------------------------------------------------------------

void Engine::reload() {
    impl_->reload(0, false, [](Shard&, Now, const api::ReloadView&) {});
}

void Engine::Impl::reload(std::uint32_t shard, bool dry_run, Shard::Setup::Told told) {
    errands.run([this, shard, dry_run, told = std::move(told)] {
        io::OpenDoors doors;
        Reloaded reloaded =
            read_again(running_config, file, [this, &doors](const config::Config& next) {
                return io::open_new_doors(running_config, next, doors);
            });
        api::ReloadView view{.refused = !reloaded.config,
                             .dry_run = dry_run,
                             .complaints = std::move(reloaded.complaints),
                             .changes = std::move(reloaded.changes)};
        const bool now = reloaded.config && !dry_run;
        if (now && !put_in_force(shard, std::move(*reloaded.config), std::move(doors))) return;
        if (!dry_run) log_reload(view);
        loops[shard]->enqueue([this, shard, told, view = std::move(view)](Driven&, Now at) {
            told(*shards[shard], at, view);
        });
    });
}

/// To the shards at which their carriers are at home.
void Engine::Impl::hand_out(io::OpenDoors doors, const Standing& to) {
    for (std::size_t place = 0; place < to.config.carriers.size(); ++place) {
        const auto& outbind = to.config.carriers[place].outbind;
        if (!outbind || to.is_removed(static_cast<CarrierIndex>(place))) continue;
        auto door = doors.extract(outbind->listen);
        if (door.empty()) continue;
        auto one = std::make_shared<io::OpenDoors>();
        one->insert(std::move(door));
        io::ShardLoop* home = loops[place % loops.size()].get();
        home->enqueue([home, one](Driven&, Now) { home->take_doors(std::move(*one)); });
    }
}

bool Engine::Impl::put_in_force(std::uint32_t shard, config::Config next, io::OpenDoors doors) {
    if (config::plan(running_config, next).empty()) return true;
    auto adopted = std::make_shared<const Standing>(next, standing.get());
    hand_out(std::move(doors), *adopted);
    auto in_force = std::make_shared<std::atomic<bool>>(false);
    loops[shard]->enqueue([this, shard, adopted, in_force](Driven&, Now) {
        shards[shard]->adopt(adopted, [this, in_force](Now) {
            *in_force = true;
            errands.tell();
        });
    });
    running_config = std::move(next);
    standing = std::move(adopted);
    drain_limit_ms = running_config.node.drain_limit.count();
    return errands.wait([in_force] { return in_force->load(); });
}

void Engine::Impl::log_reload(const api::ReloadView& view) {
    for (const config::Complaint& complaint : view.complaints)
        io::write_log(Severity::error, "config_refused", config::to_text(complaint));
    (view.refused ? node_metrics.reloads_refused : node_metrics.reloads_ok).add();
    node_metrics.config_trouble.set(view.refused ? 1 : 0);
    if (view.refused) return;
    node_metrics.config_since.set(static_cast<double>(io::ShardLoop::now().wall) / 1e3);
    std::size_t waiting = 0;
    for (const config::Change& change : view.changes) {
        const bool waits = change.effect == config::Effect::restart;
        if (waits) ++waiting;
        io::write_log(waits ? Severity::warning : Severity::info, "config_change",
                      config::to_text(change));
    }
    io::write_log(Severity::info, "config_reloaded",
                  std::to_string(view.changes.size()) + " changes, of which " +
                      std::to_string(waiting) + " wait for a restart");
}

std::string Engine::Impl::metrics_text() {
    node_metrics.update(commons);
    host_metrics.update();
    return registry.exposition();
}

void Engine::Impl::on_trouble(const std::string& text) {
    node_metrics.store_trouble.set(text.empty() ? 0 : 1);
    // The storage thread tells of every attempt; the log needs only what is news.
    if (text != last_trouble) {
        io::write_log(text.empty() ? Severity::info : Severity::error,
                      text.empty() ? "store_recovered" : "store_trouble", text);
        last_trouble = text;
    }
    for (auto& loop : loops) {
        loop->enqueue([text](Driven& shard, Now now) { shard.on_store_trouble(now, text); });
    }
}

void Engine::stop() {
    if (!impl_->running) return;
    impl_->running = false;
    impl_->errands.stop();
    if (impl_->operators) impl_->operators->stop();
    std::vector<std::atomic<bool>> drained(impl_->loops.size());
    for (std::size_t index = 0; index < impl_->loops.size(); ++index) {
        impl_->loops[index]->enqueue([](Driven& shard, Now now) { shard.drain(now); });
    }
    const auto limit = std::chrono::steady_clock::now() +
                       std::chrono::milliseconds(impl_->drain_limit_ms.load()) +
                       std::chrono::seconds(2);
    const auto all_drained = [&] {
        return std::all_of(drained.begin(), drained.end(),
                           [](const auto& each) { return each.load(); });
    };
    while (!all_drained() && std::chrono::steady_clock::now() < limit) {
        for (std::size_t index = 0; index < impl_->loops.size(); ++index) {
            impl_->loops[index]->enqueue(
                [&drained, index](Driven& shard, Now) { drained[index] = shard.drained(); });
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    for (std::size_t index = 0; index < impl_->loops.size(); ++index) {
        impl_->loops[index]->enqueue(
            [this, index](Driven&, Now) { impl_->servers[index]->stop(); });
    }
    impl_->storage->stop();
    for (auto& loop : impl_->loops)
        loop->stop();
    for (std::thread& thread : impl_->threads)
        thread.join();
    impl_->threads.clear();
}

}  // namespace parley
