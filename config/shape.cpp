#include "config/shape.h"

#include "config/time_zone.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include <arpa/inet.h>

namespace parley::config {
namespace {

// Not <cctype>: the operator's locale must not change what a file means.
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_name(char c) {
    return is_digit(c) || is_letter(c) || c == '.' || c == '-' || c == '_';
}
bool all_digits(std::string_view text) {
    return std::ranges::all_of(text, is_digit);
}

bool is_identifier(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_name);
}

bool is_port(std::string_view text, bool zero_allowed) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && (port > 0 || zero_allowed);
}

bool is_host(std::string_view text) {
    if (text.starts_with('[')) {  // IPv6 literal
        const auto inside = text.substr(1, text.size() < 2 ? 0 : text.size() - 2);
        const auto allowed = [](char c) {
            return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
                   c == '.';
        };
        return text.ends_with(']') && inside.size() >= 2 && std::ranges::all_of(inside, allowed);
    }
    return is_identifier(text);
}

bool is_ip(std::string_view text) {
    const std::string name(text);  // inet_pton wants a NUL
    std::array<unsigned char, 16> octets{};
    return inet_pton(AF_INET, name.c_str(), octets.data()) == 1 ||
           inet_pton(AF_INET6, name.c_str(), octets.data()) == 1;
}

bool is_endpoint(std::string_view text, bool zero_allowed) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return false;
    return is_host(text.substr(0, colon)) && is_port(text.substr(colon + 1), zero_allowed);
}

/// "+" and 7 to 15 digits, the first not 0. Empty for anything else.
std::string international(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c != ' ' && c != '-' && c != '.' && c != '(' && c != ')') digits += c;
    }
    if (digits.starts_with("00")) digits.replace(0, 2, "+");
    const bool good = digits.starts_with('+') && digits.size() >= 8 && digits.size() <= 16 &&
                      digits[1] != '0' && all_digits(std::string_view(digits).substr(1));
    return good ? digits : "";
}

bool is_alphanumeric_sender(std::string_view text) {
    const auto allowed = [](char c) { return is_name(c) || c == ' ' || c == '&'; };
    return text.size() <= 11 && std::ranges::all_of(text, allowed) &&
           std::ranges::any_of(text, is_letter);
}

std::string normalised_sender(std::string_view text) {
    if (all_digits(text) && text.size() >= 3 && text.size() <= 8 && !text.starts_with("00"))
        return std::string(text);
    if (std::string number = international(text); !number.empty()) return number;
    return is_alphanumeric_sender(text) ? std::string(text) : "";
}

constexpr std::array<std::string_view, 6> message_classes{
    "conversational",       "informational",       "promotional",
    "opt_out_confirmation", "opt_in_confirmation", "help_answer"};

/// The beginning of a sender and "*".
bool is_sender_beginning(std::string_view text) {
    if (!text.ends_with('*')) return false;
    text.remove_suffix(1);
    const bool number = text.starts_with('+') && text.size() <= 16;
    const auto allowed = [](char c) { return is_name(c) || c == ' ' || c == '&'; };
    return number ? all_digits(text.substr(1))
                  : !text.empty() && text.size() <= 11 && std::ranges::all_of(text, allowed);
}

bool is_prefix(std::string_view text) {
    return text.starts_with('+') && text.size() <= 16 && all_digits(text.substr(1));
}

bool fits(std::string_view text, Shape shape) {
    switch (shape) {
        case Shape::text:
        case Shape::folder:
        case Shape::file:
        case Shape::pem:
            return text.find('\0') == std::string_view::npos;
        case Shape::identifier:
        case Shape::reference:
            return is_identifier(text);
        case Shape::senders:
            return is_sender_beginning(text) || !normalised_sender(text).empty();
        case Shape::message_class:
            return std::ranges::find(message_classes, text) != message_classes.end();
        case Shape::host:
            return text.empty() || is_identifier(text) || is_ip(text);
        case Shape::ip:
            return text.empty() || is_ip(text);
        case Shape::endpoint:
            return is_endpoint(text, false);
        case Shape::listen:
            return text.empty() || is_endpoint(text, true);
        case Shape::sender:
            return !normalised_sender(text).empty();
        case Shape::prefix:
            return is_prefix(text);
        case Shape::time_zone:
            return is_time_zone(std::string(text));
    }
    return false;
}

}  // namespace

std::string read_shape(std::string_view text, Shape shape, std::string& normalised) {
    if (!fits(text, shape)) {
        std::string problem = "does not fit: expected ";
        problem += shape_help(shape);
        if (shape == Shape::sender && all_digits(text) &&
            !international("+" + std::string(text)).empty())
            problem += "; did you mean '+" + std::string(text) + "'?";
        return problem;
    }
    const bool is_sender =
        shape == Shape::sender || (shape == Shape::senders && !is_sender_beginning(text));
    normalised = is_sender ? normalised_sender(text) : std::string(text);
    return {};
}

std::string_view shape_help(Shape shape) {
    switch (shape) {
        case Shape::text:
            return "text";
        case Shape::identifier:
            return "letters, digits, '.', '-' or '_'";
        case Shape::folder:
            return "a folder";
        case Shape::file:
            return "a file";
        case Shape::pem:
            return "a file of PEM";
        case Shape::host:
            return "the name of a machine";
        case Shape::ip:
            return "an IP address such as 192.0.2.1 or 2001:db8::1";
        case Shape::endpoint:
            return "host:port, with a port of 1 … 65535";
        case Shape::listen:
            return "host:port, with a port of 0 (any free one) … 65535";
        case Shape::sender:
            return "a number such as +15550001000, a short code of 3 to 8 digits, or a name of up "
                   "to 11 letters and digits";
        case Shape::senders:
            return "a sender such as +15550001000, or the beginning of one and '*', such as +1555*";
        case Shape::message_class:
            return "conversational, informational, promotional, opt_out_confirmation, "
                   "opt_in_confirmation or help_answer";
        case Shape::prefix:
            return "'+' and up to 15 digits";
        case Shape::time_zone:
            return "UTC, or a place of the IANA time zone database such as America/Los_Angeles";
        case Shape::reference:
            return "an id from this file";
    }
    return "";
}

}  // namespace parley::config
