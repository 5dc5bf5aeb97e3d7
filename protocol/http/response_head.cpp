#include "protocol/http/response_head.h"

namespace parley::http {

std::string_view reason_of(unsigned status) {
    switch (status) {
        case 100:
            return "Continue";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 503:
            return "Service Unavailable";
        default:
            return "Unknown";
    }
}

void append_head(std::string& out, const ResponseHead& head) {
    out += "HTTP/1.1 ";
    out += std::to_string(head.status);
    out += ' ';
    out += reason_of(head.status);
    out += "\r\n";
    if (!head.content_type.empty()) {
        out += "Content-Type: ";
        out += head.content_type;
        out += "\r\n";
    }
    if (head.content_length) {
        out += "Content-Length: ";
        out += std::to_string(*head.content_length);
        out += "\r\n";
    }
    if (!head.date.empty()) {
        out += "Date: ";
        out += head.date;
        out += "\r\n";
    }
    out += head.extra;
    if (head.close) out += "Connection: close\r\n";
    out += "\r\n";
}

}  // namespace parley::http
