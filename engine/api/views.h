#pragma once
// What the engine remembers, as the JSON that callers read. The only place that names these
// members.

#include "engine/api/backend.h"
#include "protocol/http/json_writer.h"

#include <string_view>

namespace parley::api {

/// As in lists and threads.
void write_message(http::JsonWriter& json, const storage::Message& message);
/// With every segment and every decision; the backend names statuses.
void write_whole_message(http::JsonWriter& json, const storage::Message& message,
                         const Backend& backend);
void write_conversation(http::JsonWriter& json, const storage::ConversationEntry& conversation);
void write_suppression(http::JsonWriter& json, const storage::Suppression& suppression);
void write_link(http::JsonWriter& json, const LinkView& link);
void write_queue(http::JsonWriter& json, const QueueView& view);
/// hide: all digits of its numbers but the last two.
void write_unmatched(http::JsonWriter& json, const UnmatchedReceipt& receipt, bool hide);
void write_route(http::JsonWriter& json, const RouteView& view);
void write_reload(http::JsonWriter& json, const ReloadView& view);
/// The answer to an accepted message.
void write_accepted(http::JsonWriter& json, const SendOutcome& outcome,
                    std::string_view client_ref);

/// Position in a list, opaque to callers.
std::string cursor_of(storage::MessageId id);
std::optional<storage::MessageId> parse_cursor(std::string_view text);

/// One event of a text/event-stream (WHATWG HTML §9.2).
void append_event(std::string& out, const StreamEvent& event);

}  // namespace parley::api
