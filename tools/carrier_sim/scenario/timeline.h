#pragma once
// Does what a scenario says when its time comes, and undoes what lasts. Fed with the time by its
// driver, like the carriers that it gives orders to; after run() they want to be served.

#include "tools/carrier_sim/behaviour.h"
#include "tools/carrier_sim/scenario/scenario.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parley::carrier_sim {

/// One carrier as a timeline meets it. Both outlive the timeline.
struct Stage {
    std::string id;
    CarrierSim* carrier = nullptr;
    MoBursts* bursts = nullptr;
};

class Timeline {
public:
    Timeline(Scenario scenario, std::vector<Stage> stages, Instant start);

    /// All that is due.
    void run(Now now);
    std::optional<Instant> next_deadline() const;
    /// Something that the file does not say; on: ids of carriers, empty for all.
    void give(Now now, const Order& order, const std::vector<std::string>& on);
    /// The scenario has an end, and it has come (at_end: repeat never gets there).
    bool is_over() const { return over_; }
    const Scenario& scenario() const { return scenario_; }
    Duration elapsed(Now now) const { return now.at - start_; }
    /// "30s carrier: throttle to 50/s for 20s", for each thing done since the last call.
    std::vector<std::string> take_told() { return std::exchange(told_, {}); }

private:
    struct Entry {
        enum class Kind : std::uint8_t { step, undo, end };
        Kind kind = Kind::step;
        std::size_t step = 0;    // place in the timeline
        std::uint32_t turn = 0;  // of a step that repeats
        std::size_t stage = 0;   // of an undo
        Deed deed{};
        std::string words{};
    };

    void plan();
    void do_step(Now now, const Entry& entry);
    void give_to(Now now, std::size_t stage, const Order& order);
    void end(Now now);
    void put(Instant when, Entry entry);
    void tell(Now now, const std::string& who, const std::string& what);

    Scenario scenario_;
    std::vector<Stage> stages_;
    Instant start_;
    std::map<std::pair<Instant, std::uint64_t>, Entry> agenda_;
    std::uint64_t serial_ = 0;
    bool over_ = false;
    std::vector<std::string> told_;
};

}  // namespace parley::carrier_sim
