#pragma once
// interface_version: what a peer speaks, what two peers agree on, and what follows for what we may
// send (SMPP 3.4 §3.4, 5.0 §4.7.13). Holds no session; the session asks once, when it is bound.

#include "protocol/smpp/codec.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::smpp {

enum class Version : std::uint8_t { v3_3 = 0x33, v3_4 = 0x34, v5_0 = 0x50 };

std::string_view name(Version version);  // "3.3" …

/// 0x00 to 0x33 mean 3.3 or earlier (5.0 §4.7.13). Reserved values between 0x34 and 0x50 are read
/// as 3.4, those above as 5.0, because a later version must stay compatible (§3.4).
Version version_of(std::uint8_t interface_version);

/// What a bind response without sc_interface_version means. By the letter the peer knows no TLVs
/// (3.4 §3.4), but carriers leave it out and use them all the same: a setting of the carrier.
enum class MissingVersion : std::uint8_t { as_asked, as_3_3 };

/// What both sides speak: the lower of what we bound with and what the peer answered.
Version negotiate(std::uint8_t interface_version, std::optional<std::uint32_t> sc_interface_version,
                  MissingVersion missing = MissingVersion::as_asked);

/// What a version allows us to send. Reading is the same for all: as much as can be understood.
struct VersionRules {
    bool tlvs = true;
    std::uint8_t message_id_octets_max = 65;      // with its NUL
    std::uint8_t short_message_octets_max = 254;  // sm_length 255 is for 5.0 alone (§4.7.28)
    std::uint8_t destinations_max = 254;          // number_of_dests of submit_multi
    bool null_body_in_refusals = false;           // 3.3 ends a refusal with one NUL
};
VersionRules rules_of(Version version);

/// A response that says no, in the peer's version: header only, and one NUL in 3.3 where its
/// response would begin with a C-octet string.
void encode_refusal(std::string& out, Command response, Status command_status,
                    std::uint32_t sequence_number, Version version);

/// 3.3 message ids are at most 8 hexadecimal digits (3.4 §3.4).
bool is_3_3_message_id(std::string_view message_id);
/// Eight hexadecimal digits in capitals.
std::string message_id_3_3(std::uint32_t number);

}  // namespace parley::smpp
