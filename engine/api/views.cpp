#include "engine/api/views.h"

#include "engine/api/details_view.h"
#include "engine/api/hex_text.h"
#include "engine/api/problem.h"
#include "engine/events/delivery_json.h"
#include "protocol/http/tlv_json.h"
#include "protocol/smpp/mask.h"
#include "protocol/text/utf8.h"

#include <array>
#include <charconv>

namespace parley::api {

namespace {

/// "U+2019", "U+1F600".
std::string code_point_text(char32_t point) {
    const unsigned digits = point > 0xFFFFF ? 6 : point > 0xFFFF ? 5 : 4;
    return hex_text("U+", point, digits);
}

/// A character and where in the text it stands, in an object that the caller ends.
void begin_character(http::JsonWriter& json, char32_t point, std::size_t position) {
    std::string character;
    text::append_utf8(point, character);
    json.begin_object();
    json.text("character", character);
    json.text("code_point", code_point_text(point));
    json.number("position", static_cast<std::int64_t>(position));
}

void write_forced(http::JsonWriter& json, const std::optional<text::Forced>& forced) {
    if (!forced) return;
    json.key("unicode_because");
    begin_character(json, forced->point == text::malformed ? text::replacement : forced->point,
                    forced->position);
    json.end_object();
}

void write_replacements(http::JsonWriter& json, const std::vector<text::Replacement>& list) {
    if (list.empty()) return;
    json.key("replaced");
    json.begin_array();
    for (const auto& replacement : list) {
        begin_character(json, replacement.from, replacement.position);
        json.text("by", replacement.to);
        json.end_object();
    }
    json.end_array();
}

/// Members into an object that the caller has begun.
void write_members(http::JsonWriter& json, const storage::Message& message) {
    const bool outbound = message.direction == storage::Direction::outbound;
    json.text("id", storage::to_text(message.id));
    json.text("conversation_id", storage::to_text(message.conversation()));
    json.text("direction", outbound ? "outbound" : "inbound");
    json.text("status", storage::name(message.status));
    json.optional_text("reason", message.reason);
    if (outbound) events::write_delivery(json, storage::delivery_of(message));
    json.text("from", message.from);
    json.text("to", message.to);
    json.text("text", message.text);
    if (outbound) json.text("class", storage::name(message.message_class));
    json.text("encoding", text::name(message.encoding));
    if (outbound && message.encoding == text::Encoding::ucs2)
        write_forced(json, text::not_gsm7(message.text));
    if (message.incomplete) json.flag("incomplete", true);
    json.optional_text("client_ref", message.client_ref);
    if (message.resend_of) json.text("resend_of", storage::to_text(message.resend_of));
    json.optional_text("carrier", message.carrier);
    http::write_tlvs(json, message.tlvs);
    json.optional_time(outbound ? "accepted_at" : "received_at", message.accepted_at);
    json.optional_time("send_at", message.send_at);
    json.optional_time("expires_at", message.expires_at);
    json.optional_time("settled_at", message.settled_at);
}

}  // namespace

void write_message(http::JsonWriter& json, const storage::Message& message) {
    json.begin_object();
    write_members(json, message);
    json.end_object();
}

void write_whole_message(http::JsonWriter& json, const storage::Message& message,
                         const Backend& backend) {
    json.begin_object();
    write_members(json, message);
    write_details(json, message, backend);
    json.end_object();
}

void write_conversation(http::JsonWriter& json, const storage::ConversationEntry& conversation) {
    json.begin_object();
    json.text("id", storage::to_text(conversation.id));
    json.text("sender", conversation.last.sender());
    json.text("contact", conversation.last.contact());
    json.key("last_message");
    write_message(json, conversation.last);
    json.end_object();
}

void write_suppression(http::JsonWriter& json, const storage::Suppression& suppression) {
    json.begin_object();
    json.text("number", suppression.contact);
    json.text("scope", suppression.scope);
    json.text("rule", suppression.rule);
    json.optional_text("text", suppression.text);
    json.text("actor", suppression.actor);
    json.optional_time("at", suppression.at);
    json.end_object();
}

void write_link(http::JsonWriter& json, const LinkView& link) {
    json.begin_object();
    json.text("carrier", link.carrier);
    json.text("link", link.link);
    json.text("state", link.state);
    json.text("last_end", link.last_end);
    json.number("window", link.window);
    json.number("in_flight", link.in_flight);
    json.number("shard", link.shard);
    json.text("bind", link.bind);
    json.text("address", link.address);
    json.optional_time("since", link.since);
    json.optional_text("last_status", link.last_status);
    json.optional_text("last_detail", link.last_detail);
    json.optional_time("next_attempt_at", link.next_attempt);
    json.optional_text("advice", link.advice);
    json.end_object();
}

void write_reload(http::JsonWriter& json, const ReloadView& view) {
    const auto waits = [](const config::Change& change) {
        return change.effect == config::Effect::restart;
    };
    json.begin_object();
    json.text("outcome", view.dry_run ? "planned" : "reloaded");
    json.key("changes");
    json.begin_array();
    for (const config::Change& change : view.changes) {
        json.begin_object();
        json.text("setting", change.setting);
        json.text("kind", config::name(change.kind));
        json.text("effect", config::name(change.effect));
        json.optional_text("before", change.before);
        json.optional_text("after", change.after);
        json.end_object();
    }
    json.end_array();
    json.number("waiting_for_restart",
                std::count_if(view.changes.begin(), view.changes.end(), waits));
    json.end_object();
}

namespace {

void write_limit(http::JsonWriter& json, const LimitView& limit) {
    json.begin_object();
    json.text("limit", limit.limit);
    json.optional_text("sender", limit.sender);
    if (limit.rate != 0) {
        json.key("rate"), json.real(limit.rate);
        json.number("burst", limit.burst);
        json.number("at_once", limit.at_once);
    }
    if (limit.per_day != 0) {
        json.number("per_day", static_cast<std::int64_t>(limit.per_day));
        json.number("spent", static_cast<std::int64_t>(limit.spent));
        json.number("reserve", static_cast<std::int64_t>(limit.reserve));
        json.optional_time("day_ends", limit.day_ends);
    }
    json.end_object();
}

}  // namespace

void write_queue(http::JsonWriter& json, const QueueView& view) {
    const auto number = [&json](std::string_view name, auto value) {
        json.number(name, static_cast<std::int64_t>(value));
    };
    constexpr std::array<std::string_view, CarrierQueueView::lanes> lanes = {
        "own_answers", "conversational", "informational", "promotional"};
    json.begin_object();
    json.key("carriers");
    json.begin_array();
    for (const CarrierQueueView& carrier : view.carriers) {
        json.begin_object();
        json.text("carrier", carrier.carrier);
        number("shard", carrier.shard);
        json.flag("up", carrier.up);
        if (carrier.paused_ms > 0) number("paused_ms", carrier.paused_ms);
        json.key("waiting");
        json.begin_object();
        for (std::size_t lane = 0; lane < lanes.size(); ++lane)
            number(lanes[lane], carrier.waiting[lane]);
        json.end_object();
        json.key("oldest_since");
        json.begin_object();
        for (std::size_t lane = 0; lane < lanes.size(); ++lane)
            json.optional_time(lanes[lane], carrier.oldest_since[lane]);
        json.end_object();
        number("retrying", carrier.retrying);
        number("in_flight", carrier.in_flight);
        number("uncertain", carrier.uncertain);
        number("awaiting_receipt", carrier.awaiting_receipt);
        number("early_receipts", carrier.early_receipts);
        json.key("limits");
        json.begin_array();
        for (const LimitView& limit : carrier.limits)
            write_limit(json, limit);
        json.end_array();
        json.end_object();
    }
    json.end_array();
    json.key("shards");
    json.begin_array();
    for (const ShardQueueView& shard : view.shards) {
        json.begin_object();
        number("shard", shard.shard);
        number("live", shard.live);
        number("held", shard.held);
        number("sent_in_vain", shard.sent_in_vain);
        number("behind_others", shard.behind);
        number("conversations", shard.conversations);
        json.end_object();
    }
    json.end_array();
    number("awaiting_receipt_on_disk", view.awaiting_on_disk);
    number("memory_octets", view.memory_octets);
    number("memory_octets_max", view.memory_octets_max);
    json.end_object();
}

void write_unmatched(http::JsonWriter& json, const UnmatchedReceipt& receipt, bool hide) {
    const auto number = [hide](const std::string& digits) {
        std::string text = digits;
        if (hide) smpp::mask_number(text);
        return text;
    };
    json.begin_object();
    json.text("carrier", receipt.carrier);
    json.text("reason", receipt.reason);
    json.optional_text("carrier_message_id", receipt.carrier_message_id);
    json.optional_text("other_id", receipt.other_id);
    json.optional_text("from", number(receipt.from));
    json.optional_text("to", number(receipt.to));
    json.text("state", text::name(receipt.state));
    json.optional_text("error", receipt.error);
    json.optional_time("received_at", receipt.received_at);
    json.optional_time("given_up_at", receipt.given_up_at);
    json.end_object();
}

void write_route(http::JsonWriter& json, const RouteView& view) {
    json.begin_object();
    json.text("outcome", view.problem == Problem::none ? "accepted" : entry_of(view.problem).code);
    json.optional_text("detail", view.detail);
    json.optional_text("from", view.from);
    json.optional_text("to", view.to);
    json.optional_text("brand", view.brand);
    json.optional_text("suppression_scope", view.scope);
    if (!view.decision.rule.empty()) {
        json.key("decision");
        write_decision(json, view.decision);
    }
    if (!view.owner.empty()) {
        json.text("operator", view.owner);
        json.number("operator_digits", view.owner_digits);
    }
    json.optional_text("route", view.prefix);
    json.optional_text("route_name", view.route);
    json.optional_text("pick", view.pick);
    if (view.failover_after_ms != 0) json.number("failover_after_ms", view.failover_after_ms);
    json.optional_time("expires_at", view.expires_at);
    json.key("considered");
    json.begin_array();
    for (const RouteView::Considered& each : view.considered) {
        json.begin_object();
        json.text("route", each.name);
        json.text("prefix", each.prefix);
        json.flag("wins", each.wins);
        json.text("why", each.why);
        json.end_object();
    }
    json.end_array();
    json.key("carriers");
    json.begin_array();
    for (const RouteView::Choice& choice : view.choices) {
        json.begin_object();
        json.text("carrier", choice.carrier);
        json.flag("up", choice.up);
        json.flag("chosen", choice.chosen);
        if (view.pick == "weight") json.number("weight", choice.weight);
        if (view.pick == "cost") json.key("cost"), json.real(choice.cost);
        if (choice.paused_ms > 0) json.number("paused_ms", choice.paused_ms);
        json.number("waiting", choice.waiting);
        json.optional_text("complaint", choice.complaint);
        json.end_object();
    }
    json.end_array();
    if (view.segments > 0) {
        json.text("encoding", text::name(view.encoding));
        json.number("segments", view.segments);
    }
    json.end_object();
}

void write_accepted(http::JsonWriter& json, const SendOutcome& outcome,
                    std::string_view client_ref) {
    json.begin_object();
    json.text("id", storage::to_text(outcome.id));
    json.text("status", storage::name(outcome.status));
    json.number("segments", outcome.segments);
    json.text("encoding", text::name(outcome.encoding));
    write_forced(json, outcome.forced);
    write_replacements(json, outcome.replacements);
    json.text("conversation_id", storage::to_text(outcome.conversation));
    json.optional_text("client_ref", client_ref);
    json.end_object();
}

std::string cursor_of(storage::MessageId id) {
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, id.value, 36).ptr;
    return {digits, end};
}

std::optional<storage::MessageId> parse_cursor(std::string_view text) {
    storage::MessageId id;
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, id.value, 36);
    if (result.ec != std::errc() || result.ptr != end || !id) return {};
    return id;
}

void append_event(std::string& out, const StreamEvent& event) {
    if (!event.id.empty()) out.append("id: ").append(event.id).append("\n");
    if (!event.type.empty()) out.append("event: ").append(event.type).append("\n");
    // A line break inside data needs a field of its own, or it would end the event.
    std::string_view data = event.data;
    while (true) {
        const auto line = data.substr(0, data.find('\n'));
        out.append("data: ").append(line).append("\n");
        if (line.size() == data.size()) break;
        data.remove_prefix(line.size() + 1);
    }
    out += '\n';
}

}  // namespace parley::api
