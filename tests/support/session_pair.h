#pragma once
// An EsmeSession and a CarrierSim joined by two pipes in virtual time. The pipes delay, cut bytes
// anywhere, stall, lose everything or break, as the test asks. Keeps what the session told, copied.

#include "engine/session/esme_session.h"
#include "tests/support/pdu_bytes.h"
#include "tools/carrier_sim/behaviour.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace parley::test {

using namespace std::chrono_literals;

struct SeenDelivered {
    std::uint32_t epoch = 0;
    std::uint32_t sequence = 0;
    bool data_sm = false;
    std::string source;
    std::string destination;
    std::string octets;  // short_message or message_payload
    std::uint8_t esm_class = 0;
    std::string receipted_message_id;
};

struct SeenAnswered {
    std::uint64_t token = 0;
    smpp::Status status{};
    std::string message_id;
    Duration took{};
};

struct SeenLate {
    std::uint32_t sequence = 0;
    smpp::Status status{};
    std::string message_id;
};

class SessionPair {
public:
    explicit SessionPair(session::EsmeSettings settings = {}, carrier_sim::Settings carrier = {},
                         std::uint64_t seed = 1)
        : dice_(seed),
          link(std::move(settings), Dice(seed + 1), now()),
          carrier(std::move(carrier), Dice(seed + 2)) {}

private:
    Instant at_{1h};
    Dice dice_;

public:
    session::EsmeSession link;
    carrier_sim::CarrierSim carrier;

    // How the world treats them.
    Duration latency{1ms};
    std::size_t split_max = 0;         // octets a read brings at most, drawn each time; 0: all
    bool reachable = true;             // dialling works
    std::set<std::size_t> hosts_down;  // these refuse the connection
    std::set<std::size_t> hosts_dark;  // these never answer it
    /// These refuse binds so; the others, once there are any, take them.
    std::map<std::size_t, smpp::Status> hosts_refusing;
    bool link_cannot_write = false;  // a zero window: output does not move
    bool link_unheard = false;       // what the link writes gets lost
    bool carrier_unheard = false;
    bool answers_delivers = true;
    smpp::Status deliver_status = smpp::Status::ESME_ROK;

    // What the session told.
    std::vector<std::string> bounds;  // the peer's system_id
    std::vector<session::Ended> ends;
    std::vector<SeenAnswered> answered;
    std::vector<session::Unanswered> unanswered;
    std::vector<SeenLate> answered_late;
    std::size_t inquiries_answered = 0;
    std::vector<SeenDelivered> delivered;
    std::vector<session::Oddity> oddities;
    std::size_t dials = 0;
    std::vector<Instant> dialled_at;
    std::vector<std::size_t> dialled_hosts;

    Now now() const {
        return {at_, 1'760'000'000'000 + std::chrono::duration_cast<std::chrono::milliseconds>(
                                             at_.time_since_epoch())
                                             .count()};
    }
    carrier_sim::SessionId carrier_session() const { return session_; }
    bool connected() const { return connected_; }

    std::uint32_t submit(std::uint64_t token, std::string_view text = "hello",
                         bool receipt = false) {
        return link.submit(now(), token, submit_to("15550002000", text, receipt));
    }

    void run_for(Duration time) {
        const Instant until = at_ + time;
        settle();
        for (Instant next = next_moment(); next <= until; next = next_moment()) {
            at_ = std::max(at_, next);
            link.on_deadline(now());
            hear();
            carrier.on_deadline(now());
            settle();
        }
        at_ = until;
    }
    bool run_until(const std::function<bool()>& happened, Duration limit = 10min) {
        const Instant until = at_ + limit;
        settle();
        while (!happened()) {
            const Instant next = next_moment();
            if (next > until) return false;
            run_for(std::max(Duration(0), Duration(next - at_)));
        }
        return true;
    }
    bool run_until_bound() {
        return run_until([this] { return link.state() == session::LinkState::bound; });
    }
    /// The connection breaks; the carrier and the link learn of it.
    void cut() {
        if (!connected_) return;
        hang_up();
        link.on_closed(now());
        hear();
    }
    /// The carrier connects to us and introduces itself.
    void carrier_connects(std::string_view outbind) {
        connect();
        link.on_accepted(now());
        carrier.inject(session_, outbind);
    }
    /// As if the peer had sent exactly this.
    void carrier_says(std::string_view octets) { carrier.inject(session_, octets); }

private:
    struct Pipe {
        struct Chunk {
            Instant arrives;
            std::string octets;
        };
        std::deque<Chunk> chunks;
        bool ends = false;  // closed by the writer, after the chunks
    };

    void settle() {
        for (int turns = 0; turn(); ++turns) {
            if (turns > 100'000) {
                ADD_FAILURE() << "link and carrier never come to rest";
                return;
            }
        }
    }

    bool turn() {
        bool moved = false;
        hear();
        if (link.wants_close()) {
            hand_over_last_words();
            hang_up();
            moved = true;
        }
        if (link.wants_connect(now())) {
            dial();
            moved = true;
        }
        return move_output() || bring(to_carrier_, false) || bring(to_link_, true) || moved;
    }

    void dial() {
        ++dials;
        dialled_at.push_back(at_);
        dialled_hosts.push_back(link.host());
        if (hosts_dark.contains(link.host())) return;
        if (!reachable || hosts_down.contains(link.host())) {
            link.on_connect_failed(now(), session::LinkEnd::connect_failed, "nobody there");
            return;
        }
        if (!hosts_refusing.empty()) {
            const auto refusing = hosts_refusing.find(link.host());
            carrier.refuse_binds(
                refusing == hosts_refusing.end() ? std::nullopt : std::optional(refusing->second));
        }
        connect();
        link.on_connected(now());
    }

    void connect() {
        connected_ = true;
        session_ = carrier.open(now());
        to_carrier_ = {};
        to_link_ = {};
    }

    /// What was written before a close still arrives.
    void hand_over_last_words() {
        for (const Pipe::Chunk& chunk : to_carrier_.chunks) {
            carrier.on_bytes(now(), session_, chunk.octets);
        }
    }

    void hang_up() {
        if (!std::exchange(connected_, false)) return;
        carrier.on_closed(now(), session_);
    }

    bool move_output() {
        if (!connected_) return false;
        bool moved = false;
        if (!link_cannot_write && !link.output().empty()) {
            const std::string octets(link.output());
            link.on_written(now(), octets.size());
            if (!link_unheard) to_carrier_.chunks.push_back({at_ + latency, octets});
            moved = true;
        }
        const std::string octets(carrier.output(session_));
        if (!octets.empty()) {
            carrier.on_written(now(), session_, octets.size());
            if (!carrier_unheard) to_link_.chunks.push_back({at_ + latency, octets});
            moved = true;
        }
        if (carrier.wants_close(session_)) to_link_.ends = true;
        return moved;
    }

    bool bring(Pipe& pipe, bool to_link) {
        if (!connected_) return false;
        if (pipe.chunks.empty()) {
            if (!pipe.ends) return false;
            cut();
            return true;
        }
        if (pipe.chunks.front().arrives > at_) return false;
        std::string octets = std::move(pipe.chunks.front().octets);
        pipe.chunks.pop_front();
        for (std::string_view left = octets; !left.empty() && connected_;) {
            const std::size_t n = split_max == 0 ? left.size() : 1 + dice_.below(split_max);
            const std::string piece(left.substr(0, n));  // dies at once: a kept view would show
            left.remove_prefix(piece.size());
            if (to_link) {
                link.on_bytes(now(), piece);
                hear();
            } else {
                carrier.on_bytes(now(), session_, piece);
            }
        }
        return true;
    }

    Instant next_moment() const {
        Instant next = Instant::max();
        const auto also = [&next](std::optional<Instant> moment) {
            next = std::min(next, moment.value_or(next));
        };
        also(link.next_deadline());
        also(carrier.next_deadline());
        if (!to_carrier_.chunks.empty() && connected_) also(to_carrier_.chunks.front().arrives);
        if (!to_link_.chunks.empty() && connected_) also(to_link_.chunks.front().arrives);
        return next;
    }

    void hear() {
        while (const auto event = link.next_event()) {
            std::visit([this](const auto& what) { note(what); }, *event);
        }
    }
    void note(const session::InquiryAnswered&) { ++inquiries_answered; }
    void note(const session::Bound& bound) { bounds.emplace_back(bound.system_id); }
    void note(const session::Ended& ended) { ends.push_back(ended); }
    void note(const session::SubmitAnswered& event) {
        answered.push_back({event.token, event.status, std::string(event.message_id), event.took});
    }
    void note(const session::Unanswered& event) { unanswered.push_back(event); }
    void note(const session::AnsweredLate& event) {
        answered_late.push_back({event.sequence, event.status, std::string(event.message_id)});
    }
    void note(const session::Oddity& oddity) { oddities.push_back(oddity); }
    void note(const session::Delivered& event) {
        SeenDelivered seen;
        seen.epoch = link.epoch();
        seen.sequence = event.sequence;
        seen.data_sm = event.data_sm;
        seen.source = event.pdu.source_addr;
        seen.destination = event.pdu.destination_addr;
        seen.octets = event.pdu.short_message.empty()
                          ? event.pdu.tlvs.find(smpp::Tag::message_payload).value_or("")
                          : event.pdu.short_message;
        seen.esm_class = event.pdu.esm_class;
        seen.receipted_message_id =
            event.pdu.tlvs.find(smpp::Tag::receipted_message_id).value_or("");
        delivered.push_back(seen);
        if (!answers_delivers) return;
        link.answer_deliver(now(), seen.epoch, seen.sequence, seen.data_sm, deliver_status);
    }

    bool connected_ = false;
    carrier_sim::SessionId session_ = 0;
    Pipe to_carrier_;
    Pipe to_link_;
};

}  // namespace parley::test
