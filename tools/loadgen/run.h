#pragma once
// A run from its first connection to its last word: one thread, one epoll, one clock. Sends until
// the plan or somebody ends it, waits for answers, then for receipts, says goodbye, and writes down
// what it found out. Whatever happens on the way, the summary is printed.

#include "tools/loadgen/options.h"
#include "tools/loadgen/results.h"
#include "tools/loadgen/side.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace parley::loadgen {

/// Exit statuses.
enum class Ending : int {
    good = 0,
    target_failed = 1,
    usage = 2,
    nothing_accepted = 3,
    objectives_missed = 4,
};

class Run {
public:
    /// Throws when the target's name or a file is no good.
    explicit Run(Options options);
    ~Run();

    Ending go();

    /// For signal handlers: the first call ends the run politely, the second at once.
    static void ask_to_stop();

private:
    enum class Phase : std::uint8_t { connecting, sending, answers, receipts, goodbye, over };

    void turn(std::int64_t now);
    void advance(std::int64_t now);
    void end_sending(std::int64_t now);
    void enter(Phase phase, std::int64_t until_ns);
    std::int64_t wait_until(std::int64_t now) const;
    std::uint64_t wanted_by(std::int64_t now);

    void show(std::int64_t now);
    void finish(std::int64_t now);
    Results results(std::int64_t now);
    Ending report(const Results& results);

    Options options_;
    Desk desk_;
    std::unique_ptr<Side> side_;
    Phase phase_ = Phase::connecting;
    std::int64_t phase_ends_ns_;
    std::int64_t stop_ns_ = 0;  // when sending ended
    std::int64_t next_check_ns_ = 0;
    std::int64_t next_show_ns_ = 0;
    std::int64_t show_every_ns_;
    bool view_ = false;
    std::size_t view_lines_ = 0;
    std::uint64_t shown_wanted_ = 0;
    std::string began_at_;
    double cpu_before_s_ = 0;
};

}  // namespace parley::loadgen
