#include "protocol/text/charset.h"

#include "protocol/text/gsm7_table.h"
#include "protocol/text/utf8.h"

#include <array>
#include <cstring>

namespace parley::text {
namespace {

constexpr char gsm_escape = static_cast<char>(gsm7::escape);

// Characters that are the same octet in ASCII and in GSM 7: nearly all that is ever sent, so whole
// runs of them are copied as they are.
constexpr auto make_same() {
    std::array<bool, 256> same{};
    for (std::size_t septet = 0; septet < gsm7::basic.size(); ++septet) {
        same[septet] = septet != gsm7::escape && gsm7::basic[septet] == septet;
    }
    return same;
}
constexpr auto same = make_same();

std::string_view same_run(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && same[static_cast<unsigned char>(text[end])])
        ++end;
    return text.substr(at, end - at);
}

// The decoders append to text and return false when something became U+FFFD.

bool append_escaped(std::string_view septets, std::size_t& at, std::string& text) {
    const auto septet = at < septets.size() ? static_cast<unsigned char>(septets[at]) : 0xFF;
    if (septet > 0x7F) {
        append_utf8(replacement, text);
        return false;
    }
    ++at;
    if (septet == gsm7::escape) {
        text.push_back(' ');  // TS 23.038 §6.2.1.1: reserved for a further table, shown as a space
    } else if (gsm7::extended[septet] != 0) {
        append_utf8(gsm7::extended[septet], text);
    } else {
        append_utf8(gsm7::basic[septet], text);
    }
    return true;
}

bool append_gsm7(std::string_view septets, std::string& text) {
    bool lossless = true;
    text.reserve(text.size() + septets.size());
    for (std::size_t at = 0; at < septets.size();) {
        const std::string_view run = same_run(septets, at);
        text.append(run);
        at += run.size();
        if (at == septets.size()) break;
        const auto octet = static_cast<unsigned char>(septets[at++]);
        if (octet == gsm7::escape) {
            lossless &= append_escaped(septets, at, text);
        } else {
            append_utf8(octet > 0x7F ? replacement : gsm7::basic[octet], text);
            lossless &= octet <= 0x7F;
        }
    }
    return lossless;
}

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

bool append_latin1(std::string_view octets, unsigned char highest, std::string& text) {
    bool lossless = true;
    for (const char character : octets) {
        const auto octet = static_cast<unsigned char>(character);
        lossless &= octet <= highest;
        append_utf8(octet <= highest ? octet : replacement, text);
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

enum class Reading { gsm7, ascii, latin1, ucs2, binary };

// Bits 3 and 2 of a general data coding group (3GPP TS 23.038 §4). Compressed text stays octets.
Reading general_group(std::uint8_t data_coding) {
    if (data_coding & 0x20) return Reading::binary;
    switch (data_coding >> 2 & 3) {
        case 1:
            return Reading::binary;
        case 2:
            return Reading::ucs2;
        default:
            return Reading::gsm7;
    }
}

Reading reading_of(std::uint8_t data_coding) {
    switch (data_coding) {  // SMPP 3.4 §5.2.19
        case 1:
            return Reading::ascii;
        case 2:
        case 4:
            return Reading::binary;
        case 3:
            return Reading::latin1;
        case 8:
            return Reading::ucs2;
        default:
            break;
    }
    if (data_coding >= 0x10 && data_coding <= 0x7F) return general_group(data_coding);
    switch (data_coding >> 4) {
        case 0xE:
            return Reading::ucs2;  // message waiting, stored, UCS-2; 0xC and 0xD are GSM 7
        case 0xF:
            return data_coding & 4 ? Reading::binary : Reading::gsm7;
        default:
            return Reading::gsm7;
    }
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
    switch (encoding) {
        case Encoding::gsm7:
            return "gsm7";
        case Encoding::ucs2:
            return "ucs2";
        case Encoding::latin1:
            return "latin1";
        case Encoding::binary:
            return "binary";
    }
    return "gsm7";
}

std::uint8_t data_coding_of(Encoding encoding) {
    switch (encoding) {
        case Encoding::gsm7:
            return 0;
        case Encoding::ucs2:
            return 8;
        case Encoding::latin1:
            return 3;
        case Encoding::binary:
            return 4;
    }
    return 0;
}

bool valid_utf8(std::string_view text) {
    for (std::size_t at = skip_ascii(text, 0); at < text.size(); at = skip_ascii(text, at)) {
        if (next_code_point(text, at) == malformed) return false;
    }
    return true;
}

Encoding narrowest(std::string_view utf8) {
    for (std::size_t at = 0; at < utf8.size();) {
        at += same_run(utf8, at).size();
        if (at == utf8.size()) break;
        if (gsm7::code_of(next_code_point(utf8, at)).width == 0) return Encoding::ucs2;
    }
    return Encoding::gsm7;
}

bool encode_gsm7(std::string_view utf8, std::string& out) {
    const std::size_t before = out.size();
    out.reserve(before + utf8.size());
    for (std::size_t at = 0; at < utf8.size();) {
        const std::string_view run = same_run(utf8, at);
        out.append(run);
        at += run.size();
        if (at == utf8.size()) break;
        const auto code = gsm7::code_of(next_code_point(utf8, at));
        if (code.width == 0) {
            out.resize(before);
            return false;
        }
        if (code.width == 2) out.push_back(gsm_escape);
        out.push_back(static_cast<char>(code.septet));
    }
    return true;
}

std::string decode_gsm7(std::string_view septets) {
    std::string text;
    append_gsm7(septets, text);
    return text;
}

std::string encode_ucs2(std::string_view utf8) {
    std::string octets;
    octets.reserve(2 * utf8.size());
    const auto append_unit = [&octets](char32_t unit) {
        octets.push_back(static_cast<char>(unit >> 8));
        octets.push_back(static_cast<char>(unit & 0xFF));
    };
    for (std::size_t at = 0; at < utf8.size();) {
        char32_t point = next_code_point(utf8, at);
        if (point == malformed) point = replacement;
        if (point < 0x10000) {
            append_unit(point);
        } else {
            append_unit(0xD800 + ((point - 0x10000) >> 10));
            append_unit(0xDC00 + ((point - 0x10000) & 0x3FF));
        }
    }
    return octets;
}

std::string decode_ucs2(std::string_view octets) {
    std::string text;
    append_ucs2(octets, text);
    return text;
}

Decoded decode(std::uint8_t data_coding, std::string_view octets) {
    Decoded decoded{.text = {}, .encoding = Encoding::gsm7};
    switch (reading_of(data_coding)) {
        case Reading::gsm7:
            decoded.lossless = append_gsm7(octets, decoded.text);
            break;
        case Reading::ascii:
            // ASCII is the lower half of Latin-1; its name would be a fifth encoding for nobody.
            decoded.encoding = Encoding::latin1;
            decoded.lossless = append_latin1(octets, 0x7F, decoded.text);
            break;
        case Reading::latin1:
            decoded.encoding = Encoding::latin1;
            decoded.lossless = append_latin1(octets, 0xFF, decoded.text);
            break;
        case Reading::ucs2:
            decoded.encoding = Encoding::ucs2;
            decoded.lossless = append_ucs2(octets, decoded.text);
            break;
        case Reading::binary:
            decoded.encoding = Encoding::binary;
            append_hex(octets, decoded.text);
            break;
    }
    return decoded;
}

}  // namespace parley::text
