// Messages: send, look at one, cancel one, send one again.

#include "engine/api/access.h"
#include "engine/api/problem.h"
#include "engine/api/rest_api.h"
#include "engine/api/views.h"
#include "protocol/ensure.h"
#include "protocol/http/rest_json.h"

#include <algorithm>

namespace parley::api {

namespace {

/// As far ahead as people plan, and well within the retention of a journal.
constexpr std::int64_t schedule_max_ms = std::int64_t{35} * 86'400'000;
constexpr std::size_t answer_octets_about = 192;

/// One element of the request: either handed to the engine or refused by us.
struct Entry {
    bool valid = false;
    std::string client_ref;
    http::FieldErrors errors;
};

storage::MessageClass class_of(http::SendClass send_class) {
    switch (send_class) {
        case http::SendClass::informational:
            return storage::MessageClass::informational;
        case http::SendClass::promotional:
            return storage::MessageClass::promotional;
        default:
            return storage::MessageClass::conversational;
    }
}

bool check_send_at(http::MessageBody& body, UnixMs now, const std::string& pointer,
                   http::FieldErrors& errors) {
    if (body.send_at_ms <= now) body.send_at_ms = 0;
    if (body.send_at_ms <= now + schedule_max_ms) return true;
    errors.push_back({http::FieldError::Where::body, pointer + "/send_at", "",
                      "a moment at most 35 days ahead"});
    return false;
}

SendRequest request_of(http::MessageBody&& body, const Caller& caller) {
    SendRequest request;
    request.account = caller.account;
    request.from = std::move(body.from);
    request.to = std::move(body.to);
    request.text = std::move(body.text);
    request.message_class = class_of(body.send_class);
    request.client_ref = std::move(body.client_ref);
    request.send_at = body.send_at_ms;
    request.validity_ms = body.validity_s * 1'000;
    request.replace_lookalikes = body.lookalikes == http::Lookalikes::replace;
    request.tlvs = std::move(body.tlvs);
    return request;
}

ProblemDetail invalid(http::FieldErrors errors) {
    ProblemDetail detail;
    const auto& first = errors.front();
    detail.detail = (first.name.empty() ? "The item" : first.name) + ": expected " + first.expected;
    if (!first.value.empty()) detail.detail += ", not " + first.value;
    detail.errors = std::move(errors);
    return detail;
}

ProblemDetail refused(const SendOutcome& outcome) {
    ProblemDetail detail;
    detail.detail = outcome.detail;
    detail.retry_after_s = outcome.retry_after_s;
    return detail;
}

Response answer_one(const Entry& entry, const SendOutcome& outcome) {
    if (outcome.problem != Problem::none)
        return problem_response(outcome.problem, refused(outcome));
    Response response;
    response.status = 202;
    response.body.reserve(answer_octets_about);
    http::JsonWriter json(response.body);
    write_accepted(json, outcome, entry.client_ref);
    return response;
}

/// Each result is the body that the item would have got alone. 202: all were accepted; 200: look.
Response answer_many(const std::vector<Entry>& entries, const std::vector<SendOutcome>& outcomes) {
    Response response;
    response.status = 202;
    response.body.reserve(entries.size() * answer_octets_about);
    std::uint32_t wait_s = 0;
    http::JsonWriter json(response.body);
    json.begin_object();
    json.key("results");
    json.begin_array();
    auto outcome = outcomes.begin();
    for (const auto& entry : entries) {
        if (entry.valid && outcome->problem == Problem::none) {
            write_accepted(json, *outcome++, entry.client_ref);
            continue;
        }
        response.status = 200;
        if (!entry.valid) {
            write_problem(json, Problem::invalid_request, invalid(entry.errors));
            continue;
        }
        write_problem(json, outcome->problem, refused(*outcome));
        wait_s = std::max(wait_s, retry_after_s(outcome->problem, outcome->retry_after_s));
        ++outcome;
    }
    json.end_array();
    json.end_object();
    if (wait_s > 0) response.headers = "Retry-After: " + std::to_string(wait_s) + "\r\n";
    return response;
}

Response message_response(const storage::Message& message, const Backend& backend) {
    Response response;
    http::JsonWriter json(response.body);
    write_whole_message(json, message, backend);
    return response;
}

Response wrong_status(const storage::Message& message, const std::string& detail) {
    ProblemDetail problem{.detail = detail};
    problem.message_status = storage::name(message.status);
    return problem_response(Problem::wrong_status, problem);
}

/// The message as it stands now, or why it does.
Response changed_response(const ChangeOutcome& outcome, const Backend& backend) {
    if (outcome.problem != Problem::none)
        return problem_response(outcome.problem, {.detail = outcome.detail});
    if (!outcome.message)
        return problem_response(Problem::not_found, {.detail = "The message is gone"});
    if (outcome.done) return message_response(*outcome.message, backend);
    const bool over = storage::is_final(outcome.message->status);
    return wrong_status(*outcome.message, over ? "It has ended"
                                          : outcome.detail.empty()
                                              ? "It has left, or a part of it has"
                                              : outcome.detail);
}

/// What the engine says for itself, such as the confirmation of an opt-out, is owed to a person: no
/// caller has sent it, and none can call it back.
bool is_callers(const storage::Message& message) {
    return message.message_class <= storage::MessageClass::promotional;
}

Response not_yours(const storage::Message& message) {
    return problem_response(
        Problem::not_changeable,
        {.detail = "It is the engine's own " + std::string(storage::name(message.message_class)) +
                   ", which the contact is owed"});
}

/// The same words to the same person, for as long as it was meant to be valid.
SendRequest again(const storage::Message& message) {
    SendRequest request;
    request.account = message.account;
    request.from = message.from;
    request.to = message.to;
    request.text = message.text;
    request.message_class = message.message_class;
    request.client_ref = message.client_ref;
    request.tlvs = message.tlvs;
    if (message.expires_at != 0)
        request.validity_ms = message.expires_at - std::max(message.accepted_at, message.send_at);
    request.resend_of = message.id;
    return request;
}

}  // namespace

void RestApi::post_messages(const Call& call, const CallerPtr& caller, Respond respond) {
    if (!read_json(call, http::items_max, respond)) return;
    if (reader_.size() == 0)
        return respond(
            problem_response(Problem::invalid_request,
                             {.detail = "The array is empty: expected 1 to 1,000 messages"}));
    const bool array = reader_.is_array();
    const auto now = backend_.now().wall;
    std::vector<Entry> entries(reader_.size());
    std::vector<SendRequest> requests;
    requests.reserve(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        auto& entry = entries[i];
        http::MessageBody body;
        const auto pointer = array ? "/" + std::to_string(i) : std::string();
        entry.valid = read_body(reader_.item(i), pointer, body, entry.errors) &&
                      check_send_at(body, now, pointer, entry.errors);
        if (!entry.valid) continue;
        entry.client_ref = body.client_ref;
        requests.push_back(request_of(std::move(body), *caller));
    }
    if (!array && requests.empty())
        return respond(
            problem_response(Problem::invalid_request, invalid(std::move(entries.front().errors))));
    if (requests.empty()) return respond(answer_many(entries, {}));
    const auto count = requests.size();
    backend_.send(std::move(requests),
                  [array, count, entries = std::move(entries),
                   respond = std::move(respond)](std::vector<SendOutcome> outcomes) {
                      ENSURE(outcomes.size() == count);
                      respond(array ? answer_many(entries, outcomes)
                                    : answer_one(entries.front(), outcomes.front()));
                  });
}

void RestApi::with_message(const Call& call, const CallerPtr& caller, Respond respond,
                           std::function<void(const storage::Message&, Respond)> then) {
    const auto unknown = "No message " + http::shortened(call.parameters[0]);
    const auto id = storage::parse_message_id(call.parameters[0]);
    if (!id) return respond(problem_response(Problem::not_found, {.detail = unknown}));
    backend_.find_message(
        *id, [caller, unknown, respond = std::move(respond),
              then = std::move(then)](const std::optional<storage::Message>& message) mutable {
            if (!message || !may_see(*caller, *message))
                return respond(problem_response(Problem::not_found, {.detail = unknown}));
            then(*message, std::move(respond));
        });
}

void RestApi::get_message(const Call& call, const CallerPtr& caller, Respond respond) {
    with_message(call, caller, std::move(respond),
                 [this](const storage::Message& message, const Respond& answer) {
                     answer(message_response(message, backend_));
                 });
}

void RestApi::delete_message(const Call& call, const CallerPtr& caller, Respond respond) {
    with_message(
        call, caller, std::move(respond), [this](const storage::Message& message, Respond answer) {
            if (message.direction == storage::Direction::inbound)
                return answer(wrong_status(message, "Only what goes out can be canceled"));
            if (!is_callers(message)) return answer(not_yours(message));
            backend_.cancel(message.id, [&backend = backend_,
                                         answer = std::move(answer)](const ChangeOutcome& outcome) {
                answer(changed_response(outcome, backend));
            });
        });
}

void RestApi::patch_message(const Call& call, const CallerPtr& caller, Respond respond) {
    if (!read_json(call, 1, respond)) return;
    http::ChangeBody body;
    http::FieldErrors errors;
    if (reader_.size() != 1 || !read_body(reader_.item(0), "", body, errors)) {
        if (errors.empty())
            errors.push_back({http::FieldError::Where::body, "", "", "one JSON object"});
        return respond(problem_response(Problem::invalid_request, invalid(std::move(errors))));
    }
    ChangeRequest request{.text = std::move(body.text), .validity_ms = body.validity_s * 1'000};
    with_message(call, caller, std::move(respond),
                 [this, request = std::move(request)](const storage::Message& message,
                                                      Respond answer) mutable {
                     if (message.direction == storage::Direction::inbound)
                         return answer(wrong_status(message, "Only what goes out can be changed"));
                     if (!is_callers(message)) return answer(not_yours(message));
                     backend_.change(message.id, std::move(request),
                                     [&backend = backend_,
                                      answer = std::move(answer)](const ChangeOutcome& outcome) {
                                         answer(changed_response(outcome, backend));
                                     });
                 });
}

void RestApi::post_resend(const Call& call, const CallerPtr& caller, Respond respond) {
    with_message(
        call, caller, std::move(respond), [this](const storage::Message& message, Respond answer) {
            if (!storage::is_dead_letter(message.status) || !is_callers(message))
                return answer(wrong_status(message,
                                           "Only a caller's message that ended undelivered, "
                                           "failed, expired or unknown is sent again"));
            std::vector<SendRequest> requests;
            requests.push_back(again(message));
            const std::string client_ref = message.client_ref;
            backend_.send(std::move(requests), [client_ref, answer = std::move(answer)](
                                                   const std::vector<SendOutcome>& outcomes) {
                ENSURE(outcomes.size() == 1);
                answer(answer_one({.client_ref = client_ref}, outcomes.front()));
            });
        });
}

}  // namespace parley::api
