#pragma once
// Load over SMPP: bound sessions with their windows, each an engine/session EsmeSession on a wire
// of its own. A message's parts go out as prepared forms; answers and receipts are matched;
// whatever else the peer says is answered as SMPP asks, and counted.

#include "engine/session/esme_session.h"
#include "tools/loadgen/options.h"
#include "tools/loadgen/receipt_book.h"
#include "tools/loadgen/side.h"
#include "tools/loadgen/submit_forms.h"
#include "tools/loadgen/wire.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley::loadgen {

/// Of the run's clock, for a session. It keeps no dates.
inline Now moment_of(std::int64_t ns) {
    return {.at = Instant(Duration(ns / 1000)), .wall = 0};
}

class SmppSide final : public Side {
public:
    /// Throws when the target's name, a certificate or a text is no good.
    SmppSide(const Options& options, Desk& desk);

    void start(std::int64_t now) override;
    bool ready() const override { return ready_; }
    void issue(std::int64_t now) override;
    bool has_room() const override { return has_room_; }
    std::uint32_t parts_of(std::uint64_t message) const override {
        return forms_.parts(desk_.mix.text_of(message));
    }
    void on_event(std::uint32_t token, std::uint32_t events) override;
    std::int64_t check(std::int64_t now) override;
    std::uint64_t in_flight() const override { return in_flight_; }
    std::uint64_t receipts_outstanding() const override { return book_.outstanding(); }
    void say_goodbye(std::int64_t now) override;
    bool gone() const override;
    void abandon(std::int64_t now) override;

private:
    struct Link {
        Link(std::uint32_t place, session::EsmeSettings settings, std::int64_t now);

        std::uint32_t number;
        session::EsmeSession session;
        Wire wire;
        bool sends;
        bool written = false;  // into its session, since the last flush
        bool polls_writing = false;
        bool bound = false;
        bool ever_bound = false;
        std::string first_octets;   // that the peer said on this connection
        std::string trouble;        // of the wire
        std::string oddity;         // the last
        std::string last_end;       // why the session before this one ended
        std::uint64_t cut_off = 0;  // submit_sm without an answer when this session ended
    };
    struct Sent {
        std::int64_t intended_ns = 0;
        std::int64_t sent_ns = 0;
    };

    // Wires.
    void serve(Link& link, std::int64_t now);
    void dial(Link& link, std::int64_t now);
    void settle(Link& link, std::int64_t now);
    void read(Link& link, std::int64_t now);
    void flush(Link& link, std::int64_t now);
    void closed(Link& link, std::int64_t now);
    void watch(Link& link);

    // Sending.
    Link* next_with_room();
    void begin_message(const Feed::Due& due);
    void send_part(Link& link, std::int64_t now);

    // What sessions tell.
    void take_events(Link& link, std::int64_t now);
    void tell(Link& link, const session::Bound& bound, std::int64_t now);
    void tell(Link& link, const session::Ended& ended, std::int64_t now);
    void tell(Link& link, const session::SubmitAnswered& answer, std::int64_t now);
    /// Never: a client that measures asks nothing.
    void tell(Link& /*link*/, const session::InquiryAnswered& /*answer*/, std::int64_t /*now*/) {}
    void tell(Link& link, const session::Unanswered& lost, std::int64_t now);
    /// It counts as unanswered, and among the oddities as late.
    void tell(Link& /*link*/, const session::AnsweredLate& /*answer*/, std::int64_t /*now*/) {}
    void tell(Link& link, const session::Delivered& delivered, std::int64_t now);
    void tell(Link& link, const session::Oddity& oddity, std::int64_t now);
    void on_receipt(const smpp::DeliverSm& pdu, bool intermediate, std::int64_t now);
    std::string why_ended(const Link& link, const session::Ended& ended) const;
    const std::string& status_name(smpp::Status status);
    Sent take_sent(std::uint64_t token);

    const Options& options_;
    Desk& desk_;
    tools::SocketAddress address_;
    std::unique_ptr<Tls> tls_;
    SubmitForms forms_;
    ReceiptBook book_;
    std::vector<std::unique_ptr<Link>> links_;
    std::size_t next_link_ = 0;
    bool ready_ = false;
    bool has_room_ = false;
    std::size_t bound_ = 0;
    std::int64_t last_bound_ns_ = 0;

    std::vector<Sent> sent_;  // by token
    std::vector<std::uint32_t> free_;
    std::uint64_t in_flight_ = 0;

    // The message that is going out, part by part.
    Feed::Due message_;
    std::size_t text_ = 0;
    std::size_t sender_ = 0;
    std::uint32_t parts_left_ = 0;
    std::uint32_t parts_ = 0;

    std::string scratch_;
    std::map<smpp::Status, std::string> status_names_;
};

}  // namespace parley::loadgen
