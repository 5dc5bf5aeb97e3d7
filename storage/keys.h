#pragma once
// Keys of the families (kv.h says which). Numbers are big-endian, so octet order is number order.

#include "storage/ids.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::storage::keys {

inline constexpr std::size_t number_octets = 8;
inline constexpr char live_prefix = 's';
inline constexpr char evicted_prefix = 'e';
inline constexpr std::string_view spent_prefix{"spent\0", 6};
inline constexpr char separator = '\0';  // in no scope, contact, carrier or carrier message id

inline void store_number(char* at, std::uint64_t value) {
    for (std::size_t i = number_octets; i-- > 0; value >>= 8U) {
        at[i] = static_cast<char>(value & 0xFFU);
    }
}
inline std::uint64_t load_number(const char* at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < number_octets; ++i) {
        value = value << 8U | static_cast<std::uint8_t>(at[i]);
    }
    return value;
}

inline void append_number(std::string& out, std::uint64_t value) {
    out.resize(out.size() + number_octets);
    store_number(out.data() + out.size() - number_octets, value);
}
inline std::string number(std::uint64_t value) {
    std::string out;
    append_number(out, value);
    return out;
}
/// Of a key that is, or ends with, a number; 0 when it is too short for one.
inline std::uint64_t last_number(std::string_view key) {
    return key.size() < number_octets ? 0 : load_number(key.end() - number_octets);
}

inline std::string live(char prefix, std::uint64_t id) {
    std::string out(1, prefix);
    append_number(out, id);
    return out;
}
/// Two words, and what all longer keys that begin with them have in common when `open`.
inline std::string words(std::string_view first, std::string_view second, bool open = false) {
    std::string out;
    out.reserve(first.size() + second.size() + 2);
    out.append(first).push_back(separator);
    out.append(second);
    if (open) out.push_back(separator);
    return out;
}
/// Newest first: the hash table that the index is in while in memory walks forward only.
inline std::uint64_t newest_first(std::uint64_t id) {
    return UINT64_MAX - id;
}
inline std::string thread(const ConversationId& conversation, std::uint64_t id) {
    std::string out(conversation.bytes.begin(), conversation.bytes.end());
    append_number(out, newest_first(id));
    return out;
}

}  // namespace parley::storage::keys
