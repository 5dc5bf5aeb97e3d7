#pragma once
// Moments and spans as text: RFC 3339, the HTTP date of RFC 9110, ISO 8601 durations. Reads no
// clock.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::http {

/// "2026-11-24T09:30:00.250Z". Requires a year from 1970 to 9999.
void append_rfc3339(std::string& out, std::int64_t unix_ms);
/// Any offset, any number of fractional digits (cut to milliseconds), from 1970 on. Empty when the
/// text is not a complete RFC 3339 date-time or names a day that does not exist.
std::optional<std::int64_t> parse_rfc3339(std::string_view text);

/// "Tue, 24 Nov 2026 09:30:00 GMT".
std::string http_date(std::int64_t unix_seconds);

/// ISO 8601 with weeks, days, hours, minutes and seconds: "PT2H30M", "P1D". Years and months have
/// no fixed length and are refused. Empty as well when the span is longer than ten years.
std::optional<std::int64_t> parse_duration_seconds(std::string_view text);

}  // namespace parley::http
