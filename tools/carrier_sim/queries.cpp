// What a peer asks about messages that it sent: query_sm, cancel_sm, replace_sm.

#include "protocol/smpp/time.h"
#include "tools/carrier_sim/state.h"

#include <algorithm>
#include <chrono>

namespace parley::carrier_sim {
namespace {

using smpp::Command;
using smpp::Status;

/// In UTC.
smpp::TimeText final_date(UnixMs wall) {
    const std::chrono::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds(wall)};
    return smpp::write_time(smpp::AbsoluteTime{std::chrono::time_point_cast<smpp::Tenths>(at), 0});
}

}  // namespace

/// From the books: on the way until its final receipt was sent. Without books nobody knows.
void CarrierSim::State::on_query(Session& session, const smpp::Frame& frame) {
    smpp::QuerySm query;
    smpp::DecodeError error;
    const std::uint32_t sequence = frame.header.sequence_number;
    const auto refuse = [&](Status status) {
        smpp::encode_refusal(session.output, Command::query_sm_resp, status, sequence,
                             session.version);
        touch(session);
    };
    if (session.phase == Session::Phase::open) return refuse(Status::ESME_RINVBNDSTS);
    if (!smpp::decode(frame, query, error)) return refuse(smpp::status_for(error.code));
    const auto submit = books.submits_by_id.find(query.message_id);
    if (submit == books.submits_by_id.end()) return refuse(Status::ESME_RQUERYFAIL);
    smpp::QuerySmResp answer;
    answer.message_id = query.message_id;
    answer.message_state = static_cast<std::uint8_t>(text::MessageState::enroute);
    if (books.submits[submit->second].canceled)
        answer.message_state = static_cast<std::uint8_t>(text::MessageState::deleted);
    smpp::TimeText done{};
    for (const ReceiptRecord& receipt : books.receipts) {
        if (receipt.submit != submit->second || !text::is_final(receipt.state)) continue;
        if (!receipt.sent && !receipt.missing) continue;
        answer.message_state = static_cast<std::uint8_t>(receipt.state);
        const SubmitRecord& record = books.submits[receipt.submit];
        const auto took = receipt.sent.value_or(receipt.made) - record.at;
        done = final_date(record.wall +
                          std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
        answer.final_date = done.view();
    }
    smpp::encode(session.output, answer, sequence);
    touch(session);
}

/// Of a message that no handset has; null: there is none. Without takes_changes a carrier hands a
/// message on at once, and there is nothing left to change.
SubmitRecord* CarrierSim::State::changeable(std::string_view message_id) {
    const auto submit = books.submits_by_id.find(message_id);
    if (!settings.takes_changes || submit == books.submits_by_id.end()) return nullptr;
    const bool over = std::ranges::any_of(books.receipts, [&](const ReceiptRecord& receipt) {
        return receipt.submit == submit->second && text::is_final(receipt.state) && receipt.sent;
    });
    SubmitRecord& record = books.submits[submit->second];
    return over || record.canceled ? nullptr : &record;
}

void CarrierSim::State::on_change(Session& session, const smpp::Frame& frame) {
    const bool cancel = frame.header.command_id == Command::cancel_sm;
    Status status = cancel ? Status::ESME_RCANCELFAIL : Status::ESME_RREPLACEFAIL;
    smpp::DecodeError error;
    smpp::CancelSm canceled;
    smpp::ReplaceSm replaced;
    const bool read =
        cancel ? smpp::decode(frame, canceled, error) : smpp::decode(frame, replaced, error);
    if (session.phase == Session::Phase::open) {
        status = Status::ESME_RINVBNDSTS;
    } else if (!read) {
        status = smpp::status_for(error.code);
    } else if (SubmitRecord* record =
                   changeable(cancel ? canceled.message_id : replaced.message_id)) {
        status = Status::ESME_ROK;
        if (cancel) {
            record->canceled = true;
        } else {
            record->octets = replaced.short_message;
            record->validity_period = replaced.validity_period;
            ++record->replaced;
        }
    }
    send_header(session, smpp::response_to(frame.header.command_id), status,
                frame.header.sequence_number);
}

}  // namespace parley::carrier_sim
