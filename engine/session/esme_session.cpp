// The life of a session: dial, bind, submit, keep alive, and what is due when.

#include "engine/session/esme_session.h"

#include "protocol/ensure.h"

#include <algorithm>
#include <utility>

namespace parley::session {
namespace {

constexpr Instant never = Instant::max();
constexpr std::size_t output_gap_max = 64 * 1024;  // written octets kept before output is moved up

}  // namespace

EsmeSession::EsmeSession(EsmeSettings settings, Dice dice, Now start)
    : settings_(std::move(settings)),
      dice_(dice),
      now_(start.at),
      host_(settings_.first_host),
      window_(settings_.window),
      backoff_(settings_.reconnect_min, settings_.reconnect_max),
      retry_at_(start.at) {}

void EsmeSession::on_connected(Now now) {
    now_ = now.at;
    if (state_ != LinkState::connecting) {  // drained meanwhile
        close_wanted_ = true;
        return;
    }
    begin_session();
    bind();
}

void EsmeSession::on_connect_failed(Now now, LinkEnd why, std::string_view detail) {
    now_ = now.at;
    if (state_ != LinkState::connecting) return;
    end(why, smpp::Status::ESME_ROK, false, detail);
}

void EsmeSession::on_accepted(Now now) {
    ENSURE(accepts_outbind());
    now_ = now.at;
    begin_session();
    state_ = LinkState::open;
    phase_deadline_ = now_ + settings_.bind_timeout;
    last_heard_ = now_;
}

void EsmeSession::begin_session() {
    ++epoch_;
    framer_ = smpp::Framer();
    unread_ = false;
    discard_output();
    output_written_total_ = 0;
    stalled_at_.reset();
    sequence_ = Sequence();
    expiries_ = 0;
    on_trial_since_ = now_;
    delivers_open_ = 0;
    probe_.reset();
    unbind_sequence_.reset();
    peer_unbind_sequence_.reset();
}

void EsmeSession::on_bytes(Now now, std::string_view bytes) {
    now_ = now.at;
    if (!has_session()) return;
    framer_.feed(bytes);
    unread_ = true;
}

void EsmeSession::on_written(Now now, std::size_t n) {
    now_ = now.at;
    if (n == 0 || !(has_session() || flush_deadline_)) return;
    ENSURE(n <= output_.size() - output_begin_);
    output_begin_ += n;
    output_written_total_ += n;
    if (output_begin_ == output_.size()) {
        output_.clear();
        output_begin_ = 0;
        stalled_at_.reset();
        return;
    }
    stalled_at_ = now_ + settings_.write_timeout;
    // Moving up costs no more than what was written since the last move.
    if (output_begin_ >= output_gap_max && output_begin_ >= output_.size() / 2) {
        output_.erase(0, output_begin_);
        output_begin_ = 0;
    }
}

void EsmeSession::on_closed(Now now, LinkEnd why, std::string_view detail) {
    now_ = now.at;
    if (flush_deadline_) {  // it is over already, and the peer did not wait for our last words
        flush_deadline_.reset();
        discard_output();
        return;
    }
    if (!has_session()) return;
    if (unbind_sequence_) {
        end(end_of_unbind(), smpp::Status::ESME_ROK, false);
    } else if (peer_unbind_sequence_) {
        end(LinkEnd::peer_unbound, smpp::Status::ESME_ROK, false);
    } else {
        end(why, smpp::Status::ESME_ROK, false, detail);
    }
    close_wanted_ = false;  // the driver knows
}

void EsmeSession::on_deadline(Now now) {
    now_ = now.at;
    if (unread_) return;  // an answer that is already here has not expired
    if (flush_deadline_ && *flush_deadline_ <= now_) {
        flush_deadline_.reset();
        discard_output();
        close_wanted_ = true;
    }
    if (state_ == LinkState::connecting && phase_deadline_ <= now_) {
        close_wanted_ = true;  // whatever still comes of it is not wanted
        return end(LinkEnd::connect_timeout, smpp::Status::ESME_ROK, false);
    }
    if (state_ == LinkState::open && phase_deadline_ <= now_) {
        return end(LinkEnd::outbind_timeout, smpp::Status::ESME_ROK, false);
    }
    if (state_ == LinkState::binding && phase_deadline_ <= now_) {
        return end(LinkEnd::bind_timeout, smpp::Status::ESME_ROK, false);
    }
    if (has_session() && stalled_at_ && *stalled_at_ <= now_) {
        return end(LinkEnd::write_stalled, smpp::Status::ESME_ROK, false);
    }
    if (may_exchange()) on_bound_deadlines();
}

void EsmeSession::on_bound_deadlines() {
    if (probe_ && probe_->deadline <= now_) {
        return end(LinkEnd::probe_timeout, smpp::Status::ESME_ROK, false);
    }
    expire_requests();
    if (!may_exchange()) return;
    if (state_ == LinkState::draining) unbind_when_settled();
    if (state_ == LinkState::unbinding) {
        if (peer_unbind_sequence_) {
            unbind_when_settled();
        } else if (phase_deadline_ <= now_) {
            end(end_of_unbind(), smpp::Status::ESME_ROK, false);
        }
        return;
    }
    unbind_if_inactive();
    if (state_ == LinkState::unbinding) return;
    const bool silent = settings_.enquire_link_every > Duration::zero() &&
                        last_heard_ + settings_.enquire_link_every <= now_;
    if (!probe_ && silent) enquire();
}

void EsmeSession::unbind_if_inactive() {
    const bool may = state_ == LinkState::bound &&
                     settings_.inactivity_timeout > Duration::zero() && window_.in_use() == 0 &&
                     delivers_open_ == 0;
    if (may && last_message_ + settings_.inactivity_timeout <= now_) send_unbind();
}

void EsmeSession::expire_requests() {
    while (const auto request = window_.expire(now_)) {
        events_.push_back(Unanswered{request->token, true, request->sequence});
        // On trial only what was sent after the probe counts: the rest was in the same trouble.
        if (!on_trial_ || request->sent >= on_trial_since_) ++expiries_;
    }
    if (expiries_ < settings_.expiries_max || state_ == LinkState::unbinding) return;
    if (on_trial_) {
        give_up_unanswered();
    } else if (!probe_) {
        enquire();
    }
}

/// It lives and reads, so it is told that we leave; what it owes us it has had its time for.
void EsmeSession::give_up_unanswered() {
    const std::size_t before = output_.size();
    smpp::encode(output_, smpp::Unbind{}, sequence_.next());
    pdus_.wrote(smpp::Command::unbind);
    wrote_something(before);
    end(LinkEnd::unanswered, smpp::Status::ESME_ROK, true);
}

/// The peer lives. That is no answer to what it has left unanswered, but a reason to try once more.
void EsmeSession::on_probe_answered() {
    probe_.reset();
    if (expiries_ < settings_.expiries_max) return;
    expiries_ = 0;
    on_trial_ = settings_.leaves_unanswered;
    on_trial_since_ = now_;
}

std::size_t EsmeSession::window_free() const {
    // In doubt whether it lives, nothing more is put in doubt.
    const bool doubted = expiries_ >= settings_.expiries_max;
    if (state_ != LinkState::bound || !can_send() || doubted) return 0;
    if (!on_trial_) return window_.room();
    const std::size_t at_stake = std::min<std::size_t>(settings_.expiries_max, window_.in_use());
    return std::min(window_.room(), settings_.expiries_max - at_stake);
}

template <class Pdu>
std::uint32_t EsmeSession::request(Now now, std::uint64_t token, const Pdu& pdu) {
    ENSURE(can_submit());
    now_ = now.at;
    last_message_ = now_;
    const std::uint32_t sequence = sequence_.next();
    // First the window, then the octets: an answer cannot be faster than that.
    window_.push({.sequence = sequence,
                  .token = token,
                  .sent = now_,
                  .deadline = now_ + settings_.response_timeout,
                  .command = Pdu::id});
    const std::size_t before = output_.size();
    if (smpp::rules_of(version()).tlvs) {
        smpp::encode(output_, pdu, sequence);
    } else {
        smpp::encode_without_tlvs(output_, pdu, sequence);
    }
    pdus_.wrote(Pdu::id);
    wrote_something(before);
    return sequence;
}

std::uint32_t EsmeSession::submit(Now now, std::uint64_t token, const smpp::SubmitSm& pdu) {
    return request(now, token, pdu);
}
std::uint32_t EsmeSession::inquire(Now now, std::uint64_t token, const smpp::QuerySm& pdu) {
    return request(now, token, pdu);
}
std::uint32_t EsmeSession::inquire(Now now, std::uint64_t token, const smpp::CancelSm& pdu) {
    return request(now, token, pdu);
}
std::uint32_t EsmeSession::inquire(Now now, std::uint64_t token, const smpp::ReplaceSm& pdu) {
    return request(now, token, pdu);
}

void EsmeSession::answer_deliver(Now now, std::uint32_t epoch, std::uint32_t sequence, bool data_sm,
                                 smpp::Status status) {
    now_ = now.at;
    if (epoch != epoch_ || !may_exchange()) return;
    if (delivers_open_ > 0) --delivers_open_;
    last_message_ = now_;
    const std::size_t before = output_.size();
    pdus_.wrote(data_sm ? smpp::Command::data_sm_resp : smpp::Command::deliver_sm_resp);
    if (status != smpp::Status::ESME_ROK) {
        const auto request = data_sm ? smpp::Command::data_sm : smpp::Command::deliver_sm;
        smpp::encode_refusal(output_, smpp::response_to(request), status, sequence, version());
    } else if (data_sm) {
        smpp::encode(output_, smpp::DataSmResp{}, sequence);
    } else {
        smpp::encode(output_, smpp::DeliverSmResp{}, sequence);
    }
    wrote_something(before);
    if (draining_ || peer_unbind_sequence_) unbind_when_settled();
}

std::optional<Event> EsmeSession::next_event() {
    while (events_.empty() && unread_) {
        const auto frame = framer_.next();
        if (!frame) {
            unread_ = false;
            if (framer_.error()) on_framing_lost();
            break;
        }
        if (auto event = receive(*frame)) return event;
    }
    if (events_.empty()) return std::nullopt;
    std::optional<Event> event(std::move(events_.front()));
    events_.pop_front();
    return event;
}

std::optional<Instant> EsmeSession::next_deadline() const {
    Instant next = flush_deadline_.value_or(never);
    const auto also = [&next](Instant at) { next = std::min(next, at); };
    if (const auto attempt = next_attempt()) also(*attempt);
    const bool begins = state_ == LinkState::connecting || state_ == LinkState::open ||
                        state_ == LinkState::binding;
    if (begins) also(phase_deadline_);
    if (has_session() && stalled_at_) also(*stalled_at_);
    if (may_exchange()) {
        if (const auto oldest = window_.oldest_deadline()) also(*oldest);
        if (probe_) also(probe_->deadline);
        if (state_ == LinkState::draining) also(drain_deadline_);
        if (state_ == LinkState::unbinding) also(phase_deadline_);
        const bool enquires = !probe_ && state_ != LinkState::unbinding &&
                              settings_.enquire_link_every > Duration::zero();
        if (enquires) also(last_heard_ + settings_.enquire_link_every);
        const bool may_idle = state_ == LinkState::bound && window_.in_use() == 0 &&
                              delivers_open_ == 0 &&
                              settings_.inactivity_timeout > Duration::zero();
        if (may_idle) also(last_message_ + settings_.inactivity_timeout);
    }
    if (next == never) return std::nullopt;
    return next;
}

std::optional<Instant> EsmeSession::next_attempt() const {
    const bool dials = state_ == LinkState::waiting && !settings_.awaits_outbind;
    if (!dials || flush_deadline_) return std::nullopt;
    return retry_at_;
}

bool EsmeSession::wants_connect(Now now) {
    const auto attempt = next_attempt();
    const bool old_one_left = close_wanted_ || !events_.empty();
    if (!attempt || *attempt > now.at || old_one_left) return false;
    now_ = now.at;
    state_ = LinkState::connecting;
    phase_deadline_ = now_ + settings_.bind_timeout;
    return true;
}

bool EsmeSession::accepts_outbind() const {
    return settings_.awaits_outbind && state_ == LinkState::waiting && !flush_deadline_ &&
           !close_wanted_ && events_.empty();
}

bool EsmeSession::wants_close() {
    if (flush_deadline_ && output().empty()) {
        flush_deadline_.reset();
        close_wanted_ = true;
    }
    return std::exchange(close_wanted_, false);
}

void EsmeSession::bind() {
    state_ = LinkState::binding;
    last_heard_ = now_;
    const auto send = [this](auto pdu) {
        pdu.system_id = settings_.system_id;
        pdu.password = settings_.password;
        pdu.system_type = settings_.system_type;
        pdu.interface_version = settings_.interface_version;
        const std::size_t before = output_.size();
        // Some carriers hand out passwords longer than the specification's 8 (peers.md §6 #7).
        smpp::encode(output_, pdu, sequence_.next(), smpp::Status::ESME_ROK,
                     smpp::Strings::as_read);
        pdus_.wrote(smpp::Command::bind_transceiver);
        wrote_something(before);
    };
    switch (settings_.bind) {
        case BindType::transmitter:
            return send(smpp::BindTransmitter{});
        case BindType::receiver:
            return send(smpp::BindReceiver{});
        case BindType::transceiver:
            return send(smpp::BindTransceiver{});
    }
}

void EsmeSession::enquire() {
    probe_ = Probe{sequence_.next(), now_, now_ + settings_.response_timeout};
    const std::size_t before = output_.size();
    smpp::encode(output_, smpp::EnquireLink{}, probe_->sequence);
    pdus_.wrote(smpp::Command::enquire_link);
    wrote_something(before);
}

/// Ours counts: what a 3.4 carrier calls itself in its answer changes nothing that it was sent.
smpp::Version EsmeSession::version() const {
    return smpp::version_of(settings_.interface_version);
}

bool EsmeSession::has_session() const {
    return state_ == LinkState::open || state_ == LinkState::binding || may_exchange();
}

bool EsmeSession::may_exchange() const {
    return state_ == LinkState::bound || state_ == LinkState::draining ||
           state_ == LinkState::unbinding;
}

void EsmeSession::wrote_something(std::size_t size_before) {
    if (size_before == output_begin_) stalled_at_ = now_ + settings_.write_timeout;
    if (capture_ != nullptr)
        capture_->sent(now_, epoch_, std::string_view(output_).substr(size_before));
}

void EsmeSession::discard_output() {
    output_.clear();
    output_begin_ = 0;
}

void EsmeSession::odd(Oddity::Kind kind, std::string detail) {
    events_.push_back(Oddity{kind, std::move(detail)});
}

}  // namespace parley::session
