#include "engine/outbound.h"

#include "engine/carrier/ending.h"
#include "engine/carrier/retry_wait.h"
#include "engine/policy/gate.h"
#include "engine/shard.h"
#include "protocol/ensure.h"
#include "protocol/smpp/address.h"
#include "protocol/text/segments.h"
#include "storage/delivery.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace parley {

using storage::Message;
using storage::Phase;
using storage::Segment;
using storage::Status;

namespace {

/// Segment::error and Message::reason of a message whose text no longer makes the promised
/// segments.
constexpr const char* segments_changed = "segments_changed";

/// Segments that became uncertain because the process ended.
std::vector<std::uint8_t> doubts_unnoted(const Message& message) {
    std::vector<std::uint8_t> unnoted;
    for (std::size_t index = 0; index < message.segments.size(); ++index) {
        const Segment& segment = message.segments[index];
        if (segment.phase != Phase::uncertain) continue;
        const bool noted = std::ranges::any_of(message.history.list(), [&](const auto& happening) {
            return happening.what == storage::Happening::What::uncertain &&
                   happening.segment == index && happening.at >= segment.intended_at;
        });
        if (!noted) unnoted.push_back(static_cast<std::uint8_t>(index));
    }
    return unnoted;
}

/// Too fast, or a full queue, says nothing about the message, whatever a dialect makes of it.
bool spends_attempt(smpp::Status status) {
    return status != smpp::Status::ESME_RTHROTTLED && status != smpp::Status::ESME_RMSGQFUL;
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
            desk_.metrics.refused[outcome.problem].add();
            refused.outcomes.emplace_back(place, std::move(outcome));
            continue;
        }
        const auto waited = desk_.attention.said(message->conversation(), message->message_class,
                                                 message->accepted_at);
        if (waited)
            desk_.metrics.first_response_seconds.observe(static_cast<double>(*waited) / 1000);
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
    const config::Account* account = desk_.directory().find_account(request.account);
    const auto from = smpp::normalise_sender(request.from);
    const conversation::Sender* sender = from ? desk_.directory().find_sender(*from) : nullptr;
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
    carrier::Measure size{text::count(request.text)};
    std::string plainer;
    if (request.replace_lookalikes && size.encoding == text::Encoding::ucs2) {
        text::Choice choice = text::choose(request.text, {.replace_lookalikes = true});
        if (!choice.replacements.empty()) {
            size = {{choice.layout.encoding, choice.segments, choice.units}};
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
    message->account = request.account;
    message->brand = sender->brand->id;
    const storage::Decision decision =
        policy::decide({storage::Look::intake, request.message_class, sender->scope, *to},
                       desk_.suppressions, now.wall);
    if (decision.verdict == storage::Verdict::refuse) {
        return refuse(api::Problem::suppressed, "to: " + *to + " has opted out of messages from " +
                                                    sender->brand->id + " (rule " + decision.rule +
                                                    ")");
    }
    const carrier::Route& route = desk_.route_of(*message);
    if (route.empty()) return refuse(api::Problem::no_route, "to: no route for " + *to);
    if (!request.tlvs.empty()) {
        std::string complaint = complaint_about_tlvs(route, request.tlvs);
        if (!complaint.empty()) return refuse(api::Problem::invalid_tlv, std::move(complaint));
        message->tlvs = request.tlvs;
    }
    const auto carrier = choose_carrier(route, *message);
    ENSURE(carrier.has_value());
    if (const carrier::Dialect& dialect = desk_.dialects()[*carrier]; !dialect.writes_as_usual()) {
        size = dialect.count(outcome.replacements.empty() ? request.text : plainer);
        if (size.segments == 0) {
            return refuse(api::Problem::text_too_long,
                          "text: none of the alphabets of carrier " +
                              desk_.config().carriers[*carrier].id + " holds it in " +
                              std::to_string(text::segments_max) + " segments");
        }
    }

    message->encoding = size.encoding;
    message->carrier = desk_.config().carriers[*carrier].id;
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
                          route.validity_of(request.validity_ms, validity_default_ms);
    message->validity_of_route = request.validity_ms == 0 && route.validity_ms != 0;
    message->reference = static_cast<std::uint8_t>(desk_.dice.next());
    message->cut_by_carrier = static_cast<std::uint8_t>(size.cut_by_carrier);
    message->segments.resize(size.segments);
    message->decisions.reserve(2);
    message->decisions.push_back(decision);

    const std::int64_t octets = memory_octets(*message);
    if (desk_.commons.used_octets() + octets > desk_.commons.live_octets_max) {
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
    message->account = cause.account;
    message->brand = cause.brand;
    const carrier::Route& route = desk_.route_of(*message);
    const auto carrier = choose_carrier(route, *message);
    if (!carrier) return;
    const carrier::Measure size = desk_.dialects()[*carrier].count(text);
    if (size.segments == 0) return;
    message->encoding = size.encoding;
    message->carrier = desk_.config().carriers[*carrier].id;
    message->text = text;
    message->accepted_at = now.wall;
    // A confirmation later than five minutes would have to be justified (47 CFR 64.1200(a)(12)).
    message->expires_at = now.wall + route.validity_of(5 * 60 * 1000, 0);
    message->reference = static_cast<std::uint8_t>(desk_.dice.next());
    message->cut_by_carrier = static_cast<std::uint8_t>(size.cut_by_carrier);
    message->segments.resize(size.segments);
    desk_.commons.live_octets.fetch_add(memory_octets(*message), std::memory_order_relaxed);
    desk_.open.section->accept(*message);
    desk_.open.accepted.push_back({std::move(message), desk_.shard, 0, 0});
}

// ---- 2. The promise is durable: wait for the conversation's turn.
// --------------------------------

void Outbound::enter(Now now, std::unique_ptr<Message> owned) {
    desk_.metrics.accepted[owned->message_class].add();
    desk_.metrics.segments[owned->encoding].add(storage::counted(*owned));
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

bool Outbound::may_have_left(const Message& message) {
    return std::ranges::any_of(message.segments, [](const Segment& segment) {
        return segment.phase != Phase::waiting || segment.error == storage::sent_perhaps;
    });
}

bool Outbound::cancel(Now now, Message& message) {
    if (message.status == Status::canceled) return true;
    if (storage::is_final(message.status) || may_have_left(message)) return false;
    const auto carrier = desk_.index_of(message.carrier);
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

// ---- 3. Route: the most specific one, and of its carriers the best that is up and takes the
// message's TLVs: outbound_route.cpp.
// --------------------

void Outbound::dispatch(Now now, Message& message) {
    if (message.expires_at != 0 && message.expires_at <= now.wall) {
        desk_.settle(now, message, Status::expired, "validity_passed");
        return;
    }
    // Once a segment is with a carrier the others have to follow it there.
    const bool started = has_begun(message);
    const carrier::Route& route = desk_.route_of(message);
    std::optional<CarrierIndex> carrier = choose_carrier(route, message);
    // And what was sent in vain goes to the carrier that was chosen then.
    const auto same = desk_.index_of(message.carrier);
    if (same && (started || (storage::was_sent_in_vain(message) && takes(route, *same, message))))
        carrier = same;
    if (!carrier) {
        desk_.settle(now, message, Status::failed, route.empty() ? "no_route" : tlv_not_taken);
        return;
    }
    hand_over(now, message, *carrier);
}

bool Outbound::fit(Message& message, CarrierIndex carrier) {
    const carrier::Measure size = desk_.dialects()[carrier].count(message.text);
    if (size.segments == 0) return false;
    if (size.encoding == message.encoding && size.segments == message.segments.size() &&
        size.cut_by_carrier == message.cut_by_carrier)
        return true;
    desk_.end_tries(message);
    const std::int64_t before = memory_octets(message);
    message.encoding = size.encoding;
    message.cut_by_carrier = static_cast<std::uint8_t>(size.cut_by_carrier);
    message.segments.assign(size.segments, Segment{});
    desk_.commons.live_octets.fetch_add(memory_octets(message) - before, std::memory_order_relaxed);
    // The number of segments for who reads the journal from the message's birth on; the alphabet,
    // of which no change in the journal tells.
    desk_.open.section->reroute(message);
    desk_.open.section->snapshot(message);
    return true;
}

void Outbound::hand_over(Now now, Message& message, CarrierIndex carrier) {
    if (message.carrier != desk_.config().carriers[carrier].id) {
        const bool usual = desk_.dialects()[carrier].writes_as_usual() &&
                           desk_.dialect_of(message.carrier).writes_as_usual();
        const bool untouched =
            std::all_of(message.segments.begin(), message.segments.end(),
                        [](const Segment& segment) { return segment.phase == Phase::waiting; });
        if (!usual && untouched && !fit(message, carrier)) {
            desk_.settle(now, message, Status::failed, "text_does_not_fit");
            return;
        }
        desk_.end_tries(message);
        std::string from = std::exchange(message.carrier, desk_.config().carriers[carrier].id);
        desk_.open.section->reroute(message);
        desk_.remember(message, {.what = storage::Happening::What::handed_over,
                                 .at = now.wall,
                                 .carrier = message.carrier,
                                 .text = std::move(from)});
    }
    if (desk_.home_of(carrier) == desk_.shard) {
        arrive_at_carrier(now, *desk_.carriers[carrier], message);
    } else if (!desk_.open.section->mentions(message)) {
        desk_.post(desk_.home_of(carrier), DispatchMail{carrier, desk_.release(message.id)});
    } else {
        // The open section speaks of the message: it leaves when that is durable, or what its new
        // shard says of it could come earlier in the journal.
        desk_.open.then.push_back(
            [this, id = message.id, carrier](Now) { send_away(id, carrier); });
    }
}

void Outbound::send_away(storage::MessageId id, CarrierIndex carrier) {
    const Message* there = desk_.find_live(id);
    if (there == nullptr || storage::is_final(there->status)) return;  // canceled meanwhile
    if (!desk_.open.section->mentions(*there)) {
        desk_.post(desk_.home_of(carrier), DispatchMail{carrier, desk_.release(id)});
    } else {  // changed meanwhile
        desk_.open.then.push_back([this, id, carrier](Now) { send_away(id, carrier); });
    }
}

void Outbound::on_dispatch(Now now, DispatchMail mail) {
    arrive_at_carrier(now, *desk_.carriers[mail.carrier],
                      desk_.adopt(now, std::move(mail.message)));
}

void Outbound::arrive_at_carrier(Now now, CarrierDesk& carrier, Message& message) {
    if (index_segments(now, carrier, message)) return;
    message.failover_at = 0;
    if (desk_.routes().any_fails_over_by_age()) {
        const std::int64_t after = desk_.route_of(message).failover_after_ms;
        if (after != 0) message.failover_at = now.wall + after;
    }
    if (any_phase(message, Phase::waiting) && !any_phase(message, Phase::uncertain) &&
        !any_phase(message, Phase::refused)) {
        carrier.lanes.push_back(&message);
    } else {
        // Recovered: with the carrier already, or nobody knows; then its other segments wait, too.
        // The doubt is noted here: no message of its thread may be here much earlier than another,
        // and one of which the open section speaks would come after a commit.
        for (const std::uint8_t index : doubts_unnoted(message))
            note_uncertain(now, message, index);
        // Where one was refused, they are not sent any more.
        after_round(now, carrier, message);
    }
}

// ---- 4. Pace: outbound_pace.cpp.
// --------------------------------------------------------------------------------

// ---- 5. Say it.
// ----------------------------------------------------------------------------------

void Outbound::submit(Now now, CarrierDesk& carrier, Link& link, SegmentRef ref) {
    Message& message = *ref.message;
    const carrier::Dialect& dialect = desk_.dialects()[carrier.index];
    const auto written =
        dialect.write(message.text, message.encoding, message.reference, ref.segment);
    if (!written || written->segments != message.segments.size()) {
        if (may_be_measured(carrier, message)) return take_back(now, carrier, ref);
        // Promised by a version that cut texts in another way: some of its parts would be missing,
        // and no phone would show the others.
        message.segments[ref.segment].error = segments_changed;
        leave_unsent(now, carrier, ref);
        return;
    }
    const carrier::SubmitTlvs& tlvs = desk_.submit_tlvs()[carrier.index];
    std::optional<carrier::WireTlvs> asked;
    if (!message.tlvs.empty()) {
        asked = tlvs.with(message.brand, message.tlvs);
        if (!asked) {
            // Its carrier was told other names since: sent without them it would be another
            // message.
            message.segments[ref.segment].error = tlv_not_taken;
            leave_unsent(now, carrier, ref);
            return;
        }
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
    // What was asked for. The default is ours: the carrier has its own.
    const UnixMs from = std::max(message.accepted_at, message.send_at);
    std::optional<smpp::TimeText> validity;
    if (message.expires_at != 0 && message.expires_at - from != validity_default_ms)
        validity = dialect.validity_period(now.wall, message.expires_at);
    if (validity) pdu.validity_period = validity->view();
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
    for (const carrier::WireTlv& tlv : asked ? *asked : tlvs.fixed(message.brand))
        pdu.tlvs.add(tlv.tag, tlv.octets);
    link.session.submit(now, slot + 1, pdu);
    carrier.tokens_promised -= static_cast<std::int64_t>(storage::counted_each(message));
    carrier.limits.wrote(now, message);
    link.touched = true;
    carrier.metrics.submits.add();
    if (ref.segment == 0 && message.segments[0].attempts == 0) {
        desk_.metrics.accept_to_submit_seconds.observe(
            static_cast<double>(now.wall - std::max(message.accepted_at, message.send_at)) / 1000);
        if (message.message_class == storage::MessageClass::opt_out_confirmation) {
            desk_.metrics.confirmation_seconds.observe(
                static_cast<double>(now.wall - message.accepted_at) / 1000);
        }
    }
    // The self-check: the octets are in the link's output, and nothing has asked the gate since.
    if (!policy::passes_suppression(message.message_class) &&
        desk_.suppressions.contains(desk_.directory().scope_of(message.from), message.to)) {
        desk_.metrics.opt_out_violations.add();
    }
}

// ---- 6. Hear back.
// -------------------------------------------------------------------------------

void Outbound::on_submit_answered(Now now, CarrierDesk& carrier, Link& link,
                                  const session::SubmitAnswered& answer) {
    const SegmentRef ref = free_slot(carrier, answer.token);
    Message& message = *ref.message;
    const Segment& segment = message.segments[ref.segment];
    carrier.metrics.responses.add(answer.status);
    const carrier::Reaction reaction = desk_.dialects()[carrier.index].reaction_to(answer.status);
    adapt(now, carrier, link, reaction, answer, storage::counted_each(message));
    take_answer(now, carrier, message, ref.segment, answer.status, reaction, answer.message_id);
    desk_.open.results.push_back(carrier.index);
    const bool over = segment.phase == Phase::sent && index_segments(now, carrier, message);
    look_again(carrier, message);
    if (over || storage::is_final(message.status)) return;
    if (!any_phase(message, Phase::intended)) after_round(now, carrier, message);
}

/// The submit with this token is over.
SegmentRef Outbound::free_slot(CarrierDesk& carrier, std::uint64_t token) {
    const std::uint64_t slot = token - 1;
    carrier.free_slots.push_back(slot);
    return std::exchange(carrier.slots[slot], {});
}

/// What an answer says of its segment, in memory and in the journal.
void Outbound::take_answer(Now now, CarrierDesk& carrier, Message& message, std::uint8_t index,
                           smpp::Status status, carrier::Reaction reaction,
                           std::string_view message_id) {
    Segment& segment = message.segments[index];
    segment.answered_at = now.wall;
    segment.command_status = static_cast<std::uint32_t>(status);
    switch (reaction) {
        case carrier::Reaction::sent:
            segment.phase = Phase::sent;
            if (segment.error == storage::sent_in_vain) segment.error.clear();
            segment.carrier_message_id = message_id;
            if (!carrier.full.empty()) carrier.full.took(message.to);
            carrier.metrics.answers_sent.add();
            break;
        case carrier::Reaction::throttle:
        case carrier::Reaction::pause_link:
        case carrier::Reaction::pause_destination:
            segment.phase = Phase::waiting;
            carrier.metrics.answers_throttled.add();
            break;
        case carrier::Reaction::retry:
        case carrier::Reaction::fail_over:  // retry_or_fail() tells them apart
            segment.phase = Phase::waiting;
            if (spends_attempt(status) && segment.attempts < UINT8_MAX) ++segment.attempts;
            carrier.metrics.answers_retry.add();
            break;
        case carrier::Reaction::suppress:
            suppress_contact(
                now, message, carrier,
                "command_status " + desk_.dialects()[carrier.index].status_text(status));
            [[fallthrough]];
        case carrier::Reaction::fail:
        case carrier::Reaction::usual:  // never: the dialect knows what that is
            segment.phase = Phase::refused;
            segment.error.clear();  // of an earlier try
            carrier.metrics.answers_failed.add();
            break;
    }
    if (reaction != carrier::Reaction::sent)
        carrier.limits.give_back(message, segment.intended_at);  // it counts for nothing
    desk_.open.section->answer(message, index);
}

void Outbound::on_unanswered(Now now, CarrierDesk& carrier, Link& link,
                             const session::Unanswered& unanswered) {
    const SegmentRef ref = free_slot(carrier, unanswered.token);
    Message& message = *ref.message;
    if (unanswered.timed_out)
        link.expired.add(unanswered.sequence,
                         {message.id, ref.segment, message.segments[ref.segment].intended_at});
    note_uncertain(now, message, ref.segment);
    desk_.open.results.push_back(carrier.index);
    look_again(carrier, message);
    if (!any_phase(message, Phase::intended)) after_round(now, carrier, message);
}

/// Its octets may be with the carrier, or may not.
void Outbound::note_uncertain(Now now, Message& message, std::uint8_t segment) {
    message.segments[segment].phase = Phase::uncertain;
    desk_.open.section->uncertain(message, segment);
    desk_.remember(message, {.what = storage::Happening::What::uncertain,
                             .segment = segment,
                             .at = now.wall,
                             .carrier = message.carrier,
                             .text = {}});
}

/// Uncertain segments go once more, and nobody will know whether they went before.
void Outbound::send_again(Message& message) {
    for (Segment& segment : message.segments) {
        if (segment.phase != Phase::uncertain) continue;
        segment.phase = Phase::waiting;
        segment.error = storage::sent_perhaps;
    }
    desk_.open.section->reroute(message);
}

/// No segment is between intent and answer: what now?
void Outbound::after_round(Now now, CarrierDesk& carrier, Message& message) {
    if (any_phase(message, Phase::refused)) {
        carrier::Ending ending = carrier::ending_of(desk_.dialects()[carrier.index], message);
        fail(now, carrier, message, ending.status, std::move(ending.reason));
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
                look_again(carrier, message);
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
    message.status = Status::queued;
    if (goes_elsewhere(now, carrier, message)) return;
    const carrier::Dialect& dialect = desk_.dialects()[carrier.index];
    std::uint8_t attempts = 0;
    bool temporary = false;
    bool elsewhere = false;
    bool destination_rests = false;
    Duration first_wait{0};
    for (const Segment& segment : message.segments) {
        if (segment.phase != Phase::waiting) continue;
        attempts = std::max(attempts, segment.attempts);
        const auto status = static_cast<smpp::Status>(segment.command_status);
        const carrier::Reaction reaction = dialect.reaction_to(status);
        elsewhere = elsewhere || reaction == carrier::Reaction::fail_over;
        destination_rests = destination_rests || reaction == carrier::Reaction::pause_destination;
        if (reaction != carrier::Reaction::retry) continue;
        temporary = true;
        const Duration wait = dialect.wait_for(status);
        first_wait =
            std::max<Duration>(first_wait, wait.count() != 0 ? wait : carrier.settings->retry_min);
    }
    if (!temporary && !elsewhere && !destination_rests) {
        // Throttled or taken back: to the head, and no retry is spent.
        carrier.lanes.push_front(&message);
        return;
    }
    const UnixMs until = tried_until(carrier, message);
    if (!elsewhere && until <= now.wall) {
        const bool valid = message.expires_at == 0 || message.expires_at > now.wall;
        fail(now, carrier, message, valid ? Status::failed : Status::expired,
             valid ? "retry_deadline" : "validity_passed");
        return;
    }
    if (destination_rests && !elsewhere) {
        const Duration rest = destination_rest(now, carrier, message);
        carrier.full.rest(now.at, message.to, now.at + rest);
        return try_again(now, carrier, message, rest, until);
    }
    if (!elsewhere && attempts < carrier.settings->attempts_max) {
        return try_again(now, carrier, message, drawn_wait(carrier, attempts, first_wait), until);
    }
    const bool started = has_begun(message);
    const auto next = started ? std::nullopt : next_carrier(message);
    if (!next) {
        fail(now, carrier, message, Status::failed,
             elsewhere ? "no_other_carrier" : "retries_exhausted");
        return;
    }
    go_to(now, carrier, message, *next);
}

/// The validity that its sender gave it counts before the carrier's deadline; what its route or the
/// engine gave it does not.
UnixMs Outbound::tried_until(const CarrierDesk& carrier, const Message& message) {
    const UnixMs end =
        message.expires_at == 0 ? std::numeric_limits<UnixMs>::max() : message.expires_at;
    const UnixMs deadline = carrier.settings->retry_deadline.count();
    const UnixMs first = std::max(message.accepted_at, message.send_at);
    const bool its_own = message.expires_at != 0 && !message.validity_of_route &&
                         message.expires_at != first + validity_default_ms;
    return deadline == 0 || its_own ? end : std::min(end, first + deadline);
}

Duration Outbound::drawn_wait(const CarrierDesk& carrier, std::uint32_t attempts, Duration first) {
    const Duration wait = carrier::retry_wait(*carrier.settings, attempts, first);
    const std::int64_t chance = wait.count() * carrier.settings->retry_jitter / 100;
    const Duration drawn(desk_.dice.below(static_cast<std::uint64_t>(chance) + 1));
    return wait - Duration(chance) + drawn;
}

/// Not beyond the moment at which it is given up: then for the last time.
void Outbound::try_again(Now now, CarrierDesk& carrier, const Message& message, Duration wait,
                         UnixMs until) {
    const UnixMs left_ms = std::min<UnixMs>(until - now.wall, 365LL * 86'400'000);
    const Duration left = std::chrono::milliseconds(left_ms);
    carrier.retries.push({now.at + std::min(wait, left), message.id});
}

void Outbound::fail(Now now, CarrierDesk& carrier, Message& message, Status status,
                    std::string reason) {
    if (status != Status::unknown && any_phase(message, Phase::sent))
        return give_up_rest(carrier, message, reason);
    carrier.receipts.forget(message, true);
    carrier.receipts.remove_uncertain(message);
    desk_.settle(now, message, status, std::move(reason));
}

// ---- 7. Receipts: outbound_receipts.cpp.
// --------------------------------------------------------------------------------

void Outbound::look_again(CarrierDesk& carrier, const Message& message) {
    if (carrier.receipts.may_resolve(message.sender(), message.contact()))
        carrier.recheck.emplace_back(message.sender(), message.contact());
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
    storage::Suppression suppression{.scope = desk_.directory().scope_of(message.from),
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

}  // namespace parley
