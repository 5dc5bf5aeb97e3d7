#pragma once
// Who may see what: one rule for every handler.

#include "engine/api/auth.h"
#include "storage/message.h"

namespace parley::api {

/// Its own messages, and what people wrote to its brand's senders: an account that shares a brand
/// with another sees the contact's words but not the other's messages. An operator sees all.
inline bool may_see(const Caller& caller, const storage::Message& message) {
    if (caller.is_operator || message.account == caller.account) return true;
    return message.direction == storage::Direction::inbound && caller.owns(message.to);
}

}  // namespace parley::api
