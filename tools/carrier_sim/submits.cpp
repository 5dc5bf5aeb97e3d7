// What the peer submits: judged, counted, answered, and followed by a receipt.

#include "protocol/smpp/address.h"
#include "protocol/text/charset.h"
#include "protocol/text/segments.h"
#include "tools/carrier_sim/state.h"

#include <algorithm>

namespace parley::carrier_sim {
namespace {

using smpp::Command;
using smpp::Status;

constexpr std::uint8_t udhi = 0x40;  // SMPP 3.4 §5.2.12

std::string_view octets_of(const smpp::SubmitSm& pdu) {
    if (!pdu.short_message.empty()) return pdu.short_message;
    return pdu.tlvs.find(smpp::Tag::message_payload).value_or(std::string_view{});
}

std::string text_of(std::uint8_t esm_class, std::uint8_t data_coding, std::string_view octets) {
    if ((esm_class & udhi) != 0) octets = text::parse_user_data(octets).body;
    return text::decode(data_coding, octets).text;
}

/// SMPP 3.4 §5.2.17, 5.0 §4.7.21: always, when it failed, when it was delivered.
bool asked_for(std::uint8_t registered_delivery, text::MessageState state) {
    const bool delivered = state == text::MessageState::delivered;
    switch (registered_delivery & 0x03U) {
        case 1:
            return true;
        case 2:
            return !delivered;
        case 3:
            return delivered;
        default:
            return false;
    }
}

}  // namespace

std::string SubmitRecord::text() const {
    return text_of(esm_class, data_coding, octets);
}

void CarrierSim::State::on_submit(Now now, Session& session, const smpp::Frame& frame) {
    const std::uint32_t sequence = frame.header.sequence_number;
    ++books.counts.submits;
    count_second(now.at);
    ++session.submits_open;
    books.counts.window_highest =
        std::max<std::uint64_t>(books.counts.window_highest, session.submits_open);

    smpp::SubmitSm pdu;
    smpp::DecodeError error;
    Status status = Status::ESME_RINVBNDSTS;
    if (session.phase != Session::Phase::open && session.sends) {
        status = smpp::decode(frame, pdu, error) ? judge_submit(now, session, pdu)
                                                 : smpp::status_for(error.code);
    }
    if (status == Status::ESME_ROK) return accept(now, session, sequence, pdu);
    if (settings.keep_books && !error.code) keep_submit(now, session, sequence, pdu, 0, status);
    const Response refusal{.session = session.id, .sequence = sequence, .status = status};
    answer_at(now, now.at + draw(settings.response_delay), session, refusal);
}

Status CarrierSim::State::judge_submit(Now now, Session& session, const smpp::SubmitSm& pdu) {
    if (refuse_submits) return *refuse_submits;
    if (settings.window_max != 0 && session.submits_open > settings.window_max) {
        ++books.counts.window_exceeded;
        return settings.window_status;
    }
    const bool too_fast = settings.throttle_above != 0 &&
                          !rate_.take(now.at, settings.throttle_above, settings.throttle_burst);
    if (too_fast || chance(settings.throttle_chance)) {
        ++books.counts.throttled;
        return Status::ESME_RTHROTTLED;
    }
    for (std::size_t place = 0; place < refusal_numbers_.size(); ++place) {
        if (!refusal_numbers_[place].matches(pdu.destination_addr)) continue;
        if (chance(settings.refusals[place].chance)) return settings.refusals[place].status;
    }
    return Status::ESME_ROK;
}

void CarrierSim::State::accept(Now now, Session& session, std::uint32_t sequence,
                               const smpp::SubmitSm& pdu) {
    const std::uint64_t message = next_message_++;
    ++books.counts.accepted;
    books.counts.submit_octets += octets_of(pdu).size();
    stops_.on_submit(now, session.id, sequence, pdu);
    if (settings.keep_books) {
        keep_submit(now, session, sequence, pdu, message, Status::ESME_ROK);
    }

    Instant response_at = now.at + draw(settings.response_delay);
    if (chance(settings.response_reorder_chance)) response_at += draw(settings.response_reorder_by);
    const bool early = chance(settings.receipt_before_response_chance);
    if (early) {
        const Duration lead = draw(settings.receipt_lead);
        response_at = std::max(response_at, now.at + lead);
        maybe_receipt(now, response_at - lead, session, message, pdu);
    }
    if (chance(settings.response_lost_chance)) {
        ++books.counts.responses_lost;
        --session.submits_open;
        if (settings.keep_books) books.submits.back().response_lost = true;
    } else {
        answer_at(now, response_at, session,
                  {.session = session.id, .sequence = sequence, .message = message});
    }
    if (!early) {
        maybe_receipt(now, response_at + draw(settings.receipt_delay), session, message, pdu);
    }
    if (!settings.handsets.empty()) let_handset_answer(now, pdu);
}

void CarrierSim::State::answer_at(Now now, Instant at, Session& session, const Response& response) {
    if (at <= now.at) {
        answer(session, response);
    } else {
        responses.push(at, response);
    }
}

void CarrierSim::State::answer(Session& session, const Response& response) {
    --session.submits_open;
    ++books.answers[response.status];
    if (response.status != Status::ESME_ROK) {
        smpp::encode_header(session.output, Command::submit_sm_resp, response.status,
                            response.sequence);
    } else {
        const IdText id = id_text(response.message, settings.id_in_response);
        smpp::SubmitSmResp pdu;
        pdu.message_id = id.view();
        smpp::encode(session.output, pdu, response.sequence);
    }
    touch(session);
}

void CarrierSim::State::send_due_responses(Now now) {
    while (const auto response = responses.pop_due(now.at)) {
        Session* session = find(response->session);
        if (session == nullptr || session->closing) {
            ++books.counts.responses_unsent;
        } else {
            answer(*session, *response);
        }
    }
}

void CarrierSim::State::count_second(Instant at) {
    const auto second =
        std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
    if (second != second_) submits_in_second_ = 0;
    second_ = second;
    books.counts.busiest_second = std::max(books.counts.busiest_second, ++submits_in_second_);
}

void CarrierSim::State::keep_submit(Now now, const Session& session, std::uint32_t sequence,
                                    const smpp::SubmitSm& pdu, std::uint64_t message,
                                    Status status) {
    SubmitRecord record;
    record.at = now.at;
    record.wall = now.wall;
    record.session = session.id;
    record.sequence = sequence;
    record.status = status;
    record.source = smpp::from_wire(pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr);
    record.destination =
        smpp::from_wire(pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.destination_addr);
    record.esm_class = pdu.esm_class;
    record.data_coding = pdu.data_coding;
    record.registered_delivery = pdu.registered_delivery;
    record.octets = octets_of(pdu);
    if (message != 0) record.message_id = id_text(message, settings.id_in_response).view();
    ++books.submits_by_destination[record.destination];
    books.submits.push_back(std::move(record));
}

void CarrierSim::State::let_handset_answer(Now now, const smpp::SubmitSm& pdu) {
    std::optional<std::string> text;  // read only when a rule asks for it
    for (std::size_t place = 0; place < handset_numbers_.size(); ++place) {
        const HandsetRule& rule = settings.handsets[place];
        if (!handset_numbers_[place].matches(pdu.destination_addr)) continue;
        if (!rule.contains.empty()) {
            if (!text) text = text_of(pdu.esm_class, pdu.data_coding, octets_of(pdu));
            if (text->find(rule.contains) == std::string::npos) continue;
        }
        if (!chance(rule.chance)) continue;
        handset_answers.push(
            now.at + draw(rule.delay),
            {.from = smpp::from_wire(pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.destination_addr),
             .to = smpp::from_wire(pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr),
             .text = rule.answer,
             .kind = rule.kind});
        return;
    }
}

void CarrierSim::State::maybe_receipt(Now now, Instant at, const Session& session,
                                      std::uint64_t message, const smpp::SubmitSm& pdu) {
    if (!settings.receipts || (pdu.registered_delivery & 0x03U) == 0) return;
    Receipt receipt;
    receipt.state = draw_state();
    if (!asked_for(pdu.registered_delivery, receipt.state)) return;
    receipt.message = message;
    receipt.submitted = now.wall;
    receipt.session = session.id;
    receipt.other_session = chance(settings.receipt_other_session_chance);
    receipt.source = {pdu.source_addr_ton, pdu.source_addr_npi, ShortText<20>(pdu.source_addr)};
    receipt.destination = {pdu.dest_addr_ton, pdu.dest_addr_npi,
                           ShortText<20>(pdu.destination_addr)};
    const bool plain = pdu.data_coding == 0 && (pdu.esm_class & udhi) == 0;
    if (plain) receipt.text = ShortText<20>(pdu.short_message);

    ++books.counts.receipts_made;
    const bool twice = chance(settings.receipt_duplicate_chance);
    if (chance(settings.receipt_enroute_chance)) {
        Receipt enroute = receipt;
        enroute.state = text::MessageState::enroute;
        ++books.counts.receipts_made;
        deliver_at(now, now.at + draw(settings.receipt_delay), {.place = receipts.take(enroute)});
    }
    deliver_at(now, at, {.place = receipts.take(receipt)});
    if (!twice) return;
    ++books.counts.receipts_made;
    deliver_at(now, at, {.place = receipts.take(receipt)});
}

text::MessageState CarrierSim::State::draw_state() {
    if (settings.receipt_states.empty()) return text::MessageState::delivered;
    double all = 0;
    for (const StateShare& share : settings.receipt_states)
        all += share.weight;
    double left = dice_.unit() * all;
    for (const StateShare& share : settings.receipt_states) {
        if (left < share.weight) return share.state;
        left -= share.weight;
    }
    return settings.receipt_states.back().state;
}

Duration CarrierSim::State::draw(DelayRange range) {
    if (range.max <= range.min) return range.min;
    const auto width = static_cast<std::uint64_t>((range.max - range.min).count()) + 1;
    return range.min + Duration(static_cast<Duration::rep>(dice_.below(width)));
}

}  // namespace parley::carrier_sim
