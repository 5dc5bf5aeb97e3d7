#pragma once
// What is wrong with the TLVs that a configuration asks for: names that no dialect has, values that
// do not fit. For config::load(), which knows nothing of the protocol.

#include "config/check.h"

#include <vector>

namespace parley::carrier {

/// Requires a configuration that is right otherwise.
std::vector<config::Contradiction> contradictions(const config::Config& config);

}  // namespace parley::carrier
