// JournalStore: finding one thing, or the next few in order.

#include "storage/errors.h"
#include "storage/journal_store.h"
#include "storage/keys.h"
#include "storage/records.h"

#include <algorithm>

namespace parley::storage {

std::optional<Message> JournalStore::find_message(MessageId id) {
    if (const auto settled = retirer_.find(id)) return decode_message(id, *settled);
    // A section that still has its record has no page yet.
    if (!retirer_.knows(id.section())) {
        if (auto message = find_in_page(id)) return message;
        if (const auto late = get(Family::late, keys::number(id.value))) {
            return decode_message(id, *late);
        }
    }
    if (auto message = find_live(id, true)) return message;
    return find_live(id, false);
}

std::optional<Message> JournalStore::find_awaiting(std::string_view carrier,
                                                   std::string_view carrier_message_id,
                                                   const text::MessageIdForm& form) {
    const std::string wanted = form.from_receipt(carrier_message_id);
    std::string from = keys::words(carrier, wanted, true);
    std::string to = from;
    keys::append_number(from, 0);
    keys::append_number(to, UINT64_MAX);
    std::vector<ItemId> ids;  // nearly always one: carriers that reuse their ids are rare
    scan(Family::awaiting, from, to, Kv::Order::ascending, [&](std::string_view key, auto) {
        ids.push_back({keys::last_number(key)});
        return true;
    });
    for (; !ids.empty(); ids.pop_back()) {
        auto message = find_live(ids.back(), true);
        if (message && message->carrier == carrier &&
            std::ranges::any_of(message->segments, [&](const Segment& segment) {
                return form.from_response(segment.carrier_message_id) == wanted;
            })) {
            return message;
        }
    }
    return {};
}

std::vector<ThreadEntry> JournalStore::thread(const ConversationId& id, MessageId before,
                                              std::size_t limit) {
    std::vector<ThreadEntry> out;
    if (limit == 0) return out;
    const std::string from = keys::thread(id, before ? before.value - 1 : UINT64_MAX);
    scan(Family::threads, from, keys::thread(id, 0), Kv::Order::ascending,
         [&](std::string_view key, std::string_view value) {
             const bool inbound = value == std::string_view("\1", 1);
             out.push_back({{keys::newest_first(keys::last_number(key))},
                            inbound ? Direction::inbound : Direction::outbound});
             return out.size() < limit;
         });
    return out;
}

std::optional<Suppression> JournalStore::find_suppression(std::string_view scope,
                                                          std::string_view contact) {
    const auto value = get(Family::suppressions, keys::words(scope, contact));
    if (!value) return {};
    Suppression suppression;
    if (records::decode(*value, suppression)) return suppression;
    // Whoever was suppressed stays suppressed, even if nobody can say why any more.
    read_error_ =
        corrupt("the suppression of a contact in scope " + std::string(scope) + " does not decode");
    return Suppression{.scope = std::string(scope), .contact = std::string(contact)};
}

std::vector<Suppression> JournalStore::list_suppressions(std::string_view scope,
                                                         std::string_view after,
                                                         std::size_t limit) {
    std::vector<Suppression> out;
    if (limit == 0) return out;
    // The key after (scope, after) is that key and one octet more.
    const std::string from = keys::words(scope, after, !after.empty());
    std::string to(scope);
    to.push_back(keys::separator + 1);
    scan(Family::suppressions, from, to, Kv::Order::ascending, [&](auto, std::string_view value) {
        if (!records::decode(value, out.emplace_back())) {
            out.pop_back();
            read_error_ =
                corrupt("a suppression in scope " + std::string(scope) + " does not decode");
        }
        return out.size() < limit;
    });
    return out;
}

std::optional<StoreError> JournalStore::each_suppression(
    const std::function<void(std::string_view, std::string_view)>& visit) {
    std::optional<StoreError> problem;
    auto error = kv_->scan(Family::suppressions, {}, {}, Kv::Order::ascending,
                           [&](std::string_view key, auto) {
                               const std::size_t end = key.find(keys::separator);
                               if (end == std::string_view::npos) {
                                   problem = corrupt("a suppression's key does not decode");
                                   return false;
                               }
                               visit(key.substr(0, end), key.substr(end + 1));
                               return true;
                           });
    return error ? error : problem;
}

void JournalStore::each_evicted(MessageId after, UnixMs accepted_before,
                                const std::function<bool(Message&&)>& visit) {
    // The settled ones before the oldest leave gravestones in the disk's index; do not walk them at
    // every call.
    const bool from_oldest = after.value < evicted_from_.value || after.value == 0;
    const ItemId from_id{from_oldest ? evicted_from_.value : after.value + 1};
    const std::string from = keys::live(keys::evicted_prefix, from_id.value);
    const std::string to(1, keys::evicted_prefix + 1);
    bool first = from_oldest;
    scan(Family::live, from, to, Kv::Order::ascending,
         [&](std::string_view key, std::string_view value) {
             const ItemId id{keys::last_number(key)};
             if (std::exchange(first, false)) evicted_from_ = id;
             auto message = decode_live(id, true, value);
             if (!message) return true;
             if (message->accepted_at >= accepted_before) return false;  // ids rise with time
             return visit(std::move(*message));
         });
}

std::optional<StoreError> JournalStore::take_read_error() {
    return std::exchange(read_error_, std::nullopt);
}

std::optional<std::string> JournalStore::get(Family family, std::string_view key) {
    auto value = kv_->get(family, key);
    if (value) return std::move(*value);
    read_error_ = value.error();
    return {};
}

void JournalStore::scan(Family family, std::string_view from, std::string_view to, Kv::Order order,
                        const Kv::Visitor& visit) {
    if (auto error = kv_->scan(family, from, to, order, visit)) read_error_ = std::move(error);
}

std::optional<Message> JournalStore::decode_message(MessageId id, std::string_view octets) {
    Message message;
    if (records::decode(octets, message)) {
        message.id = id;
        return message;
    }
    read_error_ = corrupt("message " + to_text(id) + " does not decode");
    return {};
}

std::optional<Message> JournalStore::decode_live(MessageId id, bool evicted,
                                                 std::string_view octets) {
    live::Value value;
    if (!live::decode(octets, value)) {
        read_error_ = corrupt("the snapshot of " + to_text(id) + " does not decode");
        return {};
    }
    if (value.kind != live::Kind::message) return {};
    auto message = decode_message(id, value.item);
    if (message) {
        message->snapshotted = true;
        message->evicted = evicted;
    }
    return message;
}

std::optional<Message> JournalStore::find_live(MessageId id, bool evicted) {
    const char prefix = evicted ? keys::evicted_prefix : keys::live_prefix;
    const auto value = get(Family::live, keys::live(prefix, id.value));
    return value ? decode_live(id, evicted, *value) : std::nullopt;
}

std::optional<Message> JournalStore::find_in_page(MessageId id) {
    const MessageId first = MessageId::of(id.section(), page_of(id.index()));
    const auto page = get(Family::pages, keys::number(first.value));
    if (!page) return {};
    const PageReader reader(*page);
    if (!reader.ok()) {
        read_error_ = corrupt("page " + to_text(first) + " does not decode");
        return {};
    }
    const auto octets = reader.find(id.index());
    return octets ? decode_message(id, *octets) : std::nullopt;
}

}  // namespace parley::storage
