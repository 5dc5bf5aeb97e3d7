#pragma once
// Names of what is stored. An item (message, waiting segment, early receipt) is named by the
// section of the journal that first promised it and its place in there, so ids sort by time.

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace parley::storage {

/// Given out one by one when a section is sealed, in commit order; the first is 1. 44 bits. Without
/// sync there is a gap at every start.
using SectionId = std::uint64_t;
/// A power cut may cost the newest numbers of a journal that is not synced, but clients know the
/// ids in them. So it is on disk, before it is used, up to where numbers may have gone, and a start
/// goes on from there: the gap is at most this long, and one commit in so many is synced.
inline constexpr SectionId unsynced_sections_max = 1U << 14U;
inline constexpr std::uint32_t items_per_section_max = 1U << 20U;

struct ItemId {
    std::uint64_t value = 0;  // section << 20 | index; 0: none yet

    static ItemId of(SectionId section, std::uint32_t index) { return {section << 20U | index}; }
    SectionId section() const { return value >> 20U; }
    std::uint32_t index() const { return static_cast<std::uint32_t>(value & 0xFFFFFU); }
    explicit operator bool() const { return value != 0; }
    auto operator<=>(const ItemId&) const = default;
};
using MessageId = ItemId;

/// "msg_" and 16 lower-case hex digits.
std::string to_text(MessageId id);
std::optional<MessageId> parse_message_id(std::string_view text);

/// The thread of one of our senders with one contact: a 128-bit hash (XXH3) of both.
struct ConversationId {
    std::array<std::uint8_t, 16> bytes{};
    static ConversationId of(std::string_view sender, std::string_view contact);
    auto operator<=>(const ConversationId&) const = default;
};
/// "conv_" and 32 lower-case hex digits.
std::string to_text(const ConversationId& id);
std::optional<ConversationId> parse_conversation_id(std::string_view text);

/// Everything about one contact lives on one shard, so that an opt-out in one conversation stands
/// in the same place as the brand's other conversations with that person.
std::uint32_t shard_of_contact(std::string_view contact, std::uint32_t shards);

}  // namespace parley::storage

template <>
struct std::hash<parley::storage::ItemId> {
    std::size_t operator()(const parley::storage::ItemId& id) const noexcept {
        return static_cast<std::size_t>(id.value * 0x9E3779B97F4A7C15ULL);
    }
};
template <>
struct std::hash<parley::storage::ConversationId> {
    std::size_t operator()(const parley::storage::ConversationId& id) const noexcept;
};
