#pragma once
// What a run counts, its line a second and its summary. Told by the run; has no clock of its own.

#include "tools/loadgen/histogram.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace parley::loadgen {

class Tally {
public:
    explicit Tally(std::int64_t started_ns) : started_ns_(started_ns), line_ns_(started_ns) {}

    void sent(std::uint32_t messages) { ++requests_, sent_ += messages; }
    void retried(std::uint32_t messages) { retried_ += messages; }
    void accepted(std::uint64_t messages) { accepted_ += messages; }
    /// reason: the HTTP status or the problem's code; example: the first such answer, for a person.
    void refused(std::string_view reason, std::uint64_t messages, std::string_view example);
    void unanswered(std::uint64_t messages) { unanswered_ += messages; }
    void reconnected() { ++reconnects_; }
    void answered(std::int64_t latency_ns) {
        interval_.record(latency_ns > 0 ? static_cast<std::uint64_t>(latency_ns) : 0);
    }
    /// What the schedule wanted and no connection was free to send.
    void unsent(std::uint64_t messages) { unsent_ = messages; }

    std::uint64_t sent() const { return sent_; }
    std::uint64_t accepted() const { return accepted_; }
    std::uint64_t refused() const { return refused_; }
    /// The first refusal's answer.
    const std::string& first_refusal() const { return first_refusal_; }

    /// One line about the time since the last one.
    std::string line(std::int64_t now_ns, std::uint64_t in_flight);
    /// JSON, in one line.
    std::string summary(std::int64_t now_ns, std::string_view mode, bool on_schedule,
                        std::string_view complaint);

private:
    std::int64_t started_ns_;
    std::uint64_t requests_ = 0;
    std::uint64_t sent_ = 0;
    std::uint64_t retried_ = 0;
    std::uint64_t accepted_ = 0;
    std::uint64_t refused_ = 0;
    std::uint64_t unanswered_ = 0;
    std::uint64_t unsent_ = 0;
    std::uint64_t reconnects_ = 0;
    std::map<std::string, std::uint64_t, std::less<>> refused_by_;
    std::string first_refusal_;

    Histogram total_;
    Histogram interval_;  // since the last line
    std::int64_t line_ns_;
    std::uint64_t line_accepted_ = 0;
    std::uint64_t line_refused_ = 0;
};

}  // namespace parley::loadgen
