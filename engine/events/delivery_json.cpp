#include "engine/events/delivery_json.h"

namespace parley::events {

void write_delivery(http::JsonWriter& json, const storage::Delivery& delivery) {
    json.key("delivery");
    json.begin_object();
    json.text("outcome", storage::name(delivery.outcome));
    json.number("segments", delivery.segments());
    json.number("delivered", delivery.delivered);
    json.number("failed", delivery.failed);
    json.number("unknown", delivery.unknown);
    json.number("pending", delivery.pending);
    json.end_object();
}

}  // namespace parley::events
