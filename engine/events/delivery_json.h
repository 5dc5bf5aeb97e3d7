#pragma once
// How much of a message arrived, as the API and its events have it.

#include "protocol/http/json_writer.h"
#include "storage/delivery.h"

namespace parley::events {

/// The member "delivery" of an object that the caller has begun.
void write_delivery(http::JsonWriter& json, const storage::Delivery& delivery);

}  // namespace parley::events
