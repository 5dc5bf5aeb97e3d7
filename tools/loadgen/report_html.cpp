// The page of a run: one file, no network, readable without scripts, well-formed as XML.

#include "protocol/smpp/status.h"
#include "tools/loadgen/figures.h"
#include "tools/loadgen/report_charts.h"
#include "tools/loadgen/report_style.h"
#include "tools/loadgen/results.h"

#include <algorithm>
#include <vector>

namespace parley::loadgen {
namespace {

std::string count(std::uint64_t value) {
    return count_text(static_cast<double>(value));
}
std::string latency(std::uint64_t ns) {
    return duration_text(static_cast<double>(ns));
}
std::string share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? "–" : share_text(static_cast<double>(part) / static_cast<double>(whole));
}

std::string tile(const std::string& figure, const std::string& words,
                 const std::string& look = "") {
    return "<div class=\"tile\"><b" + (look.empty() ? "" : " class=\"" + look + "\"") + ">" +
           escaped(figure) + "</b><span>" + escaped(words) + "</span></div>\n";
}

std::string section(const std::string& title, const std::string& note, const std::string& body,
                    bool wide = false) {
    return "<section" + std::string(wide ? " class=\"wide\"" : "") + "><h2>" + escaped(title) +
           "</h2>\n<p class=\"note\">" + escaped(note) + "</p>\n" + body + "</section>\n";
}

std::string chart_section(const std::string& title, const std::string& note, const ChartSpec& spec,
                          bool wide = false) {
    return section(title, note, chart_legend(spec) + chart_svg(spec) + "\n", wide);
}

std::string verdict(const Results& results) {
    const auto say = [](const char* look, const std::string& words) {
        return "<span class=\"verdict " + std::string(look) + "\">" + words + "</span>";
    };
    if (!results.complaint.empty()) return say("bad", "target failed");
    const auto missed =
        std::ranges::count_if(results.verdicts, [](const Verdict& each) { return !each.met; });
    if (missed > 0) {
        return say("bad", std::to_string(missed) + " of " +
                              std::to_string(results.verdicts.size()) + " objectives missed");
    }
    if (!results.verdicts.empty()) return say("good", "all objectives met");
    if (results.counts().sent > 0 && results.counts().accepted == 0)
        return say("bad", "nothing was accepted");
    return results.interrupted ? say("warn", "interrupted") : say("good", "ran to its end");
}

std::string tiles(const Results& results) {
    const auto& counts = results.counts();
    const auto& tally = *results.tally;
    std::string out = "<div class=\"tiles\">\n";
    out += tile(short_text(results.accepted_per_second()) + "/s", "accepted");
    out += tile(share(counts.accepted, counts.sent),
                count(counts.accepted) + " of " + count(counts.sent) + " sent");
    const auto& response = tally.response_total();
    out += tile(latency(response.percentile(0.5)), "median latency");
    out += tile(latency(response.percentile(0.99)), "99th percentile");
    out += tile(latency(response.max()), "slowest");
    if (results.receipts) {
        out +=
            tile(share(counts.receipts, counts.receipts_expected),
                 count(counts.receipts) + " of " + count(counts.receipts_expected) + " receipts");
    }
    const auto failures = counts.refused + counts.unanswered + counts.unsent;
    out += tile(count(failures), "refused, unanswered or unsent", failures > 0 ? "bad" : "");
    return out + "</div>\n";
}

std::string objectives(const Results& results) {
    std::string rows = "<table><tr><th>objective</th><th>found</th><th></th></tr>\n";
    for (const auto& each : results.verdicts) {
        rows += "<tr><td>" + escaped(each.objective.text) + "</td><td>" +
                escaped(found_text(each)) + "</td><td class=\"" +
                (each.met ? "good\">✓ met" : "bad\">✗ missed") + "</td></tr>\n";
    }
    return section("Objectives", "What the run was asked to prove.", rows + "</table>\n", true);
}

std::string meaning_of(const std::string& status) {
    for (const auto& info : smpp::standard_statuses()) {
        if (info.name == status) return std::string(info.meaning);
    }
    return "";
}

struct Bar {
    std::string name;
    std::string words;
    std::uint64_t count = 0;
};

std::string bars(std::vector<Bar> list, std::uint64_t whole, const std::string& look = "") {
    std::ranges::stable_sort(list, std::greater{}, &Bar::count);
    const auto most = std::max<std::uint64_t>(1, list.empty() ? 1 : list.front().count);
    std::string rows = "<table>";
    for (const auto& bar : list) {
        const auto percent = 100 * static_cast<double>(bar.count) / static_cast<double>(most);
        rows +=
            "<tr><td>" + escaped(bar.name) +
            (bar.words.empty() ? "" : " <span class=\"quiet\">" + escaped(bar.words) + "</span>") +
            "<div class=\"bar " + look + "\" style=\"width:" + std::to_string(percent) +
            "%\"></div></td><td class=\"n\">" + count(bar.count) + "</td><td class=\"n\">" +
            share(bar.count, whole) + "</td></tr>\n";
    }
    return rows + "</table>\n";
}

std::string errors(const Results& results) {
    const auto& counts = results.counts();
    std::vector<Bar> list;
    for (const auto& [status, refused] : results.tally->refusals())
        list.push_back({status, meaning_of(status), refused});
    if (counts.unanswered > 0)
        list.push_back({"unanswered", "sent, and no answer came", counts.unanswered});
    if (counts.unsent > 0)
        list.push_back({"unsent", "wanted, and no window had room", counts.unsent});
    for (const auto& [kind, odd] : results.tally->oddities())
        list.push_back({kind, "", odd});
    const std::string title = "Errors by status";
    const std::string note = "Shares of all that was sent or should have been.";
    if (list.empty())
        return section(title, note, "<p class=\"good\">None: every message was accepted.</p>\n");
    auto body = bars(list, counts.sent + counts.unsent);
    if (!results.tally->first_oddity().empty())
        body += "<p class=\"note\">The first oddity: " + escaped(results.tally->first_oddity()) +
                "</p>\n";
    return section(title, note, body);
}

std::string receipt_table(const Results& results) {
    const auto& counts = results.counts();
    std::vector<Bar> list;
    for (const auto& [state, settled] : results.tally->receipt_states())
        list.push_back({state, "", settled});
    const auto add = [&](const char* name, const char* words, std::uint64_t times) {
        if (times > 0) list.push_back({name, words, times});
    };
    add("missing", "expected, and not come by the end", counts.receipts_expected - counts.receipts);
    add("intermediate", "on the way, nothing settled", counts.receipts_intermediate);
    add("repeated", "its message was settled before", counts.receipts_repeated);
    add("of no message", "an id that no response gave", counts.receipts_unknown);
    return section("Receipts",
                   results.mode == "smpp"
                       ? "Matched by message id with the submit_sm_resp of each segment."
                       : "The end of each message, as the engine's event stream tells it.",
                   list.empty() ? "<p class=\"quiet\">None was expected.</p>\n"
                                : bars(list, counts.receipts_expected, "c2"));
}

std::string percentile_table(const Results& results) {
    const auto& tally = *results.tally;
    std::vector<std::pair<std::string, const Histogram*>> columns{
        {results.open_loop ? "from the schedule" : "from sending", &tally.response_total()}};
    if (results.open_loop) columns.emplace_back("from sending", &tally.service_total());
    if (results.receipts) columns.emplace_back("receipt", &tally.receipt_total());
    std::string rows = "<div class=\"scroll\"><table><tr><th></th>";
    for (const auto& [name, histogram] : columns)
        rows += "<th class=\"n\">" + name + "</th>";
    rows += "</tr>\n";
    const auto add = [&](const std::string& name, auto value) {
        rows += "<tr><td>" + name + "</td>";
        for (const auto& [title, histogram] : columns)
            rows += "<td class=\"n\">" + value(*histogram) + "</td>";
        rows += "</tr>\n";
    };
    for (const auto& level : {std::pair{"50 %", 0.5},
                              {"90 %", 0.9},
                              {"95 %", 0.95},
                              {"99 %", 0.99},
                              {"99.9 %", 0.999},
                              {"99.99 %", 0.9999}}) {
        add(level.first, [share = level.second](const Histogram& each) {
            return latency(each.percentile(share));
        });
    }
    add("slowest", [](const Histogram& each) { return latency(each.max()); });
    add("mean", [](const Histogram& each) { return duration_text(each.mean()); });
    add("messages", [](const Histogram& each) { return count(each.count()); });
    return section("Percentiles", "Buckets of a high dynamic range histogram: within 0.8 %.",
                   rows + "</table></div>\n");
}

std::string settings(const Results& results) {
    std::string rows = "<table>";
    const auto add = [&](const std::string& name, const std::string& value) {
        rows +=
            "<tr><th>" + escaped(name) + "</th><td class=\"v\">" + escaped(value) + "</td></tr>\n";
    };
    for (const auto& [name, value] : results.settings)
        add(name, value);
    add("began", results.began_at);
    add("lasted", duration_text(results.seconds * 1e9));
    add("parley-load itself",
        "busy for " + share_text(results.cpu_busy) + " of the time on one core (" +
            duration_text((results.cpu_user_s + results.cpu_system_s) * 1e9) + " of CPU)");
    return section("Settings", "What was asked for, and what it cost to ask.", rows + "</table>\n");
}

}  // namespace

std::string report_html(const Results& results) {
    const std::string latency_note =
        results.open_loop
            ? "Counted from the moment that the schedule intended: a target that stalls is charged "
              "for everything that had to wait."
            : "Counted from sending, in a closed loop: a target that stalls also stops the "
              "questions, so these figures flatter it. Give a --rate to know.";
    std::string page =
        "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>"
        "<meta charset=\"utf-8\"/>"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>" +
        escaped(results.title) + "</title>\n<style>" + std::string(report_css) +
        "</style></head>\n<body><main>\n<header><h1>" + escaped(results.title) +
        "</h1><span class=\"quiet\">" + escaped(results.began_at) + ", " +
        duration_text(results.seconds * 1e9) + "</span>" + verdict(results) + "</header>\n";
    if (!results.complaint.empty())
        page += "<p class=\"complaint\">" + escaped(results.complaint) + "</p>\n";
    page += tiles(results);
    page += "<div class=\"grid\">\n";
    if (!results.verdicts.empty()) page += objectives(results);
    page += chart_section("Rate", "Messages a second, as the target answered them.",
                          rate_chart(results), true);
    page += chart_section("Latency over time", latency_note, latency_chart(results));
    page += chart_section("Latency distribution",
                          "Every nine to the right is ten times rarer; both axes are logarithmic.",
                          distribution_chart(results));
    if (results.receipts) {
        page += chart_section("Receipt lag", "From sending to the final receipt.",
                              receipt_chart(results));
        page += receipt_table(results);
    }
    page +=
        chart_section("Backlog", "What the target still owed, over time.", backlog_chart(results));
    page += errors(results);
    page += percentile_table(results);
    page += settings(results);
    page += "</div>\n<footer>Written by parley-load.";
    constexpr double busy = 0.9;
    if (results.cpu_busy >= busy)
        page +=
            " <b class=\"warn\">It was itself busy nearly all the time, so it may be what "
            "bounds these figures.</b>";
    return page + "</footer></main>\n<div id=\"tip\"></div>\n<script>" +
           std::string(report_script) + "</script>\n</body></html>\n";
}

}  // namespace parley::loadgen
