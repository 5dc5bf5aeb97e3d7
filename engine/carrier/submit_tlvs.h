#pragma once
// What one carrier is sent beside the fields of submit_sm: its own fixed TLVs, those of the brand,
// those that the message asks for. Built once from the configuration; never changes.

#include "config/config.h"
#include "protocol/smpp/named_tlv.h"
#include "protocol/smpp/tlv_dictionary.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::carrier {

/// A TLV as it is on the wire.
struct WireTlv {
    smpp::Tag tag{};
    std::string octets;
    bool operator==(const WireTlv&) const = default;
};
using WireTlvs = std::vector<WireTlv>;

class SubmitTlvs {
public:
    /// Requires that contradictions() (examine.h) finds none.
    SubmitTlvs(const config::Carrier& carrier, const std::vector<config::Brand>& brands);

    /// Of a message of this brand that asks for none itself. A view into this.
    const WireTlvs& fixed(std::string_view brand) const;
    /// The same with what a message asks for, which comes first where both have a tag. Empty when
    /// the carrier does not take one of these.
    std::optional<WireTlvs> with(std::string_view brand, const smpp::NamedTlvs& asked) const;

    bool takes(const smpp::NamedTlvs& asked) const;
    /// A name of the carrier's dialect or of the specification, or a tag.
    bool knows(std::string_view name) const { return find(name).has_value(); }
    /// Why the carrier does not take it, in words that go after its name; empty when it does.
    std::string complaint_about(const smpp::NamedTlv& asked) const;
    /// What its dialect names: "dlt_entity_id, dlt_template_id"; empty when nothing.
    std::string names() const;
    const smpp::TlvDictionary& dictionary() const { return dictionary_; }

private:
    std::optional<smpp::TlvDefinition> find(std::string_view name) const;
    std::optional<WireTlv> write(const smpp::NamedTlv& asked) const;
    void add(WireTlvs& list, const std::string& name, const std::string& value) const;

    std::string carrier_;
    smpp::TlvDictionary dictionary_;
    WireTlvs of_carrier_;
    std::map<std::string, WireTlvs, std::less<>>
        of_brand_;  // with the carrier's; those that differ
};

}  // namespace parley::carrier
