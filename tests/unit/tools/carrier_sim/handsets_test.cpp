// Handsets that hold a conversation by script, and how their texts are written.

#include "protocol/text/charset.h"
#include "protocol/text/user_data.h"
#include "tests/support/carrier_bed.h"

namespace parley::carrier_sim {
namespace {

using namespace std::chrono_literals;
using test::RawEsme;
using test::receipt_of;

class Handsets : public test::CarrierBed {
protected:
    /// What the handsets say to so many messages.
    std::vector<std::string> answers_to(HandsetRule rule, int messages,
                                        std::string_view digits = "15550002000") {
        Settings settings;
        settings.keep_books = true;
        settings.handsets = {std::move(rule)};
        with(settings);
        RawEsme esme(carrier, now);
        esme.bind();
        for (int i = 1; i <= messages; ++i) {
            esme.submit(digits, "message " + std::to_string(i));
            pass(1min);
        }
        std::vector<std::string> texts;
        for (const MoRecord& mo : carrier.books().mos)
            texts.push_back(mo.text);
        return texts;
    }
};

TEST_F(Handsets, GoThroughTheirListInTurn) {
    EXPECT_EQ(answers_to({.answers = {"one", "two", "three"}}, 4),
              (std::vector<std::string>{"one", "two", "three", "one"}));
}

TEST_F(Handsets, SayStopAfterSoManyAnswersAndThenNothing) {
    EXPECT_EQ(answers_to({.answer = "ok", .stop_after = 3, .stop_text = "Stop!"}, 6),
              (std::vector<std::string>{"ok", "ok", "Stop!"}));
    ASSERT_EQ(carrier.books().stops.size(), 1u);
    EXPECT_EQ(carrier.books().stops[0].handset, test::handset);
}

TEST_F(Handsets, AnswerOnlySoOften) {
    EXPECT_EQ(answers_to({.answer = "ok", .times_max = 2}, 5).size(), 2u);
}

TEST_F(Handsets, AnswerByARuleThatSeesWhatCame) {
    EXPECT_EQ(answers_to({.answer = "{number} got '{text}', the {n}th"}, 2),
              (std::vector<std::string>{"+15550002000 got 'message 1', the 1th",
                                        "+15550002000 got 'message 2', the 2th"}));
}

TEST_F(Handsets, RememberEachForItself) {
    Settings settings;
    settings.keep_books = true;
    settings.handsets = {{.answers = {"first", "second"}}};
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    for (const auto* digits : {"15550002001", "15550002002", "15550002001"})
        esme.submit(digits, "hello");
    pass(1min);
    std::vector<std::string> texts;
    for (const MoRecord& mo : carrier.books().mos)
        texts.push_back(mo.from + " " + mo.text);
    EXPECT_EQ(texts, (std::vector<std::string>{"+15550002001 first", "+15550002002 first",
                                               "+15550002001 second"}));
}

TEST_F(Handsets, WriteLongAndInAnyScript) {
    std::string text;
    for (int i = 0; i < 40; ++i)
        text += "Привет! ";
    EXPECT_EQ(answers_to({.answer = text}, 1), std::vector<std::string>{text});
    EXPECT_GT(carrier.books().mos.at(0).segments, 4u);
}

TEST_F(Handsets, PartsAreToldApartByTheParametersOfTheCarriersChoice) {
    Settings settings;
    settings.mo_parts = Parts::sar;
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    carrier.send_mo(now, test::handset, test::our_number, std::string(300, 'a'));
    const auto parts = esme.hear();
    ASSERT_EQ(parts.size(), 2u);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto pdu = parts[i].as<smpp::DeliverSm>();
        EXPECT_EQ(pdu.esm_class, 0);
        const char number = static_cast<char>(i + 1);
        EXPECT_EQ(pdu.tlvs.find(smpp::Tag::sar_segment_seqnum), std::string_view(&number, 1));
        EXPECT_EQ(pdu.tlvs.find(smpp::Tag::sar_total_segments), std::string_view("\x02", 1));
    }
    Settings changed = carrier.settings();
    changed.mo_parts = Parts::payload;
    carrier.change(changed);
    carrier.send_mo(now, test::handset, test::our_number, std::string(300, 'a'));
    const auto whole = esme.hear();
    ASSERT_EQ(whole.size(), 1u);
    EXPECT_EQ(whole[0].as<smpp::DeliverSm>().tlvs.find(smpp::Tag::message_payload)->size(), 300u);
}

TEST_F(Handsets, TheCarriersAlphabetHoldsBothWays) {
    Settings settings;
    settings.default_alphabet = DefaultAlphabet::latin1;
    settings.keep_books = true;
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    carrier.send_mo(now, test::handset, test::our_number, "\xC3\xA9t\xC3\xA9");  // été
    carrier.send_mo(now, test::handset, test::our_number, "\xE2\x82\xAC");       // €: not in it
    const auto said = esme.hear();
    ASSERT_EQ(said.size(), 2u);
    EXPECT_EQ(said[0].as<smpp::DeliverSm>().data_coding, 0);
    EXPECT_EQ(receipt_of(said[0]), "\xE9t\xE9");
    EXPECT_EQ(said[1].as<smpp::DeliverSm>().data_coding, 8);
    esme.submit("15550002000", "\xE9t\xE9");
    EXPECT_EQ(carrier.books().submits.at(0).text(), "\xC3\xA9t\xC3\xA9");
}

}  // namespace
}  // namespace parley::carrier_sim
