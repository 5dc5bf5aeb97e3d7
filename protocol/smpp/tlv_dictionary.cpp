#include "protocol/smpp/tlv_dictionary.h"

#include "protocol/ensure.h"
#include "protocol/smpp/hex.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace parley::smpp {

namespace {

TlvDefinition definition_of(const TlvInfo& info) {
    return {.tag = info.tag,
            .name = std::string(info.name),
            .type = info.type,
            .octets_min = info.octets_min,
            .octets_max = info.octets_max};
}

TlvInfo info_of(const TlvDefinition& definition) {
    return {.tag = definition.tag,
            .name = definition.name,
            .type = definition.type,
            .octets_min = definition.octets_min,
            .octets_max = definition.octets_max};
}

std::string number_of(Tag tag) {
    char text[8];
    std::snprintf(text, sizeof text, "0x%04X", static_cast<unsigned>(tag));
    return text;
}

template <class Integer>
std::optional<Integer> read_number(std::string_view text) {
    const bool hex = text.starts_with("0x") || text.starts_with("0X");
    if (hex) text.remove_prefix(2);
    Integer value{};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, hex ? 16 : 10);
    return error == std::errc{} && stop == end ? std::optional(value) : std::nullopt;
}

std::string complaint_about(const TlvDefinition& definition) {
    const auto name = number_of(definition.tag) + " '" + definition.name + "': ";
    if (definition.name.empty()) return number_of(definition.tag) + ": has no name";
    if (definition.octets_min > definition.octets_max) return name + "its bounds are swapped";
    if (definition.type == TlvType::integer &&
        (definition.octets_max < 1 || definition.octets_max > 4)) {
        return name + "an integer has 1 to 4 octets";
    }
    const TlvInfo* standard = find_tlv(definition.name);
    if (standard != nullptr && standard->tag != definition.tag) {
        return name + "the specification gives this name to " + number_of(standard->tag);
    }
    return {};
}

std::optional<std::string> integer_from_text(const TlvDefinition& definition,
                                             std::string_view text) {
    const auto number = read_number<std::uint32_t>(text);
    if (!number) return std::nullopt;
    const unsigned octets = definition.octets_max;
    if (octets < 4 && *number >> (8 * octets) != 0) return std::nullopt;
    std::string value;
    for (unsigned left = octets; left > 0; --left)
        value += static_cast<char>(*number >> (8 * (left - 1)));
    return value;
}

std::optional<std::string> octets_from_text(const TlvDefinition& definition,
                                            std::string_view text) {
    switch (definition.type) {
        case TlvType::integer:
            return integer_from_text(definition, text);
        case TlvType::c_string:
            if (text.find('\0') != std::string_view::npos) return std::nullopt;
            return std::string(text) + '\0';
        case TlvType::text:
            if (text.find('\0') != std::string_view::npos) return std::nullopt;
            return std::string(text);
        case TlvType::octets:
            break;
    }
    if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
    return from_hex(text);
}

bool is_printable(std::string_view value) {
    return std::ranges::none_of(value, [](char c) {
        return static_cast<std::uint8_t>(c) < 0x20 || static_cast<std::uint8_t>(c) == 0x7F;
    });
}

}  // namespace

std::string complaint_about(const std::vector<TlvDefinition>& definitions) {
    for (auto one = definitions.begin(); one != definitions.end(); ++one) {
        if (auto complaint = complaint_about(*one); !complaint.empty()) return complaint;
        for (auto other = definitions.begin(); other != one; ++other) {
            if (other->tag == one->tag) return number_of(one->tag) + ": is defined twice";
            if (other->name == one->name) return "'" + one->name + "': is the name of two tags";
        }
    }
    return {};
}

TlvDictionary::TlvDictionary(std::vector<TlvDefinition> definitions)
    : own_(std::move(definitions)) {
    ENSURE(complaint_about(own_).empty());
}

std::optional<TlvDefinition> TlvDictionary::find(Tag tag) const {
    const auto own = std::ranges::find(own_, tag, &TlvDefinition::tag);
    if (own != own_.end()) return *own;
    const TlvInfo* standard = find_tlv(tag);
    return standard != nullptr ? std::optional(definition_of(*standard)) : std::nullopt;
}

std::optional<TlvDefinition> TlvDictionary::find(std::string_view name) const {
    const auto own = std::ranges::find(own_, name, &TlvDefinition::name);
    if (own != own_.end()) return *own;
    if (const TlvInfo* standard = find_tlv(name)) return definition_of(*standard);
    if (!name.starts_with("0x")) return std::nullopt;
    const auto number = read_number<std::uint16_t>(name);
    if (!number) return std::nullopt;
    const Tag tag{*number};
    return find(tag).value_or(TlvDefinition{.tag = tag, .name = number_of(tag)});
}

std::string TlvDictionary::name(Tag tag) const {
    const auto definition = find(tag);
    return definition ? definition->name : "tlv_" + number_of(tag);
}

TlvFault TlvDictionary::fault_of(const Tlv& tlv) const {
    const auto own = std::ranges::find(own_, tlv.tag, &TlvDefinition::tag);
    return own != own_.end() ? smpp::fault_of(info_of(*own), tlv.value) : smpp::fault_of(tlv);
}

std::optional<std::string> value_from_text(const TlvDefinition& definition, std::string_view text) {
    auto value = octets_from_text(definition, text);
    if (!value || fault_of(info_of(definition), *value) != TlvFault::none) return std::nullopt;
    const TlvInfo* standard = find_tlv(definition.tag);
    const bool is_standard = standard != nullptr && standard->name == definition.name;
    if (is_standard && fault_of(*standard, *value) != TlvFault::none) return std::nullopt;
    return value;
}

std::string expected_value(const TlvDefinition& definition) {
    const auto counted = [](unsigned min, unsigned max, const std::string& what) {
        const std::string range = min == max ? "" : std::to_string(min) + " to ";
        return range + std::to_string(max) + " " + what + (max == 1 ? "" : "s");
    };
    const unsigned min = definition.octets_min;
    const unsigned max = definition.octets_max;
    switch (definition.type) {
        case TlvType::integer: {
            const TlvInfo* standard = find_tlv(definition.tag);
            const std::uint64_t most = (std::uint64_t{1} << (8 * max)) - 1;
            return "a whole number from " + std::to_string(standard ? standard->value_min : 0) +
                   " to " +
                   std::to_string(standard ? std::min<std::uint64_t>(standard->value_max, most)
                                           : most);
        }
        case TlvType::c_string:
            return "text of " + counted(min > 0 ? min - 1 : 0, max - 1, "octet");
        case TlvType::text:
            return "text of " + counted(min, max, "octet");
        case TlvType::octets:
            break;
    }
    return counted(min, max, "octet") + " in hexadecimal, two digits each";
}

std::string value_to_text(const TlvDefinition& definition, std::string_view value) {
    if (definition.type == TlvType::integer) {
        if (const auto number = read_integer(value)) return std::to_string(*number);
    }
    if (definition.type == TlvType::c_string && value.ends_with('\0')) {
        const auto text = value.substr(0, value.size() - 1);
        if (is_printable(text)) return std::string(text);
    }
    if (definition.type == TlvType::text && is_printable(value)) return std::string(value);
    return "0x" + to_hex(value);
}

}  // namespace parley::smpp
