#include "tools/parley/pdu_text.h"

#include "protocol/smpp/every_pdu.h"
#include "protocol/smpp/hex.h"
#include "protocol/smpp/message.h"
#include "protocol/text/charset.h"
#include "protocol/text/receipt_text.h"
#include "tools/parley/meanings.h"

#include <chrono>
#include <cstdio>

namespace parley::tools {

namespace {

constexpr std::size_t name_columns = 24;

/// Control characters are escaped, so that a message cannot move a reader's cursor. What is not
/// UTF-8 is escaped octet by octet.
std::string quoted(std::string_view text) {
    const bool utf8 = text::valid_utf8(text);
    std::string out = "\"";
    for (const char c : text) {
        const auto octet = static_cast<std::uint8_t>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (octet < 0x20 || octet == 0x7F || (octet >= 0x80 && !utf8)) {
            out += "\\x" + smpp::to_hex({&c, 1});
        } else {
            out += c;
        }
    }
    return out + '"';
}

/// The walker over fields(): a line for each.
class Lines {
public:
    Lines(std::string& out, const TextStyle& style) : out_(out), style_(style) {}

    void c_string(std::string_view field, std::string_view value, std::size_t) {
        if (value.empty() && !style_.all_fields) return;
        line(field, quoted(value), meaning_of_time(field, value));
    }
    void secret(std::string_view field, std::string_view value, std::size_t) {
        if (!value.empty() || style_.all_fields) line(field, value.empty() ? "\"\"" : "***", "");
    }
    void integer(std::string_view field, std::uint32_t value) {
        if (value == 0 && !style_.all_fields && field != "message_state") return;
        line(field, std::to_string(value), meaning_of(field, value));
    }
    void choice(std::string_view field, std::uint8_t value, std::uint8_t, std::uint8_t) {
        integer(field, value);
    }
    void counted_octets(std::string_view field, std::string_view value) {
        if (value.empty() && !style_.all_fields) return;
        line(field, std::to_string(value.size()) + " octets", smpp::to_hex(value));
    }
    template <class List>
    void list(std::string_view count_field, std::string_view field, const List& items) {
        line(count_field, std::to_string(items.size()), "");
        const auto outer = indent_;
        for (std::size_t i = 0; i < items.size(); ++i) {
            line(std::string(field) + " " + std::to_string(i + 1), "", "");
            indent_ = outer + 2;
            List::value_type::fields(items[i], *this);
            indent_ = outer;
        }
    }
    void tlvs(const smpp::Tlvs& tlvs) {
        for (const auto& tlv : tlvs)
            one_tlv(tlv);
    }

private:
    void one_tlv(const smpp::Tlv& tlv) {
        const auto& dictionary = style_.names.tlvs;
        const auto definition = dictionary.find(tlv.tag).value_or(smpp::TlvDefinition{});
        const auto value = smpp::value_to_text(definition, tlv.value);
        const bool words =
            definition.type == smpp::TlvType::c_string || definition.type == smpp::TlvType::text;
        std::string meaning;
        if (definition.type == smpp::TlvType::integer) {
            meaning = meaning_of(definition.name, smpp::read_integer(tlv.value).value_or(0));
        } else if (words) {
            meaning = meaning_of_time(definition.name, value);
        } else if (tlv.tag == smpp::Tag::network_error_code) {
            smpp::Tlvs alone;
            alone.add(tlv.tag, tlv.value);
            if (const auto error = smpp::read_network_error(alone)) {
                meaning = std::string(smpp::network_type_name(error->network_type)) + " " +
                          std::to_string(error->code);
            }
        }
        switch (dictionary.fault_of(tlv)) {
            case smpp::TlvFault::none:
                break;
            case smpp::TlvFault::length:
                meaning = "of a wrong length";
                break;
            case smpp::TlvFault::value:
                meaning = "not a value of this TLV";
        }
        line(dictionary.name(tlv.tag), words && !value.starts_with("0x") ? quoted(value) : value,
             meaning);
    }
    void line(std::string_view field, const std::string& value, std::string_view meaning) {
        out_.append(indent_, ' ');
        out_ += field;
        if (!value.empty()) {
            const std::size_t used = indent_ + field.size();
            out_.append(used < name_columns + 4 ? name_columns + 4 - used : 1, ' ');
            out_ += value;
        }
        if (!meaning.empty()) out_.append("  (").append(meaning).append(")");
        out_ += '\n';
    }

    std::string& out_;
    const TextStyle& style_;
    std::size_t indent_ = 4;
};

std::string head_line(const SeenPdu& seen, const TextStyle& style) {
    const auto& header = seen.frame.header;
    const auto command = smpp::name(header.command_id);
    char id[32];
    std::snprintf(id, sizeof id, "command 0x%08X", static_cast<unsigned>(header.command_id));
    std::string out = command.empty() ? id : std::string(command);
    out += "  seq " + std::to_string(header.sequence_number);
    const bool plain =
        header.command_status == smpp::Status::ESME_ROK && !smpp::is_response(header.command_id);
    if (!plain) {
        out += "  " + style.names.statuses.name(header.command_status);
        const auto meaning = style.names.statuses.meaning(header.command_status);
        if (!meaning.empty() && header.command_status != smpp::Status::ESME_ROK) {
            out.append(" (").append(meaning).append(")");
        }
    }
    return out + "  " + std::to_string(header.command_length) + " octets\n";
}

std::string_view octets_of_message(const auto& pdu) {
    if constexpr (requires { pdu.short_message; }) {
        return smpp::message_octets(pdu.short_message, pdu.tlvs);
    } else {
        return smpp::message_octets({}, pdu.tlvs);
    }
}

/// Octets of the user data header, its length octet included; 0 when there is none.
std::size_t header_octets_of(const auto& pdu, std::string_view octets) {
    if constexpr (requires { pdu.esm_class; }) {
        if (!smpp::has_user_data_header(pdu.esm_class) || octets.empty()) return 0;
        return std::min<std::size_t>(octets.size(), static_cast<std::uint8_t>(octets[0]) + 1U);
    }
    return 0;
}

std::string text_of_message(const auto& pdu, const text::Dialect& codings) {
    auto octets = octets_of_message(pdu);
    octets.remove_prefix(header_octets_of(pdu, octets));
    if (octets.empty()) return {};
    std::uint8_t data_coding = 0;
    if constexpr (requires { pdu.data_coding; }) data_coding = pdu.data_coding;
    return text::decode(data_coding, octets, codings).text;
}

bool is_receipt(const auto& pdu) {
    if constexpr (requires { pdu.esm_class; }) {
        const auto type = smpp::message_type(pdu.esm_class);
        return type == smpp::MessageType::receipt ||
               type == smpp::MessageType::intermediate_notification;
    }
    return false;
}

/// 'id "0059113978", stat "DELIVRD" (DELIVERED), err "012"'
std::string receipt_words(std::string_view text) {
    const auto receipt = text::parse_receipt(text);
    if (!receipt) return "its text is none that we know";
    std::string out = "id " + quoted(receipt->id);
    if (!receipt->stat.empty()) out += ", stat " + quoted(receipt->stat);
    if (receipt->state) out += " (" + std::string(text::name(*receipt->state)) + ")";
    if (!receipt->err.empty()) out += ", err " + quoted(receipt->err);
    return out;
}

template <class Pdu>
void append_body(std::string& out, const smpp::Frame& frame, Pdu pdu, const TextStyle& style) {
    smpp::DecodeError error;
    if (decode(frame, pdu, error)) {
        Lines lines(out, style);
        Pdu::fields(pdu, lines);
        const auto text = text_of_message(pdu, style.codings);
        if (!text.empty()) out += "    text                    " + quoted(text) + "\n";
        if (!text.empty() && is_receipt(pdu)) {
            out += "    receipt                 " + receipt_words(text) + "\n";
        }
    }
    if (error.code) out += "    error: " + error.message(Pdu::id) + "\n";
}

}  // namespace

std::string time_text(std::int64_t time_ns) {
    using namespace std::chrono;
    const sys_time<nanoseconds> time{nanoseconds(time_ns)};
    const auto midnight = floor<days>(time);
    const year_month_day date(midnight);
    const hh_mm_ss clock(floor<microseconds>(time - midnight));
    char text[64];
    std::snprintf(
        text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d.%06d", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text;
}

std::string duration_text(std::int64_t ns) {
    const double ms = static_cast<double>(ns) / 1e6;
    char text[32];
    std::snprintf(text, sizeof text, ms < 10 ? "%.3f ms" : "%.1f ms", ms);
    return text;
}

std::string message_text(const smpp::Frame& frame, const text::Dialect& codings) {
    std::string text;
    smpp::with_pdu(frame.header.command_id, [&](auto pdu) {
        smpp::DecodeError error;
        if (decode(frame, pdu, error)) text = text_of_message(pdu, codings);
    });
    return text;
}

std::string pdu_text(const SeenPdu& seen, const TextStyle& style) {
    std::string out = "#" + std::to_string(seen.number);
    if (seen.from) {
        out += "  " + time_text(seen.time_ns) + "  " + seen.from->text() + " > " + seen.to->text();
    } else {
        out += "  offset " + std::to_string(seen.offset);
    }
    out += "\n" + head_line(seen, style);
    const bool known = smpp::with_pdu(seen.frame.header.command_id, [&](const auto& pdu) {
        append_body(out, seen.frame, pdu, style);
    });
    if (!known) {
        out += "    unknown command_id\n";
        if (!seen.frame.body.empty()) {
            out += "    body                    0x" + smpp::to_hex(seen.frame.body) + "\n";
        }
    }
    return out;
}

}  // namespace parley::tools
