#pragma once
// What the bits and TLVs of a message mean: esm_class, registered_delivery, where its octets are,
// segments by SAR TLVs, network_error_code. Small pure functions over decoded PDUs.

#include "protocol/smpp/tlv.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::smpp {

/// esm_class bits 5-2: an enumeration, not flags (SMPP 3.4 §5.2.12), so it is compared. Testing the
/// bit 0x04 alone would take 0x0C, 0x14 … for receipts.
enum class MessageType : std::uint8_t {
    normal = 0x00,
    receipt = 0x04,
    delivery_acknowledgement = 0x08,
    manual_acknowledgement = 0x10,
    conversation_abort = 0x18,
    intermediate_notification = 0x20,
};
/// Empty for a value that the specification does not define.
std::optional<MessageType> message_type(std::uint8_t esm_class);
std::string_view name(MessageType type);  // "receipt" …
constexpr bool has_user_data_header(std::uint8_t esm_class) {
    return (esm_class & 0x40) != 0;
}
constexpr bool has_reply_path(std::uint8_t esm_class) {
    return (esm_class & 0x80) != 0;
}

/// registered_delivery. The intermediate notification is the mask 0x10, bit 4, although 3.4 §5.2.17
/// calls it bit 5 (5.0 §4.7.21 mends that); on_success alone is new in 5.0.
struct RegisteredDelivery {
    enum class Receipt : std::uint8_t { none = 0, always = 1, on_failure = 2, on_success = 3 };
    Receipt receipt = Receipt::none;
    bool delivery_acknowledgement = false;
    bool manual_acknowledgement = false;
    bool intermediate_notification = false;
    bool operator==(const RegisteredDelivery&) const = default;
};
RegisteredDelivery read_registered_delivery(std::uint8_t registered_delivery);
std::uint8_t write_registered_delivery(const RegisteredDelivery& wanted);

/// The octets of the message: message_payload when it is there, short_message otherwise. Only one
/// may be (SMPP 3.4 §4.4.1), but both come, and then the short one is a relic.
std::string_view message_octets(std::string_view short_message, const Tlvs& tlvs);

/// The one shape of everything inbound: data_sm lacks fields that deliver_sm has. Views stay what
/// they were.
struct DataSm;
struct DeliverSm;
DeliverSm as_deliver_sm(DataSm pdu);

/// A segment by TLVs (SMPP 3.4 §5.3.2.22 to 24).
struct Sar {
    std::uint16_t reference = 0;
    std::uint8_t total = 0;
    std::uint8_t number = 0;  // from 1
    bool operator==(const Sar&) const = default;
};
/// Empty unless all three are there, of their lengths, and 1 <= number <= total: otherwise each is
/// to be ignored.
std::optional<Sar> read_sar(const Tlvs& tlvs);

/// Three octets: type, then a code of two (SMPP 3.4 §5.3.2.31; types 4 to 8 are 5.0's §4.8.4.42).
struct NetworkError {
    std::uint8_t network_type = 0;
    std::uint16_t code = 0;
    bool operator==(const NetworkError&) const = default;
};
std::optional<NetworkError> read_network_error(const Tlvs& tlvs);
std::string_view network_type_name(std::uint8_t network_type);  // "GSM"; empty when reserved

/// message_state (3.4 §5.2.28, 5.0 §4.7.15): "DELIVERED"; empty when reserved.
std::string_view message_state_name(std::uint8_t message_state);
/// Whether it can still change. ACCEPTED is final in the table, but receipts that say so mostly
/// come before another: a setting of the carrier.
enum class Accepted : std::uint8_t { is_final, is_on_the_way };
bool is_final_state(std::uint8_t message_state, Accepted accepted);

/// data_coding as 5.0 §4.7.7 words it, "Latin 1 (ISO-8859-1)"; empty when reserved.
std::string_view data_coding_name(std::uint8_t data_coding);

}  // namespace parley::smpp
