#pragma once
// What the API shows of one message beside its members: segments, decisions of the gate, what its
// carrier was asked, and its history.

#include "engine/api/backend.h"
#include "protocol/http/json_writer.h"

namespace parley::api {

/// Members into the object of the message, which the caller has begun.
void write_details(http::JsonWriter& json, const storage::Message& message, const Backend& backend);
void write_decision(http::JsonWriter& json, const storage::Decision& decision);

}  // namespace parley::api
