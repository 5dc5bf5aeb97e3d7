// Names and meanings: command_id and command_status.

#include "protocol/smpp/command.h"
#include "protocol/smpp/status.h"

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

TEST(Commands, HaveTheNamesOfTheSpecification) {
    EXPECT_EQ(name(Command::submit_sm), "submit_sm");
    EXPECT_EQ(name(Command{0x80000009}), "bind_transceiver_resp");
    EXPECT_EQ(name(Command{0x00000102}), "alert_notification");
    EXPECT_EQ(name(Command{0x000000F0}), "");
    EXPECT_FALSE(is_known(Command{0}));
    EXPECT_TRUE(is_known(Command::generic_nack));
}

TEST(Commands, AResponseCarriesItsRequestsName) {
    int requests = 0;
    for (std::uint32_t id = 1; id < 0x200; ++id) {
        const Command request{id};
        if (!is_known(request)) continue;
        ++requests;
        EXPECT_FALSE(is_response(request));
        const Command response = response_to(request);
        EXPECT_TRUE(is_response(response));
        if (request == Command::outbind || request == Command::alert_notification) {
            EXPECT_FALSE(is_known(response)) << "these are never answered (SMPP 3.4 §4.12)";
        } else {
            EXPECT_EQ(name(response), std::string(name(request)) + "_resp");
        }
    }
    EXPECT_EQ(requests, 17);
}

TEST(Statuses, HaveTheNamesAndNumbersOfTheSpecification) {
    EXPECT_EQ(name(Status::ESME_ROK), "ESME_ROK");
    EXPECT_EQ(name(Status{0x14}), "ESME_RMSGQFUL");
    EXPECT_EQ(name(Status{0x50}), "ESME_RINVDSTTON");
    EXPECT_EQ(name(Status{0x53}), "ESME_RINVSYSTYP");
    EXPECT_EQ(name(Status{0x58}), "ESME_RTHROTTLED");
    EXPECT_EQ(name(Status{0xFF}), "ESME_RUNKNOWNERR");
    EXPECT_EQ(name(Status{0x101}), "ESME_RPROHIBITED");
}

TEST(Statuses, OfAVendorOrOfNobodyKeepTheirNumber) {
    EXPECT_EQ(name(Status{0x400}), "vendor 0x00000400");
    EXPECT_EQ(name(Status{0x4FF}), "vendor 0x000004FF");
    EXPECT_EQ(name(Status{0x500}), "reserved 0x00000500");
    EXPECT_EQ(name(Status{0x09}), "reserved 0x00000009");
    EXPECT_EQ(name(Status{0xFFFFFFFF}), "reserved 0xFFFFFFFF");
}

TEST(Statuses, AreExplainedWhenNamed) {
    int explained = 0;
    for (std::uint32_t value = 0; value < 0x500; ++value) {
        const Status status{value};
        const bool named = name(status).starts_with("ESME_");
        EXPECT_EQ(named, !meaning(status).empty()) << name(status);
        EXPECT_EQ(named, meaning(status).ends_with('.')) << "a whole sentence: " << name(status);
        explained += named;
    }
    EXPECT_EQ(explained, 67);
    EXPECT_EQ(meaning(Status{0x401}), "");
}

}  // namespace
}  // namespace parley::smpp
