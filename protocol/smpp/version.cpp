#include "protocol/smpp/version.h"

#include <algorithm>
#include <cstdio>

namespace parley::smpp {

namespace {

/// Responses whose first field is a C-octet string, of those that 3.3 has.
bool begins_with_string(Command response) {
    switch (response) {
        case Command::bind_receiver_resp:
        case Command::bind_transmitter_resp:
        case Command::submit_sm_resp:
        case Command::submit_multi_resp:
        case Command::deliver_sm_resp:
        case Command::query_sm_resp:
        case Command::query_msg_details_resp:
        case Command::param_retrieve_resp:
            return true;
        default:
            return false;
    }
}

}  // namespace

std::string_view name(Version version) {
    switch (version) {
        case Version::v3_3:
            return "3.3";
        case Version::v3_4:
            return "3.4";
        case Version::v5_0:
            return "5.0";
    }
    return {};
}

Version version_of(std::uint8_t interface_version) {
    if (interface_version < 0x34) return Version::v3_3;
    return interface_version < 0x50 ? Version::v3_4 : Version::v5_0;
}

Version negotiate(std::uint8_t interface_version, std::optional<std::uint32_t> sc_interface_version,
                  MissingVersion missing) {
    const Version ours = version_of(interface_version);
    if (!sc_interface_version) return missing == MissingVersion::as_asked ? ours : Version::v3_3;
    const auto theirs = static_cast<std::uint8_t>(std::min(*sc_interface_version, 0xFFU));
    return std::min(ours, version_of(theirs));
}

VersionRules rules_of(Version version) {
    switch (version) {
        case Version::v3_3:
            return {.tlvs = false, .message_id_octets_max = 9, .null_body_in_refusals = true};
        case Version::v3_4:
            return {};
        case Version::v5_0:
            break;
    }
    return {.short_message_octets_max = 255, .destinations_max = 255};
}

void encode_refusal(std::string& out, Command response, Status command_status,
                    std::uint32_t sequence_number, Version version) {
    const std::size_t begin = out.size();
    encode_header(out, response, command_status, sequence_number);
    if (!rules_of(version).null_body_in_refusals || !begins_with_string(response)) return;
    out += '\0';
    detail::put(out.data() + begin, header_octets + 1);
}

bool is_3_3_message_id(std::string_view message_id) {
    const auto is_hex = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    return !message_id.empty() && message_id.size() <= 8 && std::ranges::all_of(message_id, is_hex);
}

std::string message_id_3_3(std::uint32_t number) {
    char digits[9];
    std::snprintf(digits, sizeof digits, "%08X", number);
    return digits;
}

}  // namespace parley::smpp
