#pragma once
// A PDU as a person wants to read it: one line that says what it is, then a line per field that has
// something to say, numbers with their meaning, the message as text. Passwords are masked.

#include "protocol/http/pdu_json.h"
#include "protocol/text/charset.h"
#include "tools/parley/pdu_source.h"

#include <string>

namespace parley::tools {

struct TextStyle {
    bool all_fields = false;  // also those that are empty or 0
    http::PduNames names;
    text::Dialect codings;  // what data_coding means to the carrier
};

/// "2026-01-02 03:04:05.123456" in UTC.
std::string time_text(std::int64_t time_ns);
/// "3.2 ms"
std::string duration_text(std::int64_t ns);

/// Ends with a line end.
std::string pdu_text(const SeenPdu& seen, const TextStyle& style);

/// The message that a PDU carries, as UTF-8, without user data header; empty when it has none.
std::string message_text(const smpp::Frame& frame, const text::Dialect& codings = {});

}  // namespace parley::tools
