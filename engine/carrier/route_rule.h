#pragma once
// What one route asks of a message. Part of routes.h's inside.

#include "engine/carrier/routes.h"

#include <re2/re2.h>

namespace parley::carrier {

struct Routes::Rule {
    Rule(const config::Config& config, std::size_t place);

    /// Everything but the prefix.
    bool applies(const Asked& asked) const;
    bool by_operator() const { return !operators.empty(); }

    bool has_account(std::string_view account) const;
    bool has_brand(std::string_view brand) const;
    bool has_class(storage::MessageClass message_class) const;
    bool has_sender(std::string_view sender) const;
    bool has_operator(std::string_view name) const;
    bool has_pattern_of(std::string_view contact) const;

    Route route;
    Digits prefix;
    std::size_t conditions = 0;         // beside the prefix
    std::uint32_t classes = 0;          // a bit each; 0: all
    std::vector<std::string> accounts;  // the lists are sorted; empty: all
    std::vector<std::string> brands;
    std::vector<std::string> senders;
    std::vector<std::string> beginnings;  // of senders
    std::vector<std::string> operators;
    std::unique_ptr<re2::RE2> pattern;  // null: none
};

}  // namespace parley::carrier
