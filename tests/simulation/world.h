#pragma once
// A whole engine, its carrier and its disk on one thread in virtual time. Everything that chance
// decides comes from one seed, so a failing run is a number that anybody can replay.

#include "engine/shard.h"
#include "tests/simulation/checkers.h"
#include "tests/simulation/plan.h"
#include "tools/carrier_sim/behaviour.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace parley::simulation {

class World {
public:
    explicit World(Plan plan);
    ~World();
    /// Throws Violation.
    void run();
    /// Folded from every octet and moment: equal for equal seeds.
    std::uint64_t trace() const { return trace_; }
    const Checkers& checkers() const { return checkers_; }
    const carrier_sim::Books& books() const { return carrier_.books(); }

private:
    struct Connection;
    class PortsOf;

    static constexpr std::uint32_t shard_count = 2;

    config::Config make_config() const;
    void at(Duration from_now, std::function<void()> what);
    void at_engine(Duration from_now, std::function<void()> what);  // forgotten by a crash
    void run_until(Instant end, const std::function<bool()>& enough);
    Now now() const { return now_; }
    Duration draw(Duration least, Duration most);

    void boot();
    void crash();
    void want_turn(std::uint32_t shard);
    void turn(std::uint32_t shard);
    void arm(std::uint32_t shard);
    void commit_later();
    void commit();
    void read_events(std::uint32_t shard);

    void serve(std::uint32_t shard, std::uint32_t link);
    void dial(std::uint32_t shard, std::uint32_t link);
    /// By value: the caller's may be the one in a map, and that one goes.
    void hang_up(std::shared_ptr<Connection> connection, bool tell_engine);
    void serve_carrier();
    void arm_carrier();
    Duration travel(Connection& connection, Instant& last);

    void make_traffic();
    void send_one(std::uint32_t number);
    void make_trouble();
    void look_at_the_end();
    std::string what_is_left() const;
    bool all_ended() const;

    Plan plan_;
    Dice dice_;
    Now now_;
    std::map<std::pair<Instant, std::uint64_t>, std::function<void()>> agenda_;
    std::uint64_t serial_ = 0;
    std::uint64_t boots_ = 0;
    std::uint64_t trace_ = 14695981039346656037ULL;

    config::Config config_;
    conversation::Directory directory_;
    carrier::Routes routes_;
    std::shared_ptr<storage::MemoryDisk> disk_;
    std::unique_ptr<storage::Store> store_;
    storage::SectionId next_section_ = 1;
    Commons commons_;
    std::vector<std::unique_ptr<PortsOf>> ports_;
    std::vector<std::unique_ptr<Shard>> shards_;
    std::vector<bool> turn_wanted_;
    std::vector<Instant> armed_;
    std::vector<std::uint64_t> read_up_to_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, Instant> mail_arrives_;
    struct Sealed {
        std::uint32_t shard;
        std::unique_ptr<storage::Section> section;
    };
    struct Question {
        std::uint32_t shard;
        std::function<void(storage::Store&)> ask;
        std::function<void(Now)> then;
    };
    std::vector<Sealed> sealed_;
    std::vector<Question> questions_;
    bool commit_due_ = false;

    carrier_sim::CarrierSim carrier_;
    Instant carrier_armed_ = Instant::max();
    std::map<carrier_sim::SessionId, std::shared_ptr<Connection>> connections_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::shared_ptr<Connection>> by_link_;
    bool trouble_ = true;
    Checkers checkers_;
};

}  // namespace parley::simulation
