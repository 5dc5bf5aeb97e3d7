// How a session winds down and ends, and how long to wait before the next one.

#include "engine/session/esme_session.h"
#include "protocol/ensure.h"

#include <algorithm>
#include <utility>

namespace parley::session {
namespace {

/// Refusals that another link would hear as well, now: not worth asking again soon, by any link.
bool settles_it_for_all(smpp::Status bind) {
    switch (bind) {
        case smpp::Status::ESME_RALYBND:
        case smpp::Status::ESME_RINVPASWD:
        case smpp::Status::ESME_RINVSYSID:
        case smpp::Status::ESME_RINVSYSTYP:
        case smpp::Status::ESME_RBINDFAIL:
            return true;
        default:
            return false;
    }
}

}  // namespace

void EsmeSession::drain(Now now, Duration limit) {
    now_ = now.at;
    if (state_ == LinkState::stopped) return;
    drain_deadline_ = draining_ ? std::min(drain_deadline_, now_ + limit) : now_ + limit;
    draining_ = true;
    if (!has_session() || state_ == LinkState::open) {
        end(LinkEnd::stopped, smpp::Status::ESME_ROK, false);
    } else if (state_ == LinkState::binding) {
        // A bind that is cut off may leave the peer believing that we are bound: let it finish.
        phase_deadline_ = std::min(phase_deadline_, drain_deadline_);
    } else if (state_ == LinkState::bound) {
        state_ = LinkState::draining;
        unbind_when_settled();
    }
}

void EsmeSession::change(const EsmeSettings& settings, Now now) {
    now_ = now.at;
    const bool other_waits = settings.reconnect_min != settings_.reconnect_min ||
                             settings.reconnect_max != settings_.reconnect_max;
    settings_ = settings;
    window_.resize(settings_.window);
    if (!other_waits) return;
    backoff_ = Backoff(settings_.reconnect_min, settings_.reconnect_max);
    if (state_ == LinkState::waiting)
        retry_at_ = std::min(retry_at_, now_ + settings_.reconnect_max);
}

bool EsmeSession::is_over() const {
    return state_ == LinkState::stopped && !flush_deadline_ && events_.empty();
}

void EsmeSession::renew(EsmeSettings settings, Now now) {
    ENSURE(is_over());
    now_ = now.at;
    settings_ = std::move(settings);
    window_.resize(settings_.window);
    backoff_ = Backoff(settings_.reconnect_min, settings_.reconnect_max);
    host_ = settings_.first_host;
    hosts_failed_ = 0;
    on_trial_ = false;
    draining_ = false;
    retry_at_ = now_;
    state_ = LinkState::waiting;
}

/// Winding down, whoever asked for it: the last answers first, both ways, as long as they may take.
void EsmeSession::unbind_when_settled() {
    const bool settled = window_.in_use() == 0 && delivers_open_ == 0;
    if (peer_unbind_sequence_) {
        if (!settled && now_ < phase_deadline_) return;
        respond(smpp::Command::unbind_resp, smpp::Status::ESME_ROK, *peer_unbind_sequence_);
        end(LinkEnd::peer_unbound, smpp::Status::ESME_ROK, true);
    } else if (state_ == LinkState::draining && (settled || now_ >= drain_deadline_)) {
        send_unbind();
    }
}

void EsmeSession::send_unbind() {
    state_ = LinkState::unbinding;
    phase_deadline_ = now_ + settings_.unbind_timeout;
    unbind_sequence_ = sequence_.next();
    const std::size_t before = output_.size();
    smpp::encode(output_, smpp::Unbind{}, *unbind_sequence_);
    pdus_.wrote(smpp::Command::unbind);
    wrote_something(before);
}

/// flush: the peer deserves our last words; otherwise it is gone or beyond talking to.
void EsmeSession::end(LinkEnd why, smpp::Status status, bool flush, std::string_view detail) {
    const bool connected = has_session();
    const std::size_t host = host_;
    // A session that answered nothing has not worked, however long it lasted.
    if (may_exchange() && why != LinkEnd::unanswered && backoff_.worked_for(now_ - bound_at_))
        hosts_failed_ = 0;
    state_ = draining_ ? LinkState::stopped : LinkState::waiting;
    last_end_ = why;
    last_status_ = status;
    last_detail_ = detail;
    probe_.reset();
    stalled_at_.reset();
    unbind_sequence_.reset();
    peer_unbind_sequence_.reset();
    read_last_answers();
    for (const Window::Request& request : window_.clear()) {
        events_.push_back(Unanswered{request.token, false});
    }
    retry_at_ = draining_ ? Instant::max() : now_ + wait_after(why, status);
    if (connected && flush) {
        flush_deadline_ = now_ + settings_.write_timeout;
    } else if (connected) {
        discard_output();
        close_wanted_ = true;
    }
    const bool for_all = why == LinkEnd::bind_refused && settles_it_for_all(status);
    events_.push_back(Ended{why, status, retry_at_, for_all, host});
}

Duration EsmeSession::wait_after(LinkEnd why, smpp::Status status) {
    const bool refused = why == LinkEnd::bind_refused && settles_it_for_all(status);
    // A refusal is worth the long wait whatever the host, but it may be this one alone that
    // refuses.
    const bool another = why != LinkEnd::inactive && next_host();
    if (another && !refused) return Duration::zero();
    const Duration usual = backoff_.next(dice_);
    if (!refused) return usual;
    // Never below the setting: it outwaits the peer's inactivity timer.
    if (status == smpp::Status::ESME_RALYBND)
        return settings_.already_bound_wait + jittered(settings_.reconnect_min, dice_);
    return std::max(usual, jittered(settings_.refused_wait, dice_));
}

void EsmeSession::leave_host(std::size_t host) {
    if (state_ == LinkState::waiting && host_ == host) host_ = (host_ + 1) % settings_.hosts;
}

/// Another host of the carrier may be well when this one is not. True while there is one that has
/// not failed, or bound and fallen at once, in this round.
bool EsmeSession::next_host() {
    host_ = (host_ + 1) % settings_.hosts;
    if (++hosts_failed_ < settings_.hosts) return true;
    hosts_failed_ = 0;
    return false;
}

}  // namespace parley::session
