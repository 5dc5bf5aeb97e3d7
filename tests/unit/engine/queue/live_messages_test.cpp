// The messages in memory by id: whatever comes and goes, each is found until it is taken.

#include "engine/queue/live_messages.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace parley::queue {
namespace {

std::unique_ptr<storage::Message> message(std::uint64_t id) {
    auto made = std::make_unique<storage::Message>();
    made->id = {id};
    return made;
}

TEST(LiveMessages, FindsEachUntilItIsTaken) {
    std::mt19937_64 dice(1);
    std::map<std::uint64_t, storage::Message*> expected;
    LiveMessages live;
    for (int n = 0; n < 20'000; ++n) {
        // Runs of neighbours in some sections, as the journal numbers them.
        const std::uint64_t id =
            storage::ItemId::of(1 + dice() % 4, static_cast<std::uint32_t>(dice() % 100)).value;
        if (dice() % 2 == 0) {
            auto made = message(id);
            expected[id] = made.get();
            live.put(std::move(made));
        } else {
            const auto taken = live.take({id});
            const auto there = expected.find(id);
            ASSERT_EQ(taken.get(), there == expected.end() ? nullptr : there->second);
            expected.erase(id);
        }
        ASSERT_EQ(live.size(), expected.size());
    }
    for (std::uint32_t section = 1; section <= 5; ++section) {
        for (std::uint32_t index = 0; index < 120; ++index) {
            const storage::ItemId id = storage::ItemId::of(section, index);
            const auto there = expected.find(id.value);
            EXPECT_EQ(live.find(id), there == expected.end() ? nullptr : there->second);
        }
    }
    std::map<std::uint64_t, storage::Message*> seen;
    live.each(
        [&](storage::Message& each) { EXPECT_TRUE(seen.emplace(each.id.value, &each).second); });
    EXPECT_EQ(seen, expected);
}

TEST(LiveMessages, TakesWhatIsNotThereAsNothing) {
    LiveMessages live;
    live.reserve(1000);
    live.put(message(17));
    EXPECT_EQ(live.take({18}), nullptr) << "a neighbour of one that is";
    EXPECT_EQ(live.take({1 << 20}), nullptr);
    live.erase({18});
    live.erase({17});
    live.erase({17});
    EXPECT_EQ(live.find({17}), nullptr);
    EXPECT_EQ(live.size(), 0u);
}

}  // namespace
}  // namespace parley::queue
