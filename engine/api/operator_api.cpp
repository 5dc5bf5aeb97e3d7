// What operators ask: what ended badly, what is in doubt, what waits, where a message would go, and
// what went over a link.

#include "engine/api/problem.h"
#include "engine/api/rest_api.h"
#include "engine/api/views.h"
#include "protocol/http/query.h"
#include "protocol/http/time_text.h"
#include "protocol/smpp/capture_file.h"

#include <algorithm>
#include <array>

namespace parley::api {

namespace {

using storage::Status;

constexpr std::size_t page_default = 50;
constexpr std::size_t page_max = 200;

struct Wanted {
    MessageFilter filter;
    std::size_t limit = page_default;
    storage::MessageId before;
};

void read_statuses(http::Query& query, MessageFilter& filter) {
    const auto words = query.text("status");
    if (!words) return;
    std::string_view left = *words;
    while (true) {
        const auto word = left.substr(0, left.find(','));
        bool known = false;
        for (const Status status :
             {Status::undelivered, Status::failed, Status::expired, Status::unknown}) {
            if (storage::name(status) != word) continue;
            filter.statuses.push_back(status);
            known = true;
        }
        if (!known) {
            query.refuse("status", word,
                         "undelivered, failed, expired or unknown, several with commas between");
        }
        if (word.size() == left.size()) return;
        left.remove_prefix(word.size() + 1);
    }
}

UnixMs read_moment(http::Query& query, std::string_view name) {
    const auto text = query.text(name);
    if (!text) return 0;
    const auto moment = http::parse_rfc3339(*text);
    if (!moment) query.refuse(name, *text, "a moment such as 2026-11-24T09:30:00Z");
    return moment.value_or(0);
}

bool finish(http::Query& query, ProblemDetail& problem, const Respond& respond) {
    if (query.finish()) return true;
    problem.detail = "The query is not valid: see errors";
    respond(problem_response(Problem::invalid_request, problem));
    return false;
}

/// Empty, and answered, when the query is not one of ours. by_end: also by how it ended.
std::optional<Wanted> read_wanted(const Call& call, const Caller& caller, bool by_end,
                                  const Respond& respond) {
    ProblemDetail problem;
    http::Query query(call.query, problem.errors);
    Wanted wanted;
    if (by_end) {
        read_statuses(query, wanted.filter);
        wanted.filter.reason = query.text("reason").value_or("");
    }
    wanted.filter.carrier = query.text("carrier").value_or("");
    wanted.filter.contact = query.text("to").value_or("");
    wanted.filter.accepted_from = read_moment(query, "accepted_from");
    wanted.filter.accepted_before = read_moment(query, "accepted_before");
    wanted.filter.account =
        caller.is_operator ? query.text("account").value_or("") : caller.account;
    wanted.limit = query.number("limit", 1, page_max, page_default);
    if (const auto cursor = query.text("cursor")) {
        const auto before = parse_cursor(*cursor);
        if (!before) query.refuse("cursor", *cursor, "the 'next' of an earlier answer");
        wanted.before = before.value_or(storage::MessageId());
    }
    if (!finish(query, problem, respond)) return {};
    return wanted;
}

std::function<void(MessagesView)> answer_list(const Backend& backend, Respond respond) {
    return [&backend, respond = std::move(respond)](const MessagesView& view) {
        Response response;
        http::JsonWriter json(response.body);
        json.begin_object();
        json.key("messages");
        json.begin_array();
        for (const auto& message : view.messages)
            write_whole_message(json, message, backend);
        json.end_array();
        if (view.more) json.text("next", cursor_of(view.more));
        json.end_object();
        respond(std::move(response));
    };
}

/// False: it is another one's.
bool read_account(http::Query& query, const Caller& caller, std::string& account) {
    if (!caller.is_operator) return true;
    account = query.text("account").value_or(caller.account);
    return account == caller.account;
}

void read_tlvs(http::Query& query, smpp::NamedTlvs& tlvs) {
    for (const std::string& each : query.texts("tlv")) {
        const auto colon = each.find(':');
        const bool written = colon != std::string::npos && colon > 0 && colon <= 32;
        if (!written || each.size() > 1'024) {
            query.refuse("tlv", each, "a name, ':' and a value, such as dlt_template_id:1107");
            continue;
        }
        tlvs.push_back({each.substr(0, colon), each.substr(colon + 1)});
    }
}

std::optional<RouteQuestion> read_question(const Call& call, const Caller& caller,
                                           const Respond& respond) {
    ProblemDetail problem;
    http::Query query(call.query, problem.errors);
    RouteQuestion question{.account = caller.account};
    question.to = query.text("to").value_or("");
    const bool own = read_account(query, caller, question.account);
    question.from =
        query.text("from").value_or(own && !caller.senders.empty() ? caller.senders[0] : "");
    if (question.from.empty() && !own)
        query.refuse("from", "", "one of the senders of " + question.account);
    read_tlvs(query, question.tlvs);
    question.text = query.text("text").value_or("");
    if (question.to.empty()) query.refuse("to", "", "the contact's number");
    if (question.text.size() > http::text_octets_max)
        query.refuse("text", question.text, "at most 160,000 octets");
    if (const auto word = query.text("class")) {
        bool known = false;
        for (const auto each :
             {storage::MessageClass::conversational, storage::MessageClass::informational,
              storage::MessageClass::promotional}) {
            if (storage::name(each) != *word) continue;
            question.message_class = each;
            known = true;
        }
        if (!known) query.refuse("class", *word, "conversational, informational or promotional");
    }
    if (!finish(query, problem, respond)) return {};
    return question;
}

/// what: "captures hold the messages of all accounts".
bool is_operator(const Caller& caller, std::string_view what, const Respond& respond) {
    if (caller.is_operator) return true;
    respond(problem_response(Problem::operators_only,
                             {.detail = "The account " + caller.account +
                                        " is not an operator's: " + std::string(what)}));
    return false;
}
constexpr std::string_view captures = "captures hold the messages of all accounts";

/// Whether numbers are to be hidden.
bool read_mask(http::Query& query) {
    const auto mask = query.text("mask").value_or("false");
    if (mask != "true" && mask != "false") query.refuse("mask", mask, "true or false");
    return mask == "true";
}

constexpr std::array<std::string_view, 5> unmatched_reasons{"waiting", "never_came", "table_full",
                                                            "no_id", "unreadable"};

Response no_link(const Call& call, std::string_view more) {
    return problem_response(
        Problem::not_found,
        {.detail = "No link " + http::shortened(call.parameters[0]) + std::string(more)});
}

}  // namespace

void RestApi::get_dead_letters(const Call& call, const CallerPtr& caller, Respond respond) {
    auto wanted = read_wanted(call, *caller, true, respond);
    if (!wanted) return;
    backend_.dead_letters(std::move(wanted->filter), wanted->before, wanted->limit,
                          answer_list(backend_, std::move(respond)));
}

void RestApi::get_uncertain(const Call& call, const CallerPtr& caller, Respond respond) {
    auto wanted = read_wanted(call, *caller, false, respond);
    if (!wanted) return;
    backend_.uncertain(std::move(wanted->filter), wanted->before, wanted->limit,
                       answer_list(backend_, std::move(respond)));
}

void RestApi::get_queue(const Call&, const CallerPtr& caller, Respond respond) {
    backend_.queue([caller, respond = std::move(respond)](QueueView view) {
        // Which numbers others send from is no business of the caller's.
        for (CarrierQueueView& carrier : view.carriers) {
            std::erase_if(carrier.limits, [&](const LimitView& limit) {
                return !caller->is_operator && !limit.sender.empty() && !caller->owns(limit.sender);
            });
        }
        Response response;
        http::JsonWriter json(response.body);
        write_queue(json, view);
        respond(std::move(response));
    });
}

void RestApi::get_unmatched_receipts(const Call& call, const CallerPtr& caller, Respond respond) {
    if (!is_operator(*caller, "nobody knows whose messages these receipts are of", respond)) return;
    ProblemDetail problem;
    http::Query query(call.query, problem.errors);
    UnmatchedFilter filter{.carrier = query.text("carrier").value_or(""),
                           .reason = query.text("reason").value_or("")};
    if (!filter.reason.empty() &&
        std::ranges::find(unmatched_reasons, filter.reason) == unmatched_reasons.end()) {
        query.refuse("reason", filter.reason,
                     "waiting, never_came, table_full, no_id or unreadable");
    }
    const std::size_t limit = query.number("limit", 1, page_max, page_default);
    const bool hide = read_mask(query);
    if (!finish(query, problem, respond)) return;
    backend_.unmatched_receipts(
        std::move(filter), limit,
        [hide, respond = std::move(respond)](const std::vector<UnmatchedReceipt>& receipts) {
            Response response;
            http::JsonWriter json(response.body);
            json.begin_object();
            json.key("receipts");
            json.begin_array();
            for (const UnmatchedReceipt& receipt : receipts)
                write_unmatched(json, receipt, hide);
            json.end_array();
            json.end_object();
            respond(std::move(response));
        });
}

void RestApi::get_explanation(const Call& call, const CallerPtr& caller, Respond respond) {
    const auto question = read_question(call, *caller, respond);
    if (!question) return;
    // Whether carriers rest and what waits for them, only their home shards know.
    backend_.queue([view = backend_.explain(*question),
                    respond = std::move(respond)](const QueueView& queue) mutable {
        for (RouteView::Choice& choice : view.choices) {
            const auto found =
                std::ranges::find(queue.carriers, choice.carrier, &CarrierQueueView::carrier);
            if (found == queue.carriers.end()) continue;
            choice.paused_ms = found->paused_ms;
            for (const std::size_t waiting : found->waiting)
                choice.waiting += waiting;
        }
        Response response;
        http::JsonWriter json(response.body);
        write_route(json, view);
        respond(std::move(response));
    });
}

void RestApi::change_capture(const Call& call, const Caller& caller, bool on, Respond respond) {
    if (!is_operator(caller, captures, respond)) return;
    backend_.capture(call.parameters[0], on,
                     [gone = no_link(call, ""), respond = std::move(respond)](bool known) {
                         if (!known) return respond(gone);
                         Response response;
                         response.status = 204;
                         respond(std::move(response));
                     });
}

void RestApi::put_capture(const Call& call, const CallerPtr& caller, Respond respond) {
    change_capture(call, *caller, true, std::move(respond));
}

void RestApi::delete_capture(const Call& call, const CallerPtr& caller, Respond respond) {
    change_capture(call, *caller, false, std::move(respond));
}

void RestApi::get_capture(const Call& call, const CallerPtr& caller, Respond respond) {
    if (!is_operator(*caller, captures, respond)) return;
    ProblemDetail problem;
    http::Query query(call.query, problem.errors);
    const bool hide = read_mask(query);
    if (!finish(query, problem, respond)) return;
    backend_.captured(call.parameters[0],
                      [gone = no_link(call, ", or nobody began a capture (PUT)"), hide,
                       respond = std::move(respond)](std::optional<smpp::CapturedLink> captured) {
                          if (!captured) return respond(gone);
                          Response response;
                          response.content_type = "application/x-pcapng";
                          response.body = smpp::write_capture(std::move(*captured), hide);
                          respond(std::move(response));
                      });
}

}  // namespace parley::api
