#include "engine/api/details_view.h"

#include "engine/api/hex_text.h"
#include "protocol/http/tlv_json.h"

#include <array>

namespace parley::api {

namespace {

using What = storage::Happening::What;

std::string_view name_of(storage::Phase phase) {
    constexpr std::array<std::string_view, 6> names = {"waiting", "intended", "uncertain",
                                                       "sent",    "refused",  "settled"};
    return names[static_cast<std::size_t>(phase)];
}

std::string_view name_of(storage::Look look) {
    constexpr std::array<std::string_view, 3> names = {"intake", "window", "receipt"};
    return names[static_cast<std::size_t>(look)];
}

std::string_view name_of(storage::Verdict verdict) {
    constexpr std::array<std::string_view, 3> names = {"go", "hold", "refuse"};
    return names[static_cast<std::size_t>(verdict)];
}

/// As carriers' documents print it: "0x00000058".
std::string command_status_text(std::uint32_t status) {
    return hex_text("0x", status, 8);
}

/// Nothing of ESME_ROK.
void write_status(http::JsonWriter& json, const std::string& carrier, std::uint32_t status,
                  const Backend& backend) {
    if (status == 0) return;
    json.text("command_status", command_status_text(status));
    json.text("command_status_name", backend.status_name(carrier, status));
}

void write_segment(http::JsonWriter& json, const storage::Segment& segment, std::size_t number,
                   const storage::Message& message, const Backend& backend) {
    json.begin_object();
    json.number("number", static_cast<std::int64_t>(number));
    json.text("phase", name_of(segment.phase));
    if (segment.attempts > 0) json.number("attempts", segment.attempts);
    json.optional_text("carrier_message_id", segment.carrier_message_id);
    write_status(json, message.carrier, segment.command_status, backend);
    if (segment.state != text::MessageState::scheduled)
        json.text("state", text::name(segment.state));
    json.optional_text("error", segment.error);
    http::write_tlvs(json, segment.tlvs);
    json.optional_time("intended_at", segment.intended_at);
    json.optional_time("answered_at", segment.answered_at);
    json.optional_time("receipt_at", segment.receipt_at);
    if (segment.phase == storage::Phase::settled)
        json.optional_time("settled_at", segment.receipt_at);
    json.end_object();
}

void write_inquiry(http::JsonWriter& json, const storage::Inquiry& inquiry,
                   const storage::Message& message, const Backend& backend) {
    json.begin_object();
    json.text("operation", storage::name(inquiry.operation));
    json.number("segment", inquiry.segment + 1);
    json.number("times", inquiry.times);
    json.optional_time("asked_at", inquiry.asked_at);
    json.optional_time("answered_at", inquiry.answered_at);
    write_status(json, message.carrier, inquiry.command_status, backend);
    const bool told = inquiry.operation == storage::Operation::query && inquiry.answered_at != 0 &&
                      inquiry.command_status == 0;
    if (told) json.text("state", text::name(inquiry.state));
    json.optional_time("final_at", inquiry.final_at);
    json.end_object();
}

void write_happening(http::JsonWriter& json, const storage::Happening& happening,
                     const Backend& backend) {
    const What what = happening.what;
    const bool receipt = what == What::receipt || what == What::repeated_receipt;
    json.begin_object();
    json.text("what", storage::name(what));
    if (storage::is_of_a_segment(what)) json.number("segment", happening.segment + 1);
    json.optional_text("carrier", happening.carrier);
    if (what == What::handed_over) json.optional_text("from_carrier", happening.text);
    json.optional_time("at", happening.at);
    json.optional_time("answered_at", happening.answered_at);
    write_status(json, happening.carrier, happening.command_status, backend);
    if (receipt || happening.state != text::MessageState::scheduled)
        json.text("state", text::name(happening.state));
    if (receipt) json.optional_text("error", happening.text);
    if (what == What::submit) json.optional_text("carrier_message_id", happening.text);
    json.end_object();
}

void write_history(http::JsonWriter& json, const storage::History& history,
                   const Backend& backend) {
    if (history.empty()) return;
    json.key("history");
    json.begin_array();
    std::size_t place = 0;
    for (const storage::Happening& happening : history.list()) {
        if (history.left_out() != 0 && place++ == storage::History::first_kept) {
            json.begin_object();
            json.text("what", "left_out");
            json.number("count", history.left_out());
            json.end_object();
        }
        write_happening(json, happening, backend);
    }
    json.end_array();
}

}  // namespace

void write_decision(http::JsonWriter& json, const storage::Decision& decision) {
    json.begin_object();
    json.text("look", name_of(decision.look));
    json.text("verdict", name_of(decision.verdict));
    json.text("rule", decision.rule);
    json.optional_time("at", decision.at);
    json.end_object();
}

void write_details(http::JsonWriter& json, const storage::Message& message,
                   const Backend& backend) {
    if (message.cut_by_carrier != 0) json.number("cut_by_carrier", message.cut_by_carrier);
    json.key("segments");
    json.begin_array();
    for (std::size_t i = 0; i < message.segments.size(); ++i)
        write_segment(json, message.segments[i], i + 1, message, backend);
    json.end_array();
    json.key("decisions");
    json.begin_array();
    for (const auto& decision : message.decisions)
        write_decision(json, decision);
    json.end_array();
    if (!message.inquiries.empty()) {
        json.key("inquiries");
        json.begin_array();
        for (const auto& inquiry : message.inquiries)
            write_inquiry(json, inquiry, message, backend);
        json.end_array();
    }
    write_history(json, message.history, backend);
}

}  // namespace parley::api
