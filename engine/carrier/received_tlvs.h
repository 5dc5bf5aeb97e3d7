#pragma once
// The carrier's own TLVs of what it sends us, by the names that its dialect has for them.

#include "protocol/smpp/named_tlv.h"
#include "protocol/smpp/tlv_dictionary.h"

namespace parley::carrier {

/// Bounds of what is kept of one PDU: so many, and so many octets of names and values together.
inline constexpr std::size_t received_tlvs_max = 16;
inline constexpr std::size_t received_octets_max = 1'024;

/// Those whose tag the specification does not define, in order; unknown ones by their tag and in
/// hexadecimal. What a carrier sends twice is numbered: "0x1501", "0x1501.2". An entry without a
/// name counts those that are beyond the bounds. Nothing, and no memory, for most PDUs.
smpp::NamedTlvs read_own_tlvs(const smpp::Tlvs& tlvs, const smpp::TlvDictionary& dictionary);

/// Puts `more`, of another PDU of the same message, behind `all`, within the same bounds. What is
/// there already counts.
void join_tlvs(smpp::NamedTlvs& all, const smpp::NamedTlvs& more);

}  // namespace parley::carrier
