#pragma once
// A configuration as YAML, every setting with its value, secrets masked: for logs and --check. What
// it prints can be read by people and compared; only the secrets keep it from being loaded again.

#include "config/config.h"

#include <string>

namespace parley::config {

std::string to_yaml(const Config& config);

}  // namespace parley::config
