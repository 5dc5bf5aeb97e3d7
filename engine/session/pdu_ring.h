#pragma once
// The last PDUs of a link, for an operator who asked for them: the oldest give way. A session that
// has none pays one branch per PDU.

#include "engine/clock.h"
#include "protocol/smpp/codec.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace parley::session {

class PduRing {
public:
    struct Kept {
        Instant at;
        std::uint32_t session = 0;  // EsmeSession::epoch()
        bool sent = false;          // by us; as it was queued, which is when it was decided
        std::string octets;
    };
    /// octets_max: of PDUs and what they cost to keep; one PDU is always kept.
    explicit PduRing(std::size_t octets_max) : octets_max_(octets_max) {}

    void sent(Instant at, std::uint32_t session, std::string_view octets);
    void received(Instant at, std::uint32_t session, const smpp::Frame& frame);
    const std::deque<Kept>& kept() const { return kept_; }

private:
    void keep(Kept pdu);

    std::size_t octets_max_;
    std::size_t octets_ = 0;
    std::deque<Kept> kept_;  // oldest first
};

}  // namespace parley::session
