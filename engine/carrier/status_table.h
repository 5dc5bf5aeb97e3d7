#pragma once
// What a sender does about a command_status where its carrier's dialect does not say otherwise.

#include "config/config.h"
#include "protocol/smpp/status.h"

namespace parley::carrier {

/// sent: the carrier has it. throttle: too fast; the message goes back to the head of its queue and
/// spends no retry, and the carrier's rate falls (or the carrier rests). pause_link: the same, and
/// only this link rests. pause_destination: only this message rests, and spends no retry; when many
/// destinations say so it is the carrier, whose rate falls. retry: temporary; again after a growing
/// wait, then the next carrier. fail_over: the next carrier at once. fail: for good. suppress: for
/// good, and the contact is opted out. usual: what reaction_to() says, which never says it itself.
using config::Reaction;

/// peers.md §5c: throttle 0x58, pause_destination 0x14, retry 0x08, 0x64 and the bind-state error;
/// all else fails, because vendors answer 0x45 for blocked content and a blind retry would be paid
/// twice.
Reaction reaction_to(smpp::Status status);

}  // namespace parley::carrier
