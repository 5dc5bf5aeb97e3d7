#pragma once
// What parley-sim is asked to do on its command line.

#include "tools/carrier_sim/settings.h"
#include "tools/support/socket.h"

#include <cstdint>
#include <optional>

namespace parley::carrier_sim {

struct Options {
    tools::Endpoint listen{"127.0.0.1", 2775};
    tools::Endpoint control{"127.0.0.1", 2780};
    std::uint64_t seed = 1;
    Settings settings;
};

/// Empty when only the help was wanted (and printed). Throws tools::UsageError or SettingError.
std::optional<Options> read_options(int argc, const char* const* argv);

}  // namespace parley::carrier_sim
