#include "engine/api/rest_api.h"

#include "engine/api/problem.h"
#include "protocol/http/rest_json.h"

namespace parley::api {

namespace {

/// "application/json", with or without parameters; nothing at all is taken as JSON too.
bool is_json(std::string_view content_type) {
    constexpr std::string_view json = "application/json";
    if (content_type.empty()) return true;
    if (content_type.size() < json.size()) return false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = content_type[i];
        if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != json[i]) return false;
    }
    const auto rest = content_type.substr(json.size());
    return rest.empty() || rest.front() == ';' || rest.front() == ' ';
}

}  // namespace

RestApi::RestApi(Backend& backend, Keyring keyring)
    : backend_(backend), keyring_(std::move(keyring)) {}

void RestApi::mount(Router& router) {
    // The hot one first: the router tries them in this order.
    add(router, Method::post, "/v1/messages", &RestApi::post_messages);
    add(router, Method::get, "/v1/messages/{}", &RestApi::get_message);
    add(router, Method::patch, "/v1/messages/{}", &RestApi::patch_message);
    add(router, Method::del, "/v1/messages/{}", &RestApi::delete_message);
    add(router, Method::post, "/v1/messages/{}/resend", &RestApi::post_resend);
    add(router, Method::get, "/v1/dead-letters", &RestApi::get_dead_letters);
    add(router, Method::get, "/v1/uncertain", &RestApi::get_uncertain);
    add(router, Method::get, "/v1/queue", &RestApi::get_queue);
    add(router, Method::get, "/v1/receipts/unmatched", &RestApi::get_unmatched_receipts);
    add(router, Method::get, "/v1/routes/explain", &RestApi::get_explanation);
    add(router, Method::get, "/v1/links/{}/capture", &RestApi::get_capture);
    add(router, Method::put, "/v1/links/{}/capture", &RestApi::put_capture);
    add(router, Method::del, "/v1/links/{}/capture", &RestApi::delete_capture);
    add(router, Method::get, "/v1/conversations", &RestApi::get_conversations);
    add(router, Method::get, "/v1/conversations/{}/messages", &RestApi::get_thread);
    add(router, Method::post, "/v1/conversations/{}/messages", &RestApi::post_reply);
    add(router, Method::get, "/v1/suppressions", &RestApi::get_suppressions);
    add(router, Method::get, "/v1/suppressions/{}", &RestApi::get_suppression);
    add(router, Method::put, "/v1/suppressions/{}", &RestApi::put_suppression);
    add(router, Method::del, "/v1/suppressions/{}", &RestApi::delete_suppression);
    add(router, Method::get, "/v1/links", &RestApi::get_links);
    add(router, Method::post, "/v1/config/reload", &RestApi::post_reload);
    add(router, Method::get, "/v1/stream", &RestApi::get_stream);
    add_open(router, Method::get, "/healthz", &RestApi::get_health);
    add_open(router, Method::get, "/readyz", &RestApi::get_readiness);
    add_open(router, Method::get, "/metrics", &RestApi::get_metrics);
}

void RestApi::add(Router& router, Method method, std::string_view pattern, CallerHandler handler) {
    router.add(method, pattern, [this, handler](const Call& call, Respond respond) {
        const auto caller = keyring_.find(call.request.authorization);
        if (caller) return (this->*handler)(call, caller, std::move(respond));
        const auto* detail = call.request.authorization.empty()
                                 ? "Send the header 'Authorization: Bearer <API key>'"
                                 : "The Authorization header holds no API key that is known here";
        respond(problem_response(Problem::unauthorized, {.detail = detail}));
    });
}

void RestApi::add_open(Router& router, Method method, std::string_view pattern,
                       OpenHandler handler) {
    router.add(method, pattern, [this, handler](const Call& call, Respond respond) {
        (this->*handler)(call, std::move(respond));
    });
}

bool RestApi::read_json(const Call& call, std::size_t items_max, const Respond& respond) {
    if (!is_json(call.request.content_type)) {
        const auto given = http::shortened(call.request.content_type);
        respond(problem_response(Problem::unsupported_media,
                                 {.detail = "Content-Type is '" + given + "'"}));
        return false;
    }
    if (!reader_.read(call.request.body, items_max)) {
        respond(problem_response(Problem::invalid_request,
                                 {.detail = "The body is not valid JSON: " + reader_.error()}));
        return false;
    }
    return true;
}

}  // namespace parley::api
