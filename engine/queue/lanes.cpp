#include "engine/queue/lanes.h"

#include <algorithm>
#include <iterator>

namespace parley::queue {

namespace {

/// Segments that an account of weight 1 gets in one turn.
constexpr std::int64_t quantum = 8;

std::size_t lane_of(const storage::Message& message) {
    switch (message.message_class) {
        case storage::MessageClass::opt_out_confirmation:
        case storage::MessageClass::opt_in_confirmation:
        case storage::MessageClass::help_answer:
            return 0;
        case storage::MessageClass::conversational:
            return 1;
        case storage::MessageClass::informational:
            return 2;
        case storage::MessageClass::promotional:
            return 3;
    }
    return 3;
}

/// In segments that still have to go.
std::int64_t cost_of(const storage::Message& message) {
    return std::ranges::count(message.segments, storage::Phase::waiting, &storage::Segment::phase);
}

}  // namespace

Lanes::Flow& Lanes::flow_of(const storage::Message& message) {
    Lane& lane = lanes_[lane_of(message)];
    auto& account = lane.accounts[message.account];
    if (!account) {
        account = std::make_unique<Account>();
        account->lane = static_cast<std::size_t>(&lane - lanes_.data());
        const auto weight = weights_.find(message.account);
        if (weight != weights_.end()) account->weight = std::max<std::uint32_t>(1, weight->second);
    }
    Flow*& flow = account->flows[message.from];
    if (flow == nullptr) {
        flows_.push_back(std::make_unique<Flow>());
        flow = flows_.back().get();
        flow->account = account.get();
        flow->number = flows_.size() - 1;
    }
    return *flow;
}

void Lanes::set_weight(const std::string& account, std::uint32_t weight) {
    weights_[account] = weight;
    for (Lane& lane : lanes_) {
        const auto found = lane.accounts.find(account);
        if (found != lane.accounts.end())
            found->second->weight = std::max<std::uint32_t>(1, weight);
    }
}

void Lanes::wake_all() {
    wake(Instant::max());
}

/// An account that had nothing begins with one turn's worth; one whose senders only rest goes on
/// where it was, or each token of a limit that many wait for would begin its turn anew.
void Lanes::count_in(Flow& flow) {
    Account& account = *flow.account;
    if (account.messages++ == 0) account.credit = quantum * account.weight;
    ++size_;
    ++sizes_[account.lane];
}

void Lanes::count_out(Flow& flow) {
    --flow.account->messages;
    --size_;
    --sizes_[flow.account->lane];
}

/// It has something to go, and had not.
void Lanes::list(Flow& flow, bool first) {
    Account& account = *flow.account;
    if (first) {
        account.turns.push_front(&flow);
    } else {
        account.turns.push_back(&flow);
    }
    if (account.listed) return;
    account.listed = true;
    lanes_[account.lane].turns.push_back(&account);
}

/// The flow whose turn it is has nothing to go, or may not.
void Lanes::unlist_front(Lane& lane) {
    Account& account = *lane.turns.front();
    account.turns.pop_front();
    if (!account.turns.empty()) return;
    account.listed = false;
    lane.turns.pop_front();
}

void Lanes::wake(Instant now) {
    while (!resting_.empty() && std::get<Instant>(*resting_.begin()) <= now) {
        Flow& flow = *flows_[std::get<std::size_t>(*resting_.begin())];
        resting_.erase(resting_.begin());
        flow.rests = false;
        if (!flow.messages.empty()) list(flow, false);
    }
}

Lanes::Lane* Lanes::first_lane() {
    const auto found =
        std::ranges::find_if(lanes_, [](const Lane& lane) { return !lane.turns.empty(); });
    return found == lanes_.end() ? nullptr : &*found;
}

storage::Message* Lanes::front(Instant now) {
    wake(now);
    Lane* lane = first_lane();
    if (lane == nullptr) return nullptr;
    while (lane->turns.front()->credit <= 0) {
        Account* account = lane->turns.front();
        account->credit += quantum * account->weight;
        lane->turns.pop_front();
        lane->turns.push_back(account);
    }
    return lane->turns.front()->turns.front()->messages.front();
}

void Lanes::pop_front() {
    Lane* lane = first_lane();
    if (lane == nullptr) return;
    Account& account = *lane->turns.front();
    Flow& flow = *account.turns.front();
    account.credit -= cost_of(*flow.messages.front());
    flow.messages.pop_front();
    count_out(flow);
    skip_holes(flow);
    if (flow.messages.empty()) {
        unlist_front(*lane);
    } else if (account.turns.size() > 1) {
        account.turns.pop_front();
        account.turns.push_back(&flow);
    }
}

void Lanes::rest_front(Instant until) {
    Lane* lane = first_lane();
    if (lane == nullptr) return;
    Flow& flow = *lane->turns.front()->turns.front();
    rest(flow, until, ++last_down_);
    unlist_front(*lane);
}

void Lanes::rest(Flow& flow, Instant until, std::int64_t place) {
    flow.rests = true;
    flow.rests_until = until;
    flow.lay_down = place;
    resting_.emplace(until, place, flow.number);
}

bool Lanes::anyone_waits() const {
    return std::ranges::any_of(lanes_, [](const Lane& lane) { return !lane.turns.empty(); });
}

std::optional<Instant> Lanes::next_rested() const {
    if (resting_.empty()) return std::nullopt;
    return std::get<Instant>(*resting_.begin());
}

void Lanes::push_back(storage::Message* message) {
    Flow& flow = flow_of(*message);
    flow.messages.push_back(message);
    count_in(flow);
    if (flow.messages.size() == 1 && !flow.rests) list(flow, false);
}

void Lanes::push_front(storage::Message* message) {
    Flow& flow = flow_of(*message);
    flow.messages.push_front(message);
    count_in(flow);
    flow.account->credit += cost_of(*message);
    if (flow.rests) {
        // Its turn comes before all others', or the parts of a long text would wait for one another
        // as many turns as there are senders.
        resting_.erase({flow.rests_until, flow.lay_down, flow.number});
        rest(flow, flow.rests_until, --first_down_);
    } else if (flow.messages.size() == 1) {
        list(flow, true);
    }
}

std::deque<storage::Message*> Lanes::clear() {
    std::deque<storage::Message*> all;
    for (std::size_t lane = 0; lane < count; ++lane) {
        for (const auto& flow : flows_) {
            if (flow->account->lane != lane) continue;
            std::ranges::copy_if(
                flow->messages, std::back_inserter(all),
                [](const storage::Message* message) { return message != nullptr; });
            flow->messages.clear();
            flow->account->messages = 0;
        }
        for (Account* account : lanes_[lane].turns) {
            account->turns.clear();
            account->listed = false;
        }
        lanes_[lane].turns.clear();
    }
    size_ = 0;
    sizes_ = {};
    return all;
}

/// A message that left from the middle leaves a null behind. Invariant: the front of a flow is
/// never null.
void Lanes::skip_holes(Flow& flow) {
    while (!flow.messages.empty() && flow.messages.front() == nullptr)
        flow.messages.pop_front();
}

void Lanes::forget_if_empty(Flow& flow) {
    Account& account = *flow.account;
    if (!flow.messages.empty() || std::erase(account.turns, &flow) == 0) return;
    if (!account.turns.empty()) return;
    account.listed = false;
    std::erase(lanes_[account.lane].turns, &account);
}

Lanes::Flow* Lanes::find_flow(const storage::Message& message) {
    auto& accounts = lanes_[lane_of(message)].accounts;
    const auto account = accounts.find(message.account);
    if (account == accounts.end()) return nullptr;
    const auto flow = account->second->flows.find(message.from);
    return flow == account->second->flows.end() ? nullptr : flow->second;
}

bool Lanes::remove(const storage::Message* message) {
    Flow* flow = find_flow(*message);
    if (flow == nullptr) return false;
    const auto found = std::ranges::find(flow->messages, message);
    if (found == flow->messages.end()) return false;
    *found = nullptr;
    count_out(*flow);
    skip_holes(*flow);
    forget_if_empty(*flow);
    return true;
}

std::vector<storage::Message*> Lanes::expire(storage::UnixMs now, std::size_t budget) {
    return sweep(budget, [now](const storage::Message& message) {
        return message.expires_at != 0 && message.expires_at <= now;
    });
}

std::vector<storage::Message*> Lanes::sweep(
    std::size_t budget, const std::function<bool(const storage::Message&)>& wanted) {
    std::vector<storage::Message*> taken;
    // Begun in the middle of a flow, it comes to the end of that one twice.
    std::size_t left = flows_.size() + (swept_place_ > 0 ? 1 : 0);
    for (std::size_t looked = 0; looked < budget && left > 0;) {
        if (swept_flow_ >= flows_.size()) {
            swept_flow_ = 0;
            ++rounds_;
        }
        Flow& flow = *flows_[swept_flow_];
        if (swept_place_ >= flow.messages.size()) {
            skip_holes(flow);
            forget_if_empty(flow);
            swept_place_ = 0;
            ++swept_flow_;
            --left;
            continue;
        }
        storage::Message*& message = flow.messages[swept_place_++];
        ++looked;
        if (message == nullptr || !wanted(*message)) continue;
        taken.push_back(message);
        message = nullptr;
        count_out(flow);
    }
    if (swept_flow_ < flows_.size() && swept_place_ > 0) {
        // Left in the middle: what is first now must be somebody.
        Flow& flow = *flows_[swept_flow_];
        const std::size_t before = flow.messages.size();
        skip_holes(flow);
        swept_place_ -= std::min(swept_place_, before - flow.messages.size());
        forget_if_empty(flow);
    }
    return taken;
}

std::int64_t Lanes::age_ms(std::size_t lane, storage::UnixMs now) const {
    std::int64_t oldest = 0;
    for (const auto& flow : flows_) {
        if (flow->account->lane != lane || flow->messages.empty()) continue;
        const storage::Message& first = *flow->messages.front();
        oldest = std::max(oldest, now - std::max(first.accepted_at, first.send_at));
    }
    return oldest;
}

}  // namespace parley::queue
