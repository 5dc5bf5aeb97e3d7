#include "config/specification.h"

#include "config/value.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace parley::config {

namespace {

// clang-format off
// SMPP 3.4 §5.1.3 and 5.0 §4.7.6, without their "ESME_"; both names where 5.0 has a new one.
constexpr auto statuses = std::to_array<SpecifiedName>({
    {0x00, "ROK"}, {0x01, "RINVMSGLEN"}, {0x02, "RINVCMDLEN"}, {0x03, "RINVCMDID"},
    {0x04, "RINVBNDSTS"}, {0x05, "RALYBND"}, {0x06, "RINVPRTFLG"}, {0x07, "RINVREGDLVFLG"},
    {0x08, "RSYSERR"}, {0x0A, "RINVSRCADR"}, {0x0B, "RINVDSTADR"}, {0x0C, "RINVMSGID"},
    {0x0D, "RBINDFAIL"}, {0x0E, "RINVPASWD"}, {0x0F, "RINVSYSID"}, {0x11, "RCANCELFAIL"},
    {0x13, "RREPLACEFAIL"}, {0x14, "RMSGQFUL"}, {0x15, "RINVSERTYP"}, {0x33, "RINVNUMDESTS"},
    {0x34, "RINVDLNAME"}, {0x40, "RINVDESTFLAG"}, {0x42, "RINVSUBREP"}, {0x43, "RINVESMCLASS"},
    {0x44, "RCNTSUBDL"}, {0x45, "RSUBMITFAIL"}, {0x48, "RINVSRCTON"}, {0x49, "RINVSRCNPI"},
    {0x50, "RINVDSTTON"}, {0x51, "RINVDSTNPI"}, {0x53, "RINVSYSTYP"}, {0x54, "RINVREPFLAG"},
    {0x55, "RINVNUMMSGS"}, {0x58, "RTHROTTLED"}, {0x61, "RINVSCHED"}, {0x62, "RINVEXPIRY"},
    {0x63, "RINVDFTMSGID"}, {0x64, "RX_T_APPN"}, {0x65, "RX_P_APPN"}, {0x66, "RX_R_APPN"},
    {0x67, "RQUERYFAIL"}, {0xC0, "RINVOPTPARSTREAM"}, {0xC0, "RINVTLVSTREAM"},
    {0xC1, "ROPTPARNOTALLWD"}, {0xC1, "RTLVNOTALLWD"}, {0xC2, "RINVPARLEN"}, {0xC2, "RINVTLVLEN"},
    {0xC3, "RMISSINGOPTPARAM"}, {0xC3, "RMISSINGTLV"}, {0xC4, "RINVOPTPARAMVAL"},
    {0xC4, "RINVTLVVAL"}, {0xFE, "RDELIVERYFAILURE"}, {0xFF, "RUNKNOWNERR"},
    {0x100, "RSERTYPUNAUTH"}, {0x101, "RPROHIBITED"}, {0x102, "RSERTYPUNAVAIL"},
    {0x103, "RSERTYPDENIED"}, {0x104, "RINVDCS"}, {0x105, "RINVSRCADDRSUBUNIT"},
    {0x106, "RINVDSTADDRSUBUNIT"}, {0x107, "RINVBCASTFREQINT"}, {0x108, "RINVBCASTALIAS_NAME"},
    {0x109, "RINVBCASTAREAFMT"}, {0x10A, "RINVNUMBCAST_AREAS"}, {0x10B, "RINVBCASTCNTTYPE"},
    {0x10C, "RINVBCASTMSGCLASS"}, {0x10D, "RBCASTFAIL"}, {0x10E, "RBCASTQUERYFAIL"},
    {0x10F, "RBCASTCANCELFAIL"}, {0x110, "RINVBCAST_REP"}, {0x111, "RINVBCASTSRVGRP"},
    {0x112, "RINVBCASTCHANIND"},
});

// SMPP 3.4 §5.3.2 and 5.0 §4.8.4.
constexpr auto tlvs = std::to_array<SpecifiedName>({
    {0x0005, "dest_addr_subunit"}, {0x0006, "dest_network_type"}, {0x0007, "dest_bearer_type"},
    {0x0008, "dest_telematics_id"}, {0x000D, "source_addr_subunit"},
    {0x000E, "source_network_type"}, {0x000F, "source_bearer_type"},
    {0x0010, "source_telematics_id"}, {0x0017, "qos_time_to_live"}, {0x0019, "payload_type"},
    {0x001D, "additional_status_info_text"}, {0x001E, "receipted_message_id"},
    {0x0030, "ms_msg_wait_facilities"}, {0x0201, "privacy_indicator"},
    {0x0202, "source_subaddress"}, {0x0203, "dest_subaddress"}, {0x0204, "user_message_reference"},
    {0x0205, "user_response_code"}, {0x020A, "source_port"}, {0x020B, "destination_port"},
    {0x020C, "sar_msg_ref_num"}, {0x020D, "language_indicator"}, {0x020E, "sar_total_segments"},
    {0x020F, "sar_segment_seqnum"}, {0x0210, "sc_interface_version"},
    {0x0302, "callback_num_pres_ind"}, {0x0303, "callback_num_atag"},
    {0x0304, "number_of_messages"}, {0x0381, "callback_num"}, {0x0420, "dpf_result"},
    {0x0421, "set_dpf"}, {0x0422, "ms_availability_status"}, {0x0423, "network_error_code"},
    {0x0424, "message_payload"}, {0x0425, "delivery_failure_reason"},
    {0x0426, "more_messages_to_send"}, {0x0427, "message_state"}, {0x0428, "congestion_state"},
    {0x0501, "ussd_service_op"}, {0x0600, "broadcast_channel_indicator"},
    {0x0601, "broadcast_content_type"}, {0x0602, "broadcast_content_type_info"},
    {0x0603, "broadcast_message_class"}, {0x0604, "broadcast_rep_num"},
    {0x0605, "broadcast_frequency_interval"}, {0x0606, "broadcast_area_identifier"},
    {0x0607, "broadcast_error_status"}, {0x0608, "broadcast_area_success"},
    {0x0609, "broadcast_end_time"}, {0x060A, "broadcast_service_group"},
    {0x060B, "billing_identification"}, {0x060D, "source_network_id"}, {0x060E, "dest_network_id"},
    {0x060F, "source_node_id"}, {0x0610, "dest_node_id"}, {0x0611, "dest_addr_np_resolution"},
    {0x0612, "dest_addr_np_information"}, {0x0613, "dest_addr_np_country"},
    {0x1201, "display_time"}, {0x1203, "sms_signal"}, {0x1204, "ms_validity"},
    {0x130C, "alert_on_message_delivery"}, {0x1380, "its_reply_type"},
    {0x1383, "its_session_info"},
});
// clang-format on

constexpr std::string_view prefix = "ESME_";

}  // namespace

std::span<const SpecifiedName> specified_statuses() {
    return statuses;
}

std::span<const SpecifiedName> specified_tlvs() {
    return tlvs;
}

std::optional<std::uint32_t> status_named(std::string_view name) {
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    const auto found = std::ranges::find(statuses, name, &SpecifiedName::name);
    return found == statuses.end() ? std::nullopt : std::optional(found->value);
}

std::optional<std::string> nearest_status(std::string_view name) {
    std::vector<std::string> candidates;
    candidates.reserve(statuses.size());
    for (const SpecifiedName& status : statuses)
        candidates.push_back(std::string(prefix).append(status.name));
    if (name.starts_with(prefix)) return nearest(name, candidates);
    return nearest(std::string(prefix).append(name), candidates);
}

std::string_view specified_tlv(std::uint32_t tag) {
    const auto found = std::ranges::find(tlvs, tag, &SpecifiedName::value);
    return found == tlvs.end() ? std::string_view() : found->name;
}

std::optional<std::uint32_t> tlv_named(std::string_view name) {
    const auto found = std::ranges::find(tlvs, name, &SpecifiedName::name);
    return found == tlvs.end() ? std::nullopt : std::optional(found->value);
}

}  // namespace parley::config
