#pragma once
// Reads a delivery receipt from TLVs and from the many dialects of "id:… stat:…" (SMPP 3.4 appendix
// B is vendor specific; peers.md §5a has real ones). Order-free, case-free, never throws, and what
// it does not know it keeps raw.

#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::text {

/// SMPP 3.4 §5.2.28, 5.0 §4.7.15. Stored in the journal: never renumber.
enum class MessageState : std::uint8_t {
    scheduled = 0,
    enroute = 1,
    delivered = 2,
    expired = 3,
    deleted = 4,
    undeliverable = 5,
    accepted = 6,
    unknown = 7,
    rejected = 8,
    skipped = 9,
};
std::string_view name(MessageState state);  // "DELIVERED" …
/// In receipts ENROUTE, ACCEPTD, SCHEDULED and BUFFERED are on the way: nothing is settled yet.
bool is_final(MessageState state);

/// Views into the text that was parsed.
struct ReceiptText {
    std::string_view id;
    std::string_view sub;
    std::string_view dlvrd;
    std::string_view submit_date;
    std::string_view done_date;
    std::string_view stat;  // raw word
    std::string_view err;
    std::string_view text;
    std::optional<MessageState> state;  // empty when stat is missing or unknown
};
/// Empty when the text has neither an id nor a stat. Dates are read by read_receipt_time(). The
/// comma-separated form of Vodafone is understood as well; its stat is a number ("00").
std::optional<ReceiptText> parse_receipt(std::string_view short_message);

/// DELIVRD, EXPIRED, DELETED, UNDELIV, ACCEPTD, UNKNOWN, REJECTD and what carriers make of them
/// (REJECTED, DND_REJECTED, FAILED, BUFFRED, ACKED …).
std::optional<MessageState> state_from_stat(std::string_view stat);
/// Whether two words after "stat:" are the same, in whatever case.
bool same_stat(std::string_view one, std::string_view other);

}  // namespace parley::text
