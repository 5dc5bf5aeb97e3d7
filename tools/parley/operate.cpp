#include "tools/parley/operate.h"

#include "tools/parley/client.h"
#include "tools/parley/limits_table.h"
#include "tools/parley/story.h"
#include "tools/parley/table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <ostream>

#include <boost/json.hpp>

namespace parley::tools {

namespace {

using boost::json::object;

constexpr std::size_t page_max = 200;
constexpr std::array<const char*, 4> lanes{"own_answers", "conversational", "informational",
                                           "promotional"};

/// The engine said no: in its own words.
struct Refusal {
    Answer answer;
};

Answer good(Answer answer) {
    if (!answer.good()) throw Refusal{std::move(answer)};
    return answer;
}

std::string explained(const Answer& answer) {
    const object problem = answer.object();
    std::string text = member(problem, "detail");
    if (text.empty()) text = member(problem, "title");
    if (text.empty()) text = "HTTP " + std::to_string(answer.status);
    if (const auto status = member(problem, "message_status"); !status.empty())
        text += "; it is " + status;
    if (const auto code = member(problem, "code"); !code.empty()) text += " (" + code + ")";
    for (const auto& each : list_in(problem, "errors")) {
        const object& error = each.as_object();
        auto where = member(error, "parameter");
        if (where.empty()) where = member(error, "pointer");
        text += "\n  " + where + ": expected " + member(error, "expected");
        if (const auto value = member(error, "value"); !value.empty()) text += ", not " + value;
    }
    for (const auto& each : list_in(problem, "complaints"))
        text.append("\n  ").append(each.as_string().c_str());
    return text;
}

const object& object_in(const object& from, std::string_view name) {
    static const object none;
    const auto* value = from.if_contains(name);
    return value != nullptr && value->is_object() ? value->get_object() : none;
}

std::int64_t number_in(const object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

std::int64_t sum_in(const object& from, std::string_view list, std::string_view name) {
    std::int64_t sum = 0;
    for (const auto& each : list_in(from, list))
        sum += number_in(each.as_object(), name);
    return sum;
}

/// "12.5 MB"; MB as disks count them.
std::string megabytes(std::int64_t octets) {
    const auto tenths = (octets + 50'000) / 100'000;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB";
}

std::int64_t waiting_in(const object& carrier) {
    const object& waiting = object_in(carrier, "waiting");
    std::int64_t sum = 0;
    for (const char* lane : lanes)
        sum += number_in(waiting, lane);
    return sum;
}

std::string oldest_in(const object& carrier) {
    std::string oldest;
    const object& since = object_in(carrier, "oldest_since");
    for (const char* lane : lanes) {
        const auto at = member(since, lane);
        if (!at.empty() && (oldest.empty() || at < oldest)) oldest = at;
    }
    return moment(oldest);
}

std::string state_of(const object& carrier) {
    if (member(carrier, "up") != "yes") return "down";
    const auto paused = number_in(carrier, "paused_ms");
    return paused > 0 ? "paused " + std::to_string(paused) + " ms" : "up";
}

std::string path_of(std::string_view id, std::string_view more = "") {
    return "/v1/messages/" + percent_encoded(id) + std::string(more);
}

std::string query_of(const std::vector<std::pair<std::string, std::string>>& parameters) {
    std::string query;
    for (const auto& [name, value] : parameters) {
        if (value.empty()) continue;
        query.append(query.empty() ? "?" : "&").append(name).append("=");
        query += percent_encoded(value);
    }
    return query;
}

void print_queue(const object& queue, std::ostream& out) {
    Table carriers({"carrier", "state", "answers", "convers.", "inform.", "promo.", "oldest since",
                    "retrying", "in flight", "uncertain", "receipts awaited", "unmatched"});
    for (const auto& each : list_in(queue, "carriers")) {
        const object& carrier = each.as_object();
        const object& waiting = object_in(carrier, "waiting");
        std::vector<std::string> row{member(carrier, "carrier"), state_of(carrier)};
        for (const char* lane : lanes)
            row.push_back(member(waiting, lane));
        for (const auto& cell :
             {oldest_in(carrier), member(carrier, "retrying"), member(carrier, "in_flight"),
              member(carrier, "uncertain"), member(carrier, "awaiting_receipt"),
              member(carrier, "early_receipts")})
            row.push_back(cell);
        carriers.add(std::move(row));
    }
    carriers.print(out);
    out << "\nheld until their send_at  " << sum_in(queue, "shards", "held")
        << "\nin vain, to go again      " << sum_in(queue, "shards", "sent_in_vain")
        << "\nbehind others of a thread " << sum_in(queue, "shards", "behind_others")
        << "\nreceipts awaited on disk  " << number_in(queue, "awaiting_receipt_on_disk")
        << "\nmemory                    " << megabytes(number_in(queue, "memory_octets")) << " of "
        << megabytes(number_in(queue, "memory_octets_max")) << "\n";
}

void print_links(const object& links, std::ostream& out) {
    Table table({"link", "state", "address", "last end", "status", "next attempt", "window",
                 "in flight", "shard"});
    Table more({"link", "more of it"});
    for (const auto& each : list_in(links, "links")) {
        const object& link = each.as_object();
        table.add({member(link, "link"), member(link, "state"), member(link, "address"),
                   member(link, "last_end"), member(link, "last_status"),
                   moment(member(link, "next_attempt_at")), member(link, "window"),
                   member(link, "in_flight"), member(link, "shard")});
        for (const char* words : {"last_detail", "advice"}) {
            const auto text = member(link, words);
            if (!text.empty()) more.add({member(link, "link"), text});
        }
    }
    table.print(out);
    if (more.empty()) return;
    out << "\n";
    more.print(out);
}

void print_messages(const boost::json::array& messages, std::ostream& out) {
    Table table({"id", "accepted", "status", "reason", "carrier", "from", "to", "last answer"});
    for (const auto& each : messages) {
        const object& message = each.as_object();
        std::string answer;
        for (const auto& segment : list_in(message, "segments")) {
            const auto status = member(segment.as_object(), "command_status");
            if (!status.empty()) answer = status_name(status);
        }
        table.add({member(message, "id"), moment(member(message, "accepted_at")),
                   member(message, "status"), member(message, "reason"), member(message, "carrier"),
                   member(message, "from"), member(message, "to"), answer});
    }
    table.print(out);
}

void print_receipts(const boost::json::array& receipts, std::ostream& out) {
    Table table({"received", "carrier", "reason", "id", "other id", "from", "to", "state", "err",
                 "given up"});
    for (const auto& each : receipts) {
        const object& receipt = each.as_object();
        table.add({moment(member(receipt, "received_at")), member(receipt, "carrier"),
                   member(receipt, "reason"), member(receipt, "carrier_message_id"),
                   member(receipt, "other_id"), member(receipt, "from"), member(receipt, "to"),
                   member(receipt, "state"), member(receipt, "error"),
                   moment(member(receipt, "given_up_at"))});
    }
    table.print(out);
}

/// Why a message that has not left is where it is.
std::string whereabouts(const object& message, const object& queue) {
    const auto carrier_id = member(message, "carrier");
    for (const auto& each : list_in(queue, "carriers")) {
        const object& carrier = each.as_object();
        if (member(carrier, "carrier") != carrier_id) continue;
        return "carrier " + carrier_id + " is " + state_of(carrier) + ", " +
               std::to_string(waiting_in(carrier)) + " wait for it, " +
               member(carrier, "retrying") + " more to be tried again";
    }
    return "its carrier " + carrier_id + " is not in the configuration";
}

}  // namespace

Operator::Operator(EngineOptions options, std::ostream& out, std::ostream& complaints)
    : options_(std::move(options)), out_(out), complaints_(complaints) {}

/// The one place where what went wrong becomes words and an exit code.
int Operator::guarded(const std::function<int()>& work) {
    try {
        const int ending = work();
        return out_.flush() ? ending : Ending::refused;
    } catch (const Refusal& refusal) {
        if (options_.json) out_ << refusal.answer.body << "\n" << std::flush;
        complaints_ << "parley: " << explained(refusal.answer) << "\n";
        return Ending::refused;
    } catch (const ClientError& error) {
        complaints_ << "parley: " << error.what() << "\n";
        return Ending::no_answer;
    }
}

int Operator::status() {
    return guarded([this] {
        Client client(options_.url, options_.key);
        const Answer ready = client.get("/readyz");  // 503 is an answer as well
        const Answer links = good(client.get("/v1/links"));
        const Answer queue = good(client.get("/v1/queue"));
        const object books = queue.object();
        if (options_.json) {
            out_ << R"({"readiness":)" << ready.body << R"(,"links":)" << links.body
                 << R"(,"queue":)" << queue.body << "}\n";
            return ready.good() ? Ending::done : Ending::refused;
        }
        std::string reasons;
        for (const auto& reason : list_in(ready.object(), "reasons"))
            reasons += (reasons.empty() ? ": " : ", ") + std::string(reason.as_string());
        std::size_t bound = 0;
        const object all_links = links.object();
        const auto& list = list_in(all_links, "links");
        for (const auto& link : list)
            bound += member(link.as_object(), "state") == "bound" ? 1 : 0;
        std::int64_t waiting = 0;
        for (const auto& carrier : list_in(books, "carriers"))
            waiting += waiting_in(carrier.as_object());
        out_ << "engine    " << (ready.good() ? "ready" : "not ready" + reasons) << "\n"
             << "links     " << bound << " of " << list.size() << " bound\n"
             << "messages  " << sum_in(books, "shards", "live") << " under way: " << waiting
             << " wait for a carrier, " << sum_in(books, "shards", "behind_others")
             << " behind others of their thread, " << sum_in(books, "shards", "held") << " held\n"
             << "retrying  " << sum_in(books, "carriers", "retrying") << "\n"
             << "uncertain " << sum_in(books, "carriers", "uncertain") << "\n"
             << "receipts  " << sum_in(books, "carriers", "awaiting_receipt") << " awaited, and of "
             << number_in(books, "awaiting_receipt_on_disk") << " messages on disk; "
             << sum_in(books, "carriers", "early_receipts") << " without a message\n"
             << "memory    " << megabytes(number_in(books, "memory_octets")) << " of "
             << megabytes(number_in(books, "memory_octets_max")) << "\n";
        return ready.good() ? Ending::done : Ending::refused;
    });
}

int Operator::links() {
    return guarded([this] {
        const Answer answer = good(Client(options_.url, options_.key).get("/v1/links"));
        if (options_.json) {
            out_ << answer.body << "\n";
        } else {
            print_links(answer.object(), out_);
        }
        return Ending::done;
    });
}

int Operator::queue() {
    return guarded([this] {
        const Answer answer = good(Client(options_.url, options_.key).get("/v1/queue"));
        if (options_.json) {
            out_ << answer.body << "\n";
        } else {
            print_queue(answer.object(), out_);
        }
        return Ending::done;
    });
}

int Operator::limits() {
    return guarded([this] {
        const Answer answer = good(Client(options_.url, options_.key).get("/v1/queue"));
        if (options_.json) {
            out_ << answer.body << "\n";
        } else {
            print_limits(answer.object(), out_);
        }
        return Ending::done;
    });
}

int Operator::trace(const std::string& id) {
    return guarded([&] {
        Client client(options_.url, options_.key);
        const Answer answer = good(client.get(path_of(id)));
        if (options_.json) {
            out_ << answer.body << "\n";
            return Ending::done;
        }
        const object message = answer.object();
        out_ << member(message, "id") << "  " << member(message, "from") << " to "
             << member(message, "to") << "  " << member(message, "status") << "\n\n";
        Table table({"at (UTC)", "what", ""});
        for (const StoryLine& line : story_of(message))
            table.add({moment(line.at), line.what, line.detail});
        const auto status = member(message, "status");
        if (status == "queued")
            table.add({"", "waits", whereabouts(message, good(client.get("/v1/queue")).object())});
        table.print(out_);
        return Ending::done;
    });
}

int Operator::send(const SendOptions& options) {
    return guarded([&] {
        object body;
        for (const auto& [name, value] : {std::pair("from", options.from),
                                          {"to", options.to},
                                          {"text", options.text},
                                          {"class", options.message_class},
                                          {"client_ref", options.client_ref},
                                          {"validity", options.validity},
                                          {"send_at", options.send_at}}) {
            if (!value.empty()) body[name] = value;
        }
        const Answer answer = good(Client(options_.url, options_.key)
                                       .ask("POST", "/v1/messages", boost::json::serialize(body)));
        const object accepted = answer.object();
        if (options_.json) {
            out_ << answer.body << "\n";
        } else {
            out_ << member(accepted, "id") << "  " << member(accepted, "status") << ", "
                 << member(accepted, "segments") << " segment(s) " << member(accepted, "encoding")
                 << "\n";
        }
        return Ending::done;
    });
}

int Operator::cancel(const std::vector<std::string>& ids) {
    return guarded([&] {
        Client client(options_.url, options_.key);
        int ending = Ending::done;
        for (const std::string& id : ids) {
            const Answer answer = client.ask("DELETE", path_of(id));
            if (options_.json) out_ << answer.body << "\n";
            if (answer.good()) {
                if (!options_.json) out_ << id << "  canceled\n";
                continue;
            }
            complaints_ << "parley: " << id << ": " << explained(answer) << "\n";
            ending = Ending::refused;
        }
        return ending;
    });
}

int Operator::change(const std::string& id, const std::string& text, const std::string& validity) {
    return guarded([&] {
        object body{{"text", text}};
        if (!validity.empty()) body["validity"] = validity;
        const Answer answer = good(Client(options_.url, options_.key)
                                       .ask("PATCH", path_of(id), boost::json::serialize(body)));
        if (options_.json) {
            out_ << answer.body << "\n";
        } else {
            out_ << id << "  changed, " << member(answer.object(), "status") << "\n";
        }
        return Ending::done;
    });
}

int Operator::resend(const std::vector<std::string>& ids) {
    return guarded([&] {
        Client client(options_.url, options_.key);
        int ending = Ending::done;
        for (const std::string& id : ids) {
            const Answer answer = client.ask("POST", path_of(id, "/resend"), "");
            if (options_.json) out_ << answer.body << "\n";
            if (answer.good()) {
                if (!options_.json)
                    out_ << id << "  sent again as " << member(answer.object(), "id") << "\n";
                continue;
            }
            complaints_ << "parley: " << id << ": " << explained(answer) << "\n";
            ending = Ending::refused;
        }
        return ending;
    });
}

int Operator::list(const std::string& path, const ListOptions& options) {
    return guarded([&] {
        Client client(options_.url, options_.key);
        boost::json::array messages;
        auto parameters = options.filters;
        parameters.emplace_back("limit", "");
        parameters.emplace_back("cursor", "");
        std::string next = "begin";
        while (!next.empty() && messages.size() < options.limit) {
            (parameters.end() - 2)->second =
                std::to_string(std::min(page_max, options.limit - messages.size()));
            const object page = good(client.get(path + query_of(parameters))).object();
            for (const auto& message : list_in(page, "messages"))
                messages.push_back(message);
            next = member(page, "next");
            parameters.back().second = next;
        }
        if (options_.json) {
            out_ << boost::json::serialize(object{{"messages", messages}}) << "\n";
            return Ending::done;
        }
        print_messages(messages, out_);
        if (!next.empty()) complaints_ << "parley: there are more; --limit shows them\n";
        return Ending::done;
    });
}

int Operator::receipts(const ReceiptOptions& options) {
    return guarded([&] {
        auto parameters = options.filters;
        parameters.emplace_back("limit", std::to_string(std::min(page_max, options.limit)));
        if (options.mask) parameters.emplace_back("mask", "true");
        const Answer answer = good(Client(options_.url, options_.key)
                                       .get("/v1/receipts/unmatched" + query_of(parameters)));
        if (options_.json) {
            out_ << answer.body << "\n";
        } else {
            const object page = answer.object();
            print_receipts(list_in(page, "receipts"), out_);
        }
        return Ending::done;
    });
}

namespace {

std::string explain_query(const RouteOptions& options) {
    std::vector<std::pair<std::string, std::string>> parameters{{"to", options.to},
                                                                {"from", options.from},
                                                                {"text", options.text},
                                                                {"class", options.message_class},
                                                                {"account", options.account}};
    for (std::string tlv : options.tlvs) {
        if (const auto equals = tlv.find('='); equals != std::string::npos) tlv[equals] = ':';
        parameters.emplace_back("tlv", tlv);
    }
    return query_of(parameters);
}

/// As people write it: 0.01, where the library's own would be 1E-2.
std::string plain_number(const object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    if (value == nullptr || !value->is_number()) return {};
    std::array<char, 32> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value->to_number<double>()).ptr;
    return {text.data(), end};
}

/// "up, weight 3, of those that are up the one that has this conversation; 4 wait for it".
std::string told(const object& carrier, const std::string& pick) {
    const bool up = member(carrier, "up") == "yes";
    std::string text = up ? "up" : "down";
    if (const auto weight = member(carrier, "weight"); !weight.empty())
        text += ", weight " + weight;
    if (const auto cost = plain_number(carrier, "cost"); !cost.empty()) text += ", cost " + cost;
    if (const auto complaint = member(carrier, "complaint"); !complaint.empty())
        text += ", does not take " + complaint;
    if (const auto paused = member(carrier, "paused_ms"); !paused.empty())
        text += ", rests for " + paused + " ms";
    if (member(carrier, "chosen") == "yes") {
        text += !up                ? ", none is up: waits for it"
                : pick == "weight" ? ", of those that are up the one that has this conversation"
                : pick == "cost"   ? ", cheapest that is up"
                                   : ", first that is up";
    }
    const auto waiting = member(carrier, "waiting");
    return text + "; " + (waiting.empty() ? "0" : waiting) + " wait for it";
}

}  // namespace

int Operator::explain(const RouteOptions& options) {
    return guarded([&] {
        Client client(options_.url, options_.key);
        const Answer answer = good(client.get("/v1/routes/explain" + explain_query(options)));
        if (options_.json) {
            out_ << answer.body << "\n";
            return Ending::done;
        }
        const object route = answer.object();
        const auto outcome = member(route, "outcome");
        out_ << (outcome == "accepted"
                     ? "would be accepted"
                     : "would be refused: " + outcome + ", " + member(route, "detail"))
             << "\n\n";
        Table table({"", ""});
        const auto fact = [&](const char* name, std::string value) {
            if (!value.empty()) table.add({name, std::move(value)});
        };
        fact("to", member(route, "to"));
        if (const auto owner = member(route, "operator"); !owner.empty())
            fact("operator",
                 owner + ", by a row of " + member(route, "operator_digits") + " digits");
        fact("from", member(route, "from"));
        fact("brand", member(route, "brand"));
        const object& decision = object_in(route, "decision");
        if (!decision.empty())
            fact("gate", member(decision, "verdict") + ", rule " + member(decision, "rule") +
                             ", opt-outs of " + member(route, "suppression_scope"));
        if (member(route, "route").empty()) fact("route", "none fits");
        for (const auto& each : list_in(route, "considered")) {
            const object& considered = each.as_object();
            const bool wins = member(considered, "wins") == "yes";
            fact(wins ? "route *" : "route", member(considered, "route") + " (" +
                                                 member(considered, "prefix") +
                                                 "): " + member(considered, "why"));
        }
        for (const auto& each : list_in(route, "carriers")) {
            const object& carrier = each.as_object();
            const bool chosen = member(carrier, "chosen") == "yes";
            fact(chosen ? "carrier *" : "carrier",
                 member(carrier, "carrier") + ": " + told(carrier, member(route, "pick")));
        }
        if (const auto after = member(route, "failover_after_ms"); !after.empty())
            fact("fails over", "after waiting " + after + " ms for one carrier");
        fact("valid",
             member(route, "expires_at").empty() ? "" : "until " + member(route, "expires_at"));
        if (const auto segments = member(route, "segments"); !segments.empty())
            fact("text", segments + " segment(s) " + member(route, "encoding"));
        table.print(out_);
        return outcome == "accepted" ? Ending::done : Ending::refused;
    });
}

int Operator::capture(const CaptureOptions& options) {
    return guarded([&] {
        Client client(options_.url, options_.key);
        const auto path = "/v1/links/" + percent_encoded(options.link) + "/capture";
        if (options.start) {
            good(client.ask("PUT", path));
            complaints_ << "parley: " << options.link << " is captured from now on\n";
            return Ending::done;
        }
        if (!options.stop || !options.file.empty()) {
            const Answer answer = good(client.get(path + (options.mask ? "?mask=true" : "")));
            if (options.file.empty() || options.file == "-") {
                out_ << answer.body;
            } else {
                std::ofstream file(options.file, std::ios::binary);
                if (!(file << answer.body << std::flush))
                    throw ClientError(options.file + " cannot be written");
            }
        }
        if (options.stop) {
            good(client.ask("DELETE", path));
            complaints_ << "parley: " << options.link << " is no longer captured\n";
        }
        return Ending::done;
    });
}

int Operator::reload(bool dry_run) {
    return guarded([&] {
        Client client(options_.url, options_.key);
        const Answer answer = good(
            client.ask("POST", dry_run ? "/v1/config/reload?dry_run=true" : "/v1/config/reload"));
        if (options_.json) {
            out_ << answer.body << "\n";
            return Ending::done;
        }
        const object reload = answer.object();
        Table table({"effect", "setting", "before", "after"});
        for (const auto& each : list_in(reload, "changes")) {
            const object& change = each.as_object();
            const auto kind = member(change, "kind");
            const auto or_kind = [&](const char* name, const char* other) {
                return kind == other ? "(" + kind + ")" : member(change, name);
            };
            table.add({member(change, "effect"), member(change, "setting"),
                       or_kind("before", "added"), or_kind("after", "removed")});
        }
        if (!list_in(reload, "changes").empty()) {
            table.print(out_);
            out_ << "\n";
        }
        const auto waiting = number_in(reload, "waiting_for_restart");
        const auto count = static_cast<std::int64_t>(list_in(reload, "changes").size());
        out_ << (dry_run ? "would change " : "changed ") << count - waiting;
        if (waiting > 0) out_ << "; " << waiting << " more when the engine is started again";
        out_ << "\n";
        return Ending::done;
    });
}

}  // namespace parley::tools
