#include "protocol/smpp/framer.h"

namespace parley::smpp {

void Framer::feed(std::string_view bytes) {
    if (error_) {  // nothing after a bad length can be trusted, so nothing of it is kept
        buffer_.clear();
        consumed_ = 0;
        return;
    }
    // Moving what is left to the front costs no more than what was taken out since the last move,
    // so every byte is moved at most once on average however the stream is cut.
    if (consumed_ >= buffered()) {
        buffer_.erase(0, consumed_);
        consumed_ = 0;
    }
    buffer_.append(bytes);
}

std::optional<Frame> Framer::next() {
    if (error_ || buffered() < header_octets) return std::nullopt;
    const char* at = buffer_.data() + consumed_;
    const Header header{.command_length = detail::take<std::uint32_t>(at),
                        .command_id = static_cast<Command>(detail::take<std::uint32_t>(at + 4)),
                        .command_status = static_cast<Status>(detail::take<std::uint32_t>(at + 8)),
                        .sequence_number = detail::take<std::uint32_t>(at + 12)};
    if (header.command_length < header_octets || header.command_length > length_max_) {
        error_ = header.command_length < header_octets ? errc::command_length_too_short
                                                       : errc::command_length_too_long;
        bad_header_ = header;
        return std::nullopt;
    }
    if (buffered() < header.command_length) return std::nullopt;
    consumed_ += header.command_length;
    return Frame{header, {at + header_octets, header.command_length - header_octets}};
}

}  // namespace parley::smpp
