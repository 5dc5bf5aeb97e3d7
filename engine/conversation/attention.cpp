#include "engine/conversation/attention.h"

#include <utility>

namespace parley::conversation {

using storage::ConversationId;
using storage::UnixMs;

bool Attention::still_waits(const Wait& wait) const {
    const auto found = waiting_.find(wait.conversation);
    return found != waiting_.end() && found->second == wait.since;
}

/// Keeps the promise that the front waits, and the list in proportion to those who do.
void Attention::tidy() {
    while (!order_.empty() && !still_waits(order_.front()))
        order_.pop_front();
    if (order_.size() > 2 * waiting_.size() + 1'024)
        std::erase_if(order_, [this](const Wait& wait) { return !still_waits(wait); });
}

Attention::Said& Attention::slot_of(const ConversationId& conversation) {
    if (said_.empty()) said_.resize(remembered);
    return said_[std::hash<ConversationId>{}(conversation) % remembered];
}

std::optional<Attention::Reply> Attention::heard(const ConversationId& conversation, UnixMs at,
                                                 bool wants_answer) {
    if (!wants_answer) {
        if (waiting_.erase(conversation) != 0) tidy();
    } else if (waiting_.emplace(conversation, at).second) {
        order_.push_back({conversation, at});
        if (waiting_.size() > waiting_max) {
            waiting_.erase(order_.front().conversation);
            tidy();
        }
    }
    if (said_.empty()) return std::nullopt;
    Said& last = slot_of(conversation);
    if (last.at == 0 || last.conversation != conversation) return std::nullopt;
    return Reply{last.message_class, at - std::exchange(last.at, 0)};
}

std::optional<std::int64_t> Attention::said(const ConversationId& conversation,
                                            storage::MessageClass message_class, UnixMs at) {
    slot_of(conversation) = {conversation, at, message_class};
    const auto found = waiting_.find(conversation);
    if (found == waiting_.end()) return std::nullopt;
    const std::int64_t waited = at - found->second;
    waiting_.erase(found);
    tidy();
    return waited;
}

void Attention::forget_old(UnixMs now) {
    while (!order_.empty() && order_.front().since + patience < now) {
        waiting_.erase(order_.front().conversation);
        tidy();
    }
}

std::optional<UnixMs> Attention::oldest() const {
    if (order_.empty()) return std::nullopt;
    return order_.front().since;
}

}  // namespace parley::conversation
