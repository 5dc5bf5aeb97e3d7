#pragma once
// What waits for one carrier: replies before bulk, first come first served within each. A message
// that the carrier threw back goes to the head of its lane. Holds pointers; the shard owns
// messages.

#include "storage/message.h"

#include <array>
#include <cstddef>
#include <deque>
#include <vector>

namespace parley::queue {

class Lanes {
public:
    static constexpr std::size_t count = 4;
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    std::size_t size(std::size_t lane) const { return sizes_[lane]; }
    /// Requires !empty().
    storage::Message* front() const;
    /// Next of one lane, 0 … count - 1; null when it is empty.
    const storage::Message* front(std::size_t lane) const;
    void pop_front();
    void push_back(storage::Message* message);
    void push_front(storage::Message* message);
    /// Takes everything out, in order.
    std::deque<storage::Message*> clear();
    /// Takes this one out, wherever it stands: a walk along its lane, for what people do one by
    /// one. False: it is not here.
    bool remove(const storage::Message* message);
    /// Takes out messages whose expires_at has passed; looks at no more than `budget` entries and
    /// goes on from there the next time, so that a deep queue never stalls its shard.
    std::vector<storage::Message*> expire(storage::UnixMs now, std::size_t budget);

private:
    void skip_holes(std::deque<storage::Message*>& lane);

    std::size_t size_ = 0;  // of all lanes
    std::array<std::size_t, count> sizes_{};
    std::size_t swept_lane_ = 0;
    std::size_t swept_place_ = 0;
    // A message that left from the middle leaves a null behind. Invariant: the front of a lane is
    // never null. 0: answers that a law or a person waits for (opt-out confirmation, HELP), 1:
    // conversational, 2: informational, 3: promotional.
    std::array<std::deque<storage::Message*>, count> lanes_;
};

}  // namespace parley::queue
