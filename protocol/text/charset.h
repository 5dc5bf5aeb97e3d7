#pragma once
// Text to octets and back: the narrowest data_coding that holds a UTF-8 text, and any data_coding
// read back as UTF-8.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::text {

/// Stored in the journal: never renumber.
enum class Encoding : std::uint8_t { gsm7 = 0, ucs2 = 1, latin1 = 2, binary = 3 };

std::string_view name(Encoding encoding);  // "gsm7", "ucs2", …
/// data_coding that we send: 0 for gsm7, 8 for ucs2 (UTF-16BE with surrogate pairs), 3, 4.
std::uint8_t data_coding_of(Encoding encoding);

bool valid_utf8(std::string_view text);

/// gsm7 when every character is in the GSM default alphabet or its extension table, else ucs2.
/// Requires valid_utf8(text).
Encoding narrowest(std::string_view utf8);

/// Appends one octet per septet (unpacked, as nearly all of SMPP carries it), escapes included.
/// False, with out unchanged, when a character is not in the alphabet.
bool encode_gsm7(std::string_view utf8, std::string& out);
/// Unpacked septets to UTF-8. An octet above 0x7F or a lone escape becomes U+FFFD; an escape before
/// a character without extension shows the basic character (3GPP TS 23.038 §6.2.1.1).
std::string decode_gsm7(std::string_view septets);

/// UTF-16BE. Requires valid UTF-8.
std::string encode_ucs2(std::string_view utf8);
/// UTF-16BE to UTF-8; a lone surrogate or an odd last octet becomes U+FFFD.
std::string decode_ucs2(std::string_view octets);

struct Decoded {
    std::string text;      // UTF-8
    Encoding encoding;     // what it was read as
    bool lossless = true;  // false when something became U+FFFD
};
/// By data_coding (SMPP 3.4 §5.2.19): 0 and GSM DCS groups as GSM 7, 1 ASCII, 3 Latin-1, 8
/// UTF-16BE, 2 and 4 binary (text is then lower-case hex). Unknown values are read as GSM 7.
Decoded decode(std::uint8_t data_coding, std::string_view octets);

}  // namespace parley::text
