#pragma once
// Text to octets and back: the narrowest data_coding that holds a UTF-8 text, and any data_coding
// read back as UTF-8.

#include "protocol/text/gsm7.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::text {

/// Stored in the journal: never renumber.
enum class Encoding : std::uint8_t {
    gsm7 = 0,
    ucs2 = 1,  // UTF-16BE with surrogate pairs
    latin1 = 2,
    binary = 3,
    ascii = 4,     // IA5
    cyrillic = 5,  // ISO-8859-5
    hebrew = 6,    // ISO-8859-8
    jis = 7,       // JIS X 0208 and 0212 in whatever form; only read
    ksc5601 = 8,   // KS C 5601 as EUC-KR; only read
};
inline constexpr Encoding last_encoding = Encoding::ksc5601;

std::string_view name(Encoding encoding);  // "gsm7", "ucs2", …

/// What a carrier's data_coding values mean where carriers differ (SMPP 3.4 §5.2.19: 0 is the
/// default alphabet of the SMSC, whatever that is).
struct Dialect {
    /// Meaning of data_coding 0 … 15.
    std::array<Encoding, 16> codings = {
        Encoding::gsm7,   Encoding::ascii, Encoding::binary,   Encoding::latin1,
        Encoding::binary, Encoding::jis,   Encoding::cyrillic, Encoding::hebrew,
        Encoding::ucs2,   Encoding::gsm7,  Encoding::jis,      Encoding::gsm7,
        Encoding::gsm7,   Encoding::jis,   Encoding::ksc5601,  Encoding::gsm7};
    bool packed = false;  // GSM 7 in seven bits a septet; hardly any carrier
    bool operator==(const Dialect&) const = default;
};

/// data_coding that we send: the lowest of the dialect with this meaning; by default 0 for gsm7, 8
/// for ucs2, 3 for latin1, 4 for binary. What the dialect does not name is sent under the number
/// of the specification.
std::uint8_t data_coding_of(Encoding encoding);
std::uint8_t data_coding_of(Encoding encoding, const Dialect& dialect);

/// Message waiting indication, TS 23.038 §4.
struct Waiting {
    enum class Kind : std::uint8_t { voicemail = 0, fax = 1, email = 2, other = 3 };
    Kind kind{};
    bool active = false;  // the indication is to be set
    bool store = false;   // the text is to be kept
    bool operator==(const Waiting&) const = default;
};
/// All that a data_coding says.
struct DataCoding {
    Encoding encoding = Encoding::gsm7;
    bool compressed = false;  // then encoding is binary: nobody compresses
    bool delete_when_read = false;
    std::optional<std::uint8_t> message_class;  // 0 (flash) … 3
    std::optional<Waiting> waiting;
};
/// Reserved values are GSM 7, as TS 23.038 §4 asks.
DataCoding read_data_coding(std::uint8_t data_coding, const Dialect& dialect = {});
/// data_coding of the general group with a message class (0 is flash): gsm7, binary and ucs2 only.
std::optional<std::uint8_t> data_coding_with_class(Encoding encoding, std::uint8_t message_class);

bool valid_utf8(std::string_view text);

/// gsm7 when every character is in the GSM default alphabet or its extension table, else ucs2.
/// Requires valid_utf8(text).
Encoding narrowest(std::string_view utf8);

/// UTF-16BE. Requires valid UTF-8; what is malformed becomes U+FFFD.
std::string encode_ucs2(std::string_view utf8);
void encode_ucs2(std::string_view utf8, std::string& out);  // appends
/// UTF-16BE to UTF-8; a lone surrogate or an odd last octet becomes U+FFFD.
std::string decode_ucs2(std::string_view octets);

struct Decoded {
    std::string text;      // UTF-8
    Encoding encoding;     // what it was read as
    bool lossless = true;  // false when something became U+FFFD
};
/// By data_coding; binary becomes lower-case hex. tables: what a user data header said of national
/// languages. fill_bits: those after a header, when the dialect packs.
Decoded decode(std::uint8_t data_coding, std::string_view octets, const Dialect& dialect = {},
               ShiftTables tables = {}, unsigned fill_bits = 0);

}  // namespace parley::text
