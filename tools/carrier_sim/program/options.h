#pragma once
// What parley-sim is asked to do on its command line.

#include "tools/carrier_sim/scenario/scenario.h"
#include "tools/support/socket.h"

#include <cstdint>
#include <optional>
#include <stdexcept>

namespace parley::carrier_sim {

struct Options {
    Scenario scenario;  // without --scenario: one kind carrier, and nothing happens
    tools::Endpoint control{"127.0.0.1", 2780};
    double speed = 1;
};

/// Empty when only something was to be printed (and was). Throws tools::UsageError, SettingError or
/// ScenarioError.
std::optional<Options> read_options(int argc, const char* const* argv);

/// All that is wrong with a scenario, a line each.
struct ScenarioError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace parley::carrier_sim
