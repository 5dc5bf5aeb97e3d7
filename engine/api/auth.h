#pragma once
// Who is calling: API keys to accounts. Keys are held as SHA-256 digests; a key that was seen to be
// right is remembered, so that the hot path hashes nothing. One keyring per shard, no locks.

#include "config/config.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace parley::api {

/// An account, and what of the world it may see.
struct Caller {
    std::string account;
    std::string brand;
    std::vector<std::string> senders;             // of its brand
    std::vector<std::string> suppression_scopes;  // "brand:<id>", or one "sender:<address>" each

    bool is_operator = false;  // sees all accounts' messages, and the wire

    bool owns(std::string_view sender) const;
};
using CallerPtr = std::shared_ptr<const Caller>;

using Digest = std::array<std::uint8_t, 32>;
using Sha256 = std::function<Digest(std::string_view)>;

/// Takes the same time wherever two texts of equal length differ.
bool equal_in_constant_time(std::string_view left, std::string_view right);

class Keyring {
public:
    /// Throws std::invalid_argument naming the account when a key cannot work: a malformed digest,
    /// or a key that two accounts share. sha256: injected, OpenSSL lives in engine/io.
    Keyring(const config::Config& config, Sha256 sha256);

    /// The value of the Authorization header: "Bearer <key>", or Basic with the key as user name.
    /// Null when nobody has this key.
    CallerPtr find(std::string_view authorization);

private:
    struct Held {
        Digest digest;
        CallerPtr caller;
    };
    struct Seen {
        std::string key;
        CallerPtr caller;
    };
    void hold(const config::Account& account, std::string_view key, const CallerPtr& caller);
    CallerPtr find_key(std::string_view key);

    Sha256 sha256_;
    std::unordered_map<std::uint64_t, Held> held_;  // by the first octets of the digest
    std::unordered_map<std::size_t, Seen> seen_;    // right keys only, so it is bounded
};

}  // namespace parley::api
