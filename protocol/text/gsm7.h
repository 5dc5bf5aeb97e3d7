#pragma once
// The GSM 7 bit alphabets of 3GPP TS 23.038: the default one, the national language shift tables of
// its annex A, and the packing of septets into octets.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::text {

/// National language identifiers, TS 23.038 §6.2.1.2.4. The numbers are on the air.
enum class Language : std::uint8_t {
    none = 0,
    turkish = 1,
    spanish = 2,  // has no locking shift table
    portuguese = 3,
    bengali = 4,
    gujarati = 5,
    hindi = 6,
    kannada = 7,
    malayalam = 8,
    oriya = 9,
    punjabi = 10,
    tamil = 11,
    telugu = 12,
    urdu = 13,
};
inline constexpr std::size_t languages = 14;
std::string_view name(Language language);  // "none", "turkish", …

/// Which tables a text uses: locking replaces the default alphabet, single what follows an escape.
/// none is the default alphabet and its extension table.
struct ShiftTables {
    Language locking = Language::none;
    Language single = Language::none;
    bool operator==(const ShiftTables&) const = default;
};
/// Language of an identifier on the air; one that is reserved means the default tables.
Language language_of(std::uint8_t identifier);
bool has_locking_table(Language language);

namespace gsm7 {

inline constexpr std::uint8_t escape = 0x1B;

/// How a code point is written. width 0: not in the alphabet; 2: the escape comes first.
struct Code {
    std::uint8_t septet = 0;
    std::uint8_t width = 0;
};
Code code_of(char32_t point, ShiftTables tables = {});

/// Code point of a septet of the locking (or default) table and of one after an escape; 0 where the
/// table is empty. Requires septet < 0x80.
char16_t locking_point(std::uint8_t septet, Language language);
char16_t single_point(std::uint8_t septet, Language language);

/// Length of the beginning of text that is the same octets in ASCII and in the default alphabet:
/// nearly all that is ever sent.
std::size_t same_run(std::string_view text);

}  // namespace gsm7

/// Appends one octet per septet (unpacked, as nearly all of SMPP carries it), escapes included.
/// False, with out unchanged, when a character is not in the alphabet.
bool encode_gsm7(std::string_view utf8, std::string& out, ShiftTables tables = {});

/// Unpacked septets to UTF-8. An octet above 0x7F, a lone escape or a place where the locking table
/// is empty becomes U+FFFD; an escape before a character without extension shows the character of
/// the locking table (TS 23.038 §6.2.1.1).
std::string decode_gsm7(std::string_view septets, ShiftTables tables = {});
/// The same, appended. False when something became U+FFFD.
bool decode_gsm7(std::string_view septets, std::string& text, ShiftTables tables);

/// Septets into octets (TS 23.038 §6.1.2.1), behind fill_bits zero bits that align them after a
/// header (0 … 6). Seven bits that are left over become a CR, and so does the next septet when a
/// final '@' or CR ends on an octet: a reader takes both for filling (§6.1.2.3.1).
void pack_septets(std::string_view septets, unsigned fill_bits, std::string& out);
/// The reverse. A last septet that may be filling and is 0 or CR is dropped.
std::string unpack_septets(std::string_view octets, unsigned fill_bits);
/// Zero bits after a user data header of so many octets (its length octet counted).
constexpr unsigned fill_bits_after(std::size_t header_octets) {
    return static_cast<unsigned>((7 - header_octets * 8 % 7) % 7);
}

}  // namespace parley::text
