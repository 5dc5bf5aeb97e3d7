#include "protocol/smpp/tlv.h"

#include <algorithm>
#include <iterator>

namespace parley::smpp {

namespace {

constexpr std::uint32_t any = 0xFFFFFFFF;

#define KNOWN(tag, type, ...) \
    { Tag::tag, #tag, TlvType::type, __VA_ARGS__ }
// Octets from and to, integers' values from and to, first version. 5.0 §4.8.4; in order of tag.
constexpr TlvInfo all_known[] = {
    KNOWN(dest_addr_subunit, integer, 1, 1, 0, 4, 0x34),
    KNOWN(dest_network_type, integer, 1, 1, 0, 8, 0x34),
    KNOWN(dest_bearer_type, integer, 1, 1, 0, 8, 0x34),
    KNOWN(dest_telematics_id, integer, 2, 2, 0, any, 0x34),
    KNOWN(source_addr_subunit, integer, 1, 1, 0, 4, 0x34),
    KNOWN(source_network_type, integer, 1, 1, 0, 8, 0x34),
    KNOWN(source_bearer_type, integer, 1, 1, 0, 8, 0x34),
    KNOWN(source_telematics_id, integer, 1, 1, 0, any, 0x34),
    KNOWN(qos_time_to_live, integer, 4, 4, 0, any, 0x34),
    KNOWN(payload_type, integer, 1, 1, 0, 1, 0x34),
    KNOWN(additional_status_info_text, c_string, 1, 256, 0, any, 0x34),
    KNOWN(receipted_message_id, c_string, 1, 65, 0, any, 0x34),
    KNOWN(ms_msg_wait_facilities, integer, 1, 1, 0, any, 0x34),
    KNOWN(privacy_indicator, integer, 1, 1, 0, 3, 0x34),
    KNOWN(source_subaddress, octets, 2, 23, 0, any, 0x34),
    KNOWN(dest_subaddress, octets, 2, 23, 0, any, 0x34),
    KNOWN(user_message_reference, integer, 2, 2, 0, any, 0x34),
    KNOWN(user_response_code, integer, 1, 1, 0, any, 0x34),
    KNOWN(source_port, integer, 2, 2, 0, any, 0x34),
    KNOWN(destination_port, integer, 2, 2, 0, any, 0x34),
    KNOWN(sar_msg_ref_num, integer, 2, 2, 0, any, 0x34),
    KNOWN(language_indicator, integer, 1, 1, 0, any, 0x34),
    KNOWN(sar_total_segments, integer, 1, 1, 1, 255, 0x34),
    KNOWN(sar_segment_seqnum, integer, 1, 1, 1, 255, 0x34),
    KNOWN(sc_interface_version, integer, 1, 1, 0, any, 0x34),
    KNOWN(callback_num_pres_ind, integer, 1, 1, 0, 15, 0x34),
    KNOWN(callback_num_atag, octets, 1, 65, 0, any, 0x34),
    KNOWN(number_of_messages, integer, 1, 1, 0, 99, 0x34),
    KNOWN(callback_num, octets, 4, 19, 0, any, 0x34),
    KNOWN(dpf_result, integer, 1, 1, 0, 1, 0x34),
    KNOWN(set_dpf, integer, 1, 1, 0, 1, 0x34),
    KNOWN(ms_availability_status, integer, 1, 1, 0, 2, 0x34),
    KNOWN(network_error_code, octets, 3, 3, 0, any, 0x34),
    KNOWN(message_payload, octets, 0, 65535, 0, any, 0x34),
    KNOWN(delivery_failure_reason, integer, 1, 1, 0, 3, 0x34),
    KNOWN(more_messages_to_send, integer, 1, 1, 0, 1, 0x34),
    KNOWN(message_state, integer, 1, 1, 0, 9, 0x34),
    KNOWN(congestion_state, integer, 1, 1, 0, 100, 0x50),
    KNOWN(ussd_service_op, integer, 1, 1, 0, any, 0x34),
    KNOWN(broadcast_channel_indicator, integer, 1, 1, 0, 1, 0x50),
    KNOWN(broadcast_content_type, octets, 3, 3, 0, any, 0x50),
    KNOWN(broadcast_content_type_info, octets, 1, 255, 0, any, 0x50),
    KNOWN(broadcast_message_class, integer, 1, 1, 0, 3, 0x50),
    KNOWN(broadcast_rep_num, integer, 2, 2, 0, any, 0x50),
    KNOWN(broadcast_frequency_interval, octets, 3, 3, 0, any, 0x50),
    KNOWN(broadcast_area_identifier, octets, 1, 101, 0, any, 0x50),
    KNOWN(broadcast_error_status, integer, 4, 4, 0, any, 0x50),
    KNOWN(broadcast_area_success, integer, 1, 1, 0, 255, 0x50),
    KNOWN(broadcast_end_time, c_string, 16, 17, 0, any, 0x50),
    KNOWN(broadcast_service_group, octets, 1, 255, 0, any, 0x50),
    KNOWN(billing_identification, octets, 1, 1024, 0, any, 0x50),
    KNOWN(source_network_id, c_string, 7, 65, 0, any, 0x50),
    KNOWN(dest_network_id, c_string, 7, 65, 0, any, 0x50),
    KNOWN(source_node_id, octets, 6, 6, 0, any, 0x50),
    KNOWN(dest_node_id, octets, 6, 6, 0, any, 0x50),
    KNOWN(dest_addr_np_resolution, integer, 1, 1, 0, 2, 0x50),
    KNOWN(dest_addr_np_information, octets, 10, 10, 0, any, 0x50),
    KNOWN(dest_addr_np_country, octets, 1, 5, 0, any, 0x50),
    KNOWN(display_time, integer, 1, 1, 0, 2, 0x34),
    KNOWN(sms_signal, integer, 2, 2, 0, any, 0x34),
    KNOWN(ms_validity, octets, 1, 4, 0, any, 0x34),
    KNOWN(alert_on_message_delivery, integer, 0, 1, 0, 3, 0x34),
    KNOWN(its_reply_type, integer, 1, 1, 0, 8, 0x34),
    KNOWN(its_session_info, octets, 2, 2, 0, any, 0x34),
};
#undef KNOWN

constexpr bool before(const TlvInfo& info, Tag tag) {
    return info.tag < tag;
}
static_assert(std::is_sorted(std::begin(all_known), std::end(all_known),
                             [](const TlvInfo& a, const TlvInfo& b) { return a.tag < b.tag; }));

TlvFault string_fault(std::string_view value) {
    const auto nul = value.find('\0');
    return nul + 1 == value.size() ? TlvFault::none : TlvFault::value;
}

}  // namespace

std::string_view name(TlvType type) {
    switch (type) {
        case TlvType::integer:
            return "integer";
        case TlvType::c_string:
            return "c_string";
        case TlvType::octets:
            return "octets";
        case TlvType::text:
            return "text";
    }
    return {};
}

std::span<const TlvInfo> standard_tlvs() {
    return all_known;
}

const TlvInfo* find_tlv(Tag tag) {
    const auto* found = std::lower_bound(std::begin(all_known), std::end(all_known), tag, before);
    return found != std::end(all_known) && found->tag == tag ? found : nullptr;
}

const TlvInfo* find_tlv(std::string_view name) {
    if (name == "dest_port") name = "destination_port";  // as SMPP 5.0 calls it
    const auto* found = std::ranges::find(all_known, name, &TlvInfo::name);
    return found != std::end(all_known) ? found : nullptr;
}

std::string_view name(Tag tag) {
    const TlvInfo* info = find_tlv(tag);
    return info != nullptr ? info->name : std::string_view{};
}

TlvFault fault_of(const TlvInfo& info, std::string_view value) {
    if (value.size() < info.octets_min || value.size() > info.octets_max) return TlvFault::length;
    if (info.type == TlvType::c_string) return string_fault(value);
    if (info.type != TlvType::integer || value.empty()) return TlvFault::none;
    const auto integer = read_integer(value);
    if (!integer) return TlvFault::length;
    const bool fits = *integer >= info.value_min && *integer <= info.value_max;
    return fits ? TlvFault::none : TlvFault::value;
}

TlvFault fault_of(const Tlv& tlv) {
    const TlvInfo* info = find_tlv(tlv.tag);
    return info != nullptr ? fault_of(*info, tlv.value) : TlvFault::none;
}

std::optional<std::uint32_t> read_integer(std::string_view value) {
    if (value.empty() || value.size() > 4) return std::nullopt;
    std::uint32_t integer = 0;
    for (const char octet : value)
        integer = integer << 8 | static_cast<std::uint8_t>(octet);
    return integer;
}

std::optional<std::string_view> Tlvs::find(Tag tag) const {
    for (const Tlv& tlv : list_) {
        if (tlv.tag == tag) return tlv.value;
    }
    return std::nullopt;
}

std::optional<std::uint32_t> Tlvs::find_integer(Tag tag) const {
    const auto value = find(tag);
    if (!value || value->size() == 3) return std::nullopt;  // network_error_code is no number
    return read_integer(*value);
}

}  // namespace parley::smpp
