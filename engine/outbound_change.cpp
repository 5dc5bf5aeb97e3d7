// The outbound journey, beside its way: another text for a message that has not left.

#include "engine/outbound.h"
#include "engine/policy/gate.h"

#include <utility>

namespace parley {

using storage::Message;
using storage::Segment;

bool Outbound::refuses(Now now, const Message& message, const api::ChangeRequest& request,
                       api::ChangeOutcome& outcome) {
    const storage::Decision decision =
        policy::decide({storage::Look::intake, message.message_class,
                        desk_.directory().scope_of(message.from), message.to},
                       desk_.suppressions, now.wall);
    if (decision.verdict == storage::Verdict::refuse) {
        outcome.problem = api::Problem::suppressed;
        outcome.detail = "to: " + message.to + " has opted out of messages from " + message.brand +
                         " (rule " + decision.rule + ")";
        return true;
    }
    const auto octets = static_cast<std::int64_t>(request.text.size());
    const bool longer = request.text.size() > message.text.size();
    const std::int64_t used =
        desk_.commons.live_octets.load(std::memory_order_relaxed) +
        static_cast<std::int64_t>(desk_.commons.store_octets.load(std::memory_order_relaxed));
    if (longer && used + octets > desk_.commons.live_octets_max) {
        outcome.problem = api::Problem::queue_full;
        outcome.detail = "the queue's memory budget is used up; try again later";
        return true;
    }
    if (desk_.dialect_of(message.carrier).count(request.text).segments != 0) return false;
    outcome.problem = api::Problem::text_too_long;
    outcome.detail = "text: none of the alphabets of carrier " + message.carrier + " holds it in " +
                     std::to_string(text::segments_max) + " segments";
    return true;
}

/// Wherever it waits, it is known by its id or by a pointer to itself, and what waits is all of it:
/// nobody remembers how many segments it had.
void Outbound::change(Now now, Message& message, const api::ChangeRequest& request,
                      api::ChangeOutcome& outcome) {
    if (refuses(now, message, request, outcome)) return;
    message.decisions.push_back(
        policy::decide({storage::Look::intake, message.message_class,
                        desk_.directory().scope_of(message.from), message.to},
                       desk_.suppressions, now.wall));
    const text::SegmentCount size = desk_.dialect_of(message.carrier).count(request.text);
    rewrite(message, request.text, size.encoding, size.segments);
    if (request.validity_ms != 0)
        message.expires_at = std::max(now.wall, message.send_at) + request.validity_ms;
    desk_.remember(
        message,
        {.what = storage::Happening::What::changed, .at = now.wall, .carrier = {}, .text = {}});
    desk_.open.section->snapshot(message);  // no change in the journal tells of a text
    outcome.done = true;
}

void Outbound::rewrite(Message& message, std::string text, text::Encoding encoding,
                       std::size_t segments) {
    if (message.segments.size() != segments) desk_.end_tries(message);
    const std::int64_t before = memory_octets(message);
    message.text = std::move(text);
    message.encoding = encoding;
    if (message.segments.size() != segments) message.segments.assign(segments, Segment{});
    desk_.add_live_octets(memory_octets(message) - before);
}

}  // namespace parley
