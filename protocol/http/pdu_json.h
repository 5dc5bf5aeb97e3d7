#pragma once
// A PDU as JSON, from the same fields() list as its octets: for `parley decode --json`, the tracer
// and the API. Passwords are masked; octets are hexadecimal, so nothing else is lost.

#include "protocol/http/json_writer.h"
#include "protocol/smpp/codec.h"
#include "protocol/smpp/tlv_dictionary.h"

namespace parley::http {

/// What one carrier calls its TLVs and statuses; the specification's names when left empty.
struct PduNames {
    smpp::TlvDictionary tlvs;
    smpp::CarrierStatuses statuses;
};

/// Members into an object that the caller has begun: command, command_id, command_length,
/// command_status, status, sequence_number, then "fields" (by their specification names; an octet
/// string is {"hex":…}, a list an array of objects, a password "***") and "tlvs" (an array of
/// {tag, name, hex} with a value by type, and a fault when it has not the length or value that its
/// definition asks for). A body that does not decode gives "error" instead of fields; one that
/// needed tolerance gives both. A C-octet string that is not UTF-8 has a second member, name_hex.
void add_pdu(JsonWriter& json, const smpp::Frame& frame, const PduNames& names = {});

}  // namespace parley::http
