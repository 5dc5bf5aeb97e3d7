#include "protocol/text/message_id_learner.h"

#include <algorithm>

namespace parley::text {
namespace {

using Base = MessageIdForm::Base;

// What is left besides a prefix must be long enough to be an id, or chance would find prefixes.
constexpr std::size_t stem_min = 6;

std::vector<MessageIdForm> plain_forms() {
    return {{},
            {.fold_case = true},
            {.drop_leading_zeros = true},
            {.drop_leading_zeros = true, .fold_case = true},
            {.base = Base::hex_to_decimal},
            {.base = Base::decimal_to_hex}};
}

/// Forms of one kind imply each other, so only those of different kinds compete.
int kind_of(const MessageIdForm& form) {
    if (form.base != Base::as_is) return static_cast<int>(form.base);
    return form.response_prefix.empty() && form.receipt_prefix.empty() ? 0 : 3;
}

/// Key of a response, when the form has anything to say of it: a form that changes the base says
/// nothing of an id that is no number, or reads alike in both.
std::optional<std::string> key_of(const MessageIdForm& form, std::string_view response_id) {
    if (form.base != Base::as_is) {
        const auto number = form.base == Base::hex_to_decimal ? hex_to_decimal(response_id)
                                                              : decimal_to_hex(response_id);
        if (!number ||
            number == MessageIdForm{.drop_leading_zeros = true}.from_receipt(response_id))
            return std::nullopt;
    }
    return form.from_response(response_id);
}

}  // namespace

MessageIdLearner::MessageIdLearner(Limits limits) : limits_(limits) {
    for (MessageIdForm& form : plain_forms())
        trials_.push_back({{std::move(form), 0}, {}});
}

void MessageIdLearner::on_response(std::string_view id) {
    if (id.empty()) return;
    for (Trial& trial : trials_) {
        if (auto key = key_of(trial.candidate.form, id)) ++trial.keys[std::move(*key)];
    }
    responses_.emplace_back(id);
    if (responses_.size() > limits_.responses_max) forget_oldest();
}

void MessageIdLearner::forget_oldest() {
    for (Trial& trial : trials_) {
        const auto key = key_of(trial.candidate.form, responses_.front());
        if (!key) continue;
        const auto found = trial.keys.find(*key);
        if (--found->second == 0) trial.keys.erase(found);
    }
    responses_.pop_front();
}

void MessageIdLearner::on_unmatched_receipt(std::string_view id) {
    if (id.empty()) return;
    ++receipts_;
    bool explained = false;
    for (Trial& trial : trials_) {
        const auto found = trial.keys.find(trial.candidate.form.from_receipt(id));
        // Two messages under one key prove nothing.
        if (found == trial.keys.end() || found->second != 1) continue;
        ++trial.candidate.evidence;
        explained = true;
    }
    if (explained) return;
    if (auto prefixes = prefixes_among(responses_, id)) count_prefixes(std::move(*prefixes));
}

void MessageIdLearner::on_pair(std::string_view response_id, std::string_view receipt_id) {
    on_candidates({std::string(response_id)}, receipt_id);
}

void MessageIdLearner::on_candidates(const std::vector<std::string>& response_ids,
                                     std::string_view receipt_id, std::string_view other_id) {
    if (receipt_id.empty()) return;
    ++receipts_;
    bool explained = false;
    for (Trial& trial : trials_) {
        const MessageIdForm& form = trial.candidate.form;
        if (!explains(form, response_ids, receipt_id) && !explains(form, response_ids, other_id))
            continue;
        ++trial.candidate.evidence;
        explained = true;
    }
    if (explained) return;
    if (auto prefixes = prefixes_among(response_ids, receipt_id))
        count_prefixes(std::move(*prefixes));
}

bool MessageIdLearner::explains(const MessageIdForm& form,
                                const std::vector<std::string>& response_ids,
                                std::string_view receipt_id) {
    if (receipt_id.empty()) return false;
    const std::string wanted = form.from_receipt(receipt_id);
    return std::ranges::count_if(response_ids, [&](const std::string& id) {
               return !id.empty() && key_of(form, id) == wanted;
           }) == 1;
}

std::optional<MessageIdLearner::Prefixes> MessageIdLearner::prefixes_between(
    std::string_view response_id, std::string_view receipt_id) const {
    const auto both = std::mismatch(response_id.rbegin(), response_id.rend(), receipt_id.rbegin(),
                                    receipt_id.rend());
    const auto stem = static_cast<std::size_t>(both.first - response_id.rbegin());
    if (stem < stem_min) return std::nullopt;
    // One of them is the whole stem: otherwise they are neighbours, not one id with a prefix.
    if (stem != response_id.size() && stem != receipt_id.size()) return std::nullopt;
    return Prefixes(response_id.substr(0, response_id.size() - stem),
                    receipt_id.substr(0, receipt_id.size() - stem));
}

/// Of the one id that has a stem in common with the receipt's.
template <class Responses>
std::optional<MessageIdLearner::Prefixes> MessageIdLearner::prefixes_among(
    const Responses& response_ids, std::string_view receipt_id) const {
    std::optional<Prefixes> only;
    for (const std::string& response : response_ids) {
        auto prefixes = prefixes_between(response, receipt_id);
        if (!prefixes) continue;
        if (only) return std::nullopt;
        only = std::move(prefixes);
    }
    return only;
}

void MessageIdLearner::count_prefixes(Prefixes prefixes) {
    const auto found = prefixes_.find(prefixes);
    if (found != prefixes_.end()) {
        ++found->second;
    } else if (prefixes_.size() < limits_.prefixes_max) {
        prefixes_.emplace(std::move(prefixes), 1);
    }
}

std::vector<MessageIdLearner::Candidate> MessageIdLearner::candidates() const {
    std::vector<Candidate> found;
    for (const Trial& trial : trials_) {
        if (trial.candidate.evidence != 0) found.push_back(trial.candidate);
    }
    for (const auto& [prefixes, evidence] : prefixes_) {
        found.push_back(
            {{.response_prefix = prefixes.first, .receipt_prefix = prefixes.second}, evidence});
    }
    std::stable_sort(found.begin(), found.end(), [](const Candidate& left, const Candidate& right) {
        return left.evidence > right.evidence;
    });
    return found;
}

std::optional<MessageIdLearner::Proposal> MessageIdLearner::proposal() const {
    const std::vector<Candidate> found = candidates();
    if (found.empty()) return std::nullopt;
    // Sorted stably, so among equals the simplest is in front.
    const Candidate& best = found.front();
    if (best.evidence < limits_.evidence_min || best.evidence * 2 < receipts_) return std::nullopt;
    const bool contested = std::any_of(found.begin() + 1, found.end(), [&](const Candidate& other) {
        const bool same_kind = kind_of(other.form) == kind_of(best.form) && kind_of(best.form) != 3;
        return !same_kind && other.evidence * 10 >= best.evidence;
    });
    if (contested) return std::nullopt;
    return Proposal{best.form, best.evidence, receipts_};
}

}  // namespace parley::text
