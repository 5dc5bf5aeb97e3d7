// Messages on disk whose receipt never came end as unknown, on the shard where it would have come.
// They are walked in order of id, a piece at a time: what was to be sent days after it was accepted
// lies among what is long overdue, and has just been sent.

#include "engine/shard.h"
#include "storage/delivery.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace parley {

using storage::Message;

namespace {

constexpr Duration walk_every = std::chrono::seconds(60);
constexpr Duration piece_pause = std::chrono::milliseconds(200);
constexpr std::size_t looked_at_max = 5'000;
constexpr std::size_t given_up_max = 1'000;

struct Piece {
    std::vector<Message> overdue;
    storage::MessageId up_to;
    bool more = false;
};

}  // namespace

/// How long each carrier of this shard has for a receipt, in milliseconds. On the first shard also
/// "": any that is no longer configured.
std::map<std::string, std::int64_t> Shard::patience() const {
    std::map<std::string, std::int64_t> all;
    std::int64_t longest = 0;
    for (const auto& carrier : desk_.carriers) {
        if (carrier) all[carrier->settings->id] = carrier->settings->receipt_timeout.count();
    }
    for (const config::Carrier& carrier : desk_.config().carriers)
        longest = std::max<std::int64_t>(longest, carrier.receipt_timeout.count());
    if (desk_.shard == 0) all[""] = longest;
    return all;
}

void Shard::watch_overdue(Now now) {
    if (now.at < next_overdue_) return;
    next_overdue_ = now.at + walk_every;
    if (desk_.commons.evicted.load(std::memory_order_relaxed) == 0) return;
    auto piece = std::make_shared<Piece>();
    std::set<std::string> configured;
    for (const config::Carrier& carrier : desk_.config().carriers)
        configured.insert(carrier.id);
    desk_.ports.query(
        [piece, now = now.wall, patience = patience(), configured = std::move(configured),
         after = overdue_looked_at_](storage::Store& store) {
            std::int64_t shortest = std::numeric_limits<std::int64_t>::max();
            for (const auto& [carrier, time] : patience)
                shortest = std::min(shortest, time);
            std::size_t looked_at = 0;
            store.each_evicted(after, now - shortest, [&](Message&& message) {
                piece->up_to = message.id;
                auto time = patience.find(message.carrier);
                if (time == patience.end() && !configured.contains(message.carrier))
                    time = patience.find("");
                if (time != patience.end() && storage::last_tried_at(message) + time->second < now)
                    piece->overdue.push_back(std::move(message));
                piece->more = ++looked_at == looked_at_max || piece->overdue.size() == given_up_max;
                return !piece->more;
            });
        },
        [this, piece](Now then) {
            for (Message& message : piece->overdue)
                outbound_.give_up(then, std::move(message));
            overdue_looked_at_ = piece->more ? piece->up_to : storage::MessageId{};
            if (piece->more) next_overdue_ = then.at + piece_pause;
        });
}

}  // namespace parley
