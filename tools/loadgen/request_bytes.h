#pragma once
// The bytes of a POST /v1/messages, built once. A request is a copy of them with the digits of its
// numbers and markers patched in: sending costs a memcpy, so that a load generator which shares two
// cores with the engine does not measure itself. Knows no socket.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/serialize.hpp>

namespace parley::loadgen {

/// What every message of a run looks like.
struct MessageShape {
    std::string host;  // for the Host header
    std::string key;   // API key
    std::string from;
    std::string to_prefix;       // "+1556"
    std::uint64_t contacts = 0;  // distinct recipients, cycled; 0: every message has its own
    std::uint32_t text_length = 160;
    std::string message_class;  // empty: the server's default
};

inline constexpr std::uint32_t marker_digits = 9;
inline constexpr std::string_view marker_prefix = "n=";
inline constexpr std::uint32_t text_length_min = marker_prefix.size() + marker_digits;

/// Digits behind the prefix: 11 in all as in North America, at least 4 behind a long prefix.
inline std::uint32_t recipient_digits(std::string_view prefix) {
    const auto given =
        static_cast<std::uint32_t>(prefix.size()) - (prefix.starts_with('+') ? 1 : 0);
    return given + 4 >= 11 ? 4 : 11 - given;
}

inline void write_digits(char* at, std::uint32_t width, std::uint64_t value) {
    for (std::uint32_t i = width; i > 0; --i, value /= 10) {
        at[i - 1] = static_cast<char>('0' + value % 10);
    }
}

inline std::uint64_t contact_of(const MessageShape& shape, std::uint64_t message) {
    return shape.contacts == 0 ? message : message % shape.contacts;
}

inline std::string recipient_of(const MessageShape& shape, std::uint64_t message) {
    std::string digits(recipient_digits(shape.to_prefix), '0');
    write_digits(digits.data(), static_cast<std::uint32_t>(digits.size()),
                 contact_of(shape, message));
    return shape.to_prefix + digits;
}

inline std::string marker_of(std::uint64_t message) {
    std::string marker(marker_prefix);
    marker.resize(text_length_min);
    write_digits(marker.data() + marker_prefix.size(), marker_digits, message);
    return marker;
}

/// One request with a fixed number of messages; 0 stands for a lone object instead of an array.
class RequestBytes {
public:
    RequestBytes(const MessageShape& shape, std::uint32_t array_size)
        : shape_(shape), to_digits_(recipient_digits(shape.to_prefix)) {
        const auto item = item_bytes();
        const auto count = std::max<std::uint32_t>(1, array_size);
        std::string body(array_size == 0 ? "" : "[");
        for (std::uint32_t i = 0; i < count; ++i) {
            if (i > 0) body += ',';
            body += item;
        }
        if (array_size != 0) body += ']';
        bytes_ = head_bytes(body.size());
        first_item_ = bytes_.size() + (array_size == 0 ? 0 : 1);
        stride_ = item.size() + 1;
        count_ = count;
        bytes_ += body;
    }

    std::uint32_t count() const { return count_; }
    std::size_t size() const { return bytes_.size(); }

    /// Appends the request that carries messages first, first + 1, …
    void append(std::string& out, std::uint64_t first) const {
        const auto start = out.size();
        out += bytes_;
        char* item = out.data() + start + first_item_;
        for (std::uint32_t i = 0; i < count_; ++i, item += stride_) {
            write_digits(item + to_offset_, to_digits_, contact_of(shape_, first + i));
            write_digits(item + marker_offset_, marker_digits, first + i);
        }
    }

private:
    std::string item_bytes() {
        const auto quoted = [](std::string_view text) {
            return boost::json::serialize(boost::json::string(text));
        };
        std::string item = "{\"from\":" + quoted(shape_.from) + ",\"to\":";
        // The closing quote moves behind the digits.
        auto prefix = quoted(shape_.to_prefix);
        prefix.pop_back();
        item += prefix;
        to_offset_ = item.size();
        item.append(to_digits_, '0');
        item += "\",\"text\":\"";
        item += marker_prefix;
        marker_offset_ = item.size();
        item.append(marker_digits, '0');
        append_filler(item, shape_.text_length - text_length_min);
        item += '"';
        if (!shape_.message_class.empty()) item += ",\"class\":" + quoted(shape_.message_class);
        return item + "}";
    }

    static void append_filler(std::string& item, std::uint32_t length) {
        constexpr std::string_view words = " your table for two is ready at seven, see you soon";
        for (; length > 0; length -= std::min<std::uint32_t>(length, words.size())) {
            item += words.substr(0, length);
        }
    }

    std::string head_bytes(std::size_t body_size) const {
        std::string head = "POST /v1/messages HTTP/1.1\r\nHost: " + shape_.host + "\r\n";
        if (!shape_.key.empty()) head += "Authorization: Bearer " + shape_.key + "\r\n";
        return head +
               "Content-Type: application/json\r\nContent-Length: " + std::to_string(body_size) +
               "\r\n\r\n";
    }

    MessageShape shape_;
    std::uint32_t to_digits_;
    std::string bytes_;
    std::size_t first_item_ = 0;
    std::size_t stride_ = 0;
    std::size_t to_offset_ = 0;
    std::size_t marker_offset_ = 0;
    std::uint32_t count_ = 1;
};

}  // namespace parley::loadgen
