#pragma once
// One route as the engine uses it, what it is asked about, and whose turn it is among its carriers.

#include "config/config.h"
#include "engine/carrier/operator_table.h"
#include "storage/message.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::carrier {

/// A message as routes see it. Views into it.
struct Asked {
    std::string_view contact;  // E.164 with "+"
    std::string_view sender{};
    std::string_view account{};
    std::string_view brand{};
    storage::MessageClass message_class = storage::MessageClass::conversational;
    OperatorTable::Found owner{};  // of the contact's number
};

struct Route {
    struct Choice {
        std::uint16_t carrier = 0;  // position in Config::carriers
        std::uint32_t weight = 1;
        double cost = 0;
        std::uint64_t seed = 0;  // of the carrier's id, so that a moved line moves no conversation
    };

    std::size_t place = 0;  // in Config::routes
    std::string label;      // its name, or "routes[2]"
    std::string prefix;
    std::vector<Choice> carriers;  // in order of the file; with pick: cost, the cheapest first
    config::RoutePick pick = config::RoutePick::order;
    std::int64_t validity_ms = 0;        // at most; 0: nothing said
    std::int64_t failover_after_ms = 0;  // 0: never

    bool empty() const { return carriers.empty(); }
    /// For how long a message is worth sending that asks for so much (0: for nothing); otherwise is
    /// what one has that neither asks for anything nor is told by its route.
    std::int64_t validity_of(std::int64_t asked_ms, std::int64_t otherwise) const {
        if (validity_ms == 0) return asked_ms != 0 ? asked_ms : otherwise;
        return asked_ms != 0 ? std::min(asked_ms, validity_ms) : validity_ms;
    }
    /// How much the conversation is drawn to carriers[choice]: the greatest goes first, the next
    /// one is what it falls back to. By weight, each conversation has an order of its own (weighted
    /// rendezvous hashing), so that a carrier that goes or comes moves its own share and no other.
    double draw(std::size_t choice, const storage::ConversationId& conversation) const;
};

}  // namespace parley::carrier
