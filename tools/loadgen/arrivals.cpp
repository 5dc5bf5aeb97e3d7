#include "tools/loadgen/arrivals.h"

#include <charconv>
#include <cmath>
#include <fstream>
#include <stdexcept>

namespace parley::loadgen {
namespace {

constexpr double second_ns = 1e9;
constexpr double moment_max_s = 1e9;  // beyond: never, so that nanoseconds fit their integer

}  // namespace

std::vector<std::int64_t> read_trace(const std::string& file) {
    std::ifstream lines(file);
    if (!lines) throw std::runtime_error("cannot read the trace '" + file + "'");
    std::vector<std::int64_t> moments;
    std::string line;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
        while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
            line.pop_back();
        if (line.empty() || line.front() == '#') continue;
        double seconds = 0;
        const auto end = line.data() + line.size();
        const auto [stop, error] = std::from_chars(line.data(), end, seconds);
        const auto fail = [&](const std::string& what) {
            throw std::runtime_error(file + ":" + std::to_string(number) + ": '" +
                                     line.substr(0, 60) + "' " + what);
        };
        if (error != std::errc{} || stop != end || !(seconds >= 0 && seconds < moment_max_s)) {
            fail("is no moment: expected seconds since the start, such as 12.345");
        }
        const auto moment = static_cast<std::int64_t>(std::llround(seconds * second_ns));
        if (!moments.empty() && moment < moments.back()) fail("is before the line above it");
        moments.push_back(moment);
    }
    if (moments.empty()) throw std::runtime_error("the trace '" + file + "' holds no moment");
    return moments;
}

Arrivals::Arrivals(ArrivalPlan plan) : plan_(std::move(plan)), dice_(plan_.seed) {
    if (plan_.rate_to <= 0) {
        plan_.rate_to = plan_.rate;
        plan_.ramp_s = 0;
    }
    compute();
}

void Arrivals::pop() {
    ++nth_;
    compute();
}

void Arrivals::compute() {
    if (!plan_.open_loop()) return;  // always at once
    if (plan_.trace_ns.empty()) {
        next_ns_ = moment_of(position_of(nth_));
    } else {
        next_ns_ = nth_ < plan_.trace_ns.size() ? plan_.trace_ns[nth_] : never;
    }
}

/// How many messages the rate expects before the nth one comes.
double Arrivals::position_of(std::uint64_t nth) {
    switch (plan_.spacing) {
        case Spacing::even:
            return static_cast<double>(nth);
        case Spacing::burst:
            return static_cast<double>(nth - nth % plan_.burst);
        case Spacing::poisson:
            // The gaps of a Poisson process of rate 1; the rate's own time does the rest.
            position_ += -std::log1p(-dice_.unit());
            return position_;
    }
    return 0;
}

/// The moment by which so many messages are expected: the inverse of
/// rate·t + (rate_to − rate)·t²/(2·ramp) while the ramp lasts, and a straight line behind it.
std::int64_t Arrivals::moment_of(double position) const {
    const double from = plan_.rate;
    const double to = plan_.rate_to;
    const double in_ramp = (from + to) / 2 * plan_.ramp_s;
    double seconds = 0;
    if (position >= in_ramp) {
        seconds = plan_.ramp_s + (position - in_ramp) / to;
    } else {
        const double slope = (to - from) / plan_.ramp_s;
        // The root's form that does not cancel when the slope is small or negative.
        seconds = 2 * position / (from + std::sqrt(from * from + 2 * slope * position));
        if (position == 0) seconds = 0;
    }
    return seconds < moment_max_s ? std::llround(seconds * second_ns) : never;
}

}  // namespace parley::loadgen
