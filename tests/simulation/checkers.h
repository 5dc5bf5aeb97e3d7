#pragma once
// What must hold at every moment of a run and at its end. Reads the octets on the links, the
// answers to callers and what the API shows; never the engine's own opinion of itself.

#include "config/config.h"
#include "engine/api/backend.h"
#include "engine/clock.h"
#include "engine/events/stream.h"
#include "protocol/smpp/framer.h"
#include "storage/message.h"
#include "tests/simulation/consent_book.h"
#include "tests/simulation/limit_book.h"
#include "tests/simulation/rate_book.h"
#include "tools/carrier_sim/books.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::simulation {

struct Violation : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The id of a simulated carrier, ten decimal or eight hexadecimal digits, in decimal.
std::string in_decimal(std::string_view id);

/// A deliver_sm or data_sm that waits for its response.
struct Told {
    bool receipt = false;
    std::string receipt_id;
    std::optional<text::MessageState> state;
    std::string contact;
    std::string sender;
    std::string group;  // of a part of a long message; empty: whole
    std::string text;   // of a whole one
    ConsentBook::Token wish = 0;
    std::uint8_t part = 0;
};

/// Both directions of one connection.
struct Wire {
    std::string carrier;
    std::string link;
    smpp::Framer queued;       // as the session says it
    smpp::Framer from_engine;  // as it is handed to the socket
    smpp::Framer to_engine;
    std::uint64_t octets_queued = 0;
    std::uint64_t octets_written = 0;
    /// After a drain was ordered: no submit_sm that ends beyond this.
    std::optional<std::uint64_t> no_submit_beyond;
    std::uint64_t frames_written = 0;  // octets in whole frames

    struct InFlight {
        Instant given_up;          // then the engine no longer waits for it
        std::string conversation;  // sender and contact
        std::string message;       // tells it from others of the conversation
        std::string sender;
        Now submitted{};
    };
    std::map<std::uint32_t, InFlight> in_flight;  // submit_sm without an answer
    /// query_sm, cancel_sm and replace_sm without an answer: when the engine gives them up, and
    /// what id they are about.
    std::map<std::uint32_t, std::pair<Instant, std::string>> inquiries;
    std::map<std::uint32_t, Told> told;
};

/// An answer to a caller that sent.
struct Answer {
    std::string sender;
    std::string contact;
    std::string text;
    std::string marker;       // "m=…", the first words of the text
    std::string template_id;  // that it asked for; empty: none
    bool held =
        false;  // it enters its conversation later, so its place there is not that of its id
    bool stopped_before = false;  // as the caller knew when he asked
    bool may_be_stopped_before = false;
    bool may_be_full = false;         // memory budget
    bool may_be_unavailable = false;  // disk full
    bool may_be_draining = false;
    api::SendOutcome outcome;
};

class Checkers {
public:
    using ScopeOf = std::function<std::string(const std::string& sender)>;
    explicit Checkers(ScopeOf scope_of) : scope_of_(std::move(scope_of)) {}
    /// Told every PDU in words; empty: nobody reads them.
    void tell(std::function<void(const std::string&)> tell) { tell_ = std::move(tell); }

    /// The engine has a new configuration from here on, or has just come up again.
    void engine_started(Now now, const config::Config& config);
    void engine_died();
    /// The engine is about to go by another configuration: until that is in force, by either.
    void reloaded(Now now, const config::Config& config);
    void in_force(Now now);
    /// Under Durability::async: whatever was promised may be gone, and what has ended may end
    /// again. `is_there` says which of the accepted messages are left.
    void power_was_cut(const std::function<bool(storage::MessageId)>& is_there);

    // Every octet, in both directions.
    void engine_queued(Now now, Wire& wire, std::string_view octets);
    void engine_wrote(Now now, Wire& wire, std::string_view octets);
    void engine_reads(Now now, Wire& wire, std::string_view octets);

    /// A caller is about to send a text that asks for this template; empty: for none.
    void asks(const std::string& marker, const std::string& template_id);
    /// The carrier has parameters of its own in what it sends (carrier_sim's own_tlvs).
    void sends_own_tlvs(const std::string& carrier) { own_tlvs_.insert(carrier); }

    // What callers hear.
    void answered(Now now, const Answer& answer);
    void happened(const events::Event& event);
    /// Somebody who wanted a message canceled was told what became of that.
    void cancel_answered(storage::MessageId id, const api::ChangeOutcome& outcome);
    /// A caller was told that the message says this now.
    void changed(storage::MessageId id, const std::string& text);
    /// Of an accepted message, by the first words of its text.
    std::optional<storage::MessageId> id_of(const std::string& marker) const;
    ConsentBook& consent() { return consent_; }
    std::string scope_of(const std::string& sender) const { return scope_of_(sender); }

    // What is seen when everything is over.
    void ended(storage::MessageId id, const std::optional<storage::Message>& message);
    /// What is found under a lost id: nothing, or it is another message.
    void still_lost(storage::MessageId id, const std::optional<storage::Message>& message) const;
    /// The whole thread of a sender and a contact.
    void thread(const std::string& sender, const std::string& contact,
                const std::vector<storage::Message>& messages);
    void carrier_books(const std::string& carrier, const carrier_sim::Books& books);
    /// Call after the four above.
    void finish();

    std::vector<storage::MessageId> accepted() const;
    /// What a power cut took. Callers still hold these ids.
    const std::set<storage::MessageId>& lost() const { return lost_; }
    std::size_t accepted_count() const { return accepted_.size(); }
    std::size_t refused_count() const { return refused_; }
    std::size_t inbound_count() const { return inbound_count_; }

private:
    using Pair = std::pair<std::string, std::string>;  // sender, contact
    struct Accepted {
        std::string marker;
        std::string sender;
        std::string contact;
        std::string text;
        bool held = false;
        std::optional<storage::Message> end;
        std::string template_id;
        bool canceled = false;  // so its caller was told
    };
    struct Receipt {
        std::set<text::MessageState> read;   // handed to the engine
        std::optional<UnixMs> acknowledged;  // a final one, by the engine
    };
    struct Group {  // parts of an inbound long message
        std::map<std::uint8_t, std::string> parts;
        std::set<std::uint8_t> with_engine;  // perhaps: handed over and not refused
        std::set<std::uint8_t> thanked;
        ConsentBook::Token wish = 0;        // of the last time that it may have become whole
        ConsentBook::Token first_wish = 0;  // of the first time
        ConsentBook::Token late_stop = 0;   // of its first part alone
        ConsentBook::Pair stops;            // whom that part stops; empty: nobody
        bool obeyed = false;
    };

    void submit_queued(Now now, Wire& wire, const smpp::Frame& frame);
    void check_tlvs(const config::Carrier& carrier, const smpp::SubmitSm& pdu,
                    const std::string& text, const std::string& message);
    void check_own_tlvs(const storage::Message& message) const;
    void inquiry_queued(Now now, Wire& wire, const smpp::Frame& frame);
    void query_answered(Wire& wire, const smpp::Frame& frame);
    void check_window(const Wire& wire) const;
    void submit_written(Wire& wire, const smpp::Frame& frame);
    void deliver_answered(Now now, Wire& wire, const smpp::Frame& frame);
    void deliver_read(Wire& wire, const smpp::Frame& frame);
    void receipt_read(Wire& wire, std::uint32_t sequence, const smpp::DeliverSm& pdu);
    void message_read(Wire& wire, std::uint32_t sequence, const smpp::DeliverSm& pdu);
    void part_answered(Now now, Group& group, std::uint8_t part, bool accepted);
    void goes_by(Now now, const config::Config& config);
    void forget_given_up(Now now, Wire& wire);
    Duration patience(const std::string& carrier) const;
    void check_turn(Now now, const std::string& conversation, const std::string& message,
                    const std::string& text) const;
    void check_end(const Accepted& each) const;
    void check_segments(const Accepted& each, const storage::Message& message) const;
    void check_receipts(const storage::Message& message) const;
    void check_canceled(const Accepted& each, const storage::Message& message) const;
    void check_order() const;
    void check_inbound() const;
    void check_repetition() const;
    void check_confirmations() const;
    ConsentBook::Token wish_of(const Wire& wire, const Told& told, std::string_view text);

    void tell_frame(const Wire& wire, const char* arrow, const smpp::Frame& frame) const;

    ScopeOf scope_of_;
    std::function<void(const std::string&)> tell_;
    ConsentBook consent_;
    std::map<std::string, config::Carrier> carriers_;
    std::map<std::string, config::Carrier> carriers_before_;  // until a reload is in force
    RateBook rates_;
    LimitBook limits_;
    std::set<Wire*> wires_;
    bool forgiving_ = false;  // the power was cut under async

    std::map<storage::MessageId, Accepted> accepted_;
    std::set<storage::MessageId> lost_;
    std::map<std::string, storage::MessageId> by_marker_;
    std::map<std::string, std::string> asked_;     // marker to template
    std::map<std::string, std::string> of_parts_;  // of long ones: message to template, once known
    std::set<std::string> own_tlvs_;               // carriers
    std::map<storage::MessageId, storage::Status> finals_;
    std::map<std::string, std::uint64_t> first_submit_;  // marker to place in time
    std::uint64_t submits_seen_ = 0;
    std::set<std::string> conversations_;
    /// Something here was never answered: when a receipt tells that it was sent, the rest of that
    /// message follows, whoever has the turn by then.
    std::set<std::string> shaken_;
    std::size_t refused_ = 0;

    std::map<Pair, Receipt> receipts_;  // carrier, carrier message id in decimal
    std::map<std::string, Group> groups_;
    std::map<std::pair<Pair, std::string>, std::size_t> whole_reads_;  // of messages of one part
    std::map<std::pair<Pair, std::string>, std::size_t> shown_;        // in threads, whole
    std::map<Pair, std::size_t> shown_incomplete_;
    std::map<Pair, std::size_t> stops_read_;  // repetitions count: after a START they are news
    std::size_t inbound_count_ = 0;

    struct Submitted {
        std::string carrier;
        carrier_sim::SubmitRecord record;
    };
    std::map<Pair, Submitted> submitted_;  // carrier, carrier message id in decimal
    std::vector<Submitted> taken_;         // ESME_ROK
    std::vector<carrier_sim::MoRecord> mos_;
    std::map<std::string, std::size_t> resent_;
    bool resends_ = false;  // some carrier ever had on_uncertain: resend

public:
    /// For a connection's life.
    void watch(Wire& wire) { wires_.insert(&wire); }
    void forget(Wire& wire);
};

}  // namespace parley::simulation
