#pragma once
// The operation matrix: who may send what in which state of a session (SMPP 3.4 §2.3 table 2-1, 5.0
// §2.4 table 2-1). Pure functions; the session keeps the state.

#include "protocol/smpp/version.h"

#include <cstdint>
#include <string_view>

namespace parley::smpp {

/// Who speaks: the ESME bound, the SMSC (5.0: message centre) was bound to.
enum class Side : std::uint8_t { esme, smsc };

/// SMPP 5.0 §2.3. In outbound the SMSC has sent outbind and waits to be bound to; in unbound an
/// unbind has been sent and the connection still stands.
enum class SessionState : std::uint8_t {
    open,
    outbound,
    bound_tx,
    bound_rx,
    bound_trx,
    unbound,
    closed
};
std::string_view name(Side side);
std::string_view name(SessionState state);

/// Whether this version has the command. 3.4 has new ones, and lacks three that only 3.3 has
/// (query_last_msgs, query_msg_details, param_retrieve).
bool is_defined(Version version, Command command);

/// What the version's table says, read as people use it:
/// - a transceiver may do all that a transmitter and a receiver may (3.4 §2.2.3), so replace_sm
/// too,
///   which 3.4's table forgets;
/// - in unbound what is open is still answered: responses that were allowed before are allowed;
/// - 3.4 asks for nothing but binds before a bind; enquire_link and generic_nack are allowed there
///   as in 5.0, because the session timers need them;
/// - 3.3 is 3.4 without transceivers, data_sm, outbind and alert_notification, and with the three
///   requests that only it has, which a transmitter sends (3.3 §5.5).
/// False for a command that the version does not know.
bool may_send(Version version, Side side, SessionState state, Command command);

/// How a receiver answers a PDU that `sender` sent: ESME_ROK when it may be acted on,
/// ESME_RINVBNDSTS for a request in a wrong state (5.0 §2.8.2), ESME_RINVCMDID for one that this
/// version does not define. Responses and what is never answered (outbind, alert_notification) that
/// do not belong get ESME_RINVBNDSTS too: it is for the caller's books, not for the peer.
Status judge(Version version, Side sender, SessionState state, Command command);

/// The state that a bind with this command leads to; empty for any other command.
std::optional<SessionState> bound_by(Command bind);

}  // namespace parley::smpp
