// JournalStore: forgetting what is older than the operator keeps. Oldest first, whole pages, each
// message with its place in its thread and among the dead letters.

#include "storage/errors.h"
#include "storage/journal_store.h"
#include "storage/keys.h"

namespace parley::storage {

namespace {

// At some 3 µs each: the storage thread is away for no more than a few slow commits.
constexpr std::size_t messages_per_call_max = 5000;

/// The index entries of a message that goes.
void erase_entries(Batch& batch, const Message& message) {
    if (is_dead_letter(message.status))
        batch.erase(Family::dead_letters, keys::number(message.id.value));
    batch.erase(Family::threads, keys::thread(message.conversation(), message.id.value));
}

}  // namespace

bool JournalStore::drop_before(UnixMs accepted_before) {
    Batch batch;
    std::size_t budget = messages_per_call_max;
    const bool more_pages = drop_pages(accepted_before, budget, batch);
    const bool more_late = drop_late(accepted_before, budget, batch);
    if (batch.size() == 0) return false;
    // Not synced: a crash only means to do it again.
    if (auto error = kv_->write(batch, false)) {
        read_error_ = std::move(error);
        pages_from_.clear();
        return false;
    }
    return more_pages || more_late;
}

bool JournalStore::drop_pages(UnixMs accepted_before, std::size_t& budget, Batch& batch) {
    bool more = false;
    scan(Family::pages, pages_from_, {}, Kv::Order::ascending,
         [&](std::string_view key, std::string_view value) {
             pages_from_ = key;
             const SectionId section = ItemId{keys::last_number(key)}.section();
             const PageReader page(value);
             std::vector<Message> messages;
             for (std::size_t n = 0; n < page.size(); ++n) {
                 const PageReader::Item item = page.item(n);
                 auto message = decode_message(ItemId::of(section, item.index), item.message);
                 if (!message) continue;
                 if (message->accepted_at >= accepted_before) return false;  // pages rise with time
                 messages.push_back(std::move(*message));
             }
             more = budget == 0;
             if (more) return false;
             batch.erase(Family::pages, key);
             for (const Message& message : messages)
                 erase_entries(batch, message);
             budget -= std::min(budget, messages.size());
             return true;
         });
    return more;
}

bool JournalStore::drop_late(UnixMs accepted_before, std::size_t& budget, Batch& batch) {
    bool more = false;
    scan(Family::late, {}, {}, Kv::Order::ascending,
         [&](std::string_view key, std::string_view value) {
             const auto message = decode_message({keys::last_number(key)}, value);
             if (message && message->accepted_at >= accepted_before) return false;
             more = budget == 0;
             if (more) return false;
             batch.erase(Family::late, key);
             if (message) erase_entries(batch, *message);
             --budget;
             return true;
         });
    return more;
}

}  // namespace parley::storage
