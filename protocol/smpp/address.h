#pragma once
// Addresses as people write them, as we store them, and as SMPP carries them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::smpp {

/// What a stored address is. International numbers are kept with their plus sign ("+15550001000"),
/// short codes are bare digits (3 to 8), names are up to 11 GSM characters.
enum class AddressKind : std::uint8_t { international, short_code, alphanumeric };

struct WireAddress {  // TON and NPI: SMPP 3.4 §5.2.5, §5.2.6
    std::uint8_t ton = 0;
    std::uint8_t npi = 0;
    std::string digits;  // without plus sign
};

/// E.164 normal form: "+", then 7 to 15 digits, first not 0. Spaces, dots, dashes and parentheses
/// are dropped, a leading "00" counts as "+". Empty for anything else.
std::optional<std::string> normalise_e164(std::string_view written);
/// A sender: E.164, short code or alphanumeric name, normalised. Empty when it is none of them. A
/// name has at least one letter and is ASCII, where GSM and ASCII readers of it agree.
std::optional<std::string> normalise_sender(std::string_view written);

AddressKind kind_of(std::string_view stored);
/// TON 1/NPI 1 for international, TON 3/NPI 0 for short codes, TON 5/NPI 0 for names.
WireAddress to_wire(std::string_view stored);
/// The stored form of what a carrier sent: TON 1, or 8 and more digits that make an E.164 number,
/// become international; carriers often send TON 0 with full international digits. TON 2 without a
/// plus or 00 stays as it came, because we do not know whose country code is missing, and so does
/// anything that makes no number: what a carrier sent is never lost, whatever it is.
std::string from_wire(std::uint8_t ton, std::uint8_t npi, std::string_view digits);

}  // namespace parley::smpp
