#pragma once
// Where a link stands, and why it is where it is not bound. The words are labels of metrics and
// members of the API, so both lists are fixed.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace parley::session {

enum class LinkState : std::uint8_t {
    waiting,     // until the next attempt, or until the carrier connects
    connecting,  // the driver was asked to dial
    open,        // the carrier has connected; its outbind is awaited
    binding,
    bound,
    draining,  // no new submits; waits for answers
    unbinding,
    stopped,  // for good: after drain() only
};
inline constexpr std::size_t link_states = static_cast<std::size_t>(LinkState::stopped) + 1;
std::string_view name(LinkState state);

/// Why a link is not, or no longer, bound.
enum class LinkEnd : std::uint8_t {
    none,
    connect_failed,
    connect_timeout,
    tls_failed,
    bind_refused,
    bind_timeout,
    outbind_refused,  // it named itself otherwise than it should
    outbind_timeout,  // the carrier connected and said nothing
    peer_closed,
    peer_unbound,
    probe_timeout,
    unanswered,  // it answered the probe, and of what it was asked after that nothing
    write_stalled,
    framing_lost,
    inactive,  // no message for inactivity_timeout: we unbound
    stopped,
};
inline constexpr std::size_t link_ends = static_cast<std::size_t>(LinkEnd::stopped) + 1;
std::string_view name(LinkEnd end);

}  // namespace parley::session
