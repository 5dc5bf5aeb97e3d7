#include "tools/loadgen/results.h"

#include "tools/loadgen/figures.h"

#include <algorithm>

namespace parley::loadgen {
namespace {

using Subject = Objective::Subject;
using Statistic = Objective::Statistic;

std::optional<double> statistic_of(const Histogram& histogram, const Objective& objective) {
    if (histogram.count() == 0) return std::nullopt;
    switch (objective.statistic) {
        case Statistic::percentile:
            return static_cast<double>(histogram.percentile(objective.percentile));
        case Statistic::mean:
            return histogram.mean();
        case Statistic::max:
        case Statistic::none:
            break;
    }
    return static_cast<double>(histogram.max());
}

/// The count, or as a share of all of which it is a part.
std::optional<double> part(std::uint64_t count, std::uint64_t of, const Objective& objective) {
    if (of == 0) return std::nullopt;
    if (objective.unit == Objective::Unit::count) return static_cast<double>(count);
    return static_cast<double>(count) / static_cast<double>(of);
}

std::string padded(std::string text, std::size_t width) {
    // µ is one column and two octets.
    const auto columns = std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    text.append(width - std::min(width, static_cast<std::size_t>(columns)), ' ');
    return text;
}

std::string latency_line(std::string_view name, const Histogram& histogram) {
    std::string line = "  " + padded(std::string(name), 19);
    for (const auto& [label, share] :
         {std::pair{"p50 ", 0.5}, {"p90 ", 0.9}, {"p99 ", 0.99}, {"p99.9 ", 0.999}}) {
        line += padded(label + duration_text(static_cast<double>(histogram.percentile(share))), 16);
    }
    return line + "max " + duration_text(static_cast<double>(histogram.max())) + "\n";
}

std::string counted(std::string_view name, std::uint64_t count, std::uint64_t of) {
    auto line = "  " + padded(std::string(name), 19) + count_text(static_cast<double>(count));
    if (of > 0) {
        line += " (" + share_text(static_cast<double>(count) / static_cast<double>(of)) + ")";
    }
    return line + "\n";
}

std::string receipts_text(const Results& results) {
    const auto& counts = results.counts();
    auto text = counted("receipts", counts.receipts, counts.receipts_expected);
    if (const auto& times = results.tally->receipt_total(); times.count() > 0)
        text += latency_line("  after sending", times);
    for (const auto& [state, count] : results.tally->receipt_states())
        text += counted("  " + state, count, counts.receipts);
    if (counts.receipts_repeated > 0) text += counted("  repeated", counts.receipts_repeated, 0);
    if (counts.receipts_unknown > 0) text += counted("  of no message", counts.receipts_unknown, 0);
    return text;
}

}  // namespace

std::optional<double> measured(const Results& results, const Objective& objective) {
    const auto& counts = results.counts();
    const auto& tally = *results.tally;
    switch (objective.subject) {
        case Subject::submit:
            return statistic_of(tally.response_total(), objective);
        case Subject::service:
            return statistic_of(tally.service_total(), objective);
        case Subject::receipt:
            return statistic_of(tally.receipt_total(), objective);
        case Subject::receipts:
            return part(counts.receipts, counts.receipts_expected, objective);
        case Subject::accepted:
            return part(counts.accepted, counts.sent + counts.unsent, objective);
        case Subject::rate:
            if (counts.sent == 0) return std::nullopt;
            return results.accepted_per_second();
        case Subject::errors:
            return part(counts.refused, counts.sent, objective);
        case Subject::unanswered:
            return part(counts.unanswered, counts.sent, objective);
        case Subject::unsent:
            return part(counts.unsent, counts.sent + counts.unsent, objective);
    }
    return std::nullopt;
}

std::string summary_text(const Results& results) {
    const auto& counts = results.counts();
    const auto& tally = *results.tally;
    std::string text = results.title + ", " + duration_text(results.seconds * 1e9) +
                       (results.interrupted ? " (interrupted)" : "") + "\n";
    text += counted("sent", counts.sent, 0);
    text += counted("accepted", counts.accepted, counts.sent);
    text += "  " + padded("rate", 19) + count_text(results.accepted_per_second()) + "/s accepted\n";
    for (const auto& [reason, count] : tally.refusals())
        text += counted(reason, count, counts.sent);
    if (counts.unanswered > 0) text += counted("unanswered", counts.unanswered, counts.sent);
    if (counts.unsent > 0) text += counted("unsent", counts.unsent, counts.sent + counts.unsent);
    if (counts.inbound > 0) text += counted("inbound", counts.inbound, 0);
    if (tally.response_total().count() > 0) {
        text += latency_line(results.open_loop ? "submit (schedule)" : "submit",
                             tally.response_total());
        if (results.open_loop) text += latency_line("service (sending)", tally.service_total());
    }
    if (results.receipts) text += receipts_text(results);
    for (const auto& [kind, count] : tally.oddities())
        text += counted(kind, count, 0);
    if (!tally.first_oddity().empty()) text += "  the first: " + tally.first_oddity() + "\n";
    constexpr double busy = 0.9;
    if (results.cpu_busy >= busy) {
        text += "  parley-load itself was busy for " + share_text(results.cpu_busy) +
                " of the time: it may be what bounds these figures\n";
    }
    for (const auto& verdict : results.verdicts) {
        text += std::string(verdict.met ? "  met     " : "  MISSED  ") +
                padded(verdict.objective.text, 30) + " " + found_text(verdict) + "\n";
    }
    return text;
}

}  // namespace parley::loadgen
