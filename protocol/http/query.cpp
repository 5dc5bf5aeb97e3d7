#include "protocol/http/query.h"

#include <algorithm>
#include <charconv>

namespace parley::http {

namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Answers with more parameters than this are nobody's honest request.
constexpr std::size_t parameters_max = 16;

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
        if (high < 0 || low < 0) return {};
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

Query::Query(std::string_view query, FieldErrors& errors) : errors_(errors) {
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.empty()) continue;
        const auto equals = std::min(pair.find('='), pair.size());
        const auto raw_value = pair.substr(std::min(equals + 1, pair.size()));
        auto name = percent_decode(pair.substr(0, equals));
        auto value = percent_decode(raw_value);
        if (!name || !value) {
            refuse(pair.substr(0, equals), raw_value, "two hex digits after each %");
        } else if (parameters_.size() == parameters_max) {
            refuse(*name, *value, "at most 16 parameters");
            return;
        } else {
            parameters_.push_back({std::move(*name), std::move(*value)});
        }
    }
}

std::optional<std::string> Query::text(std::string_view name) {
    known_.push_back(name);
    std::optional<std::string> found;
    for (auto& parameter : parameters_) {
        if (parameter.name != name) continue;
        parameter.taken = true;
        if (found) refuse(name, parameter.value, "each parameter at most once");
        found = parameter.value;
    }
    return found;
}

std::vector<std::string> Query::texts(std::string_view name) {
    known_.push_back(name);
    std::vector<std::string> found;
    for (auto& parameter : parameters_) {
        if (parameter.name != name) continue;
        parameter.taken = true;
        found.push_back(parameter.value);
    }
    return found;
}

std::size_t Query::number(std::string_view name, std::size_t least, std::size_t most,
                          std::size_t otherwise) {
    const auto given = text(name);
    if (!given) return otherwise;
    std::size_t value = 0;
    const auto* end = given->data() + given->size();
    const auto result = std::from_chars(given->data(), end, value);
    if (result.ec == std::errc() && result.ptr == end && value >= least && value <= most)
        return value;
    refuse(name, *given,
           "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return otherwise;
}

void Query::refuse(std::string_view name, std::string_view value, std::string expected) {
    errors_.push_back(
        {FieldError::Where::query, shortened(name), shortened(value), std::move(expected)});
}

bool Query::finish() {
    std::string names;
    for (const auto name : known_)
        names.append(names.empty() ? "" : ", ").append(name);
    for (const auto& parameter : parameters_) {
        if (parameter.taken) continue;
        refuse(parameter.name, parameter.value,
               names.empty() ? "no parameters" : "one of the parameters " + names);
    }
    return errors_.empty();
}

}  // namespace parley::http
