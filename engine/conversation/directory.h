#pragma once
// Who is who: which brand a sender belongs to, which account speaks for a brand, and under which
// scope an opt-out from it stands. Built from the configuration, asked for every message.

#include "config/config.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace parley::conversation {

struct Sender {
    std::string address;  // normalised
    std::string scope;    // "brand:<id>" or "sender:<address>"
    const config::Brand* brand = nullptr;
    std::string account;  // the first account of the brand; empty when it has none
};

class Directory {
public:
    /// config must outlive the directory. before: of the configuration that this one follows; where
    /// a sender is no longer in it, what opted out of it stays opted out in the same scope.
    explicit Directory(const config::Config& config, const Directory* before = nullptr);

    /// Null when no brand has this sender. address: as stored (E.164, short code, name).
    const Sender* find_sender(std::string_view address) const;
    /// Null for an unknown account.
    const config::Account* find_account(std::string_view id) const;
    /// The scope of an opt-out written to this address, known or not.
    std::string scope_of(std::string_view address) const;

private:
    boost::unordered_flat_map<std::string, Sender> senders_;
    boost::unordered_flat_map<std::string, const config::Account*> accounts_;
    boost::unordered_flat_map<std::string, std::string> former_;  // sender to scope
};

}  // namespace parley::conversation
