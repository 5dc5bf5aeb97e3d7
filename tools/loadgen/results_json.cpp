#include "tools/loadgen/results.h"

#include <cstdio>

#include <boost/json.hpp>

namespace parley::loadgen {
namespace {

double ms(double ns) {
    return ns / 1e6;
}

/// Members of a JSON object, with numbers that people can read (Boost.JSON writes 1.5E-1).
class Members {
public:
    void number(std::string_view name, double value) {
        char text[40];
        std::snprintf(text, sizeof text, "%.3f", value);
        raw(name, text);
    }
    void number(std::string_view name, std::uint64_t value) { raw(name, std::to_string(value)); }
    void yes_no(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }
    void text(std::string_view name, std::string_view value) {
        raw(name, boost::json::serialize(boost::json::string(value)));
    }
    void object(std::string_view name, const Members& members) { raw(name, members.json()); }
    template <class List, class Write>
    void array(std::string_view name, const List& list, Write write) {
        std::string items;
        for (const auto& item : list) {
            Members members;
            write(members, item);
            items += (items.empty() ? "" : ",") + members.json();
        }
        raw(name, "[" + items + "]");
    }
    std::string json() const { return "{" + list_ + "}"; }

private:
    void raw(std::string_view name, std::string_view value) {
        if (!list_.empty()) list_ += ',';
        list_ += boost::json::serialize(boost::json::string(name));
        list_ += ':';
        list_ += value;
    }
    std::string list_;
};

Members latency_ms(const Histogram& histogram) {
    Members out;
    const auto at = [&](double share) {
        return ms(static_cast<double>(histogram.percentile(share)));
    };
    out.number("mean", ms(histogram.mean()));
    out.number("p50", at(0.50));
    out.number("p90", at(0.90));
    out.number("p99", at(0.99));
    out.number("p99_9", at(0.999));
    out.number("p99_99", at(0.9999));
    out.number("max", ms(static_cast<double>(histogram.max())));
    return out;
}

Members counted(const std::map<std::string, std::uint64_t, std::less<>>& counts) {
    Members out;
    for (const auto& [name, count] : counts)
        out.number(name, count);
    return out;
}

Members receipts(const Results& results) {
    const auto& counts = results.counts();
    Members out;
    out.number("expected", counts.receipts_expected);
    out.number("matched", counts.receipts);
    out.number("missing", counts.receipts_expected - counts.receipts);
    out.number("intermediate", counts.receipts_intermediate);
    out.number("repeated", counts.receipts_repeated);
    out.number("unknown", counts.receipts_unknown);
    out.object("states", counted(results.tally->receipt_states()));
    out.object("latency_ms", latency_ms(results.tally->receipt_total()));
    return out;
}

void write_row(Members& out, const TimelineRow& row) {
    out.number("at_s", row.at_s);
    out.number("seconds", row.seconds);
    out.number("wanted", row.wanted);
    out.number("sent", row.sent);
    out.number("accepted", row.accepted);
    out.number("refused", row.refused);
    out.number("unanswered", row.unanswered);
    out.number("receipts", row.receipts);
    out.number("in_flight", row.in_flight);
    out.number("receipts_outstanding", row.outstanding);
    out.number("p50_ms", ms(static_cast<double>(row.p50)));
    out.number("p90_ms", ms(static_cast<double>(row.p90)));
    out.number("p99_ms", ms(static_cast<double>(row.p99)));
    out.number("max_ms", ms(static_cast<double>(row.max)));
}

void write_verdict(Members& out, const Verdict& verdict) {
    out.text("objective", verdict.objective.text);
    out.text("found", found_text(verdict));
    out.yes_no("met", verdict.met);
}

}  // namespace

std::string summary_json(const Results& results, bool rows) {
    const auto& counts = results.counts();
    const auto& tally = *results.tally;
    Members out;
    out.text("program", "parley-load");
    out.text("target", results.target);
    out.text("mode", results.mode);
    out.text("began_at", results.began_at);
    out.number("seconds", results.seconds);
    out.yes_no("interrupted", results.interrupted);
    out.number("wanted", results.wanted);
    out.number("requests", counts.requests);
    out.number("sent", counts.sent);
    out.number("accepted", counts.accepted);
    out.object("refused", counted(tally.refusals()));
    out.number("unanswered", counts.unanswered);
    out.number("retried", counts.retried);
    out.number("unsent", counts.unsent);
    out.number("reconnects", counts.reconnects);
    out.number("inbound", counts.inbound);
    out.number("accepted_per_second", results.accepted_per_second());
    out.text("latency_from", results.open_loop ? "schedule" : "send");
    out.object("latency_ms", latency_ms(tally.response_total()));
    if (results.open_loop) out.object("service_ms", latency_ms(tally.service_total()));
    if (results.receipts) out.object("receipts", receipts(results));
    if (!tally.oddities().empty()) out.object("oddities", counted(tally.oddities()));
    Members cpu;
    cpu.number("user", results.cpu_user_s);
    cpu.number("system", results.cpu_system_s);
    out.object("cpu_seconds", cpu);
    out.number("cpu_busy", results.cpu_busy);
    if (!results.verdicts.empty()) {
        out.yes_no("objectives_met", results.objectives_met());
        out.array("objectives", results.verdicts, write_verdict);
    }
    if (!results.complaint.empty()) out.text("complaint", results.complaint);
    if (rows) {
        Members settings;
        for (const auto& [name, value] : results.settings)
            settings.text(name, value);
        out.object("settings", settings);
        out.array("timeline", tally.timeline().rows(), write_row);
    }
    return out.json();
}

}  // namespace parley::loadgen
