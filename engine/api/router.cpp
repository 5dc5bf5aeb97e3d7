#include "engine/api/router.h"

#include "engine/api/problem.h"
#include "protocol/http/query.h"

#include <algorithm>
#include <map>
#include <utility>

namespace parley::api {

namespace {

// 50 ms is where a caller begins to notice; a commit takes 0.1 to 10 ms.
const std::vector<double> answer_seconds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                         0.05,   0.1,   0.25,   0.5,   1,    5};

}  // namespace

Method method_of(std::string_view name) {
    if (name == "GET") return Method::get;
    if (name == "POST") return Method::post;
    if (name == "PUT") return Method::put;
    if (name == "PATCH") return Method::patch;
    if (name == "DELETE") return Method::del;
    if (name == "HEAD") return Method::head;
    return Method::other;
}

std::string_view name(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::head:
            return "HEAD";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::patch:
            return "PATCH";
        case Method::del:
            return "DELETE";
        default:
            return "other";
    }
}

/// Counts the answers of one route by status, and how long they took. Shared with answers that are
/// still to come.
class Router::Tally {
public:
    Tally(const metrics::Scope& scope, std::string_view route)
        : scope_(scope.with("route", std::string(route))),
          seconds_(scope_.histogram("http_request_duration_seconds", answer_seconds)) {}

    void count(unsigned status) {
        const auto known = by_status_.find(status);
        if (known != by_status_.end()) return known->second.add();
        const auto counter =
            scope_.with("code", std::to_string(status)).counter("http_requests_total");
        by_status_.emplace(status, counter).first->second.add();
    }

    void took(Duration duration) const {
        seconds_.observe(static_cast<double>(duration.count()) / 1e6);
    }

private:
    metrics::Scope scope_;
    metrics::Histogram seconds_;
    std::map<unsigned, metrics::Counter> by_status_;
};

Router::Router(const metrics::Scope& scope, std::function<Instant()> clock)
    : scope_(scope),
      clock_(std::move(clock)),
      unrouted_(std::make_shared<Tally>(scope, "unknown")) {}
Router::~Router() = default;

void Router::add(Method method, std::string_view pattern, Handler handler) {
    Route route{method, {}, std::move(handler), std::make_shared<Tally>(scope_, pattern)};
    pattern.remove_prefix(1);
    for (std::size_t end = 0; end != pattern.npos;) {
        end = pattern.find('/');
        route.segments.emplace_back(pattern.substr(0, end));
        if (end != pattern.npos) pattern.remove_prefix(end + 1);
    }
    routes_.push_back(std::move(route));
}

bool Router::matches(const Route& route, std::string_view path, Call& call) const {
    std::size_t parameter = 0;
    for (std::size_t i = 0; i < route.segments.size(); ++i) {
        if (path.empty() || path.front() != '/') return false;
        path.remove_prefix(1);
        const auto segment = path.substr(0, path.find('/'));
        path.remove_prefix(segment.size());
        if (route.segments[i] != "{}") {
            if (segment != route.segments[i]) return false;
            continue;
        }
        auto decoded = http::percent_decode(segment);
        if (!decoded || decoded->empty()) return false;
        call.parameters[parameter++] = std::move(*decoded);
    }
    return path.empty();
}

void Router::handle(const Request& request, Respond respond) const {
    const auto path = request.target.substr(0, request.target.find('?'));
    const auto query = request.target.substr(std::min(path.size() + 1, request.target.size()));
    const auto method = request.method == Method::head ? Method::get : request.method;
    Call call{request, query, {}};
    for (const auto& route : routes_) {
        if (route.method != method || !matches(route, path, call)) continue;
        // The clock is the server's, which outlives its answers.
        const auto* const clock = clock_ ? &clock_ : nullptr;
        const Instant begun = clock != nullptr ? (*clock)() : Instant{};
        route.handler(call, [tally = route.tally, clock, begun,
                             respond = std::move(respond)](Response response) {
            tally->count(response.status);
            if (clock != nullptr) tally->took((*clock)() - begun);
            respond(std::move(response));
        });
        return;
    }
    refuse(path, call, respond);
}

std::vector<std::string> Router::list() const {
    std::vector<std::string> lines;
    for (const auto& route : routes_) {
        auto& line = lines.emplace_back(std::string(name(route.method)) + " ");
        for (const auto& segment : route.segments)
            line.append("/").append(segment);
    }
    return lines;
}

void Router::refuse(std::string_view path, const Call& call, const Respond& respond) const {
    std::string allowed;
    Call scratch{call.request, {}, {}};
    for (const auto& route : routes_) {
        if (!matches(route, path, scratch)) continue;
        allowed.append(allowed.empty() ? "" : ", ").append(name(route.method));
        if (route.method == Method::get) allowed += ", HEAD";
    }
    const auto problem = allowed.empty() ? Problem::not_found : Problem::method_not_allowed;
    unrouted_->count(entry_of(problem).status);
    const auto shown = http::shortened(path);
    if (allowed.empty())
        return respond(problem_response(problem, {.detail = "No such path: " + shown}));
    auto response = problem_response(problem, {.detail = shown + " allows " + allowed});
    response.headers = "Allow: " + allowed + "\r\n";
    respond(std::move(response));
}

}  // namespace parley::api
