#pragma once
// Every problem that the API can answer with: its HTTP status, its code and its title, once.

#include "engine/api/backend.h"
#include "engine/api/exchange.h"
#include "protocol/http/rest_json.h"

#include <string>
#include <string_view>
#include <vector>

namespace parley::api {

struct ProblemEntry {
    unsigned status;
    std::string_view code;
    std::string_view title;
};
const ProblemEntry& entry_of(Problem problem);

/// What a refusal says beyond its kind.
struct ProblemDetail {
    std::string detail;
    std::uint32_t retry_after_s = 0;  // 0: what the kind of problem suggests
    std::string newest;               // conversation_moved
    std::string_view message_status;  // wrong_status
    http::FieldErrors errors;
    std::vector<std::string> complaints{};  // invalid_configuration
};

/// The seconds for Retry-After; 0 when waiting does not help.
std::uint32_t retry_after_s(Problem problem, std::uint32_t suggested_s);
void write_problem(http::JsonWriter& json, Problem problem, const ProblemDetail& detail);
Response problem_response(Problem problem, const ProblemDetail& detail);
/// What the server says to octets that never became a request: 400, 408, 413, 431 or 503.
Response transport_refusal(unsigned status, std::string_view detail);

}  // namespace parley::api
