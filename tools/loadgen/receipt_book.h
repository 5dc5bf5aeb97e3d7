#pragma once
// Which receipts are expected, and what became of them: each message id is waited for from its
// submit_sm_resp to its final receipt. A receipt may come before its response, twice, or for a
// message that is not ours. No clock; memory is bounded whatever the peer sends.

#include "protocol/text/message_id.h"
#include "protocol/text/receipt_text.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace parley::loadgen {

class ReceiptBook {
public:
    /// Ids by their 64-bit hash: two of 10 million outstanding ones meet with a chance of 1 in
    /// 370,000.
    explicit ReceiptBook(text::MessageIdForm form = {});

    enum class Match : std::uint8_t {
        settled,       // expected, and this is its end: latency is known
        early,         // its response has not come yet; it may settle then
        intermediate,  // on the way: nothing is settled
        repeated,      // its message was settled before
        unknown,       // nobody waits for it
    };
    struct Found {
        Match match = Match::unknown;
        std::int64_t sent_ns = 0;                   // settled: when its submit_sm was sent
        std::int64_t receipt_ns = 0;                // settled: when its receipt came
        std::optional<text::MessageState> state{};  // settled: what it said
    };

    /// A submit_sm_resp accepted it. settled when its receipt was there before (else unknown).
    Found expect(std::string_view message_id, std::int64_t sent_ns);
    /// A receipt came. state: empty when it says none that we know, which counts as final.
    Found receive(std::string_view message_id, std::optional<text::MessageState> state,
                  std::int64_t now_ns);

    /// Whether a receipt with this id would settle something.
    bool awaits(std::string_view message_id);

    /// Expected and not yet come.
    std::uint64_t outstanding() const { return outstanding_; }
    /// Came before any response with their id, and no response came.
    std::uint64_t early() const { return early_; }

private:
    enum class Place : std::uint8_t { waiting, early, settled };
    struct Entry {
        std::int64_t at_ns = 0;  // sent, or for an early one: received
        Place place{};
        std::optional<text::MessageState> state{};  // of an early one
    };
    using Map = boost::unordered_flat_map<std::uint64_t, Entry>;

    /// So that a table that grows stalls the run for a fraction of a millisecond only.
    static constexpr std::size_t maps = 256;
    static constexpr std::uint64_t early_max = 1'000'000;
    /// How many settled ones are remembered, to tell repeated receipts from unknown ones.
    static constexpr std::size_t settled_max = std::size_t{1} << 19U;

    Map& map_of(std::uint64_t key) { return maps_[key >> 56U]; }
    static std::uint64_t hash_of(std::string_view id);
    void remember_settled(std::uint64_t key);

    text::MessageIdForm form_;
    bool as_is_;
    std::array<Map, maps> maps_;
    std::vector<std::uint64_t> settled_;  // a ring
    std::size_t settled_next_ = 0;
    std::uint64_t outstanding_ = 0;
    std::uint64_t early_ = 0;
};

}  // namespace parley::loadgen
