#include "tools/loadgen/receipt_book.h"

#include <functional>

namespace parley::loadgen {

ReceiptBook::ReceiptBook(text::MessageIdForm form)
    : form_(std::move(form)), as_is_(form_ == text::MessageIdForm{}) {}

std::uint64_t ReceiptBook::hash_of(std::string_view id) {
    return std::hash<std::string_view>{}(id);
}

ReceiptBook::Found ReceiptBook::expect(std::string_view message_id, std::int64_t sent_ns) {
    const auto key = as_is_ ? hash_of(message_id) : hash_of(form_.from_response(message_id));
    const auto [entry, added] =
        map_of(key).try_emplace(key, Entry{.at_ns = sent_ns, .place = Place::waiting});
    if (added) {
        ++outstanding_;
        return {};
    }
    if (entry->second.place == Place::early) {
        const auto received = entry->second.at_ns;
        --early_;
        entry->second.place = Place::settled;
        remember_settled(key);
        return {.match = Match::settled,
                .sent_ns = sent_ns,
                .receipt_ns = received,
                .state = entry->second.state};
    }
    // The peer gives an id twice: the later message is waited for, the earlier one never comes.
    if (entry->second.place == Place::settled) ++outstanding_;
    entry->second = {.at_ns = sent_ns, .place = Place::waiting};
    return {};
}

ReceiptBook::Found ReceiptBook::receive(std::string_view message_id,
                                        std::optional<text::MessageState> state,
                                        std::int64_t now_ns) {
    if (state && !text::is_final(*state)) return {.match = Match::intermediate};
    const auto key = as_is_ ? hash_of(message_id) : hash_of(form_.from_receipt(message_id));
    auto& map = map_of(key);
    const auto entry = map.find(key);
    if (entry == map.end()) {
        if (early_ >= early_max) return {};
        map.emplace(key, Entry{.at_ns = now_ns, .place = Place::early, .state = state});
        ++early_;
        return {.match = Match::early};
    }
    if (entry->second.place != Place::waiting) return {.match = Match::repeated};
    const auto sent = entry->second.at_ns;
    --outstanding_;
    entry->second.place = Place::settled;
    remember_settled(key);
    return {.match = Match::settled, .sent_ns = sent, .receipt_ns = now_ns, .state = state};
}

bool ReceiptBook::awaits(std::string_view message_id) {
    const auto key = as_is_ ? hash_of(message_id) : hash_of(form_.from_receipt(message_id));
    const auto& map = map_of(key);
    const auto entry = map.find(key);
    return entry != map.end() && entry->second.place == Place::waiting;
}

/// The oldest of the remembered ones makes room.
void ReceiptBook::remember_settled(std::uint64_t key) {
    if (settled_.size() < settled_max) {
        settled_.push_back(key);
        return;
    }
    auto& oldest = settled_[settled_next_];
    settled_next_ = (settled_next_ + 1) % settled_max;
    auto& map = map_of(oldest);
    const auto found = map.find(oldest);
    // Its id may wait again, for a peer that gives ids twice.
    if (found != map.end() && found->second.place == Place::settled) map.erase(found);
    oldest = key;
}

}  // namespace parley::loadgen
