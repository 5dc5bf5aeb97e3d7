#pragma once
// Whole lives through a store, as a busy engine writes them: for the benches of the store and of
// growth.

#include "storage/store.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace parley::bench {

using Clock = std::chrono::steady_clock;

/// 160 characters to one of nine million numbers.
inline storage::Message make_message(std::size_t n, storage::UnixMs begin) {
    storage::Message message;
    message.account = "shop";
    message.brand = "demo";
    message.carrier = "acme";  // chosen as it is accepted
    message.from = "+15550001000";
    message.to = "+1556" + std::to_string(1'000'000 + n * 7919 % 9'000'000);
    message.text.assign(160, static_cast<char>('a' + n % 26));
    for (std::size_t i = 0; i < 160; i += 7)
        message.text[i] = static_cast<char>('a' + n * i % 23);
    message.accepted_at = begin + static_cast<std::int64_t>(n / 100);
    message.expires_at = message.accepted_at + 86'400'000;
    message.segments.resize(1);
    message.decisions.push_back(
        {storage::Look::intake, storage::Verdict::go, "all_passed", message.accepted_at});
    return message;
}

using Group = std::vector<std::unique_ptr<storage::Message>>;

/// A pipeline four groups deep: each commit accepts one group, intends the one before it, answers
/// the one before that and settles the oldest, as a busy engine does.
class Pipeline {
public:
    /// begin: when the first message is accepted; each hundred take a millisecond.
    Pipeline(storage::Store& store, storage::SectionId next, std::size_t group,
             storage::UnixMs begin = 1'700'000'000'000)
        : store_(store), next_(next), group_(group), begin_(begin) {}

    /// False when the store has refused; it has said why.
    bool turn(std::size_t births) {
        const auto begin = Clock::now();
        if (groups_.size() == 4) settle(groups_.back());
        if (groups_.size() >= 3) answer(groups_[2]);
        if (groups_.size() >= 2) intend(groups_[1]);
        const auto filled = Clock::now();
        Group fresh = spare_.empty() ? Group() : std::move(spare_);
        spare_.clear();
        births = std::min(group_, births);
        if (fresh.size() > births) fresh.resize(births);
        while (fresh.size() < births) {
            fresh.push_back(std::make_unique<storage::Message>());
        }
        for (auto& message : fresh)
            *message = make_message(made_++, begin_);
        const auto made = Clock::now();
        for (auto& message : fresh)
            section_.accept(*message);
        groups_.push_front(std::move(fresh));
        section_.seal(next_++);
        const auto sealed = Clock::now();
        storage::Section* const one[] = {&section_};
        const auto error = store_.commit(one);
        commits.push_back(Clock::now() - sealed);
        section_time += (filled - begin) + (sealed - made);
        if (error) {
            std::cerr << error->text << '\n';
            return false;
        }
        section_.clear();
        if (groups_.size() == 5) {
            settled += groups_.back().size();
            spare_ = std::move(groups_.back());
            groups_.pop_back();
        }
        return true;
    }

    storage::SectionId next() const { return next_; }
    const std::deque<Group>& groups() const { return groups_; }  // newest first

    std::vector<Clock::duration> commits;
    Clock::duration section_time{};
    std::size_t settled = 0;

private:
    void intend(Group& group) {
        for (auto& message : group) {
            message->status = storage::Status::sending;
            message->segments[0].phase = storage::Phase::intended;
            message->segments[0].intended_at = message->accepted_at + 3;
            message->decisions.push_back({storage::Look::window, storage::Verdict::go, "all_passed",
                                          message->accepted_at + 3});
            section_.decide(*message);
            section_.intend(*message, 0);
        }
    }
    void answer(Group& group) {
        for (auto& message : group) {
            message->status = storage::Status::sent;
            message->segments[0].phase = storage::Phase::sent;
            message->segments[0].carrier_message_id = std::to_string(message->id.value);
            message->segments[0].answered_at = message->accepted_at + 9;
            section_.answer(*message, 0);
        }
    }
    void settle(Group& group) {
        for (auto& message : group) {
            message->segments[0].phase = storage::Phase::settled;
            message->segments[0].state = text::MessageState::delivered;
            message->segments[0].error = "000";
            message->segments[0].receipt_at = message->accepted_at + 900;
            section_.receipt(*message, 0);
            message->status = storage::Status::delivered;
            message->settled_at = message->accepted_at + 900;
            section_.settle(*message);
        }
    }

    storage::Store& store_;
    storage::SectionId next_;
    std::size_t group_;
    storage::UnixMs begin_;
    std::size_t made_ = 0;
    storage::Section section_;
    std::deque<Group> groups_;
    Group spare_;
};

}  // namespace parley::bench
