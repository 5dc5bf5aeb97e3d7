#include "tools/parley/story.h"

#include "protocol/smpp/status.h"
#include "tools/parley/story_teller.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>

#include <boost/json.hpp>

namespace parley::tools {

using boost::json::object;

namespace {

/// Milliseconds since 1970; empty: this is no "2026-11-26T16:31:26.123Z".
std::optional<std::int64_t> unix_ms(std::string_view rfc3339) {
    constexpr std::string_view shape = "0000-00-00T00:00:00.000Z";
    if (rfc3339.size() != shape.size()) return std::nullopt;
    for (std::size_t at = 0; at < shape.size(); ++at) {
        const bool digit = rfc3339[at] >= '0' && rfc3339[at] <= '9';
        if (shape[at] == '0' ? !digit : rfc3339[at] != shape[at]) return std::nullopt;
    }
    const auto number = [&](std::size_t at, std::size_t digits) {
        int value = 0;
        std::from_chars(rfc3339.data() + at, rfc3339.data() + at + digits, value);
        return value;
    };
    const std::chrono::year_month_day date(std::chrono::year(number(0, 4)),
                                           std::chrono::month(unsigned(number(5, 2))),
                                           std::chrono::day(unsigned(number(8, 2))));
    const auto at = std::chrono::sys_days(date) + std::chrono::hours(number(11, 2)) +
                    std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2)) +
                    std::chrono::milliseconds(number(20, 3));
    return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

}  // namespace

std::vector<StoryLine> story_of(const object& message) {
    return Teller(message).tell();
}

std::string member(const object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    if (value == nullptr || value->is_null()) return {};
    if (value->is_string()) return std::string(value->get_string());
    if (value->is_bool()) return value->get_bool() ? "yes" : "no";
    return boost::json::serialize(*value);
}

const boost::json::array& list_in(const object& from, std::string_view name) {
    static const boost::json::array none;
    const auto* value = from.if_contains(name);
    return value != nullptr && value->is_array() ? value->get_array() : none;
}

std::string status_name(std::string_view hex) {
    if (hex.empty()) return "ESME_ROK";
    std::uint32_t value = 0;
    if (hex.starts_with("0x")) hex.remove_prefix(2);
    std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
    return smpp::name(static_cast<smpp::Status>(value));
}

std::string moment(std::string_view rfc3339) {
    std::string text(rfc3339);
    std::replace(text.begin(), text.end(), 'T', ' ');
    if (text.ends_with('Z')) text.pop_back();
    return text;
}

std::string between(std::string_view begin, std::string_view end) {
    const auto from = unix_ms(begin);
    const auto to = unix_ms(end);
    if (!from || !to || *to < *from) return {};
    const std::string digits = std::to_string(*to - *from);
    const std::string padded = std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
    const std::size_t whole = padded.size() - 3;
    return padded.substr(0, whole) + "." + padded.substr(whole) + " s";
}

}  // namespace parley::tools
