#include "engine/session/sequence.h"

#include <gtest/gtest.h>

namespace parley::session {
namespace {

TEST(Sequence, BeginsAtOneAndCountsUp) {
    Sequence sequence;
    EXPECT_EQ(sequence.last(), 0u);
    EXPECT_EQ(sequence.next(), 1u);
    EXPECT_EQ(sequence.next(), 2u);
    EXPECT_EQ(sequence.last(), 2u);
}

TEST(Sequence, WrapsToOneAndNeverToZero) {
    Sequence sequence(Sequence::max - 1);
    EXPECT_EQ(sequence.next(), 0x7FFFFFFFu);
    EXPECT_EQ(sequence.next(), 1u);
}

}  // namespace
}  // namespace parley::session
