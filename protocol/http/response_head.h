#pragma once
// The first lines of an HTTP/1.1 answer, written straight into the output (RFC 9112).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::http {

struct ResponseHead {
    unsigned status = 200;
    std::string_view content_type;              // empty: no body, no type
    std::string_view extra;                     // whole lines, each with its \r\n
    std::string_view date;                      // of http_date(); empty: left out
    std::optional<std::size_t> content_length;  // empty: the body ends with the connection, or 204
    bool close = false;                         // this is the last answer of the connection
};

/// The reason phrase of RFC 9110; "Unknown" for a status that we never send.
std::string_view reason_of(unsigned status);
void append_head(std::string& out, const ResponseHead& head);

}  // namespace parley::http
