#pragma once
// What is wrong with a configuration that only the engine can tell: TLVs whose names no dialect has
// or whose values do not fit, patterns of routes that are no regular expressions. For
// config::load(), which knows neither.

#include "config/check.h"

#include <vector>

namespace parley::carrier {

/// Requires a configuration that is right otherwise.
std::vector<config::Contradiction> contradictions(const config::Config& config);

}  // namespace parley::carrier
