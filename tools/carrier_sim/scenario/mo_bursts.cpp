#include "tools/carrier_sim/scenario/mo_bursts.h"

#include <algorithm>
#include <chrono>

namespace parley::carrier_sim {
namespace {

/// Beyond so many unacknowledged deliveries the handsets wait: the burst must not be what fills our
/// memory while the peer is down.
constexpr std::size_t delivers_open_max = 200'000;
constexpr auto tick = std::chrono::milliseconds(1);

std::string fill_in(std::string text, std::uint64_t n) {
    for (auto at = text.find("{n}"); at != text.npos; at = text.find("{n}", at)) {
        text.replace(at, 3, std::to_string(n));
    }
    return text;
}

}  // namespace

std::string handset_number(const std::string& prefix, std::uint64_t n) {
    const std::size_t given = prefix.size() - (prefix.starts_with('+') ? 1 : 0);
    const std::size_t width = given + 4 >= 11 ? 4 : 11 - given;
    auto digits = std::to_string(n);
    if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
    return prefix + digits;
}

std::size_t MoBursts::start(Now now, MoBurst burst) {
    running_.push_back({std::move(burst), now.at});
    return running_.size();
}

void MoBursts::run(Now now, CarrierSim& carrier) {
    for (auto& progress : running_) {
        const double elapsed = std::chrono::duration<double>(now.at - progress.started).count();
        const auto due = std::min(progress.burst.count,
                                  static_cast<std::uint64_t>(elapsed * progress.burst.rate));
        while (progress.made < due && carrier.delivers_open() < delivers_open_max) {
            write_one(now, carrier, progress);
        }
    }
    std::erase_if(running_,
                  [](const auto& progress) { return progress.made >= progress.burst.count; });
}

void MoBursts::write_one(Now now, CarrierSim& carrier, Progress& progress) {
    const auto& burst = progress.burst;
    const auto n = burst.first + progress.made;
    const auto from = handset_number(burst.from_prefix, n);
    const auto& to = burst.to[progress.made % burst.to.size()];
    ++progress.made;
    ++made_;
    const auto stops_due =
        static_cast<std::uint64_t>(static_cast<double>(progress.made) * burst.stop_share);
    if (progress.stops < stops_due) {
        ++progress.stops;
        carrier.send_mo(now, from, to, burst.stop_text, MoKind::opt_out);
    } else {
        const auto text = fill_in(burst.texts[progress.made % burst.texts.size()], n);
        carrier.send_mo(now, from, to, text, guess_kind(text));
    }
}

std::optional<Instant> MoBursts::next_deadline(Now now) const {
    if (running_.empty()) return std::nullopt;
    return now.at + tick;
}

MoKind guess_kind(std::string_view text) {
    std::string upper;
    for (const char c : text) {
        if (c != ' ') upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    }
    // CTIA Messaging Principles, 5.1.3: the words that a handset's owner is told to use.
    for (const auto word : {"STOP", "END", "CANCEL", "UNSUBSCRIBE", "QUIT", "STOPALL"}) {
        if (upper == word) return MoKind::opt_out;
    }
    for (const auto word : {"START", "UNSTOP"}) {
        if (upper == word) return MoKind::opt_in;
    }
    return MoKind::plain;
}

}  // namespace parley::carrier_sim
