#include "engine/carrier/id_watch.h"

#include <utility>

namespace parley::carrier {

bool IdWatch::hear(const std::vector<std::string>& response_ids, std::string_view receipt_id,
                   std::string_view other_id) {
    if (receipt_id.empty() || response_ids.empty()) return false;
    learner_.on_candidates(response_ids, receipt_id, other_id);
    ++receipts_;
    bool news = false;
    const auto proposal = learner_.proposal();
    if (proposal && proposal->form != configured_) {
        news = advice_.empty() || proposal->form != advised_;
        proposed_ = true;
        advised_ = proposal->form;
        advice_ = "message_id: " + text::to_yaml(advised_) + " would match " +
                  std::to_string(proposal->evidence) + " of " + std::to_string(proposal->receipts) +
                  " unmatched receipts";
    }
    if (receipts_ < receipts_max) return news;
    // What is true today counts, not what was true last month.
    if (!std::exchange(proposed_, false)) advice_.clear();
    learner_ = text::MessageIdLearner();
    receipts_ = 0;
    return news;
}

}  // namespace parley::carrier
