#pragma once
// Method and path to handler. Driven by the HTTP server; knows no socket and no storage. Unknown
// paths get 404, known ones with another method 405 and Allow.

#include "engine/api/exchange.h"
#include "metrics/registry.h"

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace parley::api {

struct Call {
    const Request& request;
    std::string_view query;                 // behind the '?'
    std::array<std::string, 2> parameters;  // what stood for "{}" in the pattern, decoded
};
using Handler = std::function<void(const Call&, Respond)>;

class Router {
public:
    /// clock: what the time is, for the durations; none: they are not measured.
    explicit Router(const metrics::Scope& scope = {}, std::function<Instant()> clock = {});
    ~Router();
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    /// pattern: "/v1/messages/{}". A GET handler answers HEAD as well; the server drops the body.
    void add(Method method, std::string_view pattern, Handler handler);
    void handle(const Request& request, Respond respond) const;
    /// "GET /v1/messages/{}", in the order in which they were added.
    std::vector<std::string> list() const;

private:
    class Tally;
    struct Route {
        Method method;
        std::vector<std::string> segments;  // "{}" matches any one that is not empty
        Handler handler;
        std::shared_ptr<Tally> tally;
    };
    bool matches(const Route& route, std::string_view path, Call& call) const;
    void refuse(std::string_view path, const Call& call, const Respond& respond) const;

    metrics::Scope scope_;
    std::function<Instant()> clock_;
    std::vector<Route> routes_;
    std::shared_ptr<Tally> unrouted_;
};

}  // namespace parley::api
