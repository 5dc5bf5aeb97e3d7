#include "engine/events/stream.h"

#include <algorithm>

#include <boost/json.hpp>

namespace parley::events {

namespace {

std::string type_of(const storage::Message& message) {
    return "message." + std::string(storage::name(message.status));
}

}  // namespace

void Stream::publish(const storage::Message& message, storage::UnixMs at) {
    Event event{.position = ++newest_,
                .account = message.account,
                .type = type_of(message),
                .message = message.id,
                .conversation = message.conversation(),
                .direction = message.direction,
                .status = message.status,
                .from = message.from,
                .to = message.to,
                .text = message.direction == storage::Direction::inbound ? message.text : "",
                .reason = message.reason,
                .at = at};
    for (const Subscriber& subscriber : subscribers_) {
        if (subscriber.account == event.account) subscriber.deliver(event);
    }
    ring_.push_back(std::move(event));
    if (ring_.size() > remembered_max_) ring_.pop_front();
}

bool Stream::since(std::uint64_t position, const std::function<void(const Event&)>& visit) const {
    for (const Event& event : ring_) {
        if (event.position > position) visit(event);
    }
    const std::uint64_t oldest = newest_ - ring_.size() + 1;
    return position + 1 >= oldest && position <= newest_;
}

Stream::Handle Stream::subscribe(std::string account, std::function<void(const Event&)> deliver) {
    subscribers_.push_back({++last_handle_, std::move(account), std::move(deliver)});
    return last_handle_;
}

void Stream::unsubscribe(Handle handle) {
    std::erase_if(subscribers_, [&](const Subscriber& each) { return each.handle == handle; });
}

std::string to_json(const Event& event) {
    boost::json::object data{
        {"type", event.type},
        {"message_id", storage::to_text(event.message)},
        {"conversation_id", storage::to_text(event.conversation)},
        {"direction", event.direction == storage::Direction::inbound ? "inbound" : "outbound"},
        {"status", storage::name(event.status)},
        {"from", event.from},
        {"to", event.to},
        {"at", event.at},
    };
    if (!event.text.empty()) data["text"] = event.text;
    if (!event.reason.empty()) data["reason"] = event.reason;
    return boost::json::serialize(data);
}

}  // namespace parley::events
