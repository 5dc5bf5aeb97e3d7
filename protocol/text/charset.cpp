#include "protocol/text/charset.h"

#include "protocol/text/gsm7_table.h"
#include "protocol/text/icu.h"
#include "protocol/text/single_octet.h"
#include "protocol/text/utf8.h"

#include <array>
#include <cstring>

namespace parley::text {
namespace {

constexpr std::uint8_t extended_kanji = 0x0D;  // SMPP 3.4 §5.2.19

char32_t unit_at(std::string_view octets, std::size_t at) {
    return static_cast<char32_t>(static_cast<unsigned char>(octets[at])) << 8 |
           static_cast<unsigned char>(octets[at + 1]);
}

bool append_ucs2(std::string_view octets, std::string& text) {
    bool lossless = true;
    text.reserve(text.size() + octets.size());
    std::size_t at = 0;
    while (octets.size() - at >= 2) {
        char32_t point = unit_at(octets, at);
        at += 2;
        if (point >= 0xD800 && point < 0xE000) {
            const bool leads = point < 0xDC00 && octets.size() - at >= 2;
            const char32_t second = leads ? unit_at(octets, at) : 0;
            if (second >= 0xDC00 && second < 0xE000) {
                point = 0x10000 + ((point - 0xD800) << 10) + (second - 0xDC00);
                at += 2;
            } else {
                point = replacement;
                lossless = false;
            }
        }
        append_utf8(point, text);
    }
    if (at < octets.size()) {
        append_utf8(replacement, text);
        lossless = false;
    }
    return lossless;
}

void append_hex(std::string_view octets, std::string& text) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (const char character : octets) {
        const auto octet = static_cast<unsigned char>(character);
        text.push_back(digits[octet >> 4]);
        text.push_back(digits[octet & 0x0F]);
    }
}

// Bits 3 and 2 of a general data coding group (3GPP TS 23.038 §4).
Encoding general_alphabet(std::uint8_t data_coding) {
    switch (data_coding >> 2 & 3) {
        case 1:
            return Encoding::binary;
        case 2:
            return Encoding::ucs2;
        default:
            return Encoding::gsm7;
    }
}

// 00xx and 01xx; the latter asks to delete the text once it was read.
DataCoding general_group(std::uint8_t data_coding) {
    DataCoding coding{.encoding = general_alphabet(data_coding)};
    coding.compressed = (data_coding & 0x20) != 0;
    coding.delete_when_read = (data_coding & 0x40) != 0;
    if (coding.compressed) coding.encoding = Encoding::binary;
    if ((data_coding & 0x10) != 0) coding.message_class = data_coding & 3;
    return coding;
}

DataCoding waiting_group(std::uint8_t data_coding) {
    const unsigned group = data_coding >> 4;
    DataCoding coding{.encoding = group == 0xE ? Encoding::ucs2 : Encoding::gsm7};
    coding.waiting = Waiting{.kind = static_cast<Waiting::Kind>(data_coding & 3),
                             .active = (data_coding & 8) != 0,
                             .store = group != 0xC};
    return coding;
}

// Past as many whole words of ASCII as there are.
std::size_t skip_ascii(std::string_view text, std::size_t at) {
    std::uint64_t eight = 0;
    while (text.size() - at >= sizeof eight) {
        std::memcpy(&eight, text.data() + at, sizeof eight);
        if (eight & 0x8080808080808080u) break;
        at += sizeof eight;
    }
    return at;
}

}  // namespace

std::string_view name(Encoding encoding) {
    constexpr std::array<std::string_view, 9> names = {
        "gsm7", "ucs2", "latin1", "binary", "ascii", "cyrillic", "hebrew", "jis", "ksc5601"};
    return names[static_cast<std::size_t>(encoding)];
}

std::uint8_t data_coding_of(Encoding encoding) {
    // SMPP 3.4 §5.2.19; of the two for octets the one that says 8-bit in GSM too.
    constexpr std::array<std::uint8_t, 9> codings = {0, 8, 3, 4, 1, 6, 7, 5, 14};
    return codings[static_cast<std::size_t>(encoding)];
}

std::uint8_t data_coding_of(Encoding encoding, const Dialect& dialect) {
    const std::uint8_t usual = data_coding_of(encoding);
    if (dialect.codings[usual] == encoding) return usual;
    for (std::size_t coding = 0; coding < dialect.codings.size(); ++coding) {
        if (dialect.codings[coding] == encoding) return static_cast<std::uint8_t>(coding);
    }
    return usual;
}

DataCoding read_data_coding(std::uint8_t data_coding, const Dialect& dialect) {
    if (data_coding < dialect.codings.size()) return {.encoding = dialect.codings[data_coding]};
    if (data_coding < 0x80) return general_group(data_coding);
    switch (data_coding >> 4) {
        case 0xC:
        case 0xD:
        case 0xE:
            return waiting_group(data_coding);
        case 0xF: {
            DataCoding coding{.encoding = data_coding & 4 ? Encoding::binary : Encoding::gsm7};
            coding.message_class = data_coding & 3;
            return coding;
        }
        default:
            return {};
    }
}

std::optional<std::uint8_t> data_coding_with_class(Encoding encoding, std::uint8_t message_class) {
    if (message_class > 3) return std::nullopt;
    switch (encoding) {
        case Encoding::gsm7:
            return static_cast<std::uint8_t>(0x10 | message_class);
        case Encoding::binary:
            return static_cast<std::uint8_t>(0x14 | message_class);
        case Encoding::ucs2:
            return static_cast<std::uint8_t>(0x18 | message_class);
        default:
            return std::nullopt;
    }
}

bool valid_utf8(std::string_view text) {
    for (std::size_t at = skip_ascii(text, 0); at < text.size(); at = skip_ascii(text, at)) {
        if (next_code_point(text, at) == malformed) return false;
    }
    return true;
}

Encoding narrowest(std::string_view utf8) {
    for (std::size_t at = 0; at < utf8.size();) {
        at += gsm7::same_run(utf8.substr(at));
        if (at == utf8.size()) break;
        if (gsm7::default_code_of(next_code_point(utf8, at)).width == 0) return Encoding::ucs2;
    }
    return Encoding::gsm7;
}

void encode_ucs2(std::string_view utf8, std::string& out) {
    // Room for two octets a character of the text, cut back at the end: no octet of UTF-8 becomes
    // more than two.
    const std::size_t before = out.size();
    out.resize(before + 2 * utf8.size());
    char* to = out.data() + before;
    const auto put = [&to](char32_t unit) {
        *to++ = static_cast<char>(unit >> 8);
        *to++ = static_cast<char>(unit & 0xFF);
    };
    for (std::size_t at = 0; at < utf8.size();) {
        char32_t point = next_code_point(utf8, at);
        if (point == malformed) point = replacement;
        if (point < 0x10000) {
            put(point);
        } else {
            put(0xD800 + ((point - 0x10000) >> 10));
            put(0xDC00 + ((point - 0x10000) & 0x3FF));
        }
    }
    out.resize(static_cast<std::size_t>(to - out.data()));
}

std::string encode_ucs2(std::string_view utf8) {
    std::string octets;
    encode_ucs2(utf8, octets);
    return octets;
}

std::string decode_ucs2(std::string_view octets) {
    std::string text;
    append_ucs2(octets, text);
    return text;
}

Decoded decode(std::uint8_t data_coding, std::string_view octets, const Dialect& dialect,
               ShiftTables tables, unsigned fill_bits) {
    Decoded decoded{.text = {}, .encoding = read_data_coding(data_coding, dialect).encoding};
    switch (decoded.encoding) {
        case Encoding::gsm7:
            if (dialect.packed) {
                const std::string septets = unpack_septets(octets, fill_bits);
                decoded.lossless = decode_gsm7(septets, decoded.text, tables);
            } else {
                decoded.lossless = decode_gsm7(octets, decoded.text, tables);
            }
            break;
        case Encoding::ucs2:
            decoded.lossless = append_ucs2(octets, decoded.text);
            break;
        case Encoding::binary:
            append_hex(octets, decoded.text);
            break;
        case Encoding::jis:
            decoded.lossless = decode_japanese(octets, data_coding == extended_kanji, decoded.text);
            break;
        case Encoding::ksc5601:
            decoded.lossless = decode_korean(octets, decoded.text);
            break;
        case Encoding::ascii:
        case Encoding::latin1:
        case Encoding::cyrillic:
        case Encoding::hebrew:
            decoded.lossless = decode_single_octet(octets, decoded.encoding, decoded.text);
            break;
    }
    return decoded;
}

}  // namespace parley::text
