#pragma once
// What a scenario file says: carriers, how they behave, and what happens when. Plain values; read
// by read_scenario, run by Timeline.

#include "config/document.h"
#include "tools/carrier_sim/scenario/mo_bursts.h"
#include "tools/carrier_sim/settings.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace parley::carrier_sim {

// What can be done to a carrier. Those that `last` are undone when the step's time is over.
struct SetOne {
    std::string name;
    Settings value;  // of which only the named setting counts
};
struct RefuseSubmits {
    std::optional<smpp::Status> status;  // empty: accepts them again
};
struct RefuseBinds {
    std::optional<smpp::Status> status;
};
struct Freeze {
    bool on = true;
};
struct Listen {
    bool on = true;
};
struct CutConnections {};
struct HalfOpen {};  // every session that is there now
struct UnbindAll {};
struct Garbage {
    std::size_t octets = 16;
};
struct UnknownPdu {};  // whole, and of a command_id that nobody has
struct Outbind {
    std::string address;
};
struct SendMo {
    std::string text;
    std::string from;
    std::string to;
};

using Deed = std::variant<SetOne, RefuseSubmits, RefuseBinds, Freeze, Listen, CutConnections,
                          HalfOpen, UnbindAll, Garbage, UnknownPdu, Outbind, SendMo, MoBurst>;
/// What of a carrier a deed holds while it lasts: a setting's name, "binds" and so on. Empty: it
/// happens at once and leaves nothing to undo.
std::string held_by(const Deed& deed);

struct Order {
    Deed deed;
    Duration lasts{0};  // 0: until something else is said
    std::string words;  // as it was written
    config::Place place;
};

struct Step {
    Duration at{0};               // from the start
    Duration every{0};            // 0: once
    std::uint32_t times = 0;      // with every; 0: to the end of the scenario
    std::vector<std::string> on;  // ids of carriers; empty: all
    std::vector<Order> orders;
    config::Place place;
};

struct CarrierSpec {
    std::string id = "carrier";
    std::vector<std::string> listen;      // host:port each
    std::vector<std::string> tls_listen;  // as well
    std::string certificate;  // PEM files for tls_listen; empty: made at the start, self-signed
    std::string key;
    Settings behaviour;
};

enum class AtEnd : std::uint8_t { stay, repeat, exit };

struct Scenario {
    std::string name;
    std::string about;
    std::uint64_t seed = 1;
    Duration length{0};  // 0: until its last step is over
    AtEnd at_end = AtEnd::stay;
    std::vector<CarrierSpec> carriers;  // one at least
    std::vector<Step> timeline;         // in order of time
};

/// When the last of it is over; never, for a step that repeats without end.
std::optional<Duration> length_of(const Scenario& scenario);

}  // namespace parley::carrier_sim
