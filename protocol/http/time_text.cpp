#include "protocol/http/time_text.h"

#include <array>
#include <chrono>

namespace parley::http {

namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::sys_days;

constexpr std::array<std::string_view, 7> weekday_names = {"Sun", "Mon", "Tue", "Wed",
                                                           "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void append_digits(std::string& out, std::uint32_t value, int width) {
    std::uint32_t unit = 1;
    for (int i = 1; i < width; ++i)
        unit *= 10;
    for (; unit > 0; unit /= 10)
        out += static_cast<char>('0' + value / unit % 10);
}

/// Takes fixed-width numbers and marks off the front; remembers that something was amiss.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    int digits(std::size_t width) {
        if (text_.size() < width) return fail();
        int value = 0;
        for (const char c : text_.substr(0, width)) {
            if (c < '0' || c > '9') return fail();
            value = value * 10 + (c - '0');
        }
        text_.remove_prefix(width);
        return value;
    }
    bool accept(std::string_view marks) {
        if (text_.empty() || marks.find(text_.front()) == marks.npos) return false;
        text_.remove_prefix(1);
        return true;
    }
    void expect(std::string_view marks) {
        if (!accept(marks)) fail();
    }
    char peek() const { return text_.empty() ? '\0' : text_.front(); }
    bool failed() const { return failed_; }
    bool finished() const { return !failed_ && text_.empty(); }
    int fail() {
        failed_ = true;
        return 0;
    }

private:
    std::string_view text_;
    bool failed_ = false;
};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

int scan_fraction_ms(Scanner& scan) {
    if (!scan.accept(".")) return 0;
    int value = 0;
    int seen = 0;
    for (; is_digit(scan.peek()); ++seen) {
        const int digit = scan.digits(1);
        if (seen < 3) value = value * 10 + digit;
    }
    if (seen == 0) return scan.fail();
    for (; seen < 3; ++seen)
        value *= 10;
    return value;
}

/// Minutes east of UTC.
int scan_offset(Scanner& scan) {
    if (scan.accept("Zz")) return 0;
    const bool west = scan.peek() == '-';
    scan.expect("+-");
    const int hours = scan.digits(2);
    scan.expect(":");
    const int minutes = scan.digits(2);
    if (hours > 23 || minutes > 59) scan.fail();
    return (west ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

void append_rfc3339(std::string& out, std::int64_t unix_ms) {
    const std::chrono::sys_time<milliseconds> moment{milliseconds(unix_ms)};
    const auto day = std::chrono::floor<days>(moment);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{moment - day};
    append_digits(out, static_cast<std::uint32_t>(static_cast<int>(date.year())), 4);
    out += '-';
    append_digits(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    append_digits(out, static_cast<unsigned>(date.day()), 2);
    out += 'T';
    append_digits(out, static_cast<std::uint32_t>(time.hours().count()), 2);
    out += ':';
    append_digits(out, static_cast<std::uint32_t>(time.minutes().count()), 2);
    out += ':';
    append_digits(out, static_cast<std::uint32_t>(time.seconds().count()), 2);
    out += '.';
    append_digits(out, static_cast<std::uint32_t>(time.subseconds().count()), 3);
    out += 'Z';
}

std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
    Scanner scan(text);
    const int year = scan.digits(4);
    scan.expect("-");
    const int month = scan.digits(2);
    scan.expect("-");
    const int day = scan.digits(2);
    scan.expect("Tt ");
    const int hour = scan.digits(2);
    scan.expect(":");
    const int minute = scan.digits(2);
    scan.expect(":");
    const int second = scan.digits(2);
    const int fraction_ms = scan_fraction_ms(scan);
    const int offset_minutes = scan_offset(scan);
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    // Second 60 is a leap second; it reads as the first moment of the next minute.
    if (!scan.finished() || !date.ok() || hour > 23 || minute > 59 || second > 60) return {};
    const std::int64_t seconds = sys_days(date).time_since_epoch().count() * std::int64_t{86'400} +
                                 hour * 3'600 + (minute - offset_minutes) * 60 + second;
    if (seconds < 0) return {};
    return seconds * 1'000 + fraction_ms;
}

std::string http_date(std::int64_t unix_seconds) {
    const std::chrono::sys_seconds moment{std::chrono::seconds(unix_seconds)};
    const auto day = std::chrono::floor<days>(moment);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{moment - day};
    std::string out;
    out.reserve(29);
    out += weekday_names[std::chrono::weekday(day).c_encoding()];
    out += ", ";
    append_digits(out, static_cast<unsigned>(date.day()), 2);
    out += ' ';
    out += month_names[static_cast<unsigned>(date.month()) - 1];
    out += ' ';
    append_digits(out, static_cast<std::uint32_t>(static_cast<int>(date.year())), 4);
    out += ' ';
    append_digits(out, static_cast<std::uint32_t>(time.hours().count()), 2);
    out += ':';
    append_digits(out, static_cast<std::uint32_t>(time.minutes().count()), 2);
    out += ':';
    append_digits(out, static_cast<std::uint32_t>(time.seconds().count()), 2);
    out += " GMT";
    return out;
}

std::optional<std::int64_t> parse_duration_seconds(std::string_view text) {
    constexpr std::int64_t longest = std::int64_t{10} * 366 * 86'400;
    Scanner scan(text);
    scan.expect("P");
    std::int64_t seconds = 0;
    int units = 0;
    bool time_part = false;
    std::string_view allowed = "WD";  // what may still come, in this order
    while (!scan.finished() && !scan.failed()) {
        if (!time_part && scan.accept("T")) {
            time_part = true;
            allowed = "HMS";
        }
        std::int64_t value = 0;
        if (!is_digit(scan.peek())) return {};
        while (is_digit(scan.peek())) {
            value = value * 10 + scan.digits(1);
            if (value > longest) return {};
        }
        const char unit = scan.peek();
        const auto place = allowed.find(unit);
        if (unit == '\0' || place == allowed.npos) return {};
        scan.accept(allowed);
        allowed.remove_prefix(place + 1);
        const std::int64_t weight = unit == 'W'   ? 7 * 86'400
                                    : unit == 'D' ? 86'400
                                    : unit == 'H' ? 3'600
                                    : unit == 'M' ? 60
                                                  : 1;
        seconds += value * weight;
        ++units;
        if (seconds > longest) return {};
    }
    if (scan.failed() || units == 0) return {};
    return seconds;
}

}  // namespace parley::http
