#pragma once
// The native REST API under /v1, with /healthz, /readyz and /metrics. Turns requests into calls on
// the Backend and its answers into responses. One per shard; holds no state of its own but the
// keyring, who reads the stream, and the JSON reader's memory.

#include "engine/api/auth.h"
#include "engine/api/backend.h"
#include "engine/api/router.h"
#include "protocol/http/json_reader.h"

#include <memory>
#include <string>
#include <vector>

namespace parley::api {

class RestApi {
public:
    /// The backend outlives the API; both outlive every answer that the backend still owes.
    RestApi(Backend& backend, Keyring keyring);
    RestApi(const RestApi&) = delete;
    RestApi& operator=(const RestApi&) = delete;

    /// Requires that the API outlives the router's last request.
    void mount(Router& router);

    /// A configuration was reloaded. Streams end whose key is nobody's now, or somebody else's.
    void set_keyring(Keyring keyring);

private:
    using CallerHandler = void (RestApi::*)(const Call&, const CallerPtr&, Respond);
    using OpenHandler = void (RestApi::*)(const Call&, Respond);
    /// Runs the handler for callers with a valid key; 401 for others.
    void add(Router& router, Method method, std::string_view pattern, CallerHandler handler);
    void add_open(Router& router, Method method, std::string_view pattern, OpenHandler handler);
    /// False, and answered, when the body is not JSON of ours.
    bool read_json(const Call& call, std::size_t items_max, const Respond& respond);

    // messages_api.cpp
    void post_messages(const Call& call, const CallerPtr& caller, Respond respond);
    void get_message(const Call& call, const CallerPtr& caller, Respond respond);
    void patch_message(const Call& call, const CallerPtr& caller, Respond respond);
    void delete_message(const Call& call, const CallerPtr& caller, Respond respond);
    void post_resend(const Call& call, const CallerPtr& caller, Respond respond);
    /// Goes on with the message that the path names, if the caller may see it; 404 otherwise.
    void with_message(const Call& call, const CallerPtr& caller, Respond respond,
                      std::function<void(const storage::Message&, Respond)> then);
    // inbox_api.cpp
    void get_conversations(const Call& call, const CallerPtr& caller, Respond respond);
    void get_thread(const Call& call, const CallerPtr& caller, Respond respond);
    void post_reply(const Call& call, const CallerPtr& caller, Respond respond);
    void get_stream(const Call& call, const CallerPtr& caller, Respond respond);
    // suppressions_api.cpp
    void get_suppressions(const Call& call, const CallerPtr& caller, Respond respond);
    void get_suppression(const Call& call, const CallerPtr& caller, Respond respond);
    void put_suppression(const Call& call, const CallerPtr& caller, Respond respond);
    void delete_suppression(const Call& call, const CallerPtr& caller, Respond respond);
    // operator_api.cpp
    void get_dead_letters(const Call& call, const CallerPtr& caller, Respond respond);
    void get_uncertain(const Call& call, const CallerPtr& caller, Respond respond);
    void get_unmatched_receipts(const Call& call, const CallerPtr& caller, Respond respond);
    void get_queue(const Call& call, const CallerPtr& caller, Respond respond);
    void get_explanation(const Call& call, const CallerPtr& caller, Respond respond);
    void put_capture(const Call& call, const CallerPtr& caller, Respond respond);
    void delete_capture(const Call& call, const CallerPtr& caller, Respond respond);
    void get_capture(const Call& call, const CallerPtr& caller, Respond respond);
    void change_capture(const Call& call, const Caller& caller, bool on, Respond respond);
    // reload_api.cpp
    void post_reload(const Call& call, const CallerPtr& caller, Respond respond);
    // system_api.cpp
    void get_links(const Call& call, const CallerPtr& caller, Respond respond);
    void get_health(const Call& call, Respond respond);
    void get_readiness(const Call& call, Respond respond);
    void get_metrics(const Call& call, Respond respond);

    /// A stream that somebody reads, as long as its handle lives.
    struct Reader {
        std::weak_ptr<void> handle;
        std::string authorization;
        CallerPtr caller;
        Deliver deliver;
    };
    std::shared_ptr<void> begin_stream(Reader reader, const std::string& last);
    bool may_read_on(const Reader& reader);

    Backend& backend_;
    Keyring keyring_;
    http::JsonReader reader_;
    std::vector<Reader> readers_;  // may name some that have gone
    std::size_t readers_looked_at_ = 0;
};

}  // namespace parley::api
