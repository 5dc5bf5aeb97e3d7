// Who may bind, how much each may do, and what is spoken with whom.

#include "tests/support/carrier_bed.h"

namespace parley::carrier_sim {
namespace {

using namespace std::chrono_literals;
using smpp::Command;
using smpp::Status;
using test::only;
using test::RawEsme;

class Accounts : public test::CarrierBed {
protected:
    void two_accounts() {
        Settings settings;
        settings.keep_books = true;
        settings.accounts = {{.system_id = "shop",
                              .password = "pw1",
                              .binds = {BindKind::transceiver},
                              .sessions_max = 1,
                              .window_max = 2,
                              .throughput = 10,
                              .numbers = {"+1555000*"}},
                             {.system_id = "club", .password = "pw2", .numbers = {"+1777*"}}};
        settings.response_delay = {10ms, 10ms};
        with(settings);
    }
    Status bind_as(std::string_view system_id, std::string_view password) {
        RawEsme esme(carrier, now);
        return esme.bind(system_id, password);
    }
};

TEST_F(Accounts, OnlyTheyMayBindAndEachWithItsPassword) {
    two_accounts();
    EXPECT_EQ(bind_as("nobody", "pw1"), Status::ESME_RINVSYSID);
    EXPECT_EQ(bind_as("shop", "pw2"), Status::ESME_RINVPASWD);
    EXPECT_EQ(bind_as("shop", "pw1"), Status::ESME_ROK);
    EXPECT_EQ(bind_as("shop", "pw1"), Status::ESME_RALYBND) << "one session is what it may have";
    EXPECT_EQ(bind_as("club", "pw2"), Status::ESME_ROK);
    EXPECT_EQ(bind_as("club", "pw2"), Status::ESME_ROK);
}

TEST_F(Accounts, ABindOfAKindThatTheAccountDoesNotHaveIsRefused) {
    two_accounts();
    RawEsme esme(carrier, now);
    smpp::BindTransmitter bind;
    bind.system_id = "shop";
    bind.password = "pw1";
    EXPECT_EQ(esme.bind_as(bind), Status::ESME_RBINDFAIL);
}

TEST_F(Accounts, EachHasItsWindowAndItsRate) {
    two_accounts();
    RawEsme shop(carrier, now);
    shop.bind("shop", "pw1");
    for (int i = 0; i < 3; ++i)
        shop.submit("15550002000", "n");
    EXPECT_EQ(counts().window_exceeded, 1u);
    pass(1s);
    shop.hear();
    for (int i = 0; i < 20; ++i) {
        shop.submit("15550002000", "n");
        pass(10ms);
    }
    EXPECT_GT(counts().throttled, 10u) << "100/s against 10/s";
    RawEsme club(carrier, now);
    club.bind("club", "pw2");
    const auto throttled = counts().throttled;
    for (int i = 0; i < 20; ++i)
        club.submit("15550002000", "n");
    EXPECT_EQ(counts().throttled, throttled) << "the other one has no limit";
}

TEST_F(Accounts, MessagesOfHandsetsGoToWhoeverHearsTheNumber) {
    two_accounts();
    RawEsme club(carrier, now);
    club.bind("club", "pw2");
    carrier.send_mo(now, test::handset, "+15550001000", "for the shop");
    carrier.send_mo(now, test::handset, "+17770001000", "for the club");
    EXPECT_EQ(only(club.hear(), Command::deliver_sm).size(), 1u)
        << "what waits for one account does not hold up the other";
    RawEsme shop(carrier, now);
    shop.bind("shop", "pw1");
    ASSERT_EQ(shop.after_bind.size(), 1u);
    EXPECT_EQ(shop.after_bind[0].as<smpp::DeliverSm>().short_message, "for the shop");
}

TEST_F(Accounts, AReceiptNeverGoesToAnotherAccount) {
    two_accounts();
    RawEsme shop(carrier, now);
    RawEsme club(carrier, now);
    club.bind("club", "pw2");
    shop.bind("shop", "pw1");
    shop.submit("15550002000", "hello", true);
    shop.close();
    pass(1s);
    EXPECT_TRUE(only(club.hear(), Command::deliver_sm).empty());
    RawEsme again(carrier, now);
    again.bind("shop", "pw1");
    EXPECT_EQ(only(again.after_bind, Command::deliver_sm).size(), 1u);
}

TEST_F(Accounts, StayAsTheyWereBornWhenSettingsChange) {
    two_accounts();
    Settings changed = carrier.settings();
    changed.accounts.clear();
    changed.response_delay = {};
    carrier.change(changed);
    EXPECT_EQ(carrier.settings().accounts.size(), 2u);
    EXPECT_EQ(bind_as("nobody", ""), Status::ESME_RINVSYSID);
}

class Versions : public Accounts {
protected:
    template <class Bind>
    Status bind_with(RawEsme& esme, std::uint8_t version) {
        Bind bind;
        bind.system_id = "parley";
        bind.interface_version = version;
        return esme.bind_as(bind);
    }
    void carrier_speaks(std::optional<std::uint8_t> version) {
        Settings settings;
        settings.interface_version = version;
        settings.receipt_tlvs = true;
        settings.congestion_state = 80;
        with(settings);
    }
};

TEST_F(Versions, A33PeerGetsNoTlvsAndIdsOfEightHexadecimalDigits) {
    carrier_speaks(0x50);
    RawEsme esme(carrier, now);
    ASSERT_EQ(bind_with<smpp::BindTransceiver>(esme, 0x33), Status::ESME_ROK);
    esme.submit("15550002000", "hello", true);
    const auto said = esme.hear();
    ASSERT_EQ(said.size(), 2u);
    EXPECT_EQ(said[0].as<smpp::SubmitSmResp>().message_id, "3B9ACA01");
    const auto receipt = said[1].as<smpp::DeliverSm>();
    EXPECT_TRUE(receipt.tlvs.empty());
    EXPECT_TRUE(receipt.short_message.starts_with("id:3B9ACA01 "));
    carrier.refuse_submits(Status::ESME_RSYSERR);
    esme.submit("15550002000", "hello");
    EXPECT_EQ(esme.hear().at(0).body, std::string(1, '\0')) << "3.3 ends a refusal with a NUL";
}

TEST_F(Versions, A33CarrierKnowsNoTransceiver) {
    carrier_speaks(0x33);
    RawEsme esme(carrier, now);
    smpp::BindTransceiver bind;
    bind.system_id = "parley";
    esme.say(test::bytes(bind, 7));
    const auto said = esme.hear();
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].header.command_id, Command::generic_nack);
    EXPECT_EQ(said[0].header.command_status, Status::ESME_RINVCMDID);
    EXPECT_EQ(bind_with<smpp::BindTransmitter>(esme, 0x34), Status::ESME_ROK);
    RawEsme receiver(carrier, now);
    EXPECT_EQ(bind_with<smpp::BindReceiver>(receiver, 0x34), Status::ESME_ROK);
}

TEST_F(Versions, CongestionIsToldToA50PeerAlone) {
    carrier_speaks(0x50);
    RawEsme newer(carrier, now);
    bind_with<smpp::BindTransceiver>(newer, 0x50);
    newer.submit("15550002000", "hello");
    const auto told = newer.hear();
    EXPECT_EQ(told.at(0).as<smpp::SubmitSmResp>().tlvs.find(smpp::Tag::congestion_state),
              std::string_view("\x50", 1));
    RawEsme older(carrier, now);
    bind_with<smpp::BindTransceiver>(older, 0x34);
    older.submit("15550002000", "hello");
    const auto untold = older.hear();
    EXPECT_TRUE(untold.at(0).as<smpp::SubmitSmResp>().tlvs.empty());
}

TEST_F(Versions, ACarrierMaySayNothingOfItsVersion) {
    carrier_speaks(std::nullopt);
    RawEsme esme(carrier, now);
    smpp::BindTransceiver bind;
    bind.system_id = "parley";
    esme.say(test::bytes(bind, 1));
    const auto said = esme.hear();
    EXPECT_TRUE(said.at(0).as<smpp::BindTransceiverResp>().tlvs.empty());
}

TEST_F(Versions, ADataSmIsTakenLikeASubmit) {
    Settings settings;
    settings.keep_books = true;
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    smpp::DataSm data;
    data.source_addr = "15550001000";
    data.dest_addr_ton = 1;
    data.destination_addr = "15550002000";
    data.registered_delivery = 1;
    data.tlvs.add(smpp::Tag::message_payload, "hello");
    esme.say(test::bytes(data, 5));
    const auto said = esme.hear();
    ASSERT_EQ(said.size(), 2u);
    EXPECT_EQ(said[0].header.command_id, Command::data_sm_resp);
    EXPECT_EQ(said[0].as<smpp::DataSmResp>().message_id, "1000000001");
    EXPECT_EQ(said[1].header.command_id, Command::deliver_sm);
    EXPECT_EQ(carrier.books().submits.at(0).text(), "hello");
}

TEST_F(Versions, AQueryIsAnsweredFromTheBooks) {
    Settings settings;
    settings.keep_books = true;
    settings.receipt_delay = {1s, 1s};
    settings.receipt_states = {{text::MessageState::undeliverable, 1, ""}};
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    esme.submit("15550002000", "hello", true);
    esme.hear();
    smpp::QuerySm query;
    query.message_id = "1000000001";
    esme.say(test::bytes(query, 8));
    EXPECT_EQ(esme.hear().at(0).as<smpp::QuerySmResp>().message_state,
              static_cast<int>(text::MessageState::enroute));
    pass(2s);
    esme.hear();
    esme.say(test::bytes(query, 9));
    const auto said = esme.hear();
    const auto answer = said.at(0).as<smpp::QuerySmResp>();
    EXPECT_EQ(answer.message_state, static_cast<int>(text::MessageState::undeliverable));
    EXPECT_EQ(answer.final_date, "251009085321000+");
    query.message_id = "7";
    esme.say(test::bytes(query, 10));
    EXPECT_EQ(esme.hear().at(0).header.command_status, Status::ESME_RQUERYFAIL);
    smpp::CancelSm cancel;
    cancel.message_id = "1000000001";
    esme.say(test::bytes(cancel, 11));
    EXPECT_EQ(esme.hear().at(0).header.command_status, Status::ESME_RCANCELFAIL);
}

}  // namespace
}  // namespace parley::carrier_sim
