#include "engine/carrier/expired_submits.h"

#include <gtest/gtest.h>

namespace parley::carrier {
namespace {

ExpiredSubmits::Segment segment(std::uint64_t message, std::uint8_t index = 0) {
    return {.message = storage::MessageId{message}, .index = index, .intended_at = 17};
}

TEST(ExpiredSubmits, ASequenceNumberNamesItsSegmentOnce) {
    ExpiredSubmits expired;
    expired.add(2, segment(7, 1));
    expired.add(3, segment(8));
    const auto found = expired.take(2);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->message, storage::MessageId{7});
    EXPECT_EQ(found->index, 1u);
    EXPECT_EQ(found->intended_at, 17);
    EXPECT_FALSE(expired.take(2)) << "an answer that comes twice";
    EXPECT_FALSE(expired.take(4));
    EXPECT_EQ(expired.size(), 1u);
}

TEST(ExpiredSubmits, AnotherSessionNumbersAnew) {
    ExpiredSubmits expired;
    expired.add(2, segment(7));
    expired.clear();
    EXPECT_FALSE(expired.take(2));
    expired.add(2, segment(8));
    EXPECT_EQ(expired.take(2)->message, storage::MessageId{8});
}

TEST(ExpiredSubmits, TheNewestAreKeptAndWhatWasTakenMakesRoom) {
    ExpiredSubmits expired;
    const auto last = static_cast<std::uint32_t>(3 * ExpiredSubmits::kept_max);
    for (std::uint32_t sequence = 1; sequence <= last; ++sequence) {
        expired.add(sequence, segment(sequence));
        if (sequence % 2 == 0) expired.take(sequence);
    }
    EXPECT_LE(expired.size(), ExpiredSubmits::kept_max);
    EXPECT_FALSE(expired.take(1)) << "too long ago";
    ASSERT_TRUE(expired.take(last - 1));
}

}  // namespace
}  // namespace parley::carrier
