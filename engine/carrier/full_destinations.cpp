#include "engine/carrier/full_destinations.h"

#include <algorithm>

namespace parley::carrier {

namespace {

/// So long after its rest nobody has anything for it.
constexpr Duration forgotten_after = std::chrono::minutes(1);

}  // namespace

void FullDestinations::set(const std::string& to, Instant until) {
    const auto [place, fresh] = until_.try_emplace(to, until);
    if (!fresh) {
        in_order_.erase({place->second, to});
        place->second = until;
    }
    in_order_.emplace(until, to);
}

void FullDestinations::rest(Instant now, const std::string& to, Instant until) {
    const auto known = until_.find(to);
    set(to, known == until_.end() ? until : std::max(until, known->second));
    while (!in_order_.empty()) {
        const auto first = in_order_.begin();
        if (until_.size() <= most && first->first + forgotten_after > now) return;
        until_.erase(first->second);
        in_order_.erase(first);
    }
}

std::optional<Instant> FullDestinations::rests_until(Instant now, const std::string& to,
                                                     Duration answer_within) {
    const auto known = until_.find(to);
    if (known == until_.end()) return std::nullopt;
    if (known->second > now) return known->second;
    set(to, now + answer_within);
    return std::nullopt;
}

void FullDestinations::took(const std::string& to) {
    const auto known = until_.find(to);
    if (known == until_.end()) return;
    in_order_.erase({known->second, to});
    until_.erase(known);
}

}  // namespace parley::carrier
