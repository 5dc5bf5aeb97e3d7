#pragma once
// The journey of what a carrier is asked about messages that it has: query_sm when a receipt stays
// away, cancel_sm and replace_sm when a caller wishes so (SMPP 3.4 §4.8, §4.9, §4.10). On the
// carrier's home shard. What an answer tells goes the way of a receipt. Driven by its Shard.

#include "engine/api/backend.h"
#include "engine/desk.h"
#include "engine/inbound.h"
#include "engine/outbound.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace parley {

class Inquirer {
public:
    Inquirer(Desk& desk, Outbound& outbound, Inbound& inbound)
        : desk_(desk), outbound_(outbound), inbound_(inbound) {}

    /// Of a request in a window: one of ours, not a submit's.
    static bool is_ours(std::uint64_t token) { return (token & token_bit) != 0; }
    void on_answered(Now now, CarrierDesk& carrier, const session::InquiryAnswered& answer);
    void on_unanswered(Now now, CarrierDesk& carrier, std::uint64_t token);

    /// Looks for overdue receipts, and gives up on orders that found no room.
    void on_deadline(Now now);
    /// Asks what is due, as far as pace and windows allow.
    void pump(Now now, CarrierDesk& carrier);
    std::optional<Instant> next_deadline(Now now) const;

    /// Called once, when what it tells is durable. `message` is empty when it has gone elsewhere
    /// meanwhile: look again.
    using Done = std::function<void(Now, api::ChangeOutcome)>;
    /// Why its carrier is not asked to cancel or replace this message, as a sentence; empty: it is.
    /// Of a message that has not ended.
    std::string why_not(const storage::Message& message, storage::Operation operation) const;
    /// Requires an empty why_not(). Canceled is what the carrier has confirmed, segment by segment.
    void cancel(Now now, storage::Message& message, Done done);
    /// Likewise; new text in the alphabet of the old one, and one segment.
    void replace(Now now, storage::Message& message, const api::ChangeRequest& request, Done done);
    /// An evicted message, as the store has it, back in memory; null: it has ended.
    storage::Message* bring_back(Now now, storage::Message message);

private:
    static constexpr std::uint64_t token_bit = std::uint64_t{1} << 63U;

    /// A request in a window.
    struct Open {
        storage::MessageId message{};
        std::uint8_t segment = 0;
        storage::Operation operation = storage::Operation::query;
        std::uint64_t change = 0;  // that it belongs to; 0: a question of our own
    };
    /// What a caller wishes.
    struct Change {
        storage::Operation operation = storage::Operation::cancel;
        storage::MessageId message{};
        CarrierIndex carrier = 0;
        std::vector<std::uint8_t> to_ask{};  // segments
        std::size_t segments = 0;
        std::size_t open = 0;
        std::size_t confirmed = 0;
        bool silent = false;                            // some answer never came
        smpp::Status refused = smpp::Status::ESME_ROK;  // the last one
        Instant until{};                                // then what is still to ask is not asked
        std::string text{};
        std::string octets{};  // as replace_sm carries it
        storage::UnixMs expires_at = 0;
        Done done{};
    };
    using Changes = std::map<std::uint64_t, Change>;

    void look(Now now, CarrierDesk& carrier);
    void take_due(CarrierDesk& carrier, const storage::Message& message, UnixMs now);
    void begin(Now now, storage::Message& message, Change change);
    void ask_for_change(Now now, CarrierDesk& carrier, std::uint64_t number, Change& change);
    void ask(Now now, CarrierDesk& carrier, Link& link, storage::Message& message, Open what);
    void write(Now now, CarrierDesk& carrier, Link& link, const storage::Message& message,
               std::uint64_t token, const Open& what);
    Link* free_link(Now now, CarrierDesk& carrier, std::size_t spare);
    std::optional<Open> take_open(std::uint64_t token);
    void keep_no_longer(storage::MessageId id);
    storage::Message* unsettled(storage::MessageId id);
    void note(storage::Message& message, const Open& what, const storage::Inquiry& answer);
    void on_told(Now now, CarrierDesk& carrier, const Open& what,
                 const session::InquiryAnswered& answer);
    void on_changed(Now now, CarrierDesk& carrier, const Open& what, smpp::Status status,
                    bool answered);
    void finish(Now now, CarrierDesk& carrier, Changes::iterator change);
    void conclude(Now now, CarrierDesk& carrier, Change& change, storage::Message& message,
                  api::ChangeOutcome& outcome);

    Desk& desk_;
    Outbound& outbound_;
    Inbound& inbound_;
    std::map<std::uint64_t, Open> open_;  // by token
    std::uint64_t last_token_ = 0;
    Changes changes_;
    std::uint64_t last_change_ = 0;
};

}  // namespace parley
