#pragma once
// What must hold at every moment of a run and at its end. Reads the octets on the links, the
// answers to callers and the engine's events; never the engine's own opinion of itself.

#include "engine/clock.h"
#include "engine/events/stream.h"
#include "protocol/smpp/framer.h"
#include "storage/message.h"

#include <cstdint>
#include <deque>
#include <map>
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

/// Both directions of one connection, as they are handed over.
struct Wire {
    smpp::Framer from_engine;
    smpp::Framer to_engine;
    std::map<std::uint32_t, std::string> stops;  // deliver_sm with an opt-out: sequence to contact
    std::map<std::uint32_t, Instant> in_flight;  // submit_sm without an answer: when it is given up
};

class Checkers {
public:
    Checkers(std::uint32_t window, double throughput, Duration response_timeout)
        : window_(window), throughput_(throughput), response_timeout_(response_timeout) {}

    /// The engine hands octets to a socket.
    void engine_wrote(Now now, Wire& wire, std::string_view octets);
    /// A socket hands octets to the engine.
    void engine_reads(Wire& wire, std::string_view octets);
    void accepted(storage::MessageId id, std::string marker, std::string contact);
    void happened(const events::Event& event);
    /// The message as a look-up shows it when everything is over.
    void ended(const storage::Message& message);
    /// Order of each conversation, and that everything accepted was shown to ended().
    void finish() const;

    std::size_t accepted_count() const { return accepted_.size(); }
    std::size_t stops_acknowledged() const { return stopped_.size(); }

private:
    void saw_submit(Now now, const smpp::Frame& frame);

    struct Accepted {
        std::string marker;
        std::string contact;
        bool ended = false;
    };
    std::uint32_t window_;
    double throughput_;
    Duration response_timeout_;
    std::map<storage::MessageId, Accepted> accepted_;
    std::map<storage::MessageId, storage::Status> finals_;
    std::set<std::string> stopped_;                      // contacts whose STOP was acknowledged
    std::deque<Instant> submits_;                        // of the last second
    std::map<std::string, std::uint64_t> first_submit_;  // marker to place in time
    std::uint64_t submits_seen_ = 0;
};

}  // namespace parley::simulation
