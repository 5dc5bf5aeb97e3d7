#include "config/value.h"

#include "config/shape.h"
#include "config/specification.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>

namespace parley::config {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};
// Largest first, so that values are written in the largest unit that divides them.
constexpr std::array<Unit, 5> duration_units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 5> size_units{{{"TiB", 1ULL << 40U},
                                          {"GiB", 1ULL << 30U},
                                          {"MiB", 1ULL << 20U},
                                          {"KiB", 1ULL << 10U},
                                          {"B", 1}}};
// Read, but never written: powers of ten are nobody's page size.
constexpr std::array<Unit, 4> decimal_size_units{
    {{"TB", 1'000'000'000'000}, {"GB", 1'000'000'000}, {"MB", 1'000'000}, {"kB", 1'000}}};
constexpr std::array<Unit, 3> rate_units{{{"/s", 1}, {"/m", 60}, {"/h", 3'600}}};

const Unit* find_unit(std::span<const Unit> units, std::string_view name) {
    const auto found = std::ranges::find(units, name, &Unit::name);
    return found == units.end() ? nullptr : &*found;
}

/// Takes a whole number off the front. Empty when there is none or it does not fit.
std::optional<std::uint64_t> take_number(std::string_view& text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
    const auto number = take_number(text);
    return text.empty() ? number : std::nullopt;
}

std::optional<std::uint64_t> times(std::uint64_t number, std::uint64_t factor) {
    std::uint64_t product = 0;
    if (__builtin_mul_overflow(number, factor, &product)) return std::nullopt;
    return product;
}

/// "90s", "1h30m". A bare number has no meaning here, except 0.
std::optional<std::uint64_t> duration_ms(std::string_view text) {
    if (text == "0") return 0;
    std::uint64_t sum = 0;
    do {
        const auto number = take_number(text);
        const auto end = std::min(text.find_first_of("0123456789"), text.size());
        const Unit* unit = find_unit(duration_units, text.substr(0, end));
        if (!number || unit == nullptr) return std::nullopt;
        const auto part = times(*number, unit->factor);
        if (!part || __builtin_add_overflow(sum, *part, &sum)) return std::nullopt;
        text.remove_prefix(end);
    } while (!text.empty());
    return sum;
}

std::optional<std::uint64_t> size_octets(std::string_view text) {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    if (text.empty()) return number;
    const Unit* unit = find_unit(size_units, text);
    if (unit == nullptr) unit = find_unit(decimal_size_units, text);
    return unit == nullptr ? std::nullopt : times(*number, unit->factor);
}

std::optional<double> rate_per_second(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) return number;
    const Unit* unit = find_unit(rate_units, text);
    if (unit == nullptr) return std::nullopt;
    return number / static_cast<double>(unit->factor);
}

/// Without a unit.
std::optional<double> plain_number(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::string in_units(std::uint64_t value, std::span<const Unit> units) {
    for (const Unit& unit : units) {
        if (value % unit.factor == 0 && value >= unit.factor)
            return std::to_string(value / unit.factor).append(unit.name);
    }
    return "0";
}

/// As a person writes it: 1000000, not 1e+06.
std::string plain(double value) {
    std::array<char, 64> room{};
    const auto [end, error] =
        std::to_chars(room.data(), room.data() + room.size(), value, std::chars_format::fixed);
    return error == std::errc{} ? std::string(room.data(), end) : std::string("?");
}

/// "0x58" or "88".
std::optional<std::uint32_t> hex_or_decimal(std::string_view text) {
    const bool hex = text.starts_with("0x") || text.starts_with("0X");
    const std::string_view digits = hex ? text.substr(2) : text;
    std::uint32_t number = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number, hex ? 16 : 10);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return number;
}

std::string in_hex(std::uint32_t value, std::size_t digits_min) {
    static constexpr std::string_view hex = "0123456789ABCDEF";
    std::string digits;
    for (; value != 0 || digits.size() < digits_min; value >>= 4U)
        digits.insert(digits.begin(), hex[value & 0xFU]);
    return "0x" + digits;
}

std::string quoted(std::string_view text, const About& about) {
    if (about.secret) return "the secret";
    constexpr std::size_t shown_max = 60;  // a complaint is a line, whatever the file held
    std::string shown("'");
    for (const char c : text.substr(0, shown_max))
        shown += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    if (text.size() > shown_max) shown += "…";
    return shown += "'";
}

std::string quoted_number(std::string_view text) {
    return text.size() <= 30 && whole_number(text) ? std::string(text) : quoted(text, {});
}

/// "1 … 65535", "at least 1" or "", whatever the bounds leave to say.
template <typename Write>
std::string bounds(const About& about, Write write) {
    if (std::isfinite(about.max)) return write(about.min) + " … " + write(about.max);
    return about.min > 0 ? "at least " + write(about.min) : "";
}

std::string or_zero(const About& about) {
    return about.zero.empty() ? "" : " or " + std::string(about.zero);
}

std::string kind_and_bounds(std::string kind, const std::string& range, const About& about) {
    if (!range.empty()) kind += ", " + range;
    return kind + or_zero(about);
}

/// The two steps that all numbers share: read it, then hold it against the bounds.
template <typename Value, typename Parsed>
std::string read_number(std::string_view text, std::optional<Parsed> parsed, Value& value,
                        const About& about, std::string_view kind) {
    if (!about.zero.empty() && text == about.zero) {
        value = Value{};
        return {};
    }
    if (!parsed)
        return quoted(text, about) + " is not " + std::string(kind) + ": expected " +
               expected(Value{}, about);
    const auto number = static_cast<double>(*parsed);
    if (number < about.min || number > about.max)
        return quoted_number(text) + " is out of bounds: expected " + expected(Value{}, about);
    value = Value(*parsed);
    return {};
}

}  // namespace

std::string read_value(std::string_view text, std::string& value, const About& about) {
    std::string normalised;
    if (const auto problem = read_shape(text, about.shape, normalised); !problem.empty())
        return quoted(text, about) + " " + problem;
    const auto length = static_cast<double>(normalised.size());
    const bool own_length = about.shape == Shape::sender || about.shape == Shape::senders ||
                            about.shape == Shape::message_class;
    if (!own_length && (length < about.min || length > about.max))
        return quoted(text, about) + " is " + std::to_string(normalised.size()) +
               " octets long: expected " + expected(value, about);
    value = std::move(normalised);
    return {};
}

std::string read_value(std::string_view text, bool& value, const About& about) {
    if (text != "true" && text != "false")
        return quoted(text, about) + " is neither: expected " + expected(value, about);
    value = text == "true";
    return {};
}

std::string read_value(std::string_view text, StatusCode& value, const About& about) {
    auto number = hex_or_decimal(text);
    if (!number) number = status_named(text);
    if (!number) {
        std::string problem =
            quoted(text, about) + " is not a command_status: expected " + expected(value, about);
        if (const auto near = nearest_status(text)) problem += "; did you mean '" + *near + "'?";
        return problem;
    }
    value.value = *number;
    return {};
}

std::string read_value(std::string_view text, TlvTag& value, const About& about) {
    const auto number = hex_or_decimal(text);
    if (!number || *number > 0xFFFF)
        return quoted(text, about) + " is not a tag: expected " + expected(value, about);
    value.value = *number;
    return {};
}

std::string read_value(std::string_view text, TlvLength& value, const About& about) {
    const auto dash = text.find('-');
    const auto from = whole_number(text.substr(0, dash));
    const auto to = dash == std::string_view::npos ? from : whole_number(text.substr(dash + 1));
    if (!from || !to || *from > *to || static_cast<double>(*to) > about.max)
        return quoted(text, about) + " is not a length: expected " + expected(value, about);
    value = {static_cast<std::uint32_t>(*from), static_cast<std::uint32_t>(*to)};
    return {};
}

std::string read_value(std::string_view text, Cost& value, const About& about) {
    const auto number = plain_number(text);
    if (!number || *number < about.min || *number > about.max)
        return quoted(text, about) + " is not a cost: expected " + expected(value, about);
    value.value = *number;
    return {};
}

std::string read_value(std::string_view text, std::uint8_t& value, const About& about) {
    if (text == "3.3" || text == "0x33") {
        value = 0x33;
    } else if (text == "3.4" || text == "0x34") {
        value = 0x34;
    } else if (text == "5.0" || text == "0x50") {
        value = 0x50;
    } else {
        return quoted(text, about) + " is not an SMPP version: expected " + expected(value, about);
    }
    return {};
}

std::string read_value(std::string_view text, std::uint32_t& value, const About& about) {
    return read_number(text, whole_number(text), value, about, "a whole number");
}

std::string read_value(std::string_view text, std::uint64_t& value, const About& about) {
    return read_number(text, size_octets(text), value, about, "a size");
}

std::string read_value(std::string_view text, double& value, const About& about) {
    return read_number(text, rate_per_second(text), value, about, "a rate");
}

std::string read_value(std::string_view text, Millis& value, const About& about) {
    return read_number(text, duration_ms(text), value, about, "a duration");
}

std::optional<std::size_t> read_word(std::string_view text, WordList words, std::string& problem) {
    const auto found = std::ranges::find(words, text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    problem = quoted(text, {}) + " is not known: expected " + expected_word(words);
    const std::vector<std::string> candidates(words.begin(), words.end());
    if (const auto near = nearest(text, candidates)) problem += "; did you mean '" + *near + "'?";
    return std::nullopt;
}

std::string write_value(const std::string& value, const About& about) {
    if (about.secret) return value.empty() ? "" : "********";
    return value;
}
std::string write_value(bool value, const About&) {
    return value ? "true" : "false";
}
std::string write_value(StatusCode value, const About&) {
    return in_hex(value.value, 2);
}
std::string write_value(TlvTag value, const About&) {
    return in_hex(value.value, 4);
}
std::string write_value(TlvLength value, const About&) {
    std::string text = std::to_string(value.min);
    if (value.max != value.min) text.append("-").append(std::to_string(value.max));
    return text;
}
std::string write_value(Cost value, const About&) {
    return plain(value.value);
}
std::string write_value(std::uint8_t value, const About&) {
    if (value >= 0x50) return "5.0";
    return value >= 0x34 ? "3.4" : "3.3";
}
std::string write_value(std::uint32_t value, const About& about) {
    return value == 0 && !about.zero.empty() ? std::string(about.zero) : std::to_string(value);
}
std::string write_value(std::uint64_t value, const About&) {
    return in_units(value, size_units);
}
std::string write_value(double value, const About& about) {
    return value == 0 && !about.zero.empty() ? std::string(about.zero) : plain(value) + "/s";
}
std::string write_value(Millis value, const About&) {
    // A receipt window is known as 72h, not as 3d.
    const auto ms = static_cast<std::uint64_t>(value.count());
    const std::span<const Unit> units(duration_units);
    return in_units(ms, ms <= 7 * 86'400'000ULL ? units.subspan(1) : units);
}

std::string expected(const std::string&, const About& about) {
    if (about.shape != Shape::text && about.shape != Shape::identifier)
        return std::string(shape_help(about.shape));
    const std::string range = about.min > 0 ? bounds(about, plain) : "up to " + plain(about.max);
    const std::string kind(shape_help(about.shape));
    return std::isfinite(about.max) ? kind + ", " + range + " octets" : kind;
}
std::string expected(bool, const About&) {
    return "true or false";
}
std::string expected(StatusCode, const About&) {
    return "a number such as 0x58, or a name such as ESME_RTHROTTLED";
}
std::string expected(TlvTag, const About&) {
    return "a number such as 0x1400, up to 0xFFFF";
}
std::string expected(TlvLength, const About& about) {
    return "octets such as 4 or 1-30, up to " + plain(about.max);
}
std::string expected(Cost, const About& about) {
    return kind_and_bounds("a number such as 0.0075", bounds(about, plain), about);
}
std::string expected(std::uint8_t, const About&) {
    return "3.3, 3.4 or 5.0";
}
std::string expected(std::uint32_t, const About& about) {
    return bounds(about, plain) + or_zero(about);
}
std::string expected(std::uint64_t, const About& about) {
    const auto write = [](double bound) {
        return in_units(static_cast<std::uint64_t>(bound), size_units);
    };
    return kind_and_bounds("a size such as 64MiB", bounds(about, write), about);
}
std::string expected(double, const About& about) {
    return kind_and_bounds("a rate such as 500/s", bounds(about, plain), about);
}
std::string expected(Millis, const About& about) {
    const auto write = [&about](double bound) {
        return write_value(Millis(static_cast<std::int64_t>(bound)), about);
    };
    return kind_and_bounds("a duration such as 10s", bounds(about, write), about);
}
std::string expected(const std::vector<std::string>&, const About& about) {
    const std::string one = expected(std::string(), about);
    return about.one_will_do ? one + "; or a list of them" : "a list, each " + one;
}
std::string expected(const NamedValues&, const About& about) {
    return "a map of names to values, each " + expected(std::string(), about);
}

std::string expected(const std::vector<RouteCarrier>&, const About& about) {
    return "a list, each " + expected(std::string(), about) + " or a map";
}

std::string expected_word(WordList words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
        text += words[i];
    }
    return text;
}

namespace {

/// Levenshtein 1965, one row at a time.
std::size_t edit_distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < left.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < right.size(); ++j) {
            const std::size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j + 1] + 1, row[j] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::optional<std::string> nearest(std::string_view name, std::span<const std::string> candidates) {
    constexpr std::size_t name_max = 64;  // longer is no slip of the pen, and costs time
    if (name.size() > name_max) return std::nullopt;
    std::optional<std::string> best;
    std::size_t best_distance = 1 + std::max<std::size_t>(2, name.size() / 3);
    for (const std::string& candidate : candidates) {
        const std::size_t distance = edit_distance(name, candidate);
        if (distance < best_distance && distance < std::max(name.size(), candidate.size())) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

}  // namespace parley::config
