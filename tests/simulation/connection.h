#pragma once
// One connection between the engine and a simulated carrier, and where a shard's wishes go. Only
// for the files of World.

#include "tests/simulation/world.h"

namespace parley::simulation {

struct World::Connection {
    Carrier* carrier = nullptr;
    std::uint32_t shard = 0;
    std::uint32_t link = 0;
    carrier_sim::SessionId session = 0;
    bool open = true;
    bool unheard = false;  // the carrier will not be told of its end
    Instant to_carrier{};  // when the last octets handed over arrive
    Instant to_engine{};
    Instant silent_until{};
    Instant stalled_until{};  // the socket takes nothing from the engine
    Wire wire;
};

/// What a shard asks of its world. Those of a dead engine are never called again.
class World::PortsOf : public Ports {
public:
    PortsOf(World& world, std::uint32_t shard) : world_(world), shard_(shard) {}

    void post(std::uint32_t to, std::vector<Mail> mail) override;
    void offer(std::unique_ptr<storage::Section> section) override;
    std::unique_ptr<storage::Section> recall() override;
    void query(std::function<void(storage::Store&)> ask, std::function<void(Now)> then) override;
    void wake() override { world_.want_turn(shard_); }
    void log(Severity severity, std::string_view event, std::string_view detail) override;

private:
    World& world_;
    std::uint32_t shard_;
};

}  // namespace parley::simulation
