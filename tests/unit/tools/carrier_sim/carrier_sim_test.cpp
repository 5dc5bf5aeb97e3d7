// A simulated carrier, spoken to by hand: what it answers, what it delivers, what it remembers.

#include "protocol/text/charset.h"
#include "protocol/text/receipt_text.h"
#include "protocol/text/segments.h"
#include "tests/support/carrier_bed.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

namespace parley::carrier_sim {
namespace {

using namespace std::chrono_literals;
using smpp::Command;
using smpp::Status;
using test::handset;
using test::only;
using test::our_number;
using test::RawEsme;
using test::receipt_of;
using test::Said;

class Carrier : public test::CarrierBed {};

TEST_F(Carrier, AnswersASubmitWithAnIdAndThenAReceiptInTheWordsOfAppendixB) {
    RawEsme esme(carrier, now);
    ASSERT_EQ(esme.bind(), Status::ESME_ROK);
    esme.submit("15550002000", "hello, world, this is cut", true);
    const auto said = esme.hear();
    ASSERT_EQ(said.size(), 2u);
    EXPECT_EQ(said[0].header.command_id, Command::submit_sm_resp);
    EXPECT_EQ(said[0].as<smpp::SubmitSmResp>().message_id, "1000000001");
    const auto receipt = said[1].as<smpp::DeliverSm>();
    EXPECT_EQ(receipt.esm_class, 0x04);
    EXPECT_EQ(receipt.source_addr, "15550002000") << "addresses are swapped";
    EXPECT_EQ(receipt.destination_addr, "15550001000");
    EXPECT_EQ(receipt.short_message,
              "id:1000000001 sub:001 dlvrd:001 submit date:2510090853 done date:2510090853 "
              "stat:DELIVRD err:000 text:hello, world, this i");
    EXPECT_EQ(carrier.delivers_open(), 1u);
    esme.answer(said[1]);
    EXPECT_EQ(carrier.delivers_open(), 0u);
    EXPECT_EQ(counts().receipts_acked, 1u);
}

TEST_F(Carrier, SendsReceiptsOnlyWhenTheyWereAskedFor) {
    Settings settings;
    settings.receipt_states = {{text::MessageState::undeliverable, 1}};
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    auto pdu = test::submit_to("15550002000", "x");
    std::map<int, std::size_t> receipts;
    for (const int asked : {0, 1, 2, 3}) {
        pdu.registered_delivery = static_cast<std::uint8_t>(asked);
        esme.say(test::bytes(pdu, 10));
        receipts[asked] = only(esme.hear(), Command::deliver_sm).size();
    }
    EXPECT_EQ(receipts, (std::map<int, std::size_t>{{0, 0}, {1, 1}, {2, 1}, {3, 0}}));
}

TEST_F(Carrier, WritesIdsInTheFormsThatItIsToldEvenDifferentOnes) {
    Settings settings;
    settings.id_in_response = IdForm::hex;
    settings.id_in_receipt_text = IdForm::decimal;
    settings.id_in_receipt_tlv = IdForm::hex;
    settings.receipt_tlvs = true;
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    esme.submit("15550002000", "x", true);
    const auto said = esme.hear();
    ASSERT_EQ(said.size(), 2u);
    EXPECT_EQ(said[0].as<smpp::SubmitSmResp>().message_id, "3B9ACA01");
    EXPECT_TRUE(receipt_of(said[1]).starts_with("id:1000000001 "));
    const auto receipt = said[1].as<smpp::DeliverSm>();
    EXPECT_EQ(receipt.tlvs.find(smpp::Tag::receipted_message_id),
              std::string_view("3B9ACA01\0", 9));
    EXPECT_EQ(receipt.tlvs.find_integer(smpp::Tag::message_state), 2u);
}

TEST_F(Carrier, GivesEveryMessageItsOwnUuidAndTheSameInItsReceipt) {
    Settings settings;
    settings.id_in_response = settings.id_in_receipt_text = IdForm::uuid;
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    std::vector<std::string> ids;
    for (int i = 0; i < 100; ++i) {
        esme.submit("15550002000", "x", true);
        const auto said = esme.hear();
        ids.emplace_back(said.at(0).as<smpp::SubmitSmResp>().message_id);
        EXPECT_EQ(ids.back().size(), 36u);
        EXPECT_EQ(text::parse_receipt(receipt_of(said.at(1)))->id, ids.back());
    }
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
}

TEST_F(Carrier, BindsOnlyWhoMayAndNoMoreThanItsLimit) {
    Settings settings;
    settings.system_id = "parley";
    settings.password = "secret";
    settings.sessions_max = 1;
    with(settings);
    RawEsme stranger(carrier, now);
    EXPECT_EQ(stranger.bind("other", "secret"), Status::ESME_RINVSYSID);
    EXPECT_EQ(stranger.bind("parley", "wrong"), Status::ESME_RINVPASWD);
    RawEsme first(carrier, now);
    EXPECT_EQ(first.bind("parley", "secret"), Status::ESME_ROK);
    EXPECT_EQ(first.bind("parley", "secret"), Status::ESME_RALYBND) << "twice on one session";
    RawEsme second(carrier, now);
    EXPECT_EQ(second.bind("parley", "secret"), Status::ESME_RALYBND);
    first.close();
    EXPECT_EQ(second.bind("parley", "secret"), Status::ESME_ROK);
    EXPECT_EQ(counts().binds, 2u);
    EXPECT_EQ(counts().binds_refused, 4u);
}

TEST_F(Carrier, TakesSubmitsOnlyFromBoundSenders) {
    RawEsme esme(carrier, now);
    esme.submit("15550002000", "x");
    EXPECT_EQ(esme.hear().at(0).header.command_status, Status::ESME_RINVBNDSTS);
    RawEsme receiver(carrier, now);
    EXPECT_EQ(receiver.bind_as(smpp::BindReceiver{}), Status::ESME_ROK);
    receiver.submit("15550002000", "x");
    EXPECT_EQ(receiver.hear().at(0).header.command_status, Status::ESME_RINVBNDSTS);
    EXPECT_EQ(counts().accepted, 0u);
    EXPECT_EQ(carrier.books().answers.at(Status::ESME_RINVBNDSTS), 2u);
}

TEST_F(Carrier, ThrottlesAboveItsRateAndRecovers) {
    carrier.throttle(100);
    RawEsme esme(carrier, now);
    esme.bind();
    for (int i = 0; i < 1000; ++i) {
        esme.submit("15550002000", "x");
        pass(1ms);
    }
    const auto accepted = counts().accepted;
    EXPECT_GE(accepted, 100u);
    EXPECT_LE(accepted, 112u) << "a second's worth and the burst";
    EXPECT_EQ(counts().throttled, 1000 - accepted);
    EXPECT_EQ(carrier.books().answers.at(Status::ESME_RTHROTTLED), 1000 - accepted);
    carrier.throttle(0);
    esme.submit("15550002000", "x");
    EXPECT_EQ(counts().accepted, accepted + 1);
}

TEST_F(Carrier, RefusesWhatIsBeyondItsWindow) {
    Settings settings;
    settings.window_max = 2;
    settings.window_status = Status::ESME_RMSGQFUL;
    settings.response_delay = {10ms, 10ms};
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    for (int i = 0; i < 3; ++i)
        esme.submit("15550002000", "x");
    pass(10ms);
    const auto said = esme.hear();
    ASSERT_EQ(said.size(), 3u);
    EXPECT_EQ(said[2].header.command_status, Status::ESME_RMSGQFUL);
    EXPECT_EQ(counts().window_exceeded, 1u);
    EXPECT_EQ(counts().window_highest, 3u);
}

TEST_F(Carrier, RefusesNumbersByRuleAndEverythingByOrder) {
    Settings settings;
    settings.refusals = {{.number = "+1666*", .status = Status::ESME_RINVDSTADR}};
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    esme.submit("16660002000", "x");
    EXPECT_EQ(esme.hear().at(0).header.command_status, Status::ESME_RINVDSTADR);
    esme.submit("15550002000", "x");
    EXPECT_EQ(esme.hear().at(0).header.command_status, Status::ESME_ROK);
    carrier.refuse_submits(Status::ESME_RSYSERR);
    esme.submit("15550002000", "x");
    EXPECT_EQ(esme.hear().at(0).header.command_status, Status::ESME_RSYSERR);
    carrier.refuse_submits(std::nullopt);
    esme.submit("15550002000", "x");
    EXPECT_EQ(esme.hear().at(0).header.command_status, Status::ESME_ROK);
}

TEST_F(Carrier, CanSendAReceiptBeforeItsResponse) {
    Settings settings;
    settings.receipt_before_response_chance = 1;
    settings.receipt_lead = {20ms, 20ms};
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    esme.submit("15550002000", "x", true);
    const auto first = esme.hear();
    ASSERT_EQ(first.size(), 1u);
    EXPECT_EQ(first[0].header.command_id, Command::deliver_sm);
    pass(19ms);
    EXPECT_TRUE(esme.hear().empty());
    pass(1ms);
    EXPECT_EQ(esme.hear().at(0).header.command_id, Command::submit_sm_resp);
}

TEST_F(Carrier, CanDuplicateReceiptsAndSendThemOnAnotherSession) {
    Settings settings;
    settings.receipt_duplicate_chance = 1;
    settings.receipt_other_session_chance = 1;
    with(settings);
    RawEsme sender(carrier, now);
    RawEsme other(carrier, now);
    sender.bind();
    other.bind();
    sender.submit("15550002000", "x", true);
    EXPECT_TRUE(only(sender.hear(), Command::deliver_sm).empty());
    const auto receipts = other.hear();
    ASSERT_EQ(receipts.size(), 2u);
    EXPECT_EQ(receipt_of(receipts[0]), receipt_of(receipts[1]));
    EXPECT_EQ(counts().receipts_made, 2u);
}

TEST_F(Carrier, LosesResponsesOnPurposeButKeepsTheMessage) {
    Settings settings;
    settings.response_lost_chance = 1;
    settings.keep_books = true;
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    esme.submit("15550002000", "x", true);
    const auto said = esme.hear();
    ASSERT_EQ(said.size(), 1u) << "the receipt comes all the same";
    EXPECT_EQ(said[0].header.command_id, Command::deliver_sm);
    EXPECT_TRUE(carrier.books().submits.at(0).response_lost);
    EXPECT_EQ(counts().responses_lost, 1u);
}

TEST_F(Carrier, DrawsFinalStatesByTheirWeights) {
    Settings settings;
    settings.receipt_states = {{text::MessageState::delivered, 3},
                               {text::MessageState::undeliverable, 1}};
    settings.deliver_window = 100'000;
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    std::map<std::string, int> stats;
    for (int i = 0; i < 4000; ++i) {
        esme.submit("15550002000", "x", true);
        const std::string receipt = receipt_of(esme.hear().at(1));
        ++stats[std::string(text::parse_receipt(receipt)->stat)];
    }
    EXPECT_EQ(stats.size(), 2u);
    EXPECT_NEAR(stats["DELIVRD"], 3000, 150);
    EXPECT_NEAR(stats["UNDELIV"], 1000, 150);
}

TEST_F(Carrier, ReceiptsComeWithinTheirDelayRangeWhateverTheirOrder) {
    Settings settings;
    settings.receipt_delay = {1s, 3s};
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    for (int i = 0; i < 200; ++i)
        esme.submit("15550002000", "x", true);
    EXPECT_EQ(esme.hear().size(), 200u) << "responses only";
    pass(1s - 1us);
    EXPECT_TRUE(esme.hear().empty());
    pass(1s + 1us);
    const auto half = esme.hear().size();
    EXPECT_GT(half, 60u);
    EXPECT_LT(half, 140u);
    pass(1s);
    EXPECT_EQ(half + esme.hear().size(), 200u);
}

TEST_F(Carrier, DeliversAgainUntilAnsweredAndOnAnyLaterSession) {
    RawEsme first(carrier, now);
    first.bind();
    carrier.send_mo(now, handset, our_number, "hi");
    ASSERT_EQ(only(first.hear(), Command::deliver_sm).size(), 1u);
    first.close();
    EXPECT_EQ(carrier.delivers_open(), 1u);

    RawEsme second(carrier, now);
    second.bind();
    ASSERT_EQ(second.after_bind.size(), 1u) << "behind the bind_resp at once";
    second.answer(second.after_bind[0], Status::ESME_RX_T_APPN);
    pass(999ms);
    EXPECT_TRUE(second.hear().empty());
    pass(1ms);
    auto again = second.hear();
    ASSERT_EQ(again.size(), 1u);
    pass(30s);  // no answer at all
    again = second.hear();
    ASSERT_EQ(again.size(), 1u);
    second.answer(again[0]);
    EXPECT_EQ(counts().mo_acked, 1u);
    EXPECT_EQ(counts().delivers_repeated, 3u);
    EXPECT_EQ(carrier.delivers_open(), 0u);
}

TEST_F(Carrier, DropsWhatIsRefusedForGood) {
    Settings settings;
    settings.keep_books = true;
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    carrier.send_mo(now, handset, our_number, "hi");
    esme.answer(esme.hear().at(0), Status::ESME_RX_R_APPN);
    pass(1h);
    EXPECT_TRUE(esme.hear().empty());
    EXPECT_EQ(carrier.delivers_open(), 0u);
    EXPECT_TRUE(carrier.books().mos.at(0).refused);
    EXPECT_FALSE(carrier.books().mos.at(0).acked);
}

TEST_F(Carrier, ALongMessageComesInSegmentsAndIsAcknowledgedWhenAllAre) {
    Settings settings;
    settings.keep_books = true;
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    const std::string text = std::string(200, 'a') + " and a snowman ☃";
    const MoId id = carrier.send_mo(now, handset, our_number, text);
    const auto parts = esme.hear();
    ASSERT_EQ(parts.size(), 4u);
    std::string joined;
    for (const Said& part : parts) {
        const auto pdu = part.as<smpp::DeliverSm>();
        EXPECT_EQ(pdu.esm_class, 0x40);
        EXPECT_EQ(pdu.data_coding, 8);
        joined += text::decode(pdu.data_coding, text::parse_user_data(pdu.short_message).body).text;
    }
    EXPECT_EQ(joined, text);
    for (std::size_t i = 0; i < 3; ++i)
        esme.answer(parts[i]);
    EXPECT_EQ(counts().mo_acked, 0u);
    pass(5s);
    esme.answer(parts[3]);
    EXPECT_EQ(counts().mo_acked, 1u);
    const MoRecord& record = carrier.books().mos.at(0);
    EXPECT_EQ(record.id, id);
    EXPECT_EQ(record.segments, 4u);
    EXPECT_EQ(record.acked, now.at);
}

TEST_F(Carrier, RefusesToSendWhatIsNoText) {
    EXPECT_EQ(carrier.send_mo(now, handset, our_number, "\xC3("), 0u);
    EXPECT_EQ(carrier.send_mo(now, handset, our_number, std::string(50'000, 'a')), 0u);
    EXPECT_EQ(carrier.delivers_open(), 0u);
}

TEST_F(Carrier, HoldsBackWhatIsBeyondTheDeliverWindow) {
    Settings settings;
    settings.deliver_window = 2;
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    for (int i = 0; i < 3; ++i)
        carrier.send_mo(now, handset, our_number, "hi");
    const auto said = esme.hear();
    ASSERT_EQ(said.size(), 2u);
    esme.answer(said[1]);  // out of order
    EXPECT_EQ(esme.hear().size(), 1u);
}

TEST_F(Carrier, HandsetsAnswerByRule) {
    Settings settings;
    settings.handsets = {{.number = "+1555*", .contains = "colour", .answer = "blue"},
                         {.number = std::string(handset), .contains = "", .answer = "what?"}};
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    esme.submit("15550002000", "your favourite colour?");
    esme.submit("15550002000", "hello");
    esme.submit("15550009999", "hello");
    esme.hear();
    pass(1s);
    const auto answers = esme.hear();
    ASSERT_EQ(answers.size(), 2u);
    const auto first = answers[0].as<smpp::DeliverSm>();
    EXPECT_EQ(first.short_message, "blue");
    EXPECT_EQ(first.source_addr, "15550002000");
    EXPECT_EQ(first.destination_addr, "15550001000");
    EXPECT_EQ(answers[1].as<smpp::DeliverSm>().short_message, "what?");
}

TEST_F(Carrier, TheStopRegisterCountsWhatComesAfterTheAcknowledgementAndNothingElse) {
    RawEsme esme(carrier, now);
    esme.bind();
    carrier.send_mo(now, handset, our_number, "STOP", MoKind::opt_out);
    const auto stop = esme.hear();
    esme.submit("15550002000", "crossed the STOP on the wire");
    const StopRecord& record = carrier.books().stops.at(0);
    EXPECT_FALSE(record.acked);
    EXPECT_EQ(record.submits_after, 0u);

    esme.answer(stop.at(0));
    EXPECT_EQ(record.acked, now.at);
    EXPECT_EQ(record.acked_on, esme.id());
    esme.submit("15550003000", "to somebody else");
    EXPECT_EQ(record.submits_after, 0u);
    esme.submit("15550002000", "one too many");
    EXPECT_EQ(record.submits_after, 1u);
    ASSERT_EQ(record.after.size(), 1u);
    EXPECT_EQ(record.after[0].octets, "one too many");
    EXPECT_EQ(record.after[0].source, our_number);

    carrier.send_mo(now, handset, our_number, "START", MoKind::opt_in);
    EXPECT_TRUE(record.ended);
    esme.submit("15550002000", "welcome back");
    EXPECT_EQ(record.submits_after, 1u);
}

TEST_F(Carrier, KeepsBooksOfEverySubmitWhenAsked) {
    Settings settings;
    settings.keep_books = true;
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    esme.submit("15550002000", "first");
    carrier.refuse_submits(Status::ESME_RMSGQFUL);
    esme.submit("15550002000", "second");
    const auto& submits = carrier.books().submits;
    ASSERT_EQ(submits.size(), 2u);
    EXPECT_EQ(submits[0].text(), "first");
    EXPECT_EQ(submits[0].source, our_number);
    EXPECT_EQ(submits[0].destination, handset);
    EXPECT_EQ(submits[0].message_id, "1000000001");
    EXPECT_EQ(submits[1].status, Status::ESME_RMSGQFUL);
    EXPECT_EQ(submits[1].message_id, "");
    EXPECT_EQ(submits[1].session, esme.id());
    EXPECT_EQ(carrier.books().submits_by_destination.find(handset)->second, 2u);
}

TEST_F(Carrier, FrozenItSaysNothingAndResumedItReadsOnWhereItWas) {
    RawEsme esme(carrier, now);
    esme.bind();
    carrier.freeze();
    EXPECT_FALSE(carrier.accepts_input(esme.id()));
    esme.submit("15550002000", "x");
    carrier.send_mo(now, handset, our_number, "hi");
    pass(1h);
    EXPECT_TRUE(esme.hear().empty());
    EXPECT_FALSE(carrier.next_deadline());
    carrier.resume(now);
    EXPECT_TRUE(carrier.accepts_input(esme.id()));
    const auto said = esme.hear();
    EXPECT_EQ(only(said, Command::submit_sm_resp).size(), 1u);
    EXPECT_EQ(only(said, Command::deliver_sm).size(), 1u);
}

TEST_F(Carrier, NamesEveryTouchedSessionOnce) {
    RawEsme esme(carrier, now);
    RawEsme idle(carrier, now);
    esme.bind();
    std::vector<SessionId> touched;
    carrier.take_touched(touched);
    EXPECT_EQ(touched, std::vector<SessionId>{esme.id()});
    esme.submit("15550002000", "x");
    esme.submit("15550002000", "x");
    carrier.take_touched(touched);
    EXPECT_EQ(touched, std::vector<SessionId>{esme.id()});
    carrier.take_touched(touched);
    EXPECT_TRUE(touched.empty());
    carrier.drop_connections();
    carrier.take_touched(touched);
    EXPECT_EQ(touched.size(), 2u);
    EXPECT_TRUE(carrier.wants_close(esme.id()));
}

TEST_F(Carrier, DoesNotReadFromAPeerThatDoesNotRead) {
    RawEsme esme(carrier, now);
    esme.bind();
    std::string many;
    for (int i = 0; i < 10'000; ++i)
        many += test::header_bytes(Command::enquire_link, 7);
    while (carrier.accepts_input(esme.id())) {
        ASSERT_LT(carrier.output(esme.id()).size(), 5U << 20);
        esme.say(many);
    }
    std::vector<SessionId> touched;
    carrier.take_touched(touched);
    esme.hear();
    EXPECT_TRUE(carrier.accepts_input(esme.id()));
    carrier.take_touched(touched);
    EXPECT_EQ(touched.size(), 1u) << "the driver learns that it may read again";
}

TEST_F(Carrier, AnswersNonsenseAsTheSpecificationSays) {
    RawEsme esme(carrier, now);
    esme.bind();
    esme.say(test::header_bytes(Command::submit_multi, 5));
    auto said = esme.hear();
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].header.command_id, Command::generic_nack);
    EXPECT_EQ(said[0].header.command_status, Status::ESME_RINVCMDID);
    esme.say("GET / HTTP/1.1\r\n\r\n");
    said = esme.hear();
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].header.command_status, Status::ESME_RINVCMDLEN);
    EXPECT_TRUE(carrier.wants_close(esme.id()));
}

TEST_F(Carrier, AnswersAnUnbindAndCloses) {
    RawEsme esme(carrier, now);
    esme.bind();
    esme.say(test::header_bytes(Command::unbind, 9));
    EXPECT_EQ(esme.hear().at(0).header.command_id, Command::unbind_resp);
    EXPECT_TRUE(carrier.wants_close(esme.id()));
}

TEST_F(Carrier, DropsASilentPeerWhenItIsToldTo) {
    Settings settings;
    settings.inactivity_timeout = 60s;
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    pass(59s);
    esme.say(test::header_bytes(Command::enquire_link, 3));
    pass(60s - 1us);
    EXPECT_FALSE(carrier.wants_close(esme.id()));
    pass(1us);
    EXPECT_TRUE(carrier.wants_close(esme.id()));
}

TEST_F(Carrier, TheSameSeedTellsTheSameStory) {
    Settings settings;
    settings.response_delay = {1ms, 50ms};
    settings.response_lost_chance = 0.1;
    settings.throttle_chance = 0.1;
    settings.receipt_delay = {1ms, 500ms};
    settings.receipt_duplicate_chance = 0.1;
    const auto story = [&](std::uint64_t seed) {
        with(settings, seed);
        RawEsme esme(carrier, now);
        esme.bind();
        std::string all;
        for (int i = 0; i < 200; ++i) {
            esme.submit("15550002000", "x", true);
            pass(5ms);
            all += carrier.output(esme.id());
            esme.hear();
        }
        return all;
    };
    const Now start = now;
    const std::string once = story(7);
    now = start;
    EXPECT_EQ(once, story(7));
    now = start;
    EXPECT_NE(once, story(8));
}

}  // namespace
}  // namespace parley::carrier_sim
