#include "engine/events/stream.h"

#include "engine/events/delivery_json.h"
#include "protocol/http/json_writer.h"
#include "protocol/http/tlv_json.h"

#include <algorithm>

namespace parley::events {

namespace {

constexpr std::size_t tlvs_max = 16;  // of one event, however many segments there were

std::string type_of(const storage::Message& message) {
    return "message." + std::string(storage::name(message.status));
}

/// What the carrier told beside the specification's parameters. Of several receipts, one per
/// segment, the first that has a name counts.
smpp::NamedTlvs tlvs_of(const storage::Message& message) {
    if (message.direction == storage::Direction::inbound) return message.tlvs;
    smpp::NamedTlvs all;
    for (const storage::Segment& segment : message.segments) {
        for (const smpp::NamedTlv& tlv : segment.tlvs) {
            const bool known = std::ranges::find(all, tlv.name, &smpp::NamedTlv::name) != all.end();
            if (!known && all.size() < tlvs_max) all.push_back(tlv);
        }
    }
    return all;
}

}  // namespace

bool Audience::may_see(const Event& event) const {
    if (event.account == account) return true;
    return event.direction == storage::Direction::inbound && !brand.empty() && event.brand == brand;
}

void Stream::publish(const storage::Message& message, storage::UnixMs at) {
    Event event{.position = ++newest_,
                .account = message.account,
                .brand = message.brand,
                .type = type_of(message),
                .message = message.id,
                .conversation = message.conversation(),
                .direction = message.direction,
                .status = message.status,
                .from = message.from,
                .to = message.to,
                .text = message.direction == storage::Direction::inbound ? message.text : "",
                .reason = message.reason,
                .at = at,
                .tlvs = tlvs_of(message)};
    const bool ended =
        message.direction == storage::Direction::outbound && storage::is_final(message.status);
    if (ended) event.delivery = storage::delivery_of(message);
    for (const Subscriber& subscriber : subscribers_) {
        if (subscriber.audience.may_see(event)) subscriber.deliver(event);
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

Stream::Handle Stream::subscribe(Audience audience, std::function<void(const Event&)> deliver) {
    subscribers_.push_back({++last_handle_, std::move(audience), std::move(deliver)});
    return last_handle_;
}

void Stream::unsubscribe(Handle handle) {
    std::erase_if(subscribers_, [&](const Subscriber& each) { return each.handle == handle; });
}

std::string to_json(const Event& event) {
    const bool inbound = event.direction == storage::Direction::inbound;
    std::string text;
    http::JsonWriter json(text);
    json.begin_object();
    json.text("type", event.type);
    json.text("message_id", storage::to_text(event.message));
    json.text("conversation_id", storage::to_text(event.conversation));
    json.text("direction", inbound ? "inbound" : "outbound");
    json.text("status", storage::name(event.status));
    json.text("from", event.from);
    json.text("to", event.to);
    json.time("at", event.at);
    json.optional_text("text", event.text);
    json.optional_text("reason", event.reason);
    if (event.delivery) write_delivery(json, *event.delivery);
    http::write_tlvs(json, event.tlvs);
    json.end_object();
    return text;
}

}  // namespace parley::events
