// Receipts in their dialects, those that go astray, and what the books say of them; delays as they
// are drawn.

#include "tools/carrier_sim/receipts.h"

#include "tests/support/carrier_bed.h"
#include "tools/carrier_sim/delay.h"

namespace parley::carrier_sim {
namespace {

using namespace std::chrono_literals;
using smpp::Command;
using smpp::Status;
using test::only;
using test::RawEsme;
using test::receipt_of;

class Receipts : public test::CarrierBed {
protected:
    std::string first_receipt(Settings settings) {
        with(std::move(settings));
        RawEsme esme(carrier, now);
        esme.bind();
        esme.submit("15550002000", "hello", true);
        pass(1h);
        const auto receipts = only(esme.hear(), Command::deliver_sm);
        return receipts.empty() ? "" : receipt_of(receipts[0]);
    }
};

TEST_F(Receipts, ACarrierHasATextOfItsOwn) {
    Settings settings;
    settings.receipt_format =
        "id:{id} sub:001 dlvrd:{dlvrd} submit date:{submit_s} done date:{done_s} stat:{stat} "
        "err:{err} Text:{text} {what}";
    settings.receipt_states = {{text::MessageState::undeliverable, 1, "0E1"}};
    EXPECT_EQ(first_receipt(settings),
              "id:1000000001 sub:001 dlvrd:000 submit date:251009085320 done date:251009085320 "
              "stat:UNDELIV err:0E1 Text:hello {what}");
}

TEST_F(Receipts, IdsAreWrittenInEveryForm) {
    EXPECT_EQ(id_text(1'000'000'001, IdForm::decimal).view(), "1000000001");
    EXPECT_EQ(id_text(1'000'000'001, IdForm::hex).view(), "3B9ACA01");
    EXPECT_EQ(id_text(1'000'000'001, IdForm::hex_lower).view(), "3b9aca01");
    EXPECT_EQ(id_text(77, IdForm::padded).view(), "0000000077");
    EXPECT_EQ(id_text(12'345'678'901, IdForm::padded).view(), "12345678901");
    EXPECT_EQ(id_text(77, IdForm::uuid).view().size(), 36u);
    EXPECT_EQ(id_text(77, IdForm::uuid, smpp::Version::v3_3).view(), "0000004D");
}

TEST_F(Receipts, SomeAreNeverSentAndTheBooksKnow) {
    Settings settings;
    settings.receipt_missing_chance = 1;
    settings.keep_books = true;
    EXPECT_EQ(first_receipt(settings), "");
    EXPECT_EQ(counts().receipts_missing, 1u);
    EXPECT_EQ(counts().receipts_made, 0u);
    ASSERT_EQ(carrier.books().receipts.size(), 1u);
    EXPECT_TRUE(carrier.books().receipts[0].missing);
    EXPECT_FALSE(carrier.books().receipts[0].sent);
}

TEST_F(Receipts, SomeComeDaysLater) {
    Settings settings;
    settings.receipt_late_chance = 1;
    settings.receipt_late_by = {48h, 48h};
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    esme.submit("15550002000", "hello", true);
    pass(47h);
    EXPECT_TRUE(only(esme.hear(), Command::deliver_sm).empty());
    pass(1h);
    const auto said = only(esme.hear(), Command::deliver_sm);
    ASSERT_EQ(said.size(), 1u);
    EXPECT_NE(receipt_of(said[0]).find("submit date:2510090853 done date:2510110853"),
              std::string::npos)
        << receipt_of(said[0]);
}

TEST_F(Receipts, SomeResponsesComeAfterTheirReceipt) {
    Settings settings;
    settings.response_late_chance = 1;
    settings.response_late_by = {90s, 90s};
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    esme.submit("15550002000", "hello");
    pass(89s);
    EXPECT_TRUE(esme.hear().empty());
    pass(1s);
    EXPECT_EQ(esme.hear().size(), 1u);
}

TEST_F(Receipts, TheBooksFollowAReceiptFromItsMakingToItsAnswer) {
    Settings settings;
    settings.keep_books = true;
    settings.receipt_delay = {1s, 1s};
    settings.deliver_retry_after = 1s;
    with(settings);
    RawEsme esme(carrier, now);
    esme.bind();
    esme.submit("15550002000", "hello", true);
    ASSERT_EQ(carrier.books().receipts.size(), 1u);
    const ReceiptRecord& record = carrier.books().receipts[0];
    EXPECT_FALSE(record.sent);
    pass(1s);
    EXPECT_TRUE(record.sent);
    esme.answer(only(esme.hear(), Command::deliver_sm).at(0), Status::ESME_RX_T_APPN);
    EXPECT_EQ(record.refusals, 1u);
    pass(1s);
    EXPECT_EQ(record.sends, 2u);
    EXPECT_FALSE(record.acked);
    esme.answer(only(esme.hear(), Command::deliver_sm).at(0));
    EXPECT_TRUE(record.acked);
    const auto found = carrier.books().submits_by_id.find("1000000001");
    ASSERT_NE(found, carrier.books().submits_by_id.end());
    EXPECT_EQ(found->second, record.submit);
    carrier.clear_books();
    EXPECT_TRUE(carrier.books().receipts.empty());
}

TEST(Delays, ALogNormalDelayHasTheMedianAndThe99thPercentileThatWereAsked) {
    Dice dice(7);
    std::vector<Duration> drawn(20'000);
    for (Duration& each : drawn)
        each = draw(dice, {.min = 80ms, .max = 2s, .log_normal = true});
    std::sort(drawn.begin(), drawn.end());
    EXPECT_NEAR(static_cast<double>(drawn[10'000].count()), 80e3, 4e3);
    EXPECT_NEAR(static_cast<double>(drawn[19'800].count()), 2e6, 2e5);
}

TEST(Delays, AnEvenDelayStaysWithinItsBoundsAndAFixedOneCostsNoChance) {
    Dice dice(7);
    for (int i = 0; i < 1'000; ++i) {
        const Duration drawn = draw(dice, {.min = 10ms, .max = 12ms});
        EXPECT_GE(drawn, 10ms);
        EXPECT_LE(drawn, 12ms);
    }
    Dice used(7);
    Dice unused(7);
    EXPECT_EQ(draw(used, {.min = 10ms, .max = 10ms}), 10ms);
    EXPECT_EQ(used.next(), unused.next());
}

/// Everything of a run that the same seed must repeat.
std::string story_of(std::uint64_t seed, bool handsets_write) {
    Settings settings;
    settings.keep_books = true;
    settings.response_delay = {1ms, 50ms};
    settings.receipt_delay = {.min = 100ms, .max = 3s, .log_normal = true};
    settings.response_lost_chance = 0.05;
    settings.receipt_missing_chance = 0.05;
    settings.receipt_duplicate_chance = 0.1;
    settings.throttle_chance = 0.1;
    settings.receipt_states = {{text::MessageState::delivered, 8, ""},
                               {text::MessageState::undeliverable, 2, "069"}};
    CarrierSim carrier(settings, Dice(seed));
    Now now{Instant(1h), 1'760'000'000'000};
    RawEsme esme(carrier, now);
    esme.bind();
    for (int i = 0; i < 300; ++i) {
        esme.submit("15550002000", "n" + std::to_string(i), true);
        if (handsets_write) carrier.send_mo(now, test::handset, test::our_number, "hello");
        now.at += 10ms;
        now.wall += 10;
        carrier.on_deadline(now);
    }
    std::string story;
    for (const SubmitRecord& record : carrier.books().submits)
        story += smpp::name(record.status) + record.message_id + (record.response_lost ? "!" : " ");
    for (const ReceiptRecord& record : carrier.books().receipts)
        story += std::to_string(record.submit) + std::string(text::name(record.state)) +
                 (record.missing ? "-" : " ");
    return story;
}

TEST(Repeatability, TheSameSeedWritesTheSameBooks) {
    EXPECT_EQ(story_of(5, false), story_of(5, false));
    EXPECT_NE(story_of(5, false), story_of(6, false));
}

TEST(Repeatability, HandsetsThatWriteChangeNothingForSubmits) {
    EXPECT_EQ(story_of(5, false), story_of(5, true));
}

}  // namespace
}  // namespace parley::carrier_sim
