#pragma once
// Cuts a byte stream into PDUs. Refuses a bad length before it buffers the body; after that the
// stream is lost and its owner must close it (SMPP 3.4 §2.8).

#include "protocol/smpp/codec.h"

#include <optional>
#include <string>
#include <string_view>

namespace parley::smpp {

class Framer {
public:
    /// length_max: octets of the largest PDU that we are ready to read.
    explicit Framer(std::uint32_t length_max = 70'000) : length_max_(length_max) {}

    void feed(std::string_view bytes);
    /// The next whole PDU; its body is valid until the next feed(). Empty: more bytes are needed,
    /// or the stream is lost (see error()).
    std::optional<Frame> next();
    /// Set once: command_length below 16 or above the maximum.
    const boost::system::error_code& error() const { return error_; }
    /// The four header words as read, for the generic_nack that answers a bad length.
    const Header& bad_header() const { return bad_header_; }
    std::size_t buffered() const { return buffer_.size() - consumed_; }

private:
    std::uint32_t length_max_;
    std::string buffer_;
    std::size_t consumed_ = 0;
    boost::system::error_code error_;
    Header bad_header_;
};

}  // namespace parley::smpp
