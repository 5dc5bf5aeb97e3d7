#pragma once
// One simulated carrier: all sessions of its SMSC and its books. Driven with bytes and time by the
// deterministic simulator and by parley-sim alike; has no socket, no clock and no chance but its
// seed. A driver per turn: hand in what happened, on_deadline() when next_deadline() has come, then
// take_touched() and serve those sessions' output() and wants_close().

#include "engine/clock.h"
#include "tools/carrier_sim/books.h"
#include "tools/carrier_sim/settings.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace parley::carrier_sim {

class CarrierSim {
public:
    CarrierSim(Settings settings, Dice dice);
    ~CarrierSim();
    CarrierSim(CarrierSim&&) noexcept;
    CarrierSim& operator=(CarrierSim&&) noexcept;

    // What happened.
    /// A peer connected.
    SessionId open(Now now);
    void on_bytes(Now now, SessionId session, std::string_view bytes);
    /// The first n octets of output() are gone.
    void on_written(Now now, SessionId session, std::size_t n);
    /// The peer closed, or reading or writing failed, or wants_close() was obeyed. The id is dead.
    void on_closed(Now now, SessionId session);
    void on_deadline(Now now);

    // What it wants.
    /// What may be written now, in one go.
    std::string_view output(SessionId session) const;
    /// Octets that one read should bring at most; 0: no limit.
    std::size_t read_octets_max() const;
    /// Write what output() still holds if the peer takes it, then close.
    bool wants_close(SessionId session) const;
    /// False while frozen or while a slow peer leaves too much output: do not read from it.
    bool accepts_input(SessionId session) const;
    /// Replaces touched by the sessions with new output, a wish to close, or a changed
    /// accepts_input() since the last call. No id twice; an id may be dead by now (output() empty).
    void take_touched(std::vector<SessionId>& touched);
    std::optional<Instant> next_deadline() const;

    // Orders.
    /// A handset writes. from and to in stored form ("+15550002000"; a short code as bare digits).
    /// Queued until a receiving session is bound; sent again until answered ESME_ROK.
    MoId send_mo(Now now, std::string_view from, std::string_view to, std::string_view utf8,
                 MoKind kind = MoKind::plain);
    /// Stop: like a suspended process, reads and answers nothing. Resume: reads on where it was.
    void freeze();
    void resume(Now now);
    bool frozen() const;
    /// Answers every submit with this; empty: normal again.
    void refuse_submits(std::optional<smpp::Status> status);
    /// Answers every bind with this; empty: normal again.
    void refuse_binds(std::optional<smpp::Status> status);
    /// ESME_RTHROTTLED above so many submits per second over all sessions; 0: no limit.
    void throttle(std::uint32_t submits_per_second);
    /// Closes every connection without a word.
    void drop_connections();
    /// Asks every bound session to unbind; each is closed once its unbind_resp is here.
    void unbind_all(Now now);
    /// Every session that there is now stays open, and nothing is read or written on it again.
    void leave_half_open();
    /// So many octets of anything into every bound session.
    void send_garbage(std::size_t octets);
    /// A whole PDU into every bound session, with a command_id that nobody has.
    void send_unknown_pdu(Now now);
    /// Whether new connections are taken; it is the driver's to refuse them.
    void listen(bool on);
    bool listens() const;
    /// Asks the driver to connect to host:port and then to call open_outbind().
    void ask_outbind(std::string address);
    std::vector<std::string> take_outbinds();
    /// We connected to a peer: says outbind, and waits for its bind (SMPP 3.4 §2.2.1).
    SessionId open_outbind(Now now);
    /// Puts any octets into a session's output, for misbehaviour that has no setting.
    void inject(SessionId session, std::string_view octets);
    /// Everything else that may change while it runs; the accounts stay as they were.
    const Settings& settings() const;
    void change(Settings settings);

    // What can be seen.
    const Books& books() const;
    void clear_books();  // keeps the STOP register
    std::size_t sessions_open() const;
    std::size_t sessions_bound() const;
    /// Receipts and inbound segments made and not yet acknowledged.
    std::size_t delivers_open() const;
    /// Every open session, bound or not, oldest first.
    std::vector<SessionId> sessions() const;

private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace parley::carrier_sim
