#pragma once
// The files of tools/carrier_sim/scenarios, as the build found them: a part of the program, so that
// `parley-sim --scenario bad-day` works from anywhere.

#include <span>
#include <string_view>

namespace parley::carrier_sim {

struct ReadyScenario {
    std::string_view name;  // of the file, without .yaml
    std::string_view text;
};
/// In order of name.
std::span<const ReadyScenario> ready_scenarios();

}  // namespace parley::carrier_sim
