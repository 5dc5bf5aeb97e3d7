#pragma once
// The one function that says go, hold until, or refuse because. Asked when a message is taken in
// (the caller gets the reason at once) and again as the last thing before the window (a STOP may
// have come meanwhile). Pure: it reads the suppression index and nothing else.

#include "engine/clock.h"
#include "engine/policy/suppression_index.h"
#include "storage/message.h"

#include <string_view>

namespace parley::policy {

struct Question {
    storage::Look look;
    storage::MessageClass message_class;
    std::string_view scope;  // of the sender's brand: "brand:<id>" or "sender:<address>"
    std::string_view contact;
    bool number_valid = true;
};

/// Rules, in order: number_valid, suppressed, all_passed. Only an opt-out confirmation and a HELP
/// answer pass a suppression (47 CFR 64.1200(a)(12); CTIA short code handbook).
storage::Decision decide(const Question& question, const SuppressionIndex& suppressions,
                         UnixMs now);

/// May be sent to somebody who has opted out.
bool passes_suppression(storage::MessageClass message_class);

}  // namespace parley::policy
