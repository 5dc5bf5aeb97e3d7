#pragma once
// The outbound journey, top to bottom: intake, gate, promise, conversation order, route, pace, last
// look, submit_sm, answer. Calls the stations and acts on what they decide. Driven by its Shard.

#include "engine/desk.h"
#include "protocol/smpp/status.h"

#include <optional>
#include <string_view>

namespace parley {

class Outbound {
public:
    explicit Outbound(Desk& desk) : desk_(desk) {}

    // On the contact's shard.
    void accept(Now now, AcceptMail mail);
    /// One of our own (a confirmation, a HELP answer), promised in the open section with its cause.
    void accept_own(Now now, const storage::Message& cause, storage::MessageClass message_class,
                    const std::string& text);
    /// The promise is durable: into its conversation.
    void enter(Now now, std::unique_ptr<storage::Message> message);
    void on_answered(Now now, const AnsweredMail& mail);
    /// It goes again, later.
    void on_returned(Now now, ReturnMail mail);
    /// Ends a live message of this shard as canceled, if nothing of it can have left: then it never
    /// will. Also true for one that is canceled already. Durable with the open section.
    bool cancel(Now now, storage::Message& message);
    /// Whether some of the message is with a carrier, or may be.
    static bool may_have_left(const storage::Message& message);
    /// Whether the gate lets nothing more through to the contact, or the text cannot be sent; then
    /// the outcome says why.
    bool refuses(Now now, const storage::Message& message, const api::ChangeRequest& request,
                 api::ChangeOutcome& outcome);
    /// Another text for a live message of this shard of which nothing can have left, and another
    /// validity where one is asked for. Durable with the open section.
    void change(Now now, storage::Message& message, const api::ChangeRequest& request,
                api::ChangeOutcome& outcome);
    /// As the message is now, in memory; the caller journals it.
    void rewrite(storage::Message& message, std::string text, const carrier::Measure& size);
    /// What accept() would say now, and where the message would go. Promises nothing.
    api::RouteView explain(Now now, const api::RouteQuestion& question);
    /// Messages that wait for their send_at.
    std::size_t held() const { return held_count_; }
    /// Messages that wait to be sent again because their receipts said that they did not arrive.
    std::size_t returned() const { return returned_.size(); }

    // On the carrier's home shard.
    void on_dispatch(Now now, DispatchMail mail);
    void pump(Now now, CarrierDesk& carrier);
    void on_intent_durable(const Batch::Intent& intent);
    void on_submit_answered(Now now, CarrierDesk& carrier, Link& link,
                            const session::SubmitAnswered& answer);
    void on_unanswered(Now now, CarrierDesk& carrier, Link& link,
                       const session::Unanswered& unanswered);
    /// The answer to a submit that was given up: ends the doubt of its segment, if nothing else
    /// has. Gives back the receipts that had ended it, or another's, under an id that turns out not
    /// to be theirs.
    std::vector<storage::EarlyReceipt> on_answered_late(Now now, CarrierDesk& carrier, Link& link,
                                                        const session::AnsweredLate& answer);
    /// Its ceiling, its burst, whether it adapts or its uncertain_hold may have changed.
    void retune(Now now, CarrierDesk& carrier, const config::Carrier& before);
    /// Its form of ids has changed: receipts that are held may be of messages that wait for one.
    void join_early(Now now, CarrierDesk& carrier);
    /// The same of one message.
    void join_early(Now now, CarrierDesk& carrier, storage::Message& message) {
        index_segments(now, carrier, message);
    }
    /// Routes, dialects or carriers have changed: what waits for this one and has no reason to any
    /// more goes where it belongs.
    void look_again(Now now, CarrierDesk& carrier);
    /// A link came or went.
    void on_links_changed(Now now, CarrierDesk& carrier);
    /// A link was left because nothing that it was asked was answered, though the peer lives. Until
    /// something is, the carrier counts as away for failover_after, though links may bind.
    void on_silence(Now now, CarrierDesk& carrier);
    /// A receipt has told that an uncertain segment did leave. What has not yet been sent of the
    /// message goes on its way again.
    void on_certain(Now now, CarrierDesk& carrier, storage::Message& message);
    /// Nothing of the message's thread may be in flight or awaited any more, and one message of it
    /// in doubt: receipts that were held because nobody could say whose they are may now be told.
    static void look_again(CarrierDesk& carrier, const storage::Message& message);
    /// What a carrier tells of a segment, by a receipt or by an answer to a question: noted, and
    /// the segment settled when it is the last word. Nothing is done of one that is not with the
    /// carrier, or is settled: final states are never reversed.
    void settle_segment(Now now, CarrierDesk& carrier, storage::Message& message,
                        std::uint8_t segment, const storage::EarlyReceipt& receipt);
    /// Once every segment has its last word, ends the message, or has it go again. True: it has
    /// ended, or is no longer this carrier's.
    bool settle_by_receipts(Now now, CarrierDesk& carrier, storage::Message& message);
    /// It waits for its turn once more, from this moment on.
    void wait_again(Now now, storage::MessageId id, UnixMs at);

    // At start and as time goes by.
    void recover(Now now, std::unique_ptr<storage::Message> message);
    void on_deadline(Now now);
    std::optional<Instant> next_deadline(Now now) const;
    /// Nothing is between an intent and its answer.
    bool quiet() const;
    /// What keeps the carrier's queue from moving; empty: nothing waits, or nothing keeps it.
    std::optional<WaitCause> waits_for(Now now, CarrierDesk& carrier) const;
    /// A message that was evicted, as the store had it a moment ago, back in memory, as somebody
    /// needs it there; the one that is there if another was faster. Null: it has ended meanwhile.
    storage::Message* bring_back(Now now, CarrierDesk& carrier, storage::Message message);
    /// Settles an evicted message whose receipt never came, if its carrier is at home here.
    void give_up(Now now, storage::Message message);
    bool spill(Now now);
    void on_evicted(storage::MessageId id);

    /// Segment::error and Message::reason of a message whose TLVs its carrier no longer takes.
    static constexpr const char* tlv_not_taken = "tlv_not_taken";
    static constexpr std::int64_t validity_default_ms = 48LL * 3600 * 1000;

private:
    std::unique_ptr<storage::Message> draft(Now now, const api::SendRequest& request,
                                            api::SendOutcome& outcome);
    storage::Message& readopt(Now now, CarrierDesk& carrier, storage::Message message);
    void hold(storage::Message& message);
    void dispatch(Now now, storage::Message& message);
    void explain_route(const storage::Message& message, api::RouteView& view) const;
    // Which carrier (outbound_route.cpp).
    /// The route's best that is up, else its best; of those that take the message's TLVs.
    std::optional<CarrierIndex> choose_carrier(const carrier::Route& route,
                                               const storage::Message& message) const;
    /// The best that is up of those that the route puts behind the message's carrier.
    std::optional<CarrierIndex> next_carrier(const storage::Message& message) const;
    /// Where it goes when it has waited for its carrier as long as its route allows.
    std::optional<CarrierIndex> passes_on_to(Now now, const storage::Message& message) const;
    /// Some segment is with a carrier, or has been: the others have to follow it there.
    static bool has_begun(const storage::Message& message);
    /// To another carrier than the one whose lanes it has left.
    void go_to(Now now, CarrierDesk& from, storage::Message& message, CarrierIndex next);
    static void begin_anew(storage::Message& message);
    /// That one sweep looks at, so that a deep queue never stalls its shard.
    static constexpr std::size_t sweep_entries = 20'000;
    static bool is_away_long(Now now, const CarrierDesk& carrier);
    std::optional<CarrierIndex> way_out(const CarrierDesk& carrier,
                                        const storage::Message& message) const;
    void sweep(Now now, CarrierDesk& carrier);
    void expire_behind(Now now);
    /// The route names the carrier, and that takes the message's TLVs.
    bool takes(const carrier::Route& route, CarrierIndex carrier,
               const storage::Message& message) const;
    /// Whether the carrier takes every TLV that the message asks for (outbound_tlvs.cpp).
    bool takes_tlvs(CarrierIndex carrier, const storage::Message& message) const;
    /// Why no carrier of the list takes these, as a sentence; empty when one takes all of them.
    std::string complaint_about_tlvs(const carrier::Route& route,
                                     const smpp::NamedTlvs& tlvs) const;
    void arrive_at_carrier(Now now, CarrierDesk& carrier, storage::Message& message);
    /// The message in the alphabet and number of segments that the carrier's dialect makes of it.
    /// Requires that nothing of it has left. False: the carrier cannot be sent this text.
    bool fit(storage::Message& message, CarrierIndex carrier);
    void suppress_contact(Now now, const storage::Message& message, const CarrierDesk& carrier,
                          std::string_view cause);
    void hand_over(Now now, storage::Message& message, CarrierIndex carrier);
    void send_away(storage::MessageId id, CarrierIndex carrier);
    Duration drawn_wait(const CarrierDesk& carrier, std::uint32_t attempts, Duration first);
    void try_again(Now now, CarrierDesk& carrier, const storage::Message& message, Duration wait,
                   UnixMs until);
    /// Then a message that the carrier refuses for now is given up.
    static UnixMs tried_until(const CarrierDesk& carrier, const storage::Message& message);
    void intend_front(Now now, CarrierDesk& carrier);
    void send_ready(Now now, CarrierDesk& carrier);
    Link* pick_link(Now now, CarrierDesk& carrier);
    struct Allowance {
        std::size_t intents = 0;
        std::int64_t tokens = 0;
        bool is_used_up() const { return intents == 0 || tokens <= 0; }
        /// Segments of this message, each of which may count as several.
        std::size_t segments_of(const storage::Message& message) const;
    };
    Allowance intents_allowed(Now now, CarrierDesk& carrier);
    std::size_t intend(Now now, CarrierDesk& carrier, storage::Message& message, std::size_t room);
    /// What the answer to a segment, that counts as so many, says of the pace: of the carrier, the
    /// link or the destination.
    void adapt(Now now, CarrierDesk& carrier, Link& link, carrier::Reaction reaction,
               const session::SubmitAnswered& answer, std::size_t counted);
    void set_pace(Now now, CarrierDesk& carrier);
    /// Its destination rests, and so it does: true. It is in no lane any more.
    bool rests_with_destination(Now now, CarrierDesk& carrier, storage::Message& message);
    Duration destination_rest(Now now, const CarrierDesk& carrier,
                              const storage::Message& message) const;
    void submit(Now now, CarrierDesk& carrier, Link& link, SegmentRef ref);
    void take_back(Now now, CarrierDesk& carrier, SegmentRef ref);
    void note_uncertain(Now now, storage::Message& message, std::uint8_t segment);
    void send_again(storage::Message& message);
    void take_answer(Now now, CarrierDesk& carrier, storage::Message& message, std::uint8_t index,
                     smpp::Status status, carrier::Reaction reaction, std::string_view message_id);
    static SegmentRef free_slot(CarrierDesk& carrier, std::uint64_t token);
    storage::EarlyReceipt take_off_guess(Now now, CarrierDesk& carrier, storage::Message& message,
                                         std::size_t index);  // outbound_late.cpp
    void leave_unsent(Now now, CarrierDesk& carrier, SegmentRef ref);
    void after_round(Now now, CarrierDesk& carrier, storage::Message& message);
    void retry_or_fail(Now now, CarrierDesk& carrier, storage::Message& message);
    void fail(Now now, CarrierDesk& carrier, storage::Message& message, storage::Status status,
              std::string reason);
    // outbound_receipts.cpp
    bool settle_without_id(const CarrierDesk& carrier, storage::Message& message);
    /// How a message is sent once more.
    struct Again {
        std::optional<CarrierIndex> next{};  // empty: the same carrier
        std::uint8_t attempts = 0;           // in vain by that one
        UnixMs at = 0;
    };
    std::optional<Again> may_go_again(Now now, const CarrierDesk& carrier,
                                      const storage::Message& message);
    void go_again(Now now, CarrierDesk& carrier, storage::Message& message, const Again& how);
    void forget_try(CarrierDesk& carrier, storage::Message& message);
    void send_home(Now now, storage::MessageId id, UnixMs at);
    /// What has not left of the message never will, for this reason. What is with the carrier has
    /// its receipts to come, and the message ends with them.
    void give_up_rest(CarrierDesk& carrier, storage::Message& message, const std::string& reason);
    /// By what is known of its segments now.
    void end(Now now, CarrierDesk& carrier, storage::Message& message);
    /// As settle_by_receipts() says.
    bool index_segments(Now now, CarrierDesk& carrier, storage::Message& message);
    // outbound_reload.cpp
    bool belongs_to(const CarrierDesk& carrier, const storage::Message& message) const;
    void send_elsewhere(Now now, CarrierDesk& carrier, storage::Message& message);
    static bool may_belong_elsewhere(const CarrierDesk& carrier, const storage::Message& message);
    /// True, and it has gone: a reload has given it to other carriers while it was under way.
    /// Requires that it is in no lane, and no segment between intent and answer.
    bool goes_elsewhere(Now now, CarrierDesk& carrier, storage::Message& message);
    /// To the head, unless it goes elsewhere.
    void back_to_lane(Now now, CarrierDesk& carrier, storage::Message& message);
    /// In the alphabet and segments of its carrier's dialect as that is now, if it was measured by
    /// an older one. False: it cannot be sent.
    bool measured(const CarrierDesk& carrier, storage::Message& message);
    /// It was measured by an older dialect, and nothing of it is known to have left.
    static bool may_be_measured(const CarrierDesk& carrier, const storage::Message& message);
    std::optional<Instant> next_pace(Now now, const CarrierDesk& carrier) const;

    Desk& desk_;

    struct Timed {
        UnixMs at;
        storage::MessageId id;
        bool operator>(const Timed& other) const {
            return at != other.at ? at > other.at : id > other.id;
        }
    };
    using Timers = std::priority_queue<Timed, std::vector<Timed>, std::greater<>>;
    Timers held_;  // until send_at; may name some that were canceled since
    std::size_t held_count_ = 0;
    Timers returned_;   // until they go again; may name some that have ended since
    Timers uncertain_;  // until we stop waiting for a receipt
    Instant next_sweep_{};
    Instant next_spill_{};
};

}  // namespace parley
