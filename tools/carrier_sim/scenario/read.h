#pragma once
// A scenario file in, a Scenario out, or everything that is wrong with it at once, each with file,
// line and column.

#include "config/load.h"
#include "tools/carrier_sim/scenario/scenario.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::carrier_sim {

struct LoadedScenario {
    std::optional<Scenario> scenario;           // exactly when there are no complaints
    std::vector<config::Complaint> complaints;  // in order of the file
};

LoadedScenario read_scenario(const std::string& text, const std::string& file);
/// A ready scenario by its name, or the path of a file.
LoadedScenario load_scenario(const std::string& name_or_path);

/// The page docs/reference/scenarios.md; a test compares.
std::string scenario_reference_markdown();

}  // namespace parley::carrier_sim
