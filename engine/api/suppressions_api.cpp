// Recorded opt-outs of the caller's brand. A brand that scopes them by sender has one record per
// sender; the caller names a number and means all of them.

#include "engine/api/gather.h"
#include "engine/api/problem.h"
#include "engine/api/rest_api.h"
#include "engine/api/views.h"
#include "protocol/http/query.h"

#include <algorithm>

namespace parley::api {

namespace {

using Found = std::vector<std::optional<storage::Suppression>>;

constexpr std::size_t page_default = 100;
constexpr std::size_t page_max = 1'000;

/// "+" and 5 to 15 digits; the plus may be missing. Empty otherwise.
std::optional<std::string> parse_number(std::string_view text) {
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    const bool digits =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || text.size() < 5 || text.size() > 15 || text.front() == '0') return {};
    return "+" + std::string(text);
}

constexpr std::string_view number_expected = "a number in E.164 form, such as +15550001000";

std::optional<std::string> number_in_path(const Call& call, const Respond& respond) {
    auto number = parse_number(call.parameters[0]);
    if (number) return number;
    ProblemDetail problem{.detail = "The number in the path is not valid"};
    problem.errors.push_back({http::FieldError::Where::path, "number",
                              http::shortened(call.parameters[0]), std::string(number_expected)});
    respond(problem_response(Problem::invalid_request, problem));
    return {};
}

void find_all(Backend& backend, const CallerPtr& caller, const std::string& number,
              std::function<void(Found)> done) {
    gather<std::optional<storage::Suppression>>(
        caller->suppression_scopes.size(),
        [&](std::size_t i, auto answer) {
            backend.find_suppression(caller->suppression_scopes[i], number, std::move(answer));
        },
        std::move(done));
}

bool any_of(const Found& found) {
    return std::any_of(found.begin(), found.end(), [](const auto& one) { return one.has_value(); });
}

Response show(const std::string& number, const Found& found, unsigned status) {
    Response response;
    response.status = status;
    http::JsonWriter json(response.body);
    json.begin_object();
    json.text("number", number);
    json.key("suppressions");
    json.begin_array();
    for (const auto& suppression : found)
        if (suppression) write_suppression(json, *suppression);
    json.end_array();
    json.end_object();
    return response;
}

Problem first_problem(const std::vector<Problem>& answers) {
    const auto bad = std::find_if(answers.begin(), answers.end(),
                                  [](Problem problem) { return problem != Problem::none; });
    return bad == answers.end() ? Problem::none : *bad;
}

/// Records what is missing and leaves what is there: a contact's own STOP is better evidence.
void suppress_missing(Backend& backend, const CallerPtr& caller, const std::string& number,
                      const std::string& note, Found found, const Respond& respond) {
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (found[i]) continue;
        missing.push_back(i);
        found[i] = storage::Suppression{caller->suppression_scopes[i],
                                        number,
                                        "api",
                                        note,
                                        "account:" + caller->account,
                                        backend.now().wall};
    }
    const unsigned status = missing.empty() ? 200 : 201;
    gather<Problem>(
        missing.size(),
        [&](std::size_t i, auto answer) {
            backend.suppress(*found[missing[i]], std::move(answer));
        },
        [number, found, status, respond](const std::vector<Problem>& answers) {
            const auto problem = first_problem(answers);
            if (problem != Problem::none)
                return respond(problem_response(
                    problem, {.detail = "Nothing was recorded for certain; repeat the request"}));
            respond(show(number, found, status));
        });
}

void restore_found(Backend& backend, const std::string& number, const Found& found,
                   const Respond& respond) {
    std::vector<std::string> scopes;
    for (const auto& suppression : found)
        if (suppression) scopes.push_back(suppression->scope);
    gather<Problem>(
        scopes.size(),
        [&](std::size_t i, auto answer) { backend.restore(scopes[i], number, std::move(answer)); },
        [respond](const std::vector<Problem>& answers) {
            const auto problem = first_problem(answers);
            if (problem != Problem::none)
                return respond(problem_response(
                    problem, {.detail = "The suppression may still stand; repeat the request"}));
            Response response;
            response.status = 204;
            response.content_type = {};
            respond(std::move(response));
        });
}

/// Merges the scopes' lists by number and never parts the records of one number.
Response list_response(std::vector<std::vector<storage::Suppression>> lists, std::size_t limit) {
    std::vector<storage::Suppression> all;
    for (auto& list : lists)
        std::move(list.begin(), list.end(), std::back_inserter(all));
    std::stable_sort(all.begin(), all.end(), [](const auto& left, const auto& right) {
        return left.contact < right.contact;
    });
    std::size_t end = std::min(limit, all.size());
    while (end > 0 && end < all.size() && all[end].contact == all[end - 1].contact)
        ++end;
    Response response;
    http::JsonWriter json(response.body);
    json.begin_object();
    json.key("suppressions");
    json.begin_array();
    for (std::size_t i = 0; i < end; ++i)
        write_suppression(json, all[i]);
    json.end_array();
    if (end < all.size()) json.text("next", all[end - 1].contact);
    json.end_object();
    return response;
}

}  // namespace

void RestApi::get_suppressions(const Call& call, const CallerPtr& caller, Respond respond) {
    ProblemDetail problem;
    http::Query query(call.query, problem.errors);
    const auto limit = query.number("limit", 1, page_max, page_default);
    std::string after;
    if (const auto given = query.text("after")) {
        const auto number = parse_number(*given);
        if (!number) query.refuse("after", *given, std::string(number_expected));
        after = number.value_or(std::string());
    }
    if (!query.finish()) {
        problem.detail = "The query is not valid: see errors";
        return respond(problem_response(Problem::invalid_request, problem));
    }
    gather<std::vector<storage::Suppression>>(
        caller->suppression_scopes.size(),
        [&](std::size_t i, auto answer) {
            // One more than asked for tells whether there is a next page.
            backend_.suppressions(caller->suppression_scopes[i], after, limit + 1,
                                  std::move(answer));
        },
        [limit, respond = std::move(respond)](auto lists) {
            respond(list_response(std::move(lists), limit));
        });
}

void RestApi::get_suppression(const Call& call, const CallerPtr& caller, Respond respond) {
    const auto number = number_in_path(call, respond);
    if (!number) return;
    find_all(backend_, caller, *number, [number = *number, respond](const Found& found) {
        if (!any_of(found))
            return respond(
                problem_response(Problem::not_found, {.detail = number + " is not suppressed"}));
        respond(show(number, found, 200));
    });
}

void RestApi::put_suppression(const Call& call, const CallerPtr& caller, Respond respond) {
    const auto number = number_in_path(call, respond);
    if (!number) return;
    http::SuppressionBody body;
    if (!call.request.body.empty()) {
        if (!read_json(call, 1, respond)) return;
        ProblemDetail problem;
        if (reader_.is_array()) {
            problem.detail = "The body is an array: expected one object";
        } else if (!read_body(reader_.item(0), "", body, problem.errors)) {
            problem.detail = "The suppression is not valid: see errors";
        }
        if (!problem.detail.empty())
            return respond(problem_response(Problem::invalid_request, problem));
    }
    find_all(
        backend_, caller, *number,
        [&backend = backend_, caller, number = *number, note = body.note, respond](Found found) {
            suppress_missing(backend, caller, number, note, std::move(found), respond);
        });
}

void RestApi::delete_suppression(const Call& call, const CallerPtr& caller, Respond respond) {
    const auto number = number_in_path(call, respond);
    if (!number) return;
    find_all(backend_, caller, *number,
             [&backend = backend_, number = *number, respond](const Found& found) {
                 if (!any_of(found))
                     return respond(problem_response(Problem::not_found,
                                                     {.detail = number + " is not suppressed"}));
                 restore_found(backend, number, found, respond);
             });
}

}  // namespace parley::api
