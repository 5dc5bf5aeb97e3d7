#pragma once
// What a carrier grants to all our links together when they want to bind: one attempt at a time, so
// many apart, and none while it has told one of them that it will refuse them all. Holds no clock
// and no link.

#include "engine/clock.h"

#include <algorithm>

namespace parley::carrier {

class BindBudget {
public:
    /// every: from the beginning of one attempt to that of the next; zero: as soon as the one
    /// before is over.
    explicit BindBudget(Duration every) : every_(every) {}

    /// From the next attempt on.
    void set_every(Duration every) { every_ = every; }
    /// The carrier is told other things than it has refused.
    void forget_refusals() { held_until_ = room_from_ = Instant{}; }

    bool may_begin(Instant now) const { return now >= free_from(); }
    void begin(Instant now) {
        under_way_ = true;
        free_from_ = std::max(free_from_, now + every_);
    }
    /// The attempt that began has bound or failed.
    void over() { under_way_ = false; }
    /// No attempt before this moment: credentials are refused.
    void hold(Instant until) { held_until_ = std::max(held_until_, until); }
    /// The carrier has no room for another session of ours; none is tried before this moment,
    /// unless one of ours ends and leaves room.
    void crowded(Instant until) { room_from_ = std::max(room_from_, until); }
    void room_made() { room_from_ = Instant{}; }
    /// When may_begin() becomes true; Instant::max() while an attempt is under way.
    Instant free_from() const {
        return under_way_ ? Instant::max() : std::max({free_from_, held_until_, room_from_});
    }

private:
    Duration every_;
    bool under_way_ = false;
    Instant free_from_{};
    Instant held_until_{};
    Instant room_from_{};
};

}  // namespace parley::carrier
