// What the line does to its sessions: keeping alive, ends, silence, slowness, garbage.

#include "tools/carrier_sim/state.h"

#include <algorithm>

namespace parley::carrier_sim {
namespace {

using smpp::Command;
using smpp::Status;

constexpr Instant never = Instant::max();
/// Reserved in every version (SMPP 3.4 §5.1.2.1, 5.0 §4.7.5).
constexpr auto nobodys_command = static_cast<Command>(0x00000777);

}  // namespace

void CarrierSim::State::link_deadlines(Now now) {
    for (const auto& session : slots_) {
        if (session && !session->closing) link_deadlines_of(now, *session);
    }
    deliver_waiting(now);
}

void CarrierSim::State::link_deadlines_of(Now now, Session& session) {
    if (session.silent) return expire_delivers(now, session);
    if (session.held && session.writes_at <= now.at) {
        session.held = false;
        touch(session);
    }
    if (session.rests && session.reads_at <= now.at) {
        session.rests = false;
        touch(session);
    }
    expire_delivers(now, session);
    const bool watched = settings.inactivity_timeout > Duration::zero();
    if (watched && session.last_heard + settings.inactivity_timeout <= now.at) {
        return close(session);
    }
    if (session.ends_at <= now.at) return end_life(now, session);
    const bool asks = settings.enquire_link_every > Duration::zero() && session.is_bound();
    if (!asks || session.enquired + settings.enquire_link_every > now.at) return;
    session.enquired = now.at;
    const std::uint32_t sequence = next_sequence(session, {.at = now.at});
    send_header(session, Command::enquire_link, Status::ESME_ROK, sequence);
}

Instant CarrierSim::State::next_link_deadline() const {
    Instant next = never;
    for (const auto& session : slots_) {
        if (!session || session->closing) continue;
        if (session->delivers_open > 0) {
            next = std::min(next, session->sent.front().at + settings.deliver_timeout);
        }
        if (session->silent) continue;
        next = std::min(next, session->ends_at);
        if (session->held) next = std::min(next, session->writes_at);
        if (session->rests) next = std::min(next, session->reads_at);
        if (settings.inactivity_timeout > Duration::zero()) {
            next = std::min(next, session->last_heard + settings.inactivity_timeout);
        }
        if (settings.enquire_link_every > Duration::zero() && session->is_bound()) {
            next = std::min(next, session->enquired + settings.enquire_link_every);
        }
    }
    return next;
}

void CarrierSim::State::end_life(Now now, Session& session) {
    session.ends_at = never;
    ++books.counts.sessions_ended;
    switch (settings.session_end) {
        case SessionEnd::mid_pdu:
            smpp::encode_header(session.output, Command::enquire_link, Status::ESME_ROK, 1);
            session.output.resize(session.output.size() - 6);
            return close(session);
        case SessionEnd::half_open:
            session.silent = true;
            no_longer_receives(session);
            return touch(session);
        case SessionEnd::unbind:
            session.phase = Session::Phase::unbinding;
            no_longer_receives(session);
            return send_header(session, Command::unbind, Status::ESME_ROK,
                               next_sequence(session, {.at = now.at}));
        case SessionEnd::cut:
            session.output.clear();
            session.output_begin = 0;
            return close(session);
    }
}

void CarrierSim::State::leave_half_open() {
    for (Session* session : in_order()) {
        if (session->silent) continue;
        ++books.counts.sessions_ended;
        session->silent = true;
        no_longer_receives(*session);
        touch(*session);
    }
}

void CarrierSim::State::put_garbage(Session& session, std::size_t octets) {
    books.counts.garbage_octets += octets;
    for (std::size_t i = 0; i < octets; ++i)
        session.output += static_cast<char>(line_dice_.below(256));
    touch(session);
}

void CarrierSim::State::send_garbage(std::size_t octets) {
    for (Session* session : in_order()) {
        if (session->is_bound()) put_garbage(*session, octets);
    }
}

void CarrierSim::State::send_unknown_pdu(Now now) {
    for (Session* session : in_order()) {
        if (!session->is_bound()) continue;
        send_header(*session, nobodys_command, Status::ESME_ROK,
                    next_sequence(*session, {.at = now.at}));
    }
}

SessionId CarrierSim::State::open_outbind(Now now) {
    const SessionId id = open(now);
    Session& session = *find(id);
    smpp::Outbind outbind;
    outbind.system_id = settings.own_system_id;
    outbind.password = settings.password;
    smpp::encode(session.output, outbind, next_sequence(session, {.at = now.at}));
    ++books.counts.outbinds;
    touch(session);
    return id;
}

void CarrierSim::State::read_slowly(Now now, Session& session, std::size_t octets) {
    const auto us = octets * 1'000'000 / settings.read_rate;
    session.reads_at = now.at + Duration(static_cast<Duration::rep>(us));
    session.rests = true;
    touch(session);
}

}  // namespace parley::carrier_sim
