// The fourth step of the outbound journey: intents ahead of the window, tokens, limits, whose turn
// it is, the last look of the gate, and what a carrier's "too fast" does to all that.

#include "engine/outbound.h"
#include "engine/policy/gate.h"

#include <algorithm>

namespace parley {

using storage::Message;
using storage::Phase;
using storage::Segment;
using storage::Status;

namespace {

// How far ahead of its tokens a carrier's intents are journaled: about what a slow commit takes.
constexpr Duration intent_lead = std::chrono::milliseconds(50);
// The shortest rest of a sender whose limit is used up.
constexpr Duration sender_rest_least = std::chrono::milliseconds(1);
// Of a rate that the carrier forced on us, this part of a second may come at once.
constexpr double adapted_burst = 0.02;

/// One look for each try, but not without end: a message may be tried for days.
void note_go(Message& message, const storage::Decision& decision) {
    constexpr std::size_t decisions_max = 16;
    const bool many = message.decisions.size() >= decisions_max &&
                      message.decisions.back().look == storage::Look::window;
    if (many) message.decisions.pop_back();
    message.decisions.push_back(decision);
}

}  // namespace

// ---- Whose turn, and how many.
// -------------------------------------------------------------------

Outbound::Allowance Outbound::intents_allowed(Now now, CarrierDesk& carrier) {
    if (carrier.senders_bound == 0 || now.at < carrier.paused_until || desk_.draining) return {};
    if (carrier.open_intents >= carrier.intents_max) return {};
    return {.intents = carrier.intents_max - carrier.open_intents,
            .tokens = carrier.bucket.available(now.at) + carrier.bucket.expected(intent_lead) -
                      carrier.tokens_promised};
}

/// What cannot be taken apart goes when its first token is there, as with the bucket.
std::size_t Outbound::Allowance::segments_of(const Message& message) const {
    const std::size_t each = storage::counted_each(message);
    return std::min(intents, (static_cast<std::size_t>(tokens) + each - 1) / each);
}

void Outbound::pump(Now now, CarrierDesk& carrier) {
    while (!carrier.retries.empty() && carrier.retries.top().at <= now.at) {
        Message* message = desk_.find_live(carrier.retries.top().id);
        carrier.retries.pop();
        if (message == nullptr || storage::is_final(message->status)) continue;
        if (const auto next = passes_on_to(now, *message)) {
            go_to(now, carrier, *message, *next);
        } else {
            back_to_lane(now, carrier, *message);
        }
    }
    if (carrier.removed) look_again(now, carrier);
    const bool wanting = !carrier.ready.empty() || !carrier.lanes.empty();
    if (carrier.settings->adaptive && carrier.pace.grow(now.at, wanting)) set_pace(now, carrier);
    send_ready(now, carrier);
    // Also while nothing more is allowed: or the end of a rest stayed the next deadline, and the
    // shard never slept.
    carrier.lanes.wake(now.at);
    if (!carrier.lanes.empty()) intend_front(now, carrier);
    carrier.limits.tell_spent([&](std::string_view limit, const storage::Spent& spent) {
        desk_.open.section->spend(limit, spent);
    });
}

void Outbound::intend_front(Now now, CarrierDesk& carrier) {
    Allowance allowed = intents_allowed(now, carrier);
    while (!allowed.is_used_up()) {
        Message* next = carrier.lanes.front(now.at);
        if (next == nullptr) return;
        Message& message = *next;
        if (message.expires_at != 0 && message.expires_at <= now.wall &&
            !any_phase(message, Phase::intended)) {
            carrier.lanes.pop_front();
            fail(now, carrier, message, Status::expired, "validity_passed");
            continue;
        }
        if (!measured(carrier, message)) {
            carrier.lanes.pop_front();
            fail(now, carrier, message, Status::failed, "text_does_not_fit");
            continue;
        }
        const std::size_t room =
            std::min(allowed.segments_of(message), carrier.limits.available(now, message));
        if (room == 0) {
            carrier.lanes.rest_front(
                std::max(carrier.limits.next(now, message), now.at + sender_rest_least));
            continue;
        }
        if (!carrier.full.empty() && rests_with_destination(now, carrier, message)) continue;
        // What does not fit now follows when these segments have their answers. The message leaves
        // the lane meanwhile: it is in one place at a time.
        carrier.lanes.pop_front();
        const std::size_t intended = intend(now, carrier, message, room);
        carrier.limits.take(now, message, intended);
        allowed.intents -= intended;
        allowed.tokens -= static_cast<std::int64_t>(intended * storage::counted_each(message));
    }
}

/// As many of the message's waiting segments as there is room for.
std::size_t Outbound::intend(Now now, CarrierDesk& carrier, Message& message, std::size_t room) {
    std::size_t intended = 0;
    for (std::size_t index = 0; index < message.segments.size() && intended < room; ++index) {
        if (message.segments[index].phase != Phase::waiting) continue;
        desk_.begin_try(now, message, index);
        message.status = Status::sending;
        desk_.open.section->intend(message, static_cast<std::uint8_t>(index));
        desk_.open.intents.push_back({{&message, static_cast<std::uint8_t>(index)}, carrier.index});
        ++carrier.intending;
        ++carrier.open_intents;
        ++intended;
    }
    carrier.tokens_promised += static_cast<std::int64_t>(intended * storage::counted_each(message));
    return intended;
}

void Outbound::on_intent_durable(const Batch::Intent& intent) {
    CarrierDesk& carrier = *desk_.carriers[intent.carrier];
    --carrier.intending;
    carrier.ready.push_back(intent.ref);
}

Link* Outbound::pick_link(Now now, CarrierDesk& carrier) {
    // Of those that are equally free the next one in turn: where little is sent all are, and a
    // carrier may allow each link a rate of its own.
    Link* best = nullptr;
    std::size_t best_free = 0;
    for (std::size_t n = 0; n < carrier.links.size(); ++n) {
        const std::size_t place = (carrier.next_link + n) % carrier.links.size();
        Link& link = desk_.links[carrier.links[place]];
        const std::size_t free = link.session.window_free();
        if (free > best_free && link.paused_until <= now.at && link.bucket.available(now.at) > 0) {
            best = &link;
            best_free = free;
        }
    }
    return best;
}

void Outbound::send_ready(Now now, CarrierDesk& carrier) {
    if (carrier.ready.empty()) return;
    if (carrier.senders_bound == 0 || desk_.draining) {
        // Written to nobody: the segments wait again, in their order, at the head.
        while (!carrier.ready.empty()) {
            const SegmentRef ref = carrier.ready.back();
            carrier.ready.pop_back();
            take_back(now, carrier, ref);
        }
        return;
    }
    while (!carrier.ready.empty() && now.at >= carrier.paused_until) {
        const SegmentRef ref = carrier.ready.front();
        Message& message = *ref.message;
        const storage::Decision decision =
            policy::decide({storage::Look::window, message.message_class,
                            desk_.directory().scope_of(message.from), message.to},
                           desk_.suppressions, now.wall);
        if (decision.verdict == storage::Verdict::refuse) {
            carrier.ready.pop_front();
            message.decisions.push_back(decision);
            desk_.open.section->decide(message);
            desk_.metrics.blocked_at_window.add();
            leave_unsent(now, carrier, ref);
            continue;
        }
        const auto counted = static_cast<std::int64_t>(storage::counted_each(message));
        Link* link = pick_link(now, carrier);
        if (link == nullptr || !carrier.bucket.take(now.at, counted)) return;
        link->bucket.take(now.at, counted);
        ++carrier.next_link;
        carrier.ready.pop_front();
        if (ref.segment == 0) note_go(message, decision);
        submit(now, carrier, *link, ref);
    }
}

/// Intended, and never written to anybody: the message fails once no other segment is under way.
void Outbound::leave_unsent(Now now, CarrierDesk& carrier, SegmentRef ref) {
    Message& message = *ref.message;
    carrier.tokens_promised -= static_cast<std::int64_t>(storage::counted_each(message));
    message.segments[ref.segment].phase = Phase::refused;
    carrier.limits.take_back(now, message, message.segments[ref.segment].intended_at);
    desk_.open.section->answer(message, ref.segment);
    desk_.open.results.push_back(carrier.index);
    if (!any_phase(message, Phase::intended)) after_round(now, carrier, message);
}

void Outbound::take_back(Now now, CarrierDesk& carrier, SegmentRef ref) {
    Message& message = *ref.message;
    carrier.tokens_promised -= static_cast<std::int64_t>(storage::counted_each(message));
    message.segments[ref.segment].phase = Phase::waiting;
    carrier.limits.take_back(now, message, message.segments[ref.segment].intended_at);
    desk_.open.results.push_back(carrier.index);
    const bool others = any_phase(message, Phase::intended);
    if (!others)
        message.status = any_phase(message, Phase::sent) ? Status::sending : Status::queued;
    // Journaled even while others are under way: the intent is, and a restart would doubt it.
    desk_.open.section->reroute(message);
    desk_.remember(message, {.what = storage::Happening::What::taken_back,
                             .segment = ref.segment,
                             .at = now.wall,
                             .carrier = message.carrier,
                             .text = {}});
    if (!others) back_to_lane(now, carrier, message);
}

// ---- Too fast.
// -----------------------------------------------------------------------------------

void Outbound::adapt(Now now, CarrierDesk& carrier, Link& link, carrier::Reaction reaction,
                     const session::SubmitAnswered& answer, std::size_t counted) {
    const Duration pause = carrier.settings->throttle_pause;
    const bool adaptive = carrier.settings->adaptive;
    const auto wait_or = [&](Duration usual) {
        const Duration wait = desk_.dialects()[carrier.index].wait_for(answer.status);
        return wait.count() != 0 ? wait : usual;
    };
    bool changed = false;
    switch (reaction) {
        case carrier::Reaction::throttle:
            if (adaptive) changed = carrier.pace.on_refused(now.at, answer.took);
            if (!adaptive) {
                carrier.paused_until = now.at + wait_or(pause);
            } else if (const Duration wait = wait_or(Duration(0)); wait.count() != 0) {
                carrier.paused_until = now.at + wait;
            }
            break;
        case carrier::Reaction::pause_link:
            link.paused_until = now.at + wait_or(pause);
            break;
        case carrier::Reaction::pause_destination:
            if (adaptive) changed = carrier.pace.on_queue_full(now.at, answer.took);
            break;
        default:
            if (adaptive)
                carrier.pace.on_accepted(now.at, counted);  // it took the time to look at it
    }
    if (adaptive && answer.congestion_state)
        changed |= carrier.pace.on_congestion(now.at, answer.took, *answer.congestion_state);
    if (changed) set_pace(now, carrier);
}

void Outbound::set_pace(Now now, CarrierDesk& carrier) {
    const double rate = carrier.pace.rate();
    std::uint32_t burst = carrier.settings->burst;
    if (carrier.pace.is_reduced()) {
        const auto adapted =
            std::max<std::uint32_t>(1, static_cast<std::uint32_t>(rate * adapted_burst));
        burst = burst == 0 ? adapted : std::min(burst, adapted);
    }
    carrier.bucket.set(now.at, rate, burst);
    carrier.metrics.throughput.set(rate);
}

/// As long as the others that are for it; but at the moment when it is given up it goes, for the
/// last time.
bool Outbound::rests_with_destination(Now now, CarrierDesk& carrier, Message& message) {
    const UnixMs until = tried_until(carrier, message);
    if (until <= now.wall) return false;
    const auto rested = carrier.full.rests_until(now.at, message.to, carrier.settings->retry_min);
    if (!rested) return false;
    carrier.lanes.pop_front();
    try_again(now, carrier, message, *rested - now.at, until);
    return true;
}

/// How long a message stays away from a destination whose queue is full: half its age, so that it
/// is tried ever more seldom, and no retry is spent.
Duration Outbound::destination_rest(Now now, const CarrierDesk& carrier,
                                    const Message& message) const {
    Duration own{0};
    for (const Segment& segment : message.segments) {
        if (segment.phase != Phase::waiting) continue;
        own = std::max<Duration>(own, desk_.dialects()[carrier.index].wait_for(
                                          static_cast<smpp::Status>(segment.command_status)));
    }
    const Duration half_age = std::chrono::milliseconds(
        std::max<UnixMs>(0, now.wall - std::max(message.accepted_at, message.send_at)) / 2);
    const Duration least = own.count() != 0 ? own : Duration(carrier.settings->retry_min);
    return std::clamp<Duration>(half_age, least,
                                std::max<Duration>(least, carrier.settings->retry_max));
}

}  // namespace parley
