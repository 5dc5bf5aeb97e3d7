// config/ names statuses and TLVs without knowing protocol/: both must say the same.

#include "config/specification.h"

#include "protocol/smpp/status.h"
#include "protocol/smpp/tlv.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(SpecifiedNames, OfStatusesAreThoseOfTheProtocol) {
    std::size_t names = 0;
    for (const smpp::StatusInfo& status : smpp::standard_statuses()) {
        for (const std::string_view name : {status.name, status.name_in_3_4}) {
            if (name.empty()) continue;
            ++names;
            const auto value = static_cast<std::uint32_t>(status.status);
            EXPECT_EQ(config::status_named(name), value) << name;
            EXPECT_EQ(config::status_named(name.substr(5)), value) << name;
        }
    }
    EXPECT_EQ(config::specified_statuses().size(), names);
    EXPECT_FALSE(config::status_named("ESME_ROCK"));
    EXPECT_FALSE(config::status_named(""));
}

TEST(SpecifiedNames, OfTlvsAreThoseOfTheProtocol) {
    EXPECT_EQ(config::specified_tlvs().size(), smpp::standard_tlvs().size());
    for (const smpp::TlvInfo& tlv : smpp::standard_tlvs()) {
        EXPECT_EQ(config::specified_tlv(static_cast<std::uint32_t>(tlv.tag)), tlv.name);
        EXPECT_EQ(config::tlv_named(tlv.name), static_cast<std::uint32_t>(tlv.tag));
    }
    EXPECT_EQ(config::specified_tlv(0x1400), "");
    EXPECT_FALSE(config::tlv_named("dlt_entity_id"));
}

}  // namespace
}  // namespace parley
