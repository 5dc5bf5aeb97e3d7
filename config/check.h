#pragma once
// What one setting cannot know alone: ids that stand twice, names that nothing answers to, bounds
// that cross. Called by the loader after everything was read; knows settings by path, not by line.

#include "config/config.h"

#include <string>
#include <vector>

namespace parley::config {

struct Contradiction {
    std::string setting;  // "routes[0].carriers[1]"
    std::string text;
};

std::vector<Contradiction> check(const Config& config);

}  // namespace parley::config
