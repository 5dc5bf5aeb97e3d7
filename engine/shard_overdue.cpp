// Messages on disk whose receipt never came end as unknown, on the shard where it would have come.
// They are walked in order of id, a piece at a time: what was to be sent days after it was accepted
// lies among what is long overdue, and has just been sent.

#include "engine/shard.h"
#include "storage/delivery.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace parley {

using storage::Message;

namespace {

constexpr Duration walk_every = std::chrono::seconds(60);
constexpr Duration piece_pause = std::chrono::milliseconds(200);
constexpr storage::EvictedLimits piece_max{.looked_at = 5'000, .wanted = 1'000};

/// How long carriers have for a receipt, in milliseconds.
class Patience {
public:
    explicit Patience(const config::Config& config) {
        for (const config::Carrier& carrier : config.carriers) {
            const std::int64_t time = carrier.receipt_timeout.count();
            by_carrier_[carrier.id] = time;
            shortest_ = std::min(shortest_, time);
            longest_ = std::max(longest_, time);
        }
    }
    /// 0 when there are none.
    std::int64_t shortest() const { return std::min(shortest_, longest_); }
    /// One that is no longer configured has as long as any.
    std::int64_t with(const std::string& carrier) const {
        const auto found = by_carrier_.find(carrier);
        return found == by_carrier_.end() ? longest_ : found->second;
    }

private:
    std::map<std::string, std::int64_t> by_carrier_;
    std::int64_t shortest_ = std::numeric_limits<std::int64_t>::max();
    std::int64_t longest_ = 0;
};

}  // namespace

void Shard::watch_overdue(Now now) {
    if (now.at < next_overdue_) return;
    next_overdue_ = now.at + walk_every;
    if (desk_.commons.evicted.load(std::memory_order_relaxed) == 0) return;
    auto piece = std::make_shared<storage::EvictedPiece>();
    desk_.ports.query(
        [piece, now = now.wall, patience = Patience(desk_.config()),
         after = overdue_looked_at_](storage::Store& store) {
            *piece = storage::walk_evicted(
                store, after, now - patience.shortest(), piece_max, [&](const Message& message) {
                    return storage::last_tried_at(message) + patience.with(message.carrier) < now;
                });
        },
        [this, piece](Now then) {
            for (Message& message : piece->wanted)
                outbound_.give_up(then, std::move(message));
            overdue_looked_at_ = piece->more ? piece->up_to : storage::MessageId{};
            if (piece->more) next_overdue_ = then.at + piece_pause;
        });
}

}  // namespace parley
