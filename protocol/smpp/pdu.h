#pragma once
// One struct per PDU, fields in wire order under their specification names. encode, decode, dump
// and the fuzzer all walk the one fields() list. Text fields are views: after decode() they point
// into the frame's bytes, before encode() into the caller's, so neither direction copies or
// allocates.

#include "protocol/smpp/command.h"
#include "protocol/smpp/status.h"
#include "protocol/smpp/tlv.h"

#include <cstdint>
#include <string_view>

namespace parley::smpp {

/// SMPP 3.4 §5.1: four 32-bit integers in front of every PDU.
struct Header {
    std::uint32_t command_length = 16;
    Command command_id{};
    Status command_status = Status::ESME_ROK;
    std::uint32_t sequence_number = 0;
};
inline constexpr std::uint32_t header_octets = 16;

/// Octet limits include the NUL (SMPP 3.4 §3.1). They bound what we send; reading is more generous
/// (tlv and codec say how), because carriers exceed them.
struct BindFields {
    std::string_view system_id;
    std::string_view password;
    std::string_view system_type;
    std::uint8_t interface_version = 0x34;
    std::uint8_t addr_ton = 0;
    std::uint8_t addr_npi = 0;
    std::string_view address_range;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("system_id", pdu.system_id, 16);
        visit.secret("password", pdu.password, 9);
        visit.c_string("system_type", pdu.system_type, 13);
        visit.integer("interface_version", pdu.interface_version);
        visit.integer("addr_ton", pdu.addr_ton);
        visit.integer("addr_npi", pdu.addr_npi);
        visit.c_string("address_range", pdu.address_range, 41);
    }
};
struct BindTransmitter : BindFields {
    static constexpr Command id = Command::bind_transmitter;
};
struct BindReceiver : BindFields {
    static constexpr Command id = Command::bind_receiver;
};
struct BindTransceiver : BindFields {
    static constexpr Command id = Command::bind_transceiver;
};

struct BindRespFields {
    std::string_view system_id;
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("system_id", pdu.system_id, 16);
        visit.tlvs(pdu.tlvs);
    }
};
struct BindTransmitterResp : BindRespFields {
    static constexpr Command id = Command::bind_transmitter_resp;
};
struct BindReceiverResp : BindRespFields {
    static constexpr Command id = Command::bind_receiver_resp;
};
struct BindTransceiverResp : BindRespFields {
    static constexpr Command id = Command::bind_transceiver_resp;
};

/// submit_sm and deliver_sm have one layout (SMPP 3.4 §4.4.1, §4.6.1).
struct ShortMessageFields {
    std::string_view service_type;
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string_view source_addr;
    std::uint8_t dest_addr_ton = 0;
    std::uint8_t dest_addr_npi = 0;
    std::string_view destination_addr;
    std::uint8_t esm_class = 0;
    std::uint8_t protocol_id = 0;
    std::uint8_t priority_flag = 0;
    std::string_view schedule_delivery_time;
    std::string_view validity_period;
    std::uint8_t registered_delivery = 0;
    std::uint8_t replace_if_present_flag = 0;
    std::uint8_t data_coding = 0;
    std::uint8_t sm_default_msg_id = 0;
    std::string_view short_message;  // preceded on the wire by sm_length
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("service_type", pdu.service_type, 6);
        visit.integer("source_addr_ton", pdu.source_addr_ton);
        visit.integer("source_addr_npi", pdu.source_addr_npi);
        visit.c_string("source_addr", pdu.source_addr, 21);
        visit.integer("dest_addr_ton", pdu.dest_addr_ton);
        visit.integer("dest_addr_npi", pdu.dest_addr_npi);
        visit.c_string("destination_addr", pdu.destination_addr, 21);
        visit.integer("esm_class", pdu.esm_class);
        visit.integer("protocol_id", pdu.protocol_id);
        visit.integer("priority_flag", pdu.priority_flag);
        visit.c_string("schedule_delivery_time", pdu.schedule_delivery_time, 17);
        visit.c_string("validity_period", pdu.validity_period, 17);
        visit.integer("registered_delivery", pdu.registered_delivery);
        visit.integer("replace_if_present_flag", pdu.replace_if_present_flag);
        visit.integer("data_coding", pdu.data_coding);
        visit.integer("sm_default_msg_id", pdu.sm_default_msg_id);
        visit.counted_octets("short_message", pdu.short_message);
        visit.tlvs(pdu.tlvs);
    }
};
struct SubmitSm : ShortMessageFields {
    static constexpr Command id = Command::submit_sm;
};
struct DeliverSm : ShortMessageFields {
    static constexpr Command id = Command::deliver_sm;
};

struct MessageIdFields {
    std::string_view message_id;
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("message_id", pdu.message_id, 65);
        visit.tlvs(pdu.tlvs);
    }
};
struct SubmitSmResp : MessageIdFields {
    static constexpr Command id = Command::submit_sm_resp;
};
/// message_id is unused and NULL here (SMPP 3.4 §4.6.2).
struct DeliverSmResp : MessageIdFields {
    static constexpr Command id = Command::deliver_sm_resp;
};

/// SMPP 3.4 §4.7.1: the message itself is the TLV message_payload.
struct DataSm {
    static constexpr Command id = Command::data_sm;
    std::string_view service_type;
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string_view source_addr;
    std::uint8_t dest_addr_ton = 0;
    std::uint8_t dest_addr_npi = 0;
    std::string_view destination_addr;
    std::uint8_t esm_class = 0;
    std::uint8_t registered_delivery = 0;
    std::uint8_t data_coding = 0;
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("service_type", pdu.service_type, 6);
        visit.integer("source_addr_ton", pdu.source_addr_ton);
        visit.integer("source_addr_npi", pdu.source_addr_npi);
        visit.c_string("source_addr", pdu.source_addr, 65);
        visit.integer("dest_addr_ton", pdu.dest_addr_ton);
        visit.integer("dest_addr_npi", pdu.dest_addr_npi);
        visit.c_string("destination_addr", pdu.destination_addr, 65);
        visit.integer("esm_class", pdu.esm_class);
        visit.integer("registered_delivery", pdu.registered_delivery);
        visit.integer("data_coding", pdu.data_coding);
        visit.tlvs(pdu.tlvs);
    }
};
struct DataSmResp : MessageIdFields {
    static constexpr Command id = Command::data_sm_resp;
};

struct Empty {
    static void fields(auto&, auto&) {}
};
struct Unbind : Empty {
    static constexpr Command id = Command::unbind;
};
struct UnbindResp : Empty {
    static constexpr Command id = Command::unbind_resp;
};
struct EnquireLink : Empty {
    static constexpr Command id = Command::enquire_link;
};
struct EnquireLinkResp : Empty {
    static constexpr Command id = Command::enquire_link_resp;
};
struct GenericNack : Empty {
    static constexpr Command id = Command::generic_nack;
};

}  // namespace parley::smpp
