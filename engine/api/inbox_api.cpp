// Conversations for agents: list, read, reply, and the live stream.

#include "engine/api/access.h"
#include "engine/api/problem.h"
#include "engine/api/rest_api.h"
#include "engine/api/views.h"
#include "protocol/ensure.h"
#include "protocol/http/query.h"

namespace parley::api {

namespace {

constexpr std::size_t page_default = 50;
constexpr std::size_t page_max = 200;

struct Page {
    std::size_t limit = page_default;
    storage::MessageId before;
};

/// Empty, and answered, when the query is not one of ours.
std::optional<Page> read_page(const Call& call, const Respond& respond) {
    ProblemDetail problem;
    http::Query query(call.query, problem.errors);
    Page page;
    page.limit = query.number("limit", 1, page_max, page_default);
    if (const auto cursor = query.text("cursor")) {
        const auto before = parse_cursor(*cursor);
        if (!before) query.refuse("cursor", *cursor, "the 'next' of an earlier answer");
        page.before = before.value_or(storage::MessageId());
    }
    if (query.finish()) return page;
    problem.detail = "The query is not valid: see errors";
    respond(problem_response(Problem::invalid_request, problem));
    return {};
}

ProblemDetail no_conversation(const Call& call) {
    return {.detail = "No conversation " + http::shortened(call.parameters[0])};
}

Response thread_response(const Caller& caller, const ThreadView& view) {
    Response response;
    http::JsonWriter json(response.body);
    json.begin_object();
    json.key("messages");
    json.begin_array();
    for (const auto& message : view.messages)
        if (may_see(caller, message)) write_message(json, message);
    json.end_array();
    json.text("newest", storage::to_text(view.newest));
    if (view.more && !view.messages.empty()) json.text("next", cursor_of(view.messages.back().id));
    json.end_object();
    return response;
}

/// A conversation belongs to whoever owns its sender, or had a message in it before that changed.
bool may_enter(const Caller& caller, const ThreadView& view) {
    for (const auto& message : view.messages)
        if (caller.owns(message.sender()) || may_see(caller, message)) return true;
    return false;
}

struct Reply {
    SendRequest request;
    storage::ConversationId conversation;
};

/// False, and answered, when the body is not a reply.
bool read_reply(const http::JsonReader& reader, SendRequest& request, const Respond& respond) {
    ProblemDetail problem;
    http::ReplyBody body;
    if (reader.is_array()) {
        problem.detail = "The body is an array: expected one object";
    } else if (!read_body(reader.item(0), "", body, problem.errors)) {
        problem.detail = "The reply is not valid: see errors";
    } else if (!body.seen_up_to.empty()) {
        const auto seen = storage::parse_message_id(body.seen_up_to);
        if (!seen) {
            problem.detail = "The reply is not valid: see errors";
            problem.errors.push_back({http::FieldError::Where::body, "/seen_up_to",
                                      '"' + http::shortened(body.seen_up_to) + '"',
                                      "the 'newest' of the thread, such as msg_0000000000100000"});
        }
        request.seen_up_to = seen.value_or(storage::MessageId());
    }
    if (!problem.detail.empty()) {
        respond(problem_response(Problem::invalid_request, problem));
        return false;
    }
    request.text = std::move(body.text);
    request.client_ref = std::move(body.client_ref);
    request.replace_lookalikes = body.lookalikes == http::Lookalikes::replace;
    request.tlvs = std::move(body.tlvs);
    return true;
}

void answer_moved(Backend& backend, const storage::ConversationId& conversation, std::string detail,
                  const Respond& respond) {
    backend.thread(conversation, {}, 1, [detail = std::move(detail), respond](ThreadView view) {
        ProblemDetail problem{.detail = detail};
        problem.newest = storage::to_text(view.newest);
        respond(problem_response(Problem::conversation_moved, problem));
    });
}

void answer_reply(Backend& backend, const storage::ConversationId& conversation,
                  const std::string& client_ref, const SendOutcome& outcome,
                  const Respond& respond) {
    if (outcome.problem == Problem::conversation_moved)
        return answer_moved(backend, conversation, outcome.detail, respond);
    if (outcome.problem != Problem::none)
        return respond(problem_response(
            outcome.problem, {.detail = outcome.detail, .retry_after_s = outcome.retry_after_s}));
    Response response;
    response.status = 202;
    http::JsonWriter json(response.body);
    write_accepted(json, outcome, client_ref);
    respond(std::move(response));
}

void send_reply(Backend& backend, Reply reply, const Respond& respond) {
    const auto client_ref = reply.request.client_ref;
    std::vector<SendRequest> requests;
    requests.push_back(std::move(reply.request));
    backend.send(std::move(requests), [&backend, conversation = reply.conversation, client_ref,
                                       respond](const std::vector<SendOutcome>& outcomes) {
        ENSURE(outcomes.size() == 1);
        answer_reply(backend, conversation, client_ref, outcomes.front(), respond);
    });
}

}  // namespace

void RestApi::get_conversations(const Call& call, const CallerPtr& caller, Respond respond) {
    const auto page = read_page(call, respond);
    if (!page) return;
    backend_.conversations(caller->account, page->before, page->limit,
                           [respond = std::move(respond)](const ConversationsView& view) {
                               Response response;
                               http::JsonWriter json(response.body);
                               json.begin_object();
                               json.key("conversations");
                               json.begin_array();
                               for (const auto& conversation : view.conversations)
                                   write_conversation(json, conversation);
                               json.end_array();
                               if (view.more) json.text("next", cursor_of(view.more));
                               json.end_object();
                               respond(std::move(response));
                           });
}

void RestApi::get_thread(const Call& call, const CallerPtr& caller, Respond respond) {
    const auto page = read_page(call, respond);
    if (!page) return;
    const auto id = storage::parse_conversation_id(call.parameters[0]);
    if (!id) return respond(problem_response(Problem::not_found, no_conversation(call)));
    const bool first_page = !page->before;
    backend_.thread(*id, page->before, page->limit,
                    [caller, first_page, unknown = no_conversation(call),
                     respond = std::move(respond)](const ThreadView& view) {
                        // Behind the last page there is nothing, and that is no error.
                        const bool past_end = view.messages.empty() && !first_page;
                        if (!past_end && !may_enter(*caller, view))
                            return respond(problem_response(Problem::not_found, unknown));
                        respond(thread_response(*caller, view));
                    });
}

void RestApi::post_reply(const Call& call, const CallerPtr& caller, Respond respond) {
    const auto id = storage::parse_conversation_id(call.parameters[0]);
    if (!id) return respond(problem_response(Problem::not_found, no_conversation(call)));
    if (!read_json(call, 1, respond)) return;
    Reply reply{{}, *id};
    if (!read_reply(reader_, reply.request, respond)) return;
    // Who speaks with whom stands in the thread's messages; its id is only a hash of both.
    backend_.thread(
        *id, {}, 1,
        [&backend = backend_, caller, reply = std::move(reply), unknown = no_conversation(call),
         respond = std::move(respond)](const ThreadView& view) mutable {
            if (!may_enter(*caller, view))
                return respond(problem_response(Problem::not_found, unknown));
            const auto& newest = view.messages.front();
            reply.request.account = caller->account;
            reply.request.from = newest.sender();
            reply.request.to = newest.contact();
            send_reply(backend, std::move(reply), respond);
        });
}

void RestApi::get_stream(const Call& call, const CallerPtr& caller, Respond respond) {
    ProblemDetail problem;
    http::Query query(call.query, problem.errors);
    // For clients that cannot set the header on their first connection.
    auto last = query.text("last_event_id").value_or(std::string());
    if (!query.finish()) {
        problem.detail = "The query is not valid: see errors";
        return respond(problem_response(Problem::invalid_request, problem));
    }
    if (!call.request.last_event_id.empty()) last.assign(call.request.last_event_id);
    Response response;
    response.content_type = "text/event-stream";
    response.headers = "Cache-Control: no-store\r\nX-Accel-Buffering: no\r\n";
    response.subscribe = [this, caller, authorization = std::string(call.request.authorization),
                          last = std::move(last)](Deliver deliver) {
        return begin_stream({{}, authorization, caller, std::move(deliver)}, last);
    };
    respond(std::move(response));
}

std::shared_ptr<void> RestApi::begin_stream(Reader reader, const std::string& last) {
    if (!may_read_on(reader)) {  // a reload came between the question and this answer
        reader.deliver({.last = true});
        return nullptr;
    }
    auto handle = backend_.subscribe(reader.caller->account, last, reader.deliver);
    reader.handle = handle;
    if (readers_.size() >= 2 * readers_looked_at_ + 16) {
        std::erase_if(readers_, [](const Reader& each) { return each.handle.expired(); });
        readers_looked_at_ = readers_.size();
    }
    readers_.push_back(std::move(reader));
    return handle;
}

/// By the same key, as the same account of the same brand.
bool RestApi::may_read_on(const Reader& reader) {
    const CallerPtr now = keyring_.find(reader.authorization);
    return now && now->account == reader.caller->account && now->brand == reader.caller->brand;
}

void RestApi::set_keyring(Keyring keyring) {
    keyring_ = std::move(keyring);
    std::erase_if(readers_, [this](const Reader& each) {
        const auto there = each.handle.lock();
        if (there && may_read_on(each)) return false;
        if (there) each.deliver({.last = true});
        return true;
    });
    readers_looked_at_ = readers_.size();
}

}  // namespace parley::api
