#include "engine/carrier/received_tlvs.h"

#include "protocol/smpp/hex.h"
#include "protocol/text/charset.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace parley::carrier {

namespace {

/// SMPP 3.4 §5.3.1: from here on the specification defines none.
constexpr auto vendors = smpp::Tag{0x1400};

bool is_own(smpp::Tag tag) {
    return tag >= vendors || smpp::find_tlv(tag) == nullptr;
}

std::string in_hex(std::string_view octets) {
    return "0x" + smpp::to_hex(octets);
}

smpp::NamedTlv named(const smpp::Tlv& tlv, const smpp::TlvDictionary& dictionary) {
    if (const auto definition = dictionary.find(tlv.tag)) {
        std::string value = smpp::value_to_text(*definition, tlv.value);
        if (!text::valid_utf8(value)) value = in_hex(tlv.value);
        return {definition->name, std::move(value)};
    }
    char tag[8];
    std::snprintf(tag, sizeof tag, "0x%04X", static_cast<unsigned>(tlv.tag));
    return {tag, in_hex(tlv.value)};
}

bool has(const smpp::NamedTlvs& list, const std::string& name) {
    return std::ranges::find(list, name, &smpp::NamedTlv::name) != list.end();
}

std::size_t octets_of(const smpp::NamedTlvs& list) {
    std::size_t octets = 0;
    for (const auto& [name, value] : list)
        octets += name.size() + value.size();
    return octets;
}

/// The entry that counts what was left out is the last one, and has no name.
std::size_t take_left_out(smpp::NamedTlvs& list) {
    if (list.empty() || !list.back().name.empty()) return 0;
    std::size_t count = 0;
    const std::string& digits = list.back().value;
    std::from_chars(digits.data(), digits.data() + digits.size(), count);
    list.pop_back();
    return count;
}

void add(smpp::NamedTlvs& list, smpp::NamedTlv tlv, std::size_t& left_out) {
    const bool room = list.size() < received_tlvs_max &&
                      octets_of(list) + tlv.name.size() + tlv.value.size() <= received_octets_max;
    if (room) {
        list.push_back(std::move(tlv));
    } else {
        ++left_out;
    }
}

void add_left_out(smpp::NamedTlvs& list, std::size_t left_out) {
    if (left_out != 0) list.push_back({"", std::to_string(left_out)});
}

}  // namespace

smpp::NamedTlvs read_own_tlvs(const smpp::Tlvs& tlvs, const smpp::TlvDictionary& dictionary) {
    smpp::NamedTlvs list;
    std::size_t left_out = 0;
    for (const smpp::Tlv& tlv : tlvs) {
        if (!is_own(tlv.tag)) continue;
        // What surely is too long is not even written out.
        if (tlv.value.size() > received_octets_max || list.size() == received_tlvs_max) {
            ++left_out;
            continue;
        }
        smpp::NamedTlv next = named(tlv, dictionary);
        const std::string name = next.name;
        for (int number = 2; has(list, next.name); ++number)
            next.name = name + "." + std::to_string(number);
        add(list, std::move(next), left_out);
    }
    add_left_out(list, left_out);
    return list;
}

void join_tlvs(smpp::NamedTlvs& all, const smpp::NamedTlvs& more) {
    if (more.empty()) return;
    smpp::NamedTlvs next = more;
    std::size_t left_out = take_left_out(all) + take_left_out(next);
    for (smpp::NamedTlv& tlv : next) {
        if (!has(all, tlv.name)) add(all, std::move(tlv), left_out);
    }
    add_left_out(all, left_out);
}

}  // namespace parley::carrier
