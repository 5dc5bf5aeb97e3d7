#pragma once
// What a scenario may not say although each word of it is known: timelines that cannot happen,
// carriers that nobody has.

#include "tools/carrier_sim/scenario/fields.h"
#include "tools/carrier_sim/scenario/scenario.h"

namespace parley::carrier_sim {

/// root: the file that it came from, for places.
void check(const Reading& at, const Node& root, const Scenario& scenario);

}  // namespace parley::carrier_sim
