#include "protocol/http/json_writer.h"

#include "protocol/http/time_text.h"
#include "protocol/text/charset.h"

#include <array>
#include <charconv>

namespace parley::http {

namespace {

void append_escape(std::string& out, unsigned char octet) {
    constexpr std::string_view hex = "0123456789abcdef";
    switch (octet) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            out += "\\u00";
            out += hex[octet >> 4U];
            out += hex[octet & 0x0FU];
    }
}

/// keep_high: octets from 0x80 are part of valid UTF-8. Otherwise each becomes U+FFFD.
void append_escaped(std::string& out, std::string_view value, bool keep_high) {
    std::size_t plain_from = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto octet = static_cast<unsigned char>(value[i]);
        const bool plain =
            octet >= 0x80 ? keep_high : octet >= 0x20 && octet != '"' && octet != '\\';
        if (plain) continue;
        out.append(value, plain_from, i - plain_from);
        plain_from = i + 1;
        if (octet >= 0x80) {
            out += "\xEF\xBF\xBD";
        } else {
            append_escape(out, octet);
        }
    }
    out.append(value, plain_from);
}

}  // namespace

void JsonWriter::separate() {
    if (comma_) out_ += ',';
    comma_ = true;
}

void JsonWriter::open(char bracket) {
    separate();
    out_ += bracket;
    comma_ = false;
}

void JsonWriter::close(char bracket) {
    out_ += bracket;
    comma_ = true;
}

void JsonWriter::key(std::string_view name) {
    string(name);
    out_ += ':';
    comma_ = false;
}

void JsonWriter::string(std::string_view value) {
    separate();
    out_ += '"';
    append_escaped(out_, value, text::valid_utf8(value));
    out_ += '"';
}

void JsonWriter::integer(std::int64_t value) {
    separate();
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out_.append(digits, end);
}

void JsonWriter::real(double value) {
    separate();
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    out_.append(text.data(), end);
}

void JsonWriter::boolean(bool value) {
    separate();
    out_ += value ? "true" : "false";
}

void JsonWriter::time(std::string_view name, std::int64_t unix_ms) {
    key(name);
    separate();
    out_ += '"';
    append_rfc3339(out_, unix_ms);
    out_ += '"';
}

void JsonWriter::optional_text(std::string_view name, std::string_view value) {
    if (!value.empty()) text(name, value);
}

void JsonWriter::optional_time(std::string_view name, std::int64_t unix_ms) {
    if (unix_ms != 0) time(name, unix_ms);
}

}  // namespace parley::http
