// JournalStore: under which form of ids evicted messages are found. It is a setting, so it may be
// another one after a restart, and keys of the one before would find nothing.

#include "storage/journal_store.h"
#include "storage/keys.h"

namespace parley::storage {

namespace {

constexpr std::string_view form_prefix{"id_form\0", 8};  // in "meta", before a carrier
constexpr std::size_t changes_per_batch = 10'000;

std::string form_key(std::string_view carrier) {
    std::string key(form_prefix);
    return key.append(carrier);
}

/// "acme\0": with what all of the carrier's keys begin.
std::string begin_of(std::string_view carrier) {
    std::string key(carrier);
    key.push_back(keys::separator);
    return key;
}

}  // namespace

std::optional<StoreError> JournalStore::use_id_form(std::string_view carrier,
                                                    const text::MessageIdForm& form) {
    const std::string written = text::to_yaml(form);
    const auto before = kv_->get(Family::meta, form_key(carrier));
    if (!before) return before.error();
    // A version that wrote no forms used that of its configuration: which one, nobody knows.
    if (*before && **before == written) return {};
    if (evicted_ != 0) {
        if (auto error = erase_awaiting(carrier)) return error;
        if (auto error = write_awaiting(carrier, form)) return error;
    }
    Batch batch;
    batch.put(Family::meta, form_key(carrier), written);
    return kv_->write(batch, true);
}

std::optional<StoreError> JournalStore::erase_awaiting(std::string_view carrier) {
    std::string from = begin_of(carrier);
    std::string to = from;
    to.back() = keys::separator + 1;
    while (true) {
        Batch batch;
        std::string next;
        const auto erase = [&](std::string_view key, std::string_view) {
            if (batch.size() == changes_per_batch)
                next = key;
            else
                batch.erase(Family::awaiting, key);
            return next.empty();
        };
        if (auto error = kv_->scan(Family::awaiting, from, to, Kv::Order::ascending, erase))
            return error;
        if (batch.size() == 0) return {};
        if (auto error = kv_->write(batch, false)) return error;
        if (next.empty()) return {};
        from = std::move(next);
    }
}

std::optional<StoreError> JournalStore::write_awaiting(std::string_view carrier,
                                                       const text::MessageIdForm& form) {
    std::optional<StoreError> problem;
    Batch batch;
    std::deque<std::string> places;  // the values: the batch only refers to them
    const auto write = [&] {
        if (batch.size() != 0) problem = kv_->write(batch, false);
        batch.clear();
        places.clear();
        return !problem;
    };
    each_evicted({}, INT64_MAX, [&](Message&& message) {
        if (message.carrier != carrier) return true;
        for (std::size_t n = 0; n < message.segments.size(); ++n) {
            const std::string& id = message.segments[n].carrier_message_id;
            if (id.empty()) continue;
            std::string key = keys::words(carrier, form.from_response(id), true);
            keys::append_number(key, message.id.value);
            batch.put(Family::awaiting, key, places.emplace_back(1, static_cast<char>(n)));
        }
        return batch.size() < changes_per_batch || write();
    });
    if (!problem) write();
    if (problem) return problem;
    return take_read_error();
}

}  // namespace parley::storage
