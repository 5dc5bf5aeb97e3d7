// JournalStore: conversations by newest activity. There is no index for it: the store walks its
// messages backwards and keeps those that are the newest of their thread. Each call looks at a
// bounded number of them.

#include "storage/entries.h"
#include "storage/errors.h"
#include "storage/journal_store.h"
#include "storage/keys.h"

#include <algorithm>

namespace parley::storage {

namespace {

constexpr std::size_t messages_per_call_max = 2000;
constexpr std::size_t sections_per_call_max = 500;  // a quiet system has one message in each

}  // namespace

std::vector<ConversationEntry> JournalStore::recent_conversations(std::string_view account,
                                                                  MessageId before,
                                                                  std::size_t limit,
                                                                  MessageId* more) {
    if (!before) before.value = UINT64_MAX;
    std::vector<ConversationEntry> out;
    std::size_t messages = 0;
    std::size_t sections = 0;
    MessageId last = before;  // looked at
    for (SectionId section = section_before(before.section() + 1); section > 0;
         section = section_before(section)) {
        for (Message& message : messages_of(section)) {
            if (message.id >= before) continue;
            if (out.size() >= limit || messages++ >= messages_per_call_max) {
                if (more != nullptr) *more = last;
                return out;
            }
            last = message.id;
            if (message.account != account || !is_newest_of_its_thread(message)) continue;
            const ConversationId id = message.conversation();
            out.push_back({id, std::move(message)});
        }
        if (++sections >= sections_per_call_max) {
            if (more != nullptr) *more = ItemId::of(section, 0);
            return out;
        }
    }
    if (more != nullptr) *more = {};
    return out;
}

/// Looks near by first: a scan walks over whatever was deleted in its range, and of the journal and
/// of the live items nearly everything has been.
SectionId JournalStore::section_before(SectionId section) {
    section = std::min<SectionId>(section, retirer_.newest() + 1);  // the newest always stays
    for (SectionId span = 16;; span *= 8) {
        const SectionId low = section > span ? section - span : 0;
        const SectionId found = newest_section_within(low, section);
        if (found != 0 || low == 0) return found;
    }
}

SectionId JournalStore::newest_section_within(SectionId low, SectionId end) {
    SectionId found = 0;
    const auto newest = [&](Family family, const std::string& from, const std::string& to,
                            bool names_item) {
        scan(family, from, to, Kv::Order::descending, [&](std::string_view key, auto) {
            const std::uint64_t number = keys::last_number(key);
            found = std::max(found, names_item ? ItemId{number}.section() : number);
            return false;
        });
    };
    const std::uint64_t first_item = ItemId::of(low, 0).value;
    const std::uint64_t end_item = ItemId::of(end, 0).value;
    newest(Family::journal, keys::number(low), keys::number(end), false);
    newest(Family::pages, keys::number(first_item), keys::number(end_item), true);
    newest(Family::late, keys::number(first_item), keys::number(end_item), true);
    for (const char prefix : {keys::live_prefix, keys::evicted_prefix}) {
        newest(Family::live, keys::live(prefix, first_item), keys::live(prefix, end_item), true);
    }
    return found;
}

std::vector<Message> JournalStore::messages_of(SectionId section) {
    std::vector<Message> out;
    if (retirer_.knows(section)) {
        add_journaled(section, out);
    } else {
        add_settled(section, out);
    }
    std::ranges::sort(out, std::ranges::greater(), &Message::id);
    return out;
}

void JournalStore::add_journaled(SectionId section, std::vector<Message>& out) {
    const auto record = get(Family::journal, keys::number(section));
    if (!record) return;
    entries::RecordReader reader(section, *record);
    for (entries::Entry entry; reader.next(entry);) {
        auto* const born = std::get_if<Message>(&entry.body);
        if (born == nullptr) continue;
        // As it was promised, unless a newer state is at hand; the shard has the newest.
        auto newer = find_message(entry.item);
        out.push_back(newer ? std::move(*newer) : std::move(*born));
        out.back().id = entry.item;
    }
    if (!reader.problem().empty()) {
        read_error_ =
            corrupt("journal section " + std::to_string(section) + ": " + reader.problem());
    }
}

void JournalStore::add_settled(SectionId section, std::vector<Message>& out) {
    const std::uint64_t from = ItemId::of(section, 0).value;
    const std::uint64_t to = ItemId::of(section, items_per_section_max - 1).value + 1;
    scan(Family::pages, keys::number(from), keys::number(to), Kv::Order::ascending,
         [&](auto, std::string_view value) {
             const PageReader page(value);
             for (std::size_t n = 0; n < page.size(); ++n) {
                 const PageReader::Item item = page.item(n);
                 auto message = decode_message(ItemId::of(section, item.index), item.message);
                 if (message) out.push_back(std::move(*message));
             }
             return true;
         });
    scan(Family::late, keys::number(from), keys::number(to), Kv::Order::ascending,
         [&](std::string_view key, std::string_view value) {
             auto message = decode_message({keys::last_number(key)}, value);
             if (message) out.push_back(std::move(*message));
             return true;
         });
    for (const char prefix : {keys::live_prefix, keys::evicted_prefix}) {
        scan(Family::live, keys::live(prefix, from), keys::live(prefix, to), Kv::Order::ascending,
             [&](std::string_view key, std::string_view value) {
                 auto message =
                     decode_live({keys::last_number(key)}, prefix == keys::evicted_prefix, value);
                 if (message) out.push_back(std::move(*message));
                 return true;
             });
    }
}

bool JournalStore::is_newest_of_its_thread(const Message& message) {
    const std::vector<ThreadEntry> newest = thread(message.conversation(), {}, 1);
    return !newest.empty() && newest.front().id == message.id;
}

}  // namespace parley::storage
