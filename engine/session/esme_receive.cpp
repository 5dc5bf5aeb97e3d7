// What the peer says: one PDU in, at most one event out. Reads anything a real carrier sends, and
// answers what it cannot understand by the specification's own words.

#include "engine/session/esme_session.h"
#include "protocol/smpp/message.h"

#include <string>
#include <type_traits>
#include <utility>

namespace parley::session {
namespace {

using smpp::Command;
using smpp::Status;

std::string described(const smpp::Frame& frame, const smpp::CarrierStatuses& statuses) {
    const std::string_view known = smpp::name(frame.header.command_id);
    std::string text =
        known.empty()
            ? "command_id " + std::to_string(static_cast<std::uint32_t>(frame.header.command_id))
            : std::string(known);
    text += " sequence " + std::to_string(frame.header.sequence_number);
    if (frame.header.command_status != Status::ESME_ROK) {
        text += " " + statuses.name(frame.header.command_status);
    }
    return text;
}

bool is_inquiry_resp(Command command) {
    return command == Command::query_sm_resp || command == Command::cancel_sm_resp ||
           command == Command::replace_sm_resp;
}

bool is_bind_resp(Command command) {
    return command == Command::bind_transceiver_resp || command == Command::bind_receiver_resp ||
           command == Command::bind_transmitter_resp;
}

/// Most broken TLVs cost nothing that matters, but this one is the message itself.
bool lost_its_text(const smpp::DecodeError& error) {
    return error.code == smpp::errc::tlv_truncated &&
           error.field == smpp::name(smpp::Tag::message_payload);
}

}  // namespace

std::optional<Event> EsmeSession::receive(const smpp::Frame& frame) {
    last_heard_ = now_;
    pdus_.read(frame.header.command_id);
    if (capture_ != nullptr) capture_->received(now_, epoch_, frame);
    return smpp::is_response(frame.header.command_id) ? receive_response(frame)
                                                      : receive_request(frame);
}

std::optional<Event> EsmeSession::receive_response(const smpp::Frame& frame) {
    const Command command = frame.header.command_id;
    if (command == Command::submit_sm_resp) return on_submit_resp(frame);
    if (is_bind_resp(command)) return on_bind_resp(frame);
    if (is_inquiry_resp(command)) return on_inquiry_resp(frame);
    if (command == Command::generic_nack) return on_nack(frame);
    if (command == Command::enquire_link_resp) {
        on_enquire_link_resp(frame);
    } else if (command == Command::unbind_resp &&
               unbind_sequence_ == frame.header.sequence_number) {
        end(end_of_unbind(), Status::ESME_ROK, false);
    } else {
        nobody_asked(frame);
    }
    return std::nullopt;
}

std::optional<Event> EsmeSession::receive_request(const smpp::Frame& frame) {
    const Command command = frame.header.command_id;
    const std::uint32_t sequence = frame.header.sequence_number;
    if (command == Command::enquire_link) {  // of no meaning for binding: answered at any time
        respond(Command::enquire_link_resp, Status::ESME_ROK, sequence);
        return std::nullopt;
    }
    if (command == Command::outbind && state_ == LinkState::open) {
        on_outbind(frame);
        return std::nullopt;
    }
    if (command == Command::alert_notification || command == Command::outbind) {
        odd(Oddity::Kind::unknown_command,
            described(frame, settings_.statuses));  // these have no response
        return std::nullopt;
    }
    const bool unbound = state_ == LinkState::open || state_ == LinkState::binding;
    if (unbound && smpp::is_known(command)) {
        respond(smpp::response_to(command), Status::ESME_RINVBNDSTS, sequence);
        odd(Oddity::Kind::malformed,
            described(frame, settings_.statuses) + " before the bind was answered");
        return std::nullopt;
    }
    switch (command) {
        case Command::deliver_sm:
            return on_deliver<smpp::DeliverSm>(frame);
        case Command::data_sm:
            return on_deliver<smpp::DataSm>(frame);
        case Command::unbind:
            on_peer_unbind(frame);
            return std::nullopt;
        default:
            respond(Command::generic_nack, Status::ESME_RINVCMDID, sequence);
            odd(Oddity::Kind::unknown_command, described(frame, settings_.statuses));
            return std::nullopt;
    }
}

std::optional<Event> EsmeSession::on_bind_resp(const smpp::Frame& frame) {
    // The bind is the first request of its session. Which of the three binds the answer names is
    // not worth a lost link.
    if (state_ != LinkState::binding || frame.header.sequence_number != 1) {
        nobody_asked(frame);
        return std::nullopt;
    }
    if (frame.header.command_status != Status::ESME_ROK) {
        end(LinkEnd::bind_refused, frame.header.command_status, false);
        return std::nullopt;
    }
    smpp::BindTransceiverResp pdu;
    if (!smpp::decode(frame, pdu, decode_error_)) {  // bound all the same: the status said so
        odd(Oddity::Kind::malformed, decode_error_.message(frame.header.command_id));
    }
    state_ = draining_ ? LinkState::draining : LinkState::bound;
    bound_at_ = now_;
    last_message_ = now_;
    Bound event{.system_id = pdu.system_id, .version = std::nullopt};
    if (const auto version = pdu.tlvs.find_integer(smpp::Tag::sc_interface_version)) {
        event.version = static_cast<std::uint8_t>(*version);
    }
    if (draining_) unbind_when_settled();
    return event;
}

void EsmeSession::on_request_answered() {
    expiries_ = 0;
    on_trial_ = false;
}

std::optional<Event> EsmeSession::on_submit_resp(const smpp::Frame& frame) {
    const auto request = answered_by(frame);
    if (!request) return answered_late(frame);
    std::optional<Event> event(std::in_place, std::in_place_type<SubmitAnswered>);
    auto& answered = std::get<SubmitAnswered>(*event);
    answered.token = request->token;
    answered.status = frame.header.command_status;
    answered.took = now_ - request->sent;
    smpp::SubmitSmResp pdu;
    if (smpp::decode(frame, pdu, decode_error_)) {
        answered.message_id = pdu.message_id;
        answered.congestion_state = pdu.tlvs.find_integer(smpp::Tag::congestion_state);
    } else {
        odd(Oddity::Kind::malformed, decode_error_.message(frame.header.command_id));
    }
    if (state_ != LinkState::bound) unbind_when_settled();
    return event;
}

/// Only its owner knows whether it was a submit_sm that went by that number.
std::optional<Event> EsmeSession::answered_late(const smpp::Frame& frame) {
    smpp::SubmitSmResp pdu;
    if (!was_ours(frame) || window_.find(frame.header.sequence_number) != nullptr ||
        !smpp::decode(frame, pdu, decode_error_)) {
        return std::nullopt;
    }
    return AnsweredLate{.sequence = frame.header.sequence_number,
                        .status = frame.header.command_status,
                        .message_id = pdu.message_id};
}

std::optional<Window::Request> EsmeSession::answered_by(const smpp::Frame& frame) {
    const std::uint32_t sequence = frame.header.sequence_number;
    const Window::Request* asked = window_.find(sequence);
    on_request_answered();  // however late
    last_message_ = now_;
    if (asked == nullptr || smpp::response_to(asked->command) != frame.header.command_id) {
        nobody_asked(frame);
        return std::nullopt;
    }
    if (probe_) probe_->deadline = now_ + settings_.response_timeout;  // slow, but working its way
    return window_.answer(sequence);
}

/// Of cancel_sm and replace_sm the status says it all.
std::optional<Event> EsmeSession::on_inquiry_resp(const smpp::Frame& frame) {
    const auto request = answered_by(frame);
    if (!request) return std::nullopt;
    std::optional<Event> event(std::in_place, std::in_place_type<InquiryAnswered>);
    auto& answered = std::get<InquiryAnswered>(*event);
    answered = {.token = request->token,
                .request = request->command,
                .status = frame.header.command_status,
                .nacked = false,
                .message_id = {},
                .final_date = {},
                .message_state = 0,
                .error_code = 0,
                .took = now_ - request->sent};
    const bool told = request->command == Command::query_sm && answered.status == Status::ESME_ROK;
    smpp::QuerySmResp pdu;
    if (told && smpp::decode(frame, pdu, decode_error_)) {
        answered.message_id = pdu.message_id;
        answered.final_date = pdu.final_date;
        answered.message_state = pdu.message_state;
        answered.error_code = pdu.error_code;
    } else if (told) {  // an answer that tells nothing
        odd(Oddity::Kind::malformed, decode_error_.message(frame.header.command_id));
        answered.status = Status::ESME_RUNKNOWNERR;
    }
    if (state_ != LinkState::bound) unbind_when_settled();
    return event;
}

std::optional<Event> EsmeSession::on_nack(const smpp::Frame& frame) {
    odd(Oddity::Kind::nacked, described(frame, settings_.statuses));
    const Status said = frame.header.command_status;
    const Status status = said == Status::ESME_ROK ? Status::ESME_RUNKNOWNERR : said;
    const std::uint32_t sequence = frame.header.sequence_number;
    if (state_ == LinkState::binding && sequence <= 1) {  // 0: it could not even read the sequence
        end(LinkEnd::bind_refused, status, false);
        return std::nullopt;
    }
    if (probe_ && probe_->sequence == sequence) {  // it does not know enquire_link, but it lives
        on_probe_answered();
        return std::nullopt;
    }
    if (unbind_sequence_ == sequence) {
        end(end_of_unbind(), Status::ESME_ROK, false);
        return std::nullopt;
    }
    const auto request = window_.answer(sequence);
    if (!request) return std::nullopt;
    on_request_answered();
    if (state_ != LinkState::bound) unbind_when_settled();
    if (request->command != Command::submit_sm) {
        return InquiryAnswered{.token = request->token,
                               .request = request->command,
                               .status = status,
                               .nacked = true,
                               .message_id = {},
                               .final_date = {},
                               .message_state = 0,
                               .error_code = 0,
                               .took = now_ - request->sent};
    }
    return SubmitAnswered{.token = request->token,
                          .status = status,
                          .message_id = {},
                          .congestion_state = std::nullopt,
                          .took = now_ - request->sent};
}

template <class Pdu>
std::optional<Event> EsmeSession::on_deliver(const smpp::Frame& frame) {
    Pdu pdu;
    if (!smpp::decode(frame, pdu, decode_error_) || lost_its_text(decode_error_)) {
        respond(smpp::response_to(frame.header.command_id), smpp::status_for(decode_error_.code),
                frame.header.sequence_number);
        odd(Oddity::Kind::malformed, decode_error_.message(frame.header.command_id));
        return std::nullopt;
    }
    if (decode_error_.code) {
        odd(Oddity::Kind::tlv_broken, decode_error_.message(frame.header.command_id));
    }
    ++delivers_open_;
    last_message_ = now_;
    std::optional<Event> event(std::in_place, std::in_place_type<Delivered>);
    auto& delivered = std::get<Delivered>(*event);
    delivered.sequence = frame.header.sequence_number;
    delivered.data_sm = frame.header.command_id == Command::data_sm;
    if constexpr (std::is_same_v<Pdu, smpp::DataSm>) {
        delivered.pdu = smpp::as_deliver_sm(std::move(pdu));
    } else {
        delivered.pdu = std::move(pdu);
    }
    return event;
}

void EsmeSession::on_enquire_link_resp(const smpp::Frame& frame) {
    if (!probe_ || probe_->sequence != frame.header.sequence_number) return nobody_asked(frame);
    last_enquire_rtt_ = now_ - probe_->sent;
    on_probe_answered();
}

/// No new submits from here on. Its unbind_resp waits for what is still open on either side,
/// because a request without an answer is an uncertain message, but not longer than an unbind may
/// take.
void EsmeSession::on_peer_unbind(const smpp::Frame& frame) {
    if (unbind_sequence_) {  // both at once: ours is on its way, theirs gets its answer
        respond(Command::unbind_resp, Status::ESME_ROK, frame.header.sequence_number);
        return;
    }
    state_ = LinkState::unbinding;
    phase_deadline_ = now_ + settings_.unbind_timeout / 2;
    peer_unbind_sequence_ = frame.header.sequence_number;
    unbind_when_settled();
}

/// The carrier says who it is before we say who we are: our password is not for everybody.
void EsmeSession::on_outbind(const smpp::Frame& frame) {
    smpp::Outbind pdu;
    const bool read = smpp::decode(frame, pdu, decode_error_);
    const bool right_name =
        settings_.outbind_system_id.empty() || pdu.system_id == settings_.outbind_system_id;
    const bool right_word =
        settings_.outbind_password.empty() || pdu.password == settings_.outbind_password;
    if (read && right_name && right_word) return bind();
    end(LinkEnd::outbind_refused, Status::ESME_ROK, false,
        !read        ? decode_error_.message(frame.header.command_id)
        : right_name ? std::string("wrong password")
                     : std::string("wrong system_id"));
}

void EsmeSession::on_framing_lost() {
    if (!has_session()) return;
    odd(Oddity::Kind::malformed,
        framer_.error().message() + ": " + std::to_string(framer_.bad_header().command_length));
    respond(Command::generic_nack, smpp::status_for(framer_.error()),
            framer_.bad_header().sequence_number);
    end(LinkEnd::framing_lost, Status::ESME_ROK, true);
}

bool EsmeSession::was_ours(const smpp::Frame& response) const {
    const std::uint32_t sequence = response.header.sequence_number;
    return sequence >= 1 && sequence <= sequence_.last();
}

void EsmeSession::nobody_asked(const smpp::Frame& frame) {
    odd(was_ours(frame) ? Oddity::Kind::late_answer : Oddity::Kind::unexpected_answer,
        described(frame, settings_.statuses));
}

void EsmeSession::respond(Command response, Status status, std::uint32_t sequence) {
    const std::size_t before = output_.size();
    smpp::encode_header(output_, response, status, sequence);
    pdus_.wrote(response);
    wrote_something(before);
}

/// Answers that came before the end are answers. Whatever else is in the buffer the peer will say
/// again: it got no response from us.
void EsmeSession::read_last_answers() {
    unread_ = false;
    while (const auto frame = framer_.next()) {
        pdus_.read(frame->header.command_id);
        if (capture_ != nullptr) capture_->received(now_, epoch_, *frame);
        if (frame->header.command_id != Command::submit_sm_resp) continue;
        if (auto event = on_submit_resp(*frame)) events_.push_back(std::move(*event));
    }
}

}  // namespace parley::session
