#pragma once
// One JSON object per line on standard error, from any thread.

#include "engine/ports.h"

#include <string_view>

namespace parley::io {

/// {"at":"2026-11-23T10:00:00.000Z","level":"info","event":"link_bound","detail":"acme-1"}
void write_log(Severity severity, std::string_view event, std::string_view detail);

}  // namespace parley::io
