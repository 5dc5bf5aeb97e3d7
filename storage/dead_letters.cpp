// JournalStore: messages that ended badly, newest first. They have an index of their own, written
// when one settles so; a message that was delivered costs nothing here.

#include "storage/errors.h"
#include "storage/journal_store.h"
#include "storage/keys.h"
#include "storage/records.h"

#include <algorithm>

namespace parley::storage {

namespace {

// At about a microsecond each, with filters that nearly none of them fits.
constexpr std::size_t entries_per_call_max = 10'000;

}  // namespace

bool DeadLetterFilter::fits(const Message& message) const {
    const auto wanted = [](const std::string& word, const std::string& is) {
        return word.empty() || word == is;
    };
    return wanted(account, message.account) && wanted(reason, message.reason) &&
           wanted(carrier, message.carrier) && wanted(contact, message.to) &&
           (statuses.empty() || std::ranges::find(statuses, message.status) != statuses.end()) &&
           message.accepted_at >= accepted_from &&
           (accepted_before == 0 || message.accepted_at < accepted_before);
}

std::vector<Message> JournalStore::dead_letters(const DeadLetterFilter& filter, MessageId before,
                                                std::size_t limit, MessageId* more) {
    std::vector<MessageId> ids;
    MessageId last;  // looked at
    bool left = false;
    std::size_t entries = 0;
    const std::string to = before ? keys::number(before.value) : std::string();
    scan(Family::dead_letters, {}, to, Kv::Order::descending,
         [&](std::string_view key, std::string_view value) {
             left = ids.size() >= limit || entries++ >= entries_per_call_max;
             if (left) return false;
             last = {keys::last_number(key)};
             Message found;
             if (!records::decode_dead_letter(value, found)) {
                 read_error_ = corrupt("the index entry of " + to_text(last) + " does not decode");
                 return true;
             }
             if (found.accepted_at < filter.accepted_from) return false;  // ids rise with time
             if (filter.fits(found)) ids.push_back(last);
             return true;
         });
    if (more != nullptr) *more = left ? last : MessageId();
    std::vector<Message> out;
    for (const MessageId id : ids) {
        if (auto message = find_message(id)) out.push_back(std::move(*message));
    }
    return out;
}

}  // namespace parley::storage
