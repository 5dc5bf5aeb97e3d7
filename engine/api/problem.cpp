#include "engine/api/problem.h"

#include "protocol/ensure.h"

#include <algorithm>
#include <array>

namespace parley::api {

namespace {

// In the order of Problem.
constexpr std::array<ProblemEntry, problems> entries = {{
    {200, "none", "No problem"},
    {400, "invalid_request", "The request is not valid"},
    {401, "unauthorized", "A valid API key is needed"},
    {404, "not_found", "There is no such thing"},
    {405, "method_not_allowed", "The method is not allowed here"},
    {409, "conversation_moved", "The conversation moved on"},
    {409, "wrong_status", "The message's status does not allow that"},
    {409, "not_changeable", "The message cannot be changed"},
    {413, "body_too_large", "The body is too large"},
    {415, "unsupported_media", "The body must be application/json"},
    {422, "invalid_sender", "The sender is not one of yours"},
    {422, "invalid_recipient", "The recipient is not a valid number"},
    {422, "text_too_long", "The text is too long"},
    {422, "invalid_tlv", "No carrier takes this parameter"},
    {422, "no_route", "No carrier serves this recipient"},
    {403, "suppressed", "The contact has opted out"},
    {403, "operators_only", "This is for operators"},
    {422, "invalid_configuration", "The configuration is wrong, and nothing has changed"},
    {429, "queue_full", "The queue is full"},
    {503, "storage_unavailable", "Nothing can be stored at the moment"},
    {503, "carrier_unavailable", "The carrier cannot be asked at the moment"},
    {504, "carrier_silent", "The carrier did not answer"},
    {503, "draining", "The engine is stopping"},
    {500, "internal", "Something went wrong in the engine"},
}};

constexpr std::array<ProblemEntry, 5> transport_entries = {{
    {400, "invalid_request", "The request is not valid"},
    {408, "request_timeout", "The request took too long to arrive"},
    {413, "body_too_large", "The body is too large"},
    {431, "header_too_large", "The header is too large"},
    {503, "overloaded", "There is too much to do at the moment"},
}};

constexpr std::string_view problem_type = "application/problem+json";

}  // namespace

const ProblemEntry& entry_of(Problem problem) {
    const auto index = static_cast<std::size_t>(problem);
    return index < entries.size() ? entries[index] : entries.back();
}

std::uint32_t retry_after_s(Problem problem, std::uint32_t suggested_s) {
    switch (problem) {
        case Problem::queue_full:
        case Problem::draining:
            return suggested_s > 0 ? suggested_s : 1;
        // A full disk is not emptied within a second.
        case Problem::storage_unavailable:
        case Problem::carrier_unavailable:
            return suggested_s > 0 ? suggested_s : 5;
        default:
            return suggested_s;
    }
}

void write_problem(http::JsonWriter& json, Problem problem, const ProblemDetail& detail) {
    const auto& entry = entry_of(problem);
    http::write_problem(json, {.status = entry.status,
                               .code = entry.code,
                               .title = entry.title,
                               .detail = detail.detail,
                               .retry_after_s = retry_after_s(problem, detail.retry_after_s),
                               .newest = detail.newest,
                               .message_status = detail.message_status,
                               .errors = detail.errors,
                               .complaints = detail.complaints});
}

Response problem_response(Problem problem, const ProblemDetail& detail) {
    Response response;
    response.status = entry_of(problem).status;
    response.content_type = problem_type;
    if (const auto wait_s = retry_after_s(problem, detail.retry_after_s); wait_s > 0)
        response.headers = "Retry-After: " + std::to_string(wait_s) + "\r\n";
    if (problem == Problem::unauthorized)
        response.headers = "WWW-Authenticate: Bearer realm=\"parley\"\r\n";
    http::JsonWriter json(response.body);
    write_problem(json, problem, detail);
    return response;
}

Response transport_refusal(unsigned status, std::string_view detail) {
    const auto* entry = std::find_if(transport_entries.begin(), transport_entries.end(),
                                     [&](const auto& one) { return one.status == status; });
    ENSURE(entry != transport_entries.end());
    Response response;
    response.status = status;
    response.content_type = problem_type;
    if (status == 503) response.headers = "Retry-After: 1\r\n";
    http::JsonWriter json(response.body);
    http::write_problem(json, {.status = status,
                               .code = entry->code,
                               .title = entry->title,
                               .detail = detail,
                               .retry_after_s = status == 503 ? 1U : 0U});
    return response;
}

}  // namespace parley::api
