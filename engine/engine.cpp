#include "engine/engine.h"

#include "engine/api/rest_api.h"
#include "engine/api/router.h"
#include "engine/io/host_metrics.h"
#include "engine/io/http_server.h"
#include "engine/io/log.h"
#include "engine/io/sha256.h"
#include "engine/io/shard_loop.h"
#include "engine/io/storage_thread.h"
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
          store_trouble(scope.gauge("store_trouble")) {}

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
    explicit Impl(config::Config loaded)
        : config(std::move(loaded)),
          directory(config),
          routes(config),
          node_metrics(registry.scope()),
          host_metrics(registry.scope(), config.node.data_dir) {}

    std::optional<std::string> open_store();
    void make_shards();
    void recover();
    std::optional<std::string> listen();
    void on_trouble(const std::string& text);
    std::string metrics_text();

    config::Config config;
    conversation::Directory directory;
    carrier::Routes routes;
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
    bool running = false;
    std::string last_trouble;  // the storage thread's alone
};

Engine::Engine(config::Config config) : impl_(std::make_unique<Impl>(std::move(config))) {}

Engine::~Engine() {
    stop();
}

std::optional<std::string> Engine::start() {
    if (auto problem = impl_->open_store()) return problem;
    impl_->make_shards();
    impl_->recover();
    if (auto problem = impl_->listen()) return problem;
    impl_->storage->start();
    for (auto& loop : impl_->loops) {
        impl_->threads.emplace_back([&loop] { loop->run(); });
    }
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
        shards.push_back(
            std::make_unique<Shard>(Shard::Setup{.config = config,
                                                 .directory = directory,
                                                 .routes = routes,
                                                 .commons = commons,
                                                 .ports = *loops[index],
                                                 .index = index,
                                                 .count = count,
                                                 .metrics = registry.scope(),
                                                 .metrics_text = [this] { return metrics_text(); },
                                                 .seed = seed,
                                                 .boot = boot},
                                    io::ShardLoop::now()));
        loops[index]->drive(*shards[index]);
    }
    opened.each_suppression([this](std::string_view scope, std::string_view contact) {
        for (auto& shard : shards)
            shard->recover_suppression(scope, contact);
    });
}

void Engine::Impl::recover() {
    const Now now = io::ShardLoop::now();
    const auto count = static_cast<std::uint32_t>(shards.size());
    for (auto& shard : shards)
        shard->recover_spent(now, recovered.spent);
    for (auto& part : recovered.parts) {
        Shard& shard = *shards[storage::shard_of_contact(part->source, count)];
        shard.recover(now, std::move(part));
    }
    for (auto& receipt : recovered.receipts) {
        const auto found =
            std::ranges::find(config.carriers, receipt->carrier, &config::Carrier::id);
        const auto index = static_cast<std::uint32_t>(found - config.carriers.begin());
        const std::uint32_t home = found == config.carriers.end() ? 0 : index % count;
        shards[home]->recover(now, std::move(receipt));
    }
    for (auto& message : recovered.messages) {
        Shard& shard = *shards[storage::shard_of_contact(message->contact(), count)];
        shard.recover(now, std::move(message));
    }
    io::write_log(Severity::info, "recovered",
                  std::to_string(recovered.messages.size()) + " messages in memory, " +
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
    std::vector<std::atomic<bool>> drained(impl_->loops.size());
    for (std::size_t index = 0; index < impl_->loops.size(); ++index) {
        impl_->loops[index]->enqueue([](Driven& shard, Now now) { shard.drain(now); });
    }
    const auto limit =
        std::chrono::steady_clock::now() + impl_->config.node.drain_limit + std::chrono::seconds(2);
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
