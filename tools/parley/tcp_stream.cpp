#include "tools/parley/tcp_stream.h"

namespace parley::tools {

void TcpStream::hear(std::uint32_t sequence, bool syn, std::string_view payload,
                     std::int64_t time_ns) {
    if (!began_) {
        began_ = true;
        began_with_syn_ = syn;
        base_ = sequence + (syn ? 1U : 0U);
    }
    if (syn) sequence += 1;
    if (payload.empty()) return;
    // Sequence numbers wrap: the distance to what comes next is small in either direction.
    const auto ahead = static_cast<std::int32_t>(
        sequence - static_cast<std::uint32_t>(base_ + static_cast<std::uint32_t>(next_)));
    auto position = static_cast<std::int64_t>(next_) + ahead;
    const auto already = static_cast<std::int64_t>(next_) - position;
    if (already >= static_cast<std::int64_t>(payload.size())) return;  // sent again
    if (already > 0) {
        payload.remove_prefix(static_cast<std::size_t>(already));
        position = static_cast<std::int64_t>(next_);
    }
    auto& kept = waiting_[static_cast<std::uint64_t>(position)];
    if (kept.first.size() >= payload.size()) return;
    waiting_octets_ += payload.size() - kept.first.size();
    const std::int64_t first_time_ns = kept.first.empty() ? time_ns : kept.second;
    kept = {std::string(payload), first_time_ns};
}

std::optional<TcpStream::Piece> TcpStream::take_first(std::uint64_t missing) {
    auto node = waiting_.extract(waiting_.begin());
    waiting_octets_ -= node.mapped().first.size();
    auto octets = std::move(node.mapped().first);
    const std::uint64_t position = node.key();
    if (position < next_) octets.erase(0, next_ - position);  // overlaps what came before
    next_ = std::max(next_, position) + octets.size();
    return Piece{std::move(octets), node.mapped().second, missing};
}

std::optional<TcpStream::Piece> TcpStream::next() {
    while (!waiting_.empty()) {
        const auto& [position, kept] = *waiting_.begin();
        if (position + kept.first.size() <= next_) {
            waiting_octets_ -= kept.first.size();
            waiting_.erase(waiting_.begin());
            continue;
        }
        if (position <= next_) return take_first(0);
        if (!ended_ && waiting_octets_ <= waiting_octets_max) return std::nullopt;
        return take_first(position - next_);
    }
    return std::nullopt;
}

}  // namespace parley::tools
