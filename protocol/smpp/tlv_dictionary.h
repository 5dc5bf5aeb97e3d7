#pragma once
// Names for a carrier's own TLVs, so that configuration, API and receipts can speak of them. Per
// carrier, because the same tag means other things elsewhere: 0x1400 is the DLT entity in India and
// a customer reference at SMSPortal. A value type that its owner fills; it reads no configuration.

#include "protocol/smpp/tlv.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::smpp {

struct TlvDefinition {
    Tag tag{};
    std::string name;
    TlvType type = TlvType::octets;
    std::uint16_t octets_min = 0;
    std::uint16_t octets_max = 0xFFFF;  // an integer is written with so many
};

/// What is wrong with a list of definitions: a tag or a name twice, no name, an integer of more
/// than 4 octets, bounds the wrong way round, a name that the specification gives to another tag. A
/// sentence; empty when all is well.
std::string complaint_about(const std::vector<TlvDefinition>& definitions);

class TlvDictionary {
public:
    /// The standard ones alone.
    TlvDictionary() = default;
    /// Requires complaint_about(definitions) to be empty. Own definitions come before standard
    /// ones.
    explicit TlvDictionary(std::vector<TlvDefinition> definitions);

    /// Own or standard. Empty when nobody names it.
    std::optional<TlvDefinition> find(Tag tag) const;
    /// By name, or by number as in "0x1400", which is then octets of any length.
    std::optional<TlvDefinition> find(std::string_view name) const;

    /// "pe_id", "message_payload", "tlv_0x1501".
    std::string name(Tag tag) const;
    TlvFault fault_of(const Tlv& tlv) const;
    const std::vector<TlvDefinition>& own() const { return own_; }

private:
    std::vector<TlvDefinition> own_;
};

/// A value as people write it to the octets of the wire: integers in decimal or 0x…, octets in
/// hexadecimal, text and C-octet strings as they are (the NUL of the latter is added). Empty when
/// it is not of the type or not within the bounds.
std::optional<std::string> value_from_text(const TlvDefinition& definition, std::string_view text);
/// The reverse. What is not of its type comes out as octets in hexadecimal, "0x…".
std::string value_to_text(const TlvDefinition& definition, std::string_view value);
/// What value_from_text() takes, in words: "text of 1 to 30 octets".
std::string expected_value(const TlvDefinition& definition);

}  // namespace parley::smpp
