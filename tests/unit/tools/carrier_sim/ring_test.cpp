#include "tools/carrier_sim/ring.h"

#include <deque>

#include <gtest/gtest.h>

namespace parley::carrier_sim {
namespace {

using namespace std::chrono_literals;

const Instant start{1h};

TEST(Ring, IsAQueueWhateverItsTurns) {
    Dice dice(1);
    Ring<std::uint64_t> ring;
    std::deque<std::uint64_t> model;
    for (int step = 0; step < 50'000; ++step) {
        if (dice.below(100) < (step < 25'000 ? 55U : 45U)) {
            model.push_back(dice.next());
            ring.push(model.back());
        } else if (!model.empty()) {
            ASSERT_EQ(ring.pop(), model.front());
            model.pop_front();
        }
        ASSERT_EQ(ring.size(), model.size());
        if (model.empty()) continue;
        const auto place = dice.below(model.size());
        ASSERT_EQ(ring[place], model[place]);
    }
}

TEST(Pool, GivesPlacesBackBeforeItGrows) {
    Pool<int> pool;
    const auto first = pool.take(1);
    const auto second = pool.take(2);
    EXPECT_NE(first, second);
    pool.release(first);
    EXPECT_EQ(pool.in_use(), 1u);
    EXPECT_EQ(pool.take(3), first);
    EXPECT_EQ(pool[first], 3);
    EXPECT_EQ(pool[second], 2);
}

TEST(DelayQueue, HandsOutByTimeAndTiesInTheOrderTheyCame) {
    Dice dice(2);
    DelayQueue<int> queue;
    std::vector<std::pair<Instant, int>> model;
    for (int item = 0; item < 5'000; ++item) {
        const Instant due = start + Duration(dice.below(100));
        queue.push(due, item);
        model.emplace_back(due, item);
    }
    std::sort(model.begin(), model.end());
    for (const auto& [due, item] : model) {
        ASSERT_EQ(queue.next(), due);
        ASSERT_FALSE(queue.pop_due(due - 1us));
        ASSERT_EQ(queue.pop_due(due), item);
    }
    EXPECT_TRUE(queue.empty());
    EXPECT_FALSE(queue.next());
}

}  // namespace
}  // namespace parley::carrier_sim
