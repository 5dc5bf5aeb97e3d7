#pragma once
// What a simulated carrier saw: counters always, every message when Settings::keep_books, and the
// STOP register always, because it is what the opt-out invariant is judged by.

#include "engine/clock.h"
#include "protocol/smpp/status.h"
#include "tools/carrier_sim/settings.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace parley::carrier_sim {

/// Finds a session of one CarrierSim. Never reused within 65,536 sessions.
using SessionId = std::uint32_t;
using MoId = std::uint64_t;

/// Lets a map with string keys be asked with a string_view, without building a string.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};
template <class Value>
using ByText = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

struct Counts {
    std::uint64_t sessions = 0;  // connections ever
    std::uint64_t binds = 0;     // accepted
    std::uint64_t binds_refused = 0;
    std::uint64_t unbinds = 0;        // by the peer
    std::uint64_t enquire_links = 0;  // by the peer
    std::uint64_t pdus = 0;           // read
    std::uint64_t nacks = 0;          // generic_nack that we sent
    std::uint64_t nacked = 0;         // generic_nack that we got

    std::uint64_t submits = 0;
    std::uint64_t submit_octets = 0;  // of short_message and message_payload
    std::uint64_t accepted = 0;       // submits taken, whether or not the response got out
    std::uint64_t throttled = 0;
    std::uint64_t queries = 0;
    std::uint64_t window_exceeded = 0;
    std::uint64_t responses_lost = 0;    // on purpose
    std::uint64_t responses_unsent = 0;  // the session ended first

    std::uint64_t receipts_missing = 0;  // on purpose
    std::uint64_t receipts_made = 0;     // duplicates included
    std::uint64_t receipts_sent = 0;     // written to an output, repetitions included
    std::uint64_t receipts_acked = 0;    // answered ESME_ROK
    std::uint64_t receipts_refused = 0;  // answered otherwise (each time)
    std::uint64_t mo_made = 0;           // messages
    std::uint64_t mo_segments_sent = 0;  // repetitions included
    std::uint64_t mo_segments_acked = 0;
    std::uint64_t mo_segments_refused = 0;
    std::uint64_t mo_acked = 0;           // messages whose every segment was answered ESME_ROK
    std::uint64_t delivers_repeated = 0;  // sent again: no answer, refused, or the session ended
    std::uint64_t delivers_dropped = 0;   // refused for good (ESME_RX_P_APPN, ESME_RX_R_APPN)
    std::uint64_t odd_responses = 0;      // to nothing we have open

    std::uint64_t sessions_ended = 0;  // by us: their life was over, cut or left half open
    std::uint64_t outbinds = 0;        // said
    std::uint64_t garbage_octets = 0;  // sent on purpose

    std::uint64_t window_highest = 0;  // most unanswered submits of one session
    std::uint64_t busiest_second = 0;  // most submits between two full seconds
};

struct SubmitRecord {
    Instant at;
    UnixMs wall = 0;
    SessionId session = 0;
    std::uint32_t sequence = 0;
    smpp::Status status = smpp::Status::ESME_ROK;
    bool response_lost = false;
    std::string source;  // stored form, "+15550001000"
    std::string destination;
    std::uint8_t esm_class = 0;
    std::uint8_t data_coding = 0;
    std::uint8_t registered_delivery = 0;
    std::string validity_period;  // the last one, if replace_sm brought another
    std::string octets;           // short_message, or message_payload when that was used
    std::string message_id;       // as written in the response; empty when refused
    DefaultAlphabet alphabet = DefaultAlphabet::gsm7;  // of data_coding 0
    bool canceled = false;                             // by cancel_sm
    std::uint32_t replaced = 0;  // times, by replace_sm: octets are the last ones

    /// Without its user data header, as UTF-8.
    std::string text() const;
};

struct ReceiptRecord {
    std::size_t submit = 0;  // place in Books::submits
    std::uint64_t message = 0;
    text::MessageState state = text::MessageState::delivered;
    Instant made;
    bool missing = false;         // never sent, on purpose
    std::optional<Instant> sent;  // the first time
    std::uint32_t sends = 0;      // repetitions included
    SessionId session = 0;        // of the last one
    std::optional<Instant> acked;
    std::uint32_t refusals = 0;  // answered otherwise than ESME_ROK
};

struct MoRecord {
    MoId id = 0;
    std::string from;
    std::string to;
    std::string text;
    MoKind kind = MoKind::plain;
    Instant made;
    std::size_t segments = 1;
    std::optional<Instant> acked;  // when the last open segment was answered ESME_ROK
    bool refused = false;          // for good
    std::size_t parts_lost = 0;    // of a long message, on purpose
};

/// One handset that said STOP to one of our numbers.
struct StopRecord {
    std::string handset;
    std::string number;
    MoId mo = 0;
    Instant made;
    std::optional<Instant> acked;  // its deliver_sm_resp arrived
    std::optional<SessionId> acked_on;
    bool ended = false;  // by an opt-in of the same pair that was handed to the peer

    struct After {  // a submit to the handset after acked: the confirmation, or a violation
        Instant at;
        SessionId session;
        std::uint32_t sequence;
        std::string source;
        std::string octets;
        std::uint8_t esm_class;
        std::uint8_t data_coding;
    };
    std::vector<After> after;  // the first 16
    std::uint64_t submits_after = 0;
};

struct Books {
    Counts counts;
    std::map<smpp::Status, std::uint64_t> answers;  // submit_sm_resp by status
    std::vector<StopRecord> stops;

    // Only with keep_books.
    std::vector<SubmitRecord> submits;
    std::vector<MoRecord> mos;
    std::vector<ReceiptRecord> receipts;
    ByText<std::size_t> submits_by_id;  // accepted ones, by message_id as written in the response
    ByText<std::uint64_t> submits_by_destination;
};

}  // namespace parley::carrier_sim
