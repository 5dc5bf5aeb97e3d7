#include "protocol/http/tlv_json.h"

#include <charconv>

namespace parley::http {

void write_tlvs(JsonWriter& json, std::span<const smpp::NamedTlv> tlvs) {
    if (tlvs.empty()) return;
    std::int64_t left_out = 0;
    json.key("tlvs");
    json.begin_object();
    for (const auto& [name, value] : tlvs) {
        if (!name.empty()) {
            json.text(name, value);
        } else {
            std::from_chars(value.data(), value.data() + value.size(), left_out);
        }
    }
    json.end_object();
    if (left_out != 0) json.number("tlvs_left_out", left_out);
}

}  // namespace parley::http
