#pragma once
// Who waits for whom: contacts whose last word has no answer yet, and what we said last to whom, so
// that a reply is told from a first word. Knows this process' life only, and a bounded part of it;
// figures come from here, no decision does. Holds no clock.

#include "storage/message.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace parley::conversation {

class Attention {
public:
    static constexpr std::size_t waiting_max = 1U << 14U;          // contacts
    static constexpr std::size_t remembered = 1U << 15U;           // conversations that we wrote to
    static constexpr std::int64_t octets_max = 2LL << 20U;         // that all of it takes
    static constexpr storage::UnixMs patience = 72LL * 3'600'000;  // nobody will answer any more

    struct Reply {
        storage::MessageClass to;  // the class of what we had said
        std::int64_t after_ms = 0;
    };

    /// The contact wrote. wants_answer: a person or program of ours should say something; an
    /// opt-out or a keyword that was answered by itself does not. The first word after ours is a
    /// reply.
    std::optional<Reply> heard(const storage::ConversationId& conversation, storage::UnixMs at,
                               bool wants_answer);
    /// We wrote. How long the contact had waited for it, in ms; empty when it did not wait.
    std::optional<std::int64_t> said(const storage::ConversationId& conversation,
                                     storage::MessageClass message_class, storage::UnixMs at);
    /// Those who waited for longer than patience are given up.
    void forget_old(storage::UnixMs now);

    std::size_t waiting() const { return waiting_.size(); }
    /// Since when the contact that has waited longest waits.
    std::optional<storage::UnixMs> oldest() const;

private:
    struct Wait {
        storage::ConversationId conversation;
        storage::UnixMs since;
    };
    struct Said {
        storage::ConversationId conversation;
        storage::UnixMs at = 0;  // 0: nothing, or replied to
        storage::MessageClass message_class{};
    };
    bool still_waits(const Wait& wait) const;
    void tidy();
    Said& slot_of(const storage::ConversationId& conversation);

    boost::unordered_flat_map<storage::ConversationId, storage::UnixMs,
                              std::hash<storage::ConversationId>>
        waiting_;
    std::deque<Wait> order_;  // oldest first; may hold some who wait no longer, never at its front
    // A conversation has one place, which another may take: the last word to most of those written
    // to lately, at the price of one look.
    std::vector<Said> said_;
};

}  // namespace parley::conversation
