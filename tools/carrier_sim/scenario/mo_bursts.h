#pragma once
// Many handsets that write at a steady rate, with a share of STOP among them: the inbound load of
// the crash test and the bench. Fed with the time by the loop; writes through the carrier.

#include "tools/carrier_sim/behaviour.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::carrier_sim {

struct MoBurst {
    double rate = 1000;  // messages per second
    std::uint64_t count = 1000;
    std::uint64_t first = 0;         // number of the first handset
    std::string from_prefix;         // handsets are the prefix and digits, 11 in all
    std::vector<std::string> to;     // our numbers, in turn
    std::vector<std::string> texts;  // in turn; {n} becomes the handset's number in the burst
    double stop_share = 0;           // spread evenly over the burst
    std::string stop_text = "STOP";
};

class MoBursts {
public:
    struct Progress {
        MoBurst burst;
        Instant started;
        std::uint64_t made = 0;
        std::uint64_t stops = 0;
    };

    std::size_t start(Now now, MoBurst burst);
    void cancel() { running_.clear(); }
    /// Lets every handset write whose moment has come.
    void run(Now now, CarrierSim& carrier);
    std::optional<Instant> next_deadline(Now now) const;
    const std::vector<Progress>& running() const { return running_; }
    std::uint64_t made() const { return made_; }

private:
    void write_one(Now now, CarrierSim& carrier, Progress& progress);

    std::vector<Progress> running_;
    std::uint64_t made_ = 0;
};

/// The n-th handset of a burst: the prefix and n, filled up with zeros to 11 digits, four at least.
std::string handset_number(const std::string& prefix, std::uint64_t n);
/// A text that is one of the words that every carrier treats as an opt-out or opt-in by itself.
MoKind guess_kind(std::string_view text);

}  // namespace parley::carrier_sim
