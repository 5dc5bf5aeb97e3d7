// What an operator asks of a shard: look for messages that ended badly or hang in doubt, see what
// waits and why, hear where a message would go.

#include "engine/shard.h"

#include <algorithm>
#include <utility>

namespace parley {

using storage::Message;

namespace {

/// Of one link's capture: some 6,000 PDUs.
constexpr std::size_t capture_octets_max = 1U << 20U;

}  // namespace

// ---- What ended badly, and what is in doubt
// ------------------------------------------------------

void Shard::dead_letters(api::MessageFilter filter, storage::MessageId before, std::size_t limit,
                         std::function<void(api::MessagesView)> done) {
    auto view = std::make_shared<api::MessagesView>();
    desk_.ports.query(
        [view, filter = std::move(filter), before, limit](storage::Store& store) {
            view->messages = store.dead_letters(filter, before, limit, &view->more);
        },
        [view, done = std::move(done)](Now) { done(std::move(*view)); });
}

void Shard::uncertain(api::MessageFilter filter, storage::MessageId before, std::size_t limit,
                      std::function<void(api::MessagesView)> done) {
    auto found = std::make_shared<std::vector<std::vector<Message>>>(desk_.shards);
    const auto newest_first = [](const Message& left, const Message& right) {
        return left.id > right.id;
    };
    ask_everyone(
        [found, filter = std::move(filter), before, limit, newest_first](Shard& there, Now) {
            std::vector<const Message*> fitting;
            for (const auto& carrier : there.desk().carriers) {
                if (!carrier) continue;
                carrier->receipts.each_uncertain([&](const Message& message) {
                    if ((!before || message.id < before) && filter.fits(message))
                        fitting.push_back(&message);
                });
            }
            const auto count = std::min(fitting.size(), limit + 1);
            std::partial_sort(fitting.begin(), fitting.begin() + static_cast<std::ptrdiff_t>(count),
                              fitting.end(), [&](const Message* left, const Message* right) {
                                  return newest_first(*left, *right);
                              });
            for (std::size_t n = 0; n < count; ++n)
                (*found)[there.desk().shard].push_back(*fitting[n]);
        },
        [found, limit, newest_first, done = std::move(done)](Now) {
            api::MessagesView view;
            for (auto& some : *found)
                std::move(some.begin(), some.end(), std::back_inserter(view.messages));
            std::sort(view.messages.begin(), view.messages.end(), newest_first);
            if (view.messages.size() > limit) {
                view.messages.resize(limit);
                view.more = view.messages.back().id;
            }
            done(std::move(view));
        });
}

// ---- What waits
// ----------------------------------------------------------------------------------

namespace {

/// Removed from the configuration, and nothing is left of it here.
bool is_gone(const CarrierDesk& carrier) {
    return carrier.removed && carrier.lanes.empty() && carrier.retries.empty() &&
           carrier.open_intents == 0 && carrier.receipts.uncertain() == 0 &&
           carrier.receipts.expected() == 0 && carrier.receipts.early() == 0;
}

api::CarrierQueueView look_at(const Desk& desk, CarrierDesk& carrier, Now now) {
    static_assert(api::CarrierQueueView::lanes == queue::Lanes::count);
    api::CarrierQueueView view{.carrier = carrier.settings->id,
                               .shard = desk.shard,
                               .up = carrier.up,
                               .retrying = carrier.retries.size(),
                               .in_flight = carrier.open_intents,
                               .uncertain = carrier.receipts.uncertain(),
                               .awaiting_receipt = carrier.receipts.expected(),
                               .early_receipts = carrier.receipts.early()};
    if (carrier.paused_until > now.at) {
        view.paused_ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(carrier.paused_until - now.at)
                .count();
    }
    for (std::size_t lane = 0; lane < queue::Lanes::count; ++lane) {
        view.waiting[lane] = carrier.lanes.size(lane);
        if (view.waiting[lane] != 0)
            view.oldest_since[lane] = now.wall - carrier.lanes.age_ms(lane, now.wall);
    }
    for (carrier::Limits::Use& use :
         carrier.limits.uses(now, api::CarrierQueueView::senders_of_limit)) {
        view.limits.push_back({.limit = std::move(use.limit),
                               .sender = std::move(use.sender),
                               .rate = use.rate,
                               .burst = use.burst,
                               .at_once = use.at_once,
                               .per_day = use.per_day,
                               .spent = use.spent,
                               .reserve = use.reserve,
                               .day_ends = use.day_ends});
    }
    return view;
}

}  // namespace

void Shard::queue(std::function<void(api::QueueView)> done) {
    auto found = std::make_shared<std::vector<api::QueueView>>(desk_.shards);
    ask_everyone(
        [found](Shard& there, Now now) {
            const Desk& desk = there.desk();
            api::QueueView& mine = (*found)[desk.shard];
            mine.shards.push_back(
                {.shard = desk.shard,
                 .live = desk.live.size(),
                 .held = there.outbound_.held(),
                 .sent_in_vain = there.outbound_.returned(),
                 .behind = desk.conversations.waiting(),
                 .conversations = static_cast<std::int64_t>(desk.conversations.conversations())});
            for (const auto& carrier : desk.carriers) {
                if (carrier && !is_gone(*carrier))
                    mine.carriers.push_back(look_at(desk, *carrier, now));
            }
        },
        [this, found, done = std::move(done)](Now) {
            api::QueueView view;
            for (const api::QueueView& some : *found) {
                view.shards.insert(view.shards.end(), some.shards.begin(), some.shards.end());
                view.carriers.insert(view.carriers.end(), some.carriers.begin(),
                                     some.carriers.end());
            }
            std::ranges::sort(view.carriers, {}, &api::CarrierQueueView::carrier);
            view.awaiting_on_disk = desk_.commons.evicted.load(std::memory_order_relaxed);
            view.memory_octets = desk_.commons.used_octets();
            view.memory_octets_max = desk_.commons.live_octets_max;
            done(std::move(view));
        });
}

// ---- Receipts without a message
// ----------------------------------------------------------------------------------------------

namespace {

constexpr std::string_view still_waiting = "waiting";

api::UnmatchedReceipt shown(const storage::EarlyReceipt& receipt) {
    return {.carrier = receipt.carrier,
            .carrier_message_id = receipt.carrier_message_id,
            .other_id = receipt.other_id,
            .from = receipt.source,
            .to = receipt.destination,
            .state = receipt.state,
            .error = receipt.error,
            .received_at = receipt.received_at,
            .reason = still_waiting};
}

/// Of one carrier, the newest first, so many at most.
void look_at_unmatched(const CarrierDesk& carrier, const api::UnmatchedFilter& filter,
                       std::size_t limit, std::vector<api::UnmatchedReceipt>& found) {
    if (!filter.carrier.empty() && filter.carrier != carrier.settings->id) return;
    std::size_t left = limit;
    const bool waiting = filter.reason.empty() || filter.reason == still_waiting;
    for (auto held = carrier.early.rbegin(); waiting && held != carrier.early.rend() && left > 0;
         ++held, --left) {
        found.push_back(shown(*held->second));
    }
    left = limit;
    const auto& kept = carrier.unmatched.kept();
    for (auto each = kept.rbegin(); each != kept.rend() && left > 0; ++each) {
        if (!filter.reason.empty() && filter.reason != carrier::name(each->why)) continue;
        found.push_back(shown(each->receipt));
        found.back().given_up_at = each->at;
        found.back().reason = carrier::name(each->why);
        --left;
    }
}

}  // namespace

void Shard::unmatched_receipts(api::UnmatchedFilter filter, std::size_t limit,
                               std::function<void(std::vector<api::UnmatchedReceipt>)> done) {
    using Found = std::vector<api::UnmatchedReceipt>;
    auto found = std::make_shared<std::vector<Found>>(desk_.shards);
    ask_everyone(
        [found, filter = std::move(filter), limit](Shard& there, Now) {
            for (const auto& carrier : there.desk().carriers) {
                if (carrier)
                    look_at_unmatched(*carrier, filter, limit, (*found)[there.desk().shard]);
            }
        },
        [found, limit, done = std::move(done)](Now) {
            Found all;
            for (Found& some : *found)
                std::move(some.begin(), some.end(), std::back_inserter(all));
            std::ranges::stable_sort(all, std::greater<>{}, &api::UnmatchedReceipt::received_at);
            if (all.size() > limit) all.resize(limit);
            done(std::move(all));
        });
}

// ---- What went over a link
// -----------------------------------------------------------------------

Link* Shard::find_link(std::string_view name) {
    const auto found = std::ranges::find(desk_.links, name, &Link::name);
    return found == desk_.links.end() || found->gone ? nullptr : &*found;
}

void Shard::capture(std::string link, bool on, std::function<void(bool)> done) {
    auto found = std::make_shared<std::vector<std::uint8_t>>(desk_.shards);  // one each: no bits
    ask_everyone(
        [found, name = std::move(link), on](Shard& there, Now) {
            Link* const link = there.find_link(name);
            if (link == nullptr) return;
            (*found)[there.desk().shard] = 1;
            if (on == (link->capture != nullptr)) return;
            auto ring = on ? std::make_unique<session::PduRing>(capture_octets_max) : nullptr;
            link->session.capture_into(ring.get());
            link->capture = std::move(ring);
        },
        [found, done = std::move(done)](Now) {
            done(std::ranges::any_of(*found, [](std::uint8_t here) { return here != 0; }));
        });
}

void Shard::captured(std::string link,
                     std::function<void(std::optional<smpp::CapturedLink>)> done) {
    auto found = std::make_shared<std::vector<std::optional<smpp::CapturedLink>>>(desk_.shards);
    ask_everyone(
        [found, name = std::move(link)](Shard& there, Now now) {
            const Link* const link = there.find_link(name);
            if (link == nullptr || !link->capture) return;
            auto& mine = (*found)[there.desk().shard].emplace();
            mine.link = link->name;
            mine.address = there.address_of(*link);
            for (const session::PduRing::Kept& pdu : link->capture->kept()) {
                const auto ago =
                    std::chrono::duration_cast<std::chrono::microseconds>(now.at - pdu.at);
                mine.pdus.push_back(
                    {now.wall * 1000 - ago.count(), pdu.session, pdu.sent, pdu.octets});
            }
        },
        [found, done = std::move(done)](Now) {
            for (auto& each : *found) {
                if (each) return done(std::move(each));
            }
            done({});
        });
}

// ---- What would happen
// ---------------------------------------------------------------------------

api::RouteView Shard::explain(const api::RouteQuestion& question) {
    return outbound_.explain(now_, question);
}

}  // namespace parley
