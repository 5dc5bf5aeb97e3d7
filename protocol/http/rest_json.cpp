#include "protocol/http/rest_json.h"

#include "protocol/http/time_text.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <optional>
#include <span>

namespace parley::http {

namespace {

/// Beyond this the caller has seen enough of its item.
constexpr std::size_t errors_per_item_max = 10;

void append_pointer_token(std::string& pointer, std::string_view name) {
    pointer += '/';
    for (const char c : name) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
}

constexpr std::array<std::string_view, 3> send_classes = {"conversational", "informational",
                                                          "promotional"};
constexpr std::array<std::string_view, 2> lookalike_words = {"keep", "replace"};

/// "a, b or c"
std::string one_of(std::span<const std::string_view> words) {
    std::string list;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i != 0) list += i + 1 == words.size() ? " or " : ", ";
        list += words[i];
    }
    return list;
}

std::string as_given(const JsonField& field) {
    if (field.kind != JsonKind::string) return shortened(field.text);
    return '"' + shortened(field.text) + '"';
}

/// Takes the fields that a body knows out of an item, one call each; what remains is unknown.
class FieldReader {
public:
    FieldReader(const JsonItem& item, std::string_view pointer, FieldErrors& errors)
        : item_(item), pointer_(pointer), errors_(errors), errors_before_(errors.size()) {}

    enum class Need : std::uint8_t { required, optional };

    void text(std::string_view name, std::string& out, Need need, std::size_t octets_max) {
        const auto* field = find(name);
        if (!field) {
            if (need == Need::required) add(name, "", "a string: this field is required");
            return;
        }
        const bool too_short = need == Need::required && field->text.empty();
        if (field->kind != JsonKind::string || too_short || field->text.size() > octets_max) {
            add(name, as_given(*field),
                "a string of " + std::string(need == Need::required ? "1" : "0") + " to " +
                    std::to_string(octets_max) + " octets");
            return;
        }
        out.assign(field->text);
    }

    /// One of the words, which stand in the order of the enumeration.
    template <typename Choice>
    void choice(std::string_view name, std::span<const std::string_view> words, Choice& out) {
        const auto* field = find(name);
        if (!field) return;
        const auto word = std::find(words.begin(), words.end(), field->text);
        if (field->kind != JsonKind::string || word == words.end()) {
            add(name, as_given(*field), one_of(words));
            return;
        }
        out = static_cast<Choice>(word - words.begin());
    }

    /// Whole seconds, or an ISO 8601 duration.
    void span(std::string_view name, std::int64_t& seconds, std::int64_t seconds_max) {
        const auto* field = find(name);
        if (!field) return;
        std::optional<std::int64_t> value;
        if (field->kind == JsonKind::integer) value = field->integer;
        if (field->kind == JsonKind::string) value = parse_duration_seconds(field->text);
        if (!value || *value < 1 || *value > seconds_max) {
            add(name, as_given(*field),
                "whole seconds from 1 to " + std::to_string(seconds_max) +
                    ", or an ISO 8601 duration such as PT2H30M");
            return;
        }
        seconds = *value;
    }

    void moment(std::string_view name, std::int64_t& unix_ms) {
        const auto* field = find(name);
        if (!field) return;
        std::optional<std::int64_t> value;
        if (field->kind == JsonKind::string) value = parse_rfc3339(field->text);
        if (!value) {
            add(name, as_given(*field), "an RFC 3339 date-time such as 2026-11-24T09:30:00Z");
            return;
        }
        unix_ms = *value;
    }

    /// {"name": "text or number", …}
    void tlvs(std::string_view name, smpp::NamedTlvs& out) {
        const auto* field = find(name);
        if (!field) return;
        if (field->kind != JsonKind::object || field->member_count > tlvs_max) {
            add(name, as_given(*field),
                "an object of up to " + std::to_string(tlvs_max) + " parameters by name");
            return;
        }
        for (const JsonField& member : std::span(field->members, field->member_count)) {
            if (const auto complaint = complaint_about(member); !complaint.empty()) {
                add(name, as_given(member), complaint, member.name);
            } else {
                out.push_back({std::string(member.name), std::string(member.text)});
            }
        }
    }

    bool finish() {
        for (std::size_t i = 0; i < item_.fields.size(); ++i) {
            const auto& field = item_.fields[i];
            if (field.repeated) {
                add(field.name, as_given(field), "each field at most once");
            } else if (!taken_.test(i)) {
                add(field.name, as_given(field), "one of the fields " + known_names());
            }
        }
        return errors_.size() == errors_before_;
    }

private:
    const JsonField* find(std::string_view name) {
        known_[known_count_++] = name;
        for (std::size_t i = 0; i < item_.fields.size(); ++i) {
            if (item_.fields[i].name != name) continue;
            taken_.set(i);
            return &item_.fields[i];
        }
        return nullptr;
    }

    std::string known_names() const {
        std::string names;
        for (std::size_t i = 0; i < known_count_; ++i) {
            names += i == 0 ? "" : ", ";
            names += known_[i];
        }
        return names;
    }

    /// What is expected of a member of "tlvs"; empty when it is that.
    static std::string complaint_about(const JsonField& member) {
        if (member.repeated) return "each field at most once";
        if (member.name.empty() || member.name.size() > tlv_name_octets_max)
            return "a name of 1 to " + std::to_string(tlv_name_octets_max) + " octets";
        const bool written = member.kind == JsonKind::string || member.kind == JsonKind::integer;
        if (written && member.text.size() <= tlv_value_octets_max) return {};
        return "a string of up to " + std::to_string(tlv_value_octets_max) +
               " octets, or a whole number";
    }

    void add(std::string_view name, std::string value, std::string expected,
             std::optional<std::string_view> member = std::nullopt) {
        if (errors_.size() - errors_before_ == errors_per_item_max) return;
        std::string pointer(pointer_);
        append_pointer_token(pointer, shortened(name));
        if (member) append_pointer_token(pointer, shortened(*member));
        errors_.push_back(
            {FieldError::Where::body, std::move(pointer), std::move(value), std::move(expected)});
    }

    const JsonItem& item_;
    std::string_view pointer_;
    FieldErrors& errors_;
    std::size_t errors_before_;
    std::bitset<JsonReader::fields_max> taken_;
    std::array<std::string_view, 9> known_;  // asked for so far; no body has more
    std::size_t known_count_ = 0;
};

using Need = FieldReader::Need;

void take_fields(FieldReader& fields, MessageBody& body) {
    fields.text("from", body.from, Need::required, address_octets_max);
    fields.text("to", body.to, Need::required, address_octets_max);
    fields.text("text", body.text, Need::required, text_octets_max);
    fields.choice("class", send_classes, body.send_class);
    fields.text("client_ref", body.client_ref, Need::optional, client_ref_octets_max);
    fields.span("validity", body.validity_s, validity_max_s);
    fields.moment("send_at", body.send_at_ms);
    fields.choice("lookalikes", lookalike_words, body.lookalikes);
    fields.tlvs("tlvs", body.tlvs);
}

void take_fields(FieldReader& fields, ReplyBody& body) {
    fields.text("text", body.text, Need::required, text_octets_max);
    fields.text("seen_up_to", body.seen_up_to, Need::optional, address_octets_max);
    fields.text("client_ref", body.client_ref, Need::optional, client_ref_octets_max);
    fields.choice("lookalikes", lookalike_words, body.lookalikes);
    fields.tlvs("tlvs", body.tlvs);
}

void take_fields(FieldReader& fields, ChangeBody& body) {
    fields.text("text", body.text, Need::required, text_octets_max);
    fields.span("validity", body.validity_s, validity_max_s);
}

void take_fields(FieldReader& fields, SuppressionBody& body) {
    fields.text("note", body.note, Need::optional, note_octets_max);
}

template <typename Body>
bool read_any(const JsonItem& item, std::string_view pointer, Body& body, FieldErrors& errors) {
    if (item.kind != JsonKind::object) {
        errors.push_back(
            {FieldError::Where::body, std::string(pointer), shortened(item.text), "a JSON object"});
        return false;
    }
    FieldReader fields(item, pointer, errors);
    take_fields(fields, body);
    return fields.finish();
}

std::string_view name_of(FieldError::Where where) {
    switch (where) {
        case FieldError::Where::query:
            return "query";
        case FieldError::Where::path:
            return "path";
        default:
            return "body";
    }
}

}  // namespace

std::string shortened(std::string_view value) {
    constexpr std::size_t octets_max = 40;
    if (value.size() <= octets_max) return std::string(value);
    auto end = octets_max;
    while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U)
        --end;
    return std::string(value.substr(0, end)) + "…";
}

bool read_body(const JsonItem& item, std::string_view pointer, MessageBody& body,
               FieldErrors& errors) {
    return read_any(item, pointer, body, errors);
}
bool read_body(const JsonItem& item, std::string_view pointer, ReplyBody& body,
               FieldErrors& errors) {
    return read_any(item, pointer, body, errors);
}
bool read_body(const JsonItem& item, std::string_view pointer, ChangeBody& body,
               FieldErrors& errors) {
    return read_any(item, pointer, body, errors);
}
bool read_body(const JsonItem& item, std::string_view pointer, SuppressionBody& body,
               FieldErrors& errors) {
    return read_any(item, pointer, body, errors);
}

void write_problem(JsonWriter& json, const ProblemText& problem) {
    json.begin_object();
    json.key("type");
    json.string(std::string("urn:parley:problem:").append(problem.code));
    json.text("title", problem.title);
    json.number("status", problem.status);
    json.optional_text("detail", problem.detail);
    json.text("code", problem.code);
    if (problem.retry_after_s > 0) json.number("retry_after_s", problem.retry_after_s);
    json.optional_text("newest", problem.newest);
    json.optional_text("message_status", problem.message_status);
    if (!problem.errors.empty()) {
        json.key("errors");
        json.begin_array();
        for (const auto& error : problem.errors) {
            json.begin_object();
            json.text("in", name_of(error.where));
            json.text(error.where == FieldError::Where::body ? "pointer" : "parameter", error.name);
            json.optional_text("value", error.value);
            json.text("expected", error.expected);
            json.end_object();
        }
        json.end_array();
    }
    if (!problem.complaints.empty()) {
        json.key("complaints");
        json.begin_array();
        for (const std::string& complaint : problem.complaints)
            json.string(complaint);
        json.end_array();
    }
    json.end_object();
}

}  // namespace parley::http
