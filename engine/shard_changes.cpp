// What a caller asks of a message that was accepted: cancel it, or say something else.

#include "engine/shard.h"

#include <utility>

namespace parley {

using storage::Message;

namespace {

/// How often a message on its way between two shards is looked for.
constexpr int tries_max = 5;

}  // namespace

void Shard::cancel(storage::MessageId id, std::function<void(api::ChangeOutcome)> done) {
    change_message(
        id,
        [](Shard& there, Now now, Message& message, Answer answer) {
            there.cancel_here(now, message, std::move(answer));
        },
        std::move(done));
}

void Shard::change(storage::MessageId id, api::ChangeRequest request,
                   std::function<void(api::ChangeOutcome)> done) {
    change_message(
        id,
        [request = std::move(request)](Shard& there, Now now, Message& message, Answer answer) {
            there.change_here(now, message, request, std::move(answer));
        },
        std::move(done));
}

// ---- On the shard that has the message, between two of its own steps: so a message is either
// canceled, changed or sent.
// ------------------------------------------------------------------------------

void Shard::cancel_here(Now now, Message& message, Answer answer) {
    api::ChangeOutcome outcome{.done = outbound_.cancel(now, message), .message = message};
    if (outcome.done) return answer_when_durable(std::move(outcome), std::move(answer));
    if (!storage::is_final(message.status) && Outbound::may_have_left(message)) {
        outcome.detail = inquirer_.why_not(message, storage::Operation::cancel);
        if (outcome.detail.empty()) return inquirer_.cancel(now, message, std::move(answer));
    }
    answer(now, std::move(outcome));
}

void Shard::change_here(Now now, Message& message, const api::ChangeRequest& request,
                        Answer answer) {
    api::ChangeOutcome outcome{.message = message};
    if (storage::is_final(message.status)) return answer(now, std::move(outcome));
    if (Outbound::may_have_left(message)) {
        outcome.detail = inquirer_.why_not(message, storage::Operation::replace);
        if (outcome.detail.empty())
            return inquirer_.replace(now, message, request, std::move(answer));
        outcome.problem = api::Problem::not_changeable;
        return answer(now, std::move(outcome));
    }
    outbound_.change(now, message, request, outcome);
    outcome.message = message;
    answer_when_durable(std::move(outcome), std::move(answer));
}

void Shard::answer_when_durable(api::ChangeOutcome outcome, Answer answer) {
    desk_.open.then.push_back([outcome = std::move(outcome),
                               answer = std::move(answer)](Now later) { answer(later, outcome); });
}

// ---- Where it is
// ----------------------------------------------------------------------------------

void Shard::change_message(storage::MessageId id, Attempt attempt,
                           std::function<void(api::ChangeOutcome)> done) {
    if (!desk_.store_trouble.empty()) {
        done({.problem = api::Problem::storage_unavailable});
        return;
    }
    change_again(id, tries_max, std::move(attempt), std::move(done));
}

/// Every shard is asked; the one that has the message decides.
void Shard::change_again(storage::MessageId id, int tries, Attempt attempt,
                         std::function<void(api::ChangeOutcome)> done) {
    auto found = std::make_shared<std::vector<api::ChangeOutcome>>(desk_.shards);
    const auto shared = std::make_shared<const Attempt>(std::move(attempt));
    const std::uint64_t asked =
        await(desk_.shards, [this, id, tries, found, shared, done = std::move(done)](Now) mutable {
            for (api::ChangeOutcome& outcome : *found) {
                if (outcome.message) return done(std::move(outcome));
            }
            change_stored(id, tries, *shared, std::move(done));
        });
    for (std::uint32_t shard = 0; shard < desk_.shards; ++shard) {
        desk_.post(shard,
                   Call{[id, found, asked, shared, origin = desk_.shard](Shard& there, Now now) {
                       Desk& desk = there.desk();
                       Message* message = desk.find_live(id);
                       if (message == nullptr) return answer(desk, origin, asked);
                       (*shared)(there, now, *message,
                                 [&desk, found, asked, origin](Now, api::ChangeOutcome outcome) {
                                     (*found)[desk.shard] = std::move(outcome);
                                     answer(desk, origin, asked);
                                 });
                   }});
    }
}

/// No shard has it: it has ended, waits on disk for its receipt, is on its way between two shards,
/// or there is none.
void Shard::change_stored(storage::MessageId id, int tries, Attempt attempt,
                          std::function<void(api::ChangeOutcome)> done) {
    auto stored = std::make_shared<std::optional<Message>>();
    desk_.ports.query(
        [stored, id](storage::Store& store) { *stored = store.find_message(id); },
        [this, id, tries, stored, attempt = std::move(attempt),
         done = std::move(done)](Now) mutable {
            // A snapshot on disk is older than the message itself, wherever that is.
            const bool over = *stored && storage::is_final((*stored)->status);
            const bool evicted = *stored && !over && (*stored)->evicted;
            const auto carrier = evicted ? desk_.index_of((*stored)->carrier) : std::nullopt;
            if (carrier && tries > 1)
                return change_evicted(std::move(**stored), *carrier, tries, std::move(attempt),
                                      std::move(done));
            if (!over && !evicted && tries > 1)
                return change_again(id, tries - 1, std::move(attempt), std::move(done));
            api::ChangeOutcome outcome{.message = std::move(*stored)};
            outcome.done = outcome.message && outcome.message->status == storage::Status::canceled;
            done(std::move(outcome));
        });
}

/// Its carrier's home shard takes it back into memory, for it to be asked about.
void Shard::change_evicted(Message stored, CarrierIndex carrier, int tries, Attempt attempt,
                           std::function<void(api::ChangeOutcome)> done) {
    auto found = std::make_shared<api::ChangeOutcome>();
    const storage::MessageId id = stored.id;
    const std::uint64_t asked =
        await(1, [this, id, tries, found, attempt, done = std::move(done)](Now) mutable {
            if (found->message) return done(std::move(*found));
            change_again(id, tries - 1, std::move(attempt), std::move(done));
        });
    auto copy = std::make_shared<Message>(std::move(stored));
    desk_.post(desk_.home_of(carrier), Call{[copy, found, asked, attempt = std::move(attempt),
                                             origin = desk_.shard](Shard& there, Now now) {
                   Desk& desk = there.desk();
                   Message* message = there.inquirer_.bring_back(now, std::move(*copy));
                   if (message == nullptr) return answer(desk, origin, asked);
                   attempt(there, now, *message,
                           [&desk, found, asked, origin](Now, api::ChangeOutcome outcome) {
                               *found = std::move(outcome);
                               answer(desk, origin, asked);
                           });
               }});
}

}  // namespace parley
