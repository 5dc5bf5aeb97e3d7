#pragma once
// Finds out how a carrier writes its message ids. Fed the ids of answers, and those of receipts
// that nobody knew, it tries every form and counts which would have found exactly one message. It
// only proposes; a person or the configuration decides. Holds no clock; memory is bounded.

#include "protocol/text/message_id.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace parley::text {

class MessageIdLearner {
public:
    struct Limits {
        std::size_t responses_max = 4096;  // the latest, among which a receipt's message is sought
        std::size_t evidence_min = 8;      // receipts before anything is proposed
        std::size_t prefixes_max = 64;     // different prefixes that are watched at once
    };
    MessageIdLearner() : MessageIdLearner(Limits{}) {}
    explicit MessageIdLearner(Limits limits);

    /// The carrier took a message under this id.
    void on_response(std::string_view id);
    /// A receipt came under an id that was found under no key.
    void on_unmatched_receipt(std::string_view id);
    /// Both are known to be of one message, by its addresses for instance.
    void on_pair(std::string_view response_id, std::string_view receipt_id);
    /// The receipt, which may carry two ids, is of at most one of these messages. A form explains
    /// it that finds exactly one of them, by either id.
    void on_candidates(const std::vector<std::string>& response_ids, std::string_view receipt_id,
                       std::string_view other_id = {});

    struct Candidate {
        MessageIdForm form;
        std::size_t evidence = 0;  // receipts that it explains
    };
    struct Proposal {
        MessageIdForm form;
        std::size_t evidence = 0;  // receipts that it explains …
        std::size_t receipts = 0;  // … of so many
    };
    /// The simplest of those forms that explain the most. Empty while there is too little evidence,
    /// when it explains less than half of the receipts, or when a form of another kind explains a
    /// tenth as much.
    std::optional<Proposal> proposal() const;
    /// All that explain anything, the most first.
    std::vector<Candidate> candidates() const;

private:
    /// A form and the keys that the remembered responses have under it.
    struct Trial {
        Candidate candidate;
        std::unordered_map<std::string, std::size_t> keys;
    };
    using Prefixes = std::pair<std::string, std::string>;  // of response, of receipt

    void forget_oldest();
    static bool explains(const MessageIdForm& form, const std::vector<std::string>& response_ids,
                         std::string_view receipt_id);
    std::optional<Prefixes> prefixes_between(std::string_view response_id,
                                             std::string_view receipt_id) const;
    void count_prefixes(Prefixes prefixes);
    template <class Responses>
    std::optional<Prefixes> prefixes_among(const Responses& response_ids,
                                           std::string_view receipt_id) const;

    Limits limits_;
    std::vector<Trial> trials_;  // the simplest first
    std::map<Prefixes, std::size_t> prefixes_;
    std::deque<std::string> responses_;
    std::size_t receipts_ = 0;
};

}  // namespace parley::text
