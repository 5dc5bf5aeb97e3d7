#pragma once
// PDUs that a link kept, as a pcapng file (draft-ietf-opsawg-pcapng) that Wireshark, tshark and
// `parley decode` open. The TCP connection around them is made up; the PDUs are octet for octet
// what went over it, but for what is masked.

#include <cstdint>
#include <string>
#include <vector>

namespace parley::smpp {

struct CapturedPdu {
    std::int64_t at_us = 0;     // since 1970-01-01T00:00Z
    std::uint32_t session = 0;  // rises with each connection of the link
    bool sent = false;          // by us
    std::string octets;         // header included
};
struct CapturedLink {
    std::string link;
    std::string address;  // of the carrier, host:port; a name instead of an IPv4 address is fine
    std::vector<CapturedPdu> pdus;  // oldest first
};

/// Passwords are masked always; mask: numbers and texts too, see mask.h.
std::string write_capture(CapturedLink captured, bool mask);

}  // namespace parley::smpp
