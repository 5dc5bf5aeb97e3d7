// Links, health and metrics: what operators and their machines ask.

#include "engine/api/rest_api.h"
#include "engine/api/views.h"

namespace parley::api {

void RestApi::get_links(const Call&, const CallerPtr&, Respond respond) {
    backend_.links([respond = std::move(respond)](const std::vector<LinkView>& links) {
        Response response;
        http::JsonWriter json(response.body);
        json.begin_object();
        json.key("links");
        json.begin_array();
        for (const auto& link : links)
            write_link(json, link);
        json.end_array();
        json.end_object();
        respond(std::move(response));
    });
}

void RestApi::get_health(const Call&, Respond respond) {
    // That this runs at all is the answer.
    Response response;
    response.body = R"({"status":"alive"})";
    respond(std::move(response));
}

void RestApi::get_readiness(const Call&, Respond respond) {
    const auto state = backend_.state();
    Response response;
    response.status = state.ready ? 200 : 503;
    http::JsonWriter json(response.body);
    json.begin_object();
    json.text("status", state.ready ? "ready" : "not_ready");
    json.key("reasons");
    json.begin_array();
    if (!state.reason.empty()) json.string(state.reason);
    if (state.draining && state.reason.empty()) json.string("draining");
    json.end_array();
    json.number("links_bound", state.links_bound);
    json.number("links_configured", state.links_configured);
    json.end_object();
    respond(std::move(response));
}

void RestApi::get_metrics(const Call&, Respond respond) {
    Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = backend_.metrics_text();
    respond(std::move(response));
}

}  // namespace parley::api
