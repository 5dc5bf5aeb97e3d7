#pragma once
// Receipts for which no message was found: why, and the last of them, for somebody to look at.
// Those that still wait for their message are the shard's, and not in here. In memory only.

#include "storage/message.h"

#include <cstdint>
#include <deque>
#include <string_view>

namespace parley::carrier {

enum class Unmatched : std::uint8_t {
    never_came,  // no message under its id for as long as it was kept
    table_full,  // it gave way to newer ones
    no_id,       // it names no message
    unreadable,  // nor says anything that we can read
};
inline constexpr std::size_t unmatched_reasons = 4;
std::string_view name(Unmatched why);  // "never_came" …

/// why_not: never_came or table_full, for one that names a message.
Unmatched reason_for(const storage::EarlyReceipt& receipt, Unmatched why_not);

class UnmatchedReceipts {
public:
    static constexpr std::size_t kept_max = 200;

    struct Kept {
        storage::EarlyReceipt receipt;  // without its TLVs
        Unmatched why = Unmatched::never_came;
        storage::UnixMs at = 0;  // when it was given up
    };
    void add(const storage::EarlyReceipt& receipt, Unmatched why, storage::UnixMs now);
    /// The latest last.
    const std::deque<Kept>& kept() const { return kept_; }

private:
    std::deque<Kept> kept_;
};

}  // namespace parley::carrier
