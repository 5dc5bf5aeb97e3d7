#pragma once
// The dates in delivery receipts, in the widths that carriers write (peers.md §5a).

#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::text {

/// A calendar time as a carrier wrote it: nearly always its own local time, and it does not say
/// which.
struct ReceiptTime {
    std::uint16_t year = 0;  // 2000 … 2099
    std::uint8_t month = 0;  // 1 … 12
    std::uint8_t day = 0;    // 1 … 31
    std::uint8_t hour = 0;
    std::uint8_t minute = 0;
    std::uint8_t second = 0;                       // 0 when not written
    std::optional<std::int16_t> offset_minutes{};  // from UTC; only the 16-character form has it
    bool operator==(const ReceiptTime&) const = default;
};

/// YYMMDDhhmm, YYMMDDhhmmss, YYYYMMDDhhmmss, or the absolute time of SMPP, YYMMDDhhmmsstnnp (3.4
/// §7.1.1); of twelve digits that make no date, YYYYMMDDhhmm. Empty for anything else, such as the
/// "000000000000" of a message that is not done.
std::optional<ReceiptTime> read_receipt_time(std::string_view written);

/// Seconds since 1970-01-01T00:00Z, a time without offset taken as UTC + offset_minutes.
std::int64_t unix_seconds(const ReceiptTime& time, std::int16_t offset_minutes = 0);

}  // namespace parley::text
