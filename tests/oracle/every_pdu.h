#pragma once
// One of every PDU with every field filled, and one with every TLV: what the oracles are asked
// about. Values are of the kind that the specification asks for, so that an oracle that looks
// closer finds nothing to complain of.

#include "protocol/smpp/codec.h"
#include "protocol/smpp/every_pdu.h"
#include "protocol/smpp/operations.h"

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace parley::oracle {

/// A walker over fields() that fills each. Keeps the octets that the PDU's views point to.
class Fill {
public:
    void c_string(std::string_view field, std::string_view& value, std::size_t octets_max) {
        value = keep(text_of(field)).substr(0, octets_max - 1);
    }
    void secret(std::string_view, std::string_view& value, std::size_t) { value = "secret08"; }
    template <class Integer>
    void integer(std::string_view field, Integer& value) {
        value = static_cast<Integer>(integer_of(field));
    }
    void choice(std::string_view, std::uint8_t& value, std::uint8_t min, std::uint8_t max) {
        value = items_ % 2 == 0 ? min : max;
    }
    void counted_octets(std::string_view, std::string_view& value) { value = "Hello"; }
    template <class List>
    void list(std::string_view, std::string_view, List& items) {
        for (items_ = 0; items_ < 3; ++items_)
            List::value_type::fields(items.emplace_back(), *this);
        items_ = 0;
    }
    void tlvs(smpp::Tlvs&) {}

    /// A value of the length and range that the table gives.
    std::string_view value_of(const smpp::TlvInfo& info) {
        if (info.tag == smpp::Tag::broadcast_end_time) {
            return keep(std::string("260102030405000+\0", 17));
        }
        if (info.tag == smpp::Tag::message_payload) return "Hello again";
        const std::size_t octets =
            std::min<std::size_t>(info.octets_max, std::max<std::size_t>(info.octets_min, 5));
        if (info.type == smpp::TlvType::c_string) {
            return keep(std::string("7654321").substr(0, std::max<std::size_t>(octets, 7) - 1) +
                        '\0');
        }
        if (info.type == smpp::TlvType::octets)
            return keep(
                std::string("\1"
                            "2345678901",
                            octets));
        return keep(std::string(octets - 1, '\0') + '\1');
    }

private:
    std::string text_of(std::string_view field) const {
        if (field == "schedule_delivery_time" || field == "final_date") return "260102030405000+";
        if (field == "validity_period") return "000002030405000R";
        if (field == "service_type") return "CMT";
        if (field == "system_id") return "shop";
        if (field == "system_type") return "WWW";
        if (field == "dl_name") return "friends";
        if (field == "message_id") return "0a1b2c3d-4e5f";
        return (field.starts_with("source") ? "1555000100" : "1555000200") + std::to_string(items_);
    }
    /// Neighbours differ, so that two fields in the wrong order are seen.
    std::uint32_t integer_of(std::string_view field) const {
        if (field == "interface_version") return 0x34;
        if (field == "source_addr_ton") return 1;
        if (field == "source_addr_npi") return 8;
        if (field == "addr_ton" || field == "esme_addr_ton") return 3;
        if (field == "addr_npi" || field == "esme_addr_npi") return 6;
        if (field == "dest_addr_ton") return 2;
        if (field == "dest_addr_npi") return 9;
        if (field == "error_status_code") return 0x0B + items_;
        if (field == "esm_class") return 3;
        if (field == "protocol_id") return 0x21;
        if (field == "priority_flag") return 2;
        if (field == "registered_delivery") return 0x11;
        if (field == "sm_default_msg_id") return 7;
        if (field == "message_state") return 2;
        if (field == "error_code") return 5;
        return 1;  // replace_if_present_flag, data_coding
    }
    std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }

    std::deque<std::string> kept_;
    std::uint32_t items_ = 0;
};

/// Fields that a PDU has and must leave empty (SMPP 3.4 §4.6.1, §4.6.2).
template <class Pdu>
void without_what_is_unused(Pdu& pdu) {
    if constexpr (Pdu::id == smpp::Command::deliver_sm) {
        pdu.schedule_delivery_time = pdu.validity_period = {};
        pdu.replace_if_present_flag = pdu.sm_default_msg_id = 0;
    }
    if constexpr (Pdu::id == smpp::Command::deliver_sm_resp) pdu.message_id = {};
}

/// Every PDU filled, without TLVs (but those that only 3.3 has: no oracle of ours reads them, their
/// octets are in the golden files); then data_sm with every standard TLV, one at a time; then
/// deliver_sm with all of them at once and two of a vendor's between (but for the two of which
/// tshark 4.0 reads a part and then loses its way, see tshark.mjs). Sequence numbers count from 1.
inline std::vector<std::string> every_pdu() {
    std::vector<std::string> all;
    Fill fill;
    const auto add = [&](const auto& pdu) {
        const auto sequence_number = static_cast<std::uint32_t>(all.size() + 1);
        encode(all.emplace_back(), pdu, sequence_number);
    };
    smpp::for_each_pdu([&](auto pdu) {
        if (!smpp::is_defined(smpp::Version::v5_0, pdu.id)) return;
        decltype(pdu)::fields(pdu, fill);
        without_what_is_unused(pdu);
        add(pdu);
    });
    smpp::DataSm data;
    smpp::DataSm::fields(data, fill);
    for (const auto& info : smpp::standard_tlvs()) {
        data.tlvs.clear();
        data.tlvs.add(info.tag, fill.value_of(info));
        add(data);
    }
    smpp::DeliverSm deliver;
    smpp::DeliverSm::fields(deliver, fill);
    without_what_is_unused(deliver);
    deliver.short_message = {};  // message_payload is among the TLVs
    deliver.tlvs.add(smpp::Tag{0x1401}, "1007164392842");
    for (const auto& info : smpp::standard_tlvs()) {
        if (info.tag == smpp::Tag::broadcast_rep_num || info.tag == smpp::Tag::ms_validity)
            continue;
        const bool had_no_value = info.tag == smpp::Tag::alert_on_message_delivery;  // in 3.4
        deliver.tlvs.add(info.tag, had_no_value ? std::string_view{} : fill.value_of(info));
    }
    deliver.tlvs.add(smpp::Tag{0x1501}, std::string_view("\0\xFF", 2));
    add(deliver);
    return all;
}

}  // namespace parley::oracle
