#pragma once
// What must hold for any text in a field of SMPP time. A law that breaks aborts and names itself.

#include "protocol/ensure.h"
#include "protocol/smpp/time.h"

#include <string_view>

namespace parley::smpp::laws {

/// What is read and written again is read as the same; an absolute time to the very characters.
inline void time_holds(std::string_view text) {
    const auto time = read_time(text);
    if (!time) return;
    ENSURE(text.size() == 16);
    const auto written = std::visit([](const auto& one) { return write_time(one); }, *time);
    const auto again = read_time(written.view());
    ENSURE(again && *again == *time);
    const bool absolute = std::holds_alternative<AbsoluteTime>(*time);
    // "00-" is written "00+": UTC has one form.
    ENSURE(!absolute || written.view().substr(0, 15) == text.substr(0, 15));
    const std::chrono::sys_time<Tenths> now{
        std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};
    const auto moment = resolve(*time, now);
    ENSURE(absolute ? moment == std::get<AbsoluteTime>(*time).utc : moment >= now);
}

/// A duration that fits is added exactly, whatever the calendar says.
inline void duration_holds(std::int64_t seconds) {
    const auto relative = relative_of(std::chrono::seconds(seconds));
    ENSURE(relative.has_value() == (seconds >= 0 && seconds < 32LL * 86'400));
    if (!relative) return;
    const std::chrono::sys_time<Tenths> now{
        std::chrono::sys_days{std::chrono::year{2024} / 2 / 29}};
    ENSURE(resolve(*relative, now) == now + std::chrono::seconds(seconds));
    time_holds(write_time(*relative).view());
}

}  // namespace parley::smpp::laws
