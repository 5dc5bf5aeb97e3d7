#include "engine/policy/gate.h"

namespace parley::policy {

using storage::MessageClass;
using storage::Verdict;

bool passes_suppression(MessageClass message_class) {
    return message_class == MessageClass::opt_out_confirmation ||
           message_class == MessageClass::help_answer;
}

storage::Decision decide(const Question& question, const SuppressionIndex& suppressions,
                         UnixMs now) {
    if (!question.number_valid) return {question.look, Verdict::refuse, "number_valid", now};
    if (!passes_suppression(question.message_class) &&
        suppressions.contains(question.scope, question.contact)) {
        return {question.look, Verdict::refuse, "suppressed", now};
    }
    return {question.look, Verdict::go, "all_passed", now};
}

}  // namespace parley::policy
