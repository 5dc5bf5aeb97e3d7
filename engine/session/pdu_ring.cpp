#include "engine/session/pdu_ring.h"

#include <utility>

namespace parley::session {

namespace {

std::size_t cost(const PduRing::Kept& pdu) {
    return sizeof(pdu) + pdu.octets.size();
}

void append_number(std::string& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
        out.push_back(static_cast<char>(value >> static_cast<unsigned>(shift)));
}

}  // namespace

void PduRing::sent(Instant at, std::uint32_t session, std::string_view octets) {
    keep({at, session, true, std::string(octets)});
}

void PduRing::received(Instant at, std::uint32_t session, const smpp::Frame& frame) {
    std::string octets;
    octets.reserve(smpp::header_octets + frame.body.size());
    append_number(octets, frame.header.command_length);
    append_number(octets, static_cast<std::uint32_t>(frame.header.command_id));
    append_number(octets, static_cast<std::uint32_t>(frame.header.command_status));
    append_number(octets, frame.header.sequence_number);
    octets += frame.body;
    keep({at, session, false, std::move(octets)});
}

void PduRing::keep(Kept pdu) {
    octets_ += cost(pdu);
    kept_.push_back(std::move(pdu));
    while (octets_ > octets_max_ && kept_.size() > 1) {
        octets_ -= cost(kept_.front());
        kept_.pop_front();
    }
}

}  // namespace parley::session
