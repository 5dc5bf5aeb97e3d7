#pragma once
// What a run of parley-load is asked to do, read from its command line.

#include "tools/loadgen/request_bytes.h"
#include "tools/support/socket.h"

#include <cstdint>
#include <optional>
#include <string>

namespace parley::loadgen {

struct Options {
    tools::Endpoint target{"127.0.0.1", 8080};
    MessageShape shape{.host = "", .key = "", .from = "+15550001000", .to_prefix = "+1556"};
    std::uint32_t array_size = 0;  // 0: one message a request, as a lone object
    std::uint32_t connections = 16;
    std::uint32_t pipeline = 1;  // requests in flight per connection
    double rate = 0;             // messages per second; 0: as fast as answers come
    double seconds = 0;          // 0: no limit
    std::uint64_t messages = 0;  // 0: no limit
    std::uint64_t first_marker = 0;
    bool reconnect = false;
    bool retry = false;
    bool obey_retry_after = false;
    int stop_on_status = 0;  // 0: never
    double answer_timeout_s = 30;
    double give_up_after_s = 60;  // so long without any connection
    std::string accepted_file;
    std::string unanswered_file;
};

/// Empty when only the help was wanted (and printed). Throws tools::UsageError.
std::optional<Options> read_options(int argc, const char* const* argv);

}  // namespace parley::loadgen
