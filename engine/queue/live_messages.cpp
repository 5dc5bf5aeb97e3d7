#include "engine/queue/live_messages.h"

namespace parley::queue {

void LiveMessages::put(std::unique_ptr<storage::Message> message) {
    const std::uint64_t id = message->id.value;
    std::unique_ptr<Page>& page = pages_[id / places];
    if (!page) page = spare_ ? std::move(spare_) : std::make_unique<Page>();
    std::unique_ptr<storage::Message>& place = page->messages[id % places];
    if (!place) {
        ++page->used;
        ++size_;
    }
    place = std::move(message);
}

storage::Message* LiveMessages::find(storage::MessageId id) const {
    const auto page = pages_.find(id.value / places);
    return page == pages_.end() ? nullptr : page->second->messages[id.value % places].get();
}

std::unique_ptr<storage::Message> LiveMessages::take(storage::MessageId id) {
    const auto found = pages_.find(id.value / places);
    if (found == pages_.end()) return nullptr;
    Page& page = *found->second;
    std::unique_ptr<storage::Message> message = std::move(page.messages[id.value % places]);
    if (!message) return nullptr;
    --size_;
    if (--page.used == 0) {
        spare_ = std::move(found->second);
        pages_.erase(found);
    }
    return message;
}

}  // namespace parley::queue
