#pragma once
// What octets of a submit mean to this carrier, and how its handsets' texts become octets.

#include "protocol/smpp/pdu.h"
#include "protocol/text/segments.h"
#include "tools/carrier_sim/settings.h"

#include <string>
#include <string_view>

namespace parley::carrier_sim {

/// short_message, or message_payload when that was used.
std::string_view octets_of(const smpp::ShortMessageFields& pdu);
/// UTF-8, without a user data header.
std::string text_of(std::uint8_t esm_class, std::uint8_t data_coding, std::string_view octets,
                    DefaultAlphabet alphabet);
/// As this carrier writes it: data_coding 0 when its alphabet holds the text, else UCS-2. Requires
/// valid UTF-8. No segments when it is too long.
text::Segmented cut_text(std::string_view utf8, DefaultAlphabet alphabet, Parts parts,
                         std::uint16_t reference);

}  // namespace parley::carrier_sim
