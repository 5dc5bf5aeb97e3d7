#pragma once
// Names that SMPP's specification gives to numbers, so that a file may say ESME_RTHROTTLED and may
// not give such a name to something else. They stand in protocol/smpp as well, which this folder
// does not know; a test compares the two.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parley::config {

struct SpecifiedName {
    std::uint32_t value = 0;
    std::string_view name;
};
/// command_status values; names without their "ESME_". In order of value.
std::span<const SpecifiedName> specified_statuses();
/// Tags of TLVs. In order of value.
std::span<const SpecifiedName> specified_tlvs();

/// "ESME_RTHROTTLED" or "RTHROTTLED"; empty when there is no such status.
std::optional<std::uint32_t> status_named(std::string_view name);
/// The name, with its "ESME_", that is near enough to be a slip of the pen.
std::optional<std::string> nearest_status(std::string_view name);

/// "message_payload"; empty for a tag that the specification does not define.
std::string_view specified_tlv(std::uint32_t tag);
std::optional<std::uint32_t> tlv_named(std::string_view name);

}  // namespace parley::config
