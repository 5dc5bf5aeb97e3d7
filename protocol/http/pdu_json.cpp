#include "protocol/http/pdu_json.h"

#include "protocol/smpp/every_pdu.h"
#include "protocol/smpp/hex.h"
#include "protocol/text/charset.h"

#include <cstdio>

namespace parley::http {

namespace {

std::string in_hex(const char* format, std::uint32_t number) {
    char text[16];
    std::snprintf(text, sizeof text, format, number);
    return text;
}

std::string_view word(smpp::TlvFault fault) {
    return fault == smpp::TlvFault::length ? "length" : "value";
}

void add_value(JsonWriter& json, const smpp::TlvDefinition& definition, std::string_view value) {
    const auto integer = smpp::read_integer(value);
    if (definition.type == smpp::TlvType::integer && integer) {
        return json.number("value", *integer);
    }
    const auto text = smpp::value_to_text(definition, value);
    if (definition.type != smpp::TlvType::octets && !text.starts_with("0x")) {
        json.text("value", text);
    }
}

/// The walker over fields().
class Members {
public:
    explicit Members(JsonWriter& json) : json_(json) {}

    void c_string(std::string_view field, std::string_view value, std::size_t) {
        json_.text(field, value);
        if (!text::valid_utf8(value)) json_.text(std::string(field) + "_hex", smpp::to_hex(value));
    }
    void secret(std::string_view field, std::string_view value, std::size_t) {
        json_.text(field, value.empty() ? "" : "***");  // not even its length
    }
    void integer(std::string_view field, std::uint32_t value) { json_.number(field, value); }
    void choice(std::string_view field, std::uint8_t value, std::uint8_t, std::uint8_t) {
        json_.number(field, value);
    }
    void counted_octets(std::string_view field, std::string_view value) {
        json_.key(field);
        json_.begin_object();
        json_.text("hex", smpp::to_hex(value));
        json_.end_object();
    }
    template <class List>
    void list(std::string_view count_field, std::string_view field, const List& items) {
        json_.number(count_field, static_cast<std::int64_t>(items.size()));
        json_.key(field);
        json_.begin_array();
        for (const auto& item : items) {
            json_.begin_object();
            List::value_type::fields(item, *this);
            json_.end_object();
        }
        json_.end_array();
    }
    void tlvs(const smpp::Tlvs&) {}  // beside the fields, not among them

private:
    JsonWriter& json_;
};

void add_tlv(JsonWriter& json, const smpp::Tlv& tlv, const smpp::TlvDictionary& dictionary) {
    json.begin_object();
    json.text("tag", in_hex("0x%04X", static_cast<std::uint32_t>(tlv.tag)));
    const auto definition = dictionary.find(tlv.tag);
    if (definition) json.text("name", definition->name);
    json.text("hex", smpp::to_hex(tlv.value));
    if (definition) add_value(json, *definition, tlv.value);
    const auto fault = dictionary.fault_of(tlv);
    if (fault != smpp::TlvFault::none) json.text("fault", word(fault));
    json.end_object();
}

void add_tlvs(JsonWriter& json, const smpp::Tlvs& tlvs, const smpp::TlvDictionary& dictionary) {
    if (tlvs.empty()) return;
    json.key("tlvs");
    json.begin_array();
    for (const auto& tlv : tlvs)
        add_tlv(json, tlv, dictionary);
    json.end_array();
}

void add_header(JsonWriter& json, const smpp::Header& header, const smpp::CarrierStatuses& names) {
    const auto id = static_cast<std::uint32_t>(header.command_id);
    const auto command = smpp::name(header.command_id);
    json.text("command", command.empty() ? in_hex("0x%08X", id) : std::string(command));
    json.number("command_id", id);
    json.number("command_length", header.command_length);
    json.number("command_status", static_cast<std::uint32_t>(header.command_status));
    json.text("status", names.name(header.command_status));
    json.number("sequence_number", header.sequence_number);
}

template <class Pdu>
void add_body(JsonWriter& json, const smpp::Frame& frame, Pdu pdu,
              const smpp::TlvDictionary& dictionary) {
    smpp::DecodeError error;
    const bool whole = smpp::decode(frame, pdu, error);
    if (whole) {
        json.key("fields");
        json.begin_object();
        Members members(json);
        Pdu::fields(pdu, members);
        json.end_object();
        add_tlvs(json, pdu.tlvs, dictionary);
    }
    if (error.code) json.text("error", error.message(Pdu::id));
}

}  // namespace

void add_pdu(JsonWriter& json, const smpp::Frame& frame, const PduNames& names) {
    add_header(json, frame.header, names.statuses);
    const bool known = smpp::with_pdu(
        frame.header.command_id, [&](const auto& pdu) { add_body(json, frame, pdu, names.tlvs); });
    if (known) return;
    json.text("error", "unknown command_id");
    json.text("body", smpp::to_hex(frame.body));
}

}  // namespace parley::http
