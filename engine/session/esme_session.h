#pragma once
// One SMPP session towards a carrier, with its reconnection: what to say next and when. Fed what
// happened, each time with the time; polled for bytes, events, a connection wish and one next
// deadline. Never meets a socket, a clock or unseeded chance.

#include "engine/backoff.h"
#include "engine/clock.h"
#include "engine/session/link_state.h"
#include "engine/session/pdu_ring.h"
#include "engine/session/pdu_tally.h"
#include "engine/session/sequence.h"
#include "engine/session/window.h"
#include "protocol/smpp/codec.h"
#include "protocol/smpp/framer.h"
#include "protocol/smpp/version.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace parley::session {

enum class BindType : std::uint8_t { transmitter, receiver, transceiver };

struct EsmeSettings {
    std::string system_id;
    std::string password;
    std::string system_type;
    std::uint8_t interface_version = 0x34;
    BindType bind = BindType::transceiver;
    std::size_t window = 10;
    Duration bind_timeout = std::chrono::seconds(10);
    Duration response_timeout = std::chrono::seconds(10);
    Duration enquire_link_every = std::chrono::seconds(30);
    Duration reconnect_min = std::chrono::seconds(1);
    Duration reconnect_max = std::chrono::seconds(60);
    Duration write_timeout = std::chrono::seconds(10);  // output that does not move: a stalled peer
    Duration unbind_timeout = std::chrono::seconds(5);
    /// Response timeouts in a row: then nothing is submitted until an enquire_link is answered, and
    /// as many once more, all sent after that, end the session.
    std::uint32_t expiries_max = 3;
    bool leaves_unanswered = true;  // false: only silence ends a session
    Duration already_bound_wait =
        std::chrono::seconds(70);  // RALYBND: outwait the peer's inactivity timer
    Duration refused_wait = std::chrono::seconds(60);  // bad password or system_id
    smpp::CarrierStatuses statuses;                    // the peer's names for them, in oddities
    /// Bound and without a message either way for this long: unbinds. Zero: never.
    Duration inactivity_timeout = Duration::zero();
    std::size_t hosts = 1;       // that the carrier has; tried in turn
    std::size_t first_host = 0;  // where this link begins
    /// The carrier connects and says outbind (3.4 §2.2.1, §4.1.7); this link never dials. Empty:
    /// whatever it names itself.
    bool awaits_outbind = false;
    std::string outbind_system_id;
    std::string outbind_password;
};

// What the session tells its owner. Views in events live until the next call on the session.
struct Bound {
    std::string_view system_id;           // the peer's
    std::optional<std::uint8_t> version;  // sc_interface_version, when it sent one
};
/// The session is over (or never began). Every request in flight has already been reported as
/// Unanswered.
struct Ended {
    LinkEnd why;
    smpp::Status status = smpp::Status::ESME_ROK;  // of the refused bind
    Instant retry_at;
    bool for_all_links = false;  // the carrier would tell any other link the same until retry_at
    std::size_t host = 0;        // that it was with
};
struct SubmitAnswered {
    std::uint64_t token;
    smpp::Status status;
    std::string_view message_id;
    std::optional<std::uint32_t> congestion_state;
    Duration took;
};
/// The answer to what was asked about a message that the peer has.
struct InquiryAnswered {
    std::uint64_t token;
    smpp::Command request;  // query_sm, cancel_sm or replace_sm
    smpp::Status status;
    bool nacked;  // with a generic_nack
    // Of query_sm_resp; of any other the defaults.
    std::string_view message_id;
    std::string_view final_date;
    std::uint8_t message_state;
    std::uint8_t error_code;
    Duration took;
};
/// No answer came, by timeout or because the session ended: the outcome is unknown (5.0 §2.6.3).
struct Unanswered {
    std::uint64_t token;
    bool timed_out;              // false: the session ended
    std::uint32_t sequence = 0;  // of one that timed out: an AnsweredLate may follow
};
/// submit_sm_resp to a request that has timed out in this session, or was answered before.
struct AnsweredLate {
    std::uint32_t sequence;
    smpp::Status status;
    std::string_view message_id;
};
/// deliver_sm or data_sm. The owner must call answer_deliver(sequence, …) once it is safe.
struct Delivered {
    std::uint32_t sequence;
    bool data_sm = false;
    smpp::DeliverSm pdu;  // a data_sm is presented in the same shape, its message_payload as TLV
};
/// Something odd, worth a counter and a log line: a late answer, an unknown PDU, a nack.
struct Oddity {
    enum class Kind : std::uint8_t {
        late_answer,
        unexpected_answer,
        malformed,
        unknown_command,
        nacked,
        tlv_broken
    };
    Kind kind;
    std::string detail;
};
std::string_view name(Oddity::Kind kind);
using Event = std::variant<Bound, Ended, SubmitAnswered, InquiryAnswered, Unanswered, AnsweredLate,
                           Delivered, Oddity>;

class EsmeSession {
public:
    /// The first attempt is wished for at once. dice jitter the backoff.
    EsmeSession(EsmeSettings settings, Dice dice, Now start);

    // Other settings, while it lives.
    /// Timers, window and names from now on; what is in flight keeps its deadline. All else of
    /// `settings` is as it was: else the session has to be another one.
    void change(const EsmeSettings& settings, Now now);
    /// Stopped for good, and all has been said of it: renew() may follow.
    bool is_over() const;
    /// Begins anew after drain(), with any settings: an attempt is wished for at once. Requires
    /// is_over(). Counts epochs and PDUs on.
    void renew(EsmeSettings settings, Now now);
    bool is_draining() const { return draining_; }

    // What happened.
    void on_connected(Now now);
    /// why: connect_failed or tls_failed. detail: in words, for the operator.
    void on_connect_failed(Now now, LinkEnd why = LinkEnd::connect_failed,
                           std::string_view detail = {});
    /// The carrier has connected to us. Requires accepts_outbind().
    void on_accepted(Now now);
    void on_bytes(Now now, std::string_view bytes);
    /// The first n octets of output() are with the operating system.
    void on_written(Now now, std::size_t n);
    /// The peer closed, or reading or writing failed. Not called after wants_close().
    /// why: peer_closed or tls_failed.
    void on_closed(Now now, LinkEnd why = LinkEnd::peer_closed, std::string_view detail = {});
    void on_deadline(Now now);

    // What the owner wants.
    /// Bound for sending, not draining, room in the window, and no doubt whether the peer lives.
    bool can_submit() const { return window_free() > 0; }
    /// Of a peer on trial (see on_trial()) no more than expiries_max in flight.
    std::size_t window_free() const;
    /// Requires can_submit(). The request is in the window before any octet of it can be written.
    /// Returns the sequence number.
    std::uint32_t submit(Now now, std::uint64_t token, const smpp::SubmitSm& pdu);
    /// Likewise, with a place in the window as well; its answer is an InquiryAnswered, or it stays
    /// Unanswered like a submit. The token is not one of a submit in flight.
    std::uint32_t inquire(Now now, std::uint64_t token, const smpp::QuerySm& pdu);
    std::uint32_t inquire(Now now, std::uint64_t token, const smpp::CancelSm& pdu);
    std::uint32_t inquire(Now now, std::uint64_t token, const smpp::ReplaceSm& pdu);
    /// Answers a Delivered of the *current* session (see epoch()); ignored otherwise.
    void answer_deliver(Now now, std::uint32_t epoch, std::uint32_t sequence, bool data_sm,
                        smpp::Status status);
    /// No new submits, wait for answers (up to limit), unbind, close, stop for good.
    void drain(Now now, Duration limit);

    // What it wants.
    /// Valid until the next call on the session: a driver that writes asynchronously copies it.
    std::string_view output() const { return std::string_view(output_).substr(output_begin_); }
    /// Reads one PDU at a time, so that its views need no copy. Call until it is empty after
    /// whatever happened, before bytes or time are fed again.
    std::optional<Event> next_event();
    std::optional<Instant> next_deadline() const;
    /// When the next attempt is wished for; empty while there is a session, or will be none.
    std::optional<Instant> next_attempt() const;
    /// True once per attempt: dial host(), then call on_connected or on_connect_failed. Both within
    /// bind_timeout, or the attempt is given up: wants_close().
    bool wants_connect(Now now);
    /// Of settings.hosts: the one that is dialled next, or that the session is with.
    std::size_t host() const { return host_; }
    /// Another link of the carrier was refused there: while it waits, it means to dial the one
    /// after.
    void leave_host(std::size_t host);
    bool awaits_outbind() const { return settings_.awaits_outbind; }
    /// There is no session, and the carrier may begin one with an outbind.
    bool accepts_outbind() const;
    /// True once per session: close the socket; nothing more is reported for it. After a polite end
    /// (unbind, generic_nack) it waits until the last output is written, within write_timeout.
    bool wants_close();

    // What can be seen.
    LinkState state() const { return state_; }
    bool can_send() const { return settings_.bind != BindType::receiver; }  // may carry submits
    LinkEnd last_end() const { return last_end_; }
    /// It has left expiries_max requests unanswered, though it lives, and answered none since, in
    /// this session or a later one.
    bool on_trial() const { return on_trial_; }
    smpp::Status last_status() const { return last_status_; }  // of the bind that was refused last
    /// More about last_end, in words; empty when there is no more.
    const std::string& last_detail() const { return last_detail_; }
    /// Counts sessions: an answer of an older epoch must not reach a newer session.
    std::uint32_t epoch() const { return epoch_; }
    const Window& window() const { return window_; }
    /// Keeps every PDU from now on, in both directions; null: no longer. Must outlive the session.
    void capture_into(PduRing* ring) { capture_ = ring; }
    std::optional<Duration> last_enquire_rtt() const { return last_enquire_rtt_; }
    const PduTally& pdus() const { return pdus_; }
    /// Octets ever put into, and ever taken from, output() in this epoch: tells when all output
    /// that existed at some moment is out (the fence of an opt-out needs it).
    std::uint64_t output_queued_total() const {
        return output_written_total_ + output_.size() - output_begin_;
    }
    std::uint64_t output_written_total() const { return output_written_total_; }

private:
    /// An enquire_link of ours on its way. It has no place in the window: it must go out when the
    /// window is full, for that is when it is needed.
    struct Probe {
        std::uint32_t sequence;
        Instant sent;
        Instant deadline;
    };

    // The life of a session (esme_session.cpp).
    void begin_session();
    void bind();
    void on_bound_deadlines();
    void expire_requests();
    void give_up_unanswered();
    void enquire();
    void on_probe_answered();
    void on_request_answered();
    template <class Pdu>
    std::uint32_t request(Now now, std::uint64_t token, const Pdu& pdu);
    smpp::Version version() const;  // that we bind with
    bool has_session() const;       // connected, from binding to unbinding
    bool may_exchange() const;      // bound, also while it winds down
    void wrote_something(std::size_t size_before);
    void discard_output();
    void odd(Oddity::Kind kind, std::string detail);
    void unbind_if_inactive();

    // Winding down (esme_end.cpp).
    void unbind_when_settled();
    void send_unbind();
    void end(LinkEnd why, smpp::Status status, bool flush, std::string_view detail = {});
    Duration wait_after(LinkEnd why, smpp::Status status);
    bool next_host();
    LinkEnd end_of_unbind() const { return draining_ ? LinkEnd::stopped : LinkEnd::inactive; }

    // What the peer says (esme_receive.cpp). Each hands back the event for the owner, if any.
    std::optional<Event> receive(const smpp::Frame& frame);
    std::optional<Event> receive_response(const smpp::Frame& frame);
    std::optional<Event> receive_request(const smpp::Frame& frame);
    std::optional<Event> on_bind_resp(const smpp::Frame& frame);
    std::optional<Event> on_submit_resp(const smpp::Frame& frame);
    std::optional<Event> answered_late(const smpp::Frame& frame);
    bool was_ours(const smpp::Frame& response) const;  // the request that it names
    std::optional<Event> on_inquiry_resp(const smpp::Frame& frame);
    /// The request in flight that the frame answers, now out of the window; empty when there is
    /// none, or it asked for another answer.
    std::optional<Window::Request> answered_by(const smpp::Frame& frame);
    std::optional<Event> on_nack(const smpp::Frame& frame);
    template <class Pdu>
    std::optional<Event> on_deliver(const smpp::Frame& frame);
    void on_enquire_link_resp(const smpp::Frame& frame);
    void on_peer_unbind(const smpp::Frame& frame);
    void on_outbind(const smpp::Frame& frame);
    void on_framing_lost();
    void nobody_asked(const smpp::Frame& frame);
    void respond(smpp::Command response, smpp::Status status, std::uint32_t sequence);
    void read_last_answers();

    EsmeSettings settings_;
    Dice dice_;
    Instant now_;
    LinkState state_ = LinkState::waiting;
    LinkEnd last_end_ = LinkEnd::none;
    smpp::Status last_status_ = smpp::Status::ESME_ROK;
    std::string last_detail_;
    std::size_t host_;
    std::size_t hosts_failed_ = 0;  // in a row
    std::uint32_t epoch_ = 0;

    smpp::Framer framer_;
    bool unread_ = false;  // the framer may hold a whole PDU
    smpp::DecodeError decode_error_;
    std::deque<Event> events_;  // what time and ends brought; a PDU's event is handed out directly

    PduRing* capture_ = nullptr;
    std::string output_;
    std::size_t output_begin_ = 0;
    std::uint64_t output_written_total_ = 0;
    std::optional<Instant> stalled_at_;  // when output that does not move gives the peer up

    PduTally pdus_;
    Window window_;
    Sequence sequence_;
    std::uint32_t expiries_ = 0;  // in a row
    bool on_trial_ = false;       // see on_trial()
    Instant on_trial_since_;
    std::size_t delivers_open_ = 0;  // handed out and not yet answered
    std::optional<Probe> probe_;
    std::optional<Duration> last_enquire_rtt_;
    Instant last_heard_;
    Instant last_message_;  // either way, or an answer to one

    Backoff backoff_;
    Instant retry_at_;
    Instant bound_at_;
    Instant phase_deadline_;  // of dialling and binding together, and of unbinding
    bool draining_ = false;   // drain() was asked for: the next end is for good
    Instant drain_deadline_;
    std::optional<std::uint32_t> unbind_sequence_;       // of ours, once it is sent
    std::optional<std::uint32_t> peer_unbind_sequence_;  // to be answered once all is settled
    std::optional<Instant> flush_deadline_;  // the session is over but its last words are not out
    bool close_wanted_ = false;
};

}  // namespace parley::session
