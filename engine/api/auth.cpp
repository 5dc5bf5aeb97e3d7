#include "engine/api/auth.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace parley::api {

namespace {

constexpr std::string_view digest_prefix = "sha256:";
constexpr std::size_t key_octets_max = 512;

std::string_view octets_of(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::uint64_t front_of(const Digest& digest) {
    std::uint64_t front = 0;
    std::memcpy(&front, digest.data(), sizeof front);
    return front;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<Digest> parse_digest(std::string_view hex) {
    Digest digest{};
    if (hex.size() != digest.size() * 2) return {};
    for (std::size_t i = 0; i < digest.size(); ++i) {
        const int high = hex_value(hex[2 * i]);
        const int low = hex_value(hex[2 * i + 1]);
        if (high < 0 || low < 0) return {};
        digest[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return digest;
}

int base64_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

std::optional<std::string> decode_base64(std::string_view text) {
    while (!text.empty() && text.back() == '=')
        text.remove_suffix(1);
    std::string out;
    std::uint32_t bits = 0;
    int bit_count = 0;
    for (const char c : text) {
        const int value = base64_value(c);
        if (value < 0) return {};
        bits = bits << 6U | static_cast<std::uint32_t>(value);
        bit_count += 6;
        if (bit_count < 8) continue;
        bit_count -= 8;
        out += static_cast<char>(bits >> bit_count & 0xFFU);
    }
    return out;
}

/// Takes "scheme " off the front, in any case (RFC 9110 §11.1).
bool take_scheme(std::string_view& authorization, std::string_view scheme) {
    if (authorization.size() <= scheme.size() || authorization[scheme.size()] != ' ') return false;
    for (std::size_t i = 0; i < scheme.size(); ++i)
        if ((authorization[i] | 0x20) != scheme[i]) return false;
    authorization.remove_prefix(scheme.size() + 1);
    while (!authorization.empty() && authorization.front() == ' ')
        authorization.remove_prefix(1);
    return true;
}

Caller caller_of(const config::Account& account, const config::Config& config) {
    Caller caller{account.id, account.brand, {}, {}, account.is_operator};
    for (const auto& brand : config.brands) {
        if (brand.id != account.brand) continue;
        caller.senders = brand.senders;
        if (brand.suppression_scope == config::SuppressionScope::brand) {
            caller.suppression_scopes = {"brand:" + brand.id};
        } else {
            for (const auto& sender : brand.senders)
                caller.suppression_scopes.push_back("sender:" + sender);
        }
    }
    return caller;
}

}  // namespace

bool Caller::owns(std::string_view sender) const {
    return std::find(senders.begin(), senders.end(), sender) != senders.end();
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
    if (left.size() != right.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < left.size(); ++i)
        difference |= static_cast<unsigned char>(left[i]) ^ static_cast<unsigned char>(right[i]);
    return difference == 0;
}

Keyring::Keyring(const config::Config& config, Sha256 sha256) : sha256_(std::move(sha256)) {
    for (const auto& account : config.accounts) {
        const auto caller = std::make_shared<const Caller>(caller_of(account, config));
        for (const auto& key : account.api_keys)
            hold(account, key, caller);
    }
}

void Keyring::hold(const config::Account& account, std::string_view key, const CallerPtr& caller) {
    const bool hashed = key.substr(0, digest_prefix.size()) == digest_prefix;
    const auto digest =
        hashed ? parse_digest(key.substr(digest_prefix.size())) : std::optional(sha256_(key));
    if (!digest || key.empty())
        throw std::invalid_argument("accounts." + account.id +
                                    ".api_keys: a key must be the key itself or sha256: and 64 "
                                    "hex digits");
    const auto [place, fresh] = held_.try_emplace(front_of(*digest), Held{*digest, caller});
    if (!fresh && place->second.caller != caller)
        throw std::invalid_argument("accounts." + account.id + ".api_keys: account " +
                                    place->second.caller->account + " has the same key");
}

CallerPtr Keyring::find(std::string_view authorization) {
    if (take_scheme(authorization, "bearer")) return find_key(authorization);
    if (!take_scheme(authorization, "basic")) return nullptr;
    const auto decoded = decode_base64(authorization.substr(0, key_octets_max));
    if (!decoded) return nullptr;
    return find_key(std::string_view(*decoded).substr(0, decoded->find(':')));
}

CallerPtr Keyring::find_key(std::string_view key) {
    if (key.empty() || key.size() > key_octets_max) return nullptr;
    const auto place = std::hash<std::string_view>()(key);
    const auto seen = seen_.find(place);
    if (seen != seen_.end() && equal_in_constant_time(seen->second.key, key))
        return seen->second.caller;
    const auto digest = sha256_(key);
    const auto held = held_.find(front_of(digest));
    if (held == held_.end() ||
        !equal_in_constant_time(octets_of(held->second.digest), octets_of(digest)))
        return nullptr;
    seen_.insert_or_assign(place, Seen{std::string(key), held->second.caller});
    return held->second.caller;
}

}  // namespace parley::api
