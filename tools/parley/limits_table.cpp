#include "tools/parley/limits_table.h"

#include "tools/parley/story.h"
#include "tools/parley/table.h"

#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>

#include <boost/json.hpp>

namespace parley::tools {

namespace {

using boost::json::object;

double number_in(const object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

/// As one writes it in the configuration: "500/s", "75/m".
std::string rate_of(const object& limit) {
    const double rate = number_in(limit, "rate");
    if (rate == 0) return {};
    const double per_minute = rate * 60;
    const bool whole_minutes = std::abs(per_minute - std::round(per_minute)) < 1e-6;
    if (rate == std::floor(rate)) return std::to_string(std::lround(rate)) + "/s";
    if (whole_minutes) return std::to_string(std::lround(per_minute)) + "/m";
    return member(limit, "rate") + "/s";
}

std::string left_of_day(const object& limit) {
    const double per_day = number_in(limit, "per_day");
    if (per_day == 0) return {};
    return std::to_string(std::lround(std::max(0.0, per_day - number_in(limit, "spent"))));
}

}  // namespace

void print_limits(const object& queue, std::ostream& out) {
    Table table({"carrier", "limit", "sender", "rate", "burst", "free now", "per day", "spent",
                 "left", "for answers", "day ends (UTC)"});
    for (const auto& each : list_in(queue, "carriers")) {
        const object& carrier = each.as_object();
        for (const auto& one : list_in(carrier, "limits")) {
            const object& limit = one.as_object();
            table.add({member(carrier, "carrier"), member(limit, "limit"), member(limit, "sender"),
                       rate_of(limit), member(limit, "burst"), member(limit, "at_once"),
                       member(limit, "per_day"), member(limit, "spent"), left_of_day(limit),
                       member(limit, "reserve"), moment(member(limit, "day_ends"))});
        }
    }
    table.print(out);
    if (table.empty()) out << "no carrier has limits for senders, campaigns or brands\n";
}

}  // namespace parley::tools
