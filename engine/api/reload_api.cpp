// Operators have the configuration read again, or ask what that would do.

#include "engine/api/problem.h"
#include "engine/api/rest_api.h"
#include "engine/api/views.h"
#include "protocol/http/query.h"

namespace parley::api {

namespace {

Response answer(const ReloadView& view) {
    if (view.refused) {
        ProblemDetail problem{.detail = "Nothing has changed: see complaints"};
        for (const config::Complaint& complaint : view.complaints)
            problem.complaints.push_back(config::to_text(complaint));
        return problem_response(Problem::invalid_configuration, problem);
    }
    Response response;
    http::JsonWriter json(response.body);
    write_reload(json, view);
    return response;
}

}  // namespace

void RestApi::post_reload(const Call& call, const CallerPtr& caller, Respond respond) {
    if (!caller->is_operator) {
        return respond(problem_response(
            Problem::operators_only,
            {.detail = "The account " + caller->account +
                       " is not an operator's: the configuration is everybody's"}));
    }
    ProblemDetail problem;
    http::Query query(call.query, problem.errors);
    const std::string dry_run = query.text("dry_run").value_or("false");
    if (dry_run != "true" && dry_run != "false") query.refuse("dry_run", dry_run, "true or false");
    if (!query.finish()) {
        problem.detail = "The query is not valid: see errors";
        return respond(problem_response(Problem::invalid_request, problem));
    }
    backend_.reload(dry_run == "true", [respond = std::move(respond)](const ReloadView& view) {
        respond(answer(view));
    });
}

}  // namespace parley::api
