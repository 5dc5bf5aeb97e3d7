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
    explicit Engine(config::Config config);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Opens the store, recovers, listens, starts the threads. Text: why not, for the operator.
    std::optional<std::string> start();
    /// No new messages; answers what is in flight, unbinds, commits, joins. At most drain_limit and
    /// a little.
    void stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley
