#include "tools/loadgen/live_view.h"

#include "tools/loadgen/figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

namespace parley::loadgen {
namespace {

constexpr std::size_t bar_cells = 24;
constexpr std::size_t spark_cells = 30;
constexpr std::size_t refusals_shown = 4;

double per_second(std::uint64_t now, std::uint64_t before, double seconds) {
    return seconds > 0 ? static_cast<double>(now - before) / seconds : 0;
}

/// Code points up to so many; a line that is too wide would break the redrawing.
std::string clipped(std::string_view line, std::size_t columns) {
    std::size_t at = 0;
    for (std::size_t seen = 0; at < line.size(); ++at) {
        const bool starts = (static_cast<unsigned char>(line[at]) & 0xC0U) != 0x80U;
        if (starts && seen++ == columns) break;
    }
    return std::string(line.substr(0, at));
}

std::string bar(double share) {
    const auto full =
        static_cast<std::size_t>(std::lround(bar_cells * std::clamp(share, 0.0, 1.0)));
    std::string text;
    for (std::size_t i = 0; i < bar_cells; ++i)
        text += i < full ? "█" : "░";
    return text;
}

/// Accepted a second, of the newest rows.
std::string sparkline(const std::vector<TimelineRow>& rows) {
    constexpr std::array<const char*, 8> steps{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const auto first = rows.size() - std::min(rows.size(), spark_cells);
    std::vector<double> rates;
    for (auto i = first; i < rows.size(); ++i)
        rates.push_back(per_second(rows[i].accepted, 0, rows[i].seconds));
    const double most = rates.empty() ? 0 : *std::ranges::max_element(rates);
    std::string text;
    for (const double rate : rates) {
        const double height = most > 0 ? rate / most * (steps.size() - 1) : 0;
        text += steps[static_cast<std::size_t>(std::lround(height))];
    }
    return text;
}

/// Of the time or of the messages, whichever ends first.
double progress(const Moment& moment) {
    double share = 0;
    if (moment.planned_s > 0) share = moment.elapsed_s / moment.planned_s;
    if (moment.planned_messages > 0) {
        const auto done = static_cast<double>(moment.tally->counts().sent);
        share = std::max(share, done / static_cast<double>(moment.planned_messages));
    }
    return share;
}

std::string figure(std::uint64_t count) {
    return count_text(static_cast<double>(count));
}
std::string latency(std::uint64_t ns) {
    return duration_text(static_cast<double>(ns));
}

std::string errors_of(const Tally& tally) {
    std::vector<std::pair<std::uint64_t, std::string_view>> most;
    for (const auto& [reason, count] : tally.refusals())
        most.emplace_back(count, reason);
    std::ranges::sort(most, std::greater{});
    std::string text;
    for (std::size_t i = 0; i < std::min(most.size(), refusals_shown); ++i)
        text += std::string(most[i].second) + " " + figure(most[i].first) + "   ";
    if (most.size() > refusals_shown)
        text += "and " + figure(most.size() - refusals_shown) + " other kinds";
    return text.empty() ? "none" : text;
}

}  // namespace

std::string live_line(const Moment& moment) {
    const auto& counts = moment.tally->counts();
    const auto& recent = moment.recent;
    char text[240];
    std::snprintf(text, sizeof text,
                  "%6.1f s  accepted %8.0f/s  refused %7.0f/s  in flight %6llu  "
                  "p50 %8.3f ms  p99 %8.3f ms",
                  moment.elapsed_s,
                  per_second(counts.accepted, recent.before.accepted, recent.seconds),
                  per_second(counts.refused, recent.before.refused, recent.seconds),
                  static_cast<unsigned long long>(moment.in_flight),
                  static_cast<double>(recent.p50) / 1e6, static_cast<double>(recent.p99) / 1e6);
    std::string line = text;
    if (moment.receipts) {
        std::snprintf(text, sizeof text, "  receipts %8.0f/s",
                      per_second(counts.receipts, recent.before.receipts, recent.seconds));
        line += text;
    }
    return line;
}

std::string live_view(const Moment& moment, std::size_t columns) {
    const auto& tally = *moment.tally;
    const auto& counts = tally.counts();
    const auto& recent = moment.recent;
    std::vector<std::string> lines;
    auto first = moment.target + "   " + duration_text(std::max(0.0, moment.elapsed_s) * 1e9);
    if (moment.planned_s > 0) first += " of " + duration_text(moment.planned_s * 1e9);
    if (moment.planned_s > 0 || moment.planned_messages > 0) first += "   " + bar(progress(moment));
    lines.push_back(first + "   " + std::string(moment.phase));

    auto rate = sparkline(tally.timeline().rows()) + " " +
                count_text(std::round(
                    per_second(counts.accepted, recent.before.accepted, recent.seconds))) +
                "/s accepted";
    if (moment.open_loop) {
        rate += "   " +
                count_text(
                    std::round(per_second(moment.wanted, moment.wanted_before, recent.seconds))) +
                "/s wanted";
    }
    lines.push_back("rate      " + rate);
    lines.push_back("latency   p50 " + latency(recent.p50) + "   p99 " + latency(recent.p99) +
                    "   max " + latency(recent.max) +
                    (moment.open_loop ? "   (from the schedule)" : "   (from sending)"));
    auto messages = "sent " + figure(counts.sent) + "   accepted " + figure(counts.accepted) +
                    "   in flight " + figure(moment.in_flight);
    if (counts.unanswered > 0) messages += "   unanswered " + figure(counts.unanswered);
    if (moment.open_loop && moment.wanted > counts.sent + counts.unsent)
        messages += "   behind schedule " + figure(moment.wanted - counts.sent - counts.unsent);
    lines.push_back("messages  " + messages);
    if (moment.receipts) {
        const auto expected = std::max<std::uint64_t>(1, counts.receipts_expected);
        lines.push_back(
            "receipts  " + figure(counts.receipts) + " of " + figure(counts.receipts_expected) +
            " (" +
            share_text(static_cast<double>(counts.receipts) / static_cast<double>(expected)) + ")");
    }
    lines.push_back("errors    " + errors_of(tally));
    std::string text;
    for (const auto& line : lines)
        text += clipped(line, columns) + "\n";
    return text;
}

std::string erase_lines(std::size_t lines) {
    if (lines == 0) return "";
    return "\x1b[" + std::to_string(lines) + "F\x1b[J";
}

}  // namespace parley::loadgen
