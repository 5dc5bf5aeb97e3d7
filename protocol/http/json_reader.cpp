#include "protocol/http/json_reader.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/system/error_code.hpp>

namespace parley::http {

namespace {

namespace json = boost::json;
using boost::system::error_code;

struct StoredItem {
    JsonKind kind;
    std::string_view text;
    std::size_t fields_from;
    std::size_t fields_to;
};

/// What the parser calls. Texts go into one arena that is reserved before parsing: no JSON text
/// decodes to more octets than it has, so the arena never grows and views into it stay true.
struct Handler {
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = max_object_size;
    static constexpr std::size_t max_key_size = max_object_size;
    static constexpr std::size_t max_string_size = max_object_size;

    std::string arena;
    std::vector<JsonField> fields;
    std::vector<JsonField> members;  // of the fields that are objects, one after the other
    std::vector<StoredItem> items;
    std::string_view name;
    std::size_t token_from = 0;  // in the arena
    std::size_t items_max = 0;
    std::size_t skipping = 0;  // nested containers that we are inside of
    bool array = false;
    bool in_item = false;
    bool in_field = false;     // an object that is a field of the item
    std::string_view refusal;  // a bound was exceeded

    void reset(std::size_t body_octets, std::size_t limit) {
        arena.clear();
        arena.reserve(body_octets);
        fields.clear();
        members.clear();
        items.clear();
        token_from = 0;
        items_max = limit;
        skipping = 0;
        array = in_item = in_field = false;
        refusal = {};
    }

    // -- What Boost.JSON asks for
    // ------------------------------------------------------------------
    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code& ec) {
        if (skipping > 0) return skip();
        if (in_field) return value(JsonKind::object, "{…}", ec) && skip();
        if (in_item) {
            if (!value(JsonKind::object, "{…}", ec)) return false;
            in_field = true;
            return true;
        }
        if (!begin_item(JsonKind::object, {}, ec)) return false;
        in_item = true;
        return true;
    }
    bool on_object_end(std::size_t, error_code&) {
        if (skipping > 0) return --skipping, true;
        if (std::exchange(in_field, false)) return true;
        in_item = false;
        items.back().fields_to = fields.size();
        return true;
    }
    bool on_array_begin(error_code& ec) {
        if (skipping > 0) return skip();
        if (in_item || array) return value(JsonKind::array, "[…]", ec) && skip();
        array = true;
        return true;
    }
    bool on_array_end(std::size_t, error_code&) {
        if (skipping > 0) --skipping;
        return true;
    }
    bool on_key_part(json::string_view part, std::size_t, error_code&) { return collect(part); }
    bool on_key(json::string_view part, std::size_t, error_code&) {
        collect(part);
        if (skipping == 0) name = take_token();
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, error_code&) { return collect(part); }
    bool on_string(json::string_view part, std::size_t, error_code& ec) {
        collect(part);
        return skipping > 0 || value(JsonKind::string, take_token(), ec);
    }
    bool on_number_part(json::string_view part, error_code&) { return collect(part); }
    bool on_int64(std::int64_t number, json::string_view part, error_code& ec) {
        collect(part);
        return skipping > 0 || value(JsonKind::integer, take_token(), ec, number);
    }
    bool on_uint64(std::uint64_t, json::string_view part, error_code& ec) {
        collect(part);  // Beyond 2^63: an integer that no field of ours can hold.
        return skipping > 0 || value(JsonKind::number, take_token(), ec);
    }
    bool on_double(double, json::string_view part, error_code& ec) {
        collect(part);
        return skipping > 0 || value(JsonKind::number, take_token(), ec);
    }
    bool on_bool(bool truth, error_code& ec) {
        return skipping > 0 || value(JsonKind::boolean, truth ? "true" : "false", ec);
    }
    bool on_null(error_code& ec) { return skipping > 0 || value(JsonKind::null, "null", ec); }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }

    // -- What we make of it
    // ------------------------------------------------------------------------
    bool skip() { return ++skipping, true; }
    bool collect(std::string_view part) {
        if (skipping == 0) arena.append(part);
        return true;
    }
    std::string_view take_token() {
        const auto token = std::string_view(arena).substr(token_from);
        token_from = arena.size();
        return token;
    }
    bool begin_item(JsonKind kind, std::string_view text, error_code& ec) {
        if (items.size() == items_max) return refuse("more items than allowed", ec);
        items.push_back({kind, text, fields.size(), fields.size()});
        return true;
    }
    bool value(JsonKind kind, std::string_view text, error_code& ec, std::int64_t integer = 0) {
        if (!in_item) return begin_item(kind, text, ec);
        if (in_field) return member(kind, text, ec, integer);
        const auto first = fields.begin() + static_cast<std::ptrdiff_t>(items.back().fields_from);
        if (static_cast<std::size_t>(fields.end() - first) == JsonReader::fields_max)
            return refuse("more fields in one object than allowed", ec);
        const bool repeated = std::any_of(
            first, fields.end(), [&](const JsonField& earlier) { return earlier.name == name; });
        fields.push_back({name, kind, text, integer, repeated});
        return true;
    }
    bool member(JsonKind kind, std::string_view text, error_code& ec, std::int64_t integer) {
        std::size_t& count = fields.back().member_count;
        if (count == JsonReader::fields_max)
            return refuse("more fields in one object than allowed", ec);
        const auto first = members.end() - static_cast<std::ptrdiff_t>(count);
        const bool repeated = std::any_of(
            first, members.end(), [&](const JsonField& earlier) { return earlier.name == name; });
        members.push_back({name, kind, text, integer, repeated});
        ++count;
        return true;
    }
    /// Once all members have their final place.
    void place_members() {
        if (members.empty()) return;
        const JsonField* next = members.data();
        for (JsonField& field : fields) {
            field.members = next;
            next += field.member_count;
        }
    }
    bool refuse(std::string_view why, error_code& ec) {
        refusal = why;
        ec = json::error::exception;
        return false;
    }
};

std::string place_of(std::string_view body, std::size_t offset) {
    const auto before = body.substr(0, std::min(offset, body.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto line_start = before.rfind('\n');
    const auto column = line_start == before.npos ? before.size() + 1 : before.size() - line_start;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

json::parse_options strict() {
    json::parse_options options;
    options.max_depth = 8;
    return options;
}

}  // namespace

struct JsonReader::Impl {
    json::basic_parser<Handler> parser{strict()};
    std::string error;
};

JsonReader::JsonReader() : impl_(std::make_unique<Impl>()) {}
JsonReader::~JsonReader() = default;
JsonReader::JsonReader(JsonReader&&) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&&) noexcept = default;

bool JsonReader::read(std::string_view body, std::size_t items_max) {
    auto& parser = impl_->parser;
    auto& handler = parser.handler();
    parser.reset();
    handler.reset(body.size(), items_max);
    impl_->error.clear();
    error_code ec;
    const auto consumed = parser.write_some(false, body.data(), body.size(), ec);
    if (!ec && consumed < body.size()) ec = json::error::extra_data;
    if (!ec) {
        handler.place_members();
        return true;
    }
    // The parser names no offset of its own for an incomplete text: that is its end.
    const auto offset = ec == json::error::incomplete ? body.size() : consumed;
    impl_->error = place_of(body, offset) + ": ";
    impl_->error += handler.refusal.empty() ? ec.message() : std::string(handler.refusal);
    return false;
}

const std::string& JsonReader::error() const {
    return impl_->error;
}
bool JsonReader::is_array() const {
    return impl_->parser.handler().array;
}
std::size_t JsonReader::size() const {
    return impl_->parser.handler().items.size();
}

JsonItem JsonReader::item(std::size_t index) const {
    const auto& handler = impl_->parser.handler();
    const auto& item = handler.items[index];
    const std::span all(handler.fields);
    return {item.kind, item.text, all.subspan(item.fields_from, item.fields_to - item.fields_from)};
}

}  // namespace parley::http
