#pragma once
// The user data header (3GPP TS 23.040 §9.2.3.24) in front of a segment: which message it is part
// of, which national alphabet it is in, which ports it is for.

#include "protocol/text/charset.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::text {

/// Information element identifiers.
namespace element {
inline constexpr std::uint8_t concatenation_8 = 0x00;
inline constexpr std::uint8_t ports_8 = 0x04;
inline constexpr std::uint8_t ports_16 = 0x05;
inline constexpr std::uint8_t concatenation_16 = 0x08;
inline constexpr std::uint8_t single_shift = 0x24;
inline constexpr std::uint8_t locking_shift = 0x25;
}  // namespace element

/// The concatenation element of a user data header. Empty when there is none or it must be ignored:
/// total 0, part 0 or part > total (TS 23.040 §9.2.3.24.1).
struct Concatenation {
    std::uint16_t reference;
    std::uint8_t total;
    std::uint8_t part;  // 1 … total
    bool wide;          // 16-bit reference
};
/// Application ports (§9.2.3.24.3, §9.2.3.24.4).
struct Ports {
    std::uint16_t destination = 0;
    std::uint16_t source = 0;
    bool wide = false;  // 16-bit ports
    bool operator==(const Ports&) const = default;
};
struct UserData {
    std::optional<Concatenation> concatenation;
    std::string_view body;   // the octets after the header; all of them if the header is broken
    bool broken = false;     // header length runs past the end
    ShiftTables tables{};    // for decode(); the default ones when the header names none
    unsigned fill_bits = 0;  // in front of the body, should it be packed
    std::optional<Ports> ports{};
};
/// octets begin with the user data header length, as when esm_class has 0x40: at the beginning of
/// short_message, or of message_payload. The last of repeated elements counts; unknown ones are
/// passed over.
UserData parse_user_data(std::string_view octets);

/// A body that no longer needs its header.
struct Detached {
    std::string octets;
    std::uint8_t data_coding = 0;
};
/// The body as it is, or, when the header names a national alphabet or the dialect packs, its text
/// as UCS-2: parts that are joined later are kept without their headers, and with other bits in
/// front packed octets would not join.
Detached detach(const UserData& data, std::uint8_t data_coding, const Dialect& dialect = {});

// Elements for a header, appended; the length octet of the header itself is the caller's.
void append_concatenation(const Concatenation& place, std::string& out);
void append_shift(ShiftTables tables, std::string& out);  // nothing for the default tables
void append_ports(const Ports& ports, std::string& out);

}  // namespace parley::text
