#pragma once
// From the TLVs of a receipt's PDU to what join_receipt() wants of them.

#include "protocol/smpp/tlv.h"
#include "protocol/text/receipt.h"

namespace parley::text {

/// receipted_message_id and message_state (SMPP 3.4 §5.3.2.12, §5.3.2.35); a state that fills more
/// than its one octet is none. Views into tlvs.
inline ReceiptParameters receipt_parameters(const smpp::Tlvs& tlvs) {
    ReceiptParameters parameters;
    if (const auto id = tlvs.find(smpp::Tag::receipted_message_id))
        parameters.receipted_message_id = *id;
    if (const auto state = tlvs.find_integer(smpp::Tag::message_state); state && *state <= 0xFF)
        parameters.message_state = static_cast<std::uint8_t>(*state);
    return parameters;
}

}  // namespace parley::text
