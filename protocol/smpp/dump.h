#pragma once
// A PDU as one line of text, secrets masked: for logs, the tracer and golden tests.

#include "protocol/smpp/codec.h"

#include <string>

namespace parley::smpp {

/// 'submit_sm seq=7 status=ESME_ROK source_addr="+1555…" … message_payload=0x…'. Octets that are
/// not printable ASCII are written as \xNN. A body that does not decode is named with its error.
std::string dump(const Frame& frame);

}  // namespace parley::smpp
