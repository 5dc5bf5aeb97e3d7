#pragma once
// Reads a request body: one flat JSON object, or an array of them. Every field is kept as it was
// given, so that whoever interprets it can say what was wrong with it. Keeps its memory between
// bodies; builds no tree. A field may be a flat object itself; whatever is nested deeper, or in an
// array, is noticed and not kept: no body of ours has any.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace parley::http {

enum class JsonKind : std::uint8_t { null, boolean, integer, number, string, object, array };

struct JsonField {
    std::string_view name;
    JsonKind kind = JsonKind::null;
    std::string_view text;  // a string's characters; otherwise as written ("{…}" and "[…]" nested)
    std::int64_t integer = 0;  // kind integer
    bool repeated = false;     // the name stood earlier in the same object
    // Kind object: its own fields. A pointer, as a span of itself is more than the type may hold.
    const JsonField* members = nullptr;
    std::size_t member_count = 0;
};

/// An element of the array, or the one value of the body.
struct JsonItem {
    JsonKind kind = JsonKind::object;
    std::string_view text;  // when it is not an object, what it is instead
    std::span<const JsonField> fields;
};

class JsonReader {
public:
    JsonReader();
    ~JsonReader();
    JsonReader(JsonReader&&) noexcept;
    JsonReader& operator=(JsonReader&&) noexcept;

    static constexpr std::size_t fields_max = 32;  // of one object

    /// False when the body is not JSON in UTF-8, or exceeds a bound: see error().
    bool read(std::string_view body, std::size_t items_max);
    /// "line 1, column 17: syntax error".
    const std::string& error() const;

    // Of the body last read. Views live until the next read().
    bool is_array() const;
    std::size_t size() const;
    JsonItem item(std::size_t index) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::http
