#include "storage/ids.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace parley::storage {

namespace {

constexpr std::string_view message_prefix = "msg_";
constexpr std::string_view conversation_prefix = "conv_";
constexpr std::string_view hex_digits = "0123456789abcdef";

void append_hex(std::string& out, std::uint8_t octet) {
    out.push_back(hex_digits[octet >> 4U]);
    out.push_back(hex_digits[octet & 0xFU]);
}

/// One spelling only: an id that compares equal is written equal.
std::optional<std::uint8_t> hex_octet(std::string_view two) {
    const std::size_t high = hex_digits.find(two[0]);
    const std::size_t low = hex_digits.find(two[1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return {};
    return static_cast<std::uint8_t>(high << 4U | low);
}

template <std::size_t octets>
std::optional<std::array<std::uint8_t, octets>> parse_hex(std::string_view prefix,
                                                          std::string_view text) {
    if (!text.starts_with(prefix) || text.size() != prefix.size() + 2 * octets) return {};
    std::array<std::uint8_t, octets> out{};
    for (std::size_t i = 0; i < octets; ++i) {
        const auto octet = hex_octet(text.substr(prefix.size() + 2 * i, 2));
        if (!octet) return {};
        out[i] = *octet;
    }
    return out;
}

}  // namespace

std::string to_text(MessageId id) {
    std::string out(message_prefix);
    for (unsigned shift = 64; shift > 0; shift -= 8) {
        append_hex(out, static_cast<std::uint8_t>(id.value >> (shift - 8)));
    }
    return out;
}

std::optional<MessageId> parse_message_id(std::string_view text) {
    const auto octets = parse_hex<8>(message_prefix, text);
    if (!octets) return {};
    MessageId id;
    for (const std::uint8_t octet : *octets)
        id.value = id.value << 8U | octet;
    return id;
}

ConversationId ConversationId::of(std::string_view sender, std::string_view contact) {
    // The sender's hash seeds the contact's: no copy, and ("ab", "c") is not ("a", "bc").
    const XXH64_hash_t seed = XXH3_64bits(sender.data(), sender.size());
    const XXH128_hash_t hash = XXH3_128bits_withSeed(contact.data(), contact.size(), seed);
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, hash);
    ConversationId id;
    std::copy(std::begin(canonical.digest), std::end(canonical.digest), id.bytes.begin());
    return id;
}

std::string to_text(const ConversationId& id) {
    std::string out(conversation_prefix);
    for (const std::uint8_t octet : id.bytes)
        append_hex(out, octet);
    return out;
}

std::optional<ConversationId> parse_conversation_id(std::string_view text) {
    const auto octets = parse_hex<16>(conversation_prefix, text);
    if (!octets) return {};
    return ConversationId{*octets};
}

std::uint32_t shard_of_contact(std::string_view contact, std::uint32_t shards) {
    return static_cast<std::uint32_t>(XXH3_64bits(contact.data(), contact.size()) % shards);
}

}  // namespace parley::storage

std::size_t std::hash<parley::storage::ConversationId>::operator()(
    const parley::storage::ConversationId& id) const noexcept {
    std::size_t out = 0;  // the id is a hash already
    for (std::size_t i = 0; i < sizeof out; ++i)
        out = out << 8U | id.bytes[i];
    return out;
}
