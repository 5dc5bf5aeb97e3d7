#pragma once
// What people and callers say in a simulation, so that a text on a link can be told for what it is.

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::simulation {

inline constexpr std::string_view opt_out_confirmation = "You have been unsubscribed";
inline constexpr std::string_view help_answer = "Reply STOP";  // passes a suppression (CTIA)
inline constexpr std::size_t marker_length = 10;               // "m=00000001"

inline std::string tag(char letter, std::uint64_t n) {
    const std::string digits = std::to_string(n);
    return std::string(1, letter) + "=" + std::string(8 - digits.size(), '0') + digits;
}
/// The first words of every text of a caller: no two are alike.
inline std::string marker(std::uint64_t n) {
    return tag('m', n);
}
inline bool is_marked(std::string_view text) {
    return text.starts_with("m=");
}
inline std::string marker_of(std::string_view text) {
    return std::string(text.substr(0, marker_length));
}
inline std::string filler(std::uint64_t words) {
    std::string text;
    for (; words > 0; --words)
        text += " and something more";
    return text;
}

// What a contact may write. The first sentence of a STOP says it all, however long the rest is.
inline std::string stop_text(std::uint64_t n, std::uint64_t more = 0) {
    return "Stop. " + tag('i', n) + filler(more);
}
inline bool is_stop(std::string_view text) {
    return text.starts_with("Stop. ") || text == "STOP";
}
inline std::string start_text() {
    return "START";
}
inline bool is_start(std::string_view text) {
    return text == "START";
}

}  // namespace parley::simulation
