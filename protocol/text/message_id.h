#pragma once
// Carriers give a message one id in the answer to submit_sm and write it differently in the
// receipt: in the other number base, with zeros in front, in another case, behind a prefix
// (peers.md §5a, §5b). A MessageIdForm says how one carrier does, and makes both the same key.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::text {

/// Digits of a number in the other base, lower-case and without zeros in front, of any length.
/// Empty when a character is no digit of its base, or there is none.
std::optional<std::string> hex_to_decimal(std::string_view hex);
std::optional<std::string> decimal_to_hex(std::string_view decimal);

/// Whether two ids are one but for case and leading zeros, or one number in two bases.
bool same_message_id(std::string_view left, std::string_view right);
/// Whether some form might make them one: same_message_id(), or one is the end or the beginning of
/// the other and at least six characters long.
bool may_be_same_message_id(std::string_view left, std::string_view right);

/// How a carrier writes its ids; a plain value. The key of a message is the id as its receipt has
/// it, after what the form takes away.
struct MessageIdForm {
    enum class Base : std::uint8_t {
        as_is,
        hex_to_decimal,  // hexadecimal in the response, decimal in the receipt
        decimal_to_hex,  // the other way round
    };
    Base base = Base::as_is;  // other than as_is: leading zeros and case never count
    bool drop_leading_zeros = false;
    bool fold_case = false;         // ASCII letters
    std::string response_prefix{};  // taken away where it is there
    std::string receipt_prefix{};

    bool operator==(const MessageIdForm&) const = default;

    /// Key of an id from submit_sm_resp. One that is no number of its base is kept as text.
    std::string from_response(std::string_view id) const;
    /// Key of an id from a receipt. Whatever is a key already stays as it is.
    std::string from_receipt(std::string_view id) const;
};

/// As a configuration says it: "{ base: hex_to_decimal }", "{ fold_case: true, receipt_prefix:
/// \"eu-\" }"; "{}" for the form that changes nothing.
std::string to_yaml(const MessageIdForm& form);

/// "as is", "hex to decimal, prefix \"0x\" …": for people.
std::string to_text(const MessageIdForm& form);

}  // namespace parley::text
