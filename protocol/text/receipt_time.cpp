#include "protocol/text/receipt_time.h"

#include <algorithm>
#include <chrono>

namespace parley::text {
namespace {

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Value of the first `digits` characters, which it takes off.
unsigned take(std::string_view& text, std::size_t digits) {
    unsigned value = 0;
    for (const char digit : text.substr(0, digits))
        value = value * 10 + static_cast<unsigned>(digit - '0');
    text.remove_prefix(digits);
    return value;
}

std::chrono::year_month_day date_of(const ReceiptTime& time) {
    return std::chrono::year(time.year) / std::chrono::month(time.month) /
           std::chrono::day(time.day);
}

/// Requires digits only: the year in two or four of them, then pairs.
std::optional<ReceiptTime> read_digits(std::string_view digits, std::size_t year_digits) {
    const unsigned year = take(digits, year_digits);
    ReceiptTime time{.year = static_cast<std::uint16_t>(year_digits == 2 ? 2000 + year : year)};
    time.month = static_cast<std::uint8_t>(take(digits, 2));
    time.day = static_cast<std::uint8_t>(take(digits, 2));
    time.hour = static_cast<std::uint8_t>(take(digits, 2));
    time.minute = static_cast<std::uint8_t>(take(digits, 2));
    if (!digits.empty()) time.second = static_cast<std::uint8_t>(take(digits, 2));
    const bool good = time.year >= 2000 && time.year < 2100 && date_of(time).ok() &&
                      time.hour < 24 && time.minute < 60 && time.second < 60;
    return good ? std::optional(time) : std::nullopt;
}

/// YYMMDDhhmmsstnnp: tenths of a second, quarters of an hour, + or -.
std::optional<ReceiptTime> read_absolute(std::string_view written) {
    const char sign = written.back();
    if ((sign != '+' && sign != '-') || !all_digits(written.substr(0, 15))) return std::nullopt;
    auto time = read_digits(written.substr(0, 12), 2);
    std::string_view quarters = written.substr(13, 2);
    const unsigned ahead = take(quarters, 2);
    if (!time || ahead > 48) return std::nullopt;
    const auto minutes = static_cast<std::int16_t>(ahead * 15);
    time->offset_minutes = sign == '+' ? minutes : static_cast<std::int16_t>(-minutes);
    return time;
}

}  // namespace

std::optional<ReceiptTime> read_receipt_time(std::string_view written) {
    if (written.size() == 16) return read_absolute(written);
    if (!all_digits(written)) return std::nullopt;
    switch (written.size()) {
        case 10:
            return read_digits(written, 2);
        case 12: {
            const auto time = read_digits(written, 2);
            return time ? time : read_digits(written, 4);
        }
        case 14:
            return read_digits(written, 4);
        default:
            return std::nullopt;
    }
}

std::int64_t unix_seconds(const ReceiptTime& time, std::int16_t offset_minutes) {
    const std::chrono::sys_days day = date_of(time);
    const std::int64_t minutes = time.hour * 60 + time.minute;
    return day.time_since_epoch().count() * std::int64_t{86400} +
           (minutes - time.offset_minutes.value_or(offset_minutes)) * 60 + time.second;
}

}  // namespace parley::text
