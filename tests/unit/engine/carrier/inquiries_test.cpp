#include "engine/carrier/inquiries.h"

#include <gtest/gtest.h>

namespace parley::carrier {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using storage::Inquiry;
using storage::Operation;
using storage::Phase;

const config::Query every_hour{.after = hours(1), .rate = 1, .times = 2};
constexpr storage::UnixMs hour = 3'600'000;

storage::Message sent_at(storage::UnixMs when) {
    storage::Message message;
    message.segments.push_back(
        {.phase = Phase::sent, .carrier_message_id = "17", .answered_at = when});
    return message;
}

TEST(Inquiries, AreDueSoLongAfterTheResponseAndAfterTheLastQuestion) {
    storage::Message message = sent_at(hour);
    EXPECT_FALSE(is_overdue(every_hour, 2 * hour - 1, message));
    EXPECT_TRUE(is_overdue(every_hour, 2 * hour, message));
    message.inquiries = {{.operation = Operation::query, .times = 1, .asked_at = 3 * hour}};
    EXPECT_FALSE(is_overdue(every_hour, 4 * hour - 1, message));
    EXPECT_TRUE(is_overdue(every_hour, 4 * hour, message));
    message.inquiries[0].times = 2;
    EXPECT_FALSE(is_overdue(every_hour, 40 * hour, message)) << "asked often enough";
}

TEST(Inquiries, AreNotDueWhereThereIsNothingToAskOrNothingToAskBy) {
    for (const Phase phase :
         {Phase::waiting, Phase::intended, Phase::uncertain, Phase::refused, Phase::settled}) {
        storage::Message message = sent_at(hour);
        message.segments[0].phase = phase;
        EXPECT_FALSE(is_overdue(every_hour, 40 * hour, message));
    }
    storage::Message message = sent_at(hour);
    message.segments[0].carrier_message_id.clear();
    EXPECT_FALSE(is_overdue(every_hour, 40 * hour, message));
    message = sent_at(hour);
    message.inquiries = {
        {.operation = Operation::query,
         .times = 1,
         .asked_at = 3 * hour,
         .command_status = static_cast<std::uint32_t>(smpp::Status::ESME_RQUERYFAIL)}};
    EXPECT_FALSE(is_overdue(every_hour, 40 * hour, message)) << "the carrier has forgotten it";
    message.inquiries[0].operation = Operation::cancel;
    EXPECT_TRUE(is_overdue(every_hour, 40 * hour, message)) << "that was another matter";
}

TEST(Inquiries, HaveATokenAtTheirRateAndNoneWhileTheyRest) {
    const Instant start(hours(1));
    Inquiries inquiries({.after = hours(1), .rate = 0.5, .times = 1}, start);
    EXPECT_TRUE(inquiries.has_token(start));
    inquiries.take_token(start);
    EXPECT_FALSE(inquiries.has_token(start));
    EXPECT_EQ(inquiries.next_token(start), start + seconds(2));
    EXPECT_TRUE(inquiries.has_token(start + seconds(2)));
    inquiries.rest(start + seconds(2));
    EXPECT_FALSE(inquiries.has_token(start + seconds(10)));
    EXPECT_TRUE(inquiries.has_token(start + seconds(62)));
}

TEST(Inquiries, WalkOnWhereTheyStoppedAndBeginAnewAfterAWhile) {
    const Instant start(hours(1));
    Inquiries inquiries(every_hour, start);
    EXPECT_TRUE(inquiries.may_look(start));
    inquiries.looks();
    EXPECT_FALSE(inquiries.may_look(start + hours(9))) << "not twice at once";
    inquiries.on_looked(start, storage::ItemId::of(5, 7), true);
    EXPECT_EQ(inquiries.cursor(), storage::ItemId::of(5, 7));
    EXPECT_TRUE(inquiries.may_look(start + seconds(1)));
    inquiries.due().push_back({storage::ItemId::of(5, 3), 0});
    EXPECT_FALSE(inquiries.may_look(start + seconds(1))) << "these first";
    inquiries.due().clear();
    inquiries.on_looked(start, storage::ItemId::of(5, 9), false);
    EXPECT_FALSE(inquiries.cursor());
    EXPECT_FALSE(inquiries.may_look(start + minutes(4)));
    EXPECT_TRUE(inquiries.may_look(start + minutes(5)));
}

TEST(Inquiries, EndForGoodWhereTheCarrierDoesNotKnowThem) {
    Inquiries inquiries(every_hour, Instant());
    EXPECT_TRUE(inquiries.may_ask());
    EXPECT_TRUE(inquiries.give_up());
    EXPECT_FALSE(inquiries.give_up()) << "no news";
    EXPECT_FALSE(inquiries.may_ask());
    EXPECT_FALSE(Inquiries({}, Instant()).may_ask()) << "off unless it is wished for";
}

TEST(Inquiries, ResultsFollowTheStatus) {
    using smpp::Status;
    EXPECT_EQ(result_of(Status::ESME_RQUERYFAIL, false), InquiryResult::refused);
    EXPECT_EQ(result_of(Status::ESME_RCANCELFAIL, false), InquiryResult::refused);
    EXPECT_EQ(result_of(Status::ESME_RREPLACEFAIL, false), InquiryResult::refused);
    EXPECT_EQ(result_of(Status::ESME_RINVCMDID, false), InquiryResult::unsupported);
    EXPECT_EQ(result_of(Status::ESME_RSYSERR, false), InquiryResult::failed);
}

TEST(Inquiries, ANackForAPassingReasonDoesNotSayThatThePduIsNotKnown) {
    using smpp::Status;
    for (const Status passing :
         {Status::ESME_RSYSERR, Status::ESME_RTHROTTLED, Status::ESME_RMSGQFUL,
          Status::ESME_RX_T_APPN, Status::ESME_RINVBNDSTS}) {
        EXPECT_EQ(result_of(passing, true), InquiryResult::failed) << smpp::name(passing);
    }
    for (const Status lasting : {Status::ESME_RINVCMDID, Status::ESME_RINVCMDLEN,
                                 Status::ESME_RUNKNOWNERR, Status::ESME_RINVMSGLEN}) {
        EXPECT_EQ(result_of(lasting, true), InquiryResult::unsupported) << smpp::name(lasting);
    }
}

}  // namespace
}  // namespace parley::carrier
