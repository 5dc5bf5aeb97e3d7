#include "config/time_zone.h"

#include <unicode/timezone.h>

namespace parley::config {

namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

std::unique_ptr<icu::TimeZone> find_zone(const std::string& name) {
    return std::unique_ptr<icu::TimeZone>(
        icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
}

std::int64_t offset_at(const icu::TimeZone& zone, std::int64_t unix_ms) {
    std::int32_t raw = 0;
    std::int32_t summer = 0;
    UErrorCode error = U_ZERO_ERROR;
    zone.getOffset(static_cast<UDate>(unix_ms), 0, raw, summer, error);
    return U_FAILURE(error) ? 0 : raw + summer;
}

std::int64_t day_of(const icu::TimeZone& zone, std::int64_t unix_ms) {
    const std::int64_t local = unix_ms + offset_at(zone, unix_ms);
    return local >= 0 ? local / day_ms : (local + 1) / day_ms - 1;
}

}  // namespace

bool is_time_zone(const std::string& name) {
    if (name.find('/') == std::string::npos && name != "UTC") return false;
    icu::UnicodeString canonical;
    UBool is_of_system = 0;
    UErrorCode error = U_ZERO_ERROR;
    icu::TimeZone::getCanonicalID(icu::UnicodeString::fromUTF8(name), canonical, is_of_system,
                                  error);
    return U_SUCCESS(error) && is_of_system != 0;
}

struct TimeZone::Zone {
    std::unique_ptr<icu::TimeZone> icu;
};

TimeZone::TimeZone(const std::string& name)
    : zone_(std::make_unique<Zone>(Zone{find_zone(name)})) {}
TimeZone::~TimeZone() = default;
TimeZone::TimeZone(TimeZone&&) noexcept = default;
TimeZone& TimeZone::operator=(TimeZone&&) noexcept = default;

std::int64_t TimeZone::next_midnight(std::int64_t unix_ms) const {
    const icu::TimeZone& zone = *zone_->icu;
    const std::int64_t today = day_of(zone, unix_ms);
    // A day has 23 to 25 hours, once in history 48; whichever it is, the date changes once in
    // between.
    std::int64_t before = unix_ms;
    std::int64_t after = unix_ms + day_ms + 2 * 60 * 60 * 1000;
    while (day_of(zone, after) == today)
        after += day_ms;
    while (after - before > 1) {
        const std::int64_t middle = before + (after - before) / 2;
        (day_of(zone, middle) == today ? before : after) = middle;
    }
    return after;
}

}  // namespace parley::config
