#pragma once
// What waits for one carrier. Replies go before bulk. Within one class accounts take turns by
// weight, counted in segments (deficit round robin), and within an account its senders do, so that
// nobody's campaign starves anybody else. First come first served within one sender; a message that
// the carrier threw back goes to the head. A sender whose limit is used up rests, and nobody waits
// behind it; those who wake together are served in the order in which they lay down, so that who
// was served last comes last again, and accounts keep their shares of a limit that all of them
// wait for. Holds pointers; the shard owns messages. No clock.

#include "engine/clock.h"
#include "storage/message.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace parley::queue {

class Lanes {
public:
    static constexpr std::size_t count = 4;

    /// Its share beside the others': 1 when never said. From its next turn on.
    void set_weight(const std::string& account, std::uint32_t weight);
    /// Limits are others: whoever rests may ask again.
    void wake_all();
    /// Those whose rest is over wait for their turn again. front() does it too.
    void wake(Instant now);

    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    /// Of one lane, 0 … count - 1.
    std::size_t size(std::size_t lane) const { return sizes_[lane]; }
    /// Whose turn it is; null when all that wait are resting. The same until something changes.
    storage::Message* front(Instant now);
    /// Takes out what front() has just said.
    void pop_front();
    /// The sender of what front() has just said may not go before this.
    void rest_front(Instant until);
    /// Somebody waits who need not rest.
    bool anyone_waits() const;
    /// When the first resting sender may go again; empty: none rests.
    std::optional<Instant> next_rested() const;

    void push_back(storage::Message* message);
    void push_front(storage::Message* message);
    /// Takes everything out.
    std::deque<storage::Message*> clear();
    /// Takes this one out, wherever it stands: a walk along its sender's queue, for what people do
    /// one by one. False: it is not here.
    bool remove(const storage::Message* message);
    /// Takes out messages that are asked for; looks at no more than `budget` entries and goes on
    /// from there the next time, so that a deep queue never stalls its shard.
    std::vector<storage::Message*> sweep(
        std::size_t budget, const std::function<bool(const storage::Message&)>& wanted);
    /// How often sweep() came to the end and began again: twice more, and it has looked at all.
    std::uint64_t rounds() const { return rounds_; }
    /// Those whose expires_at has passed.
    std::vector<storage::Message*> expire(storage::UnixMs now, std::size_t budget);

    /// How long the message that has waited longest in one lane, 0 … count - 1, has been free to
    /// go: since it was accepted, or since its send_at. 0 when the lane is empty.
    std::int64_t age_ms(std::size_t lane, storage::UnixMs now) const;

private:
    struct Account;
    /// One sender of one account in one lane. Never goes away: the configuration bounds them.
    struct Flow {
        Account* account = nullptr;
        std::size_t number = 0;  // in flows_
        std::deque<storage::Message*> messages;
        bool rests = false;
        Instant rests_until{};    // while it rests
        std::int64_t lay_down{};  // likewise: its place among those who rest until then
    };
    struct Account {
        std::size_t lane = 0;
        std::int64_t weight = 1;
        std::int64_t credit = 0;   // segments; kept while any message of it waits
        std::size_t messages = 0;  // of all its flows, holes not counted
        bool listed = false;
        std::deque<Flow*> turns;  // of flows with something to go
        boost::unordered_flat_map<std::string, Flow*> flows;
    };
    struct Lane {
        std::deque<Account*> turns;
        boost::unordered_flat_map<std::string, std::unique_ptr<Account>> accounts;
    };

    Flow& flow_of(const storage::Message& message);
    Flow* find_flow(const storage::Message& message);
    void list(Flow& flow, bool first);
    void rest(Flow& flow, Instant until, std::int64_t place);
    void count_in(Flow& flow);
    void count_out(Flow& flow);
    /// Of the highest class in which somebody waits who need not rest; null: nobody does.
    Lane* first_lane();
    void unlist_front(Lane& lane);
    void skip_holes(Flow& flow);
    void forget_if_empty(Flow& flow);

    std::size_t size_ = 0;
    std::array<std::size_t, count> sizes_{};  // holes not counted
    std::uint64_t rounds_ = 0;
    std::size_t swept_flow_ = 0;
    std::size_t swept_place_ = 0;
    boost::unordered_flat_map<std::string, std::uint32_t> weights_;
    // 0: answers that a law or a person waits for (opt-out confirmation, HELP), 1: conversational,
    // 2: informational, 3: promotional.
    std::array<Lane, count> lanes_;
    std::vector<std::unique_ptr<Flow>> flows_;
    // Until when, place among those who wake then, number of the flow.
    std::set<std::tuple<Instant, std::int64_t, std::size_t>> resting_;
    std::int64_t last_down_ = 0;
    std::int64_t first_down_ = 0;  // of those who were put before all others
};

}  // namespace parley::queue
