#include "config/tlv_rules.h"

#include "config/specification.h"
#include "config/value.h"

#include <algorithm>

namespace parley::config {

namespace {

std::string complaint_about_tag(const TlvRule& rule) {
    const auto specified = specified_tlv(rule.tag.value);
    if (specified.empty()) return {};
    return write_value(rule.tag, {}) + " is " + std::string(specified) +
           " in the specification: expected a tag that it does not define";
}

std::string complaint_about_name(const TlvRule& rule, const TlvRule* earlier) {
    if (rule.name.starts_with("0x") || rule.name.starts_with("0X"))
        return "'" + rule.name + "' looks like a tag: expected a name";
    if (const auto tag = tlv_named(rule.name)) {
        return "'" + rule.name + "' is the specification's name of " +
               write_value(TlvTag{*tag}, {}) + ": expected another";
    }
    if (earlier == nullptr) return {};
    return "'" + rule.name + "' is the name of " + write_value(earlier->tag, {}) +
           " already: expected another";
}

std::string complaint_about_length(const TlvRule& rule) {
    const TlvLength length = rule.length;
    if (rule.type == TlvType::integer && (length.min < 1 || length.max > 4))
        return write_value(length, {}) + " octets make no integer: expected 1 to 4, such as 1 or 2";
    if (rule.type == TlvType::c_string && length.max < 1)
        return "leaves no room for the NUL: expected 1 octet or more";
    return {};
}

}  // namespace

std::vector<Contradiction> check_tlvs(const std::vector<TlvRule>& rules, std::size_t own_from) {
    std::vector<Contradiction> found;
    for (std::size_t i = own_from; i < rules.size(); ++i) {
        const TlvRule& rule = rules[i];
        const auto earlier = std::ranges::find(rules.begin(), rules.begin() + static_cast<long>(i),
                                               rule.name, &TlvRule::name);
        const bool repeated = earlier != rules.begin() + static_cast<long>(i);
        const auto add = [&](const char* field, std::string complaint) {
            if (complaint.empty()) return;
            found.push_back(
                {"tlvs[" + std::to_string(i - own_from) + "]." + field, std::move(complaint)});
        };
        if (rule.tag.value != 0) add("tag", complaint_about_tag(rule));
        if (!rule.name.empty()) {
            add("name", complaint_about_name(rule, repeated ? &*earlier : nullptr));
        }
        add("length", complaint_about_length(rule));
    }
    return found;
}

}  // namespace parley::config
