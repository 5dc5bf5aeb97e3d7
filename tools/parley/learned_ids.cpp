#include "tools/parley/learned_ids.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace parley::tools {

using text::MessageIdForm;
using text::MessageIdLearner;
using text::MessageState;

namespace {

constexpr std::size_t early_max = 64;  // submits whose response may come after a receipt

/// Ids of a thread, with the place of each among all that were taken.
using Thread = std::vector<std::pair<std::size_t, std::string>>;

/// The latest of the thread when a receipt came, and a few that came after it: their responses may
/// have been slower.
std::vector<std::string> candidates(const Thread& thread, std::size_t taken_before) {
    constexpr std::size_t latest = 50;
    const auto end =
        std::ranges::lower_bound(thread, taken_before + early_max, {}, &Thread::value_type::first);
    const auto count =
        std::min<std::size_t>(latest, static_cast<std::size_t>(end - thread.begin()));
    std::vector<std::string> ids;
    for (auto each = end - static_cast<std::ptrdiff_t>(count); each != end; ++each)
        ids.push_back(each->second);
    return ids;
}

}  // namespace

LearnedIds learn_ids(const TraceFacts& facts) {
    const MessageIdLearner::Limits limits{.responses_max = 20'000, .evidence_min = evidence_min};
    MessageIdLearner by_thread(limits);
    MessageIdLearner by_id(limits);
    std::unordered_map<std::string, Thread> threads;
    for (std::size_t place = 0; place < facts.taken.size(); ++place)
        threads[facts.taken[place].thread].emplace_back(place, facts.taken[place].id);
    std::size_t told = 0;
    for (const SeenReceipt& receipt : facts.receipts) {
        for (; told < facts.taken.size() && told < receipt.taken_before + early_max; ++told)
            by_id.on_response(facts.taken[told].id);
        if (const auto found = threads.find(receipt.thread); found != threads.end()) {
            by_thread.on_candidates(candidates(found->second, receipt.taken_before), receipt.id,
                                    receipt.other_id);
        }
        by_id.on_unmatched_receipt(receipt.id);
    }
    const auto first = by_thread.proposal();
    const auto second = by_id.proposal();
    if (second && (!first || second->evidence > first->evidence)) return {second, false};
    return {first, true};
}

LastWords last_words(const TraceFacts& facts, const MessageIdForm& form) {
    std::unordered_map<std::string, std::vector<MessageState>> messages;
    for (const TakenSubmit& taken : facts.taken)
        messages.try_emplace(form.from_response(taken.id));
    for (const SeenReceipt& receipt : facts.receipts) {
        auto found = messages.find(form.from_receipt(receipt.id));
        if (found == messages.end() && !receipt.other_id.empty())
            found = messages.find(form.from_receipt(receipt.other_id));
        if (found != messages.end() && receipt.state) found->second.push_back(*receipt.state);
    }
    LastWords words;
    for (const auto& [key, states] : messages) {
        if (std::ranges::find(states, MessageState::accepted) == states.end()) continue;
        ++(states.back() == MessageState::accepted ? words.accepted : words.went_on);
    }
    return words;
}

}  // namespace parley::tools
