#pragma once
// Reads the golden files: NAME.hex is what a peer sent (hexadecimal, '#' begins a comment),
// NAME.dump is what we say about it, a line per PDU. The same files seed the fuzzer. Where they are
// is told by the build (PARLEY_GOLDEN); __FILE__ may be relative to a folder that we are not in.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace parley::golden {

/// Whitespace and comments are passed over; anything else that is not a pair of digits throws.
inline std::string from_hex(std::string_view text) {
    const auto digit = [](char c) -> int {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        throw std::invalid_argument(std::string("not a hexadecimal digit: ") + c);
    };
    std::string octets;
    int high = -1;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '#') i = std::min(text.find('\n', i), text.size());
        if (i == text.size() || text[i] == ' ' || text[i] == '\n') continue;
        if (high < 0) {
            high = digit(text[i]);
        } else {
            octets += static_cast<char>(high << 4 | digit(text[i]));
            high = -1;
        }
    }
    if (high >= 0) throw std::invalid_argument("an odd number of hexadecimal digits");
    return octets;
}

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(file), {}};
}

inline std::filesystem::path folder() {
    return PARLEY_GOLDEN;
}

/// Names without their ending, in order.
inline std::vector<std::string> names() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder())) {
        if (entry.path().extension() == ".hex") names.push_back(entry.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

inline std::string octets(const std::string& name) {
    return from_hex(read_file(folder() / (name + ".hex")));
}

}  // namespace parley::golden
