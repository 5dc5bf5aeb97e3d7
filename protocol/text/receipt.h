#pragma once
// A delivery receipt as a whole: what its optional parameters say joined with what its text says,
// and whether they agree. They need not: carriers write the id in another base, or another state.

#include "protocol/text/receipt_text.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::text {

/// The optional parameters, as their owner read them from the PDU.
struct ReceiptParameters {
    std::string_view receipted_message_id{};  // a trailing NUL does not count
    std::optional<std::uint8_t> message_state{};
    std::string_view network_error_code{};  // 3 octets: type and code (3.4 §5.3.2.31)
};

/// How the receipts of a carrier differ from everybody's.
struct ReceiptRules {
    /// Where the two disagree, what the text says counts.
    bool text_first = false;
    /// Words of its own after "stat:", in any case; they count before those that everybody knows.
    std::vector<std::pair<std::string, MessageState>> states;
};

enum class Agreement : std::uint8_t {
    unsaid,      // at most one of the two says it
    same,        // to the letter
    equivalent,  // ids: one but for base, zeros or case. States: both final, or neither is
    different,
};
std::string_view name(Agreement agreement);  // "unsaid" …

/// Views into what was joined.
struct Receipt {
    /// Of the parameter if there is one, otherwise of the text; by the rules the other way round.
    std::string_view id;
    /// The other one's when that is another: to be tried when id finds nothing.
    std::string_view other_id;
    /// Of the parameter, unless that is missing, reserved, or UNKNOWN where the text knows more; by
    /// the rules of the text, if that has one.
    std::optional<MessageState> state;
    std::optional<std::uint8_t> raw_state;  // the parameter's number, even when reserved
    std::string_view raw_stat;              // the text's word, even when unknown
    std::string_view error;                 // the text's err, as written
    std::optional<std::uint8_t> network;    // type of network_error_code
    std::optional<std::uint16_t> network_error;
    std::string_view submit_date;  // see read_receipt_time()
    std::string_view done_date;
    std::string_view text;
    Agreement ids = Agreement::unsaid;
    Agreement states = Agreement::unsaid;
    bool disagrees() const { return ids == Agreement::different || states == Agreement::different; }
};
/// Empty when neither says an id or a state.
std::optional<Receipt> join_receipt(const ReceiptParameters& parameters,
                                    std::string_view short_message, const ReceiptRules& rules = {});

/// Whether it can hardly be anything else: receipted_message_id is there, or both id and stat are
/// in the text.
bool reads_as_receipt(const ReceiptParameters& parameters, std::string_view short_message);

}  // namespace parley::text
