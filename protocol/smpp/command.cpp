#include "protocol/smpp/command.h"

namespace parley::smpp {

std::string_view name(Command command) {
    switch (command) {
        case Command::bind_receiver:
            return "bind_receiver";
        case Command::bind_transmitter:
            return "bind_transmitter";
        case Command::query_sm:
            return "query_sm";
        case Command::submit_sm:
            return "submit_sm";
        case Command::deliver_sm:
            return "deliver_sm";
        case Command::unbind:
            return "unbind";
        case Command::replace_sm:
            return "replace_sm";
        case Command::cancel_sm:
            return "cancel_sm";
        case Command::bind_transceiver:
            return "bind_transceiver";
        case Command::outbind:
            return "outbind";
        case Command::enquire_link:
            return "enquire_link";
        case Command::submit_multi:
            return "submit_multi";
        case Command::param_retrieve:
            return "param_retrieve";
        case Command::query_last_msgs:
            return "query_last_msgs";
        case Command::query_msg_details:
            return "query_msg_details";
        case Command::alert_notification:
            return "alert_notification";
        case Command::data_sm:
            return "data_sm";
        case Command::broadcast_sm:
            return "broadcast_sm";
        case Command::query_broadcast_sm:
            return "query_broadcast_sm";
        case Command::cancel_broadcast_sm:
            return "cancel_broadcast_sm";
        case Command::generic_nack:
            return "generic_nack";
        case Command::bind_receiver_resp:
            return "bind_receiver_resp";
        case Command::bind_transmitter_resp:
            return "bind_transmitter_resp";
        case Command::query_sm_resp:
            return "query_sm_resp";
        case Command::submit_sm_resp:
            return "submit_sm_resp";
        case Command::deliver_sm_resp:
            return "deliver_sm_resp";
        case Command::unbind_resp:
            return "unbind_resp";
        case Command::replace_sm_resp:
            return "replace_sm_resp";
        case Command::cancel_sm_resp:
            return "cancel_sm_resp";
        case Command::bind_transceiver_resp:
            return "bind_transceiver_resp";
        case Command::enquire_link_resp:
            return "enquire_link_resp";
        case Command::submit_multi_resp:
            return "submit_multi_resp";
        case Command::param_retrieve_resp:
            return "param_retrieve_resp";
        case Command::query_last_msgs_resp:
            return "query_last_msgs_resp";
        case Command::query_msg_details_resp:
            return "query_msg_details_resp";
        case Command::data_sm_resp:
            return "data_sm_resp";
        case Command::broadcast_sm_resp:
            return "broadcast_sm_resp";
        case Command::query_broadcast_sm_resp:
            return "query_broadcast_sm_resp";
        case Command::cancel_broadcast_sm_resp:
            return "cancel_broadcast_sm_resp";
    }
    return {};
}

}  // namespace parley::smpp
