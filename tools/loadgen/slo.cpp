#include "tools/loadgen/slo.h"

#include "tools/loadgen/figures.h"
#include "tools/support/flags.h"

#include <array>
#include <charconv>
#include <utility>

namespace parley::loadgen {
namespace {

using Subject = Objective::Subject;
using Statistic = Objective::Statistic;
using Relation = Objective::Relation;
using Unit = Objective::Unit;

constexpr std::array<std::pair<std::string_view, Subject>, 9> subjects{{
    {"submit", Subject::submit},
    {"service", Subject::service},
    {"receipt", Subject::receipt},
    {"receipts", Subject::receipts},
    {"accepted", Subject::accepted},
    {"rate", Subject::rate},
    {"errors", Subject::errors},
    {"unanswered", Subject::unanswered},
    {"unsent", Subject::unsent},
}};
constexpr std::array<std::pair<std::string_view, Relation>, 6> relations{{
    {"<=", Relation::at_most},  // before "<"
    {">=", Relation::at_least},
    {"<", Relation::less},
    {">", Relation::more},
    {"==", Relation::equal},
    {"=", Relation::equal},
}};
struct Suffix {
    std::string_view name;
    Unit unit;
    double factor;
};
constexpr std::array<Suffix, 8> suffixes{{
    {"ns", Unit::nanoseconds, 1},
    {"us", Unit::nanoseconds, 1e3},
    {"µs", Unit::nanoseconds, 1e3},
    {"ms", Unit::nanoseconds, 1e6},
    {"/s", Unit::per_second, 1},  // before "s"
    {"s", Unit::nanoseconds, 1e9},
    {"min", Unit::nanoseconds, 60e9},
    {"%", Unit::share, 0.01},
}};

/// Reads one objective from left to right.
class Reader {
public:
    explicit Reader(std::string_view text) : whole_(text), left_(text) {}

    Objective read() {
        Objective objective{.text = std::string(whole_)};
        objective.subject = subject();
        const bool latency = objective.subject <= Subject::receipt;
        if (latency) statistic(objective);
        objective.relation = relation();
        limit(objective);
        check_unit(objective, latency);
        return objective;
    }

private:
    [[noreturn]] void fail(const std::string& what) const {
        throw tools::UsageError("--slo: '" + std::string(whole_) + "': " + what);
    }
    void skip_blanks() {
        left_.remove_prefix(std::min(left_.find_first_not_of(' '), left_.size()));
    }
    std::string_view word() {
        skip_blanks();
        const auto end = std::min(left_.find_first_of(" <>="), left_.size());
        const auto found = left_.substr(0, end);
        left_.remove_prefix(end);
        return found;
    }

    Subject subject() {
        const auto found = word();
        for (const auto& [name, subject] : subjects) {
            if (name == found) return subject;
        }
        fail("'" + std::string(found) +
             "' is nothing that is measured: expected submit, service or receipt with a statistic, "
             "or receipts, accepted, rate, errors, unanswered, unsent");
    }

    void statistic(Objective& objective) {
        const auto found = word();
        if (found == "max") {
            objective.statistic = Statistic::max;
            return;
        }
        if (found == "mean") {
            objective.statistic = Statistic::mean;
            return;
        }
        double percent = 0;
        const auto end = found.data() + found.size();
        const auto [stop, error] =
            std::from_chars(found.data() + (found.starts_with('p') ? 1 : 0), end, percent);
        if (!found.starts_with('p') || error != std::errc{} || stop != end ||
            !(percent > 0 && percent <= 100)) {
            fail("'" + std::string(found) +
                 "' is no statistic of a latency: expected p50, p99, p99.9 …, mean or max");
        }
        objective.statistic = Statistic::percentile;
        objective.percentile = percent / 100;
    }

    Relation relation() {
        skip_blanks();
        for (const auto& [sign, relation] : relations) {
            if (!left_.starts_with(sign)) continue;
            left_.remove_prefix(sign.size());
            return relation;
        }
        fail("expected <, <=, >, >= or = where '" + std::string(left_) + "' is");
    }

    void limit(Objective& objective) {
        skip_blanks();
        const auto end = left_.data() + left_.size();
        const auto [stop, error] = std::from_chars(left_.data(), end, objective.limit);
        if (error != std::errc{}) fail("expected a number where '" + std::string(left_) + "' is");
        left_.remove_prefix(static_cast<std::size_t>(stop - left_.data()));
        skip_blanks();
        while (left_.ends_with(' '))
            left_.remove_suffix(1);
        objective.unit = Unit::count;
        if (left_.empty()) return;
        for (const auto& suffix : suffixes) {
            if (left_ != suffix.name) continue;
            objective.unit = suffix.unit;
            objective.limit *= suffix.factor;
            return;
        }
        fail("'" + std::string(left_) + "' is no unit: expected us, ms, s, min, % or /s");
    }

    void check_unit(Objective& objective, bool latency) const {
        const auto unit = objective.unit;
        if (latency) {
            if (unit != Unit::nanoseconds) fail("a latency needs us, ms, s or min");
        } else if (objective.subject == Subject::rate) {
            if (unit != Unit::count && unit != Unit::per_second) fail("a rate needs /s");
            objective.unit = Unit::per_second;
        } else if (unit != Unit::count && unit != Unit::share) {
            fail("expected a count, or a share with %");
        }
    }

    std::string_view whole_;
    std::string_view left_;
};

bool holds(Relation relation, double found, double limit) {
    switch (relation) {
        case Relation::less:
            return found < limit;
        case Relation::at_most:
            return found <= limit;
        case Relation::more:
            return found > limit;
        case Relation::at_least:
            return found >= limit;
        case Relation::equal:
            return found == limit;
    }
    return false;
}

}  // namespace

Objective read_objective(std::string_view text) {
    return Reader(text).read();
}

Verdict judge(const Objective& objective,
              const std::function<std::optional<double>(const Objective&)>& find) {
    Verdict verdict{.objective = objective, .found = find(objective)};
    verdict.met = verdict.found && holds(objective.relation, *verdict.found, objective.limit);
    return verdict;
}

std::string found_text(const Verdict& verdict) {
    if (!verdict.found) return "nothing was measured";
    const double found = *verdict.found;
    switch (verdict.objective.unit) {
        case Unit::nanoseconds:
            return duration_text(found);
        case Unit::share:
            return share_text(found);
        case Unit::per_second:
            return count_text(found) + "/s";
        case Unit::count:
            break;
    }
    return count_text(found);
}

}  // namespace parley::loadgen
