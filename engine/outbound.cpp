#include "engine/outbound.h"

#include "engine/policy/gate.h"
#include "engine/shard.h"
#include "protocol/ensure.h"
#include "protocol/smpp/address.h"
#include "protocol/text/segments.h"

#include <algorithm>

namespace parley {

using storage::Message;
using storage::Phase;
using storage::Segment;
using storage::Status;

namespace {

/// Segment::error of one that was sent, perhaps, and waits to be sent again.
constexpr const char* sent_perhaps = "sent_perhaps";

// How far ahead of its tokens a carrier's intents are journaled: about what a slow commit takes.
constexpr Duration intent_lead = std::chrono::milliseconds(20);

bool any_phase(const Message& message, Phase phase) {
    return std::any_of(message.segments.begin(), message.segments.end(),
                       [&](const Segment& segment) { return segment.phase == phase; });
}

/// Segment::error and Message::reason of a message whose text no longer makes the promised
/// segments.
constexpr const char* segments_changed = "segments_changed";

/// "suppressed", "segments_changed" or "carrier_refused", the latter with what the carrier calls it
/// where its dialect has a name.
std::string why_refused(const carrier::Dialect& dialect, const Message& message) {
    if (!message.decisions.empty() &&
        message.decisions.back().verdict == storage::Verdict::refuse) {
        return "suppressed";
    }
    std::string reason = "carrier_refused";
    for (const Segment& segment : message.segments) {
        if (segment.phase != Phase::refused) continue;
        if (segment.error == segments_changed) return segments_changed;
        const auto name = dialect.name_of(static_cast<smpp::Status>(segment.command_status));
        if (!name.empty()) return reason.append("_").append(name);
    }
    return reason;
}

std::string shortened(std::string_view value) {
    return std::string(value.substr(0, 32)) + (value.size() > 32 ? "…" : "");
}

}  // namespace

// ---- 1. Intake: normalise, count segments, first look of the gate, promise.
// ----------------------

void Outbound::accept(Now now, AcceptMail mail) {
    AcceptAnswer refused{mail.ticket, {}};
    for (auto& [place, request] : mail.requests) {
        api::SendOutcome outcome;
        std::unique_ptr<Message> message = draft(now, request, outcome);
        if (!message) {
            auto& reason =
                outcome.problem == api::Problem::suppressed   ? desk_.metrics.refused_suppressed
                : outcome.problem == api::Problem::queue_full ? desk_.metrics.refused_queue_full
                                                              : desk_.metrics.refused_other;
            reason.add();
            refused.outcomes.emplace_back(place, std::move(outcome));
            continue;
        }
        desk_.open.section->accept(*message);
        desk_.open.accepted.push_back(
            {std::move(message), mail.origin, mail.ticket, place, std::move(outcome.replacements)});
    }
    if (!refused.outcomes.empty()) desk_.post(mail.origin, std::move(refused));
}

std::unique_ptr<Message> Outbound::draft(Now now, const api::SendRequest& request,
                                         api::SendOutcome& outcome) {
    const auto refuse = [&](api::Problem problem, std::string detail, std::uint32_t retry_s = 0) {
        outcome.problem = problem;
        outcome.detail = std::move(detail);
        outcome.retry_after_s = retry_s;
        return nullptr;
    };
    if (desk_.draining) return refuse(api::Problem::draining, "the engine is shutting down", 5);
    if (!desk_.store_trouble.empty()) {
        return refuse(api::Problem::storage_unavailable, desk_.store_trouble, 5);
    }
    const config::Account* account = desk_.directory.find_account(request.account);
    const auto from = smpp::normalise_sender(request.from);
    const conversation::Sender* sender = from ? desk_.directory.find_sender(*from) : nullptr;
    if (account == nullptr || sender == nullptr || sender->brand->id != account->brand) {
        return refuse(
            api::Problem::invalid_sender,
            "from: \"" + shortened(request.from) + "\" is not a sender of this account's brand");
    }
    const auto to = smpp::normalise_e164(request.to);
    if (!to) {
        return refuse(api::Problem::invalid_recipient,
                      "to: \"" + shortened(request.to) +
                          "\" is not a telephone number: expected E.164, such as +15551234567");
    }
    text::SegmentCount size = text::count(request.text);
    std::string plainer;
    if (request.replace_lookalikes && size.encoding == text::Encoding::ucs2) {
        text::Choice choice = text::choose(request.text, {.replace_lookalikes = true});
        if (!choice.replacements.empty()) {
            size = {choice.layout.encoding, choice.segments, choice.units};
            plainer = std::move(choice.text);
            outcome.replacements = std::move(choice.replacements);
        }
    }
    if (size.segments == 0) {
        return refuse(api::Problem::text_too_long,
                      "text: " + std::to_string(size.units) + " units need more than " +
                          std::to_string(text::segments_max) + " segments");
    }

    auto message = std::make_unique<Message>();
    message->message_class = request.message_class;
    message->from = *from;
    message->to = *to;
    const storage::Decision decision =
        policy::decide({storage::Look::intake, request.message_class, sender->scope, *to},
                       desk_.suppressions, now.wall);
    if (decision.verdict == storage::Verdict::refuse) {
        return refuse(api::Problem::suppressed, "to: " + *to + " has opted out of messages from " +
                                                    sender->brand->id + " (rule " + decision.rule +
                                                    ")");
    }
    const auto carrier = choose_carrier(*message);
    if (!carrier) return refuse(api::Problem::no_route, "to: no route for " + *to);
    if (const carrier::Dialect& dialect = desk_.dialects[*carrier]; !dialect.writes_as_usual()) {
        size = dialect.count(outcome.replacements.empty() ? request.text : plainer);
        if (size.segments == 0) {
            return refuse(api::Problem::text_too_long,
                          "text: none of the alphabets of carrier " +
                              desk_.config.carriers[*carrier].id + " holds it in " +
                              std::to_string(text::segments_max) + " segments");
        }
    }

    message->encoding = size.encoding;
    message->account = request.account;
    message->brand = sender->brand->id;
    message->carrier = desk_.config.carriers[*carrier].id;
    if (outcome.replacements.empty()) {
        message->text = request.text;
    } else {
        message->text = std::move(plainer);
    }
    message->client_ref = request.client_ref;
    message->resend_of = request.resend_of;
    message->accepted_at = now.wall;
    message->send_at = request.send_at;
    message->expires_at = std::max(now.wall, request.send_at) +
                          (request.validity_ms != 0 ? request.validity_ms : validity_default_ms);
    message->reference = static_cast<std::uint8_t>(desk_.dice.next());
    message->segments.resize(size.segments);
    message->decisions.reserve(2);
    message->decisions.push_back(decision);

    const std::int64_t octets = memory_octets(*message);
    if (desk_.commons.live_octets.load(std::memory_order_relaxed) + octets +
            static_cast<std::int64_t>(desk_.commons.store_octets.load(std::memory_order_relaxed)) >
        desk_.commons.live_octets_max) {
        return refuse(api::Problem::queue_full,
                      "the queue's memory budget is used up; try again later", 1);
    }
    desk_.commons.live_octets.fetch_add(octets, std::memory_order_relaxed);
    outcome.status = Status::accepted;
    return message;
}

void Outbound::accept_own(Now now, const Message& cause, storage::MessageClass message_class,
                          const std::string& text) {
    auto message = std::make_unique<Message>();
    message->message_class = message_class;
    message->from = cause.to;
    message->to = cause.from;
    const auto carrier = choose_carrier(*message);
    if (!carrier) return;
    const text::SegmentCount size = desk_.dialects[*carrier].count(text);
    if (size.segments == 0) return;
    message->encoding = size.encoding;
    message->account = cause.account;
    message->brand = cause.brand;
    message->carrier = desk_.config.carriers[*carrier].id;
    message->text = text;
    message->accepted_at = now.wall;
    // A confirmation later than five minutes would have to be justified (47 CFR 64.1200(a)(12)).
    message->expires_at = now.wall + 5 * 60 * 1000;
    message->reference = static_cast<std::uint8_t>(desk_.dice.next());
    message->segments.resize(size.segments);
    desk_.commons.live_octets.fetch_add(memory_octets(*message), std::memory_order_relaxed);
    desk_.open.section->accept(*message);
    desk_.open.accepted.push_back({std::move(message), desk_.shard, 0, 0});
}

// ---- 2. The promise is durable: wait for the conversation's turn.
// --------------------------------

void Outbound::enter(Now now, std::unique_ptr<Message> owned) {
    desk_.metrics.accepted.add();
    Message& message = desk_.adopt(now, std::move(owned));
    if (message.send_at > now.wall) return hold(message);
    message.status = Status::queued;
    if (desk_.conversations.arrive(message.conversation(), &message)) dispatch(now, message);
}

void Outbound::hold(Message& message) {
    message.status = Status::held;
    held_.push({message.send_at, message.id});
    ++held_count_;
}

void Outbound::on_answered(Now now, const AnsweredMail& mail) {
    Message* next = desk_.conversations.answered(mail.conversation, mail.message);
    if (next != nullptr) dispatch(now, *next);
}

bool Outbound::cancel(Now now, Message& message) {
    if (message.status == Status::canceled) return true;
    const bool may_have_left =
        std::any_of(message.segments.begin(), message.segments.end(), [](const Segment& segment) {
            return segment.phase != Phase::waiting || segment.error == sent_perhaps;
        });
    if (storage::is_final(message.status) || may_have_left) return false;
    const auto carrier = index_of(message.carrier);
    CarrierDesk* desk = carrier ? desk_.carriers[*carrier].get() : nullptr;
    // Timers, retries and a hand-over that waits for its commit know it by id, and will not find
    // it.
    if (message.status == Status::held) {
        --held_count_;
    } else if (!desk_.conversations.remove(message.conversation(), &message) && desk != nullptr) {
        desk->lanes.remove(&message);
    }
    desk_.settle(now, message, Status::canceled, "canceled_by_caller");
    return true;
}

// ---- 3. Route: the first carrier of the longest prefix that has a bound link.
// --------------------

std::optional<CarrierIndex> Outbound::choose_carrier(const Message& message) const {
    const std::vector<CarrierIndex>& list = desk_.routes.find(message.to);
    if (list.empty()) return std::nullopt;
    for (const CarrierIndex carrier : list) {
        if (desk_.carrier_up[carrier]) return carrier;
    }
    return list.front();
}

std::optional<CarrierIndex> Outbound::next_carrier(const Message& message) const {
    const std::vector<CarrierIndex>& list = desk_.routes.find(message.to);
    auto place = std::find_if(list.begin(), list.end(), [&](CarrierIndex carrier) {
        return desk_.config.carriers[carrier].id == message.carrier;
    });
    if (place == list.end()) return std::nullopt;
    for (++place; place != list.end(); ++place) {
        if (desk_.carrier_up[*place]) return *place;
    }
    return std::nullopt;
}

void Outbound::dispatch(Now now, Message& message) {
    if (message.expires_at != 0 && message.expires_at <= now.wall) {
        desk_.settle(now, message, Status::expired, "validity_passed");
        return;
    }
    // Once a segment is with a carrier the others have to follow it there.
    const bool started = any_phase(message, Phase::sent) || any_phase(message, Phase::settled);
    std::optional<CarrierIndex> carrier = choose_carrier(message);
    if (!carrier) {
        desk_.settle(now, message, Status::failed, "no_route");
        return;
    }
    if (started) {
        const auto same = index_of(message.carrier);
        if (same) carrier = same;
    }
    hand_over(now, message, *carrier);
}

bool Outbound::fit(Message& message, CarrierIndex carrier) {
    const text::SegmentCount size = desk_.dialects[carrier].count(message.text);
    if (size.segments == 0) return false;
    if (size.encoding == message.encoding && size.segments == message.segments.size()) return true;
    const std::int64_t before = memory_octets(message);
    message.encoding = size.encoding;
    message.segments.assign(size.segments, Segment{});
    desk_.commons.live_octets.fetch_add(memory_octets(message) - before, std::memory_order_relaxed);
    desk_.open.section->snapshot(message);  // no change in the journal tells of an alphabet
    return true;
}

void Outbound::hand_over(Now now, Message& message, CarrierIndex carrier) {
    if (message.carrier != desk_.config.carriers[carrier].id) {
        const bool usual = desk_.dialects[carrier].writes_as_usual() &&
                           desk_.dialect_of(message.carrier).writes_as_usual();
        const bool untouched =
            std::all_of(message.segments.begin(), message.segments.end(),
                        [](const Segment& segment) { return segment.phase == Phase::waiting; });
        if (!usual && untouched && !fit(message, carrier)) {
            desk_.settle(now, message, Status::failed, "text_does_not_fit");
            return;
        }
        message.carrier = desk_.config.carriers[carrier].id;
        desk_.open.section->reroute(message);
    }
    if (desk_.home_of(carrier) == desk_.shard) {
        arrive_at_carrier(now, *desk_.carriers[carrier], message);
    } else if (!desk_.open.section->mentions(message)) {
        desk_.post(desk_.home_of(carrier), DispatchMail{carrier, desk_.release(message.id)});
    } else {
        // The open section speaks of the message: it leaves when that is durable, or what its new
        // shard says of it could come earlier in the journal.
        desk_.open.then.push_back([this, id = message.id, carrier](Now) {
            const Message* there = desk_.find_live(id);
            if (there == nullptr || storage::is_final(there->status)) return;  // canceled meanwhile
            desk_.post(desk_.home_of(carrier), DispatchMail{carrier, desk_.release(id)});
        });
    }
}

void Outbound::on_dispatch(Now now, DispatchMail mail) {
    arrive_at_carrier(now, *desk_.carriers[mail.carrier],
                      desk_.adopt(now, std::move(mail.message)));
}

void Outbound::arrive_at_carrier(Now now, CarrierDesk& carrier, Message& message) {
    index_segments(now, carrier, message);
    if (storage::is_final(message.status)) return;
    if (any_phase(message, Phase::waiting) && !any_phase(message, Phase::uncertain)) {
        carrier.lanes.push_back(&message);
    } else {
        // Recovered: with the carrier already, or nobody knows; then its other segments wait, too.
        after_round(now, carrier, message);
    }
}

// ---- 4. Pace: intents ahead of the window, tokens and the last look at the window.
// ---------------

std::size_t Outbound::intents_allowed(Now now, CarrierDesk& carrier) {
    if (carrier.senders_bound == 0 || now.at < carrier.paused_until || desk_.draining) return 0;
    std::size_t window = 0;
    for (const std::uint32_t index : carrier.links) {
        const session::EsmeSession& session = desk_.links[index].session;
        if (session.can_send() && session.state() == session::LinkState::bound) {
            window += session.window().size_max();
        }
    }
    if (carrier.open_intents >= window) return 0;
    const std::size_t room = window - carrier.open_intents;
    if (carrier.bucket.unlimited()) return room;
    const std::int64_t tokens = carrier.bucket.available(now.at) +
                                carrier.bucket.expected(intent_lead) -
                                static_cast<std::int64_t>(carrier.ready.size() + carrier.intending);
    return tokens <= 0 ? 0 : std::min(room, static_cast<std::size_t>(tokens));
}

void Outbound::pump(Now now, CarrierDesk& carrier) {
    while (!carrier.retries.empty() && carrier.retries.top().at <= now.at) {
        Message* message = desk_.find_live(carrier.retries.top().id);
        carrier.retries.pop();
        if (message != nullptr && !storage::is_final(message->status))
            carrier.lanes.push_front(message);
    }
    send_ready(now, carrier);
    if (!carrier.lanes.empty()) intend_front(now, carrier);
}

void Outbound::intend_front(Now now, CarrierDesk& carrier) {
    std::size_t allowed = intents_allowed(now, carrier);
    while (allowed > 0 && !carrier.lanes.empty()) {
        Message& message = *carrier.lanes.front();
        if (message.expires_at != 0 && message.expires_at <= now.wall &&
            !any_phase(message, Phase::intended)) {
            carrier.lanes.pop_front();
            fail(now, carrier, message, Status::expired, "validity_passed");
            continue;
        }
        // What does not fit into the window now follows when these segments have their answers. The
        // message leaves the lane meanwhile: it is in one place at a time.
        carrier.lanes.pop_front();
        for (std::size_t index = 0; index < message.segments.size(); ++index) {
            Segment& segment = message.segments[index];
            if (segment.phase != Phase::waiting) continue;
            if (allowed == 0) break;
            segment.phase = Phase::intended;
            segment.intended_at = now.wall;
            message.status = Status::sending;
            desk_.open.section->intend(message, static_cast<std::uint8_t>(index));
            desk_.open.intents.push_back(
                {{&message, static_cast<std::uint8_t>(index)}, carrier.index});
            ++carrier.intending;
            ++carrier.open_intents;
            --allowed;
        }
    }
}

void Outbound::on_intent_durable(const Batch::Intent& intent) {
    CarrierDesk& carrier = *desk_.carriers[intent.carrier];
    --carrier.intending;
    carrier.ready.push_back(intent.ref);
}

Link* Outbound::pick_link(Now now, CarrierDesk& carrier) {
    Link* best = nullptr;
    std::size_t best_free = 0;
    for (const std::uint32_t index : carrier.links) {
        Link& link = desk_.links[index];
        const std::size_t free = link.session.window_free();
        if (free > best_free && link.bucket.available(now.at) > 0) {
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
            take_back(carrier, ref);
        }
        return;
    }
    while (!carrier.ready.empty() && now.at >= carrier.paused_until) {
        const SegmentRef ref = carrier.ready.front();
        Message& message = *ref.message;
        const storage::Decision decision =
            policy::decide({storage::Look::window, message.message_class,
                            desk_.directory.scope_of(message.from), message.to},
                           desk_.suppressions, now.wall);
        if (decision.verdict == storage::Verdict::refuse) {
            carrier.ready.pop_front();
            message.decisions.push_back(decision);
            desk_.open.section->decide(message);
            desk_.metrics.blocked_at_window.add();
            leave_unsent(now, carrier, ref);
            continue;
        }
        Link* link = pick_link(now, carrier);
        if (link == nullptr || !carrier.bucket.take(now.at)) return;
        link->bucket.take(now.at);
        carrier.ready.pop_front();
        if (ref.segment == 0) message.decisions.push_back(decision);
        submit(now, carrier, *link, ref);
    }
}

/// Intended, and never written to anybody: the message fails once no other segment is under way.
void Outbound::leave_unsent(Now now, CarrierDesk& carrier, SegmentRef ref) {
    Message& message = *ref.message;
    message.segments[ref.segment].phase = Phase::refused;
    desk_.open.section->answer(message, ref.segment);
    desk_.open.results.push_back(carrier.index);
    if (!any_phase(message, Phase::intended)) after_round(now, carrier, message);
}

/// Uncertain segments go once more, and nobody will know whether they went before.
void Outbound::send_again(Message& message) {
    for (Segment& segment : message.segments) {
        if (segment.phase != Phase::uncertain) continue;
        segment.phase = Phase::waiting;
        segment.error = sent_perhaps;
    }
    desk_.open.section->reroute(message);
}

void Outbound::take_back(CarrierDesk& carrier, SegmentRef ref) {
    Message& message = *ref.message;
    message.segments[ref.segment].phase = Phase::waiting;
    desk_.open.results.push_back(carrier.index);
    const bool others = any_phase(message, Phase::intended);
    if (!others)
        message.status = any_phase(message, Phase::sent) ? Status::sending : Status::queued;
    // Journaled even while others are under way: the intent is, and a restart would doubt it.
    desk_.open.section->reroute(message);
    if (!others) carrier.lanes.push_front(&message);
}

// ---- 5. Say it.
// ----------------------------------------------------------------------------------

void Outbound::submit(Now now, CarrierDesk& carrier, Link& link, SegmentRef ref) {
    Message& message = *ref.message;
    const carrier::Dialect& dialect = desk_.dialects[carrier.index];
    const auto written =
        dialect.write(message.text, message.encoding, message.reference, ref.segment);
    if (!written || written->segments != message.segments.size()) {
        // Promised by a version that cut texts in another way: some of its parts would be missing,
        // and no phone would show the others.
        message.segments[ref.segment].error = segments_changed;
        leave_unsent(now, carrier, ref);
        return;
    }
    std::uint64_t slot = carrier.slots.size();
    if (!carrier.free_slots.empty()) {
        slot = carrier.free_slots.back();
        carrier.free_slots.pop_back();
        carrier.slots[slot] = ref;
    } else {
        carrier.slots.push_back(ref);
    }
    const smpp::WireAddress source = dialect.source(message.from);
    const smpp::WireAddress destination = dialect.destination(message.to);
    smpp::SubmitSm pdu;
    pdu.source_addr_ton = source.ton;
    pdu.source_addr_npi = source.npi;
    pdu.source_addr = source.digits;
    pdu.dest_addr_ton = destination.ton;
    pdu.dest_addr_npi = destination.npi;
    pdu.destination_addr = destination.digits;
    pdu.esm_class = written->udhi ? 0x40 : 0x00;
    pdu.registered_delivery = 0x01;  // a receipt, whatever the outcome (SMPP 3.4 §5.2.17)
    pdu.data_coding = written->data_coding;
    if (written->payload) {
        pdu.tlvs.add(smpp::Tag::message_payload, written->octets);
    } else {
        pdu.short_message = written->octets;
    }
    if (written->sar) {
        pdu.tlvs.add(smpp::Tag::sar_msg_ref_num, (*written->sar)[0]);
        pdu.tlvs.add(smpp::Tag::sar_total_segments, (*written->sar)[1]);
        pdu.tlvs.add(smpp::Tag::sar_segment_seqnum, (*written->sar)[2]);
    }
    link.session.submit(now, slot + 1, pdu);
    link.touched = true;
    carrier.metrics.submits.add();
    if (ref.segment == 0 && message.segments[0].attempts == 0) {
        desk_.metrics.accept_to_submit_seconds.observe(
            static_cast<double>(now.wall - std::max(message.accepted_at, message.send_at)) / 1000);
    }
    // The self-check: the octets are in the link's output, and nothing has asked the gate since.
    if (!policy::passes_suppression(message.message_class) &&
        desk_.suppressions.contains(desk_.directory.scope_of(message.from), message.to)) {
        desk_.metrics.opt_out_violations.add();
    }
}

// ---- 6. Hear back.
// -------------------------------------------------------------------------------

void Outbound::on_submit_answered(Now now, CarrierDesk& carrier,
                                  const session::SubmitAnswered& answer) {
    const SegmentRef ref = carrier.slots[answer.token - 1];
    carrier.slots[answer.token - 1] = {};
    carrier.free_slots.push_back(answer.token - 1);
    Message& message = *ref.message;
    Segment& segment = message.segments[ref.segment];
    segment.answered_at = now.wall;
    segment.command_status = static_cast<std::uint32_t>(answer.status);
    const carrier::Dialect& dialect = desk_.dialects[carrier.index];
    switch (dialect.reaction_to(answer.status)) {
        case carrier::Reaction::sent:
            segment.phase = Phase::sent;
            segment.carrier_message_id = answer.message_id;
            carrier.metrics.answers_sent.add();
            break;
        case carrier::Reaction::throttle:
            segment.phase = Phase::waiting;
            carrier.paused_until = now.at + carrier.settings->throttle_pause;
            if (const Duration wait = dialect.wait_for(answer.status); wait.count() != 0)
                carrier.paused_until = now.at + wait;
            carrier.metrics.answers_throttled.add();
            break;
        case carrier::Reaction::retry:
        case carrier::Reaction::fail_over:  // retry_or_fail() tells them apart
            segment.phase = Phase::waiting;
            ++segment.attempts;
            carrier.metrics.answers_retry.add();
            break;
        case carrier::Reaction::suppress:
            suppress_contact(now, message, carrier, "command_status " + smpp::name(answer.status));
            [[fallthrough]];
        case carrier::Reaction::fail:
            segment.phase = Phase::refused;
            carrier.metrics.answers_failed.add();
            break;
    }
    desk_.open.section->answer(message, ref.segment);
    desk_.open.results.push_back(carrier.index);
    if (segment.phase == Phase::sent) index_segments(now, carrier, message);
    if (storage::is_final(message.status)) return;
    if (!any_phase(message, Phase::intended)) after_round(now, carrier, message);
}

void Outbound::on_unanswered(Now now, CarrierDesk& carrier, std::uint64_t token) {
    const SegmentRef ref = carrier.slots[token - 1];
    carrier.slots[token - 1] = {};
    carrier.free_slots.push_back(token - 1);
    Message& message = *ref.message;
    message.segments[ref.segment].phase = Phase::uncertain;
    desk_.open.section->uncertain(message, ref.segment);
    desk_.open.results.push_back(carrier.index);
    carrier.metrics.unanswered.add();
    if (!any_phase(message, Phase::intended)) after_round(now, carrier, message);
}

/// No segment is between intent and answer: what now?
void Outbound::after_round(Now now, CarrierDesk& carrier, Message& message) {
    if (any_phase(message, Phase::refused)) {
        fail(now, carrier, message, Status::failed,
             why_refused(desk_.dialects[carrier.index], message));
        return;
    }
    if (any_phase(message, Phase::uncertain)) {
        switch (carrier.settings->on_uncertain) {
            case config::OnUncertain::resend:
                send_again(message);
                break;
            case config::OnUncertain::fail:
                fail(now, carrier, message, Status::failed, "outcome_unknown");
                return;
            case config::OnUncertain::hold:
                carrier.receipts.add_uncertain(message);
                uncertain_.push({now.wall + carrier.settings->uncertain_hold.count(), message.id});
                desk_.release_turn(message);
                return;
        }
    }
    if (any_phase(message, Phase::waiting)) {
        retry_or_fail(now, carrier, message);
        return;
    }
    if (message.status == Status::sending || message.status == Status::queued) {
        message.status = Status::sent;
        desk_.open.sent.push_back(&message);
        desk_.release_turn(message);
    }
    settle_by_receipts(now, carrier, message);
}

void Outbound::retry_or_fail(Now now, CarrierDesk& carrier, Message& message) {
    const carrier::Dialect& dialect = desk_.dialects[carrier.index];
    std::uint8_t attempts = 0;
    bool temporary = false;
    bool elsewhere = false;
    Duration first_wait{0};
    for (const Segment& segment : message.segments) {
        if (segment.phase != Phase::waiting) continue;
        attempts = std::max(attempts, segment.attempts);
        const auto status = static_cast<smpp::Status>(segment.command_status);
        const carrier::Reaction reaction = dialect.reaction_to(status);
        elsewhere = elsewhere || reaction == carrier::Reaction::fail_over;
        if (reaction != carrier::Reaction::retry) continue;
        temporary = true;
        const Duration wait = dialect.wait_for(status);
        first_wait =
            std::max<Duration>(first_wait, wait.count() != 0 ? wait : carrier.settings->retry_min);
    }
    message.status = Status::queued;
    if (!temporary && !elsewhere) {
        // Throttled or taken back: to the head, and no retry is spent.
        carrier.lanes.push_front(&message);
        return;
    }
    if (!elsewhere && attempts < carrier.settings->attempts_max) {
        const auto base = first_wait * (1LL << std::min<int>(attempts - 1, 16));
        const Duration most = std::max<Duration>(carrier.settings->retry_max, first_wait);
        const Duration wait = std::min<Duration>(base, most);
        carrier.retries.push(
            {now.at + wait / 2 +
                 Duration(desk_.dice.below(static_cast<std::uint64_t>(wait.count()) / 2 + 1)),
             message.id});
        return;
    }
    const bool started = any_phase(message, Phase::sent) || any_phase(message, Phase::settled);
    const auto next = started ? std::nullopt : next_carrier(message);
    if (!next) {
        fail(now, carrier, message, Status::failed,
             elsewhere ? "no_other_carrier" : "retries_exhausted");
        return;
    }
    for (Segment& segment : message.segments) {
        segment.attempts = 0;
        segment.command_status = 0;
    }
    carrier.metrics.failovers.add();
    hand_over(now, message, *next);
}

void Outbound::fail(Now now, CarrierDesk& carrier, Message& message, Status status,
                    std::string reason) {
    carrier.receipts.forget(message, true);
    carrier.receipts.remove_uncertain(message);
    desk_.settle(now, message, status, std::move(reason));
}

// ---- 7. Receipts.
// --------------------------------------------------------------------------------

/// Makes the segments that are with the carrier findable, and joins receipts that were faster.
void Outbound::index_segments(Now now, CarrierDesk& carrier, Message& message) {
    bool joined = false;
    for (std::size_t index = 0; index < message.segments.size(); ++index) {
        Segment& segment = message.segments[index];
        const auto place = static_cast<std::uint8_t>(index);
        // A settled one too: its receipt may come again, and is nobody else's.
        carrier.receipts.expect(message, place);
        if (segment.phase != Phase::sent || carrier.receipts.early() == 0) continue;
        for (storage::EarlyReceipt* early :
             carrier.receipts.take_early(segment.carrier_message_id)) {
            if (segment.phase == Phase::sent) {  // final states are never reversed
                segment.state = early->state;
                segment.error = early->error;
                if (desk_.dialects[carrier.index].is_final(early->state)) {
                    segment.phase = Phase::settled;
                    segment.settled_at = now.wall;
                }
                desk_.open.section->receipt(message, place);
                joined = true;
            }
            desk_.drop_early(carrier, *early);
        }
    }
    if (joined && !any_phase(message, Phase::intended)) settle_by_receipts(now, carrier, message);
}

void Outbound::on_certain(Now now, CarrierDesk& carrier, Message& message) {
    if (storage::is_final(message.status) || any_phase(message, Phase::uncertain)) return;
    carrier.receipts.remove_uncertain(message);
    if (!any_phase(message, Phase::intended)) after_round(now, carrier, message);
}

/// Journaled beside its cause, so that no crash keeps one without the other; in force by the word
/// of the contact's shard, which also knows what the contact says meanwhile.
void Outbound::suppress_contact(Now now, const Message& message, const CarrierDesk& carrier,
                                std::string_view cause) {
    storage::Suppression suppression{.scope = desk_.directory.scope_of(message.from),
                                     .contact = message.to,
                                     .rule = "carrier",
                                     .text = std::string(cause),
                                     .actor = "carrier:" + carrier.settings->id,
                                     .at = now.wall};
    const std::uint32_t shard = desk_.shard_of(message.to);
    desk_.open.section->suppress(suppression);
    desk_.open.then.push_back(
        [this, shard, scope = suppression.scope, contact = suppression.contact](Now) {
            desk_.post(shard, Call{[scope, contact](Shard& there, Now) {
                           there.inbound().repeat_opt_in(scope, contact);
                       }});
        });
    desk_.post(shard, Call{[suppression = std::move(suppression)](Shard& there, Now then) {
                   there.inbound().suppress(then, suppression, {});
               }});
}

void Outbound::settle_by_receipts(Now now, CarrierDesk& carrier, Message& message) {
    if (storage::is_final(message.status)) return;
    Status worst = Status::delivered;
    std::string reason;
    for (const Segment& segment : message.segments) {
        if (segment.phase != Phase::settled) return;
        if (segment.state == text::MessageState::delivered ||
            segment.state == text::MessageState::accepted) {
            continue;  // the latter is settled only where the dialect says that it is the last word
        }
        worst = segment.state == text::MessageState::expired   ? Status::expired
                : segment.state == text::MessageState::unknown ? Status::unknown
                                                               : Status::undelivered;
        reason = "receipt_" + std::string(text::name(segment.state));
        if (segment.error.empty()) continue;
        const carrier::Dialect& dialect = desk_.dialects[carrier.index];
        if (const auto name = dialect.name_of_error(segment.error); !name.empty())
            reason.append("_").append(name);
        if (dialect.suppresses(segment.error))
            suppress_contact(now, message, carrier, "receipt error " + segment.error);
    }
    carrier.receipts.forget(message, true);
    carrier.receipts.remove_uncertain(message);
    desk_.settle(now, message, worst, std::move(reason));
}

}  // namespace parley
