#include "protocol/smpp/time.h"

#include "protocol/ensure.h"

#include <algorithm>

namespace parley::smpp {

namespace {

using namespace std::chrono;

constexpr std::size_t text_octets = 16;
constexpr int quarter_hours_max = 48;
constexpr int first_year = 2000;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Requires two digits at `at`.
int two_digits(std::string_view text, std::size_t at) {
    return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

char* put_two(char* at, int value) {
    at[0] = static_cast<char>('0' + value / 10);
    at[1] = static_cast<char>('0' + value % 10);
    return at + 2;
}

std::optional<SmppTime> read_absolute(std::string_view text, int sign) {
    const year_month_day date{year{first_year + two_digits(text, 0)},
                              month{static_cast<unsigned>(two_digits(text, 2))},
                              day{static_cast<unsigned>(two_digits(text, 4))}};
    const int hour = two_digits(text, 6);
    const int minute = two_digits(text, 8);
    const int second = two_digits(text, 10);
    const int quarters = two_digits(text, 13);
    if (!date.ok() || hour > 23 || minute > 59 || second > 59 || quarters > quarter_hours_max) {
        return std::nullopt;
    }
    const auto local = sys_time<Tenths>(sys_days(date)) + hours(hour) + minutes(minute) +
                       seconds(second) + Tenths(text[12] - '0');
    return AbsoluteTime{local - minutes(15 * sign * quarters), sign * quarters};
}

SmppTime read_relative(std::string_view text) {
    const auto part = [text](std::size_t at) {
        return static_cast<std::uint8_t>(two_digits(text, at));
    };
    return RelativeTime{part(0), part(2), part(4), part(6), part(8), part(10)};
}

}  // namespace

std::optional<SmppTime> read_time(std::string_view text) {
    if (text.size() != text_octets || !std::all_of(text.begin(), text.end() - 1, is_digit)) {
        return std::nullopt;
    }
    switch (text.back()) {
        case '+':
            return read_absolute(text, 1);
        case '-':
            return read_absolute(text, -1);
        case 'R':
            return read_relative(text);
        default:
            return std::nullopt;
    }
}

TimeText write_time(const AbsoluteTime& time) {
    ENSURE(time.quarter_hours >= -quarter_hours_max && time.quarter_hours <= quarter_hours_max);
    const auto local = time.utc + minutes(15 * time.quarter_hours);
    const auto midnight = floor<days>(local);
    const year_month_day date(midnight);
    const int years = static_cast<int>(date.year()) - first_year;
    ENSURE(years >= 0 && years <= 99);
    const hh_mm_ss clock(local - midnight);
    const auto tenths = clock.subseconds();

    TimeText out;
    char* at = put_two(out.text_, years);
    at = put_two(at, static_cast<int>(static_cast<unsigned>(date.month())));
    at = put_two(at, static_cast<int>(static_cast<unsigned>(date.day())));
    at = put_two(at, static_cast<int>(clock.hours().count()));
    at = put_two(at, static_cast<int>(clock.minutes().count()));
    at = put_two(at, static_cast<int>(clock.seconds().count()));
    *at++ = static_cast<char>('0' + tenths.count());
    at = put_two(at, std::abs(time.quarter_hours));
    *at = time.quarter_hours < 0 ? '-' : '+';
    return out;
}

TimeText write_time(const RelativeTime& time) {
    TimeText out;
    char* at = out.text_;
    for (const auto part :
         {time.years, time.months, time.days, time.hours, time.minutes, time.seconds}) {
        ENSURE(part <= 99);
        at = put_two(at, part);
    }
    std::copy_n("000R", 4, at);
    return out;
}

sys_time<Tenths> resolve(const RelativeTime& time, sys_time<Tenths> now) {
    const auto midnight = floor<days>(now);
    auto date = year_month_day(midnight) + years(time.years) + months(time.months);
    if (!date.ok()) date = date.year() / date.month() / last;
    return sys_days(date) + (now - midnight) + days(time.days) + hours(time.hours) +
           minutes(time.minutes) + seconds(time.seconds);
}

sys_time<Tenths> resolve(const SmppTime& time, sys_time<Tenths> now) {
    if (const auto* absolute = std::get_if<AbsoluteTime>(&time)) return absolute->utc;
    return resolve(std::get<RelativeTime>(time), now);
}

std::optional<RelativeTime> relative_of(seconds duration) {
    if (duration < seconds(0) || duration >= days(32)) return std::nullopt;
    const auto whole_days = floor<days>(duration);
    const hh_mm_ss clock(duration - whole_days);
    return RelativeTime{.days = static_cast<std::uint8_t>(whole_days.count()),
                        .hours = static_cast<std::uint8_t>(clock.hours().count()),
                        .minutes = static_cast<std::uint8_t>(clock.minutes().count()),
                        .seconds = static_cast<std::uint8_t>(clock.seconds().count())};
}

}  // namespace parley::smpp
