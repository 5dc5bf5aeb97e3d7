// Who may bind, as what, how often, and what both sides speak from then on.

#include "tools/carrier_sim/state.h"

#include <algorithm>

namespace parley::carrier_sim {
namespace {

using smpp::Command;
using smpp::Status;

bool differs(std::string_view wanted, std::string_view got) {
    return !wanted.empty() && wanted != got;
}

}  // namespace

void CarrierSim::State::on_bind(Now now, Session& session, const smpp::Frame& frame) {
    switch (frame.header.command_id) {
        case Command::bind_transmitter:
            return answer_bind<smpp::BindTransmitter, smpp::BindTransmitterResp>(now, session,
                                                                                 frame);
        case Command::bind_receiver:
            return answer_bind<smpp::BindReceiver, smpp::BindReceiverResp>(now, session, frame);
        default:
            // 3.3 has no such command.
            if (smpp::version_of(settings.interface_version.value_or(0x34)) ==
                smpp::Version::v3_3) {
                ++books.counts.binds_refused;
                return nack(session, Status::ESME_RINVCMDID, frame.header.sequence_number);
            }
            return answer_bind<smpp::BindTransceiver, smpp::BindTransceiverResp>(now, session,
                                                                                 frame);
    }
}

template <class Bind, class Resp>
void CarrierSim::State::answer_bind(Now now, Session& session, const smpp::Frame& frame) {
    constexpr BindKind kind = Bind::id == Command::bind_transmitter ? BindKind::transmitter
                              : Bind::id == Command::bind_receiver  ? BindKind::receiver
                                                                    : BindKind::transceiver;
    Bind bind;
    smpp::DecodeError error;
    std::uint16_t account = 0;
    const Status status = smpp::decode(frame, bind, error)
                              ? judge_bind(session, bind, kind, account)
                              : smpp::status_for(error.code);
    if (status != Status::ESME_ROK) {
        ++books.counts.binds_refused;
        return send_header(session, smpp::response_to(Bind::id), status,
                           frame.header.sequence_number);
    }
    ++books.counts.binds;
    session.phase = Session::Phase::bound;
    session.account = account;
    session.sends = kind != BindKind::receiver;
    session.receives = kind != BindKind::transmitter;
    session.version =
        smpp::negotiate(bind.interface_version, settings.interface_version.value_or(0x34));
    if (settings.session_life.max > Duration::zero())
        session.ends_at = now.at + draw(line_dice_, settings.session_life);
    Resp resp;
    resp.system_id = settings.own_system_id;
    const char version = static_cast<char>(settings.interface_version.value_or(0));
    if (settings.interface_version && session.version != smpp::Version::v3_3)
        resp.tlvs.add(smpp::Tag::sc_interface_version, {&version, 1});
    smpp::encode(session.output, resp, frame.header.sequence_number);
    touch(session);
    if (session.receives) account_states_[account].receivers.push_back(&session);
    deliver_waiting(now);
}

Status CarrierSim::State::judge_bind(const Session& session, const smpp::BindFields& bind,
                                     BindKind kind, std::uint16_t& account) const {
    if (session.phase != Session::Phase::open) return Status::ESME_RALYBND;
    if (refuse_binds) return *refuse_binds;
    if (const Status status = find_account(bind, kind, account); status != Status::ESME_ROK)
        return status;
    if (bound_of(std::nullopt) >= settings.sessions_max) return Status::ESME_RALYBND;
    const std::size_t own_max = accounts_.empty() ? 0 : accounts_[account].sessions_max;
    if (own_max > 0 && bound_of(account) >= own_max) return Status::ESME_RALYBND;
    return Status::ESME_ROK;
}

Status CarrierSim::State::find_account(const smpp::BindFields& bind, BindKind kind,
                                       std::uint16_t& account) const {
    if (accounts_.empty()) {
        if (differs(settings.system_id, bind.system_id)) return Status::ESME_RINVSYSID;
        return differs(settings.password, bind.password) ? Status::ESME_RINVPASWD
                                                         : Status::ESME_ROK;
    }
    const auto found = std::ranges::find_if(
        accounts_, [&](const Account& each) { return !differs(each.system_id, bind.system_id); });
    if (found == accounts_.end()) return Status::ESME_RINVSYSID;
    if (differs(found->password, bind.password)) return Status::ESME_RINVPASWD;
    const bool allowed =
        found->binds.empty() || std::ranges::find(found->binds, kind) != found->binds.end();
    account = static_cast<std::uint16_t>(found - accounts_.begin());
    return allowed ? Status::ESME_ROK : Status::ESME_RBINDFAIL;
}

std::size_t CarrierSim::State::bound_of(std::optional<std::uint16_t> account) const {
    return static_cast<std::size_t>(std::ranges::count_if(slots_, [&](const auto& each) {
        return each && each->phase != Session::Phase::open &&
               (!account || each->account == *account);
    }));
}

const Account* CarrierSim::State::account_of(const Session& session) const {
    return accounts_.empty() ? nullptr : &accounts_[session.account];
}

}  // namespace parley::carrier_sim
