#pragma once
// Objectives of a run, as a person writes them ("submit p99 < 50ms", "receipts > 99.9%"), and
// whether they were met. What was never measured meets no objective.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace parley::loadgen {

struct Objective {
    enum class Subject : std::uint8_t {
        submit,      // latency, from the intended moment when the arrival is open loop
        service,     // latency, from the moment of sending
        receipt,     // latency, from the moment of sending to the receipt
        receipts,    // matched ones, as a share of those expected
        accepted,    // as a share of those wanted
        rate,        // accepted a second
        errors,      // refused ones
        unanswered,  // sent, and no answer came
        unsent,      // wanted, and never sent
    };
    enum class Statistic : std::uint8_t { none, percentile, mean, max };
    enum class Relation : std::uint8_t { less, at_most, more, at_least, equal };
    enum class Unit : std::uint8_t { count, per_second, nanoseconds, share };

    std::string text;  // as written
    Subject subject{};
    Statistic statistic = Statistic::none;
    double percentile = 0;  // 0 to 1
    Relation relation{};
    double limit = 0;  // in unit; a share is 0 to 1
    Unit unit{};
};

/// Throws tools::UsageError with what was expected.
Objective read_objective(std::string_view text);

struct Verdict {
    Objective objective;
    std::optional<double> found;  // empty: nothing was measured
    bool met = false;
};

/// find: the value of an objective's subject and statistic in its unit.
Verdict judge(const Objective& objective,
              const std::function<std::optional<double>(const Objective&)>& find);

/// "3.21 ms", "99.97 %", "45,000/s", "0" as the objective's unit asks; "nothing was measured".
std::string found_text(const Verdict& verdict);

}  // namespace parley::loadgen
