#pragma once
// Which segments the submit_sm of one session carried that were given up for unanswered: an answer
// that comes late, in the same session, still says what became of its segment. Keeps the newest.

#include "storage/message.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include <boost/unordered/unordered_flat_map.hpp>

namespace parley::carrier {

class ExpiredSubmits {
public:
    struct Segment {
        storage::MessageId message;
        std::uint8_t index = 0;
        storage::UnixMs intended_at = 0;  // tells this attempt from a later one
    };
    /// As many as the widest window holds.
    static constexpr std::size_t kept_max = 65'536;

    /// The sequence_number that the submit_sm had.
    void add(std::uint32_t sequence, const Segment& segment) {
        if (segments_.insert_or_assign(sequence, segment).second) order_.push_back(sequence);
        while (order_.size() > kept_max) {
            segments_.erase(order_.front());
            order_.pop_front();
        }
    }
    /// That of the submit_sm, once; empty when there is none, or it is forgotten.
    std::optional<Segment> take(std::uint32_t sequence) {
        const auto found = segments_.find(sequence);
        if (found == segments_.end()) return std::nullopt;
        const Segment segment = found->second;
        segments_.erase(found);  // its place in the order passes by in its turn
        return segment;
    }
    std::size_t size() const { return segments_.size(); }
    /// The session is over, and its numbers mean nothing any more.
    void clear() {
        segments_.clear();
        order_.clear();
    }

private:
    boost::unordered_flat_map<std::uint32_t, Segment> segments_;
    std::deque<std::uint32_t> order_;
};

}  // namespace parley::carrier
