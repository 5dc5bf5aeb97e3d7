#pragma once
// Which response answers which request, and after how long. By sequence number alone, as the
// specification has it: each direction of a connection has numbers of its own.

#include "tools/parley/pdu_source.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace parley::tools {

struct Answered {
    std::uint64_t request_number = 0;  // SeenPdu::number
    smpp::Command request{};
    std::optional<std::int64_t> latency_ns;  // empty: the input has no times
};

class SessionPairs {
public:
    /// Tells of every PDU in order; what a response answers, empty for all else. A generic_nack
    /// answers the request whose number it has, whatever that was.
    std::optional<Answered> hear(const SeenPdu& seen);

    /// What is known of one kind of request so far.
    struct Summary {
        smpp::Command request{};
        std::uint64_t requests = 0;
        std::uint64_t answered = 0;
        std::uint64_t refused = 0;               // answered with another status than ESME_ROK
        std::vector<std::int64_t> latencies_ns;  // sorted
        /// Requires latencies_ns not to be empty; 0 to 1.
        std::int64_t percentile_ns(double fraction) const;
    };
    std::vector<Summary> summaries() const;
    struct Open {
        std::uint64_t number = 0;
        smpp::Command request{};
        std::uint32_t sequence_number = 0;
    };
    /// Requests without an answer, in order.
    std::vector<Open> unanswered() const;
    /// Responses that answered nothing that was seen.
    std::uint64_t responses_to_nothing() const { return responses_to_nothing_; }

private:
    struct Key {
        std::uint64_t input = 0;
        std::uint64_t connection = 0;
        std::optional<Endpoint> requester;  // empty when the input has no directions
        std::uint32_t sequence_number = 0;
        auto operator<=>(const Key&) const = default;
    };
    struct Request {
        std::uint64_t number = 0;
        smpp::Command command{};
        std::int64_t time_ns = 0;
    };

    std::map<Key, Request>::iterator find(const Key& key, smpp::Command response);

    std::map<Key, Request> open_;
    std::vector<Open> overwritten_;  // their number came again before they were answered
    std::map<smpp::Command, Summary> summaries_;
    std::uint64_t responses_to_nothing_ = 0;
};

}  // namespace parley::tools
