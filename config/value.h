#pragma once
// One setting's text to its value and back. Driven by load.cpp, print.cpp and reference.cpp; knows
// no YAML and no file. A problem is returned as words for the operator ("70000 is out of bounds:
// expected 1 … 65535"), empty when there is none, and never repeats a secret.

#include "config/config.h"
#include "config/setting.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::config {

using WordList = std::span<const std::string_view>;

// Text to value. `value` is untouched when there is a problem.
std::string read_value(std::string_view text, std::string& value, const About& about);
std::string read_value(std::string_view text, bool& value, const About& about);
std::string read_value(std::string_view text, StatusCode& value, const About& about);
std::string read_value(std::string_view text, TlvTag& value, const About& about);
std::string read_value(std::string_view text, TlvLength& value, const About& about);
std::string read_value(std::string_view text, Cost& value, const About& about);
std::string read_value(std::string_view text, std::uint8_t& value, const About& about);
std::string read_value(std::string_view text, std::uint32_t& value, const About& about);
std::string read_value(std::string_view text, std::uint64_t& value, const About& about);
std::string read_value(std::string_view text, double& value, const About& about);
std::string read_value(std::string_view text, Millis& value, const About& about);
/// The place of the word in the list; otherwise empty, and `problem` says what was expected.
std::optional<std::size_t> read_word(std::string_view text, WordList words, std::string& problem);

template <typename Enumeration>
requires requires {
    Words<Enumeration>::list;
}
std::string read_value(std::string_view text, Enumeration& value, const About&) {
    std::string problem;
    if (const auto place = read_word(text, Words<Enumeration>::list, problem))
        value = static_cast<Enumeration>(*place);
    return problem;
}

// Value to text, as one would write it in the file.
std::string write_value(const std::string& value, const About& about);
std::string write_value(bool value, const About& about);
std::string write_value(StatusCode value, const About& about);
std::string write_value(TlvTag value, const About& about);
std::string write_value(TlvLength value, const About& about);
std::string write_value(Cost value, const About& about);
std::string write_value(std::uint8_t value, const About& about);
std::string write_value(std::uint32_t value, const About& about);
std::string write_value(std::uint64_t value, const About& about);
std::string write_value(double value, const About& about);
std::string write_value(Millis value, const About& about);

template <typename Enumeration>
requires requires {
    Words<Enumeration>::list;
}
std::string write_value(Enumeration value, const About&) {
    return std::string(Words<Enumeration>::list.at(static_cast<std::size_t>(value)));
}

// What is expected, for complaints and the reference page: "1 … 65535", "a duration, 100ms … 1h".
std::string expected(const std::string& value, const About& about);
std::string expected(bool value, const About& about);
std::string expected(StatusCode value, const About& about);
std::string expected(TlvTag value, const About& about);
std::string expected(TlvLength value, const About& about);
std::string expected(Cost value, const About& about);
std::string expected(std::uint8_t value, const About& about);
std::string expected(std::uint32_t value, const About& about);
std::string expected(std::uint64_t value, const About& about);
std::string expected(double value, const About& about);
std::string expected(Millis value, const About& about);
std::string expected(const std::vector<std::string>& value, const About& about);
std::string expected(const NamedValues& value, const About& about);
std::string expected(const std::vector<RouteCarrier>& value, const About& about);
std::string expected_word(WordList words);

template <typename Enumeration>
requires requires {
    Words<Enumeration>::list;
}
std::string expected(Enumeration, const About&) {
    return expected_word(Words<Enumeration>::list);
}

/// The candidate fewest edits away (Levenshtein), if it is near enough to be a slip of the pen.
std::optional<std::string> nearest(std::string_view name, std::span<const std::string> candidates);

}  // namespace parley::config
