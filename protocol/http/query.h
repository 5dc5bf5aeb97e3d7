#pragma once
// The query of a request target: percent-decoding, known parameters taken one by one, what remains
// reported as unknown. A '+' is a plus, so that ?after=+15550001000 means the number it shows.

#include "protocol/http/rest_json.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::http {

/// Empty when a '%' is not followed by two hex digits.
std::optional<std::string> percent_decode(std::string_view text);

class Query {
public:
    /// query: what stands behind the '?'.
    Query(std::string_view query, FieldErrors& errors);

    /// Given at most once; empty text counts as given.
    std::optional<std::string> text(std::string_view name);
    /// Given as often as one likes, in order.
    std::vector<std::string> texts(std::string_view name);
    std::size_t number(std::string_view name, std::size_t least, std::size_t most,
                       std::size_t otherwise);
    void refuse(std::string_view name, std::string_view value, std::string expected);
    /// True when every parameter was asked for and none was refused.
    bool finish();

private:
    struct Parameter {
        std::string name;
        std::string value;
        bool taken = false;
    };
    FieldErrors& errors_;
    std::vector<Parameter> parameters_;
    std::vector<std::string_view> known_;
};

}  // namespace parley::http
