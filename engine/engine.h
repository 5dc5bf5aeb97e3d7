#pragma once
// Builds every part and connects them: store, shards, loops, HTTP. Start, drain, stop. The only
// place that knows all.

#include "config/config.h"

#include <memory>
#include <optional>
#include <string>

namespace parley {

class Engine {
public:
    /// file: where the configuration came from, to be read again by reload(); empty: nowhere.
    explicit Engine(config::Config config, std::string file = {});
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Opens the store, recovers, listens, starts the threads. Text: why not, for the operator.
    std::optional<std::string> start();
    /// Has the file read again and takes over what it changes; the log tells what came of it. From
    /// any thread, while it runs.
    void reload();
    /// No new messages; answers what is in flight, unbinds, commits, joins. At most drain_limit and
    /// a little.
    void stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley
