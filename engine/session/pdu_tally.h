#pragma once
// How many PDUs of which type a link has read and written, over all its sessions. Plain numbers:
// the session's owner takes them over from time to time.

#include "protocol/smpp/command.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace parley::session {

/// A fixed list: it is a metric label. bind stands for all three, other for what we do not know.
enum class PduType : std::uint8_t {
    bind,
    bind_resp,
    submit_sm,
    submit_sm_resp,
    deliver_sm,
    deliver_sm_resp,
    data_sm,
    data_sm_resp,
    query_sm,
    query_sm_resp,
    cancel_sm,
    cancel_sm_resp,
    replace_sm,
    replace_sm_resp,
    enquire_link,
    enquire_link_resp,
    unbind,
    unbind_resp,
    generic_nack,
    other,
};
inline constexpr std::size_t pdu_types = 20;
std::string_view name(PduType type);
PduType type_of(smpp::Command command);

struct PduTally {
    std::array<std::uint64_t, pdu_types> in{};
    std::array<std::uint64_t, pdu_types> out{};

    void read(smpp::Command command) { ++in[static_cast<std::size_t>(type_of(command))]; }
    void wrote(smpp::Command command) { ++out[static_cast<std::size_t>(type_of(command))]; }
};

}  // namespace parley::session
