#include "storage/delivery.h"

#include <gtest/gtest.h>

namespace parley::storage {
namespace {

using Outcome = Delivery::Outcome;
using text::MessageState;

Segment in(Phase phase, MessageState state = {}, std::string_view error = {}) {
    Segment segment;
    segment.phase = phase;
    segment.state = state;
    segment.error = error;
    return segment;
}
Segment told(MessageState state) {
    return in(Phase::settled, state);
}

Delivery of(Status status, std::vector<Segment> segments) {
    Message message;
    message.status = status;
    message.segments = std::move(segments);
    return delivery_of(message);
}

TEST(Delivery, IsWholePartialOrFailedByItsSegments) {
    const Segment arrived = told(MessageState::delivered);
    const Segment lost = told(MessageState::undeliverable);
    EXPECT_EQ(of(Status::delivered, {arrived, arrived}).outcome, Outcome::delivered);
    EXPECT_EQ(of(Status::undelivered, {arrived, lost}).outcome, Outcome::partial);
    EXPECT_EQ(of(Status::undelivered, {lost, lost}).outcome, Outcome::failed);
    EXPECT_EQ(of(Status::failed, {arrived, in(Phase::refused)}).outcome, Outcome::partial);
    EXPECT_EQ(of(Status::delivered, {told(MessageState::accepted)}).outcome, Outcome::delivered)
        << "settled only where the dialect says that it is the last word";
    const Delivery mixed =
        of(Status::failed, {arrived, lost, in(Phase::refused), in(Phase::uncertain)});
    EXPECT_EQ(mixed.delivered, 1u);
    EXPECT_EQ(mixed.failed, 2u);
    EXPECT_EQ(mixed.unknown, 1u);
    EXPECT_EQ(mixed.segments(), 4u);
}

TEST(Delivery, OfWhatHasNotEndedIsPendingAndOfWhatHasUnknown) {
    const Segment arrived = told(MessageState::delivered);
    for (const Phase phase : {Phase::intended, Phase::uncertain, Phase::sent}) {
        EXPECT_EQ(of(Status::sending, {arrived, in(phase)}).outcome, Outcome::pending);
        EXPECT_EQ(of(Status::unknown, {arrived, in(phase)}).outcome, Outcome::partial);
        EXPECT_EQ(of(Status::unknown, {in(phase)}).outcome, Outcome::unknown);
    }
    EXPECT_EQ(of(Status::queued, {in(Phase::waiting)}).outcome, Outcome::pending);
    EXPECT_EQ(of(Status::expired, {in(Phase::waiting)}).outcome, Outcome::failed);
    EXPECT_EQ(of(Status::expired, {in(Phase::waiting, {}, sent_perhaps)}).outcome,
              Outcome::unknown);
    EXPECT_EQ(of(Status::failed, {in(Phase::refused, {}, outcome_unknown)}).outcome,
              Outcome::unknown);
    EXPECT_EQ(of(Status::unknown, {told(MessageState::unknown)}).outcome, Outcome::unknown);
}

}  // namespace
}  // namespace parley::storage
