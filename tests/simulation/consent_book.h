#pragma once
// What may be sent to whom, as far as an outsider can know it: from the STOPs and STARTs that went
// over the links with their answers, and the orders given through the API. Where two of them were
// under way at once it knows nothing, and forgives either outcome.

#include "engine/clock.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parley::simulation {

class ConsentBook {
public:
    /// (suppression scope, contact)
    using Pair = std::pair<std::string, std::string>;
    enum class Wish : std::uint8_t { stop, start };
    /// One wish under way; 0 is none.
    using Token = std::uint64_t;

    /// The engine has been handed a wish. `via` names where: two wishes that come the same way are
    /// taken in their order.
    Token begin(const Pair& pair, Wish wish, const std::string& via);
    /// The engine has a part of a STOP, and obeys it when the rest has not come for half an hour,
    /// whatever becomes of the process meanwhile.
    Token begin_late_stop(const Pair& pair);
    /// The rest came.
    void end_late_stop(Token token) { under_way_.erase(token); }
    /// The engine has acknowledged it: now it is in force.
    void acknowledge(Now now, Token token);
    /// The engine is gone, and with it whatever it had not acknowledged; or not.
    void engine_died();
    /// What was acknowledged may be gone.
    void power_was_cut();

    /// No submit may be written.
    bool is_stopped(const Pair& pair) const;
    /// There is a reason why a submit may be refused as suppressed.
    bool may_be_stopped(Now now, const Pair& pair) const;
    /// What the engine must say when all is quiet; empty: either.
    std::optional<bool> stopped_in_the_end(const Pair& pair) const;
    /// A START of the same pair was handed over after this.
    bool started_since(Token stop) const;
    std::size_t stops_acknowledged() const { return stops_acknowledged_; }
    std::vector<Pair> pairs() const;

private:
    struct State {
        Token last_stop = 0;  // handed over; 0: never
        Token last_start = 0;
        bool stopped = false;         // for certain
        std::optional<Instant> open;  // for certain, since then
    };
    struct UnderWay {
        Pair pair;
        Wish wish;
        std::string via;
        bool late = false;
        bool alone = true;  // no other wish was under way that might overtake it or be overtaken
    };
    void forget_under_way();

    std::map<Pair, State> states_;
    std::map<Token, UnderWay> under_way_;
    std::map<Token, Pair> began_;
    Token last_ = 0;
    std::size_t stops_acknowledged_ = 0;
};

}  // namespace parley::simulation
