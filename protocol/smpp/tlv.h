#pragma once
// Optional parameters (SMPP 3.4 §3.2.4, §5.3): known tags by name, unknown ones kept byte for byte
// and in order, because a relay that drops a private TLV breaks its customer.

#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/container/small_vector.hpp>

namespace parley::smpp {

enum class Tag : std::uint16_t {
    receipted_message_id = 0x001E,
    user_message_reference = 0x0204,
    source_port = 0x020A,
    destination_port = 0x020B,
    sar_msg_ref_num = 0x020C,
    sar_total_segments = 0x020E,
    sar_segment_seqnum = 0x020F,
    sc_interface_version = 0x0210,
    network_error_code = 0x0423,
    message_payload = 0x0424,
    delivery_failure_reason = 0x0425,
    more_messages_to_send = 0x0426,
    message_state = 0x0427,
    congestion_state = 0x0428,
};

struct Tlv {
    Tag tag;
    std::string_view value;
};

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
