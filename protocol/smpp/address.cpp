#include "protocol/smpp/address.h"

#include <algorithm>

namespace parley::smpp {

namespace {

constexpr std::uint8_t ton_international = 1;
constexpr std::uint8_t ton_national = 2;
constexpr std::uint8_t ton_network_specific = 3;
constexpr std::uint8_t ton_alphanumeric = 5;
constexpr std::uint8_t npi_unknown = 0;
constexpr std::uint8_t npi_isdn = 1;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}
bool is_short_code(std::string_view text) {
    return text.size() >= 3 && text.size() <= 8 && all_digits(text);
}
bool separates(char c) {
    return std::string_view(" .-()").find(c) != std::string_view::npos;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

/// Printable ASCII that is one septet of the GSM 7-bit default alphabet (3GPP TS 23.038 §6.2.1).
bool is_gsm_character(char c) {
    return c >= ' ' && c <= '~' && std::string_view("[\\]^`{|}~").find(c) == std::string_view::npos;
}

/// A name has a letter and no plus in front: "+1555" is a number gone wrong, not a name.
bool is_alphanumeric_name(std::string_view text) {
    return !text.empty() && text.size() <= 11 && text.front() != '+' &&
           std::all_of(text.begin(), text.end(), is_gsm_character) &&
           std::any_of(text.begin(), text.end(), is_letter);
}

std::optional<std::string> international(std::string_view digits) {
    if (digits.size() < 7 || digits.size() > 15 || digits.front() == '0' || !all_digits(digits)) {
        return std::nullopt;
    }
    return "+" + std::string(digits);
}

}  // namespace

std::optional<std::string> normalise_e164(std::string_view written) {
    std::string bare;
    for (const char c : written) {
        if (!separates(c)) bare += c;
    }
    if (bare.starts_with('+')) return international(std::string_view(bare).substr(1));
    if (bare.starts_with("00")) return international(std::string_view(bare).substr(2));
    return std::nullopt;
}

std::optional<std::string> normalise_sender(std::string_view written) {
    written = trim(written);
    if (is_short_code(written)) return std::string(written);
    if (auto number = normalise_e164(written)) return number;
    if (is_alphanumeric_name(written)) return std::string(written);
    return std::nullopt;
}

AddressKind kind_of(std::string_view stored) {
    if (stored.starts_with('+')) return AddressKind::international;
    return all_digits(stored) ? AddressKind::short_code : AddressKind::alphanumeric;
}

WireAddress to_wire(std::string_view stored) {
    switch (kind_of(stored)) {
        case AddressKind::international:
            return {ton_international, npi_isdn, std::string(stored.substr(1))};
        case AddressKind::short_code:
            return {ton_network_specific, npi_unknown, std::string(stored)};
        case AddressKind::alphanumeric:
            break;
    }
    return {ton_alphanumeric, npi_unknown, std::string(stored)};
}

std::string from_wire(std::uint8_t ton, std::uint8_t /*npi*/, std::string_view digits) {
    if (ton == ton_network_specific && is_short_code(digits)) return std::string(digits);
    if (digits.starts_with('+') || digits.starts_with("00")) {
        return normalise_e164(digits).value_or(std::string(digits));
    }
    const bool looks_international = ton == ton_international || digits.size() >= 8;
    if (looks_international && ton != ton_national) {
        if (auto number = international(digits)) return *number;
    }
    return std::string(digits);
}

}  // namespace parley::smpp
