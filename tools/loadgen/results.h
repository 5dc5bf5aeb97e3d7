#pragma once
// All that a run found out, in one place, for those who write it down: the summary, the JSON and
// the HTML page.

#include "tools/loadgen/slo.h"
#include "tools/loadgen/tally.h"

#include <string>
#include <utility>
#include <vector>

namespace parley::loadgen {

struct Results {
    std::string title;   // "SMPP load on 127.0.0.1:2775"
    std::string target;  // as a URL
    std::string mode;    // "smpp", "single" or "array"
    bool open_loop = false;
    bool receipts = false;  // are expected
    bool interrupted = false;
    std::string complaint;  // why the run ended early; empty: it did not
    std::string began_at;   // RFC 3339
    std::string host;       // where parley-load ran: processors and system
    double seconds = 0;     // from the start to the last answer
    std::uint64_t wanted = 0;
    double cpu_user_s = 0;
    double cpu_system_s = 0;
    double cpu_busy = 0;                                        // share of one core while it ran
    std::vector<std::pair<std::string, std::string>> settings;  // secrets left out
    std::vector<Verdict> verdicts;
    const Tally* tally = nullptr;

    const Counts& counts() const { return tally->counts(); }
    double accepted_per_second() const {
        return seconds > 0 ? static_cast<double>(counts().accepted) / seconds : 0;
    }
    bool objectives_met() const {
        for (const auto& verdict : verdicts) {
            if (!verdict.met) return false;
        }
        return true;
    }
};

/// Value of an objective's subject in its unit; empty when nothing of the kind was measured.
std::optional<double> measured(const Results& results, const Objective& objective);

/// A few lines for a terminal.
std::string summary_text(const Results& results);
/// One line of JSON; rows: with the timeline.
std::string summary_json(const Results& results, bool rows);
/// A page that needs nothing but itself.
std::string report_html(const Results& results);

}  // namespace parley::loadgen
