#include "protocol/text/message_id.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace parley::text {
namespace {

int digit_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return 99;
}

/// Schoolbook conversion: `limbs` holds the number in the target's base, lowest digit first.
std::optional<std::string> convert(std::string_view digits, int from, int to) {
    if (digits.empty()) return std::nullopt;
    std::vector<std::uint8_t> limbs;
    limbs.reserve(digits.size() * 2);
    for (const char digit : digits) {
        int carry = digit_value(digit);
        if (carry >= from) return std::nullopt;
        for (std::uint8_t& limb : limbs) {
            const int value = limb * from + carry;
            limb = static_cast<std::uint8_t>(value % to);
            carry = value / to;
        }
        for (; carry != 0; carry /= to)
            limbs.push_back(static_cast<std::uint8_t>(carry % to));
    }
    if (limbs.empty()) return "0";
    std::string text(limbs.size(), '0');
    std::transform(limbs.rbegin(), limbs.rend(), text.begin(),
                   [](std::uint8_t limb) { return "0123456789abcdef"[limb]; });
    return text;
}

char lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                : character;
}
std::string lowered(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

bool begins_with(std::string_view text, std::string_view prefix, bool fold) {
    if (text.size() < prefix.size()) return false;
    return std::equal(prefix.begin(), prefix.end(), text.begin(), [fold](char left, char right) {
        return left == right || (fold && lower(left) == lower(right));
    });
}

/// Takes the prefix away, but never all there is.
std::string_view without_prefix(std::string_view id, std::string_view prefix, bool fold) {
    while (!prefix.empty() && id.size() > prefix.size() && begins_with(id, prefix, fold))
        id.remove_prefix(prefix.size());
    return id;
}
std::string_view without_zeros(std::string_view id) {
    while (id.size() > 1 && id.front() == '0')
        id.remove_prefix(1);
    return id;
}

std::string bare(std::string_view id) {
    return lowered(without_zeros(id));
}

/// A double-quoted scalar of the configuration: what is not printable ASCII is escaped, and so is
/// the "${" that would begin a variable.
std::string quoted(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out = "\"";
    for (const char character : text) {
        const auto octet = static_cast<unsigned char>(character);
        if (character == '{' && out.back() == '$') out += '$';
        if (character == '"' || character == '\\') {
            out.append({'\\', character});
        } else if (octet < 0x20 || octet >= 0x7F) {
            out.append({'\\', 'x', digits[octet >> 4U], digits[octet & 0xFU]});
        } else {
            out += character;
        }
    }
    return out + '"';
}

}  // namespace

std::optional<std::string> hex_to_decimal(std::string_view hex) {
    return convert(hex, 16, 10);
}
std::optional<std::string> decimal_to_hex(std::string_view decimal) {
    return convert(decimal, 10, 16);
}

bool same_message_id(std::string_view left, std::string_view right) {
    const std::string bare_left = bare(left);
    const std::string bare_right = bare(right);
    return bare_left == bare_right || hex_to_decimal(left) == bare_right ||
           hex_to_decimal(right) == bare_left;
}

bool may_be_same_message_id(std::string_view left, std::string_view right) {
    if (same_message_id(left, right)) return true;
    constexpr std::size_t stem_min = 6;
    if (left.size() > right.size()) std::swap(left, right);
    if (left.size() < stem_min) return false;
    return begins_with(right, left, true) ||
           begins_with(right.substr(right.size() - left.size()), left, true);
}

std::string MessageIdForm::from_receipt(std::string_view id) const {
    const bool number = base != Base::as_is;
    const bool fold = fold_case || number;
    // Until nothing changes, so that a key is its own key: a prefix may come to light behind zeros.
    for (std::size_t before = id.size() + 1; id.size() < before;) {
        before = id.size();
        id = without_prefix(id, receipt_prefix, fold);
        if (drop_leading_zeros || number) id = without_zeros(id);
    }
    return fold ? lowered(id) : std::string(id);
}

std::string MessageIdForm::from_response(std::string_view id) const {
    id = without_prefix(id, response_prefix, fold_case || base != Base::as_is);
    std::optional<std::string> number;
    if (base == Base::hex_to_decimal) number = hex_to_decimal(id);
    if (base == Base::decimal_to_hex) number = decimal_to_hex(id);
    return from_receipt(number ? std::string_view(*number) : id);
}

std::string to_yaml(const MessageIdForm& form) {
    std::string yaml;
    const auto add = [&yaml](std::string_view name, std::string_view value) {
        yaml.append(yaml.empty() ? " " : ", ").append(name).append(": ").append(value);
    };
    if (form.base == MessageIdForm::Base::hex_to_decimal) add("base", "hex_to_decimal");
    if (form.base == MessageIdForm::Base::decimal_to_hex) add("base", "decimal_to_hex");
    if (form.drop_leading_zeros) add("drop_leading_zeros", "true");
    if (form.fold_case) add("fold_case", "true");
    if (!form.response_prefix.empty()) add("response_prefix", quoted(form.response_prefix));
    if (!form.receipt_prefix.empty()) add("receipt_prefix", quoted(form.receipt_prefix));
    return yaml.empty() ? "{}" : "{" + yaml + " }";
}

std::string to_text(const MessageIdForm& form) {
    std::string text = "as is";
    if (form.base == MessageIdForm::Base::hex_to_decimal) text = "hex to decimal";
    if (form.base == MessageIdForm::Base::decimal_to_hex) text = "decimal to hex";
    if (form.drop_leading_zeros) text += ", without leading zeros";
    if (form.fold_case) text += ", any case";
    if (!form.response_prefix.empty()) text += ", response prefix \"" + form.response_prefix + '"';
    if (!form.receipt_prefix.empty()) text += ", receipt prefix \"" + form.receipt_prefix + '"';
    return text;
}

}  // namespace parley::text
