#pragma once
// PDUs as bytes, to say to a session or a simulated carrier by hand what a peer might say, and what
// it said back, by header.

#include "protocol/smpp/codec.h"
#include "protocol/smpp/framer.h"

#include <string>
#include <string_view>
#include <vector>

namespace parley::test {

template <class Pdu>
std::string bytes(const Pdu& pdu, std::uint32_t sequence,
                  smpp::Status status = smpp::Status::ESME_ROK) {
    std::string out;
    smpp::encode(out, pdu, sequence, status);
    return out;
}

inline std::string header_bytes(smpp::Command command, std::uint32_t sequence,
                                smpp::Status status = smpp::Status::ESME_ROK) {
    std::string out;
    smpp::encode_header(out, command, status, sequence);
    return out;
}

/// A PDU that owns its body.
struct Said {
    smpp::Header header;
    std::string body;

    template <class Pdu>
    Pdu as() const {
        Pdu pdu;
        smpp::DecodeError error;
        smpp::decode(smpp::Frame{header, body}, pdu, error);
        return pdu;
    }
};

inline std::vector<Said> all_pdus(std::string_view octets) {
    smpp::Framer framer;
    framer.feed(octets);
    std::vector<Said> said;
    while (const auto frame = framer.next()) {
        said.push_back({frame->header, std::string(frame->body)});
    }
    return said;
}

inline smpp::SubmitSm submit_to(std::string_view digits, std::string_view text,
                                bool receipt = false) {
    smpp::SubmitSm pdu;
    pdu.source_addr_ton = 1;
    pdu.source_addr_npi = 1;
    pdu.source_addr = "15550001000";
    pdu.dest_addr_ton = 1;
    pdu.dest_addr_npi = 1;
    pdu.destination_addr = digits;
    pdu.registered_delivery = receipt ? 1 : 0;
    pdu.short_message = text;
    return pdu;
}

}  // namespace parley::test
