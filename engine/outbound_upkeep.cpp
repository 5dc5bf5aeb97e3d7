// The outbound journey as time goes by: recovery after a start, links that come and go, timers, and
// what has waited too long moving from memory to disk.

#include "engine/carrier/ending.h"
#include "engine/outbound.h"
#include "protocol/ensure.h"

#include <algorithm>

namespace parley {

using storage::Message;
using storage::Phase;
using storage::Segment;
using storage::Status;

namespace {

constexpr Duration sweep_every = std::chrono::seconds(1);
// In small steps, since each is a turn that others wait for; as many as it takes, because what has
// settled meanwhile is in the list as well, and a list that is read slower than it grows never
// ends.
constexpr std::size_t spill_batch = 2'000;
constexpr std::size_t spill_entries = 20'000;
constexpr Duration spill_pause = std::chrono::milliseconds(20);
// A deep queue is looked at in pieces, the next one soon.
constexpr Duration sweep_pause = std::chrono::milliseconds(100);
constexpr Duration failover_pause = std::chrono::milliseconds(20);
constexpr std::size_t expired_at_once = 2'000;

/// The intent of its youngest uncertain segment.
UnixMs doubted_since(const Message& message) {
    UnixMs youngest = 0;
    for (const Segment& segment : message.segments) {
        if (segment.phase == Phase::uncertain) youngest = std::max(youngest, segment.intended_at);
    }
    return youngest;
}

/// By any carrier, as far as anybody knows.
bool was_tried(const Message& message) {
    return std::ranges::any_of(message.segments, [](const Segment& segment) {
        return segment.phase != Phase::waiting || segment.intended_at != 0 ||
               !segment.error.empty();
    });
}

}  // namespace

// ---- At start
// ------------------------------------------------------------------------------------

/// On the contact's shard, in order of id. A segment with an intent and no result is uncertain: the
/// octets may or may not have left.
void Outbound::recover(Now now, std::unique_ptr<Message> owned) {
    desk_.commons.live_octets.fetch_add(memory_octets(*owned), std::memory_order_relaxed);
    Message& message = desk_.adopt(now, std::move(owned));
    std::vector<std::uint8_t> doubts;
    for (std::size_t index = 0; index < message.segments.size(); ++index) {
        if (message.segments[index].phase != Phase::intended) continue;
        message.segments[index].phase = Phase::uncertain;
        doubts.push_back(static_cast<std::uint8_t>(index));
    }
    auto carrier = desk_.index_of(message.carrier);
    // Never tried, it is nobody's yet: the route chooses as of now. The journal names the carrier
    // with the first intent, and need not tell of each of millions before.
    if (!was_tried(message)) {
        if (const auto chosen = choose_carrier(desk_.route_of(message), message)) {
            message.carrier = desk_.config().carriers[*chosen].id;
            carrier = chosen;
        }
    }
    const bool uncertain = any_phase(message, Phase::uncertain);
    const bool started = has_begun(message);
    if (!carrier && (uncertain || started)) {
        desk_.settle(now, message, Status::unknown, "carrier_removed");
        return;
    }
    const bool refused = any_phase(message, Phase::refused);  // it fails, and nothing more is sent
    if (refused && !carrier) {
        carrier::Ending ending = carrier::ending_of(desk_.dialect_of(message.carrier), message);
        desk_.settle(now, message, ending.status, std::move(ending.reason));
        return;
    }
    if (uncertain && !refused &&
        desk_.config().carriers[*carrier].on_uncertain == config::OnUncertain::resend) {
        for (const std::uint8_t index : doubts)
            note_uncertain(now, message, index);
        send_again(message);
    } else if (refused || uncertain || !any_phase(message, Phase::waiting)) {
        message.status = Status::sending;
        hand_over(now, message, *carrier);
        return;
    }
    if (carrier && !started && !fit(message, *carrier)) {
        desk_.settle(now, message, Status::failed, "text_does_not_fit");
        return;
    }
    if (message.send_at > now.wall) return hold(message);
    message.status = Status::queued;
    if (desk_.conversations.arrive(message.conversation(), &message)) dispatch(now, message);
}

Message* Outbound::bring_back(Now now, CarrierDesk& carrier, Message message) {
    if (Message* live = desk_.find_live(message.id))
        return storage::is_final(live->status) ? nullptr : live;
    if (carrier.receipts.was_settled_lately(message)) return nullptr;
    return &readopt(now, carrier, std::move(message));
}

Message& Outbound::readopt(Now now, CarrierDesk& carrier, Message message) {
    auto owned = std::make_unique<Message>(std::move(message));
    desk_.commons.live_octets.fetch_add(memory_octets(*owned), std::memory_order_relaxed);
    Message& adopted = desk_.adopt(now, std::move(owned));
    for (std::size_t index = 0; index < adopted.segments.size(); ++index) {
        carrier.receipts.expect(adopted, static_cast<std::uint8_t>(index));
    }
    return adopted;
}

void Outbound::give_up(Now now, Message message) {
    const auto carrier = desk_.index_of(message.carrier);
    const std::uint32_t home = carrier ? desk_.home_of(*carrier) : 0;
    if (home != desk_.shard || desk_.find_live(message.id) != nullptr) return;
    auto owned = std::make_unique<Message>(std::move(message));
    desk_.commons.live_octets.fetch_add(memory_octets(*owned), std::memory_order_relaxed);
    Message& overdue = desk_.adopt(now, std::move(owned));
    carrier::Ending ending = carrier::ending_of(desk_.dialect_of(overdue.carrier), overdue);
    desk_.settle(now, overdue, ending.status, std::move(ending.reason));
}

// ---- Links
// ---------------------------------------------------------------------------------------

void Outbound::on_links_changed(Now now, CarrierDesk& carrier) {
    std::uint32_t bound = 0;
    std::size_t windows = 0;
    for (const std::uint32_t index : carrier.links) {
        const session::EsmeSession& session = desk_.links[index].session;
        if (!session.can_send() || session.state() != session::LinkState::bound) continue;
        ++bound;
        windows += session.window().size_max();
    }
    const std::size_t set = carrier.settings->uncertain_max;
    carrier.intents_max = set == 0 || windows == 0 ? windows : set;
    carrier.senders_bound = bound;
    const bool up = bound != 0;
    if (up == carrier.up) return;
    carrier.up = up;
    if (!up) {
        // Links that bind and answer nothing do not begin the wait anew each time.
        if (!carrier.silent) carrier.down_since = now.at;
        carrier.failover_due = true;
    }
    for (std::uint32_t shard = 0; shard < desk_.shards; ++shard) {
        desk_.post(shard, CarrierUpMail{carrier.index, up});
    }
}

void Outbound::on_silence(Now now, CarrierDesk& carrier) {
    if (std::exchange(carrier.silent, true)) return;
    if (carrier.up) carrier.down_since = now.at;
    carrier.failover_due = true;
}

// ---- Time
// ----------------------------------------------------------------------------------------

/// Those that wait behind others of their conversation, perhaps behind one that waits for days.
void Outbound::expire_behind(Now now) {
    for (std::size_t count = 0; count < expired_at_once; ++count) {
        const auto next = desk_.conversations.next_expiry();
        if (!next || *next > now.wall) return;
        Message* message = desk_.find_live(desk_.conversations.first_to_expire());
        ENSURE(message != nullptr);
        const bool waited = desk_.conversations.remove(message->conversation(), message);
        ENSURE(waited);
        desk_.settle(now, *message, Status::expired, "validity_passed");
    }
}

void Outbound::on_deadline(Now now) {
    while (!held_.empty() && held_.top().at <= now.wall) {
        Message* message = desk_.find_live(held_.top().id);
        held_.pop();
        if (message == nullptr || message->status != Status::held) continue;
        --held_count_;
        message->status = Status::queued;
        if (desk_.conversations.arrive(message->conversation(), message)) dispatch(now, *message);
    }
    expire_behind(now);
    while (!returned_.empty() && returned_.top().at <= now.wall) {
        const storage::MessageId id = returned_.top().id;
        returned_.pop();
        wait_again(now, id, 0);
    }
    while (!uncertain_.empty() && uncertain_.top().at <= now.wall) {
        Message* message = desk_.find_live(uncertain_.top().id);
        uncertain_.pop();
        if (message == nullptr || storage::is_final(message->status)) continue;
        const auto carrier = desk_.index_of(message->carrier);
        if (!carrier || !any_phase(*message, Phase::uncertain)) continue;
        // An older doubt, resolved since: the message went on, and will have another timer.
        if (any_phase(*message, Phase::intended)) continue;
        const UnixMs until =
            doubted_since(*message) + desk_.config().carriers[*carrier].uncertain_hold.count();
        if (until > now.wall) {  // a younger doubt, or a longer hold since a reload
            uncertain_.push({until, message->id});
            continue;
        }
        end(now, *desk_.carriers[*carrier], *message);
    }
    if (now.at >= next_spill_) next_spill_ = now.at + (spill(now) ? spill_pause : sweep_every);
    if (now.at < next_sweep_) return;
    next_sweep_ = now.at + sweep_every;
    for (const auto& carrier : desk_.carriers) {
        if (!carrier) continue;
        if (is_away_long(now, *carrier) && std::exchange(carrier->failover_due, false))
            carrier->failover_until = carrier->lanes.rounds() + 2;
        const bool deep = carrier->lanes.size() > sweep_entries;
        sweep(now, *carrier);
        const bool fails_over =
            !carrier->lanes.empty() && carrier->lanes.rounds() < carrier->failover_until;
        const Duration pause = fails_over ? failover_pause : deep ? sweep_pause : sweep_every;
        next_sweep_ = std::min(next_sweep_, now.at + pause);
    }
}

/// When pump() can do more for what waits; empty: not before something else happens, such as an
/// answer or a commit. A moment too early would be asked for again and again.
std::optional<Instant> Outbound::next_pace(Now now, const CarrierDesk& carrier) const {
    const auto tokens = [&](carrier::TokenBucket bucket) {  // a copy: looking spends nothing
        return bucket.unlimited() ? now.at : bucket.next(now.at);
    };
    std::optional<Instant> link_free;
    if (!carrier.ready.empty()) {
        for (const std::uint32_t index : carrier.links) {
            const Link& link = desk_.links[index];
            if (link.session.window_free() == 0) continue;
            const Instant at = std::max(tokens(link.bucket), link.paused_until);
            link_free = link_free ? std::min(*link_free, at) : at;
        }
    }
    const bool may_intend = carrier.ready.empty() && carrier.intending == 0 &&
                            carrier.open_intents < carrier.intents_max &&
                            carrier.lanes.anyone_waits();
    if (!link_free && !may_intend) return std::nullopt;
    const Instant first = may_intend ? now.at : *link_free;
    const Instant carrier_free = std::max(tokens(carrier.bucket), carrier.paused_until);
    return std::max({first, carrier_free, now.at + Duration(100)});
}

std::optional<Instant> Outbound::next_deadline(Now now) const {
    Instant next = std::min(next_sweep_, next_spill_);
    const auto consider_wall = [&](UnixMs at) {
        next =
            std::min(next, now.at + std::chrono::milliseconds(std::max<UnixMs>(0, at - now.wall)));
    };
    if (!held_.empty()) consider_wall(held_.top().at);
    if (!returned_.empty()) consider_wall(returned_.top().at);
    if (!uncertain_.empty()) consider_wall(uncertain_.top().at);
    if (const auto at = desk_.conversations.next_expiry()) consider_wall(*at);
    for (const auto& carrier : desk_.carriers) {
        if (!carrier) continue;
        if (!carrier->retries.empty()) next = std::min(next, carrier->retries.top().at);
        if (carrier->senders_bound == 0) continue;
        if (const auto rested = carrier->lanes.next_rested()) next = std::min(next, *rested);
        if (const auto at = next_pace(now, *carrier)) next = std::min(next, *at);
    }
    return next;
}

std::optional<WaitCause> Outbound::waits_for(Now now, CarrierDesk& carrier) const {
    if (carrier.lanes.empty() && carrier.ready.empty()) return std::nullopt;
    if (carrier.senders_bound == 0) return WaitCause::link_down;
    if (now.at < carrier.paused_until) return WaitCause::throttled;
    if (carrier.ready.empty() && !carrier.lanes.anyone_waits()) return WaitCause::rate;
    bool room = false;
    bool tokens = false;
    for (const std::uint32_t index : carrier.links) {
        Link& link = desk_.links[index];
        if (link.session.window_free() == 0) continue;
        room = true;
        tokens = tokens || (link.paused_until <= now.at && link.bucket.available(now.at) > 0);
    }
    if (!room) return WaitCause::window;
    if (!tokens || carrier.bucket.available(now.at) == 0)
        return carrier.pace.is_reduced() ? WaitCause::throttled : WaitCause::rate;
    if (carrier.ready.empty() && carrier.open_intents >= carrier.intents_max)
        return WaitCause::journal;
    return std::nullopt;
}

bool Outbound::quiet() const {
    return std::all_of(desk_.carriers.begin(), desk_.carriers.end(),
                       [](const auto& carrier) { return !carrier || carrier->open_intents == 0; });
}

// ---- From memory to disk
// -------------------------------------------------------------------------

/// Messages that have been unsettled for spill_after: those that only wait for a receipt leave
/// memory (the store finds them by their carrier id), the others leave a snapshot, so that the
/// journal can let go of their old records. True: there is more to do.
bool Outbound::spill(Now now) {
    std::size_t spilled = 0;
    for (std::size_t looked = 0; looked < spill_entries && spilled < spill_batch; ++looked) {
        if (desk_.aging.empty() || desk_.aging.front().due > now.at) return false;
        const storage::MessageId id = desk_.aging.front().id;
        desk_.aging.pop_front();
        Message* message = desk_.find_live(id);
        if (message == nullptr || storage::is_final(message->status)) continue;
        desk_.aging.push_back({now.at + desk_.config().node.spill_after, id});
        if (desk_.being_asked.contains(id.value)) continue;
        ++spilled;
        if (message->status == Status::sent) {
            message->id_form = &desk_.dialect_of(message->carrier).ids();
            desk_.open.section->evict(*message);
            desk_.open.evicted.push_back(id);
        } else if (message->pinned != 0) {
            desk_.open.section->snapshot(*message);
        }
    }
    return true;
}

/// The eviction is durable. A receipt that came meanwhile keeps the message here a while longer.
void Outbound::on_evicted(storage::MessageId id) {
    Message* message = desk_.find_live(id);
    if (message == nullptr || storage::is_final(message->status)) return;
    if (!message->evicted) return;  // it goes again
    if (message->pinned != 0 || desk_.open.section->mentions(*message)) return;
    if (desk_.being_asked.contains(id.value)) return;
    const auto carrier = desk_.index_of(message->carrier);
    if (carrier && desk_.carriers[*carrier]) {
        desk_.carriers[*carrier]->receipts.forget(*message, false);
    }
    desk_.commons.live_octets.fetch_sub(memory_octets(*message), std::memory_order_relaxed);
    desk_.live.erase(id);
}

}  // namespace parley
