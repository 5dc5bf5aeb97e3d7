#pragma once
// Structs to bytes and back, by walking fields(). Strict in what it sends, forgiving in what it
// reads. Holds no state and no buffer of its own.

#include "protocol/smpp/pdu.h"

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/system/error_code.hpp>

namespace parley::smpp {

/// What we find wrong in bytes. The peer's own word about us is a Status, never an errc.
enum class errc {
    command_length_too_short = 1,  // below 16
    command_length_too_long,       // above the framer's limit
    unknown_command_id,
    truncated,        // a field ends past the PDU's end
    unterminated,     // a C-octet string without its NUL
    string_too_long,  // longer than any peer may send
    tlv_truncated,    // a TLV's length runs past the end
    trailing_octets,  // bytes after the last field that are no TLV
    unknown_choice,   // a dest_flag that is neither an address nor a list
};
const boost::system::error_category& codec_category();
boost::system::error_code make_error_code(errc code);

/// Names what was wrong and where, e.g. "submit_sm.short_message: 160 octets promised, 12 left, at
/// offset 67". Built on the slow path only. field points to static text.
struct DecodeError {
    boost::system::error_code code;
    std::string_view field;
    std::uint32_t offset = 0;    // in the PDU, header included
    std::uint32_t promised = 0;  // octets the peer said there were, or the value that means nothing
    std::uint32_t left = 0;
    std::string message(Command command) const;
};

/// Which status answers this error: RINVCMDLEN, RINVCMDID, RINVMSGLEN, RINVTLVSTREAM …
Status status_for(const boost::system::error_code& code);

struct Frame {
    Header header;
    std::string_view body;  // valid until the framer is fed or destroyed
};

/// Octets of a C-octet string that we read, its NUL included, whatever its field's own limit: real
/// carriers exceed the limits (long passwords and message ids), none needs more than this.
inline constexpr std::size_t c_string_octets_read_max = 256;

/// Reads frame.body into pdu (its views point into the body). False: error says why.
/// A response may come without a body, with an empty one, or with TLVs (peers.md §3 #17): all read.
/// A response that refuses is read whatever its body is; what could be understood of it is kept.
/// A broken TLV tail is tolerated when tolerate_tlvs (carriers): what is whole is kept and
/// error.code tells (while the result is true). So are stray octets at the end, and the missing NUL
/// of a response's last string.
template <class Pdu>
bool decode(const Frame& frame, Pdu& pdu, DecodeError& error, bool tolerate_tlvs = true);

/// How long a C-octet string may be that we send: as its field in the specification says, or, for a
/// carrier that asks for more (Infobip's passwords), as long as decode() would read.
enum class Strings : std::uint8_t { as_specified, as_read };

/// Appends one whole PDU. A C-octet string longer than its field or with a NUL inside, or a
/// short_message above 255 octets, is a broken promise of ours: ENSURE.
template <class Pdu>
void encode(std::string& out, const Pdu& pdu, std::uint32_t sequence_number,
            Status command_status = Status::ESME_ROK, Strings strings = Strings::as_specified);

/// The same for a peer below 3.4, which would take a TLV for rubbish (SMPP 3.4 §3.4).
template <class Pdu>
void encode_without_tlvs(std::string& out, const Pdu& pdu, std::uint32_t sequence_number,
                         Status command_status = Status::ESME_ROK,
                         Strings strings = Strings::as_specified);

/// A response that says no: header only (SMPP 3.4 §4.4.2: no body on error).
void encode_header(std::string& out, Command command, Status command_status,
                   std::uint32_t sequence_number);

}  // namespace parley::smpp

template <>
struct boost::system::is_error_code_enum<parley::smpp::errc> : std::true_type {};

#include "protocol/smpp/codec_impl.h"
