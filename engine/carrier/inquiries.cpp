#include "engine/carrier/inquiries.h"

#include <algorithm>
#include <array>
#include <utility>

namespace parley::carrier {

using smpp::Status;
using storage::Message;

namespace {

constexpr Duration look_every = std::chrono::seconds(1);
// From the end of one walk to the next: an eighth of the wait that is configured, within these.
constexpr Duration walk_every_max = std::chrono::minutes(5);
constexpr Duration rest_time = std::chrono::minutes(1);
// A message that was brought back for a question stays in memory for node.spill_after.
constexpr double seconds_in_memory = 2;
constexpr double room_max = 64;

}  // namespace

bool is_overdue(const config::Query& settings, storage::UnixMs now, const Message& message,
                std::size_t index) {
    const storage::Segment& segment = message.segments[index];
    if (segment.phase != storage::Phase::sent || segment.carrier_message_id.empty()) return false;
    // A receipt may be all that told that it left.
    storage::UnixMs since = segment.answered_at != 0 ? segment.answered_at : segment.receipt_at;
    if (const auto place = find_inquiry(message, storage::Operation::query, index)) {
        const storage::Inquiry& last = message.inquiries[*place];
        const bool in_vain =
            last.command_status == static_cast<std::uint32_t>(Status::ESME_RQUERYFAIL);
        if (in_vain || last.times >= settings.times) return false;
        since = std::max(since, last.asked_at);
    }
    return now >= since + settings.after.count();
}

bool is_overdue(const config::Query& settings, storage::UnixMs now, const Message& message) {
    for (std::size_t index = 0; index < message.segments.size(); ++index) {
        if (is_overdue(settings, now, message, index)) return true;
    }
    return false;
}

std::string_view name(InquiryResult result) {
    constexpr std::array<std::string_view, inquiry_results> names{
        "done", "pending", "refused", "unsupported", "failed", "unanswered"};
    return names[static_cast<std::size_t>(result)];
}

InquiryResult result_of(Status status, bool nacked) {
    if (nacked || status == Status::ESME_RINVCMDID) return InquiryResult::unsupported;
    switch (status) {
        case Status::ESME_RQUERYFAIL:
        case Status::ESME_RCANCELFAIL:
        case Status::ESME_RREPLACEFAIL:
            return InquiryResult::refused;
        default:
            return InquiryResult::failed;
    }
}

std::size_t Inquiries::room() const {
    return static_cast<std::size_t>(std::clamp(settings_.rate * seconds_in_memory, 1.0, room_max));
}

void Inquiries::on_looked(Instant now, storage::MessageId up_to, bool more) {
    cursor_ = more ? up_to : storage::MessageId{};
    next_look_ =
        now +
        (more ? look_every : std::clamp<Duration>(settings_.after / 8, look_every, walk_every_max));
}

void Inquiries::rest(Instant now) {
    rests_until_ = now + rest_time;
}

bool Inquiries::give_up() {
    due_.clear();
    return !std::exchange(unsupported_, true);
}

}  // namespace parley::carrier
