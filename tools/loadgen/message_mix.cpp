#include "tools/loadgen/message_mix.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace parley::loadgen {
namespace {

using tools::UsageError;

constexpr std::uint32_t number_digits = 11;  // as in North America
constexpr std::uint32_t free_digits_min = 4;
constexpr std::uint32_t free_digits_max = 18;
constexpr std::size_t address_length_max = 20;  // destination_addr without its NUL

/// The first word already asks for its alphabet: ê is Latin-1 and not GSM 7.
std::string_view filler(text::Encoding alphabet) {
    switch (alphabet) {
        case text::Encoding::latin1:
            return " fenêtre réservée, votre table vous attend à sept heures, à bientôt";
        case text::Encoding::ucs2:
            return " ваш столик на двоих готов к семи, до скорой встречи";
        default:
            return " your table for two is ready at seven, see you soon";
    }
}

std::size_t octets_of_character(std::string_view utf8, std::size_t at) {
    std::size_t octets = 1;
    while (at + octets < utf8.size() && (static_cast<unsigned char>(utf8[at + octets]) >> 6U) == 2)
        ++octets;
    return octets;
}

}  // namespace

std::string marker_of(std::uint64_t message) {
    std::string marker(marker_prefix);
    marker.resize(text_length_min);
    write_digits(marker.data() + marker_prefix.size(), marker_digits, message);
    return marker;
}

text::Encoding read_alphabet(std::string_view name) {
    for (const auto encoding :
         {text::Encoding::gsm7, text::Encoding::latin1, text::Encoding::ucs2}) {
        if (name == text::name(encoding)) return encoding;
    }
    throw UsageError("--alphabet: '" + std::string(name) + "' is none of gsm7, latin1, ucs2");
}

Sample sample_text(text::Encoding alphabet, std::uint32_t characters) {
    Sample sample{.utf8 = marker_of(0), .alphabet = alphabet};
    const auto words = filler(alphabet);
    for (std::size_t at = 0, count = text_length_min; count < characters; ++count) {
        const auto octets = octets_of_character(words, at);
        sample.utf8 += words.substr(at, octets);
        at = at + octets < words.size() ? at + octets : 0;
    }
    return sample;
}

Sample sample_text_of_parts(text::Encoding alphabet, std::uint32_t parts, text::Method method) {
    // For the phone's count of parts a payload is cut as with a header.
    const text::Layout layout{
        .encoding = alphabet,
        .method = method == text::Method::payload ? text::Method::udh8 : method};
    const auto makes = [&](std::uint32_t characters) {
        return text::measure(sample_text(alphabet, characters).utf8, layout).segments;
    };
    std::uint32_t low = text_length_min;  // makes one part in every alphabet
    std::uint32_t high = 160 * (parts + 1);
    while (low + 1 < high) {
        const auto middle = low + (high - low) / 2;
        const auto made = makes(middle);
        (made != 0 && made <= parts ? low : high) = middle;
    }
    return sample_text(alphabet, low);
}

Destinations Destinations::from_pattern(std::string_view pattern) {
    const auto fail = [&] {
        throw UsageError("--to: '" + std::string(pattern) +
                         "' is no pattern: expected an optional plus sign, digits, and then 1 to " +
                         std::to_string(free_digits_max) +
                         " times #, 20 characters at most, such as +1556#######");
    };
    const auto free_at = std::min(pattern.find('#'), pattern.size());
    const auto fixed = pattern.substr(0, free_at);
    const auto free = pattern.substr(free_at);
    const auto digits = fixed.substr(fixed.starts_with('+') ? 1 : 0);
    if (free.empty() || free.size() > free_digits_max || pattern.size() > address_length_max ||
        free.find_first_not_of('#') != free.npos ||
        digits.find_first_not_of("0123456789") != digits.npos) {
        fail();
    }
    Destinations made;
    made.pattern_ = std::string(fixed) + std::string(free.size(), '0');
    made.digits_ = static_cast<std::uint32_t>(free.size());
    made.size_ = 1;
    for (std::uint32_t i = 0; i < made.digits_; ++i)
        made.size_ *= 10;
    made.length_max_ = made.pattern_.size();
    return made;
}

Destinations Destinations::from_prefix(std::string_view prefix) {
    const auto digits = prefix.substr(prefix.starts_with('+') ? 1 : 0);
    if (!prefix.starts_with('+') || digits.empty() || digits.size() > number_digits ||
        digits.find_first_not_of("0123456789") != digits.npos) {
        throw UsageError("--to-prefix: '" + std::string(prefix) +
                         "' is not a plus sign and 1 to 11 digits");
    }
    const auto given = static_cast<std::uint32_t>(digits.size());
    const auto free =
        given + free_digits_min >= number_digits ? free_digits_min : number_digits - given;
    return from_pattern(std::string(prefix) + std::string(free, '#'));
}

Destinations Destinations::from_file(const std::string& file) {
    std::ifstream lines(file);
    if (!lines) throw std::runtime_error("cannot read the destinations '" + file + "'");
    Destinations made;
    std::string line;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
        while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
            line.pop_back();
        if (line.empty()) continue;
        if (line.size() > address_length_max ||
            line.find_first_not_of("0123456789", line.starts_with('+') ? 1 : 0) != line.npos) {
            throw std::runtime_error(file + ":" + std::to_string(number) + ": '" +
                                     line.substr(0, 40) +
                                     "' is no number: expected an optional plus sign and digits, "
                                     "20 characters at most");
        }
        made.length_max_ = std::max(made.length_max_, line.size());
        made.list_.push_back(line);
    }
    if (made.list_.empty()) {
        throw std::runtime_error("the file of destinations '" + file + "' holds none");
    }
    made.size_ = made.list_.size();
    return made;
}

std::string_view Destinations::address(std::uint64_t contact) {
    if (!list_.empty()) return list_[contact % size_];
    write_digits(pattern_.data() + pattern_.size() - digits_, digits_, contact);
    return pattern_;
}

MessageMix::MessageMix(MixPlan plan)
    : plan_(std::move(plan)),
      contacts_(plan_.contacts == 0 ? plan_.destinations.size() : plan_.contacts) {
    if (contacts_ > plan_.destinations.size()) {
        throw UsageError("--contacts: " + std::to_string(contacts_) +
                         " do not fit into the destinations: there are at most " +
                         std::to_string(plan_.destinations.size()));
    }
}

}  // namespace parley::loadgen
