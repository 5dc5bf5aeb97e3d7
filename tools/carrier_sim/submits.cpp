// What the peer submits: judged, counted, answered, and followed by a receipt.

#include "protocol/smpp/address.h"
#include "protocol/text/user_data.h"
#include "tools/carrier_sim/state.h"
#include "tools/carrier_sim/texts.h"

#include <algorithm>

namespace parley::carrier_sim {
namespace {

using smpp::Command;
using smpp::Status;

constexpr std::uint8_t udhi = 0x40;  // SMPP 3.4 §5.2.12
constexpr std::uint64_t garbage_octets_max = 32;

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

/// Others of its message come after it: by its header, or by its parameters.
bool is_followed(const smpp::SubmitSm& pdu) {
    if ((pdu.esm_class & udhi) != 0) {
        const auto place = text::parse_user_data(octets_of(pdu)).concatenation;
        return place && place->part < place->total;
    }
    const auto number = pdu.tlvs.find_integer(smpp::Tag::sar_segment_seqnum);
    const auto total = pdu.tlvs.find_integer(smpp::Tag::sar_total_segments);
    return number && total && *number < *total;
}

}  // namespace

std::string SubmitRecord::text() const {
    return text_of(esm_class, data_coding, octets, alphabet);
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
        status = decode_submit(frame, pdu, error) ? judge_submit(now, session, pdu)
                                                  : smpp::status_for(error.code);
    }
    Response response{.session = session.id, .sequence = sequence, .status = status};
    response.of_data_sm = frame.header.command_id == Command::data_sm;
    if (status == Status::ESME_ROK) return accept(now, session, response, pdu);
    if (settings.keep_books && !error.code) keep_submit(now, session, sequence, pdu, 0, status);
    answer_at(now, now.at + draw(dice_, settings.response_delay), session, response);
}

/// A data_sm is a submit_sm with fewer fields (SMPP 3.4 §4.7).
bool CarrierSim::State::decode_submit(const smpp::Frame& frame, smpp::SubmitSm& pdu,
                                      smpp::DecodeError& error) {
    if (frame.header.command_id == Command::submit_sm) return smpp::decode(frame, pdu, error);
    smpp::DataSm data;
    if (!smpp::decode(frame, data, error)) return false;
    pdu.service_type = data.service_type;
    pdu.source_addr_ton = data.source_addr_ton;
    pdu.source_addr_npi = data.source_addr_npi;
    pdu.source_addr = data.source_addr;
    pdu.dest_addr_ton = data.dest_addr_ton;
    pdu.dest_addr_npi = data.dest_addr_npi;
    pdu.destination_addr = data.destination_addr;
    pdu.esm_class = data.esm_class;
    pdu.registered_delivery = data.registered_delivery;
    pdu.data_coding = data.data_coding;
    pdu.tlvs = data.tlvs;
    return true;
}

Status CarrierSim::State::judge_submit(Now now, Session& session, const smpp::SubmitSm& pdu) {
    if (refuse_submits) return *refuse_submits;
    const Account* account = account_of(session);
    const bool own_window = account != nullptr && account->window_max > 0;
    const std::size_t window_max = own_window ? account->window_max : settings.window_max;
    if (window_max != 0 && session.submits_open > window_max) {
        ++books.counts.window_exceeded;
        return settings.window_status;
    }
    const auto is_above = [&](RateLimit& rate, std::uint32_t most) {
        if (most == 0) return false;
        return settings.throttle_by_second ? !rate.take_of_second(now.at, most)
                                           : !rate.take(now.at, most, settings.throttle_burst);
    };
    const bool above_own =
        account != nullptr && is_above(account_states_[session.account].rate, account->throughput);
    const bool too_fast = is_above(session.rate, settings.session_throttle_above) ||
                          is_above(rate_, settings.throttle_above);
    if (above_own || too_fast || chance(settings.throttle_chance)) {
        ++books.counts.throttled;
        return Status::ESME_RTHROTTLED;
    }
    for (std::size_t place = 0; place < refusal_numbers_.size(); ++place) {
        if (!refusal_numbers_[place].matches(pdu.destination_addr)) continue;
        if (chance(settings.refusals[place].chance)) return settings.refusals[place].status;
    }
    return Status::ESME_ROK;
}

void CarrierSim::State::accept(Now now, Session& session, const Response& asked,
                               const smpp::SubmitSm& pdu) {
    const std::uint32_t sequence = asked.sequence;
    const bool nameless = settings.id_on_last_part && is_followed(pdu);
    const std::uint64_t message = nameless ? 0 : next_message_++;
    ++books.counts.accepted;
    books.counts.submit_octets += octets_of(pdu).size();
    stops_.on_submit(now, session.id, sequence, pdu);
    if (settings.keep_books) {
        keep_submit(now, session, sequence, pdu, message, Status::ESME_ROK);
    }

    Instant response_at = now.at + draw(dice_, settings.response_delay);
    if (chance(settings.response_reorder_chance))
        response_at += draw(dice_, settings.response_reorder_by);
    if (chance(settings.response_late_chance))
        response_at += draw(dice_, settings.response_late_by);
    const bool early = chance(settings.receipt_before_response_chance);
    if (early && !nameless) {
        const Duration lead = draw(dice_, settings.receipt_lead);
        response_at = std::max(response_at, now.at + lead);
        maybe_receipt(now, response_at - lead, session, message, pdu);
    }
    if (chance(settings.response_lost_chance)) {
        ++books.counts.responses_lost;
        --session.submits_open;
        if (settings.keep_books) books.submits.back().response_lost = true;
    } else {
        Response response = asked;
        response.message = message;
        answer_at(now, response_at, session, response);
    }
    if (!early && !nameless) {
        maybe_receipt(now, response_at + draw(dice_, settings.receipt_delay), session, message,
                      pdu);
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

IdText CarrierSim::State::id_of(const Response& response, const Session& session) const {
    if (response.message == 0) return {};
    return id_text(response.message, settings.id_in_response, session.version);
}

void CarrierSim::State::answer(Session& session, const Response& response) {
    --session.submits_open;
    ++books.answers[response.status];
    if (chance(line_dice_, settings.garbage_chance))
        put_garbage(session, 1 + line_dice_.below(garbage_octets_max));
    if (response.status != Status::ESME_ROK) {
        const Command command =
            response.of_data_sm ? Command::data_sm_resp : Command::submit_sm_resp;
        smpp::encode_refusal(session.output, command, response.status, response.sequence,
                             session.version);
    } else if (response.of_data_sm) {
        const IdText id = id_of(response, session);
        smpp::DataSmResp pdu;
        pdu.message_id = id.view();
        smpp::encode(session.output, pdu, response.sequence);
    } else {
        const IdText id = id_of(response, session);
        smpp::SubmitSmResp pdu;
        pdu.message_id = id.view();
        const char congestion = static_cast<char>(settings.congestion_state.value_or(0));
        if (settings.congestion_state && session.version == smpp::Version::v5_0)
            pdu.tlvs.add(smpp::Tag::congestion_state, {&congestion, 1});
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
    record.validity_period = pdu.validity_period;
    record.octets = octets_of(pdu);
    record.alphabet = settings.default_alphabet;
    if (message != 0) {
        record.message_id = id_text(message, settings.id_in_response, session.version).view();
        books.submits_by_id.emplace(record.message_id, books.submits.size());
    }
    ++books.submits_by_destination[record.destination];
    books.submits.push_back(std::move(record));
}

void CarrierSim::State::maybe_receipt(Now now, Instant at, const Session& session,
                                      std::uint64_t message, const smpp::SubmitSm& pdu) {
    if (!settings.receipts || (pdu.registered_delivery & 0x03U) == 0) return;
    Receipt receipt;
    const StateShare* share = draw_state();
    if (share != nullptr) {
        receipt.state = share->state;
        receipt.error = ShortText<7>(share->error);
    }
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

    if (chance(settings.receipt_missing_chance)) {
        ++books.counts.receipts_missing;
        keep_receipt(now, receipt, true);
        return;
    }
    const auto send_at = [&](Instant when, Receipt what) {
        ++books.counts.receipts_made;
        what.book = keep_receipt(now, what, false);
        deliver_at(now, when, {.place = receipts.take(what), .account = session.account});
    };
    const bool twice = chance(settings.receipt_duplicate_chance);
    if (chance(settings.receipt_enroute_chance)) {
        Receipt enroute = receipt;
        enroute.state = text::MessageState::enroute;
        send_at(now.at + draw(dice_, settings.receipt_delay), enroute);
    }
    if (chance(settings.receipt_late_chance)) at += draw(dice_, settings.receipt_late_by);
    send_at(at, receipt);
    if (twice) send_at(at, receipt);
}

std::uint32_t CarrierSim::State::keep_receipt(Now now, const Receipt& receipt, bool missing) {
    if (!settings.keep_books || books.submits.empty()) return 0;
    books.receipts.push_back({.submit = books.submits.size() - 1,
                              .message = receipt.message,
                              .state = receipt.state,
                              .made = now.at,
                              .missing = missing});
    return static_cast<std::uint32_t>(books.receipts.size());
}

/// Empty: delivered.
const StateShare* CarrierSim::State::draw_state() {
    if (settings.receipt_states.empty()) return nullptr;
    double all = 0;
    for (const StateShare& share : settings.receipt_states)
        all += share.weight;
    double left = dice_.unit() * all;
    for (const StateShare& share : settings.receipt_states) {
        if (left < share.weight) return &share;
        left -= share.weight;
    }
    return &settings.receipt_states.back();
}

}  // namespace parley::carrier_sim
