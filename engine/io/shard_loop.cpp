#include "engine/io/shard_loop.h"

#include "engine/io/log.h"
#include "engine/io/outbind_listener.h"
#include "engine/io/smpp_connection.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <pthread.h>
#include <string>
#include <utility>
#include <variant>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace parley::io {

namespace asio = boost::asio;

namespace {

struct Committed {
    std::unique_ptr<storage::Section> section;
};
struct Answered {
    std::function<void(Now)> then;
};
struct Task {
    std::function<void(Driven&, Now)> run;
};
using Item = std::variant<std::vector<Mail>, Committed, Answered, Task>;

}  // namespace

struct ShardLoop::Impl {
    Impl(std::uint32_t index, StorageThread& storage)
        : index(index),
          storage(storage),
          context(1),
          work(asio::make_work_guard(context)),
          timer(context) {}

    void deliver(Item item);
    void empty_inbox();
    void want_turn();
    void turn();
    void arm_timer();
    void make_connections();
    std::optional<std::string> open(const OutbindDoor& door);

    std::uint32_t index;
    StorageThread& storage;
    asio::io_context context;
    asio::executor_work_guard<asio::io_context::executor_type> work;
    asio::steady_timer timer;
    Instant armed_for{};
    bool armed = false;
    std::vector<ShardLoop*> loops;
    Driven* shard = nullptr;
    std::vector<std::unique_ptr<SmppConnection>> connections;
    std::map<CarrierIndex, std::unique_ptr<OutbindListener>> listeners;
    OpenDoors opened_doors;
    std::vector<std::uint32_t> touched;
    bool turn_wanted = false;

    // The inbox is the one place that other threads touch: a lock held for a swap or a push, and
    // one wake-up for however many items a batch holds.
    std::mutex mutex;
    std::vector<Item> inbox;
    bool woken = false;
};

ShardLoop::ShardLoop(std::uint32_t index, StorageThread& storage)
    : impl_(std::make_unique<Impl>(index, storage)) {}

ShardLoop::~ShardLoop() = default;

void ShardLoop::connect(std::vector<ShardLoop*> loops) {
    impl_->loops = std::move(loops);
}

void ShardLoop::drive(Driven& shard) {
    impl_->shard = &shard;
    impl_->make_connections();
}

/// A reload may bring new links; those that there are stay.
void ShardLoop::Impl::make_connections() {
    while (connections.size() < shard->link_count()) {
        const auto link = static_cast<std::uint32_t>(connections.size());
        connections.push_back(std::make_unique<SmppConnection>(
            context, *shard, link, [] { return now(); }, [this] { want_turn(); }));
    }
}

std::optional<std::string> ShardLoop::Impl::open(const OutbindDoor& door) {
    auto listener = std::make_unique<OutbindListener>(
        context, *door.settings,
        [this, carrier = door.carrier] {
            const auto link = shard->on_carrier_connected(now(), carrier);
            want_turn();
            return link;
        },
        [this, carrier = door.carrier](std::uint32_t link, asio::ip::tcp::socket stream) {
            const auto& tls = listeners.at(carrier)->settings().tls;
            connections[link]->adopt(std::move(stream), tls ? &*tls : nullptr);
        });
    std::optional<OpenDoor> opened;
    if (auto found = opened_doors.extract(door.settings->listen))
        opened.emplace(std::move(found.mapped()));
    if (auto problem = listener->listen(std::move(opened))) {
        return "carriers[" + std::to_string(door.carrier) + "].outbind.listen: " + *problem;
    }
    listeners.insert_or_assign(door.carrier, std::move(listener));
    return std::nullopt;
}

std::optional<std::string> ShardLoop::listen() {
    for (const OutbindDoor& door : impl_->shard->outbind_doors()) {
        if (auto problem = impl_->open(door)) return problem;
    }
    return std::nullopt;
}

void ShardLoop::open_doors() {
    const std::vector<OutbindDoor> doors = impl_->shard->outbind_doors();
    std::erase_if(impl_->listeners, [&](const auto& listener) {
        return std::ranges::none_of(doors, [&](const OutbindDoor& door) {
            return door.carrier == listener.first && *door.settings == listener.second->settings();
        });
    });
    for (const OutbindDoor& door : doors) {
        if (impl_->listeners.contains(door.carrier)) continue;
        if (const auto problem = impl_->open(door))
            write_log(Severity::error, "not_listening", *problem);
    }
    impl_->opened_doors.clear();
}

void ShardLoop::take_doors(OpenDoors doors) {
    impl_->opened_doors.merge(doors);
}

asio::io_context& ShardLoop::context() {
    return impl_->context;
}

Now ShardLoop::now() {
    using std::chrono::duration_cast;
    const auto steady = std::chrono::steady_clock::now().time_since_epoch();
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    return {Instant(duration_cast<Duration>(steady)),
            duration_cast<std::chrono::milliseconds>(wall).count()};
}

void ShardLoop::run() {
    // What top and perf show.
    pthread_setname_np(pthread_self(), ("shard-" + std::to_string(impl_->index)).c_str());
    asio::post(impl_->context, [this] { impl_->turn(); });
    impl_->context.run();
}

void ShardLoop::stop() {
    asio::post(impl_->context, [this] {
        impl_->listeners.clear();
        impl_->connections.clear();
        impl_->timer.cancel();
        impl_->work.reset();
        impl_->context.stop();
    });
}

void ShardLoop::enqueue(std::function<void(Driven&, Now)> task) {
    impl_->deliver(Task{std::move(task)});
}

void ShardLoop::wake() {
    impl_->want_turn();
}

void ShardLoop::log(Severity severity, std::string_view event, std::string_view detail) {
    write_log(severity, event, detail);
}

void ShardLoop::post(std::uint32_t shard, std::vector<Mail> mail) {
    impl_->loops[shard]->impl_->deliver(std::move(mail));
}

void ShardLoop::offer(std::unique_ptr<storage::Section> section) {
    impl_->storage.offer(impl_->index, std::move(section));
}

std::unique_ptr<storage::Section> ShardLoop::recall() {
    return impl_->storage.recall(impl_->index);
}

void ShardLoop::query(std::function<void(storage::Store&)> ask, std::function<void(Now)> then) {
    impl_->storage.query(impl_->index, std::move(ask), std::move(then));
}

void ShardLoop::committed(std::unique_ptr<storage::Section> section) {
    impl_->deliver(Committed{std::move(section)});
}

void ShardLoop::answered(std::function<void(Now)> then) {
    impl_->deliver(Answered{std::move(then)});
}

void ShardLoop::Impl::deliver(Item item) {
    const std::lock_guard lock(mutex);
    inbox.push_back(std::move(item));
    if (std::exchange(woken, true)) return;
    asio::post(context, [this] { empty_inbox(); });
}

void ShardLoop::Impl::empty_inbox() {
    std::vector<Item> items;
    {
        const std::lock_guard lock(mutex);
        items.swap(inbox);
        woken = false;
    }
    for (Item& item : items) {
        const Now at = now();
        if (auto* mail = std::get_if<std::vector<Mail>>(&item)) {
            shard->on_mail(at, std::move(*mail));
        } else if (auto* committed = std::get_if<Committed>(&item)) {
            shard->on_committed(at, std::move(committed->section));
        } else if (auto* answered = std::get_if<Answered>(&item)) {
            shard->on_answer(at, answered->then);
        } else if (auto* task = std::get_if<Task>(&item)) {
            task->run(*shard, at);
        }
    }
    want_turn();
}

/// One turn for everything that is ready now: handlers already queued run before it.
void ShardLoop::Impl::want_turn() {
    if (std::exchange(turn_wanted, true)) return;
    asio::post(context, [this] { turn(); });
}

void ShardLoop::Impl::turn() {
    turn_wanted = false;
    shard->turn(now());
    make_connections();
    shard->take_touched_links(touched);
    for (const std::uint32_t link : touched)
        connections[link]->serve();
    arm_timer();
}

void ShardLoop::Impl::arm_timer() {
    const auto deadline = shard->next_deadline();
    if (!deadline || (armed && armed_for <= *deadline)) return;
    armed = true;
    armed_for = *deadline;
    // The engine's Instant counts from the same start as steady_clock.
    timer.expires_at(asio::steady_timer::time_point(
        std::chrono::duration_cast<asio::steady_timer::duration>(deadline->time_since_epoch())));
    timer.async_wait([this](boost::system::error_code error) {
        if (error) return;
        armed = false;
        shard->on_deadline(now());
        want_turn();
    });
}

}  // namespace parley::io
