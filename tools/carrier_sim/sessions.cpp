// Bytes in, PDUs to whom they concern, and ends.

#include "tools/carrier_sim/state.h"

#include <algorithm>

namespace parley::carrier_sim {
namespace {

using smpp::Command;
using smpp::Status;

constexpr std::size_t output_pause = 4 << 20;  // above it a peer is too slow to be read from
constexpr std::size_t output_gap_max = 64 << 10;
}  // namespace

CarrierSim::State::State(Settings given, Dice dice)
    : settings(std::move(given)),
      dice_(dice),
      mo_dice_(Dice(dice).next() ^ 0x6D6FULL),
      line_dice_(Dice(dice).next() ^ 0x6C696E65ULL),
      accounts_(settings.accounts),
      account_states_(std::max<std::size_t>(1, accounts_.size())),
      next_message_(settings.first_id) {
    for (std::size_t i = 0; i < accounts_.size(); ++i) {
        for (const std::string& number : accounts_[i].numbers)
            account_states_[i].numbers.emplace_back(number);
    }
    settings_changed();
}

void CarrierSim::State::settings_changed() {
    settings.accounts = accounts_;
    receipt_format_ = ReceiptFormat(settings.receipt_format);
    handset_numbers_.clear();
    for (const HandsetRule& rule : settings.handsets)
        handset_numbers_.emplace_back(rule.number);
    refusal_numbers_.clear();
    for (const RefusalRule& rule : settings.refusals)
        refusal_numbers_.emplace_back(rule.number);
}

SessionId CarrierSim::State::open(Now now) {
    if (free_slots_.empty()) {
        free_slots_.push_back(slots_.size());
        slots_.emplace_back();
    }
    const std::size_t slot = free_slots_.back();
    free_slots_.pop_back();
    if (++generation_ == 0) ++generation_;  // so that no id is 0
    slots_[slot] = std::make_unique<Session>();
    Session& session = *slots_[slot];
    session.id = static_cast<SessionId>(generation_) << 16U | static_cast<SessionId>(slot);
    session.last_heard = now.at;
    session.enquired = now.at;
    ++books.counts.sessions;
    return session.id;
}

Session* CarrierSim::State::find(SessionId id) const {
    const std::size_t slot = id & 0xFFFFU;
    if (slot >= slots_.size() || !slots_[slot] || slots_[slot]->id != id) return nullptr;
    return slots_[slot].get();
}

std::vector<Session*> CarrierSim::State::in_order() const {
    std::vector<Session*> all;
    for (const auto& session : slots_) {
        if (session) all.push_back(session.get());
    }
    return all;
}

void CarrierSim::State::touch(Session& session) {
    if (session.touched) return;
    session.touched = true;
    touched.push_back(session.id);
}

void CarrierSim::State::on_bytes(Now now, SessionId id, std::string_view bytes) {
    Session* session = find(id);
    if (session == nullptr || session->closing || session->silent) return;
    session->framer.feed(bytes);
    if (settings.read_rate > 0) read_slowly(now, *session, bytes.size());
    if (!frozen) read(now, *session);
}

void CarrierSim::State::read(Now now, Session& session) {
    while (!session.closing && !session.silent) {
        const auto frame = session.framer.next();
        if (!frame) break;
        ++books.counts.pdus;
        session.last_heard = now.at;
        handle(now, session, *frame);
    }
    if (session.framer.error() && !session.closing) {  // the stream is lost (SMPP 3.4 §2.8)
        nack(session, smpp::status_for(session.framer.error()),
             session.framer.bad_header().sequence_number);
        close(session);
    }
    if (!session.paused && session.output_left() > output_pause) {
        session.paused = true;
        touch(session);
    }
    deliver_waiting(now);
}

std::string_view CarrierSim::State::output(const Session& session) const {
    if (session.silent || (session.held && !session.closing)) return {};
    const auto left = std::string_view(session.output).substr(session.output_begin);
    return settings.write_octets_max == 0 ? left : left.substr(0, settings.write_octets_max);
}

void CarrierSim::State::on_written(Now now, SessionId id, std::size_t n) {
    Session* session = find(id);
    if (session == nullptr) return;
    if (settings.write_gap.max > Duration::zero()) {
        session->held = true;
        session->writes_at = now.at + draw(line_dice_, settings.write_gap);
    }
    session->output_begin += n;
    if (session->output_begin == session->output.size()) {
        session->output.clear();
        session->output_begin = 0;
    } else if (session->output_begin >= output_gap_max &&
               session->output_begin >= session->output.size() / 2) {
        session->output.erase(0, session->output_begin);
        session->output_begin = 0;
    }
    if (session->paused && session->output_left() < output_pause / 2) {
        session->paused = false;
        touch(*session);
    }
}

void CarrierSim::State::on_closed(SessionId id) {
    Session* session = find(id);
    if (session == nullptr) return;
    no_longer_receives(*session);
    repeat_unanswered(*session);
    const std::size_t slot = id & 0xFFFFU;
    slots_[slot].reset();
    free_slots_.push_back(slot);
}

void CarrierSim::State::handle(Now now, Session& session, const smpp::Frame& frame) {
    const smpp::Header& header = frame.header;
    switch (header.command_id) {
        case Command::submit_sm:
        case Command::data_sm:
            return on_submit(now, session, frame);
        case Command::query_sm:
            ++books.counts.queries;
            if (!settings.knows_query_sm)
                return nack(session, Status::ESME_RINVCMDID, header.sequence_number);
            return on_query(session, frame);
        case Command::cancel_sm:
        case Command::replace_sm:
            return on_change(session, frame);
        case Command::deliver_sm_resp:
        case Command::data_sm_resp:
            return on_deliver_resp(now, session, header);
        case Command::enquire_link:
            ++books.counts.enquire_links;
            if (!settings.answers_enquire_link) return;
            return send_header(session, Command::enquire_link_resp, Status::ESME_ROK,
                               header.sequence_number);
        case Command::enquire_link_resp:
            return;
        case Command::bind_transceiver:
        case Command::bind_transmitter:
        case Command::bind_receiver:
            return on_bind(now, session, frame);
        case Command::unbind:
            return on_unbind(session, header);
        case Command::unbind_resp:
            return close(session);
        case Command::generic_nack:  // an answer too, when it names a request of ours
            ++books.counts.nacked;
            return on_deliver_resp(now, session, header);
        default:
            if (smpp::is_response(header.command_id)) {
                ++books.counts.odd_responses;
            } else {
                nack(session, Status::ESME_RINVCMDID, header.sequence_number);
            }
    }
}

void CarrierSim::State::on_unbind(Session& session, const smpp::Header& header) {
    ++books.counts.unbinds;
    send_header(session, Command::unbind_resp, Status::ESME_ROK, header.sequence_number);
    close(session);
}

void CarrierSim::State::unbind_all(Now now) {
    for (Session* session : in_order()) {
        if (!session->is_bound()) continue;
        session->phase = Session::Phase::unbinding;
        no_longer_receives(*session);
        const std::uint32_t sequence = next_sequence(*session, {.at = now.at});
        send_header(*session, Command::unbind, Status::ESME_ROK, sequence);
    }
}

void CarrierSim::State::drop_connections() {
    for (Session* session : in_order()) {
        session->output.clear();
        session->output_begin = 0;
        close(*session);
    }
}

void CarrierSim::State::nack(Session& session, Status status, std::uint32_t sequence) {
    ++books.counts.nacks;
    send_header(session, Command::generic_nack, status, sequence);
}

void CarrierSim::State::send_header(Session& session, Command command, Status status,
                                    std::uint32_t sequence) {
    smpp::encode_header(session.output, command, status, sequence);
    touch(session);
}

void CarrierSim::State::close(Session& session) {
    session.closing = true;
    no_longer_receives(session);
    touch(session);
}

void CarrierSim::State::no_longer_receives(const Session& session) {
    std::erase(account_states_[session.account].receivers, &session);
}

}  // namespace parley::carrier_sim
