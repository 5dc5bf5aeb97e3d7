#pragma once
// How the ids of a trace's responses and receipts belong together, and what follows for ACCEPTD.

#include "protocol/text/message_id_learner.h"
#include "tools/parley/trace_facts.h"

#include <cstddef>
#include <optional>

namespace parley::tools {

/// A trace is short, and a person reads what comes out.
inline constexpr std::size_t evidence_min = 3;

struct LearnedIds {
    std::optional<text::MessageIdLearner::Proposal> proposal;
    bool by_thread = false;  // the addresses of receipts lead to their messages
};

/// By the addresses of receipts where those lead somewhere, else by the ids alone.
LearnedIds learn_ids(const TraceFacts& facts);

/// What receipts say of each message, one after the other.
struct LastWords {
    std::size_t accepted = 0;  // ended with ACCEPTD
    std::size_t went_on = 0;   // had ACCEPTD, and then another
};

LastWords last_words(const TraceFacts& facts, const text::MessageIdForm& form);

}  // namespace parley::tools
