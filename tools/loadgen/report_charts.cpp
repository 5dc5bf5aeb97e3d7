#include "tools/loadgen/report_charts.h"

#include "tools/loadgen/figures.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace parley::loadgen {
namespace {

using Look = Series::Look;

double per_second(std::uint64_t count, const TimelineRow& row) {
    return row.seconds > 0 ? static_cast<double>(count) / row.seconds : 0;
}

std::string rate_text(double rate) {
    return short_text(rate) + "/s";
}

/// Everything that has the run's time as its x axis.
ChartSpec over_time(const Results& results) {
    const auto& rows = results.tally->timeline().rows();
    ChartSpec spec;
    spec.x_max = rows.empty() ? 0 : rows.back().at_s + rows.back().seconds;
    spec.x_ticks = time_ticks(spec.x_max);
    spec.x_title = "time since the first message";
    return spec;
}

template <class Value>
void add_series(ChartSpec& spec, const Results& results, std::string name, std::string colour,
                Look look, Value value) {
    Series series{.name = std::move(name), .colour = std::move(colour), .look = look, .points = {}};
    for (const auto& row : results.tally->timeline().rows())
        series.points.emplace_back(row.at_s + row.seconds / 2, value(row));
    spec.series.push_back(std::move(series));
}

template <class Text>
void add_tips(ChartSpec& spec, const Results& results, Text text) {
    for (const auto& row : results.tally->timeline().rows()) {
        spec.tips.push_back(
            {.from = row.at_s,
             .to = row.at_s + row.seconds,
             .text = "at " + duration_text((row.at_s + row.seconds / 2) * 1e9) + "\n" + text(row)});
    }
}

std::string latency(std::uint64_t ns) {
    return duration_text(static_cast<double>(ns));
}
std::string count(std::uint64_t value) {
    return count_text(static_cast<double>(value));
}

/// Where a percentile stands: 0 for none, 1 for 90 %, 2 for 99 % …
double place_of(double share) {
    return -std::log10(1 - share);
}

/// As far as so many values say something.
double last_place(std::uint64_t values) {
    constexpr double nines_max = 6;
    return std::clamp(std::log10(static_cast<double>(std::max<std::uint64_t>(values, 1))), 1.0,
                      nines_max);
}

ChartSpec over_percentiles(std::uint64_t values) {
    ChartSpec spec;
    spec.x_max = last_place(values);
    spec.x_title = "share of messages that were no slower";
    spec.y_scale = ChartSpec::Scale::logarithmic;
    spec.y_text = [](double ns) { return trimmed(duration_text(ns)); };
    constexpr std::array<std::pair<double, const char*>, 7> ticks{{{0.5, "50 %"},
                                                                   {0.9, "90 %"},
                                                                   {0.99, "99 %"},
                                                                   {0.999, "99.9 %"},
                                                                   {0.9999, "99.99 %"},
                                                                   {0.99999, "99.999 %"},
                                                                   {0.999999, "99.9999 %"}}};
    for (const auto& [share, label] : ticks) {
        if (place_of(share) <= spec.x_max + 0.001)
            spec.x_ticks.emplace_back(place_of(share), label);
    }
    return spec;
}

void add_percentiles(ChartSpec& spec, std::string name, std::string colour, Look look,
                     const Histogram& histogram) {
    constexpr int steps = 240;
    Series series{.name = std::move(name), .colour = std::move(colour), .look = look, .points = {}};
    for (int i = 0; i <= steps; ++i) {
        const double place = spec.x_max * i / steps;
        const double share = 1 - std::pow(10, -place);
        series.points.emplace_back(place, static_cast<double>(histogram.percentile(share)));
    }
    spec.series.push_back(std::move(series));
}

/// Stretches of the percentile axis, each with what its middle says.
template <class Text>
void add_percentile_tips(ChartSpec& spec, Text text) {
    constexpr int stretches = 60;
    for (int i = 0; i < stretches; ++i) {
        const double from = spec.x_max * i / stretches;
        const double to = spec.x_max * (i + 1) / stretches;
        const double share = 1 - std::pow(10, -(from + to) / 2);
        spec.tips.push_back(
            {.from = from, .to = to, .text = share_text(share) + "\n" + text(share)});
    }
}

}  // namespace

ChartSpec rate_chart(const Results& results) {
    auto spec = over_time(results);
    spec.y_text = [](double rate) { return trimmed(rate_text(rate)); };
    spec.wide = true;
    if (results.open_loop) {
        add_series(spec, results, "wanted by the schedule", "c5", Look::dashed,
                   [](const auto& row) { return per_second(row.wanted, row); });
    }
    add_series(spec, results, "accepted", "c1", Look::area,
               [](const auto& row) { return per_second(row.accepted, row); });
    if (results.receipts) {
        add_series(spec, results, "receipts", "c2", Look::thin,
                   [](const auto& row) { return per_second(row.receipts, row); });
    }
    if (results.counts().refused > 0) {
        add_series(spec, results, "refused", "c4", Look::line,
                   [](const auto& row) { return per_second(row.refused, row); });
    }
    add_tips(spec, results, [&](const auto& row) {
        auto text = "accepted " + rate_text(per_second(row.accepted, row));
        if (results.open_loop) text += "\nwanted " + rate_text(per_second(row.wanted, row));
        if (results.receipts) text += "\nreceipts " + rate_text(per_second(row.receipts, row));
        text += "\nrefused " + rate_text(per_second(row.refused, row));
        if (row.unanswered > 0) text += "\nunanswered " + count(row.unanswered);
        return text;
    });
    return spec;
}

ChartSpec latency_chart(const Results& results) {
    auto spec = over_time(results);
    spec.y_scale = ChartSpec::Scale::logarithmic;
    spec.y_text = [](double ns) { return trimmed(duration_text(ns)); };
    const auto add = [&](const char* name, const char* colour, Look look, auto member) {
        add_series(spec, results, name, colour, look,
                   [member](const auto& row) { return static_cast<double>(row.*member); });
    };
    add("max", "c4", Look::thin, &TimelineRow::max);
    add("p99", "c3", Look::line, &TimelineRow::p99);
    add("p90", "c1", Look::line, &TimelineRow::p90);
    add("p50", "c2", Look::line, &TimelineRow::p50);
    add_tips(spec, results, [](const auto& row) {
        return "p50 " + latency(row.p50) + "\np90 " + latency(row.p90) + "\np99 " +
               latency(row.p99) + "\nmax " + latency(row.max) + "\nanswers " + count(row.answers);
    });
    return spec;
}

ChartSpec distribution_chart(const Results& results) {
    const auto& response = results.tally->response_total();
    const auto& service = results.tally->service_total();
    auto spec = over_percentiles(response.count());
    if (results.open_loop) {
        add_percentiles(spec, "from the schedule", "c3", Look::line, response);
        add_percentiles(spec, "from sending", "c5", Look::dashed, service);
    } else {
        add_percentiles(spec, "from sending", "c3", Look::line, response);
    }
    add_percentile_tips(spec, [&](double share) {
        if (!results.open_loop) return latency(response.percentile(share));
        return "from the schedule " + latency(response.percentile(share)) + "\nfrom sending " +
               latency(service.percentile(share));
    });
    return spec;
}

ChartSpec receipt_chart(const Results& results) {
    const auto& receipts = results.tally->receipt_total();
    auto spec = over_percentiles(receipts.count());
    spec.x_title = "share of receipts that came no later";
    add_percentiles(spec, "from sending to receipt", "c2", Look::area, receipts);
    add_percentile_tips(spec, [&](double share) { return latency(receipts.percentile(share)); });
    return spec;
}

ChartSpec backlog_chart(const Results& results) {
    auto spec = over_time(results);
    spec.y_text = [](double count) { return trimmed(short_text(count)); };
    add_series(spec, results, "in flight (sent, no answer yet)", "c1", Look::line,
               [](const auto& row) { return static_cast<double>(row.in_flight); });
    if (results.receipts) {
        add_series(spec, results, "receipts not yet come", "c2", Look::line,
                   [](const auto& row) { return static_cast<double>(row.outstanding); });
    }
    add_tips(spec, results, [&](const auto& row) {
        auto text = "in flight " + count(row.in_flight);
        if (results.receipts) text += "\nreceipts not yet come " + count(row.outstanding);
        return text;
    });
    return spec;
}

}  // namespace parley::loadgen
