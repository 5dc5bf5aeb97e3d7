#pragma once
// What a run shows while it runs: a view that is drawn over itself on a terminal, a line a second
// elsewhere. Text only; who writes it where is the run's business.

#include "tools/loadgen/tally.h"

#include <cstdint>
#include <string>

namespace parley::loadgen {

/// A moment of a run.
struct Moment {
    std::string target;
    double elapsed_s = 0;
    double planned_s = 0;                // 0: no limit
    std::uint64_t planned_messages = 0;  // 0: no limit
    std::uint64_t wanted = 0;            // by now
    std::uint64_t wanted_before = 0;     // at the last moment
    std::uint64_t in_flight = 0;
    bool open_loop = false;
    bool receipts = false;
    std::string_view phase;  // "sending", "waiting for answers" …
    Tally::Recent recent;
    const Tally* tally = nullptr;
};

/// One line, without its end.
std::string live_line(const Moment& moment);

/// Several lines, each with its end and none wider than columns.
std::string live_view(const Moment& moment, std::size_t columns);

/// What moves the cursor back over a text of so many lines and clears it.
std::string erase_lines(std::size_t lines);

}  // namespace parley::loadgen
