#pragma once
// Hides what is nobody's business in a PDU's octets, in place: lengths, ids, statuses and headers
// stay, so that everything still decodes and can be followed.

#include <cstdint>
#include <span>
#include <string>

namespace parley::smpp {

enum class Mask : std::uint8_t {
    secrets,   // passwords
    personal,  // also numbers (all digits but the last two), texts, vendors' TLVs
};

/// octets: a whole PDU. What does not decode loses its whole body to Mask::personal.
void mask(std::string& octets, Mask what);

/// Every digit of a number but the last two, as Mask::personal does it.
void mask_number(std::span<char> number);

}  // namespace parley::smpp
