#include "engine/carrier/submit_tlvs.h"

#include "config/value.h"
#include "engine/carrier/dialect.h"
#include "protocol/ensure.h"

#include <algorithm>
#include <array>

namespace parley::carrier {

namespace {

using smpp::Tag;

// Standard ones that a message may ask for: those of submit_sm (SMPP 3.4 §4.4.1) and 5.0's for
// billing, without what we write ourselves (text, parts) and without ports, which must not stand
// beside a user data header (3.4 §5.2.12).
constexpr std::array askable{Tag::dest_addr_subunit,     Tag::source_addr_subunit,
                             Tag::payload_type,          Tag::ms_msg_wait_facilities,
                             Tag::privacy_indicator,     Tag::source_subaddress,
                             Tag::dest_subaddress,       Tag::user_message_reference,
                             Tag::user_response_code,    Tag::language_indicator,
                             Tag::callback_num_pres_ind, Tag::callback_num_atag,
                             Tag::number_of_messages,    Tag::callback_num,
                             Tag::ussd_service_op,       Tag::billing_identification,
                             Tag::display_time,          Tag::sms_signal,
                             Tag::ms_validity,           Tag::alert_on_message_delivery,
                             Tag::its_reply_type,        Tag::its_session_info};

bool may_be_asked_for(Tag tag) {
    return smpp::find_tlv(tag) == nullptr || std::ranges::find(askable, tag) != askable.end();
}

bool is_tag(std::string_view name) {
    return name.starts_with("0x");
}

/// Later ones count.
void put(WireTlvs& list, WireTlv tlv) {
    const auto found = std::ranges::find(list, tlv.tag, &WireTlv::tag);
    if (found == list.end()) {
        list.push_back(std::move(tlv));
    } else {
        *found = std::move(tlv);
    }
}

std::string quoted(std::string_view value) {
    constexpr std::size_t shown_max = 40;
    std::string shown = "\"";
    shown.append(value.substr(0, shown_max));
    return shown.append(value.size() > shown_max ? "…\"" : "\"");
}

}  // namespace

SubmitTlvs::SubmitTlvs(const config::Carrier& carrier, const std::vector<config::Brand>& brands)
    : carrier_(carrier.id), dictionary_(dictionary_of(carrier.dialect)) {
    for (const auto& [name, value] : carrier.tlvs)
        add(of_carrier_, name, value);
    for (const config::Brand& brand : brands) {
        WireTlvs all = of_carrier_;
        for (const auto& [name, value] : brand.tlvs) {
            if (knows(name)) add(all, name, value);
        }
        if (all != of_carrier_) of_brand_.emplace(brand.id, std::move(all));
    }
}

void SubmitTlvs::add(WireTlvs& list, const std::string& name, const std::string& value) const {
    auto tlv = write({name, value});
    ENSURE(tlv.has_value());
    put(list, std::move(*tlv));
}

const WireTlvs& SubmitTlvs::fixed(std::string_view brand) const {
    if (of_brand_.empty()) return of_carrier_;
    const auto found = of_brand_.find(brand);
    return found == of_brand_.end() ? of_carrier_ : found->second;
}

std::optional<WireTlvs> SubmitTlvs::with(std::string_view brand,
                                         const smpp::NamedTlvs& asked) const {
    WireTlvs all = fixed(brand);
    for (const smpp::NamedTlv& each : asked) {
        auto tlv = write(each);
        if (!tlv) return std::nullopt;
        put(all, std::move(*tlv));
    }
    return all;
}

bool SubmitTlvs::takes(const smpp::NamedTlvs& asked) const {
    return std::ranges::all_of(
        asked, [this](const smpp::NamedTlv& each) { return write(each).has_value(); });
}

/// A tag's value is written in hexadecimal, whatever type the carrier's name for it has.
std::optional<smpp::TlvDefinition> SubmitTlvs::find(std::string_view name) const {
    auto definition = dictionary_.find(name);
    if (definition && is_tag(name)) definition->type = smpp::TlvType::octets;
    return definition;
}

std::optional<WireTlv> SubmitTlvs::write(const smpp::NamedTlv& asked) const {
    const auto definition = find(asked.name);
    if (!definition || !may_be_asked_for(definition->tag)) return std::nullopt;
    auto octets = smpp::value_from_text(*definition, asked.value);
    if (!octets) return std::nullopt;
    return WireTlv{definition->tag, std::move(*octets)};
}

std::string SubmitTlvs::complaint_about(const smpp::NamedTlv& asked) const {
    const auto definition = find(asked.name);
    if (!definition) {
        const std::string own = names();
        std::string text = "carrier " + carrier_ + " has no parameter of this name: expected " +
                           (own.empty() ? own : own + " or ") + "a tag such as 0x1501";
        std::vector<std::string> candidates;
        for (const smpp::TlvDefinition& each : dictionary_.own())
            candidates.push_back(each.name);
        if (const auto near = config::nearest(asked.name, candidates))
            text += "; did you mean '" + *near + "'?";
        return text;
    }
    if (!may_be_asked_for(definition->tag))
        return "is not for a caller to set: expected a parameter of the carrier's own";
    if (smpp::value_from_text(*definition, asked.value)) return {};
    return quoted(asked.value) + " is not what carrier " + carrier_ + " takes: expected " +
           smpp::expected_value(*definition);
}

std::string SubmitTlvs::names() const {
    std::string list;
    for (const smpp::TlvDefinition& each : dictionary_.own())
        list.append(list.empty() ? "" : ", ").append(each.name);
    return list;
}

}  // namespace parley::carrier
