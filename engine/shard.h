#pragma once
// One thread's share of the engine: its conversations, its carriers' links, its part of the
// journal. Fed by the world through Driven, asked by the HTTP surfaces through api::Backend, and
// itself free of sockets, clocks and threads. Runs the two journeys and acts on what becomes
// durable.

#include "engine/desk.h"
#include "engine/inbound.h"
#include "engine/inquirer.h"
#include "engine/outbound.h"
#include "engine/ports.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley {

class Shard : public Driven, public api::Backend {
public:
    struct Setup {
        StandingPtr standing;
        Commons& commons;
        Ports& ports;
        std::uint32_t index = 0;
        std::uint32_t count = 1;
        metrics::Scope metrics;
        std::function<std::string()> metrics_text;  // the exposition, for GET /metrics
        std::uint64_t seed = 0;
        std::uint64_t boot =
            0;  // part of stream positions: another run of the process, another boot
        /// For the API: has the configuration read again; see api::Backend::reload(). `told` is
        /// called on the shard's thread, and may be destroyed on any.
        using Told = std::function<void(Shard&, Now, api::ReloadView)>;
        std::function<void(bool dry_run, Told told)> reload{};
        /// On the shard's thread: from here on it goes by another configuration.
        std::function<void(const Standing&)> changed{};
    };
    Shard(Setup setup, Now start);

    // Before the first turn, in this order.
    void recover_suppression(std::string_view scope, std::string_view contact);
    void recover_spent(Now now, const std::map<std::string, storage::Spent, std::less<>>& spent);
    /// So many are about to be recovered, on all shards together.
    void expect_messages(std::size_t count);
    void recover(Now now, std::unique_ptr<storage::InboundPart> part);
    void recover(Now now, std::unique_ptr<storage::EarlyReceipt> receipt);
    void recover(Now now, std::unique_ptr<storage::Message> message);
    /// What was recovered here and belongs to that shard: taken there before anything else runs, or
    /// millions of letters would lie in between.
    std::vector<Mail> take_recovered(std::uint32_t shard) {
        return std::exchange(desk_.outbox[shard], {});
    }

    /// Has every shard go by another configuration, nothing of what runs being dropped: first all
    /// learn of it, then all act on it, so that no shard hears of a carrier that it does not know.
    /// Made by Standing(wanted, *desk().standing); one at a time. done: all of them do.
    void adopt(StandingPtr standing, std::function<void(Now)> done);
    /// The operator table from now on; null: there is none. Between two turns.
    void take_operators(std::shared_ptr<const carrier::OperatorTable> operators) {
        desk_.operators = std::move(operators);
    }

    // Driven
    void on_mail(Now now, std::vector<Mail> mail) override;
    void on_committed(Now now, std::unique_ptr<storage::Section> section) override;
    void on_answer(Now now, const std::function<void(Now)>& then) override;
    void on_store_trouble(Now now, const std::string& text) override;
    void on_deadline(Now now) override;
    std::uint32_t link_count() const override;
    LinkRoute link_route(std::uint32_t link) const override;
    void on_link_connected(Now now, std::uint32_t link) override;
    void on_link_connect_failed(Now now, std::uint32_t link, session::LinkEnd why,
                                std::string_view detail) override;
    std::vector<OutbindDoor> outbind_doors() const override;
    std::optional<std::uint32_t> on_carrier_connected(Now now, CarrierIndex carrier) override;
    void on_link_bytes(Now now, std::uint32_t link, std::string_view bytes) override;
    void on_link_written(Now now, std::uint32_t link, std::size_t octets) override;
    void on_link_closed(Now now, std::uint32_t link, session::LinkEnd why,
                        std::string_view detail) override;
    void take_touched_links(std::vector<std::uint32_t>& links) override;
    std::string_view link_output(std::uint32_t link) const override;
    bool link_wants_connect(Now now, std::uint32_t link) override;
    bool link_wants_close(std::uint32_t link) override;
    void turn(Now now) override;
    std::optional<Instant> next_deadline() const override;
    void drain(Now now) override;
    bool drained() const override;

    // api::Backend
    Now now() const override { return now_; }
    void send(std::vector<api::SendRequest> requests,
              std::function<void(std::vector<api::SendOutcome>)> done) override;
    void find_message(storage::MessageId id,
                      std::function<void(std::optional<storage::Message>)> done) override;
    void cancel(storage::MessageId id, std::function<void(api::ChangeOutcome)> done) override;
    void change(storage::MessageId id, api::ChangeRequest request,
                std::function<void(api::ChangeOutcome)> done) override;
    void dead_letters(api::MessageFilter filter, storage::MessageId before, std::size_t limit,
                      std::function<void(api::MessagesView)> done) override;
    void uncertain(api::MessageFilter filter, storage::MessageId before, std::size_t limit,
                   std::function<void(api::MessagesView)> done) override;
    void queue(std::function<void(api::QueueView)> done) override;
    void unmatched_receipts(api::UnmatchedFilter filter, std::size_t limit,
                            std::function<void(std::vector<api::UnmatchedReceipt>)> done) override;
    void capture(std::string link, bool on, std::function<void(bool)> done) override;
    void captured(std::string link,
                  std::function<void(std::optional<smpp::CapturedLink>)> done) override;
    api::RouteView explain(const api::RouteQuestion& question) override;
    void conversations(std::string account, storage::MessageId before, std::size_t limit,
                       std::function<void(api::ConversationsView)> done) override;
    void thread(storage::ConversationId id, storage::MessageId before, std::size_t limit,
                std::function<void(api::ThreadView)> done) override;
    void suppress(storage::Suppression suppression,
                  std::function<void(api::Problem)> done) override;
    void restore(std::string scope, std::string contact,
                 std::function<void(api::Problem)> done) override;
    void find_suppression(std::string scope, std::string contact,
                          std::function<void(std::optional<storage::Suppression>)> done) override;
    void suppressions(std::string scope, std::string after, std::size_t limit,
                      std::function<void(std::vector<storage::Suppression>)> done) override;
    void links(std::function<void(std::vector<api::LinkView>)> done) override;
    void reload(bool dry_run, std::function<void(api::ReloadView)> done) override;
    api::EngineState state() const override;
    std::string status_name(std::string_view carrier, std::uint32_t status) const override;
    std::string metrics_text() const override { return setup_.metrics_text(); }
    std::shared_ptr<void> subscribe(std::string account, std::string last_event_id,
                                    std::function<void(const api::StreamEvent&)> deliver) override;

    // For Calls from other shards, and for checkers.
    Desk& desk() { return desk_; }
    const Desk& desk() const { return desk_; }
    Inbound& inbound() { return inbound_; }
    Outbound& outbound() { return outbound_; }

private:
    struct Ticket {
        std::size_t left = 0;
        std::vector<api::SendOutcome> outcomes;
        std::function<void(std::vector<api::SendOutcome>)> done;
    };
    struct Subscription;

    /// On its home shard, without its links; another shard has an empty place for it.
    void make_carrier(Now start, CarrierIndex index);
    void set_weights(CarrierDesk& carrier);
    /// Figures of the carrier's limits as they are called now.
    void register_limits(CarrierDesk& carrier);
    // Links of a carrier, and the budget they share (shard_links.cpp)
    void make_links(Now start, CarrierDesk& carrier);
    void add_link(Now start, CarrierDesk& carrier, LinkPlan plan);
    metrics::Scope scope_of(const CarrierDesk& carrier, const std::string& link) const;
    void note_state(Now now, Link& link);
    void settle_attempt(Link& link);
    void note_end(Now now, Link& link, const session::Ended& ended);
    void leave_host(const CarrierDesk& carrier, const Link& refused, std::size_t host);
    std::optional<Instant> deadline_of(const Link& link) const;
    const std::string& address_of(const Link& link) const;
    api::LinkView view_of(Now now, const Link& link) const;

    // Another configuration (shard_reload.cpp)
    void learn(Now now, StandingPtr standing);
    void learn(Now now, CarrierDesk& carrier, const config::Carrier& before);
    void act(Now now);
    void arrange_links(Now now, CarrierDesk& carrier);
    void replan(Now now, CarrierDesk& carrier, Link& link, LinkPlan wanted);
    void end_link(Now now, std::uint32_t index);
    void change_links(Now now, CarrierDesk& carrier);
    /// Whether another session would be within what the settings ask for: some may still be ending.
    bool has_room(const CarrierDesk& carrier) const;

    void pump_link(Now now, std::uint32_t link);
    void on_event(Now now, std::uint32_t link, const session::Event& event);
    void log_oddity(Now now, Link& link, const std::string& detail);
    void summarise_oddities(Now now, Link& link);
    void link_state_changed(Now now, Link& link);

    void receive(Now now, AcceptMail mail);
    void receive(Now now, AcceptAnswer mail);
    void receive(Now now, DispatchMail mail);
    void receive(Now now, ReturnMail mail);
    void receive(Now now, AnsweredMail mail);
    void receive(Now now, InboundMail mail);
    void receive(Now now, DeliverAnswer mail);
    void receive(Now now, CarrierUpMail mail);
    void receive(Now now, Call mail);

    void enter(Now now);
    Batch begin_batch();
    void complete(Now now, Batch batch);
    void answer_accepted(Now now, std::vector<Batch::Accepted> accepted);
    void forget_settled(Now now, const std::vector<storage::Message*>& settled);
    void flush_mail(Now now);
    void hand_over(Now now);
    void update_gauges(Now now);  // shard_gauges.cpp
    void update_gauges(Now now, CarrierDesk& carrier);
    static void update_gauges(Now now, const Link& link);
    void watch_overdue(Now now);  // shard_overdue.cpp
    void watch_retention(Now now);

    // Backend helpers (shard_api.cpp)
    std::uint64_t await(std::uint32_t answers, std::function<void(Now)> then);
    void arrived(Now now, std::uint64_t asked);
    static void answer(Desk& there, std::uint32_t origin, std::uint64_t asked);
    void ask_everyone(const std::function<void(Shard&, Now)>& ask, std::function<void(Now)> then);
    void find_live_copies(std::vector<storage::MessageId> ids,
                          std::function<void(std::vector<storage::Message>)> done);
    void find_message_again(storage::MessageId id, int tries,
                            std::function<void(std::optional<storage::Message>)> done);
    // shard_changes.cpp
    using Answer = Inquirer::Done;
    /// What is to be done with a message, on the shard that has it; the answer is given once.
    using Attempt = std::function<void(Shard&, Now, storage::Message&, Answer)>;
    void cancel_here(Now now, storage::Message& message, Answer answer);
    void change_here(Now now, storage::Message& message, const api::ChangeRequest& request,
                     Answer answer);
    void answer_when_durable(api::ChangeOutcome outcome, Answer answer);
    void change_message(storage::MessageId id, Attempt attempt,
                        std::function<void(api::ChangeOutcome)> done);
    void change_again(storage::MessageId id, int tries, Attempt attempt,
                      std::function<void(api::ChangeOutcome)> done);
    void change_stored(storage::MessageId id, int tries, Attempt attempt,
                       std::function<void(api::ChangeOutcome)> done);
    void change_evicted(storage::Message stored, CarrierIndex carrier, int tries, Attempt attempt,
                        std::function<void(api::ChangeOutcome)> done);
    // shard_ops.cpp
    Link* find_link(std::string_view name);
    void send_when_seen(api::SendRequest request,
                        std::function<void(std::vector<api::SendOutcome>)> done);
    void subscription_begins(const std::weak_ptr<Subscription>& to, std::uint32_t shard,
                             std::uint64_t newest, bool complete);
    void deliver_event(const std::weak_ptr<Subscription>& to, std::uint32_t shard,
                       const events::Event& event);

    Setup setup_;
    Now now_;
    Desk desk_;
    Outbound outbound_;
    Inbound inbound_;
    Inquirer inquirer_;
    bool offered_ = false;          // desk_.open's section is with the store, or was
    std::deque<Batch> committing_;  // taken by the store, oldest first
    std::map<std::uint64_t, Ticket> tickets_;
    std::uint64_t last_ticket_ = 0;
    struct Asked {
        std::uint32_t left;
        std::function<void(Now)> then;
    };
    std::map<std::uint64_t, Asked> asked_;
    std::uint64_t last_asked_ = 0;
    std::vector<std::unique_ptr<storage::Section>> spare_sections_;
    Instant next_upkeep_{};
    Instant next_overdue_{};
    storage::MessageId overdue_looked_at_;  // up to here on this walk; 0: it begins anew
    Instant next_retention_{};
    Instant drain_until_{};
};

}  // namespace parley
