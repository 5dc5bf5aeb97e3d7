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
    return false;
}

bool ConversationQueue::remove(const storage::ConversationId& conversation,
                               const storage::Message* message) {
    const auto place = turns_.find(conversation);
    if (place == turns_.end() || !place->second.backlog) return false;
    auto& backlog = *place->second.backlog;
    const auto found = std::find(backlog.begin(), backlog.end(), message);
    if (found == backlog.end()) return false;
    backlog.erase(found);
    --waiting_;
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
    --waiting_;
    turn.in_flight = next->id;
    return next;
}

}  // namespace parley::queue
