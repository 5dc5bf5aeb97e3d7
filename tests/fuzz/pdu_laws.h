#pragma once
// What must hold for any octets that any peer may send. The fuzzer and a property test hold the
// framer, the decoder and the dump to it; a law that breaks aborts and names itself.

#include "protocol/ensure.h"
#include "protocol/smpp/dump.h"
#include "protocol/smpp/every_pdu.h"
#include "protocol/smpp/framer.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace parley::smpp::laws {

/// An error lies inside the PDU and has words; a value that is not an error has none.
template <class Pdu>
void error_makes_sense(const Frame& frame, bool ok, const DecodeError& error) {
    ENSURE(ok || error.code);
    if (!error.code) return;
    ENSURE(error.offset >= header_octets);
    ENSURE(error.offset + error.left <= header_octets + frame.body.size());
    ENSURE(error.message(Pdu::id).size() > name(Pdu::id).size());
    ENSURE(status_for(error.code) != Status::ESME_ROK);
}

/// Whatever decodes re-encodes, and decodes to the same again, without any tolerance.
template <class Pdu>
void survives_a_round_trip(const Pdu& pdu, const Header& header) {
    std::string once;
    encode(once, pdu, header.sequence_number, header.command_status, Strings::as_read);
    Framer framer;
    framer.feed(once);
    const auto frame = framer.next();
    ENSURE(frame && framer.buffered() == 0);
    Pdu again;
    DecodeError error;
    ENSURE(decode(*frame, again, error, false));
    ENSURE(!error.code);
    std::string twice;
    encode(twice, again, header.sequence_number, header.command_status, Strings::as_read);
    ENSURE(once == twice);
}

/// Reads one body as if it were this PDU's, with and without tolerance.
template <class Pdu>
void reads_as(const Frame& frame) {
    Pdu tolerant;
    DecodeError error;
    const bool ok = decode(frame, tolerant, error, true);
    error_makes_sense<Pdu>(frame, ok, error);
    if (ok) survives_a_round_trip(tolerant, frame.header);

    Pdu strict;
    DecodeError strict_error;
    const bool strictly_ok = decode(frame, strict, strict_error, false);
    error_makes_sense<Pdu>(frame, strictly_ok, strict_error);
    ENSURE(ok || !strictly_ok);
    ENSURE(strict_error.code == error.code);
}

inline void dumps_to_one_line(const Frame& frame) {
    const auto text = dump(frame);
    ENSURE(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; }));
}

/// The body is copied to a heap block of its own size, so that a sanitizer sees one octet too far.
inline void frame_holds(const Frame& frame) {
    const std::vector<char> body(frame.body.begin(), frame.body.end());
    const Frame exact{frame.header, {body.data(), body.size()}};
    dumps_to_one_line(exact);
    for_each_pdu([&]<class Pdu>(const Pdu&) { reads_as<Pdu>(exact); });
}

/// A stream fed in chunks of the given lengths (again and again) gives what it gives in one piece.
inline void stream_holds(std::string_view stream, const std::vector<std::size_t>& chunk_octets) {
    Framer whole;
    whole.feed(stream);
    Framer chunked;
    std::size_t at = 0;
    for (std::size_t chunk = 0; at < stream.size(); ++chunk) {
        const auto part = stream.substr(at, chunk_octets[chunk % chunk_octets.size()]);
        ENSURE(!part.empty());
        chunked.feed(part);
        at += part.size();
        while (const auto frame = chunked.next()) {
            const auto same = whole.next();
            ENSURE(same && same->body == frame->body);
            ENSURE(same->header.command_id == frame->header.command_id);
            ENSURE(same->header.sequence_number == frame->header.sequence_number);
            frame_holds(*frame);
        }
    }
    ENSURE(!whole.next());
    ENSURE(whole.error() == chunked.error());
}

}  // namespace parley::smpp::laws
