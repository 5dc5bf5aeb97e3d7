#include "engine/session/esme_session.h"

namespace parley::session {

std::string_view name(LinkState state) {
    switch (state) {
        case LinkState::waiting:
            return "waiting";
        case LinkState::connecting:
            return "connecting";
        case LinkState::open:
            return "open";
        case LinkState::binding:
            return "binding";
        case LinkState::bound:
            return "bound";
        case LinkState::draining:
            return "draining";
        case LinkState::unbinding:
            return "unbinding";
        case LinkState::stopped:
            return "stopped";
    }
    return "";
}

std::string_view name(LinkEnd end) {
    switch (end) {
        case LinkEnd::none:
            return "none";
        case LinkEnd::connect_failed:
            return "connect_failed";
        case LinkEnd::connect_timeout:
            return "connect_timeout";
        case LinkEnd::tls_failed:
            return "tls_failed";
        case LinkEnd::bind_refused:
            return "bind_refused";
        case LinkEnd::bind_timeout:
            return "bind_timeout";
        case LinkEnd::outbind_refused:
            return "outbind_refused";
        case LinkEnd::outbind_timeout:
            return "outbind_timeout";
        case LinkEnd::peer_closed:
            return "peer_closed";
        case LinkEnd::peer_unbound:
            return "peer_unbound";
        case LinkEnd::probe_timeout:
            return "probe_timeout";
        case LinkEnd::unanswered:
            return "unanswered";
        case LinkEnd::write_stalled:
            return "write_stalled";
        case LinkEnd::framing_lost:
            return "framing_lost";
        case LinkEnd::inactive:
            return "inactive";
        case LinkEnd::stopped:
            return "stopped";
    }
    return "";
}

std::string_view name(Oddity::Kind kind) {
    switch (kind) {
        case Oddity::Kind::late_answer:
            return "late_answer";
        case Oddity::Kind::unexpected_answer:
            return "unexpected_answer";
        case Oddity::Kind::malformed:
            return "malformed";
        case Oddity::Kind::unknown_command:
            return "unknown_command";
        case Oddity::Kind::nacked:
            return "nacked";
        case Oddity::Kind::tlv_broken:
            return "tlv_broken";
    }
    return "";
}

}  // namespace parley::session
