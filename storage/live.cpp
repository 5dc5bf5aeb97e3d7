#include "storage/live.h"

#include "storage/keys.h"

namespace parley::storage::live {

bool decode(std::string_view octets, Value& value) {
    if (octets.size() < header_octets) return false;
    value.mark.section = ItemId{keys::load_number(octets.data())}.section();
    const std::uint64_t offset = keys::load_number(octets.data() + keys::number_octets);
    value.mark.offset = static_cast<std::uint32_t>(offset);
    value.kind = static_cast<Kind>(octets[header_octets - 1]);
    value.item = octets.substr(header_octets);
    return offset <= UINT32_MAX && value.kind >= Kind::message && value.kind <= Kind::early_receipt;
}

}  // namespace parley::storage::live
