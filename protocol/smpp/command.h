#pragma once
// command_id values (SMPP 3.4 §5.1.2.1, 5.0 §4.7.5; 3.3 table 7-2 for what only 3.3 has) and what
// follows from the number alone.

#include <cstdint>
#include <string_view>

namespace parley::smpp {

enum class Command : std::uint32_t {
    bind_receiver = 0x00000001,
    bind_transmitter = 0x00000002,
    query_sm = 0x00000003,
    submit_sm = 0x00000004,
    deliver_sm = 0x00000005,
    unbind = 0x00000006,
    replace_sm = 0x00000007,
    cancel_sm = 0x00000008,
    bind_transceiver = 0x00000009,
    outbind = 0x0000000B,
    enquire_link = 0x00000015,
    submit_multi = 0x00000021,
    param_retrieve = 0x00000022,  // 3.3 only, like the two after it
    query_last_msgs = 0x00000023,
    query_msg_details = 0x00000024,
    alert_notification = 0x00000102,
    data_sm = 0x00000103,
    broadcast_sm = 0x00000111,
    query_broadcast_sm = 0x00000112,
    cancel_broadcast_sm = 0x00000113,

    generic_nack = 0x80000000,
    bind_receiver_resp = 0x80000001,
    bind_transmitter_resp = 0x80000002,
    query_sm_resp = 0x80000003,
    submit_sm_resp = 0x80000004,
    deliver_sm_resp = 0x80000005,
    unbind_resp = 0x80000006,
    replace_sm_resp = 0x80000007,
    cancel_sm_resp = 0x80000008,
    bind_transceiver_resp = 0x80000009,
    enquire_link_resp = 0x80000015,
    submit_multi_resp = 0x80000021,
    param_retrieve_resp = 0x80000022,
    query_last_msgs_resp = 0x80000023,
    query_msg_details_resp = 0x80000024,
    data_sm_resp = 0x80000103,
    broadcast_sm_resp = 0x80000111,
    query_broadcast_sm_resp = 0x80000112,
    cancel_broadcast_sm_resp = 0x80000113,
};

constexpr bool is_response(Command command) {
    return (static_cast<std::uint32_t>(command) & 0x80000000U) != 0;
}

/// The response id is computed, never typed, so that a copied handler cannot answer the wrong bind.
constexpr Command response_to(Command request) {
    return static_cast<Command>(static_cast<std::uint32_t>(request) | 0x80000000U);
}

/// "submit_sm"; empty for a value the specification does not define.
std::string_view name(Command command);
inline bool is_known(Command command) {
    return !name(command).empty();
}

}  // namespace parley::smpp
