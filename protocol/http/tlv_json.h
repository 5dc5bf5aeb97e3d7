#pragma once
// TLVs by name, as answers and events show them.

#include "protocol/http/json_writer.h"
#include "protocol/smpp/named_tlv.h"

#include <span>

namespace parley::http {

/// The member "tlvs", an object of texts, and "tlvs_left_out" when an entry without a name counts
/// those that were too many. Nothing for an empty list.
void write_tlvs(JsonWriter& json, std::span<const smpp::NamedTlv> tlvs);

}  // namespace parley::http
