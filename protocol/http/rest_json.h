#pragma once
// Request bodies of the native API to plain values, and problem+json out. Every error names the
// field, the value as given and what was expected. Knows nothing of storage or of the engine.

#include "protocol/http/json_reader.h"
#include "protocol/http/json_writer.h"
#include "protocol/smpp/named_tlv.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::http {

struct FieldError {
    enum class Where : std::uint8_t { body, query, path };
    Where where = Where::body;
    std::string name;   // body: a JSON pointer such as "/3/to"; otherwise the parameter's name
    std::string value;  // as given, shortened; empty when it is missing
    std::string expected;
};
using FieldErrors = std::vector<FieldError>;

/// At most 40 octets, cut between characters, with "…" when something was cut.
std::string shortened(std::string_view value);

// One place for the bounds, so that errors and documentation say the same.
inline constexpr std::size_t items_max = 1'000;
inline constexpr std::size_t address_octets_max = 32;
inline constexpr std::size_t client_ref_octets_max = 128;
inline constexpr std::size_t text_octets_max = 160'000;  // 255 segments never need more
inline constexpr std::size_t note_octets_max = 500;
inline constexpr std::size_t tlvs_max = 16;
inline constexpr std::size_t tlv_name_octets_max = 32;
inline constexpr std::size_t tlv_value_octets_max = 512;
inline constexpr std::int64_t validity_max_s = 7 * 86'400;

enum class SendClass : std::uint8_t { conversational, informational, promotional };

/// What happens to characters that have a lookalike in GSM 7.
enum class Lookalikes : std::uint8_t { keep, replace };

struct MessageBody {
    std::string from;
    std::string to;
    std::string text;
    SendClass send_class = SendClass::conversational;
    std::string client_ref;
    std::int64_t validity_s = 0;  // 0: not given
    std::int64_t send_at_ms = 0;  // 0: at once
    Lookalikes lookalikes = Lookalikes::keep;
    smpp::NamedTlvs tlvs;  // as given: only a carrier knows what they may be
};
struct ReplyBody {
    std::string text;
    std::string seen_up_to;  // a message id as text; empty: not given
    std::string client_ref;
    Lookalikes lookalikes = Lookalikes::keep;
    smpp::NamedTlvs tlvs;
};
struct ChangeBody {
    std::string text;
    std::int64_t validity_s = 0;  // 0: not given
};
struct SuppressionBody {
    std::string note;
};

/// pointer: of the item within the body, "" or "/3". True when nothing was added to errors.
bool read_body(const JsonItem& item, std::string_view pointer, MessageBody& body,
               FieldErrors& errors);
bool read_body(const JsonItem& item, std::string_view pointer, ReplyBody& body,
               FieldErrors& errors);
bool read_body(const JsonItem& item, std::string_view pointer, ChangeBody& body,
               FieldErrors& errors);
bool read_body(const JsonItem& item, std::string_view pointer, SuppressionBody& body,
               FieldErrors& errors);

/// RFC 9457. Members of our own: code, errors, retry_after_s, newest, message_status, complaints.
struct ProblemText {
    unsigned status = 500;
    std::string_view code;  // of the fixed list
    std::string_view title;
    std::string_view detail;
    std::uint32_t retry_after_s = 0;  // 0: left out
    std::string_view newest;          // conversation_moved: what the thread stands at now
    std::string_view message_status;  // wrong_status
    std::span<const FieldError> errors;
    std::span<const std::string> complaints{};  // invalid_configuration: "file:line:column: …"
};
void write_problem(JsonWriter& json, const ProblemText& problem);

}  // namespace parley::http
