#include "protocol/smpp/tlv.h"

namespace parley::smpp {

std::optional<std::string_view> Tlvs::find(Tag tag) const {
    for (const Tlv& tlv : list_) {
        if (tlv.tag == tag) return tlv.value;
    }
    return std::nullopt;
}

std::optional<std::uint32_t> Tlvs::find_integer(Tag tag) const {
    const auto value = find(tag);
    if (!value || (value->size() != 1 && value->size() != 2 && value->size() != 4)) {
        return std::nullopt;
    }
    std::uint32_t integer = 0;
    for (const char octet : *value)
        integer = integer << 8 | static_cast<std::uint8_t>(octet);
    return integer;
}

std::string_view name(Tag tag) {
    switch (tag) {
        case Tag::receipted_message_id:
            return "receipted_message_id";
        case Tag::user_message_reference:
            return "user_message_reference";
        case Tag::source_port:
            return "source_port";
        case Tag::destination_port:
            return "destination_port";
        case Tag::sar_msg_ref_num:
            return "sar_msg_ref_num";
        case Tag::sar_total_segments:
            return "sar_total_segments";
        case Tag::sar_segment_seqnum:
            return "sar_segment_seqnum";
        case Tag::sc_interface_version:
            return "sc_interface_version";
        case Tag::network_error_code:
            return "network_error_code";
        case Tag::message_payload:
            return "message_payload";
        case Tag::delivery_failure_reason:
            return "delivery_failure_reason";
        case Tag::more_messages_to_send:
            return "more_messages_to_send";
        case Tag::message_state:
            return "message_state";
        case Tag::congestion_state:
            return "congestion_state";
    }
    return {};
}

}  // namespace parley::smpp
