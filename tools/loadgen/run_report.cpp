// The last words of a run: summary, JSON and page, and the exit status that follows from them.

#include "tools/loadgen/run.h"

#include <cstdio>
#include <fstream>

namespace parley::loadgen {
namespace {

/// False, after a sentence, when the disk does not take it: the run itself is not lost by that.
bool write_file(const std::string& file, const std::string& text) {
    if (file.empty()) return true;
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (out) return true;
    std::fprintf(stderr, "parley-load: cannot write '%s'\n", file.c_str());
    return false;
}

}  // namespace

Ending Run::report(const Results& results) {
    std::fprintf(stderr, "\n%s", summary_text(results).c_str());
    // For programs; a person at a terminal has read it already.
    if (::isatty(STDOUT_FILENO) == 0) std::printf("%s\n", summary_json(results, false).c_str());
    std::fflush(stdout);
    const bool json_written = write_file(options_.json_file, summary_json(results, true) + "\n");
    const bool html_written = write_file(options_.html_file, report_html(results));
    const auto& counts = results.counts();
    if (!results.complaint.empty()) {
        std::fprintf(stderr, "parley-load: %s\n", results.complaint.c_str());
        return Ending::target_failed;
    }
    if (counts.accepted == 0 && counts.sent > 0) {
        std::fprintf(stderr, "parley-load: nothing was accepted; the first answer was: %s\n",
                     counts.refused > 0 ? results.tally->first_refusal().c_str() : "none");
        return Ending::nothing_accepted;
    }
    if (!results.objectives_met()) {
        std::fprintf(stderr, "parley-load: an objective was missed\n");
        return Ending::objectives_missed;
    }
    return json_written && html_written ? Ending::good : Ending::target_failed;
}

}  // namespace parley::loadgen
