#include "tools/parley/inputs.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

namespace parley::tools {

namespace {

struct Reading {
    const std::vector<std::uint16_t>& ports;
    HearPdu hear;
    const std::function<void(const std::string&)>& note;
};

std::string read_all(std::FILE* file, const std::string& name) {
    std::string text;
    std::array<char, 1 << 16> chunk{};
    while (const auto octets = std::fread(chunk.data(), 1, chunk.size(), file))
        text.append(chunk.data(), octets);
    if (std::ferror(file) != 0) throw InputError(name + ": " + std::strerror(errno));
    return text;
}

void read_content(std::string content, const Reading& reading) {
    if (!is_capture(content)) return read_stream(octets_of_hex_text(content), reading.hear);
    std::FILE* file = fmemopen(content.data(), content.size(), "rb");
    if (file == nullptr) throw InputError(std::strerror(errno));
    for (const auto& note : read_capture_pdus(file, reading.ports, reading.hear))
        reading.note(note);
}

/// A capture is read as it comes, however large.
void read_file(const std::string& path, const Reading& reading) {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                         std::fclose);
    if (!file) throw InputError(std::strerror(errno));
    std::array<char, 4> magic{};
    const auto octets = std::fread(magic.data(), 1, magic.size(), file.get());
    std::rewind(file.get());
    if (!is_capture({magic.data(), octets})) {
        return read_content(read_all(file.get(), path), reading);
    }
    for (const auto& note : read_capture_pdus(file.release(), reading.ports, reading.hear))
        reading.note(note);
}

bool is_file(const std::string& input) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(input, ignored) ||
           std::filesystem::is_fifo(input, ignored);
}

void read_input(const std::string& input, const Reading& reading) {
    if (input == "-") return read_content(read_all(stdin, "standard input"), reading);
    if (!is_file(input)) {
        const bool looks_like_a_path = input.find_first_of("/.") != std::string::npos;
        if (looks_like_a_path) throw InputError(input + ": there is no such file");
        return read_content(input, reading);
    }
    try {
        read_file(input, reading);
    } catch (const InputError& error) {
        throw InputError(input + ": " + error.what());
    }
}

/// Digits that a shell has cut at their blanks are one input again.
std::vector<std::string> joined_digits(const std::vector<std::string>& words) {
    std::vector<std::string> inputs;
    bool digits_before = false;
    for (const auto& word : words) {
        const bool digits = word != "-" && !is_file(word);
        if (digits && digits_before) {
            inputs.back() += " " + word;
        } else {
            inputs.push_back(word);
        }
        digits_before = digits;
    }
    if (inputs.empty()) inputs.emplace_back("-");
    return inputs;
}

}  // namespace

bool read_inputs(const std::vector<std::string>& inputs, const std::vector<std::uint16_t>& ports,
                 const InputListener& listener) {
    bool all_good = true;
    std::uint64_t number = 0;
    for (const auto& input : joined_digits(inputs)) {
        const auto hear = [&](const SeenPdu& seen) {
            SeenPdu told = seen;
            told.input = number;
            listener.hear(told);
        };
        try {
            read_input(input, {ports, hear, listener.note});
        } catch (const InputError& error) {
            listener.complain(error.what());
            all_good = false;
        }
        ++number;
    }
    return all_good;
}

}  // namespace parley::tools
