#include "tools/loadgen/request_bytes.h"

#include <boost/json/serialize.hpp>

namespace parley::loadgen {
namespace {

/// Room for the digits of Content-Length, right-aligned: blanks may stand before a field's value
/// (RFC 9112 §5).
constexpr std::uint32_t length_width = 9;

std::string quoted(std::string_view text) {
    return boost::json::serialize(boost::json::string(text));
}

void write_length(char* at, std::size_t length) {
    for (std::uint32_t i = length_width; i > 0; --i, length /= 10)
        at[i - 1] = length == 0 && i != length_width ? ' ' : static_cast<char>('0' + length % 10);
}

}  // namespace

RequestBytes::RequestBytes(RequestStyle style, MessageMix& mix) : array_(style.array), mix_(mix) {
    head_ = "POST /v1/messages HTTP/1.1\r\nHost: " + style.host + "\r\n";
    if (!style.key.empty()) head_ += "Authorization: Bearer " + style.key + "\r\n";
    head_ += "Content-Type: application/json\r\nContent-Length:";
    const std::string end =
        style.message_class.empty() ? "}" : ",\"class\":" + quoted(style.message_class) + "}";
    for (std::size_t text = 0; text < mix.texts(); ++text) {
        const auto body = quoted(mix.text(text).utf8);
        // The marker needs no escapes: it stands behind the opening quote.
        for (const auto& sender : mix.senders()) {
            pieces_.push_back(
                {.before_to = "{\"from\":" + quoted(sender) + ",\"to\":\"",
                 .before_marker = "\",\"text\":\"" + std::string(marker_prefix),
                 .after_marker = body.substr(1 + marker_prefix.size() + marker_digits) + end});
        }
    }
}

void RequestBytes::append(std::string& out, std::uint64_t first, std::uint32_t count) {
    out += head_;
    const auto length_at = out.size();
    out.append(length_width, ' ');
    out += "\r\n\r\n";
    const auto body_at = out.size();
    if (array_) out += '[';
    for (auto message = first; message < first + count; ++message) {
        if (message != first) out += ',';
        const auto& pieces =
            pieces_[mix_.text_of(message) * mix_.senders().size() + mix_.sender_of(message)];
        out += pieces.before_to;
        out += mix_.recipient_of(message);
        out += pieces.before_marker;
        std::array<char, marker_digits> digits;
        write_digits(digits.data(), marker_digits, message);
        out.append(digits.data(), digits.size());
        out += pieces.after_marker;
    }
    if (array_) out += ']';
    write_length(out.data() + length_at, out.size() - body_at);
}

}  // namespace parley::loadgen
