// What a message remembers beside its last values: derived live and in replay alike, bounded, and
// nothing at all for a plain life.

#include "storage/history.h"

#include "storage/section.h"
#include "tests/support/store_bed.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::storage {
namespace {

using namespace testing;
using What = Happening::What;
using text::MessageState;

/// "submit_sm 0 acme 1000 1010 0x58" and so on: segment, carrier, times, status and state where
/// there are any.
std::vector<std::string> told(const Message& message) {
    std::vector<std::string> lines;
    for (const Happening& each : message.history.list()) {
        std::string line(name(each.what));
        if (is_of_a_segment(each.what)) line += " " + std::to_string(each.segment);
        if (!each.carrier.empty()) line += " " + each.carrier;
        line += " " + std::to_string(each.at);
        if (each.answered_at != 0) line += " " + std::to_string(each.answered_at);
        if (each.command_status != 0) line += " status " + std::to_string(each.command_status);
        if (each.state != MessageState{}) line += " " + std::string(text::name(each.state));
        if (!each.text.empty()) line += " " + each.text;
        lines.push_back(std::move(line));
    }
    return lines;
}

/// A message in a store that is opened anew now and then; what happens to it goes the engine's way.
class Life {
public:
    explicit Life(std::size_t segments = 1) : message_(outbound("+15550002000", segments)) {
        message_.carrier = "acme";
        bench_.commit([&](Section& s) { s.accept(message_); });
    }
    void intend(UnixMs at, std::uint8_t segment = 0) {
        begin_try(message_, segment, at);
        bench_.commit([&](Section& s) { s.intend(message_, segment); });
    }
    void refuse(UnixMs at, std::uint32_t status, std::uint8_t segment = 0) {
        message_.segments[segment].phase = Phase::waiting;
        message_.segments[segment].answered_at = at;
        message_.segments[segment].command_status = status;
        bench_.commit([&](Section& s) { s.answer(message_, segment); });
    }
    void take(UnixMs at, std::uint8_t segment = 0) {
        message_.segments[segment].phase = Phase::sent;
        message_.segments[segment].answered_at = at;
        message_.segments[segment].carrier_message_id = "17";
        bench_.commit([&](Section& s) { s.answer(message_, segment); });
    }
    void hand_over(UnixMs at, const std::string& to) {
        end_tries(message_);
        const std::string from = message_.carrier;
        message_.carrier = to;
        bench_.commit([&](Section& s) {
            s.reroute(message_);
            remember(s, {.what = What::handed_over, .at = at, .carrier = to, .text = from});
        });
    }
    void doubt(UnixMs at, std::uint8_t segment = 0) {
        message_.segments[segment].phase = Phase::uncertain;
        bench_.commit([&](Section& s) {
            s.uncertain(message_, segment);
            remember(s, {.what = What::uncertain,
                         .segment = segment,
                         .at = at,
                         .carrier = message_.carrier,
                         .text = {}});
        });
    }
    void receive(UnixMs at, MessageState state, std::uint8_t segment = 0) {
        keep_receipt(message_, segment);
        message_.segments[segment].state = state;
        message_.segments[segment].error = "000";
        message_.segments[segment].receipt_at = at;
        bench_.commit([&](Section& s) { s.receipt(message_, segment); });
    }
    void ask(UnixMs at) {
        const auto known = find_inquiry(message_, Operation::query, 0);
        if (known) keep_inquiry(message_, message_.inquiries[*known]);
        if (!known) message_.inquiries.emplace_back();
        message_.inquiries[0] = {.operation = Operation::query, .times = 1, .asked_at = at};
        bench_.commit([&](Section& s) { s.inquire(message_, message_.inquiries[0]); });
    }
    void hear(UnixMs at, MessageState state) {
        message_.inquiries[0].answered_at = at;
        message_.inquiries[0].state = state;
        bench_.commit([&](Section& s) { s.inquire(message_, message_.inquiries[0]); });
    }
    void end() {
        message_.status = Status::delivered;
        bench_.commit([&](Section& s) { s.settle(message_); });
    }

    /// What a start finds is what was there.
    std::vector<std::string> after_a_restart() {
        bench_.reopen();
        EXPECT_EQ(bench_.recovered.messages.size(), 1u);
        const Message& found = *bench_.recovered.messages.at(0);
        EXPECT_EQ(octets_of(found), octets_of(message_));
        message_ = found;
        return told(message_);
    }
    std::vector<std::string> once_it_has_ended() {
        bench_.idle();
        const auto found = bench_.store->find_message(message_.id);
        EXPECT_TRUE(found);
        EXPECT_EQ(octets_of(*found), octets_of(message_));
        return told(*found);
    }
    Message& message() { return message_; }
    void commit(const std::function<void(Section&)>& fill) { bench_.commit(fill); }

private:
    void remember(Section& section, Happening happening) {
        message_.history.add(std::move(happening));
        section.note(message_);
    }
    MemoryBed bed_;
    Bench bench_{bed_};
    Message message_;
};

using Lines = std::vector<std::string>;

/// The figures are those of the version before there was a history, and a word for what came with
/// it but is none: cut_by_carrier and validity_of_route.
TEST(History, APlainLifeHasNoneAndCostsNotAnOctet) {
    EXPECT_EQ(sizeof(Message), 456u + 8u);
    Message message = outbound();
    Section accepted;
    accepted.accept(message);
    accepted.seal(1);
    Section intended;
    intend(intended, message);
    intended.seal(2);
    Section answered;
    answer(answered, message, "4711");
    answered.seal(3);
    Section settled;
    receipt(settled, message, MessageState::delivered);
    settle(settled, message);
    settled.seal(4);
    EXPECT_EQ(accepted.octets(), 154u);
    EXPECT_EQ(intended.octets(), 34u);
    EXPECT_EQ(answered.octets(), 38u);
    EXPECT_EQ(settled.octets(), 58u);
    EXPECT_EQ(settled.settled(0).octets.size(), 150u);
    EXPECT_TRUE(message.history.empty());
    EXPECT_EQ(message.history.octets(), 0u);
    EXPECT_EQ(sizeof(History), sizeof(void*));
}

TEST(History, ATryIsKeptWhenTheNextOneBeginsWithoutAnEntryOfItsOwn) {
    Life life(2);
    life.intend(1'000);
    life.intend(1'000, 1);
    life.take(1'005, 1);
    life.refuse(1'010, 0x58);
    EXPECT_EQ(life.after_a_restart(), Lines{}) << "the segments tell it";
    life.intend(1'010);
    life.refuse(1'010, 0x08);
    life.intend(2'000);
    const Segment& segment = life.message().segments[0];
    EXPECT_EQ(segment.answered_at, 0) << "that was another try's";
    EXPECT_EQ(segment.command_status, 0u);
    const Lines lines{"submit_sm 0 acme 1000 1010 status 88",
                      "submit_sm 0 acme 1010 1010 status 8"};
    EXPECT_EQ(life.after_a_restart(), lines);
    life.take(2'010);
    life.end();
    EXPECT_EQ(life.once_it_has_ended(), lines);
}

TEST(History, ATryThatWasTakenKeepsItsId) {
    Life life;
    life.intend(1'000);
    life.take(1'010);
    life.intend(2'000);
    EXPECT_EQ(life.after_a_restart(), Lines{"submit_sm 0 acme 1000 1010 17"});
}

TEST(History, TriesAtAnotherCarrierKeepItsName) {
    Life life(2);
    life.intend(1'000);
    life.refuse(1'010, 0x08);
    life.hand_over(1'020, "beta");
    EXPECT_EQ(life.message().segments[0].intended_at, 0) << "beta has not been tried";
    life.intend(1'030);
    life.take(1'040);
    const Lines lines{"submit_sm 0 acme 1000 1010 status 8", "handed_over beta 1020 acme"};
    EXPECT_EQ(life.after_a_restart(), lines);
    life.end();
    EXPECT_EQ(life.once_it_has_ended(), lines);
}

TEST(History, ADoubtIsKeptAndTheTryBehindItFollowsWhenItIsSentAgain) {
    Life life;
    life.intend(1'000);
    life.doubt(3'000);
    EXPECT_EQ(life.after_a_restart(), Lines{"uncertain 0 acme 3000"});
    life.message().segments[0].phase = Phase::waiting;
    life.commit([&](Section& s) { s.reroute(life.message()); });
    life.intend(3'010);
    EXPECT_EQ(life.after_a_restart(), (Lines{"uncertain 0 acme 3000", "submit_sm 0 acme 1000"}));
}

TEST(History, AReceiptIsKeptWhenAnotherFollows) {
    Life life;
    life.intend(1'000);
    life.take(1'010);
    life.receive(2'000, MessageState::enroute);
    EXPECT_EQ(life.after_a_restart(), Lines{}) << "the segment tells it";
    EXPECT_EQ(life.message().segments[0].receipt_at, 2'000) << "also of one that is not final";
    life.receive(3'000, MessageState::accepted);
    life.receive(4'000, MessageState::delivered);
    EXPECT_EQ(life.after_a_restart(),
              (Lines{"receipt 0 acme 2000 ENROUTE 000", "receipt 0 acme 3000 ACCEPTED 000"}));
}

TEST(History, AQuestionIsKeptWhenItIsAskedAgain) {
    Life life;
    life.ask(1'000);
    life.hear(1'010, MessageState::enroute);
    EXPECT_EQ(life.after_a_restart(), Lines{});
    life.ask(2'000);
    life.ask(3'000);
    EXPECT_EQ(life.after_a_restart(),
              (Lines{"query_sm 0 acme 1000 1010 ENROUTE", "query_sm 0 acme 2000"}));
}

TEST(History, ASnapshotHasItWhole) {
    Life life;
    life.intend(1'000);
    life.refuse(1'010, 0x58);
    life.intend(2'000);
    life.commit([&](Section& s) { s.snapshot(life.message()); });
    life.refuse(2'010, 0x58);
    life.intend(3'000);
    EXPECT_EQ(life.after_a_restart(), (Lines{"submit_sm 0 acme 1000 1010 status 88",
                                             "submit_sm 0 acme 2000 2010 status 88"}));
}

TEST(History, TheFirstAndTheNewestStayAndTheRestIsCounted) {
    Message message = outbound();
    for (int n = 0; n < 100; ++n)
        message.history.add({.what = What::changed, .at = n, .carrier = {}, .text = {}});
    const auto list = message.history.list();
    ASSERT_EQ(list.size(), History::kept_max);
    EXPECT_EQ(message.history.left_out(), 100 - History::kept_max);
    for (std::size_t n = 0; n < History::first_kept; ++n)
        EXPECT_EQ(list[n].at, static_cast<UnixMs>(n));
    for (std::size_t n = History::first_kept; n < list.size(); ++n)
        EXPECT_EQ(list[n].at, static_cast<UnixMs>(100 - History::kept_max + n));
    Message read;
    ASSERT_TRUE(records::decode(octets_of(message), read));
    EXPECT_EQ(read.history.left_out(), message.history.left_out());
    EXPECT_EQ(octets_of(read), octets_of(message));

    message.history.add({.what = What::receipt, .carrier = {}, .text = std::string(9'999, 'x')});
    EXPECT_EQ(message.history.list().back().text.size(), History::text_max);
}

TEST(History, ACopyIsACopy) {
    Message message = outbound();
    message.history.add({.what = What::changed, .at = 1, .carrier = {}, .text = {}});
    Message copy = message;
    copy.history.add({.what = What::changed, .at = 2, .carrier = {}, .text = {}});
    EXPECT_EQ(message.history.list().size(), 1u);
    EXPECT_EQ(copy.history.list().size(), 2u);
    copy = Message();
    EXPECT_TRUE(copy.history.empty());
}

// ---- What an earlier version left behind
// ---------------------------------------------------------

/// An intent beside the answer to the try before, and a carrier with the tries at another.
TEST(History, AJournalOfTheVersionBeforeIsReadByItsSense) {
    Life life;
    Message& message = life.message();
    Segment& segment = message.segments[0];
    life.intend(1'000);
    life.refuse(1'010, 0x58);
    segment.phase = Phase::intended;
    segment.intended_at = 2'000;
    life.commit([&](Section& s) { s.intend(message, 0); });
    life.refuse(2'010, 0x08);
    message.carrier = "beta";
    segment.command_status = 0;
    life.commit([&](Section& s) { s.reroute(message); });
    segment.phase = Phase::intended;
    segment.intended_at = 3'000;
    life.commit([&](Section& s) { s.intend(message, 0); });
    // What it should have kept.
    segment.answered_at = 0;
    message.history.add({.what = What::submit,
                         .command_status = 0x58,
                         .at = 1'000,
                         .answered_at = 1'010,
                         .carrier = "acme",
                         .text = {}});
    message.history.add({.what = What::submit,
                         .command_status = 0x08,
                         .at = 2'000,
                         .answered_at = 2'010,
                         .carrier = "acme",
                         .text = {}});
    EXPECT_EQ(life.after_a_restart(), (Lines{"submit_sm 0 acme 1000 1010 status 88",
                                             "submit_sm 0 acme 2000 2010 status 8"}));
}

std::string octets_from(std::string_view hex) {
    std::string octets;
    for (std::size_t at = 0; at + 1 < hex.size(); at += 2)
        octets += static_cast<char>(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16));
    return octets;
}

/// Octets that the version before wrote: one tried again and in doubt, the other on its way.
TEST(History, AMessageOfTheVersionBeforeIsReadAndWrittenAsItWas) {
    const std::string octets = octets_from(
        "010000030000040473686f700464656d6f0461636d650c2b31353535303030313030300c2b3135353530"
        "303032303030026869000080d095ffbc3100c09fbaffbc31000002020200580000d00fe8070003000100"
        "02313703303030d00fb410000100000a616c6c5f70617373656480d095ffbc3101000102b81700000000");
    Message message;
    ASSERT_TRUE(records::decode(octets, message));
    EXPECT_TRUE(message.history.empty());
    ASSERT_EQ(message.segments.size(), 2u);
    EXPECT_EQ(message.segments[0].answered_at, 1'000);
    EXPECT_EQ(octets_of(message), octets);
    begin_try(message, 0, 5'000);
    EXPECT_EQ(told(message), Lines{"submit_sm 0 acme 2000"}) << "its answer was an earlier try's";
}

}  // namespace
}  // namespace parley::storage
