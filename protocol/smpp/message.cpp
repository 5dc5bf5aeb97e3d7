#include "protocol/smpp/message.h"

#include "protocol/smpp/pdu.h"

#include <array>
#include <utility>

namespace parley::smpp {

namespace {

constexpr std::uint8_t type_mask = 0x3C;

std::uint8_t octet(std::string_view value, std::size_t at) {
    return static_cast<std::uint8_t>(value[at]);
}

}  // namespace

std::optional<MessageType> message_type(std::uint8_t esm_class) {
    const auto type = static_cast<MessageType>(esm_class & type_mask);
    return name(type).empty() ? std::nullopt : std::optional(type);
}

std::string_view name(MessageType type) {
    switch (type) {
        case MessageType::normal:
            return "normal";
        case MessageType::receipt:
            return "receipt";
        case MessageType::delivery_acknowledgement:
            return "delivery acknowledgement";
        case MessageType::manual_acknowledgement:
            return "manual acknowledgement";
        case MessageType::conversation_abort:
            return "conversation abort";
        case MessageType::intermediate_notification:
            return "intermediate notification";
    }
    return {};
}

RegisteredDelivery read_registered_delivery(std::uint8_t registered_delivery) {
    return {.receipt = static_cast<RegisteredDelivery::Receipt>(registered_delivery & 0x03),
            .delivery_acknowledgement = (registered_delivery & 0x04) != 0,
            .manual_acknowledgement = (registered_delivery & 0x08) != 0,
            .intermediate_notification = (registered_delivery & 0x10) != 0};
}

std::uint8_t write_registered_delivery(const RegisteredDelivery& wanted) {
    return static_cast<std::uint8_t>(static_cast<unsigned>(wanted.receipt) |
                                     (wanted.delivery_acknowledgement ? 0x04U : 0U) |
                                     (wanted.manual_acknowledgement ? 0x08U : 0U) |
                                     (wanted.intermediate_notification ? 0x10U : 0U));
}

std::string_view message_octets(std::string_view short_message, const Tlvs& tlvs) {
    return tlvs.find(Tag::message_payload).value_or(short_message);
}

std::optional<Sar> read_sar(const Tlvs& tlvs) {
    const auto reference = tlvs.find(Tag::sar_msg_ref_num);
    const auto total = tlvs.find(Tag::sar_total_segments);
    const auto number = tlvs.find(Tag::sar_segment_seqnum);
    if (!reference || reference->size() != 2) return std::nullopt;
    if (!total || total->size() != 1 || !number || number->size() != 1) return std::nullopt;
    const Sar sar{static_cast<std::uint16_t>(octet(*reference, 0) << 8 | octet(*reference, 1)),
                  octet(*total, 0), octet(*number, 0)};
    return sar.number >= 1 && sar.number <= sar.total ? std::optional(sar) : std::nullopt;
}

std::optional<NetworkError> read_network_error(const Tlvs& tlvs) {
    const auto value = tlvs.find(Tag::network_error_code);
    if (!value || value->size() != 3) return std::nullopt;
    return NetworkError{octet(*value, 0),
                        static_cast<std::uint16_t>(octet(*value, 1) << 8 | octet(*value, 2))};
}

std::string_view network_type_name(std::uint8_t network_type) {
    constexpr std::array<std::string_view, 9> names{"",
                                                    "ANSI-136 access denied",
                                                    "IS-95 access denied",
                                                    "GSM",
                                                    "ANSI-136 cause",
                                                    "IS-95 cause",
                                                    "ANSI-41 error",
                                                    "SMPP error",
                                                    "message centre"};
    return network_type < names.size() ? names[network_type] : std::string_view{};
}

std::string_view message_state_name(std::uint8_t message_state) {
    constexpr std::array<std::string_view, 10> names{
        "SCHEDULED",     "ENROUTE",  "DELIVERED", "EXPIRED",  "DELETED",
        "UNDELIVERABLE", "ACCEPTED", "UNKNOWN",   "REJECTED", "SKIPPED"};
    return message_state < names.size() ? names[message_state] : std::string_view{};
}

bool is_final_state(std::uint8_t message_state, Accepted accepted) {
    constexpr std::uint8_t scheduled = 0, enroute = 1, accepted_state = 6;
    if (message_state == scheduled || message_state == enroute) return false;
    if (message_state == accepted_state) return accepted == Accepted::is_final;
    return !message_state_name(message_state).empty();
}

std::string_view data_coding_name(std::uint8_t data_coding) {
    constexpr std::array<std::string_view, 15> names{"default alphabet of the message centre",
                                                     "IA5 (CCITT T.50), ASCII",
                                                     "8-bit binary",
                                                     "Latin 1 (ISO-8859-1)",
                                                     "8-bit binary",
                                                     "JIS (X 0208-1990)",
                                                     "Cyrillic (ISO-8859-5)",
                                                     "Latin/Hebrew (ISO-8859-8)",
                                                     "UCS-2 (ISO/IEC-10646)",
                                                     "pictograms",
                                                     "ISO-2022-JP (music codes)",
                                                     "",
                                                     "",
                                                     "extended Kanji JIS (X 0212-1990)",
                                                     "KS C 5601"};
    if (data_coding < names.size()) return names[data_coding];
    if (data_coding >= 0xF0) return "GSM message class (3GPP TS 23.038)";
    if (data_coding >= 0xC0 && data_coding < 0xE0) return "GSM message waiting (3GPP TS 23.038)";
    return {};
}

DeliverSm as_deliver_sm(DataSm pdu) {
    DeliverSm out;
    out.service_type = pdu.service_type;
    out.source_addr_ton = pdu.source_addr_ton;
    out.source_addr_npi = pdu.source_addr_npi;
    out.source_addr = pdu.source_addr;
    out.dest_addr_ton = pdu.dest_addr_ton;
    out.dest_addr_npi = pdu.dest_addr_npi;
    out.destination_addr = pdu.destination_addr;
    out.esm_class = pdu.esm_class;
    out.registered_delivery = pdu.registered_delivery;
    out.data_coding = pdu.data_coding;
    out.tlvs = std::move(pdu.tlvs);
    return out;
}

}  // namespace parley::smpp
