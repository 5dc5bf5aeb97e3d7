#pragma once
// A request in, a response out: what the router, the handlers and the server pass to each other.

#include "engine/api/backend.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace parley::api {

enum class Method : std::uint8_t { get, head, post, put, patch, del, other };
/// "GET" …; what we do not know is other.
Method method_of(std::string_view name);
std::string_view name(Method method);

/// Views live until the handler returns; what it needs later it copies.
struct Request {
    Method method = Method::get;
    std::string_view target;  // path and query, as sent
    std::string_view authorization;
    std::string_view content_type;
    std::string_view last_event_id;
    std::string_view body;
};

using Deliver = std::function<void(const StreamEvent&)>;
/// Starts a stream of events; it ends when the handle is destroyed.
using Subscribe = std::function<std::shared_ptr<void>(Deliver)>;

struct Response {
    unsigned status = 200;
    std::string_view content_type = "application/json";  // a literal
    std::string headers;                                 // further lines, each with its \r\n
    std::string body;
    Subscribe subscribe;  // set: the body is an endless event stream instead
};

/// Called exactly once, on the shard's thread, at once or later.
using Respond = std::function<void(Response)>;

}  // namespace parley::api
