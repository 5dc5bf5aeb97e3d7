#pragma once
// A time drawn from a range; chance comes in as dice.

#include "tools/carrier_sim/settings.h"

namespace parley::carrier_sim {

/// min == max draws nothing, so that a setting that is not used changes no run.
Duration draw(Dice& dice, const DelayRange& range);

}  // namespace parley::carrier_sim
