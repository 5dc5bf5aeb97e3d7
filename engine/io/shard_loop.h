#pragma once
// Gives one shard a thread, a clock, a timer, an inbox and its links' sockets. Decides nothing.

#include "engine/io/open_door.h"
#include "engine/io/storage_thread.h"
#include "engine/ports.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

namespace parley::io {

class ShardLoop : public Ports {
public:
    ShardLoop(std::uint32_t index, StorageThread& storage);
    ~ShardLoop() override;

    /// All loops, this one included, by index: where post() delivers.
    void connect(std::vector<ShardLoop*> loops);
    /// The shard must outlive the loop's thread.
    void drive(Driven& shard);
    /// Where carriers send their outbind. Text: why not, with the setting's name.
    std::optional<std::string> listen();
    /// The same once more, on the shard's thread: where the shard now wants to be reached. What
    /// cannot be opened is told to the log.
    void open_doors();
    /// On the shard's thread: opened beforehand, for the next open_doors().
    void take_doors(OpenDoors doors);
    boost::asio::io_context& context();
    static Now now();

    /// Runs until stop(). To be called on the shard's own thread.
    void run();
    void stop();
    /// Has `task` run on the shard's thread, followed by a turn. From any thread.
    void enqueue(std::function<void(Driven&, Now)> task);

    // Ports
    void post(std::uint32_t shard, std::vector<Mail> mail) override;
    void offer(std::unique_ptr<storage::Section> section) override;
    std::unique_ptr<storage::Section> recall() override;
    void query(std::function<void(storage::Store&)> ask, std::function<void(Now)> then) override;
    void wake() override;
    void log(Severity severity, std::string_view event, std::string_view detail) override;

    // From the storage thread.
    void committed(std::unique_ptr<storage::Section> section);
    void answered(std::function<void(Now)> then);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::io
