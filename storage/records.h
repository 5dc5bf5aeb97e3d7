#pragma once
// The octets of everything that is stored whole: messages, waiting segments, early receipts,
// suppressions. Each begins with the version of its shape. A decoder never trusts what it reads: it
// checks every bound and answers false.

#include "storage/message.h"
#include "storage/octets.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace parley::storage::records {

// Durable (id, pins) is not part of it: the key names the item, the journal pins it.
void append(std::string& out, const Message& message);
void append(std::string& out, const InboundPart& part);
void append(std::string& out, const EarlyReceipt& receipt);
void append(std::string& out, const Suppression& suppression);

/// Of a message that ended badly: only what one looks for, so that a search reads no texts.
void append_dead_letter(std::string& out, const Message& message);
/// Sets status, accepted_at, account, carrier, to and reason.
bool decode_dead_letter(std::string_view octets, Message& message);

/// The whole of `octets`, or false; then the item holds rubbish.
bool decode(std::string_view octets, Message& message);
bool decode(std::string_view octets, InboundPart& part);
bool decode(std::string_view octets, EarlyReceipt& receipt);
bool decode(std::string_view octets, Suppression& suppression);

// Pieces that the journal's entries share.
std::size_t octets_max(const Segment& segment);
void write(Writer& out, const Segment& segment);
void read(Reader& in, Segment& segment);
std::size_t octets_max(const Decision& decision);
void write(Writer& out, const Decision& decision);
void read(Reader& in, Decision& decision);
/// 3 octets, 4 times and numbers, and the octet of its state.
inline constexpr std::size_t inquiry_octets_max = 4 + 4 * Writer::varint_octets_max;
void write(Writer& out, const Inquiry& inquiry);
void read(Reader& in, Inquiry& inquiry);
std::size_t octets_max(const Happening& happening);
void write(Writer& out, const Happening& happening);
void read(Reader& in, Happening& happening);
void read(Reader& in, Message& message);
void read(Reader& in, InboundPart& part);
void read(Reader& in, EarlyReceipt& receipt);
void read(Reader& in, Suppression& suppression);

}  // namespace parley::storage::records
