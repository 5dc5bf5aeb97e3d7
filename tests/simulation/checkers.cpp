// While it runs: windows, rates, turns, opt-outs, answers to callers.

#include "tests/simulation/checkers.h"

#include "protocol/smpp/address.h"
#include "protocol/smpp/codec.h"
#include "protocol/smpp/dump.h"
#include "protocol/text/charset.h"
#include "protocol/text/message_id.h"
#include "protocol/text/receipt_text.h"
#include "protocol/text/segments.h"
#include "tests/simulation/texts.h"

#include <algorithm>

namespace parley::simulation {

namespace {

using smpp::Command;

std::string body_of(std::uint8_t esm_class, std::uint8_t data_coding, std::string_view octets) {
    if ((esm_class & 0x40) != 0) octets = text::parse_user_data(octets).body;
    return text::decode(data_coding, octets).text;
}

/// Same for all segments of a message, different for two messages of a conversation that follow
/// each other.
std::string message_of(const smpp::SubmitSm& pdu) {
    if ((pdu.esm_class & 0x40) == 0) return std::string(pdu.short_message);
    const auto place = text::parse_user_data(pdu.short_message).concatenation;
    if (!place) throw Violation("submit_sm with a broken user data header");
    return "reference " + std::to_string(place->reference) + " of " + std::to_string(place->total);
}

std::string source_of(const smpp::ShortMessageFields& pdu) {
    return smpp::from_wire(pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr);
}
std::string destination_of(const smpp::ShortMessageFields& pdu) {
    return smpp::from_wire(pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.destination_addr);
}

template <class Pdu>
Pdu decoded(const smpp::Frame& frame) {
    Pdu pdu;
    smpp::DecodeError error;
    if (!smpp::decode(frame, pdu, error)) {
        throw Violation("does not decode: " + error.message(frame.header.command_id));
    }
    return pdu;
}

smpp::DeliverSm as_deliver_sm(smpp::DataSm pdu) {
    smpp::DeliverSm out;
    out.source_addr_ton = pdu.source_addr_ton;
    out.source_addr_npi = pdu.source_addr_npi;
    out.source_addr = pdu.source_addr;
    out.dest_addr_ton = pdu.dest_addr_ton;
    out.dest_addr_npi = pdu.dest_addr_npi;
    out.destination_addr = pdu.destination_addr;
    out.esm_class = pdu.esm_class;
    out.data_coding = pdu.data_coding;
    if (const auto payload = pdu.tlvs.find(smpp::Tag::message_payload))
        out.short_message = *payload;
    out.tlvs = std::move(pdu.tlvs);
    return out;
}

}  // namespace

// ---- The engine comes and goes
// ------------------------------------------------------------------

void Checkers::engine_started(Now now, const config::Config& config) {
    carriers_before_.clear();
    rates_.engine_started(now, config);
    goes_by(now, config);
}

void Checkers::reloaded(Now now, const config::Config& config) {
    carriers_before_ = carriers_;
    rates_.reloaded(now, config);
    goes_by(now, config);
}

void Checkers::in_force(Now now) {
    carriers_before_.clear();
    rates_.in_force(now);
}

void Checkers::goes_by(Now now, const config::Config& config) {
    limits_.goes_by(now, config);
    for (const config::Carrier& carrier : config.carriers) {
        carriers_[carrier.id] = carrier;
        const bool after_receipts = std::ranges::any_of(
            carrier.dialect.receipt_errors, [](const config::ReceiptRule& rule) {
                return rule.reaction == config::ReceiptReaction::retry ||
                       rule.reaction == config::ReceiptReaction::fail_over;
            });
        resends_ =
            resends_ || after_receipts || carrier.on_uncertain == config::OnUncertain::resend;
    }
}

void Checkers::forget(Wire& wire) {
    for (const auto& [sequence, each] : wire.in_flight)
        shaken_.insert(each.conversation);
    wires_.erase(&wire);
}

void Checkers::engine_died() {
    shaken_ = conversations_;
    consent_.engine_died();
}

void Checkers::power_was_cut(const std::function<bool(storage::MessageId)>& is_there) {
    forgiving_ = true;
    limits_.forget_days();
    consent_.power_was_cut();
    finals_.clear();
    for (auto& [id, each] : accepted_)
        each.canceled = false;
    // Parts that were thanked for may be gone, and will not come again.
    for (auto& [name, group] : groups_) {
        group.thanked.clear();
        if (std::exchange(group.obeyed, false) && !group.stops.second.empty())
            group.late_stop = consent_.begin_late_stop(group.stops);
    }
    std::erase_if(accepted_, [&](const auto& each) {
        if (is_there(each.first)) return false;
        lost_.insert(each.first);
        return true;
    });
}

void Checkers::tell_frame(const Wire& wire, const char* arrow, const smpp::Frame& frame) const {
    if (tell_) tell_(wire.link + arrow + smpp::dump(frame));
}

// ---- What the engine says
// -------------------------------------------------------------------------

void Checkers::engine_queued(Now now, Wire& wire, std::string_view octets) {
    wire.octets_queued += octets.size();
    wire.queued.feed(octets);
    while (const auto frame = wire.queued.next()) {
        if (frame->header.command_id == Command::submit_sm) submit_queued(now, wire, *frame);
        inquiry_queued(now, wire, *frame);
    }
}

/// A question takes a place in the window like a submit.
void Checkers::inquiry_queued(Now now, Wire& wire, const smpp::Frame& frame) {
    std::string id;
    if (frame.header.command_id == Command::query_sm) {
        id = decoded<smpp::QuerySm>(frame).message_id;
    } else if (frame.header.command_id == Command::cancel_sm) {
        id = decoded<smpp::CancelSm>(frame).message_id;
    } else if (frame.header.command_id == Command::replace_sm) {
        id = decoded<smpp::ReplaceSm>(frame).message_id;
    } else {
        return;
    }
    if (id.empty()) throw Violation("asked about a message without its id");
    forget_given_up(now, wire);
    wire.inquiries[frame.header.sequence_number] = {now.at + patience(wire.carrier), id};
    check_window(wire);
}

void Checkers::forget_given_up(Now now, Wire& wire) {
    std::erase_if(wire.inquiries, [&](const auto& each) { return each.second.first <= now.at; });
    std::erase_if(wire.in_flight, [&](const auto& each) {
        if (each.second.given_up > now.at) return false;
        shaken_.insert(each.second.conversation);
        return true;
    });
}

/// The least that an answer is waited for.
Duration Checkers::patience(const std::string& carrier) const {
    const Duration now = carriers_.at(carrier).response_timeout;
    const auto before = carriers_before_.find(carrier);
    return before == carriers_before_.end()
               ? now
               : std::min<Duration>(now, before->second.response_timeout);
}

void Checkers::check_window(const Wire& wire) const {
    std::uint32_t window = carriers_.at(wire.carrier).window;
    const auto before = carriers_before_.find(wire.carrier);
    if (before != carriers_before_.end()) window = std::max(window, before->second.window);
    const std::size_t open = wire.in_flight.size() + wire.inquiries.size();
    if (open > window) {
        throw Violation("the window of " + wire.link + " is exceeded: " + std::to_string(open) +
                        " of " + std::to_string(window));
    }
}

void Checkers::query_answered(Wire& wire, const smpp::Frame& frame) {
    const auto asked = wire.inquiries.find(frame.header.sequence_number);
    if (asked == wire.inquiries.end()) return;
    if (frame.header.command_status == smpp::Status::ESME_ROK &&
        frame.header.command_id == Command::query_sm_resp) {
        receipts_[{wire.carrier, in_decimal(asked->second.second)}].read.insert(
            static_cast<text::MessageState>(decoded<smpp::QuerySmResp>(frame).message_state));
    }
    wire.inquiries.erase(asked);
}

void Checkers::submit_queued(Now now, Wire& wire, const smpp::Frame& frame) {
    const auto pdu = decoded<smpp::SubmitSm>(frame);
    const config::Carrier& carrier = carriers_.at(wire.carrier);
    const std::string conversation = source_of(pdu) + " " + destination_of(pdu);
    const std::string message = message_of(pdu);
    const std::string text = body_of(pdu.esm_class, pdu.data_coding, pdu.short_message);
    conversations_.insert(conversation);
    // On whichever link: its receipt may be here already, and then the rest follows at once.
    for (Wire* each_wire : wires_)
        forget_given_up(now, *each_wire);
    check_turn(now, conversation, message, text);
    wire.in_flight[frame.header.sequence_number] = {now.at + patience(wire.carrier), conversation,
                                                    message, source_of(pdu), now};
    check_window(wire);
    rates_.submitted(now, wire.carrier);
    rates_.submitted(now, wire.link);
    limits_.submitted(now, wire.carrier, source_of(pdu));
    if (const auto id = id_of(marker_of(text)); id && accepted_.at(*id).canceled) {
        throw Violation("submit_sm of a message that was canceled: " + text);
    }
    if (is_marked(text)) first_submit_.try_emplace(marker_of(text), ++submits_seen_);
    check_tlvs(carrier, pdu, text, conversation + " " + message);
}

void Checkers::asks(const std::string& marker, const std::string& template_id) {
    asked_[marker] = template_id;
}

/// The carrier's fixed ones go with everything, a template with every segment of what asked for it,
/// as this carrier has it: never left out, never with another message.
void Checkers::check_tlvs(const config::Carrier& carrier, const smpp::SubmitSm& pdu,
                          const std::string& text, const std::string& message) {
    if (!carrier.tlvs.empty() && pdu.tlvs.find(smpp::Tag{0x3000}) != "\xC0\xFF\xEE") {
        throw Violation("a fixed TLV of " + carrier.id + " is missing: " + text);
    }
    std::optional<std::string> there;
    for (const config::TlvRule& rule : carrier.dialect.tlvs) {
        const auto value = pdu.tlvs.find(static_cast<smpp::Tag>(rule.tag.value));
        if (!value) continue;
        there = *value;
        const bool ended = there->ends_with('\0');
        if (ended != (rule.type == config::TlvType::c_string)) {
            throw Violation("a TLV is not written as " + carrier.id + " wants it: " + text);
        }
        if (ended) there->pop_back();
    }
    std::optional<std::string> wanted;
    if (is_marked(text)) {
        const auto asked = asked_.find(marker_of(text));
        wanted = asked == asked_.end() ? "" : asked->second;
        if ((pdu.esm_class & 0x40) != 0) of_parts_[message] = *wanted;
    } else if ((pdu.esm_class & 0x40) != 0) {
        const auto part = of_parts_.find(message);
        if (part != of_parts_.end()) wanted = part->second;
    } else {
        wanted = "";  // one of our own
    }
    if (wanted && there.value_or("") != *wanted) {
        throw Violation("template '" + there.value_or("") + "' instead of '" + *wanted + "' by " +
                        carrier.id + ": " + text);
    }
}

/// One message of a conversation at a time, until its answers are here or given up.
void Checkers::check_turn(Now now, const std::string& conversation, const std::string& message,
                          const std::string& text) const {
    if (!is_marked(text) || shaken_.contains(conversation)) return;
    for (const Wire* wire : wires_) {
        for (const auto& [sequence, other] : wire->in_flight) {
            if (other.conversation != conversation || other.message == message) continue;
            if (other.given_up <= now.at) continue;
            throw Violation("two messages of one conversation at once: " + text);
        }
    }
}

void Checkers::engine_wrote(Now now, Wire& wire, std::string_view octets) {
    wire.octets_written += octets.size();
    wire.from_engine.feed(octets);
    while (const auto frame = wire.from_engine.next()) {
        tell_frame(wire, " > ", *frame);
        wire.frames_written += frame->header.command_length;
        const Command command = frame->header.command_id;
        if (command == Command::submit_sm) submit_written(wire, *frame);
        if (command == Command::deliver_sm_resp || command == Command::data_sm_resp) {
            deliver_answered(now, wire, *frame);
        }
    }
}

void Checkers::submit_written(Wire& wire, const smpp::Frame& frame) {
    if (wire.no_submit_beyond && wire.frames_written > *wire.no_submit_beyond) {
        throw Violation("submit_sm after the engine was told to stop");
    }
    const auto pdu = decoded<smpp::SubmitSm>(frame);
    const std::string contact = destination_of(pdu);
    const std::string scope = scope_of_(source_of(pdu));
    const std::string text = body_of(pdu.esm_class, pdu.data_coding, pdu.short_message);
    // The confirmation may come again after a refusal; how often it was taken is looked at in the
    // end.
    const bool allowed = text.starts_with(opt_out_confirmation) || text.starts_with(help_answer);
    if (!allowed && consent_.is_stopped({scope, contact})) {
        throw Violation("submit_sm after an acknowledged STOP of " + contact + " to " + scope +
                        ": " + text);
    }
}

void Checkers::deliver_answered(Now now, Wire& wire, const smpp::Frame& frame) {
    const auto found = wire.told.find(frame.header.sequence_number);
    if (found == wire.told.end()) throw Violation("a response to no deliver_sm");
    const Told told = std::move(found->second);
    wire.told.erase(found);
    const bool accepted = frame.header.command_status == smpp::Status::ESME_ROK;
    if (told.receipt) {
        Receipt& receipt = receipts_[{wire.carrier, told.receipt_id}];
        const bool last = told.state && text::is_final(*told.state);
        if (accepted && last && !receipt.acknowledged) receipt.acknowledged = now.wall;
    } else if (told.group.empty()) {
        if (accepted && told.wish != 0) consent_.acknowledge(now, told.wish);
    } else {
        part_answered(now, groups_[told.group], told.part, accepted);
    }
}

/// A long message is with the engine once it has thanked for every part.
void Checkers::part_answered(Now now, Group& group, std::uint8_t part, bool accepted) {
    if (!accepted) {
        if (!group.thanked.contains(part)) group.with_engine.erase(part);
        return;
    }
    group.thanked.insert(part);
    if (group.obeyed || group.wish == 0 || group.thanked.size() < group.parts.size()) return;
    group.obeyed = true;
    consent_.end_late_stop(std::exchange(group.late_stop, 0));
    // Now, or when it was whole before? It matters if there was a START in between.
    const bool sure = group.wish == group.first_wish || !consent_.started_since(group.first_wish);
    if (sure) consent_.acknowledge(now, group.wish);
}

// ---- What the engine is told
// ----------------------------------------------------------------------

void Checkers::engine_reads(Now now, Wire& wire, std::string_view octets) {
    wire.to_engine.feed(octets);
    while (const auto frame = wire.to_engine.next()) {
        tell_frame(wire, " < ", *frame);
        const Command command = frame->header.command_id;
        if (command == Command::submit_sm_resp || command == Command::generic_nack) {
            const auto open = wire.in_flight.extract(frame->header.sequence_number);
            if (!open.empty()) {
                const auto& submit = open.mapped();
                if (submit.given_up <= now.at) {
                    shaken_.insert(submit.conversation);
                } else if (frame->header.command_status != smpp::Status::ESME_ROK) {
                    limits_.refused(submit.submitted, wire.carrier, submit.sender);
                }
            }
            query_answered(wire, *frame);
        } else if (command == Command::query_sm_resp || command == Command::cancel_sm_resp ||
                   command == Command::replace_sm_resp) {
            query_answered(wire, *frame);
        } else if (command == Command::deliver_sm || command == Command::data_sm) {
            deliver_read(wire, *frame);
        }
    }
}

void Checkers::deliver_read(Wire& wire, const smpp::Frame& frame) {
    const auto pdu = frame.header.command_id == Command::data_sm
                         ? as_deliver_sm(decoded<smpp::DataSm>(frame))
                         : decoded<smpp::DeliverSm>(frame);
    if ((pdu.esm_class & 0x3C) == 0x04) {
        receipt_read(wire, frame.header.sequence_number, pdu);
    } else {
        message_read(wire, frame.header.sequence_number, pdu);
    }
}

std::string in_decimal(std::string_view id) {
    if (id.size() == 8) return text::hex_to_decimal(id).value_or(std::string(id));
    return std::string(id.substr(std::min(id.find_first_not_of('0'), id.size())));
}

void Checkers::receipt_read(Wire& wire, std::uint32_t sequence, const smpp::DeliverSm& pdu) {
    Told& told = wire.told[sequence];
    told = {};
    told.receipt = true;
    if (const auto id = pdu.tlvs.find(smpp::Tag::receipted_message_id)) {
        told.receipt_id = id->substr(0, id->find('\0'));
    }
    if (const auto state = pdu.tlvs.find_integer(smpp::Tag::message_state)) {
        told.state = static_cast<text::MessageState>(*state);
    }
    if (const auto read = text::parse_receipt(pdu.short_message)) {
        if (told.receipt_id.empty()) told.receipt_id = read->id;
        if (!told.state) told.state = read->state;
    }
    told.receipt_id = in_decimal(told.receipt_id);
    if (told.receipt_id.empty() || !told.state) throw Violation("the simulated carrier is broken");
    receipts_[{wire.carrier, told.receipt_id}].read.insert(*told.state);
}

void Checkers::message_read(Wire& wire, std::uint32_t sequence, const smpp::DeliverSm& pdu) {
    Told told;
    told.contact = source_of(pdu);
    told.sender = destination_of(pdu);
    const text::UserData data =
        (pdu.esm_class & 0x40) != 0
            ? text::parse_user_data(pdu.short_message)
            : text::UserData{.concatenation = {}, .body = pdu.short_message};
    if (!data.concatenation || data.concatenation->total < 2) {
        told.text = text::decode(pdu.data_coding, data.body).text;
        ++whole_reads_[{{told.sender, told.contact}, told.text}];
        told.wish = wish_of(wire, told, told.text);
    } else {
        const text::Concatenation& place = *data.concatenation;
        told.group = wire.carrier + " " + told.contact + " " + told.sender + " " +
                     std::to_string(place.reference) + "/" + std::to_string(place.total);
        Group& group = groups_[told.group];
        std::string& part = group.parts[place.part];
        if (!part.empty() && part != data.body) group = {};  // the reference is used again
        group.parts[place.part] = data.body;
        told.part = place.part;
        // If the rest never comes, this much is judged, half an hour later.
        if (place.part == 1 && is_stop(text::decode(pdu.data_coding, data.body).text)) {
            ++stops_read_[{told.sender, told.contact}];
            group.stops = {scope_of_(told.sender), told.contact};
            if (group.late_stop == 0) group.late_stop = consent_.begin_late_stop(group.stops);
        }
        group.with_engine.insert(place.part);
        const bool whole =
            group.parts.size() == place.total && group.with_engine.size() == place.total;
        if (whole && !group.obeyed) {
            std::string octets;
            for (const auto& [number, piece] : group.parts)
                octets += piece;
            group.wish = wish_of(wire, told, text::decode(pdu.data_coding, octets).text);
            if (group.first_wish == 0) group.first_wish = group.wish;
        }
    }
    wire.told[sequence] = std::move(told);
}

ConsentBook::Token Checkers::wish_of(const Wire& wire, const Told& told, std::string_view text) {
    const ConsentBook::Pair pair{scope_of_(told.sender), told.contact};
    if (is_stop(text)) ++stops_read_[{told.sender, told.contact}];
    if (is_stop(text)) return consent_.begin(pair, ConsentBook::Wish::stop, wire.carrier);
    if (is_start(text)) return consent_.begin(pair, ConsentBook::Wish::start, wire.carrier);
    return 0;
}

// ---- What callers hear
// ----------------------------------------------------------------------------

void Checkers::answered(Now now, const Answer& answer) {
    const ConsentBook::Pair pair{scope_of_(answer.sender), answer.contact};
    const api::SendOutcome& outcome = answer.outcome;
    if (outcome.problem != api::Problem::none) ++refused_;
    switch (outcome.problem) {
        case api::Problem::none:
            break;
        case api::Problem::suppressed:
            if (answer.may_be_stopped_before || consent_.may_be_stopped(now, pair)) return;
            throw Violation("refused without an opt-out: " + outcome.detail);
        case api::Problem::queue_full:
            if (answer.may_be_full) return;
            throw Violation("refused though there is room: " + outcome.detail);
        case api::Problem::storage_unavailable:
            if (answer.may_be_unavailable) return;
            throw Violation("refused though the disk has room: " + outcome.detail);
        case api::Problem::draining:
            if (answer.may_be_draining) return;
            throw Violation("refused though nobody said stop: " + outcome.detail);
        case api::Problem::invalid_tlv: {
            const bool all_know = std::ranges::none_of(
                carriers_, [](const auto& each) { return each.second.dialect.tlvs.empty(); });
            if (!answer.template_id.empty() && !all_know) return;
            throw Violation("refused though every carrier knows it: " + outcome.detail);
        }
        default:
            throw Violation("refused: " + outcome.detail);
    }
    if (answer.stopped_before && consent_.is_stopped(pair)) {
        throw Violation("accepted after an acknowledged STOP of " + answer.contact);
    }
    const auto [place, unused] = accepted_.try_emplace(
        outcome.id, Accepted{answer.marker, answer.sender, answer.contact, answer.text, answer.held,
                             std::nullopt, answer.template_id});
    if (!unused || lost_.contains(outcome.id)) {
        throw Violation("an id was given out twice: " + storage::to_text(outcome.id));
    }
    by_marker_[answer.marker] = outcome.id;
}

void Checkers::happened(const events::Event& event) {
    if (event.direction != storage::Direction::outbound || !storage::is_final(event.status)) return;
    const auto [place, fresh] = finals_.emplace(event.message, event.status);
    if (!fresh) throw Violation("a second final state of " + storage::to_text(event.message));
}

void Checkers::cancel_answered(storage::MessageId id, const api::ChangeOutcome& outcome) {
    const auto found = accepted_.find(id);
    if (found == accepted_.end()) return;  // a power cut took it
    if (outcome.problem == api::Problem::storage_unavailable) return;
    if (!outcome.message) throw Violation("nobody knows " + storage::to_text(id));
    if (outcome.problem != api::Problem::none && !outcome.done) return;  // the carrier said no
    if (outcome.done != (outcome.message->status == storage::Status::canceled)) {
        throw Violation("canceled and yet " + std::string(storage::name(outcome.message->status)));
    }
    if (outcome.done) found->second.canceled = true;
}

void Checkers::changed(storage::MessageId id, const std::string& text) {
    const auto found = accepted_.find(id);
    if (found != accepted_.end()) found->second.text = text;
}

std::optional<storage::MessageId> Checkers::id_of(const std::string& marker) const {
    const auto found = by_marker_.find(marker);
    if (found == by_marker_.end() || !accepted_.contains(found->second)) return std::nullopt;
    return found->second;
}

std::vector<storage::MessageId> Checkers::accepted() const {
    std::vector<storage::MessageId> ids;
    for (const auto& [id, each] : accepted_)
        ids.push_back(id);
    return ids;
}

}  // namespace parley::simulation
