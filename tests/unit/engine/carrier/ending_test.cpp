#include "engine/carrier/ending.h"

#include "storage/delivery.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace parley::carrier {
namespace {

using storage::Message;
using storage::Phase;
using storage::Segment;
using storage::Status;
using text::MessageState;

Segment told(MessageState state, const std::string& error = {}) {
    Segment segment;
    segment.phase = Phase::settled;
    segment.state = state;
    segment.error = error;
    return segment;
}
Segment in(Phase phase, std::string_view error = {}) {
    Segment segment;
    segment.phase = phase;
    segment.error = error;
    return segment;
}

Ending of(std::vector<Segment> segments, const Dialect& dialect = Dialect()) {
    Message message;
    message.segments = std::move(segments);
    return ending_of(dialect, message);
}

TEST(Ending, IsTheWorstSegmentsInWhateverOrder) {
    // From the worst to the best.
    const std::vector<std::pair<Segment, Status>> fates{
        {in(Phase::refused), Status::failed},
        {told(MessageState::rejected), Status::undelivered},
        {told(MessageState::undeliverable), Status::undelivered},
        {told(MessageState::deleted), Status::undelivered},
        {told(MessageState::skipped), Status::undelivered},
        {told(MessageState::expired), Status::expired},
        {told(MessageState::unknown), Status::unknown},
        {in(Phase::uncertain), Status::unknown},
        {in(Phase::sent), Status::unknown},
        {told(MessageState::delivered), Status::delivered}};
    for (std::size_t worse = 0; worse < fates.size(); ++worse) {
        const Ending alone = of({fates[worse].first});
        EXPECT_EQ(alone.status, fates[worse].second);
        for (std::size_t better = worse; better < fates.size(); ++better) {
            for (const Ending& both : {of({fates[worse].first, fates[better].first}),
                                       of({fates[better].first, fates[worse].first})}) {
                EXPECT_EQ(both.status, alone.status) << worse << " and " << better;
                EXPECT_EQ(both.reason, alone.reason) << worse << " and " << better;
            }
        }
    }
}

TEST(Ending, NamesWhatTheCarrierCallsIt) {
    config::Dialect settings;
    settings.receipt_errors = {{"27", config::ReceiptReaction::fail, "absent"}};
    settings.statuses = {{.status = {0x432}, .reaction = config::Reaction::fail, .name = "spam"}};
    const Dialect dialect(settings);
    EXPECT_EQ(of({told(MessageState::expired, "27")}, dialect).reason, "receipt_EXPIRED_absent");
    EXPECT_EQ(of({told(MessageState::expired, "28")}, dialect).reason, "receipt_EXPIRED");
    Segment refused = in(Phase::refused);
    refused.command_status = 0x432;
    EXPECT_EQ(of({in(Phase::sent), refused}, dialect).reason, "carrier_refused_spam");
}

TEST(Ending, OfWhatWasGivenUpIsWhatItWasGivenUpFor) {
    EXPECT_EQ(of({told(MessageState::delivered), in(Phase::refused, "retries_exhausted")}).reason,
              "retries_exhausted");
    const Ending late = of({in(Phase::refused, "validity_passed"), in(Phase::sent)});
    EXPECT_EQ(late.status, Status::expired);
    const Ending doubt = of({in(Phase::refused, storage::outcome_unknown), in(Phase::refused)});
    EXPECT_EQ(doubt.reason, "carrier_refused") << "a doubt only where nothing else is known";
    EXPECT_EQ(of({in(Phase::refused, storage::outcome_unknown)}).reason, "outcome_unknown");
}

TEST(Ending, OfWhatTheCarrierWasAskedToCancelIsCanceledOnceAllIsDeleted) {
    Message message;
    message.segments = {told(MessageState::deleted), told(MessageState::deleted)};
    EXPECT_EQ(ending_of(Dialect(), message).status, Status::undelivered) << "nobody asked";
    message.inquiries.push_back({.operation = storage::Operation::cancel, .segment = 0});
    EXPECT_EQ(ending_of(Dialect(), message).status, Status::canceled);
    message.segments[1].state = MessageState::delivered;
    EXPECT_EQ(ending_of(Dialect(), message).status, Status::undelivered);
}

}  // namespace
}  // namespace parley::carrier
