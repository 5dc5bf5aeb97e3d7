// Every stored shape: what is written is read, and nothing that a disk may give us is believed.

#include "storage/records.h"

#include "storage/entries.h"
#include "storage/live.h"
#include "storage/page.h"
#include "storage/section.h"
#include "tests/support/store_bed.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace parley::storage {
namespace {

using namespace testing;

Message full_message() {
    Message message = outbound("+15550002000", 3);
    message.direction = Direction::inbound;
    message.message_class = MessageClass::help_answer;
    message.status = Status::received;
    message.encoding = text::Encoding::binary;
    message.data_coding = 0xF5;
    message.incomplete = true;
    message.carrier = "acme";
    message.text = std::string("zero\0 and \xF0\x9F\x99\x82", 14);
    message.client_ref = std::string(300, 'r');
    message.reason = "carrier_refused";
    message.send_at = -1;
    message.settled_at = INT64_MAX;
    message.reference = 255;
    message.cut_by_carrier = 254;
    message.resend_of = ItemId::of(7, 9);
    message.segments[1] = {.phase = Phase::settled,
                           .attempts = 255,
                           .state = text::MessageState::skipped,
                           .command_status = 0xFFFFFFFF,
                           .carrier_message_id = "7F3A",
                           .error = "099",
                           .intended_at = 1,
                           .answered_at = INT64_MIN,
                           .receipt_at = 3};
    message.decisions.push_back({Look::window, Verdict::refuse, "suppressed", 5});
    message.tlvs = {{"dlt_template_id", "1107164392842"}, {"0x1501", ""}};
    message.segments[1].tlvs = {{"mcc", "262"}};
    message.inquiries = {{.operation = Operation::query,
                          .segment = 2,
                          .times = 255,
                          .asked_at = 4,
                          .answered_at = INT64_MIN,
                          .command_status = 0xFFFFFFFF,
                          .state = text::MessageState::skipped,
                          .final_at = INT64_MAX},
                         {.operation = Operation::replace, .asked_at = 6}};
    message.history.restore(UINT32_MAX, {{.what = Happening::What::repeated_receipt,
                                          .segment = 255,
                                          .state = text::MessageState::skipped,
                                          .command_status = 0xFFFFFFFF,
                                          .at = 7,
                                          .answered_at = INT64_MIN,
                                          .carrier = "beta",
                                          .text = "099"},
                                         {.at = INT64_MAX, .carrier = {}, .text = {}}});
    return message;
}

/// The same as it was before there were TLVs.
Message message_without_tlvs() {
    Message message = full_message();
    message.tlvs.clear();
    message.segments[1].tlvs.clear();
    message.inquiries.clear();
    message.cut_by_carrier = 0;
    message.history = {};
    return message;
}

Suppression suppression() {
    return {.scope = "brand:demo",
            .contact = "+15550002000",
            .rule = "phrase",
            .text = "please stop",
            .actor = "contact",
            .at = 12345};
}

template <typename Item>
Item round_trip(const Item& item) {
    Item out;
    EXPECT_TRUE(records::decode(octets_of(item), out));
    return out;
}

TEST(Records, AMessageIsReadBackInEveryField) {
    const Message in = full_message();
    const Message out = round_trip(in);
    EXPECT_EQ(out.direction, in.direction);
    EXPECT_EQ(out.message_class, in.message_class);
    EXPECT_EQ(out.status, in.status);
    EXPECT_EQ(out.encoding, in.encoding);
    EXPECT_EQ(out.data_coding, in.data_coding);
    EXPECT_EQ(out.incomplete, in.incomplete);
    EXPECT_EQ(out.account, in.account);
    EXPECT_EQ(out.brand, in.brand);
    EXPECT_EQ(out.carrier, in.carrier);
    EXPECT_EQ(out.from, in.from);
    EXPECT_EQ(out.to, in.to);
    EXPECT_EQ(out.text, in.text);
    EXPECT_EQ(out.client_ref, in.client_ref);
    EXPECT_EQ(out.reason, in.reason);
    EXPECT_EQ(out.accepted_at, in.accepted_at);
    EXPECT_EQ(out.send_at, in.send_at);
    EXPECT_EQ(out.expires_at, in.expires_at);
    EXPECT_EQ(out.settled_at, in.settled_at);
    EXPECT_EQ(out.reference, in.reference);
    EXPECT_EQ(out.resend_of, in.resend_of);
    EXPECT_EQ(out.cut_by_carrier, in.cut_by_carrier);
    ASSERT_EQ(out.segments.size(), in.segments.size());
    EXPECT_EQ(out.segments[1].phase, in.segments[1].phase);
    EXPECT_EQ(out.segments[1].attempts, in.segments[1].attempts);
    EXPECT_EQ(out.segments[1].state, in.segments[1].state);
    EXPECT_EQ(out.segments[1].command_status, in.segments[1].command_status);
    EXPECT_EQ(out.segments[1].carrier_message_id, in.segments[1].carrier_message_id);
    EXPECT_EQ(out.segments[1].error, in.segments[1].error);
    EXPECT_EQ(out.segments[1].intended_at, in.segments[1].intended_at);
    EXPECT_EQ(out.segments[1].answered_at, in.segments[1].answered_at);
    EXPECT_EQ(out.segments[1].receipt_at, in.segments[1].receipt_at);
    ASSERT_EQ(out.inquiries.size(), 2u);
    EXPECT_EQ(out.inquiries[0].operation, Operation::query);
    EXPECT_EQ(out.inquiries[0].segment, 2);
    EXPECT_EQ(out.inquiries[0].times, 255);
    EXPECT_EQ(out.inquiries[0].asked_at, 4);
    EXPECT_EQ(out.inquiries[0].answered_at, INT64_MIN);
    EXPECT_EQ(out.inquiries[0].command_status, 0xFFFFFFFF);
    EXPECT_EQ(out.inquiries[0].state, text::MessageState::skipped);
    EXPECT_EQ(out.inquiries[0].final_at, INT64_MAX);
    EXPECT_EQ(out.inquiries[1].operation, Operation::replace);
    EXPECT_EQ(out.history.left_out(), UINT32_MAX);
    ASSERT_EQ(out.history.list().size(), 2u);
    const Happening& happening = out.history.list()[0];
    EXPECT_EQ(happening.what, Happening::What::repeated_receipt);
    EXPECT_EQ(happening.segment, 255);
    EXPECT_EQ(happening.state, text::MessageState::skipped);
    EXPECT_EQ(happening.command_status, 0xFFFFFFFF);
    EXPECT_EQ(happening.at, 7);
    EXPECT_EQ(happening.answered_at, INT64_MIN);
    EXPECT_EQ(happening.carrier, "beta");
    EXPECT_EQ(happening.text, "099");
    EXPECT_EQ(out.history.list()[1].at, INT64_MAX);
    ASSERT_EQ(out.decisions.size(), 2u);
    EXPECT_EQ(out.decisions[1].look, Look::window);
    EXPECT_EQ(out.decisions[1].verdict, Verdict::refuse);
    EXPECT_EQ(out.decisions[1].rule, "suppressed");
    EXPECT_EQ(out.decisions[1].at, 5);
    EXPECT_EQ(out.tlvs, in.tlvs);
    EXPECT_EQ(out.segments[1].tlvs, in.segments[1].tlvs);
    EXPECT_TRUE(out.segments[0].tlvs.empty());
    EXPECT_EQ(out.segments[1].phase, Phase::settled) << "beside the mark of its TLVs";
}

TEST(Records, APartAReceiptAndASuppressionAreReadBackInEveryField) {
    const InboundPart in = part(2);
    const InboundPart out = round_trip(in);
    EXPECT_EQ(out.carrier, in.carrier);
    EXPECT_EQ(out.source, in.source);
    EXPECT_EQ(out.destination, in.destination);
    EXPECT_EQ(out.reference, 300);
    EXPECT_EQ(out.total, 3);
    EXPECT_EQ(out.number, 2);
    EXPECT_TRUE(out.wide);
    EXPECT_EQ(out.octets, in.octets);
    EXPECT_EQ(out.received_at, in.received_at);
    EXPECT_FALSE(out.as_ucs2);
    InboundPart national = part(2);
    national.as_ucs2 = true;
    EXPECT_TRUE(round_trip(national).as_ucs2);
    EXPECT_EQ(round_trip(national).octets, in.octets);

    for (const bool as_ucs2 : {false, true}) {
        InboundPart vendors = part(2);
        vendors.as_ucs2 = as_ucs2;
        vendors.tlvs = {{"mo_message_id", "f81d4fae"}};
        EXPECT_EQ(round_trip(vendors).tlvs, vendors.tlvs);
        EXPECT_EQ(round_trip(vendors).as_ucs2, as_ucs2);
        EXPECT_EQ(round_trip(vendors).octets, in.octets);
    }

    EarlyReceipt with_tlvs = early_receipt();
    with_tlvs.tlvs = {{"mcc", "262"}, {"", "3"}};
    EXPECT_EQ(round_trip(with_tlvs).tlvs, with_tlvs.tlvs);
    EXPECT_EQ(round_trip(with_tlvs).received_at, with_tlvs.received_at);
    const EarlyReceipt receipt = round_trip(early_receipt());
    EXPECT_EQ(receipt.carrier_message_id, "7f3a");
    EXPECT_EQ(receipt.source, "+15550002000");
    EXPECT_EQ(receipt.destination, "+15550001000");
    EXPECT_EQ(receipt.state, text::MessageState::delivered);
    EXPECT_EQ(receipt.error, "000");
    EXPECT_EQ(receipt.received_at, 1'700'000'000'700);
    EXPECT_EQ(receipt.other_id, "");
    EarlyReceipt of_two_ids = early_receipt();
    of_two_ids.other_id = "32570";
    EXPECT_EQ(round_trip(of_two_ids).other_id, "32570");
    EXPECT_EQ(round_trip(of_two_ids).received_at, receipt.received_at);

    const Suppression stop = round_trip(suppression());
    EXPECT_EQ(stop.scope, "brand:demo");
    EXPECT_EQ(stop.contact, "+15550002000");
    EXPECT_EQ(stop.rule, "phrase");
    EXPECT_EQ(stop.text, "please stop");
    EXPECT_EQ(stop.actor, "contact");
    EXPECT_EQ(stop.at, 12345);
}

TEST(Records, WhatTheFirstVersionKnewIsWrittenAsItWroteIt) {
    EXPECT_EQ(octets_of(part(1))[0], 1);
    EXPECT_EQ(octets_of(early_receipt())[0], 1);
    const std::string octets = octets_of(message_without_tlvs());
    EXPECT_EQ(octets[0], 1);
    Message message;
    ASSERT_TRUE(records::decode(octets, message));
    EXPECT_TRUE(message.tlvs.empty());
    EXPECT_FALSE(records::decode(octets + std::string(1, '\0'), message)) << "no count of TLVs";
}

TEST(Records, WhatWasSentAgainIsToldWithAndWithoutTlvs) {
    for (const bool with_tlvs : {false, true}) {
        for (const MessageId resend_of : {MessageId(), ItemId::of(7, 9)}) {
            Message in = with_tlvs ? full_message() : message_without_tlvs();
            in.resend_of = resend_of;
            const Message out = round_trip(in);
            EXPECT_EQ(out.resend_of, in.resend_of);
            EXPECT_EQ(out.tlvs, in.tlvs);
            EXPECT_EQ(out.segments.size(), in.segments.size());
            EXPECT_TRUE(out.incomplete);
        }
    }
}

TEST(Records, WhoGaveAValidityIsToldAndOlderRecordsDoNotSayTheRoute) {
    for (const bool of_route : {false, true}) {
        Message in = full_message();
        in.validity_of_route = of_route;
        EXPECT_EQ(round_trip(in).validity_of_route, of_route);
    }
    EXPECT_EQ(octets_of(full_message())[6] & 32, 0) << "written as before there was a word for it";
}

TEST(Records, EveryCutIsNoticed) {
    const std::string octets = octets_of(full_message());
    Message message;
    for (std::size_t length = 0; length < octets.size(); ++length) {
        EXPECT_FALSE(records::decode(octets.substr(0, length), message)) << length;
    }
    EXPECT_FALSE(records::decode(octets + "x", message));
}

TEST(Records, AnUnknownVersionOrNumberIsNotGuessedAt) {
    Message message;
    std::string octets = octets_of(full_message());
    for (const char version : {0, 2, 3, 5, 6}) {
        octets[0] = version;
        EXPECT_FALSE(records::decode(octets, message)) << static_cast<int>(version);
    }
    InboundPart waiting = part();
    std::string part_octets = octets_of(waiting);
    for (const char version : {0, 3, 6}) {
        part_octets[0] = version;
        EXPECT_FALSE(records::decode(part_octets, waiting)) << static_cast<int>(version);
    }
    octets[0] = 4;
    EXPECT_TRUE(records::decode(octets, message));
    octets[3] = 99;  // status
    EXPECT_FALSE(records::decode(octets, message));
    EarlyReceipt receipt = early_receipt();
    octets = octets_of(receipt);
    octets[0] = 2;
    EXPECT_FALSE(records::decode(octets, receipt));
}

std::string busy_record(SectionId id) {
    Message message = full_message();
    Message old = full_message();
    old.id = ItemId::of(1, 5);
    InboundPart waiting = part();
    EarlyReceipt early = early_receipt();
    Section section;
    section.accept(message);
    section.hold_part(waiting);
    section.hold_receipt(early);
    intend(section, old);
    answer(section, old, "abc", 1);
    receipt(section, old, text::MessageState::delivered, 2);
    section.uncertain(old, 0);
    section.reroute(old);
    decide(section, old, "rule");
    section.inquire(old, old.inquiries[0]);
    note(section, old, Happening::What::handed_over);
    section.snapshot(message);
    section.drop(waiting);
    settle(section, old);
    section.seal(id);
    return std::string(section.record());
}

std::size_t entries_in(SectionId section, std::string_view record, std::string* problem = nullptr) {
    entries::RecordReader reader(section, record);
    std::size_t count = 0;
    for (entries::Entry entry; reader.next(entry);) {
        ++count;
        Message message = full_message();
        if (auto* change = std::get_if<entries::Change>(&entry.body)) {
            (void)entries::apply(*change, message);
        }
    }
    if (problem != nullptr) *problem = reader.problem();
    return count;
}

TEST(Records, AJournalRecordIsReadBackEntryByEntry) {
    std::string problem;
    EXPECT_EQ(entries_in(9, busy_record(9), &problem), 14u);
    EXPECT_EQ(problem, "");
}

TEST(Records, AJournalRecordUnderAWrongNumberIsNoticed) {
    std::string problem;
    EXPECT_EQ(entries_in(8, busy_record(9), &problem), 0u);
    EXPECT_NE(problem.find("checksum"), std::string::npos) << problem;
}

TEST(Records, EveryFlippedOctetOfAJournalRecordIsNoticed) {
    const std::string record = busy_record(9);
    for (std::size_t at = 0; at < record.size(); ++at) {
        std::string flipped = record;
        flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
        std::string problem;
        EXPECT_EQ(entries_in(9, flipped, &problem), 0u);
        EXPECT_NE(problem, "") << at;
    }
}

std::string mutate(std::string octets, std::mt19937& dice) {
    for (unsigned n = 1 + dice() % 4; n > 0; --n) {
        const std::size_t at = octets.empty() ? 0 : dice() % octets.size();
        switch (dice() % 4) {
            case 0:
                octets.resize(at);
                break;
            case 1:
                octets.insert(at, 1, static_cast<char>(dice()));
                break;
            default:
                if (!octets.empty()) octets[at] = static_cast<char>(dice());
        }
    }
    return octets;
}

std::map<std::uint32_t, std::string> pages_of(const PageBuilder& builder) {
    std::map<std::uint32_t, std::string> pages;
    builder.each_page([&](std::uint32_t first, std::string page) {
        EXPECT_TRUE(pages.emplace(first, std::move(page)).second);
    });
    return pages;
}

// The sanitizers watch this one.
TEST(Records, DamagedOctetsNeverLeadAstray) {
    std::mt19937 dice(1);
    const std::string message = octets_of(full_message());
    const std::string waiting = octets_of(part());
    const std::string early = octets_of(early_receipt());
    const std::string stop = octets_of(suppression());
    const std::string record = busy_record(9);
    PageBuilder builder;
    builder.add(3, message);
    builder.add(1, "short");
    const std::string page = pages_of(builder).at(0);
    std::size_t refused = 0;
    for (int n = 0; n < 20'000; ++n) {
        Message a;
        InboundPart b;
        EarlyReceipt c;
        Suppression d;
        refused += records::decode(mutate(message, dice), a) ? 0 : 1;
        refused += records::decode(mutate(waiting, dice), b) ? 0 : 1;
        refused += records::decode(mutate(early, dice), c) ? 0 : 1;
        refused += records::decode(mutate(stop, dice), d) ? 0 : 1;

        // As if the checksum had been made for the damage.
        std::string bad = mutate(record, dice);
        if (bad.size() >= entries::header_octets) {
            bad[0] = 1;
            entries::finish_record(bad, 9);
        }
        (void)entries_in(9, bad);

        const std::string bad_page = mutate(page, dice);
        const PageReader reader(bad_page);
        std::size_t octets = 0;
        for (std::size_t i = 0; i < reader.size(); ++i)
            octets += reader.item(i).message.size();
        if (const auto found = reader.find(3)) octets += found->size();
        ASSERT_LE(octets, bad_page.size() * (reader.size() + 1));

        live::Value value;
        (void)live::decode(bad_page, value);
    }
    EXPECT_GT(refused, 40'000u);
}

TEST(Page, HasThe64PlacesOfASectionThatBeginAtItsFirst) {
    PageBuilder builder;
    const std::vector<std::uint32_t> indexes = {1'000'000U, 64U, 0U, 63U, 130U, 65U, 127U};
    for (const std::uint32_t index : indexes)
        builder.add(index, "message " + std::to_string(index));
    const std::map<std::uint32_t, std::string> pages = pages_of(builder);
    std::vector<std::uint32_t> firsts;
    std::size_t messages = 0;
    for (const auto& [first, octets] : pages) {
        firsts.push_back(first);
        messages += PageReader(octets).size();
    }
    EXPECT_EQ(firsts, (std::vector<std::uint32_t>{0, 64, 128, 1'000'000}));
    EXPECT_EQ(messages, indexes.size()) << "each in one page only";
    for (const std::uint32_t index : indexes) {
        EXPECT_EQ(PageReader(pages.at(page_of(index))).find(index),
                  "message " + std::to_string(index));
    }
}

TEST(Page, FindsEachMessageWithoutTheOthers) {
    PageBuilder builder;
    EXPECT_TRUE(builder.empty());
    EXPECT_EQ(builder.octets(), 0u);
    for (const std::uint32_t index : {7U, 0U, 63U, 3U}) {
        builder.add(index, "message " + std::to_string(index));
    }
    EXPECT_EQ(builder.find(3), "message 3");
    EXPECT_FALSE(builder.find(4));
    const std::string octets = pages_of(builder).at(0);
    const PageReader page(octets);
    ASSERT_TRUE(page.ok());
    ASSERT_EQ(page.size(), 4u);
    EXPECT_EQ(page.item(0).index, 0u);
    EXPECT_EQ(page.item(3).index, 63u);
    for (const std::uint32_t index : {7U, 0U, 63U, 3U}) {
        EXPECT_EQ(page.find(index), "message " + std::to_string(index));
    }
    for (const std::uint32_t index : {1U, 4U, 8U, 2'000'000U})
        EXPECT_FALSE(page.find(index));
    EXPECT_FALSE(PageReader("").ok());
    EXPECT_FALSE(PageReader(std::string_view("\1\xFF\xFF\xFF\xFF", 5)).ok());
}

}  // namespace
}  // namespace parley::storage
