#include "tests/simulation/consent_book.h"

namespace parley::simulation {

namespace {

// A permission opens the gate of every shard a moment after it is acknowledged.
constexpr Duration opens_within = std::chrono::seconds(1);

}  // namespace

ConsentBook::Token ConsentBook::begin(const Pair& pair, Wish wish, const std::string& via) {
    const Token token = ++last_;
    UnderWay mine{.pair = pair, .wish = wish, .via = via};
    for (auto& [other, rival] : under_way_) {
        if (rival.pair != pair || rival.wish == wish || rival.via == via) continue;
        mine.alone = false;
        rival.alone = false;
    }
    under_way_.emplace(token, std::move(mine));
    began_.emplace(token, pair);
    State& state = states_[pair];
    if (wish == Wish::stop) {
        state.last_stop = token;
        state.open.reset();
    } else {
        state.last_start = token;
        state.stopped = false;
    }
    return token;
}

ConsentBook::Token ConsentBook::begin_late_stop(const Pair& pair) {
    const Token token = begin(pair, Wish::stop, "");
    under_way_.at(token).late = true;
    return token;
}

void ConsentBook::acknowledge(Now now, Token token) {
    const auto found = under_way_.find(token);
    if (found == under_way_.end()) return;
    const UnderWay done = found->second;
    under_way_.erase(found);
    State& state = states_[done.pair];
    if (done.wish == Wish::stop) {
        ++stops_acknowledged_;
        if (done.alone && state.last_start < token) state.stopped = true;
    } else if (done.alone && state.last_stop < token) {
        state.open = now.at;
    }
}

void ConsentBook::forget_under_way() {
    std::erase_if(under_way_, [](const auto& each) { return !each.second.late; });
}

void ConsentBook::engine_died() {
    forget_under_way();
}

void ConsentBook::power_was_cut() {
    forget_under_way();
    for (auto& [pair, state] : states_) {
        state.stopped = false;
        state.open.reset();
    }
}

bool ConsentBook::is_stopped(const Pair& pair) const {
    const auto found = states_.find(pair);
    return found != states_.end() && found->second.stopped;
}

bool ConsentBook::may_be_stopped(Now now, const Pair& pair) const {
    const auto found = states_.find(pair);
    if (found == states_.end() || found->second.last_stop == 0) return false;
    const auto& open = found->second.open;
    return !open || now.at < *open + opens_within;
}

std::optional<bool> ConsentBook::stopped_in_the_end(const Pair& pair) const {
    const auto found = states_.find(pair);
    if (found == states_.end() || found->second.last_stop == 0) return false;
    if (found->second.stopped) return true;
    if (found->second.open) return false;
    return std::nullopt;
}

bool ConsentBook::started_since(Token stop) const {
    const auto found = began_.find(stop);
    return found != began_.end() && states_.at(found->second).last_start > stop;
}

std::vector<ConsentBook::Pair> ConsentBook::pairs() const {
    std::vector<Pair> all;
    for (const auto& [pair, state] : states_)
        all.push_back(pair);
    return all;
}

}  // namespace parley::simulation
