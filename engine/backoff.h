#pragma once
// How long to wait before the next attempt: doubling from a minimum to a maximum, each wait drawn
// from its upper half, so that many links that fell together do not come back together. Holds no
// clock; never gives up.

#include "engine/clock.h"

#include <algorithm>

namespace parley {

/// About wait: between its half and the whole.
inline Duration jittered(Duration wait, Dice& dice) {
    const Duration half = wait / 2;
    return half + Duration(static_cast<Duration::rep>(dice.unit() *
                                                      static_cast<double>((wait - half).count())));
}

class Backoff {
public:
    Backoff(Duration min, Duration max) : min_(min), max_(std::max(min, max)), next_(min) {}

    Duration next(Dice& dice) {
        const Duration wait = next_;
        next_ = std::min(max_, next_ * 2);
        return jittered(wait, dice);
    }
    /// What was tried has worked for this long. Only what outlived the wait before it has earned a
    /// fresh start: a link that binds and falls at once must not be dialled every min. True when
    /// it has.
    bool worked_for(Duration lasted) {
        if (lasted <= next_) return false;
        next_ = min_;
        return true;
    }

private:
    Duration min_;
    Duration max_;
    Duration next_;
};

}  // namespace parley
