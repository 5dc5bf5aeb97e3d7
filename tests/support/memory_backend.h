#pragma once
// A Backend that remembers what it is told, for tests of the API. Answers at once, or, when
// hold_answers is set, only on release(): what a real engine does between commit and answer.

#include "engine/api/backend.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

namespace parley::testing {

class MemoryBackend : public api::Backend {
public:
    // What a test sets up.
    UnixMs wall = 1'700'000'000'000;
    std::deque<api::SendOutcome> outcomes;   // for the next requests; empty: accepted
    std::vector<storage::Message> messages;  // oldest first
    std::map<std::pair<std::string, std::string>, storage::Suppression> suppressed;
    std::vector<api::LinkView> link_views;
    api::EngineState engine_state{.ready = true};
    std::map<std::pair<std::string, std::uint32_t>, std::string> status_names;
    api::Problem suppress_problem = api::Problem::none;
    bool hold_answers = false;
    api::ChangeOutcome change_outcome;  // of what is not done, or is refused
    api::QueueView queue_view;
    std::vector<api::UnmatchedReceipt> unmatched;  // newest first
    api::RouteView route_view;
    std::map<std::string, smpp::CapturedLink> captures;
    api::ReloadView reload_view;

    // What a test looks at.
    std::size_t reloads = 0;  // that were no dry runs
    std::vector<api::SendRequest> sent;
    std::vector<api::RouteQuestion> questions;
    std::vector<api::ChangeRequest> changes;
    std::vector<std::string> subscriptions;  // "account from last_event_id"
    std::vector<std::pair<std::string, std::function<void(const api::StreamEvent&)>>> subscribers;

    void release() {
        auto answers = std::exchange(held_, {});
        for (const auto& answer : answers)
            answer();
    }

    storage::Message& add_message(storage::Direction direction, const std::string& account,
                                  const std::string& from, const std::string& to,
                                  const std::string& text) {
        auto& message = messages.emplace_back();
        message.id = storage::ItemId::of(messages.size(), 0);
        message.direction = direction;
        message.status = direction == storage::Direction::outbound ? storage::Status::sent
                                                                   : storage::Status::received;
        message.account = account;
        message.from = from;
        message.to = to;
        message.text = text;
        message.accepted_at = wall;
        return message;
    }

    Now now() const override { return {Instant{}, wall}; }

    void send(std::vector<api::SendRequest> requests,
              std::function<void(std::vector<api::SendOutcome>)> done) override {
        std::vector<api::SendOutcome> answers;
        for (auto& request : requests) {
            answers.push_back(next_outcome(request));
            sent.push_back(std::move(request));
        }
        later([done = std::move(done), answers = std::move(answers)] { done(answers); });
    }

    void find_message(storage::MessageId id,
                      std::function<void(std::optional<storage::Message>)> done) override {
        std::optional<storage::Message> found;
        for (const auto& message : messages)
            if (message.id == id) found = message;
        later([done = std::move(done), found] { done(found); });
    }

    void cancel(storage::MessageId id, std::function<void(api::ChangeOutcome)> done) override {
        api::ChangeOutcome outcome;
        for (auto& message : messages) {
            if (message.id != id) continue;
            if (message.status <= storage::Status::held) message.status = storage::Status::canceled;
            outcome = {.done = message.status == storage::Status::canceled, .message = message};
        }
        later([done = std::move(done), outcome] { done(outcome); });
    }

    void change(storage::MessageId id, api::ChangeRequest request,
                std::function<void(api::ChangeOutcome)> done) override {
        api::ChangeOutcome outcome = change_outcome;
        for (auto& message : messages) {
            if (message.id != id) continue;
            outcome.done =
                outcome.problem == api::Problem::none && message.status <= storage::Status::held;
            if (outcome.done) message.text = request.text;
            outcome.message = message;
        }
        changes.push_back(std::move(request));
        later([done = std::move(done), outcome] { done(outcome); });
    }

    void dead_letters(api::MessageFilter filter, storage::MessageId before, std::size_t limit,
                      std::function<void(api::MessagesView)> done) override {
        list(limit, done, [=](const storage::Message& message) {
            return storage::is_dead_letter(message.status) && (!before || message.id < before) &&
                   filter.fits(message);
        });
    }
    void uncertain(api::MessageFilter filter, storage::MessageId before, std::size_t limit,
                   std::function<void(api::MessagesView)> done) override {
        list(limit, done, [=](const storage::Message& message) {
            return message.status == storage::Status::sending && (!before || message.id < before) &&
                   filter.fits(message);
        });
    }
    void queue(std::function<void(api::QueueView)> done) override {
        later([done = std::move(done), view = queue_view] { done(view); });
    }
    void unmatched_receipts(api::UnmatchedFilter filter, std::size_t limit,
                            std::function<void(std::vector<api::UnmatchedReceipt>)> done) override {
        std::vector<api::UnmatchedReceipt> found;
        for (const auto& receipt : unmatched) {
            const bool fits = (filter.carrier.empty() || filter.carrier == receipt.carrier) &&
                              (filter.reason.empty() || filter.reason == receipt.reason);
            if (fits && found.size() < limit) found.push_back(receipt);
        }
        later([done = std::move(done), found] { done(found); });
    }
    void capture(std::string link, bool on, std::function<void(bool)> done) override {
        const bool known =
            std::ranges::find(link_views, link, &api::LinkView::link) != link_views.end();
        if (known && on) captures[link].link = link;
        if (known && !on) captures.erase(link);
        later([done = std::move(done), known] { done(known); });
    }
    void captured(std::string link,
                  std::function<void(std::optional<smpp::CapturedLink>)> done) override {
        std::optional<smpp::CapturedLink> found;
        if (const auto place = captures.find(link); place != captures.end()) found = place->second;
        later([done = std::move(done), found] { done(found); });
    }
    api::RouteView explain(const api::RouteQuestion& question) override {
        questions.push_back(question);
        return route_view;
    }

    void conversations(std::string account, storage::MessageId before, std::size_t limit,
                       std::function<void(api::ConversationsView)> done) override {
        api::ConversationsView view;
        for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
            const auto id = message->conversation();
            const bool known = std::any_of(
                view.conversations.begin(), view.conversations.end(),
                [&](const storage::ConversationEntry& entry) { return entry.id == id; });
            if (message->account != account || (before && message->id >= before) || known) continue;
            if (view.conversations.size() == limit) {
                view.more = view.conversations.back().last.id;
                break;
            }
            view.conversations.push_back({id, *message});
        }
        later([done = std::move(done), view] { done(view); });
    }

    void thread(storage::ConversationId id, storage::MessageId before, std::size_t limit,
                std::function<void(api::ThreadView)> done) override {
        api::ThreadView view;
        for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
            if (message->conversation() != id) continue;
            if (!view.newest) view.newest = message->id;
            if (before && message->id >= before) continue;
            view.more = view.messages.size() == limit;
            if (view.more) break;
            view.messages.push_back(*message);
        }
        later([done = std::move(done), view] { done(view); });
    }

    void suppress(storage::Suppression suppression,
                  std::function<void(api::Problem)> done) override {
        if (suppress_problem == api::Problem::none)
            suppressed[{suppression.scope, suppression.contact}] = suppression;
        later([done = std::move(done), problem = suppress_problem] { done(problem); });
    }

    void restore(std::string scope, std::string contact,
                 std::function<void(api::Problem)> done) override {
        suppressed.erase({scope, contact});
        later([done = std::move(done)] { done(api::Problem::none); });
    }

    void find_suppression(std::string scope, std::string contact,
                          std::function<void(std::optional<storage::Suppression>)> done) override {
        std::optional<storage::Suppression> found;
        if (const auto place = suppressed.find({scope, contact}); place != suppressed.end())
            found = place->second;
        later([done = std::move(done), found] { done(found); });
    }

    void suppressions(std::string scope, std::string after, std::size_t limit,
                      std::function<void(std::vector<storage::Suppression>)> done) override {
        std::vector<storage::Suppression> found;
        for (const auto& [key, suppression] : suppressed)
            if (key.first == scope && key.second > after && found.size() < limit)
                found.push_back(suppression);
        later([done = std::move(done), found] { done(found); });
    }

    void links(std::function<void(std::vector<api::LinkView>)> done) override {
        later([done = std::move(done), views = link_views] { done(views); });
    }
    void reload(bool dry_run, std::function<void(api::ReloadView)> done) override {
        if (!dry_run) ++reloads;
        api::ReloadView view = reload_view;
        view.dry_run = dry_run;
        done(std::move(view));
    }
    api::EngineState state() const override { return engine_state; }
    std::string status_name(std::string_view carrier, std::uint32_t status) const override {
        const auto found = status_names.find({std::string(carrier), status});
        return found == status_names.end() ? "unnamed" : found->second;
    }
    std::string metrics_text() const override { return "parley_up 1\n"; }

    std::shared_ptr<void> subscribe(std::string account, std::string last_event_id,
                                    std::function<void(const api::StreamEvent&)> deliver) override {
        subscriptions.push_back(account + " from " + last_event_id);
        subscribers.emplace_back(account, std::move(deliver));
        return std::make_shared<int>(0);
    }

private:
    void list(std::size_t limit, const std::function<void(api::MessagesView)>& done,
              const std::function<bool(const storage::Message&)>& fits) {
        api::MessagesView view;
        for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
            if (!fits(*message)) continue;
            if (view.messages.size() == limit) {
                view.more = view.messages.back().id;
                break;
            }
            view.messages.push_back(*message);
        }
        later([done, view] { done(view); });
    }

    void later(std::function<void()> answer) {
        if (hold_answers) return held_.push_back(std::move(answer));
        answer();
    }

    api::SendOutcome next_outcome(const api::SendRequest& request) {
        api::SendOutcome outcome;
        if (!outcomes.empty()) {
            outcome = outcomes.front();
            outcomes.pop_front();
        }
        if (outcome.problem != api::Problem::none) return outcome;
        outcome.id = storage::ItemId::of(1, next_index_++);
        outcome.conversation = storage::ConversationId::of(request.from, request.to);
        outcome.segments = 1;
        return outcome;
    }

    std::vector<std::function<void()>> held_;
    std::uint32_t next_index_ = 0;
};

}  // namespace parley::testing
