#include "protocol/text/receipt_text.h"

#include "protocol/text/receipt_time.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace parley::text {
namespace {

using namespace std::string_view_literals;

struct Sample {
    std::string_view receipt;
    std::string_view id;
    std::string_view stat;
    std::string_view err;
    std::string_view submit_date;
    std::string_view done_date;
    std::optional<MessageState> state;
    std::string_view text;
};

// Receipts of real carriers, as published in the test suites and manuals of other projects
// (Cloudhopper, jSMPP, vumi, RestComm, somleng, Jasmin, OpenMarket, Nexmo).
constexpr Sample samples[] = {
    {"id:0123456789 sub:002 dlvrd:001 submit date:1005232039 done date:1005242339 stat:DELIVRD "
     "err:012 text:This is a sample mes",
     "0123456789", "DELIVRD", "012", "1005232039", "1005242339", MessageState::delivered,
     "This is a sample mes"},
    {"id:0123456789 sub:002 dlvrd:001 submit date:1005232039 done date:1005242339 stat:DELIVRD "
     "err:21b text:x",
     "0123456789", "DELIVRD", "21b", "1005232039", "1005242339", MessageState::delivered, "x"},
    {"id:0123456789 sub:002 dlvrd:001 submit date:1005232039 done date:1005242339 stat:DELIVRD "
     "err:2050 text:x",
     "0123456789", "DELIVRD", "2050", "1005232039", "1005242339", MessageState::delivered, "x"},
    {"id:1526758174 submit date:1701240904 done date:1701250907 stat:DELIVRD err:000 text:",
     "1526758174", "DELIVRD", "000", "1701240904", "1701250907", MessageState::delivered, ""},
    {"id:2E179B310EDE971B2760C72B7F026E1B submit date:20110314181534 done date:20110314181741 "
     "stat:DELIVRD err:0",
     "2E179B310EDE971B2760C72B7F026E1B", "DELIVRD", "0", "20110314181534", "20110314181741",
     MessageState::delivered, ""},
    {"id:1479978899.393701000100 sub:001 dlvrd:001 submit date:161124101732 done "
     "date:161124101735 stat:DELIVRD err:000",
     "1479978899.393701000100", "DELIVRD", "000", "161124101732", "161124101735",
     MessageState::delivered, ""},
    {"id:1010d937-8f43-4754-9dd8-6e987cda32fa sub:001 dlvrd:000 submit date:161008120127 done "
     "date:1610081500 stat:UNDELIV err:004 text:exampleMessage02",
     "1010d937-8f43-4754-9dd8-6e987cda32fa", "UNDELIV", "004", "161008120127", "1610081500",
     MessageState::undeliverable, "exampleMessage02"},
    {"id:07EE36CBE3 sub:001 dlvrd:001 submit date:1708071603 done date:1708071603 stat:UNDELIV "
     "err:106 Text:-",
     "07EE36CBE3", "UNDELIV", "106", "1708071603", "1708071603", MessageState::undeliverable, "-"},
    {"id:577e505a-dbd7-46ab-a04c-5a927ffb85b1 sub:001 dlvrd:000 submit date:2408201338 done "
     "date:240820093823 stat:REJECTD err:00B text:You",
     "577e505a-dbd7-46ab-a04c-5a927ffb85b1", "REJECTD", "00B", "2408201338", "240820093823",
     MessageState::rejected, "You"},
    {"id:0003493221 sub:001 dlvrd:001 submit date:2511240413 done date:2511260413 stat:EXPIRED "
     "err:254 text:??????????",
     "0003493221", "EXPIRED", "254", "2511240413", "2511260413", MessageState::expired,
     "??????????"},
    {"id:4791967 sub:0 dlvrd:1 submit date:2302281329 done date:2302281329 stat:ENROUTE err:0 "
     "Text:Hello World from out",
     "4791967", "ENROUTE", "0", "2302281329", "2302281329", MessageState::enroute,
     "Hello World from out"},
    {"id:88316820 sub:0 dlvrd:0 submit date:2302281324 done date:2302281325 err:500 Text:Hello "
     "World from out",
     "88316820", "", "500", "2302281324", "2302281325", std::nullopt, "Hello World from out"},
    {"id:68673723 sub:1 dlvrd:13 submit date:1909301545 done date:1909301545 stat:DELIVRD err:0 "
     "Text:\x04\x1a"sv,
     "68673723", "DELIVRD", "0", "1909301545", "1909301545", MessageState::delivered, "\x04\x1a"},
    {"id:0416342074 stat:DELIVRD err:000 text:\x84\x41\x89O\x88 ENTO\x84H. \x8c\x41PAKA",
     "0416342074", "DELIVRD", "000", "", "", MessageState::delivered,
     "\x84\x41\x89O\x88 ENTO\x84H. \x8c\x41PAKA"},
    {"id:0000436949 submit date:1504211508 done date:1504211508 stat:DELIVRD err:000\0"sv,
     "0000436949", "DELIVRD", "000", "1504211508", "1504211508", MessageState::delivered, ""},
    {"id:0123456789 sub:002 dlvrd:003 submit date:0809011130 done date:0809021131 err:123 "
     "stat:DND_REJECTED text:Hello World",
     "0123456789", "DND_REJECTED", "123", "0809011130", "0809021131", MessageState::rejected,
     "Hello World"},
    {"id:abc sub:null dlvrd:null stat:DELIVRD text:Meep", "abc", "DELIVRD", "", "", "",
     MessageState::delivered, "Meep"},
    {"id:0118Z-0122I-2309U-57DGB sub:000 dlvrd:000 submitdate:180122230957 donedate:000000000000 "
     "stat:REJECTED err:375 text:    ",
     "0118Z-0122I-2309U-57DGB", "REJECTED", "375", "180122230957", "000000000000",
     MessageState::rejected, "    "},
    {"id:0911897980 sub:001 dlvrd:000 submit date:1201121551 done date:1201121551 stat:UNDELIV "
     "err:075 text:-PROFILE",
     "0911897980", "UNDELIV", "075", "1201121551", "1201121551", MessageState::undeliverable,
     "-PROFILE"},
    {"id:0000000012345678 sub:001 dlvrd:001 submit date:1601010100 done date:1601010101 "
     "stat:DELIVRD err:000 text:none",
     "0000000012345678", "DELIVRD", "000", "1601010100", "1601010101", MessageState::delivered,
     "none"},
    {"id:1 submit date:180711070003912+ done date:180711070003912+ stat:DELIVRD", "1", "DELIVRD",
     "", "180711070003912+", "180711070003912+", MessageState::delivered, ""},
};

TEST(ReceiptText, EveryDialectThatWeHaveSeenIsRead) {
    for (const auto& sample : samples) {
        const auto receipt = parse_receipt(sample.receipt);
        ASSERT_TRUE(receipt) << sample.receipt;
        EXPECT_EQ(receipt->id, sample.id) << sample.receipt;
        EXPECT_EQ(receipt->stat, sample.stat) << sample.receipt;
        EXPECT_EQ(receipt->err, sample.err) << sample.receipt;
        EXPECT_EQ(receipt->submit_date, sample.submit_date) << sample.receipt;
        EXPECT_EQ(receipt->done_date, sample.done_date) << sample.receipt;
        EXPECT_EQ(receipt->text, sample.text) << sample.receipt;
        EXPECT_EQ(receipt->state, sample.state) << sample.receipt;
    }
}

// The published examples of Vodafone's form: status, status time, time of acceptance, error,
// destination, origin, id.
TEST(ReceiptText, TheCommaSeparatedFormOfVodafoneIsRead) {
    const auto delivered = parse_receipt(
        "00,0210021543,0210021500,,447887123456,10110200000000,we2345678i9o03er45ty67u");
    ASSERT_TRUE(delivered);
    EXPECT_EQ(delivered->id, "we2345678i9o03er45ty67u");
    EXPECT_EQ(delivered->state, MessageState::delivered);
    EXPECT_EQ(delivered->stat, "00");
    EXPECT_EQ(delivered->err, "");
    EXPECT_EQ(delivered->done_date, "0210021543");
    EXPECT_EQ(delivered->submit_date, "0210021500");

    const auto retried = parse_receipt(
        "01,0210021543,0210021500,30,447887123456,10110200000999,we2345678i9o03erliuweydsy\0"sv);
    ASSERT_TRUE(retried);
    EXPECT_EQ(retried->state, MessageState::enroute) << "the system will try again";
    EXPECT_EQ(retried->err, "30");
    EXPECT_EQ(retried->id, "we2345678i9o03erliuweydsy");

    const auto unknown = parse_receipt("77,0210021543,0210021500,30,4478,1011,we23");
    ASSERT_TRUE(unknown);
    EXPECT_FALSE(unknown->state);
    EXPECT_EQ(unknown->stat, "77") << "kept raw";
}

TEST(ReceiptText, EverySampleHasReadableTimesOrNone) {
    for (const auto& sample : samples) {
        const auto receipt = parse_receipt(sample.receipt);
        ASSERT_TRUE(receipt);
        for (const auto date : {receipt->submit_date, receipt->done_date}) {
            const bool none = date.empty() || date == "000000000000";
            EXPECT_EQ(read_receipt_time(date).has_value(), !none) << sample.receipt;
        }
    }
}

TEST(ReceiptText, CountsAreKeptRaw) {
    const auto receipt = parse_receipt("id:1 sub:null dlvrd:28");
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->sub, "null");
    EXPECT_EQ(receipt->dlvrd, "28");
}

TEST(ReceiptText, OrderCaseAndBlanksDoNotMatter) {
    const auto receipt =
        parse_receipt("\n STAT: Delivrd,ERR:1;Done Date:2  submit DATE:3 ID: 4\r\n");
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->stat, "Delivrd");
    EXPECT_EQ(receipt->state, MessageState::delivered);
    EXPECT_EQ(receipt->err, "1");
    EXPECT_EQ(receipt->done_date, "2");
    EXPECT_EQ(receipt->submit_date, "3");
    EXPECT_EQ(receipt->id, "4");
}

TEST(ReceiptText, WhatThePersonWroteIsNeverTakenForTheReceipt) {
    const auto receipt = parse_receipt("id:1 stat:DELIVRD text:id:2 stat:EXPIRED err:9");
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->id, "1");
    EXPECT_EQ(receipt->stat, "DELIVRD");
    EXPECT_EQ(receipt->err, "");
    EXPECT_EQ(receipt->text, "id:2 stat:EXPIRED err:9");
}

TEST(ReceiptText, AnEmptyFieldDoesNotSwallowTheNext) {
    const auto receipt =
        parse_receipt("id:1 sub: dlvrd: submit date: done date: stat:EXPIRED err:");
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->sub, "");
    EXPECT_EQ(receipt->submit_date, "");
    EXPECT_EQ(receipt->stat, "EXPIRED");
    EXPECT_EQ(receipt->err, "");
}

TEST(ReceiptText, TheFirstOfRepeatedFieldsCountsAndUnknownOnesAreSkipped) {
    const auto receipt = parse_receipt("valid:9 id:1 id:2 network:x price:0.1 stat:UNKNOWN");
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->id, "1");
    EXPECT_EQ(receipt->state, MessageState::unknown);
}

TEST(ReceiptText, WithoutIdAndStatThereIsNoReceipt) {
    for (const auto text : {""sv, "   "sv, "hello"sv, "id:"sv, "stat: text:id:1"sv, "sub:1 err:0"sv,
                            "00,0210021543,0210021500,,447887123456,10110200000000"sv,
                            "00,hello,0210021500,,447887123456,10110200000000,we2345"sv}) {
        EXPECT_FALSE(parse_receipt(text)) << text;
    }
}

TEST(ReceiptText, AnUnknownStatIsKeptRaw) {
    const auto receipt = parse_receipt("id:1 stat:WEIRD");
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->stat, "WEIRD");
    EXPECT_FALSE(receipt->state);
}

TEST(MessageStates, WordsOfCarriersAreUnderstood) {
    EXPECT_EQ(state_from_stat("delivered"), MessageState::delivered);
    EXPECT_EQ(state_from_stat("DELETED"), MessageState::deleted);
    EXPECT_EQ(state_from_stat("ACCEPTD"), MessageState::accepted);
    EXPECT_EQ(state_from_stat("ACKED"), MessageState::accepted);
    EXPECT_EQ(state_from_stat("FAILED"), MessageState::undeliverable);
    EXPECT_EQ(state_from_stat("BUFFRED"), MessageState::enroute);
    EXPECT_EQ(state_from_stat("BUFFERD"), MessageState::enroute);
    EXPECT_EQ(state_from_stat("REJECTED"), MessageState::rejected);
    EXPECT_FALSE(state_from_stat(""));
    EXPECT_FALSE(state_from_stat("DELIVR"));
}

TEST(MessageStates, OnlyWhatIsOnTheWayIsNotFinal) {
    for (const auto state :
         {MessageState::scheduled, MessageState::enroute, MessageState::accepted}) {
        EXPECT_FALSE(is_final(state)) << name(state);
    }
    for (const auto state : {MessageState::delivered, MessageState::expired, MessageState::deleted,
                             MessageState::undeliverable, MessageState::unknown,
                             MessageState::rejected, MessageState::skipped}) {
        EXPECT_TRUE(is_final(state)) << name(state);
    }
    EXPECT_EQ(name(MessageState::delivered), "DELIVERED");
    EXPECT_EQ(name(MessageState::skipped), "SKIPPED");
}

}  // namespace
}  // namespace parley::text
