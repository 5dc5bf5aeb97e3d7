#pragma once
// One struct per PDU, fields in wire order under their specification names. encode, decode, dump,
// the JSON form and the fuzzer all walk the one fields() list. Text fields are views: after
// decode() they point into the frame's bytes, before encode() into the caller's, so neither
// direction copies or allocates (but for more TLVs or destinations than fit in place).
//
// What a visitor of fields() must know:
//   c_string(name, view, octets_max)   C-octet string; octets_max includes its NUL
//   secret(name, view, octets_max)     the same, masked wherever a person may look
//   integer(name, value)               one octet or four, big-endian
//   choice(name, value, min, max)      one octet that says what follows
//   counted_octets(name, view)         one octet of length (sm_length), then so many
//   list(count_name, name, items)      one octet of count, then each item's own fields()
//   tlvs(tlvs)                         all that is left; every PDU ends with it, because carriers
//                                      send TLVs where no version has any

#include "protocol/smpp/command.h"
#include "protocol/smpp/status.h"
#include "protocol/smpp/tlv.h"

#include <cstdint>
#include <string_view>

#include <boost/container/small_vector.hpp>

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
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("system_id", pdu.system_id, 16);
        visit.secret("password", pdu.password, 9);
        visit.c_string("system_type", pdu.system_type, 13);
        visit.integer("interface_version", pdu.interface_version);
        visit.integer("addr_ton", pdu.addr_ton);
        visit.integer("addr_npi", pdu.addr_npi);
        visit.c_string("address_range", pdu.address_range, 41);
        visit.tlvs(pdu.tlvs);
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

/// SMPP 3.4 §4.1.7: a message centre that has mail asks to be bound to. Never answered.
struct Outbind {
    static constexpr Command id = Command::outbind;
    std::string_view system_id;
    std::string_view password;
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("system_id", pdu.system_id, 16);
        visit.secret("password", pdu.password, 9);
        visit.tlvs(pdu.tlvs);
    }
};

/// submit_sm (SMPP 3.4 §4.4.1) and deliver_sm (§4.6.1) share one layout.
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

/// One place that submit_multi goes to: an address, or a distribution list by name (SMPP 3.4
/// §5.2.25: dest_flag 1 or 2).
struct DestAddress {
    static constexpr std::uint8_t sme_address = 1;
    static constexpr std::uint8_t distribution_list = 2;

    std::uint8_t dest_flag = sme_address;
    std::uint8_t dest_addr_ton = 0;
    std::uint8_t dest_addr_npi = 0;
    std::string_view destination_addr;
    std::string_view dl_name;

    static void fields(auto& item, auto& visit) {
        visit.choice("dest_flag", item.dest_flag, sme_address, distribution_list);
        if (item.dest_flag == distribution_list) {
            visit.c_string("dl_name", item.dl_name, 21);
            return;
        }
        visit.integer("dest_addr_ton", item.dest_addr_ton);
        visit.integer("dest_addr_npi", item.dest_addr_npi);
        visit.c_string("destination_addr", item.destination_addr, 21);
    }
};
using DestAddresses = boost::container::small_vector<DestAddress, 2>;

/// SMPP 3.4 §4.5.1: up to 254 destinations, 255 in 5.0.
struct SubmitMulti {
    static constexpr Command id = Command::submit_multi;
    std::string_view service_type;
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string_view source_addr;
    DestAddresses dest_address;  // preceded on the wire by number_of_dests
    std::uint8_t esm_class = 0;
    std::uint8_t protocol_id = 0;
    std::uint8_t priority_flag = 0;
    std::string_view schedule_delivery_time;
    std::string_view validity_period;
    std::uint8_t registered_delivery = 0;
    std::uint8_t replace_if_present_flag = 0;
    std::uint8_t data_coding = 0;
    std::uint8_t sm_default_msg_id = 0;
    std::string_view short_message;
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("service_type", pdu.service_type, 6);
        visit.integer("source_addr_ton", pdu.source_addr_ton);
        visit.integer("source_addr_npi", pdu.source_addr_npi);
        visit.c_string("source_addr", pdu.source_addr, 21);
        visit.list("number_of_dests", "dest_address", pdu.dest_address);
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

/// A destination that submit_multi did not reach, and why (SMPP 3.4 §4.5.2.1).
struct UnsuccessSme {
    std::uint8_t dest_addr_ton = 0;
    std::uint8_t dest_addr_npi = 0;
    std::string_view destination_addr;
    std::uint32_t error_status_code = 0;  // a Status

    static void fields(auto& item, auto& visit) {
        visit.integer("dest_addr_ton", item.dest_addr_ton);
        visit.integer("dest_addr_npi", item.dest_addr_npi);
        visit.c_string("destination_addr", item.destination_addr, 21);
        visit.integer("error_status_code", item.error_status_code);
    }
};
using UnsuccessSmes = boost::container::small_vector<UnsuccessSme, 2>;

struct SubmitMultiResp {
    static constexpr Command id = Command::submit_multi_resp;
    std::string_view message_id;
    UnsuccessSmes unsuccess_sme;  // preceded on the wire by no_unsuccess
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("message_id", pdu.message_id, 65);
        visit.list("no_unsuccess", "unsuccess_sme", pdu.unsuccess_sme);
        visit.tlvs(pdu.tlvs);
    }
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

/// A message by its id and sender: query_sm (SMPP 3.4 §4.8.1) and query_broadcast_sm (5.0 §4.6.1).
struct QueryFields {
    std::string_view message_id;
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string_view source_addr;
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("message_id", pdu.message_id, 65);
        visit.integer("source_addr_ton", pdu.source_addr_ton);
        visit.integer("source_addr_npi", pdu.source_addr_npi);
        visit.c_string("source_addr", pdu.source_addr, 21);
        visit.tlvs(pdu.tlvs);
    }
};
struct QuerySm : QueryFields {
    static constexpr Command id = Command::query_sm;
};
struct QuerySmResp {
    static constexpr Command id = Command::query_sm_resp;
    std::string_view message_id;
    std::string_view final_date;
    std::uint8_t message_state = 0;
    std::uint8_t error_code = 0;
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("message_id", pdu.message_id, 65);
        visit.c_string("final_date", pdu.final_date, 17);
        visit.integer("message_state", pdu.message_state);
        visit.integer("error_code", pdu.error_code);
        visit.tlvs(pdu.tlvs);
    }
};

/// SMPP 3.4 §4.9.1.
struct CancelSm {
    static constexpr Command id = Command::cancel_sm;
    std::string_view service_type;
    std::string_view message_id;
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string_view source_addr;
    std::uint8_t dest_addr_ton = 0;
    std::uint8_t dest_addr_npi = 0;
    std::string_view destination_addr;
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("service_type", pdu.service_type, 6);
        visit.c_string("message_id", pdu.message_id, 65);
        visit.integer("source_addr_ton", pdu.source_addr_ton);
        visit.integer("source_addr_npi", pdu.source_addr_npi);
        visit.c_string("source_addr", pdu.source_addr, 21);
        visit.integer("dest_addr_ton", pdu.dest_addr_ton);
        visit.integer("dest_addr_npi", pdu.dest_addr_npi);
        visit.c_string("destination_addr", pdu.destination_addr, 21);
        visit.tlvs(pdu.tlvs);
    }
};

/// SMPP 3.4 §4.10.1.
struct ReplaceSm {
    static constexpr Command id = Command::replace_sm;
    std::string_view message_id;
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string_view source_addr;
    std::string_view schedule_delivery_time;
    std::string_view validity_period;
    std::uint8_t registered_delivery = 0;
    std::uint8_t sm_default_msg_id = 0;
    std::string_view short_message;
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("message_id", pdu.message_id, 65);
        visit.integer("source_addr_ton", pdu.source_addr_ton);
        visit.integer("source_addr_npi", pdu.source_addr_npi);
        visit.c_string("source_addr", pdu.source_addr, 21);
        visit.c_string("schedule_delivery_time", pdu.schedule_delivery_time, 17);
        visit.c_string("validity_period", pdu.validity_period, 17);
        visit.integer("registered_delivery", pdu.registered_delivery);
        visit.integer("sm_default_msg_id", pdu.sm_default_msg_id);
        visit.counted_octets("short_message", pdu.short_message);
        visit.tlvs(pdu.tlvs);
    }
};

/// SMPP 3.4 §4.12.1: a subscriber can be reached again. Never answered.
struct AlertNotification {
    static constexpr Command id = Command::alert_notification;
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string_view source_addr;
    std::uint8_t esme_addr_ton = 0;
    std::uint8_t esme_addr_npi = 0;
    std::string_view esme_addr;
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.integer("source_addr_ton", pdu.source_addr_ton);
        visit.integer("source_addr_npi", pdu.source_addr_npi);
        visit.c_string("source_addr", pdu.source_addr, 65);
        visit.integer("esme_addr_ton", pdu.esme_addr_ton);
        visit.integer("esme_addr_npi", pdu.esme_addr_npi);
        visit.c_string("esme_addr", pdu.esme_addr, 65);
        visit.tlvs(pdu.tlvs);
    }
};

/// SMPP 5.0 §4.4.1: area, content type, repetitions and message are TLVs.
struct BroadcastSm {
    static constexpr Command id = Command::broadcast_sm;
    std::string_view service_type;
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string_view source_addr;
    std::string_view message_id;
    std::uint8_t priority_flag = 0;
    std::string_view schedule_delivery_time;
    std::string_view validity_period;
    std::uint8_t replace_if_present_flag = 0;
    std::uint8_t data_coding = 0;
    std::uint8_t sm_default_msg_id = 0;
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("service_type", pdu.service_type, 6);
        visit.integer("source_addr_ton", pdu.source_addr_ton);
        visit.integer("source_addr_npi", pdu.source_addr_npi);
        visit.c_string("source_addr", pdu.source_addr, 21);
        visit.c_string("message_id", pdu.message_id, 65);
        visit.integer("priority_flag", pdu.priority_flag);
        visit.c_string("schedule_delivery_time", pdu.schedule_delivery_time, 17);
        visit.c_string("validity_period", pdu.validity_period, 17);
        visit.integer("replace_if_present_flag", pdu.replace_if_present_flag);
        visit.integer("data_coding", pdu.data_coding);
        visit.integer("sm_default_msg_id", pdu.sm_default_msg_id);
        visit.tlvs(pdu.tlvs);
    }
};
struct BroadcastSmResp : MessageIdFields {
    static constexpr Command id = Command::broadcast_sm_resp;
};
struct QueryBroadcastSm : QueryFields {
    static constexpr Command id = Command::query_broadcast_sm;
};
/// The state and the areas are TLVs (SMPP 5.0 §4.6.1.3).
struct QueryBroadcastSmResp : MessageIdFields {
    static constexpr Command id = Command::query_broadcast_sm_resp;
};

/// SMPP 5.0 §4.6.2.
struct CancelBroadcastSm {
    static constexpr Command id = Command::cancel_broadcast_sm;
    std::string_view service_type;
    std::string_view message_id;
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string_view source_addr;
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("service_type", pdu.service_type, 6);
        visit.c_string("message_id", pdu.message_id, 65);
        visit.integer("source_addr_ton", pdu.source_addr_ton);
        visit.integer("source_addr_npi", pdu.source_addr_npi);
        visit.c_string("source_addr", pdu.source_addr, 21);
        visit.tlvs(pdu.tlvs);
    }
};

// ---- What only SMPP 3.3 has, and 3.4 left out. Names as in its tables, in lower case. Its own
// words are few; smppapi (Oran Kelly) and others read the same layout.

/// SMPP 3.3 §6.3.6.5: ids of the latest messages of one sender, at most 100.
struct QueryLastMsgs {
    static constexpr Command id = Command::query_last_msgs;
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string_view source_addr;
    std::uint8_t num_messages = 0;
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.integer("source_addr_ton", pdu.source_addr_ton);
        visit.integer("source_addr_npi", pdu.source_addr_npi);
        visit.c_string("source_addr", pdu.source_addr, 21);
        visit.integer("num_messages", pdu.num_messages);
        visit.tlvs(pdu.tlvs);
    }
};

/// One message that was found (SMPP 3.3 table 6-15).
struct MessageDetails {
    std::string_view msgid;

    static void fields(auto& item, auto& visit) { visit.c_string("msgid", item.msgid, 9); }
};
using MessageDetailsList = boost::container::small_vector<MessageDetails, 2>;

struct QueryLastMsgsResp {
    static constexpr Command id = Command::query_last_msgs_resp;
    MessageDetailsList message_details;  // preceded on the wire by number_msgs
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.list("number_msgs", "message_details", pdu.message_details);
        visit.tlvs(pdu.tlvs);
    }
};

/// SMPP 3.3 §6.3.6.8: all that is known of a message. sm_length: octets of its text that are asked
/// for.
struct QueryMsgDetails {
    static constexpr Command id = Command::query_msg_details;
    std::string_view original_message_id;
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string_view source_addr;
    std::uint8_t sm_length = 0;
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("original_message_id", pdu.original_message_id, 9);
        visit.integer("source_addr_ton", pdu.source_addr_ton);
        visit.integer("source_addr_npi", pdu.source_addr_npi);
        visit.c_string("source_addr", pdu.source_addr, 21);
        visit.integer("sm_length", pdu.sm_length);
        visit.tlvs(pdu.tlvs);
    }
};

/// SMPP 3.3 table 6-17: as submit_multi, without esm_class, and what became of it.
struct QueryMsgDetailsResp {
    static constexpr Command id = Command::query_msg_details_resp;
    std::string_view service_type;
    std::uint8_t source_addr_ton = 0;
    std::uint8_t source_addr_npi = 0;
    std::string_view source_addr;
    DestAddresses dest_address;  // preceded on the wire by number_of_dests
    std::uint8_t protocol_id = 0;
    std::uint8_t priority_flag = 0;
    std::string_view schedule_delivery_time;
    std::string_view validity_period;
    std::uint8_t registered_delivery_flag = 0;
    std::uint8_t data_coding = 0;
    std::string_view short_message;
    std::string_view msgid;
    std::string_view final_date;
    std::uint8_t message_status = 0;
    std::uint8_t error_code = 0;
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("service_type", pdu.service_type, 6);
        visit.integer("source_addr_ton", pdu.source_addr_ton);
        visit.integer("source_addr_npi", pdu.source_addr_npi);
        visit.c_string("source_addr", pdu.source_addr, 21);
        visit.list("number_of_dests", "dest_address", pdu.dest_address);
        visit.integer("protocol_id", pdu.protocol_id);
        visit.integer("priority_flag", pdu.priority_flag);
        visit.c_string("schedule_delivery_time", pdu.schedule_delivery_time, 17);
        visit.c_string("validity_period", pdu.validity_period, 17);
        visit.integer("registered_delivery_flag", pdu.registered_delivery_flag);
        visit.integer("data_coding", pdu.data_coding);
        visit.counted_octets("short_message", pdu.short_message);
        visit.c_string("msgid", pdu.msgid, 9);
        visit.c_string("final_date", pdu.final_date, 17);
        visit.integer("message_status", pdu.message_status);
        visit.integer("error_code", pdu.error_code);
        visit.tlvs(pdu.tlvs);
    }
};

/// SMPP 3.3 §6.3.10: a configurable parameter of the message centre, by name.
struct ParamRetrieve {
    static constexpr Command id = Command::param_retrieve;
    std::string_view param_name;
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("param_name", pdu.param_name, 32);
        visit.tlvs(pdu.tlvs);
    }
};
struct ParamRetrieveResp {
    static constexpr Command id = Command::param_retrieve_resp;
    std::string_view param_value;
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) {
        visit.c_string("param_value", pdu.param_value, 101);
        visit.tlvs(pdu.tlvs);
    }
};

/// No field of its own.
struct Empty {
    Tlvs tlvs;

    static void fields(auto& pdu, auto& visit) { visit.tlvs(pdu.tlvs); }
};
struct ReplaceSmResp : Empty {
    static constexpr Command id = Command::replace_sm_resp;
};
struct CancelSmResp : Empty {
    static constexpr Command id = Command::cancel_sm_resp;
};
struct CancelBroadcastSmResp : Empty {
    static constexpr Command id = Command::cancel_broadcast_sm_resp;
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
