#pragma once
// The inside of a CarrierSim. Its files: sessions.cpp (bytes and PDUs), binds.cpp (who may bind),
// line.cpp (what the line does: ends, silence, slowness, garbage), submits.cpp (what comes in and
// its answers), queries.cpp, delivers.cpp (what goes out and its answers) and handsets.cpp (what
// people write).

#include "protocol/smpp/framer.h"
#include "protocol/smpp/version.h"
#include "protocol/text/segments.h"
#include "tools/carrier_sim/behaviour.h"
#include "tools/carrier_sim/delay.h"
#include "tools/carrier_sim/receipts.h"
#include "tools/carrier_sim/ring.h"
#include "tools/carrier_sim/rules.h"

#include <string>
#include <unordered_map>

namespace parley::carrier_sim {

/// A receipt or an inbound segment on its way to the peer: a place in one of two pools, and the
/// account that it is for.
struct DeliverRef {
    std::uint32_t place = 0;
    std::uint16_t account = 0;
    bool mo = false;
};

struct Session {
    enum class Phase : std::uint8_t { open, bound, unbinding };
    struct Sent {  // a request of ours
        DeliverRef ref;
        Instant at;
        bool open = false;  // a deliver_sm without an answer
    };

    SessionId id = 0;
    Phase phase = Phase::open;
    std::uint16_t account = 0;
    smpp::Version version = smpp::Version::v3_4;  // that both sides speak
    bool sends = false;                           // the peer may submit
    bool receives = false;                        // we may deliver
    bool closing = false;
    bool touched = false;
    bool paused = false;               // too much output: do not read
    bool silent = false;               // half open: nothing is read or written any more
    Instant ends_at = Instant::max();  // its life is over then
    bool rests = false;                // reads slowly: not before reads_at
    bool held = false;                 // a gap between writes: not before writes_at
    Instant reads_at{};
    Instant writes_at{};
    smpp::Framer framer;
    std::string output;
    std::size_t output_begin = 0;
    Instant last_heard;
    Instant enquired;
    RateLimit rate;
    std::size_t submits_open = 0;  // responses that wait for their moment

    // Ours since the oldest that is open; request n has sequence number 1 + n % 0x7FFFFFFF.
    Ring<Sent> sent;
    std::uint64_t sent_before = 0;
    std::size_t delivers_open = 0;

    std::size_t output_left() const { return output.size() - output_begin; }
    bool takes_input() const { return !closing && !paused && !rests; }
    bool is_bound() const { return phase == Phase::bound && !closing; }
};

/// Who may bind, as it runs. Without Settings::accounts there is one, for everybody.
struct AccountState {
    std::vector<NumberPattern> numbers;  // of handsets' messages that it hears; empty: all
    RateLimit rate;
    std::vector<Session*> receivers;
    std::size_t next_receiver = 0;
    Ring<DeliverRef> waiting;  // due, and no receiving session has room
};

class CarrierSim::State {
public:
    State(Settings settings, Dice dice);

    // sessions.cpp
    SessionId open(Now now);
    void on_bytes(Now now, SessionId id, std::string_view bytes);
    void on_written(Now now, SessionId id, std::size_t n);
    std::string_view output(const Session& session) const;
    void on_closed(SessionId id);
    void read(Now now, Session& session);
    void unbind_all(Now now);
    void drop_connections();
    void touch(Session& session);
    Session* find(SessionId id) const;
    std::vector<Session*> in_order() const;

    // line.cpp
    void link_deadlines(Now now);
    Instant next_link_deadline() const;
    void leave_half_open();
    void send_garbage(std::size_t octets);
    void send_unknown_pdu(Now now);
    SessionId open_outbind(Now now);
    void read_slowly(Now now, Session& session, std::size_t octets);

    // submits.cpp
    void on_submit(Now now, Session& session, const smpp::Frame& frame);
    void send_due_responses(Now now);

    // handsets.cpp
    MoId send_mo(Now now, std::string_view from, std::string_view to, std::string_view utf8,
                 MoKind kind);

    // delivers.cpp
    void send_due_delivers(Now now);
    void deliver_waiting(Now now);
    void on_deliver_resp(Now now, Session& session, const smpp::Header& header);
    void repeat_unanswered(Session& session);
    void expire_delivers(Now now, Session& session);
    std::uint32_t next_sequence(Session& session, Session::Sent sent);

    void settings_changed();

    Settings settings;
    Books books;
    std::vector<SessionId> touched;
    std::optional<smpp::Status> refuse_submits;
    std::optional<smpp::Status> refuse_binds;
    bool frozen = false;
    bool listens = true;
    std::vector<std::string> outbinds;  // addresses to connect to

    struct Response {
        SessionId session = 0;
        std::uint32_t sequence = 0;
        std::uint64_t message = 0;  // 0: refused, or taken without an id
        smpp::Status status = smpp::Status::ESME_ROK;
        bool of_data_sm = false;
    };
    struct HandsetAnswer {
        std::string from;
        std::string to;
        std::string text;
        MoKind kind = MoKind::plain;
    };
    struct Mo {
        MoRecord record;
        std::size_t segments_open = 0;
        std::size_t book = 0;  // place in books.mos, with keep_books
    };
    struct Segment {
        MoId mo = 0;
        std::string octets;
        std::uint8_t data_coding = 0;
        bool udhi = false;
        text::Method method = text::Method::udh8;
        std::uint16_t reference = 0;  // with sar, as are those below
        std::uint8_t total = 1;
        std::uint8_t number = 1;
    };
    struct HandsetState {
        std::uint32_t received = 0;
        std::uint32_t answered = 0;
        bool stopped = false;
    };

    DelayQueue<Response> responses;
    DelayQueue<DeliverRef> delivers;  // receipts to come, and what must be sent again
    DelayQueue<HandsetAnswer> handset_answers;
    Pool<Receipt> receipts;
    Pool<Segment> segments;
    std::unordered_map<MoId, Mo> mos;  // not yet acknowledged

private:
    // sessions.cpp
    void handle(Now now, Session& session, const smpp::Frame& frame);
    void on_unbind(Session& session, const smpp::Header& header);
    void nack(Session& session, smpp::Status status, std::uint32_t sequence);
    void send_header(Session& session, smpp::Command command, smpp::Status status,
                     std::uint32_t sequence);
    void close(Session& session);
    void no_longer_receives(const Session& session);

    // binds.cpp
    void on_bind(Now now, Session& session, const smpp::Frame& frame);
    template <class Bind, class Resp>
    void answer_bind(Now now, Session& session, const smpp::Frame& frame);
    smpp::Status judge_bind(const Session& session, const smpp::BindFields& bind, BindKind kind,
                            std::uint16_t& account) const;
    smpp::Status find_account(const smpp::BindFields& bind, BindKind kind,
                              std::uint16_t& account) const;
    std::size_t bound_of(std::optional<std::uint16_t> account) const;
    const Account* account_of(const Session& session) const;

    // line.cpp
    void link_deadlines_of(Now now, Session& session);
    void end_life(Now now, Session& session);
    void put_garbage(Session& session, std::size_t octets);

    // queries.cpp
    void on_query(Session& session, const smpp::Frame& frame);
    void on_change(Session& session, const smpp::Frame& frame);
    SubmitRecord* changeable(std::string_view message_id);

    // submits.cpp
    smpp::Status judge_submit(Now now, Session& session, const smpp::SubmitSm& pdu);
    static bool decode_submit(const smpp::Frame& frame, smpp::SubmitSm& pdu,
                              smpp::DecodeError& error);
    void accept(Now now, Session& session, const Response& response, const smpp::SubmitSm& pdu);
    void answer_at(Now now, Instant at, Session& session, const Response& response);
    void answer(Session& session, const Response& response);
    IdText id_of(const Response& response, const Session& session) const;
    void count_second(Instant at);
    void keep_submit(Now now, const Session& session, std::uint32_t sequence,
                     const smpp::SubmitSm& pdu, std::uint64_t message, smpp::Status status);
    void maybe_receipt(Now now, Instant at, const Session& session, std::uint64_t message,
                       const smpp::SubmitSm& pdu);
    std::uint32_t keep_receipt(Now now, const Receipt& receipt, bool missing);
    const StateShare* draw_state();

    // handsets.cpp
    void let_handset_answer(Now now, const smpp::SubmitSm& pdu);
    std::optional<HandsetAnswer> answer_of(std::size_t place, const smpp::SubmitSm& pdu,
                                           std::optional<std::string>& text);
    std::uint16_t account_for(std::string_view number) const;
    void hand_over(Now now, Mo& mo, text::Segmented cut);

    // delivers.cpp
    void deliver_at(Now now, Instant at, DeliverRef ref);
    void deliver(Now now, DeliverRef ref);
    Session* choose_session(DeliverRef ref);
    bool has_room(const Session& session) const;
    void send(Now now, Session& session, DeliverRef ref);
    void encode_receipt(Now now, Session& session, const Receipt& receipt, std::uint32_t sequence);
    void encode_segment(Session& session, const Segment& segment, std::uint32_t sequence);
    void acknowledged(Now now, const Session& session, DeliverRef ref);
    void refused(Now now, DeliverRef ref, smpp::Status status);
    void release(DeliverRef ref);
    void drop_answered(Session& session);
    ReceiptRecord* record_of(const Receipt& receipt);

    static bool chance(Dice& dice, double probability) {
        return probability > 0 && dice.chance(probability);
    }
    bool chance(double probability) { return chance(dice_, probability); }

    // One for each kind of event, so that a handset that writes, or a link that breaks, changes
    // nothing for the submits.
    Dice dice_;
    Dice mo_dice_;
    Dice line_dice_;
    const std::vector<Account> accounts_;
    std::vector<AccountState> account_states_;     // one at least
    std::vector<std::unique_ptr<Session>> slots_;  // by the low half of a SessionId
    std::vector<std::size_t> free_slots_;
    std::uint16_t generation_ = 0;  // the high half of the last SessionId
    std::uint64_t next_message_;
    MoId next_mo_ = 1;
    std::uint8_t next_reference_ = 0;
    RateLimit rate_;
    StopRegister stops_{books.stops};
    std::vector<NumberPattern> handset_numbers_;  // of settings.handsets, place by place
    std::vector<NumberPattern> refusal_numbers_;
    ReceiptFormat receipt_format_;         // empty: appendix B
    ByText<HandsetState> handset_states_;  // by place of the rule, and number
    std::int64_t second_ = 0;
    std::uint64_t submits_in_second_ = 0;
};

}  // namespace parley::carrier_sim
