#pragma once
// What the messages of a run look like: text (length or parts, alphabet), sender, and who gets
// them. Message n is a function of the seed and n alone: sent again, looked up in a ledger or run
// once more, it is the same message.

#include "protocol/text/charset.h"
#include "protocol/text/segments.h"
#include "tools/loadgen/weighted.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::loadgen {

inline constexpr std::uint32_t marker_digits = 9;
inline constexpr std::string_view marker_prefix = "n=";
inline constexpr std::uint32_t text_length_min = marker_prefix.size() + marker_digits;
inline constexpr std::uint32_t text_length_max = 10'000;

inline void write_digits(char* at, std::uint32_t width, std::uint64_t value) {
    for (std::uint32_t i = width; i > 0; --i, value /= 10) {
        at[i - 1] = static_cast<char>('0' + value % 10);
    }
}

/// "n=000000007": what every text begins with, so that a message is found again anywhere.
std::string marker_of(std::uint64_t message);

/// A text as it is sent: UTF-8 that begins with a marker, and the alphabet it is written in where
/// we write it (over HTTP the engine chooses).
struct Sample {
    std::string utf8;
    text::Encoding alphabet = text::Encoding::gsm7;
};

/// Alphabets of texts: gsm7, latin1, ucs2 (UsageError for others).
text::Encoding read_alphabet(std::string_view name);

/// So many characters of this alphabet, behind the marker of message 0.
Sample sample_text(text::Encoding alphabet, std::uint32_t characters);
/// The longest such text that makes so many segments when it is split like this; parts: 1 to 255.
Sample sample_text_of_parts(text::Encoding alphabet, std::uint32_t parts, text::Method method);

/// Who gets the messages: numbers by a pattern ("+1556#######": the last digits of the contact's
/// number), or the lines of a file.
class Destinations {
public:
    /// digits and an optional plus, then at least one '#'; throws UsageError.
    static Destinations from_pattern(std::string_view pattern);
    /// "+1556": as many # as make 11 digits, at least four.
    static Destinations from_prefix(std::string_view prefix);
    /// One address a line; throws std::runtime_error naming file and line.
    static Destinations from_file(const std::string& file);

    /// How many different ones there are.
    std::uint64_t size() const { return size_; }
    std::size_t length_max() const { return length_max_; }
    /// The address of this contact, modulo size(); the view lives until the next call.
    std::string_view address(std::uint64_t contact);

private:
    std::string pattern_;  // digits in place of #
    std::uint32_t digits_ = 0;
    std::vector<std::string> list_;
    std::uint64_t size_ = 0;
    std::size_t length_max_ = 0;
};

/// Which of the contacts a message goes to.
enum class Pick : std::uint8_t { in_turn, at_random };

struct MixPlan {
    Weighted<Sample> texts;
    std::vector<std::string> senders;
    Destinations destinations;
    std::uint64_t contacts = 0;  // distinct recipients; 0: each message its own
    Pick pick = Pick::in_turn;
    std::uint64_t seed = 1;
};

class MessageMix {
public:
    explicit MessageMix(MixPlan plan);

    std::size_t texts() const { return plan_.texts.size(); }
    const Sample& text(std::size_t place) const { return plan_.texts[place]; }
    const std::vector<std::string>& senders() const { return plan_.senders; }

    std::size_t text_of(std::uint64_t message) const {
        return plan_.texts.size() == 1 ? 0 : plan_.texts.pick(scattered(plan_.seed, message));
    }
    /// A contact always hears from the same sender, so that their conversation goes on.
    std::size_t sender_of(std::uint64_t message) const {
        return plan_.senders.size() == 1 ? 0 : contact_of(message) % plan_.senders.size();
    }
    /// The view lives until the next call.
    std::string_view recipient_of(std::uint64_t message) {
        return plan_.destinations.address(contact_of(message));
    }
    std::size_t recipient_length_max() const { return plan_.destinations.length_max(); }

private:
    std::uint64_t contact_of(std::uint64_t message) const {
        if (plan_.pick == Pick::in_turn) return message % contacts_;
        return scattered(plan_.seed ^ contact_salt, message) % contacts_;
    }

    static constexpr std::uint64_t contact_salt = 0x636F6E74616374;  // another draw than the text's

    MixPlan plan_;
    std::uint64_t contacts_;
};

}  // namespace parley::loadgen
