#pragma once
// Finds out from receipts that nobody knows how a carrier writes its message ids, when that is not
// how it is configured. Fed a few receipts a second, each with the ids of the messages of its
// thread that wait for one. Only advises: matching never changes by it. Memory is bounded; no
// clock.

#include "protocol/text/message_id_learner.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::carrier {

class IdWatch {
public:
    static constexpr std::size_t receipts_max = 200;  // then what was counted is forgotten

    explicit IdWatch(text::MessageIdForm configured = {}) : configured_(std::move(configured)) {}

    /// True when it has advice that it did not have before: to be told once.
    bool hear(const std::vector<std::string>& response_ids, std::string_view receipt_id,
              std::string_view other_id);
    /// A receipt has found its message by its first id. True: for the first time.
    bool confirm() { return !std::exchange(confirmed_, true); }
    /// The configured form is right, as far as this process has seen: only then does an id that is
    /// nobody's tell anything.
    bool confirmed() const { return confirmed_ && advice_.empty(); }
    /// "message_id: { base: hex_to_decimal } would match 97 of 100 unmatched receipts", or empty.
    const std::string& advice() const { return advice_; }

private:
    text::MessageIdForm configured_;
    text::MessageIdForm advised_;
    text::MessageIdLearner learner_;
    std::size_t receipts_ = 0;
    bool confirmed_ = false;
    bool proposed_ = false;  // since the last time that it forgot
    std::string advice_;
};

}  // namespace parley::carrier
