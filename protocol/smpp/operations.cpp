#include "protocol/smpp/operations.h"

namespace parley::smpp {

namespace {

bool is_bound(SessionState state) {
    return state == SessionState::bound_tx || state == SessionState::bound_rx ||
           state == SessionState::bound_trx;
}
bool can_transmit(SessionState state) {
    return state == SessionState::bound_tx || state == SessionState::bound_trx;
}
bool can_receive(SessionState state) {
    return state == SessionState::bound_rx || state == SessionState::bound_trx;
}
bool before_bind(SessionState state) {
    return state == SessionState::open || state == SessionState::outbound;
}

Command request_of(Command response) {
    return static_cast<Command>(static_cast<std::uint32_t>(response) & 0x7FFFFFFFU);
}

/// data_sm: 3.4 lets both sides send it in every bound state, 5.0 only where its messages may flow.
bool may_send_data_sm(Version version, Side side, SessionState state) {
    if (version < Version::v5_0) return is_bound(state);
    return side == Side::esme ? can_transmit(state) : can_receive(state);
}

bool may_request(Version version, Side side, SessionState state, Command request) {
    const bool esme = side == Side::esme;
    switch (request) {
        case Command::bind_transmitter:
        case Command::bind_receiver:
        case Command::bind_transceiver:
            return esme && before_bind(state);
        case Command::outbind:
            return !esme && state == SessionState::open;
        case Command::unbind:
            return is_bound(state);
        case Command::submit_sm:
        case Command::submit_multi:
        case Command::query_sm:
        case Command::query_last_msgs:
        case Command::query_msg_details:
        case Command::param_retrieve:
        case Command::cancel_sm:
        case Command::replace_sm:
        case Command::broadcast_sm:
        case Command::query_broadcast_sm:
        case Command::cancel_broadcast_sm:
            return esme && can_transmit(state);
        case Command::deliver_sm:
        case Command::alert_notification:
            return !esme && can_receive(state);
        case Command::data_sm:
            return may_send_data_sm(version, side, state);
        case Command::enquire_link:
        case Command::generic_nack:
            return state != SessionState::closed;
        default:
            return false;
    }
}

Side other(Side side) {
    return side == Side::esme ? Side::smsc : Side::esme;
}

/// A response may be sent where the other side may send its request, and after an unbind what any
/// bound session could have left open may still be answered.
bool may_respond(Version version, Side side, SessionState state, Command request) {
    if (state != SessionState::unbound) return may_request(version, other(side), state, request);
    for (const auto before :
         {SessionState::bound_tx, SessionState::bound_rx, SessionState::bound_trx}) {
        if (may_request(version, other(side), before, request)) return true;
    }
    return request == Command::enquire_link;
}

}  // namespace

std::string_view name(Side side) {
    return side == Side::esme ? "ESME" : "SMSC";
}

std::string_view name(SessionState state) {
    switch (state) {
        case SessionState::open:
            return "open";
        case SessionState::outbound:
            return "outbound";
        case SessionState::bound_tx:
            return "bound_tx";
        case SessionState::bound_rx:
            return "bound_rx";
        case SessionState::bound_trx:
            return "bound_trx";
        case SessionState::unbound:
            return "unbound";
        case SessionState::closed:
            return "closed";
    }
    return {};
}

bool is_defined(Version version, Command command) {
    if (!is_known(command)) return false;
    switch (request_of(command)) {  // generic_nack is nobody's response and falls to the last line
        case Command::broadcast_sm:
        case Command::query_broadcast_sm:
        case Command::cancel_broadcast_sm:
            return version >= Version::v5_0;
        case Command::bind_transceiver:
        case Command::outbind:
        case Command::data_sm:
        case Command::alert_notification:
            return version >= Version::v3_4;
        case Command::param_retrieve:
        case Command::query_last_msgs:
        case Command::query_msg_details:
            return version == Version::v3_3;
        default:
            return true;
    }
}

bool may_send(Version version, Side side, SessionState state, Command command) {
    if (!is_defined(version, command)) return false;
    if (command == Command::generic_nack || !is_response(command)) {
        return may_request(version, side, state, command);
    }
    return may_respond(version, side, state, request_of(command));
}

Status judge(Version version, Side sender, SessionState state, Command command) {
    if (!is_defined(version, command)) return Status::ESME_RINVCMDID;
    return may_send(version, sender, state, command) ? Status::ESME_ROK : Status::ESME_RINVBNDSTS;
}

std::optional<SessionState> bound_by(Command bind) {
    switch (bind) {
        case Command::bind_transmitter:
            return SessionState::bound_tx;
        case Command::bind_receiver:
            return SessionState::bound_rx;
        case Command::bind_transceiver:
            return SessionState::bound_trx;
        default:
            return std::nullopt;
    }
}

}  // namespace parley::smpp
