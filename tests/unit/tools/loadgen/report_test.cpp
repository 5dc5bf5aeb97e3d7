#include "tools/loadgen/chart.h"
#include "tools/loadgen/live_view.h"
#include "tools/loadgen/results.h"

#include <algorithm>

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t second = 1'000 * ms;

/// Ten seconds of a run with a bit of everything.
class Report : public testing::Test {
protected:
    Report() {
        tally.start(0);
        for (int row = 1; row <= 100; ++row) {
            tally.sent(100);
            tally.accepted(95);
            tally.refused("ESME_RTHROTTLED", 4, "We send faster than the peer allows.");
            tally.unanswered(1);
            for (int i = 1; i <= 99; ++i)
                tally.answered((5 + i % 7) * ms, i * 10'000);
            tally.waited(2 * second);
            for (int i = 0; i < 95; ++i) {
                tally.receipt_expected();
                if (i < 90) tally.receipt_settled(300 * ms, "DELIVERED");
            }
            tally.close_row(row * second / 10, static_cast<std::uint64_t>(row) * 120, 7, 40);
        }
        results.title = "A <title> & more";
        results.target = "smpp://127.0.0.1:2775";
        results.mode = "smpp";
        results.open_loop = true;
        results.receipts = true;
        results.seconds = 10;
        results.wanted = 12'000;
        results.settings = {{"--rate", "1200"}, {"--password", "(kept secret)"}};
        results.tally = &tally;
    }

    void judge_by(const char* text) {
        results.verdicts.push_back(judge(read_objective(text), [&](const Objective& asked) {
            return measured(results, asked);
        }));
    }
    double found(const char* text) { return *measured(results, read_objective(text)); }

    Tally tally{10};
    Results results;
};

TEST_F(Report, MeasuresWhatObjectivesAskFor) {
    EXPECT_DOUBLE_EQ(found("rate > 1/s"), 950);
    EXPECT_DOUBLE_EQ(found("accepted > 99%"), 0.95);
    EXPECT_DOUBLE_EQ(found("errors = 0"), 400);
    EXPECT_DOUBLE_EQ(found("errors < 1%"), 0.04);
    EXPECT_DOUBLE_EQ(found("unanswered = 0"), 100);
    EXPECT_DOUBLE_EQ(found("receipts > 99.9%"), 9000.0 / 9500);
    EXPECT_NEAR(found("submit p50 < 1s"), 8 * ms, 0.1 * ms);
    EXPECT_NEAR(found("service max < 1s"), 0.99 * ms, 0.01 * ms);
    EXPECT_NEAR(found("receipt p99 < 1s"), 300 * ms, 3 * ms);
    EXPECT_DOUBLE_EQ(found("unsent = 0"), 0);
}

TEST_F(Report, WhatNobodyMeasuredHasNoValue) {
    Tally empty(1);
    results.tally = &empty;
    for (const char* text : {"submit p99 < 1s", "receipt max < 1s", "receipts > 1%", "errors = 0",
                             "rate > 1/s", "accepted > 1%"}) {
        EXPECT_FALSE(measured(results, read_objective(text))) << text;
    }
}

TEST_F(Report, TheSummaryNamesFiguresErrorsAndMissedObjectives) {
    judge_by("submit p50 < 50ms");
    judge_by("receipts > 99.9%");
    const auto text = summary_text(results);
    for (const char* words : {"10,000", "9,500 (95.00 %)", "ESME_RTHROTTLED", "400 (4.00 %)",
                              "submit (schedule)", "service (sending)", "DELIVERED",
                              "met     submit p50 < 50ms", "MISSED  receipts > 99.9%"}) {
        EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
    }
    EXPECT_FALSE(results.objectives_met());
}

TEST_F(Report, TheJsonSaysTheSame) {
    judge_by("errors = 0");
    const auto json = boost::json::parse(summary_json(results, true));
    EXPECT_EQ(json.at("accepted").as_int64(), 9500);
    EXPECT_EQ(json.at("refused").at("ESME_RTHROTTLED").as_int64(), 400);
    EXPECT_EQ(json.at("latency_from").as_string(), "schedule");
    EXPECT_EQ(json.at("receipts").at("missing").as_int64(), 500);
    EXPECT_FALSE(json.at("objectives_met").as_bool());
    EXPECT_EQ(json.at("timeline").as_array().size(), 100u);
    EXPECT_EQ(json.at("timeline").as_array()[3].at("wanted").as_int64(), 120);
    EXPECT_FALSE(boost::json::parse(summary_json(results, false)).as_object().contains("timeline"));
}

TEST_F(Report, ThePageHoldsEveryChartAndTellsNoSecrets) {
    judge_by("errors = 0");
    const auto page = report_html(results);
    std::size_t charts = 0;
    for (auto at = page.find("<svg"); at != page.npos; at = page.find("<svg", at + 1))
        ++charts;
    EXPECT_EQ(charts, 5u);
    for (const char* words :
         {"Rate", "Latency over time", "Latency distribution", "Receipt lag", "Backlog",
          "Errors by status", "Objectives", "Percentiles", "Settings", "1 of 1 objectives missed",
          "A &lt;title&gt; &amp; more", "ESME_RTHROTTLED", "prefers-color-scheme: dark"}) {
        EXPECT_NE(page.find(words), std::string::npos) << words;
    }
    for (const char* foreign : {"src=", "href=", "@import", "url("})
        EXPECT_EQ(page.find(foreign), std::string::npos) << "it needs nothing but itself";
}

TEST_F(Report, APageOfNothingIsStillAPage) {
    Tally empty(1);
    results.tally = &empty;
    results.complaint = "cannot connect to 127.0.0.1:2775: Connection refused";
    const auto page = report_html(results);
    EXPECT_NE(page.find("target failed"), std::string::npos);
    EXPECT_NE(page.find("Connection refused"), std::string::npos);
    EXPECT_EQ(page.find("<svg"), std::string::npos);
    for (const char* no_figure : {">nan", ">-nan", ">inf", "\"nan", " nan"})
        EXPECT_EQ(page.find(no_figure), std::string::npos) << no_figure;
}

TEST(Chart, LinesStayInsideTheirFrame) {
    const ChartSpec spec{
        .x_max = 10,
        .x_ticks = time_ticks(10),
        .x_title = "time",
        .y_scale = ChartSpec::Scale::logarithmic,
        .y_text = [](double y) { return std::to_string(y); },
        .series = {
            {.name = "a", .colour = "c1", .points = {{0, 1}, {5, 0}, {6, 100'000}, {10, 3}}}}};
    const auto svg = chart_svg(spec);
    const auto path = svg.substr(svg.find(" d=\"") + 4);
    EXPECT_TRUE(path.starts_with("M76.0 226.0M"))
        << "0 has no place on a logarithmic axis: the line breaks. " << path.substr(0, 60);
}

TEST(Chart, TimeHasRoundTicks) {
    const auto labels = [](double seconds) {
        std::string all;
        for (const auto& [at, label] : time_ticks(seconds))
            all += label + ",";
        return all;
    };
    EXPECT_EQ(labels(0.5), "0.0 s,0.1 s,0.2 s,0.3 s,0.4 s,0.5 s,");
    EXPECT_EQ(labels(30), "0 s,5 s,10 s,15 s,20 s,25 s,30 s,");
    EXPECT_EQ(labels(180), "0 s,20 s,40 s,60 s,80 s,100 s,120 s,140 s,160 s,180 s,");
    EXPECT_EQ(labels(600), "0 min,1 min,2 min,3 min,4 min,5 min,6 min,7 min,8 min,9 min,10 min,");
}

TEST_F(Report, TheLiveViewFitsTheTerminal) {
    Moment moment{.target = "smpp://127.0.0.1:2775",
                  .elapsed_s = 10,
                  .planned_s = 30,
                  .wanted = 12'000,
                  .in_flight = 7,
                  .open_loop = true,
                  .receipts = true,
                  .phase = "sending",
                  .recent = tally.take_recent(10 * second),
                  .tally = &tally};
    const auto wide = live_view(moment, 200);
    EXPECT_NE(wide.find("10.0 s of 30.0 s"), std::string::npos) << wide;
    EXPECT_NE(wide.find("behind schedule 2,000"), std::string::npos) << wide;
    EXPECT_NE(wide.find("ESME_RTHROTTLED 400"), std::string::npos) << wide;
    EXPECT_EQ(std::ranges::count(wide, '\n'), 6);
    const auto narrow = live_view(moment, 30);
    std::size_t columns = 0;
    for (const char c : narrow) {
        if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++columns;
        if (c == '\n') columns = 0;
        ASSERT_LE(columns, 30u);
    }
    EXPECT_NE(live_line(moment).find("accepted"), std::string::npos);
    EXPECT_EQ(erase_lines(0), "");
    EXPECT_EQ(erase_lines(6), "\x1b[6F\x1b[J");
}

}  // namespace
}  // namespace parley::loadgen
