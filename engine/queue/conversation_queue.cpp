#include "engine/queue/conversation_queue.h"

#include <algorithm>

namespace parley::queue {

bool ConversationQueue::arrive(const storage::ConversationId& conversation,
                               storage::Message* message) {
    const auto [place, fresh] = turns_.try_emplace(conversation);
    Turn& turn = place->second;
    if (fresh) {
        turn.in_flight = message->id;
        return true;
    }
    if (!turn.backlog) turn.backlog = std::make_unique<std::deque<storage::Message*>>();
    turn.backlog->push_back(message);
    ++waiting_;
    if (message->expires_at != 0) expiring_.emplace(message->expires_at, message->id);
    return false;
}

void ConversationQueue::note_leaving(const storage::Message& message) {
    --waiting_;
    expiring_.erase({message.expires_at, message.id});
}

void ConversationQueue::expires_otherwise(const storage::Message& message, storage::UnixMs before) {
    if (expiring_.erase({before, message.id}) == 0) return;
    expiring_.emplace(message.expires_at, message.id);
}

storage::MessageId ConversationQueue::first_to_expire() const {
    return expiring_.empty() ? storage::MessageId{} : expiring_.begin()->second;
}

std::optional<storage::UnixMs> ConversationQueue::next_expiry() const {
    if (expiring_.empty()) return std::nullopt;
    return expiring_.begin()->first;
}

bool ConversationQueue::remove(const storage::ConversationId& conversation,
                               const storage::Message* message) {
    const auto place = turns_.find(conversation);
    if (place == turns_.end() || !place->second.backlog) return false;
    auto& backlog = *place->second.backlog;
    const auto found = std::find(backlog.begin(), backlog.end(), message);
    if (found == backlog.end()) return false;
    backlog.erase(found);
    note_leaving(*message);
    return true;
}

storage::MessageId ConversationQueue::in_flight(const storage::ConversationId& conversation) const {
    const auto place = turns_.find(conversation);
    return place == turns_.end() ? storage::MessageId{} : place->second.in_flight;
}

storage::Message* ConversationQueue::answered(const storage::ConversationId& conversation,
                                              storage::MessageId message) {
    const auto place = turns_.find(conversation);
    if (place == turns_.end() || place->second.in_flight != message) return nullptr;
    Turn& turn = place->second;
    if (!turn.backlog || turn.backlog->empty()) {
        turns_.erase(place);
        return nullptr;
    }
    storage::Message* next = turn.backlog->front();
    turn.backlog->pop_front();
    note_leaving(*next);
    turn.in_flight = next->id;
    return next;
}

}  // namespace parley::queue
