#pragma once
// What a run of parley-load is asked to do, read from its command line.

#include "engine/session/esme_session.h"
#include "protocol/text/message_id.h"
#include "protocol/text/segments.h"
#include "tools/loadgen/arrivals.h"
#include "tools/loadgen/message_mix.h"
#include "tools/loadgen/slo.h"
#include "tools/support/socket.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parley::loadgen {

struct Target {
    bool smpp = false;
    bool tls = false;
    tools::Endpoint endpoint;
    std::string url;  // as a person writes it

    std::string text() const { return endpoint.text(); }
};

/// "smpp://host:port", "smpps://…", "http://host", "https://…" (ports 2775, 3550, 80 and 443 where
/// none is given); throws tools::UsageError.
Target read_target(std::string_view url);

struct SmppOptions {
    std::string system_id = "parley";
    std::string password;
    std::string system_type;
    session::BindType bind = session::BindType::transceiver;
    std::uint32_t sessions = 1;
    std::uint32_t receivers = 0;  // bound for receiving alone, beside the sessions
    std::uint32_t window = 100;
    text::Method method = text::Method::udh8;
    text::MessageIdForm receipt_ids;
    double bind_timeout_s = 10;
    double enquire_link_s = 30;
};

struct HttpOptions {
    std::string key;               // API key
    std::string message_class;     // empty: the server's default
    std::uint32_t array_size = 0;  // 0: one message a request, as a lone object
    std::uint32_t connections = 16;
    std::uint32_t pipeline = 1;  // requests in flight per connection
    bool retry = false;
    bool obey_retry_after = false;
    int stop_on_status = 0;  // 0: never
    std::string accepted_file;
    std::string unanswered_file;
};

enum class Live : std::uint8_t { automatic, view, lines, none };

struct Options {
    Target target;
    std::string ca_file;
    bool insecure = false;
    SmppOptions smpp;
    HttpOptions http;

    ArrivalPlan arrivals;
    double seconds = 0;          // 0: no limit
    std::uint64_t messages = 0;  // 0: no limit
    std::uint64_t first_marker = 0;
    MixPlan mix;

    bool receipts = false;
    double receipt_wait_s = 10;  // so long after the last answer
    bool reconnect = false;
    double answer_timeout_s = 30;
    double give_up_after_s = 60;  // so long without any connection

    std::vector<Objective> objectives;
    std::string title;
    std::string html_file;
    std::string json_file;
    Live live = Live::automatic;

    /// What was asked for, without secrets, for the report.
    std::vector<std::pair<std::string, std::string>> settings;
};

/// Empty when only the help or the version was wanted (and printed). Throws tools::UsageError.
std::optional<Options> read_options(int argc, const char* const* argv);

}  // namespace parley::loadgen
