#include "engine/session/pdu_tally.h"

namespace parley::session {

std::string_view name(PduType type) {
    constexpr std::array<std::string_view, pdu_types> names{
        "bind",       "bind_resp",       "submit_sm",    "submit_sm_resp",
        "deliver_sm", "deliver_sm_resp", "data_sm",      "data_sm_resp",
        "query_sm",   "query_sm_resp",   "cancel_sm",    "cancel_sm_resp",
        "replace_sm", "replace_sm_resp", "enquire_link", "enquire_link_resp",
        "unbind",     "unbind_resp",     "generic_nack", "other"};
    return names[static_cast<std::size_t>(type)];
}

PduType type_of(smpp::Command command) {
    using smpp::Command;
    switch (command) {
        case Command::bind_transmitter:
        case Command::bind_receiver:
        case Command::bind_transceiver:
            return PduType::bind;
        case Command::bind_transmitter_resp:
        case Command::bind_receiver_resp:
        case Command::bind_transceiver_resp:
            return PduType::bind_resp;
        case Command::submit_sm:
            return PduType::submit_sm;
        case Command::submit_sm_resp:
            return PduType::submit_sm_resp;
        case Command::deliver_sm:
            return PduType::deliver_sm;
        case Command::deliver_sm_resp:
            return PduType::deliver_sm_resp;
        case Command::data_sm:
            return PduType::data_sm;
        case Command::data_sm_resp:
            return PduType::data_sm_resp;
        case Command::query_sm:
            return PduType::query_sm;
        case Command::query_sm_resp:
            return PduType::query_sm_resp;
        case Command::cancel_sm:
            return PduType::cancel_sm;
        case Command::cancel_sm_resp:
            return PduType::cancel_sm_resp;
        case Command::replace_sm:
            return PduType::replace_sm;
        case Command::replace_sm_resp:
            return PduType::replace_sm_resp;
        case Command::enquire_link:
            return PduType::enquire_link;
        case Command::enquire_link_resp:
            return PduType::enquire_link_resp;
        case Command::unbind:
            return PduType::unbind;
        case Command::unbind_resp:
            return PduType::unbind_resp;
        case Command::generic_nack:
            return PduType::generic_nack;
        default:
            return PduType::other;
    }
}

}  // namespace parley::session
