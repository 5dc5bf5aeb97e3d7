#include "engine/carrier/dialect.h"

#include "protocol/text/segments.h"

#include <gtest/gtest.h>

namespace parley::carrier {
namespace {

using config::Alphabet;
using smpp::Status;
using text::Encoding;
using namespace std::chrono_literals;

TEST(Dialect, OfTheSpecificationWritesWhatTheTextRoomWrites) {
    const Dialect dialect;
    EXPECT_TRUE(dialect.writes_as_usual());
    for (const std::string& text :
         {std::string("Hello € {x}"), std::string("Привет 👍"), std::string(400, 'a')}) {
        const text::SegmentCount size = dialect.count(text);
        EXPECT_EQ(size.segments, text::count(text).segments);
        for (std::size_t i = 0; i < size.segments; ++i) {
            std::string octets;
            const auto head = text::write_segment(text, 7, i, octets);
            const auto written = dialect.write(text, size.encoding, 7, i);
            ASSERT_TRUE(head && written);
            EXPECT_EQ(written->octets, octets);
            EXPECT_EQ(written->data_coding, head->data_coding);
            EXPECT_EQ(written->udhi, head->udhi);
            EXPECT_FALSE(written->payload || written->sar);
        }
        EXPECT_FALSE(dialect.write(text, size.encoding, 7, size.segments));
    }
}

TEST(Dialect, SendsGsmUnderTheNumberThatMeansIt) {
    config::Dialect vibes;
    vibes.data_coding.meaning[0] = Alphabet::ascii;
    vibes.data_coding.meaning[4] = Alphabet::gsm7;
    const Dialect dialect(vibes);
    EXPECT_EQ(dialect.write("Hi @", Encoding::gsm7, 1, 0)->data_coding, 4);
    EXPECT_EQ(dialect.write("Да", Encoding::ucs2, 1, 0)->data_coding, 8);
    EXPECT_EQ(text::decode(0, "@", dialect.codings()).text, "@");
}

TEST(Dialect, WritesLatin1UnderZeroWhereThatIsTheDefaultAlphabet) {
    config::Dialect settings;
    settings.data_coding.meaning[0] = Alphabet::latin1;
    settings.send_in.gsm7 = false;
    settings.send_in.latin1 = true;
    const Dialect dialect(settings);
    const text::SegmentCount size = dialect.count("Zoë");
    EXPECT_EQ(size.encoding, Encoding::latin1);
    EXPECT_EQ(size.segments, 1U);
    const auto written = dialect.write("Zoë", size.encoding, 1, 0);
    ASSERT_TRUE(written);
    EXPECT_EQ(written->octets, "Zo\xEB");
    EXPECT_EQ(written->data_coding, 0);
    EXPECT_EQ(dialect.count("Да").encoding, Encoding::ucs2);
}

TEST(Dialect, WithoutUcs2SaysThatATextDoesNotFit) {
    config::Dialect settings;
    settings.send_in.ucs2 = false;
    EXPECT_EQ(Dialect(settings).count("Да").segments, 0U);
    EXPECT_EQ(Dialect(settings).count("Da").segments, 1U);
}

TEST(Dialect, TellsPartsApartByTheParametersOrLeavesCuttingToTheCarrier) {
    const std::string text(200, 'a');
    config::Dialect settings;
    settings.segmentation = config::Segmentation::sar;
    const Dialect sar(settings);
    EXPECT_EQ(sar.count(text).segments, 2U);
    const auto second = sar.write(text, Encoding::gsm7, 0x2A, 1);
    ASSERT_TRUE(second && second->sar);
    EXPECT_FALSE(second->udhi);
    EXPECT_EQ((*second->sar)[0], std::string("\0\x2A", 2));
    EXPECT_EQ((*second->sar)[1], "\x02");
    EXPECT_EQ((*second->sar)[2], "\x02");
    EXPECT_EQ(sar.write(text, Encoding::gsm7, 1, 0)->octets + second->octets, text);
    EXPECT_FALSE(sar.write("short", Encoding::gsm7, 1, 0)->sar);

    settings.segmentation = config::Segmentation::payload;
    const Dialect payload(settings);
    EXPECT_EQ(payload.count(text).segments, 1U);
    EXPECT_EQ(payload.count(text).cut_by_carrier, 2U) << "what the carrier counts, and bills";
    EXPECT_EQ(payload.count("short").cut_by_carrier, 0U);
    EXPECT_EQ(payload.write(text, Encoding::gsm7, 1, 0)->octets, text);
    EXPECT_TRUE(payload.write(text, Encoding::gsm7, 1, 0)->payload);
    EXPECT_FALSE(payload.write("short", Encoding::gsm7, 1, 0)->payload);

    settings.segmentation = config::Segmentation::udh16;
    const auto wide = Dialect(settings).write(text, Encoding::gsm7, 0x2A, 0);
    ASSERT_TRUE(wide);
    EXPECT_TRUE(wide->udhi);
    EXPECT_EQ(wide->octets.substr(0, 7), std::string("\x06\x08\x04\x00\x2A\x02\x01", 7));
}

TEST(Dialect, ChoosesTonAndNpiByKindOfAddress) {
    const Dialect usual;
    config::Dialect settings;
    settings.addresses = {{2, 3}, {0, 8}, {5, 9}, {6, 7}, true};
    const Dialect own(settings);
    for (const std::string address : {"+15550001000", "24273", "PARLEY"}) {
        const smpp::WireAddress expected = smpp::to_wire(address);
        const smpp::WireAddress source = usual.source(address);
        EXPECT_EQ(source.ton, expected.ton) << address;
        EXPECT_EQ(source.npi, expected.npi) << address;
        EXPECT_EQ(source.digits, expected.digits) << address;
    }
    EXPECT_EQ(own.source("+15550001000").ton, 2);
    EXPECT_EQ(own.source("+15550001000").digits, "+15550001000");
    EXPECT_EQ(own.source("24273").npi, 8);
    EXPECT_EQ(own.source("24273").digits, "24273");
    EXPECT_EQ(own.source("PARLEY").npi, 9);
    EXPECT_EQ(own.destination("+15550001000").ton, 6);
    EXPECT_EQ(usual.destination("+15550001000").digits, "15550001000");
}

TEST(Dialect, KeepsTheDefaultsOfStatusesThatItDoesNotName) {
    config::Dialect settings;
    settings.statuses = {{{0x401}, Reaction::fail_over, 0ms, "out_of_credit"},
                         {{0x45}, Reaction::suppress, 0ms, ""},
                         {{0x58}, Reaction::throttle, 3s, ""},
                         {{0x14}, Reaction::usual, 0ms, "queue_full"}};
    const Dialect dialect(settings);
    EXPECT_EQ(dialect.reaction_to(Status{0x401}), Reaction::fail_over);
    EXPECT_EQ(dialect.name_of(Status{0x401}), "out_of_credit");
    EXPECT_EQ(dialect.reaction_to(Status::ESME_RSUBMITFAIL), Reaction::suppress);
    EXPECT_EQ(dialect.wait_for(Status::ESME_RTHROTTLED), 3s);
    EXPECT_EQ(dialect.wait_for(Status::ESME_RMSGQFUL), 0s);
    for (const auto& info : smpp::standard_statuses()) {
        EXPECT_EQ(Dialect().reaction_to(info.status), reaction_to(info.status)) << info.name;
    }
    EXPECT_EQ(dialect.reaction_to(Status::ESME_RMSGQFUL), Reaction::pause_destination)
        << "only named";
    EXPECT_EQ(dialect.name_of(Status::ESME_RMSGQFUL), "queue_full");
    EXPECT_EQ(dialect.status_text(Status{0x401}), "out_of_credit (0x00000401)");
    EXPECT_EQ(dialect.status_text(Status::ESME_RTHROTTLED), "ESME_RTHROTTLED");
    EXPECT_EQ(dialect.status_text(Status{0x402}), "vendor 0x00000402");
    EXPECT_EQ(dialect.reaction_to(Status::ESME_RSYSERR), Reaction::retry);
    EXPECT_EQ(dialect.reaction_to(Status{0x402}), Reaction::fail);
}

TEST(Dialect, ReadsReceiptsByItsErrorsAndWhatAcceptedMeans) {
    config::Dialect settings;
    settings.receipt_errors = {
        {"00B", config::ReceiptReaction::suppress, "dnd"},
        {"11", config::ReceiptReaction::fail, "absent"},
        {"27", config::ReceiptReaction::retry, "off", config::Millis(90'000)}};
    EXPECT_FALSE(Dialect(settings).is_final(text::MessageState::accepted));
    settings.accepted_is_final = true;
    const Dialect dialect(settings);
    EXPECT_TRUE(dialect.is_final(text::MessageState::accepted));
    EXPECT_FALSE(dialect.is_final(text::MessageState::enroute));
    using enum config::ReceiptReaction;
    EXPECT_EQ(dialect.reaction_to_error("00B"), suppress);
    EXPECT_EQ(dialect.reaction_to_error("11"), fail);
    EXPECT_EQ(dialect.reaction_to_error("000"), fail) << "not listed";
    EXPECT_EQ(dialect.reaction_to_error("27"), retry);
    EXPECT_EQ(dialect.wait_for_error("27"), config::Millis(90'000));
    EXPECT_EQ(dialect.wait_for_error("11"), config::Millis(0));
    EXPECT_EQ(dialect.name_of_error("11"), "absent");
    EXPECT_EQ(dialect.name_of_error("12"), "");
}

TEST(Dialect, AReceiptIsKnownByItsClassOrWhereTheCarrierSetsNoneByWhatIsInIt) {
    config::Dialect settings;
    settings.receipts_without_class = true;
    const Dialect usual;
    const Dialect classless(settings);
    smpp::DeliverSm pdu;
    pdu.short_message = "id:17 stat:DELIVRD err:000";
    EXPECT_FALSE(usual.is_receipt(pdu)) << "somebody may write such words";
    EXPECT_TRUE(classless.is_receipt(pdu));
    for (const std::string_view text : {"id:17", "stat:DELIVRD", "Yes, please", ""}) {
        pdu.short_message = text;
        EXPECT_FALSE(classless.is_receipt(pdu)) << text;
    }
    pdu.tlvs.add(smpp::Tag::receipted_message_id, "17");
    EXPECT_TRUE(classless.is_receipt(pdu));
    EXPECT_FALSE(usual.is_receipt(pdu));
    pdu.esm_class = 0x40;
    EXPECT_FALSE(classless.is_receipt(pdu)) << "a part of a long message";
    for (const std::uint8_t esm_class : {0x04, 0x20}) {
        pdu.esm_class = esm_class;
        EXPECT_TRUE(usual.is_receipt(pdu));
    }
    pdu.esm_class = 0x08;
    EXPECT_FALSE(classless.is_receipt(pdu)) << "what it says it is counts";
}

TEST(Dialect, WordsOfItsOwnAfterStatCountBeforeThoseThatEverybodyKnows) {
    config::Dialect settings;
    settings.receipt_states = {{"DLVRD", config::ReceiptState::delivered},
                               {"ACKED", config::ReceiptState::delivered}};
    const Dialect dialect(settings);
    const auto state = [&](const std::string& stat) {
        const std::string text = "id:17 stat:" + stat;
        return text::join_receipt({}, text, dialect.receipts())->state;
    };
    EXPECT_EQ(state("dlvrd"), text::MessageState::delivered);
    EXPECT_EQ(state("ACKED"), text::MessageState::delivered);
    EXPECT_EQ(state("EXPIRED"), text::MessageState::expired);
    EXPECT_EQ(state("STRANGE"), std::nullopt);
    EXPECT_EQ(text::join_receipt({}, "id:17 stat:DLVRD")->state, std::nullopt);
}

TEST(Dialect, ValidityIsToldInTheFormThatTheCarrierReads) {
    constexpr UnixMs noon = 1'795'521'600'000;  // 2026-11-24T12:00Z
    constexpr UnixMs hour = 3'600'000;
    const auto told = [](config::ValidityForm form, UnixMs until) {
        config::Dialect settings;
        settings.validity_period = form;
        const auto text = Dialect(settings).validity_period(noon, until);
        return text ? std::string(text->view()) : "nothing";
    };
    using enum config::ValidityForm;
    EXPECT_EQ(told(relative, noon + 26 * hour + 90'999), "000001020130000R");
    EXPECT_EQ(told(relative, noon + 300), "000000000001000R") << "0 would be the carrier's default";
    EXPECT_EQ(told(relative, noon - 300), "000000000001000R");
    EXPECT_EQ(told(relative, noon + 32 * 24 * hour), "261226120000000+") << "too long for days";
    EXPECT_EQ(told(absolute, noon + 2 * hour), "261124140000000+");
    EXPECT_EQ(told(none, noon + 2 * hour), "nothing");
    EXPECT_EQ(told(absolute, 4'102'444'800'000), "nothing") << "the year 2100";
}

}  // namespace
}  // namespace parley::carrier
