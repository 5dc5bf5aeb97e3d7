#pragma once
// Collects the segments of inbound long messages until they are whole or too old. Any order,
// duplicates dropped, bounded per key and in all. A message that became whole is remembered for a
// while, so that a segment that a carrier repeats is told from a new message. Holds no clock:
// milliseconds come in.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace parley::text {

/// Two texts are one message only if all of this agrees.
struct ReassemblyKey {
    std::string carrier;
    std::string source;
    std::string destination;
    std::uint16_t reference = 0;
    std::uint8_t total = 0;
    bool wide = false;
    auto operator<=>(const ReassemblyKey&) const = default;
};

struct Part {
    std::uint64_t item = 0;        // the owner's handle of the durable part
    std::uint8_t number = 0;       // 1 … total
    std::uint8_t data_coding = 0;  // of octets
    std::string octets;            // without user data header
    std::int64_t received_ms = 0;
    std::uint8_t received_coding = 0;  // that of the segment; another one after detach()
    /// Came again after its message was whole: an echo, or the same words in a new message that
    /// re-uses the reference.
    bool echoed = false;
};

class Reassembly {
public:
    struct Limits {
        std::int64_t age_max_ms = 30 * 60 * 1000;
        std::size_t parts_max = 100'000;  // over all keys; beyond it the oldest group is given up
        /// Longer than carriers wait before they repeat what was not answered (peers.md §6).
        std::int64_t remember_ms = 5 * 60 * 1000;
        std::size_t remembered_max = 20'000;  // parts of whole messages
    };
    explicit Reassembly(Limits limits) : limits_(limits) {}
    Reassembly(Reassembly&&) = default;  // never copied: the groups hold places in each other
    Reassembly& operator=(Reassembly&&) = default;

    enum class Outcome { waiting, whole, duplicate };
    struct Result {
        Outcome outcome = Outcome::waiting;
        /// The part stays here until it comes back in given_up, forgotten, expire() or forget().
        bool kept = false;
        std::vector<Part> parts;      // whole: all of them in order (they are remembered here)
        std::vector<Part> given_up;   // a conflicting or evicted older group, in part order
        ReassemblyKey given_up_key;   // an evicted one has another than the new part
        std::vector<Part> forgotten;  // delivered long since, and no longer remembered
    };
    /// A part that contradicts one already held under the same number (other octets) starts a new
    /// group; the old one is handed back in given_up, to be delivered incomplete and flagged, or in
    /// forgotten if it was whole.
    Result add(const ReassemblyKey& key, Part part);

    struct Expired {
        ReassemblyKey key;
        std::vector<Part> parts;  // those that came, in order
    };
    /// One group older than age_max. Call until empty.
    std::optional<Expired> expire(std::int64_t now_ms);
    std::optional<std::int64_t> next_expiry_ms() const;
    /// The parts of one whole message that need not be remembered any longer. Call until empty.
    std::vector<Part> forget(std::int64_t now_ms);
    std::size_t parts_pending() const { return parts_pending_; }

private:
    struct Group;
    using Groups = std::map<ReassemblyKey, Group>;
    using Ages = std::multimap<std::int64_t, Groups::iterator>;
    struct Group {
        std::vector<Part> parts;  // in part order
        bool whole = false;
        Ages::iterator age;  // in whole_ages_ once it is whole
    };

    Groups::iterator open(const ReassemblyKey& key, std::int64_t now_ms);
    std::vector<Part> close(Groups::iterator group);
    void remember(Groups::iterator group, std::int64_t now_ms);
    void reopen(Groups::iterator group, std::int64_t now_ms, std::vector<Part>& forgotten);

    Groups groups_;
    Ages ages_;  // by arrival of the first part: the next to expire, or to be evicted, is in front
    Ages whole_ages_;  // by arrival of the last part
    Limits limits_;
    std::size_t parts_pending_ = 0;
    std::size_t parts_remembered_ = 0;
};

}  // namespace parley::text
