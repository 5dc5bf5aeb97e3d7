#include "protocol/smpp/dump.h"

#include "protocol/smpp/every_pdu.h"
#include "protocol/smpp/hex.h"

#include <cstdio>

namespace parley::smpp {

namespace {

constexpr char digits[] = "0123456789ABCDEF";

void append_quoted(std::string& out, std::string_view octets) {
    out += '"';
    for (const char c : octets) {
        const auto octet = static_cast<std::uint8_t>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (octet >= 0x20 && octet <= 0x7E) {
            out += c;
        } else {
            out += "\\x";
            out += digits[octet >> 4];
            out += digits[octet & 0x0F];
        }
    }
    out += '"';
}

std::string number_in_hex(const char* format, std::uint32_t number) {
    char text[32];
    std::snprintf(text, sizeof text, format, number);
    return text;
}

/// The walker over fields(): ' name=value' for each.
class Text {
public:
    explicit Text(std::string& out) : out_(out) {}

    void c_string(std::string_view field, std::string_view value, std::size_t) {
        key(field);
        append_quoted(out_, value);
    }
    void secret(std::string_view field, std::string_view value, std::size_t) {
        key(field);
        out_ += value.empty() ? "\"\"" : "***";  // not even its length
    }
    void integer(std::string_view field, std::uint32_t value) {
        key(field);
        out_ += std::to_string(value);
    }
    void choice(std::string_view field, std::uint8_t value, std::uint8_t, std::uint8_t) {
        integer(field, value);
    }
    void counted_octets(std::string_view field, std::string_view value) {
        key(field);
        append_quoted(out_, value);
    }
    template <class List>
    void list(std::string_view count_field, std::string_view field, const List& items) {
        integer(count_field, static_cast<std::uint32_t>(items.size()));
        for (const auto& item : items) {
            key(field);
            out_ += '{';
            List::value_type::fields(item, *this);
            out_ += " }";
        }
    }
    void tlvs(const Tlvs& tlvs) {
        for (const Tlv& tlv : tlvs) {
            const auto known = name(tlv.tag);
            const auto number = static_cast<std::uint32_t>(tlv.tag);
            key(known.empty() ? number_in_hex("tlv_0x%04X", number) : known);
            out_ += "0x";
            append_hex(out_, tlv.value);
        }
    }

private:
    void key(std::string_view field) { out_.append(" ").append(field).append("="); }

    std::string& out_;
};

void append_header(std::string& out, const Header& header) {
    const auto command = name(header.command_id);
    out += command.empty()
               ? number_in_hex("command_0x%08X", static_cast<std::uint32_t>(header.command_id))
               : command;
    out += " seq=" + std::to_string(header.sequence_number);
    const auto status = name(header.command_status);
    out += " status=" + (status.find(' ') == std::string::npos ? status : '"' + status + '"');
}

template <class Pdu>
void append_body(std::string& out, const Frame& frame, Pdu pdu) {
    DecodeError error;
    const bool whole = decode(frame, pdu, error);
    if (whole) {
        Text text(out);
        Pdu::fields(pdu, text);
    }
    if (!error.code) return;
    out += " error=";
    append_quoted(out, error.message(Pdu::id));
    // Not the octets themselves: a bind that does not decode still holds its password.
    if (!whole) out += " body_octets=" + std::to_string(frame.body.size());
}

}  // namespace

std::string dump(const Frame& frame) {
    std::string out;
    append_header(out, frame.header);
    const Command command = frame.header.command_id;
    const bool decoded = with_pdu(command, [&](const auto& pdu) { append_body(out, frame, pdu); });
    if (decoded || frame.body.empty()) return out;
    out += " body=0x";
    append_hex(out, frame.body);
    return out;
}

}  // namespace parley::smpp
