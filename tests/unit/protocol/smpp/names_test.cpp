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
    EXPECT_EQ(requests, 20);
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

TEST(Statuses, OfSmpp5AreComplete) {
    EXPECT_EQ(name(Status{0x107}), "ESME_RINVBCASTFREQINT");
    EXPECT_EQ(name(Status{0x10A}), "ESME_RINVNUMBCAST_AREAS");
    EXPECT_EQ(name(Status{0x112}), "ESME_RINVBCASTCHANIND");
    for (std::uint32_t value = 0x100; value <= 0x112; ++value)
        EXPECT_TRUE(name(Status{value}).starts_with("ESME_")) << value;
    EXPECT_EQ(name(Status{0x113}), "reserved 0x00000113");
    int renamed = 0;
    for (const auto& info : standard_statuses())
        renamed += info.name_in_3_4.empty() ? 0 : 1;
    EXPECT_EQ(renamed, 5) << "0xC0 to 0xC4";
}

TEST(CarrierStatuses, NameTheVendorsRangeAndMayMeanSomethingElse) {
    const CarrierStatuses hollatags({{Status{0x401}, "OUT_OF_CREDIT", "The account is empty."},
                                     {Status{0x45}, "", "The number does not want messages."}});
    EXPECT_EQ(hollatags.name(Status{0x401}), "OUT_OF_CREDIT");
    EXPECT_EQ(hollatags.meaning(Status{0x401}), "The account is empty.");
    EXPECT_EQ(hollatags.name(Status{0x45}), "ESME_RSUBMITFAIL");
    EXPECT_EQ(hollatags.meaning(Status{0x45}), "The number does not want messages.");
    EXPECT_EQ(hollatags.name(Status{0x402}), "vendor 0x00000402");
    EXPECT_EQ(hollatags.meaning(Status{0x402}), "");
    EXPECT_EQ(hollatags.meaning(Status::ESME_ROK), "No error.");
}

TEST(CarrierStatuses, TheLaterOfTwoEntriesCounts) {
    const CarrierStatuses twice(
        {{Status{0x410}, "B", ""}, {Status{0x401}, "A", ""}, {Status{0x410}, "C", "Third."}});
    EXPECT_EQ(twice.name(Status{0x410}), "C");
    EXPECT_EQ(twice.name(Status{0x401}), "A");
    EXPECT_TRUE(CarrierStatuses().empty());
    EXPECT_EQ(CarrierStatuses().name(Status{0x401}), name(Status{0x401}));
}

}  // namespace
}  // namespace parley::smpp
