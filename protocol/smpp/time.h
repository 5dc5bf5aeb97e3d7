#pragma once
// SMPP time (3.4 §7.1.1, 5.0 §4.7.23): 16 characters, absolute with a distance from UTC in quarter
// hours, or relative to the message centre's clock. Both directions; there is no clock in here.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace parley::smpp {

using Tenths = std::chrono::duration<std::int64_t, std::deci>;

/// "YYMMDDhhmmsstnn+": a moment, and how far the sender's clock is from UTC. Years are 2000 to
/// 2099.
struct AbsoluteTime {
    std::chrono::sys_time<Tenths> utc;
    int quarter_hours = 0;  // -48 … 48, east of Greenwich positive
    bool operator==(const AbsoluteTime&) const = default;
};

/// "YYMMDDhhmmss000R": years, months … from the message centre's now. Each 0 to 99, as two digits
/// hold, because carriers take "000000990000000R" (99 hours) and the like.
struct RelativeTime {
    std::uint8_t years = 0;
    std::uint8_t months = 0;
    std::uint8_t days = 0;
    std::uint8_t hours = 0;
    std::uint8_t minutes = 0;
    std::uint8_t seconds = 0;
    bool operator==(const RelativeTime&) const = default;
};

using SmppTime = std::variant<AbsoluteTime, RelativeTime>;

/// Empty for anything that is not 16 characters of one of the two forms, for days that the calendar
/// does not have (30 February), hours above 23, distances above 48 quarter hours. An empty field
/// ("now", "the default") is for the caller to see first.
std::optional<SmppTime> read_time(std::string_view text);

/// The 16 characters, in place: no allocation.
class TimeText {
public:
    std::string_view view() const { return {text_, sizeof text_}; }
    operator std::string_view() const { return view(); }

private:
    friend TimeText write_time(const AbsoluteTime& time);
    friend TimeText write_time(const RelativeTime& time);
    char text_[16];
};
/// Requires a local year of 2000 to 2099 and a distance within 48 quarter hours.
TimeText write_time(const AbsoluteTime& time);
/// Requires every part to be at most 99.
TimeText write_time(const RelativeTime& time);

/// The moment that a relative time means, counted by the calendar: a month from 31 January is the
/// last day of February.
std::chrono::sys_time<Tenths> resolve(const RelativeTime& time, std::chrono::sys_time<Tenths> now);
/// The moment that either form means.
std::chrono::sys_time<Tenths> resolve(const SmppTime& time, std::chrono::sys_time<Tenths> now);

/// In days, hours, minutes and seconds, so that no calendar can disagree. Empty when it is negative
/// or longer than 31 days 23:59:59 (carriers read DD as a day of a month): send it as absolute.
std::optional<RelativeTime> relative_of(std::chrono::seconds duration);

}  // namespace parley::smpp
