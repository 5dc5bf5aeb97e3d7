#pragma once
// A carrier as this program runs it, beside its ports.

#include "tools/carrier_sim/behaviour.h"
#include "tools/carrier_sim/scenario/mo_bursts.h"

#include <memory>
#include <string>
#include <vector>

namespace parley::carrier_sim {

struct Running {
    Running(std::string name, Settings settings, Dice dice)
        : id(std::move(name)), carrier(std::move(settings), dice) {}

    std::string id;
    CarrierSim carrier;
    MoBursts bursts;
};
/// One at least, in order of the scenario.
using AllRunning = std::vector<std::unique_ptr<Running>>;

}  // namespace parley::carrier_sim
