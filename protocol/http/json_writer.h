#pragma once
// Writes JSON straight into a string, commas and escapes included. The caller keeps the order of
// calls sensible; nothing is checked and nothing is built in between.

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::http {

class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    void begin_object() { open('{'); }
    void end_object() { close('}'); }
    void begin_array() { open('['); }
    void end_array() { close(']'); }
    void key(std::string_view name);

    /// Octets that are not UTF-8 (a carrier's message id may hold anything) become U+FFFD.
    void string(std::string_view value);
    void integer(std::int64_t value);
    /// The shortest text that reads as the same number. Requires a finite one.
    void real(double value);
    void boolean(bool value);

    // Members.
    void text(std::string_view name, std::string_view value) { key(name), string(value); }
    void number(std::string_view name, std::int64_t value) { key(name), integer(value); }
    void flag(std::string_view name, bool value) { key(name), boolean(value); }
    /// RFC 3339 in UTC.
    void time(std::string_view name, std::int64_t unix_ms);
    // Left out when there is nothing to say.
    void optional_text(std::string_view name, std::string_view value);
    void optional_time(std::string_view name, std::int64_t unix_ms);

private:
    void separate();
    void open(char bracket);
    void close(char bracket);

    std::string& out_;
    bool comma_ = false;  // before the next key or element
};

}  // namespace parley::http
