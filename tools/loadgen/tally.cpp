#include "tools/loadgen/tally.h"

#include <cstdio>

#include <boost/json.hpp>
#include <sys/resource.h>

namespace parley::loadgen {
namespace {

double ms(std::uint64_t ns) {
    return static_cast<double>(ns) / 1e6;
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
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
    void text(std::string_view name, std::string_view value) {
        raw(name, boost::json::serialize(boost::json::string(value)));
    }
    void object(std::string_view name, const Members& members) { raw(name, members.json()); }
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
    out.number("p50", ms(histogram.percentile(0.50)));
    out.number("p90", ms(histogram.percentile(0.90)));
    out.number("p99", ms(histogram.percentile(0.99)));
    out.number("p99_9", ms(histogram.percentile(0.999)));
    out.number("max", ms(histogram.max()));
    return out;
}

Members cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    Members out;
    out.number("user", seconds(usage.ru_utime));
    out.number("system", seconds(usage.ru_stime));
    return out;
}

}  // namespace

void Tally::refused(std::string_view reason, std::uint64_t messages, std::string_view example) {
    refused_ += messages;
    auto found = refused_by_.find(reason);
    if (found == refused_by_.end()) found = refused_by_.emplace(reason, 0).first;
    found->second += messages;
    if (first_refusal_.empty()) {
        first_refusal_ = std::string(reason) + " " + std::string(example.substr(0, 300));
    }
}

std::string Tally::line(std::int64_t now_ns, std::uint64_t in_flight) {
    const double took = static_cast<double>(now_ns - line_ns_) / 1e9;
    const auto per_second = [&](std::uint64_t count) {
        return took > 0 ? static_cast<double>(count) / took : 0;
    };
    char text[200];
    std::snprintf(text, sizeof text,
                  "%6.1f s  accepted %8.0f/s  refused %7.0f/s  in flight %6llu  "
                  "p50 %8.3f ms  p99 %8.3f ms",
                  static_cast<double>(now_ns - started_ns_) / 1e9,
                  per_second(accepted_ - line_accepted_), per_second(refused_ - line_refused_),
                  static_cast<unsigned long long>(in_flight), ms(interval_.percentile(0.50)),
                  ms(interval_.percentile(0.99)));
    line_ns_ = now_ns;
    line_accepted_ = accepted_;
    line_refused_ = refused_;
    total_.add(interval_);
    interval_.clear();
    return text;
}

std::string Tally::summary(std::int64_t now_ns, std::string_view mode, bool on_schedule,
                           std::string_view complaint) {
    total_.add(interval_);
    interval_.clear();
    const double took = static_cast<double>(now_ns - started_ns_) / 1e9;
    Members refused;
    for (const auto& [reason, count] : refused_by_)
        refused.number(reason, count);
    Members out;
    out.text("program", "parley-load");
    out.text("mode", mode);
    out.number("seconds", took);
    out.number("requests", requests_);
    out.number("sent", sent_);
    out.number("accepted", accepted_);
    out.object("refused", refused);
    out.number("unanswered", unanswered_);
    out.number("retried", retried_);
    out.number("unsent", unsent_);
    out.number("reconnects", reconnects_);
    out.number("accepted_per_second", took > 0 ? static_cast<double>(accepted_) / took : 0);
    out.text("latency_from", on_schedule ? "schedule" : "send");
    out.object("latency_ms", latency_ms(total_));
    out.object("cpu_seconds", cpu_seconds());
    if (!complaint.empty()) out.text("complaint", complaint);
    return out.json();
}

}  // namespace parley::loadgen
