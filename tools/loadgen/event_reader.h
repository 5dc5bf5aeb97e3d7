#pragma once
// Reads GET /v1/stream: the head of the answer, then events of a text/event-stream (WHATWG HTML
// §9.2), of which a load needs the name and the message they are about. Driven with bytes as they
// come; keeps what is not whole yet.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::loadgen {

class EventReader {
public:
    struct Event {
        std::string_view name;        // "message.delivered"
        std::string_view message_id;  // empty when it is about none
    };

    void feed(std::string_view bytes) {
        unread_.erase(0, taken_);
        taken_ = 0;
        unread_ += bytes;
    }

    /// The status of the answer, once its head is there; 0 before. Below 0: it is no HTTP.
    int status() {
        if (status_ != 0) return status_;
        constexpr std::string_view start = "HTTP/1.1 ";
        const auto common = std::min(start.size(), unread_.size());
        if (unread_.compare(0, common, start, 0, common) != 0) return status_ = -1;
        const auto end = unread_.find("\r\n\r\n");
        if (end == unread_.npos) return unread_.size() > head_max ? status_ = -1 : 0;
        const char* digits = unread_.data() + start.size();
        const auto [stop, error] = std::from_chars(digits, digits + 3, status_);
        if (error != std::errc{} || status_ == 0) status_ = -1;
        taken_ = end + 4;
        return status_;
    }

    /// The next whole event; its views live until the next feed(). False: more bytes are needed.
    bool next(Event& event) {
        for (;;) {
            const std::string_view left = std::string_view(unread_).substr(taken_);
            const auto end = left.find("\n\n");
            if (end == left.npos) return false;
            taken_ += end + 2;
            event = {};
            read(left.substr(0, end), event);
            if (!event.name.empty()) return true;  // else a comment that keeps the line open
        }
    }

private:
    static constexpr std::size_t head_max = 16 * 1024;

    static void read(std::string_view block, Event& event) {
        while (!block.empty()) {
            const auto line = block.substr(0, block.find('\n'));
            block.remove_prefix(std::min(block.size(), line.size() + 1));
            constexpr std::string_view name = "event: ";
            constexpr std::string_view data = "data: ";
            if (line.starts_with(name)) event.name = line.substr(name.size());
            if (line.starts_with(data)) event.message_id = id_in(line.substr(data.size()));
        }
    }

    /// Ids are letters, digits and underscores: nothing in them is escaped.
    static std::string_view id_in(std::string_view json) {
        constexpr std::string_view member = "\"message_id\":\"";
        const auto at = json.find(member);
        if (at == json.npos) return {};
        const auto begin = at + member.size();
        return json.substr(begin, json.find('"', begin) - begin);
    }

    std::string unread_;
    std::size_t taken_ = 0;
    int status_ = 0;
};

}  // namespace parley::loadgen
