#pragma once
// Optional parameters (SMPP 3.4 §3.2.4, §5.3; 5.0 §4.8): what the specification says of each tag,
// and the container that keeps all of them, unknown ones too, byte for byte and in order, because a
// relay that drops a private TLV breaks its customer.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <boost/container/small_vector.hpp>

namespace parley::smpp {

/// In order of value. Names are those of 3.4 where 5.0 has another (dest_port).
enum class Tag : std::uint16_t {
    dest_addr_subunit = 0x0005,
    dest_network_type = 0x0006,
    dest_bearer_type = 0x0007,
    dest_telematics_id = 0x0008,
    source_addr_subunit = 0x000D,
    source_network_type = 0x000E,
    source_bearer_type = 0x000F,
    source_telematics_id = 0x0010,
    qos_time_to_live = 0x0017,
    payload_type = 0x0019,
    additional_status_info_text = 0x001D,
    receipted_message_id = 0x001E,
    ms_msg_wait_facilities = 0x0030,
    privacy_indicator = 0x0201,
    source_subaddress = 0x0202,
    dest_subaddress = 0x0203,
    user_message_reference = 0x0204,
    user_response_code = 0x0205,
    source_port = 0x020A,
    destination_port = 0x020B,
    sar_msg_ref_num = 0x020C,
    language_indicator = 0x020D,
    sar_total_segments = 0x020E,
    sar_segment_seqnum = 0x020F,
    sc_interface_version = 0x0210,
    callback_num_pres_ind = 0x0302,
    callback_num_atag = 0x0303,
    number_of_messages = 0x0304,
    callback_num = 0x0381,
    dpf_result = 0x0420,
    set_dpf = 0x0421,
    ms_availability_status = 0x0422,
    network_error_code = 0x0423,
    message_payload = 0x0424,
    delivery_failure_reason = 0x0425,
    more_messages_to_send = 0x0426,
    message_state = 0x0427,
    congestion_state = 0x0428,
    ussd_service_op = 0x0501,
    broadcast_channel_indicator = 0x0600,
    broadcast_content_type = 0x0601,
    broadcast_content_type_info = 0x0602,
    broadcast_message_class = 0x0603,
    broadcast_rep_num = 0x0604,
    broadcast_frequency_interval = 0x0605,
    broadcast_area_identifier = 0x0606,
    broadcast_error_status = 0x0607,
    broadcast_area_success = 0x0608,
    broadcast_end_time = 0x0609,
    broadcast_service_group = 0x060A,
    billing_identification = 0x060B,
    source_network_id = 0x060D,
    dest_network_id = 0x060E,
    source_node_id = 0x060F,
    dest_node_id = 0x0610,
    dest_addr_np_resolution = 0x0611,
    dest_addr_np_information = 0x0612,
    dest_addr_np_country = 0x0613,
    display_time = 0x1201,
    sms_signal = 0x1203,
    ms_validity = 0x1204,
    alert_on_message_delivery = 0x130C,
    its_reply_type = 0x1380,
    its_session_info = 0x1383,
};

/// What a value is made of. text is for vendors alone: characters without a NUL.
enum class TlvType : std::uint8_t { integer, c_string, octets, text };
std::string_view name(TlvType type);  // "integer", "c_string" …

/// What the specification says of a tag. A C-octet string's bounds include its NUL.
struct TlvInfo {
    Tag tag{};
    std::string_view name;
    TlvType type = TlvType::octets;
    std::uint16_t octets_min = 0;
    std::uint16_t octets_max = 0xFFFF;
    std::uint32_t value_min = 0;  // integers: what is not reserved
    std::uint32_t value_max = 0xFFFFFFFF;
    std::uint8_t since = 0x34;  // the first interface_version that has it
};
/// All of them in order of tag.
std::span<const TlvInfo> standard_tlvs();
/// Null for a tag that the specification does not define.
const TlvInfo* find_tlv(Tag tag);
const TlvInfo* find_tlv(std::string_view name);

struct Tlv {
    Tag tag;
    std::string_view value;
};

/// SMPP 3.4 §3.3: an unknown TLV is ignored, a known one with an unexpected length or value is an
/// error. `length` answers ESME_RINVTLVLEN, `value` ESME_RINVTLVVAL. Unknown tags are never at
/// fault. Decoding does not ask: whether to refuse is for the caller, who knows the peer.
enum class TlvFault : std::uint8_t { none, length, value };
TlvFault fault_of(const Tlv& tlv);
TlvFault fault_of(const TlvInfo& info, std::string_view value);

/// Big-endian integer of 1 to 4 octets; empty for any other length.
std::optional<std::uint32_t> read_integer(std::string_view value);

/// Four in place: the usual deliver_sm receipt carries two or three, so decoding does not allocate.
class Tlvs {
public:
    /// First one with this tag.
    std::optional<std::string_view> find(Tag tag) const;
    /// Big-endian integer of 1, 2 or 4 octets; empty when absent or of another length.
    std::optional<std::uint32_t> find_integer(Tag tag) const;
    void add(Tag tag, std::string_view value) { list_.push_back({tag, value}); }
    auto begin() const { return list_.begin(); }
    auto end() const { return list_.end(); }
    std::size_t size() const { return list_.size(); }
    bool empty() const { return list_.empty(); }
    void clear() { list_.clear(); }

private:
    boost::container::small_vector<Tlv, 4> list_;
};

/// "message_payload"; empty for a tag we have no name for.
std::string_view name(Tag tag);

}  // namespace parley::smpp
