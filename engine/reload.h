#pragma once
// The configuration file, read as parleyd reads it: at the start, for --check, and again while the
// engine runs. Knows which parts have a say in what is wrong; changes nothing.

#include "config/check.h"
#include "config/load.h"
#include "config/plan.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace parley {

/// With all that only OpenSSL, the carriers' dialects and the API's keys can judge.
config::Loaded load_checked(const std::string& file);

struct Reloaded {
    std::vector<config::Complaint> complaints;  // it is refused whole
    std::vector<config::Change> changes;        // what the file changes, restarts included
    /// What to go by from here on, exactly when there are no complaints: the file, but what needs a
    /// restart is as it runs.
    std::optional<config::Config> config;
};
/// try_out: what would come into force, for what only a try can tell; says what is wrong with it.
/// Asked only when all else is right; empty: nothing is tried.
Reloaded read_again(
    const config::Config& running, const std::string& file,
    const std::function<std::vector<config::Contradiction>(const config::Config&)>& try_out = {});

}  // namespace parley
