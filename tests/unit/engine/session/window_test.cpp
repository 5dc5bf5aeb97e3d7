#include "engine/session/window.h"

#include <deque>

#include <gtest/gtest.h>

namespace parley::session {
namespace {

using namespace std::chrono_literals;

const Instant start{1h};

Window::Request request(std::uint32_t sequence, std::uint64_t token, Duration deadline = 10s) {
    return {.sequence = sequence, .token = token, .sent = start, .deadline = start + deadline};
}

TEST(Window, IsFullAtItsSizeAndHasRoomAgainAfterAnAnswer) {
    Window window(2);
    window.push(request(1, 10));
    EXPECT_FALSE(window.full());
    window.push(request(2, 20));
    EXPECT_TRUE(window.full());
    ASSERT_TRUE(window.answer(1));
    EXPECT_FALSE(window.full());
    EXPECT_EQ(window.in_use(), 1u);
}

TEST(Window, AnswersOutOfOrderFindTheirOwnRequest) {
    Window window(2);
    window.push(request(7, 70));
    window.push(request(8, 80));

    EXPECT_EQ(window.answer(8)->token, 80u);
    EXPECT_EQ(window.answer(7)->token, 70u);
    EXPECT_FALSE(window.answer(7)) << "a second answer to the same request is nobody's";
}

TEST(Window, AnswersToWhatWasNeverSentAreNobodys) {
    Window window(4);
    window.push(request(5, 50));
    for (const std::uint32_t sequence : {0U, 4U, 6U, 0xFFFFFFFFU}) {
        EXPECT_FALSE(window.answer(sequence)) << sequence;
    }
    EXPECT_EQ(window.in_use(), 1u);
}

TEST(Window, ExpiresOnlyWhatIsDueAndTheOldestFirst) {
    Window window(3);
    window.push(request(1, 10, 10s));
    window.push(request(2, 20, 11s));
    window.push(request(3, 30, 12s));

    EXPECT_FALSE(window.expire(start + 10s - 1us));
    EXPECT_EQ(window.expire(start + 11s)->token, 10u);
    EXPECT_EQ(window.expire(start + 11s)->token, 20u);
    EXPECT_FALSE(window.expire(start + 11s));
    EXPECT_EQ(window.oldest_deadline(), start + 12s);
}

TEST(Window, TheOldestDeadlineMovesOnWhenTheOldestIsAnswered) {
    Window window(3);
    EXPECT_FALSE(window.oldest_deadline());
    window.push(request(1, 10, 10s));
    window.push(request(2, 20, 11s));
    window.answer(1);
    EXPECT_EQ(window.oldest_deadline(), start + 11s);
    window.answer(2);
    EXPECT_FALSE(window.oldest_deadline());
    EXPECT_FALSE(window.oldest_sent());
}

TEST(Window, ClearHandsBackEverythingOldestFirst) {
    Window window(4);
    for (std::uint32_t sequence = 1; sequence <= 4; ++sequence) {
        window.push(request(sequence, sequence * 10));
    }
    window.answer(2);
    const auto all = window.clear();
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].token, 10u);
    EXPECT_EQ(all[1].token, 30u);
    EXPECT_EQ(all[2].token, 40u);
    EXPECT_EQ(window.in_use(), 0u);
    window.push(request(9, 90));
    EXPECT_EQ(window.answer(9)->token, 90u);
}

TEST(Window, ARequestThatIsNeverAnsweredDoesNotDisturbMillionsThatPassIt) {
    Window window(10);
    window.push(request(1, 1));
    for (std::uint32_t sequence = 2; sequence < 2'000'000; ++sequence) {
        window.push(request(sequence, sequence));
        ASSERT_EQ(window.answer(sequence)->token, sequence);
    }
    EXPECT_EQ(window.answer(1)->token, 1u);
}

TEST(Window, AgreesWithASimpleModelUnderRandomUse) {
    for (const std::size_t size : {1UL, 2UL, 3UL, 10UL, 100UL, 65'535UL}) {
        Dice dice(size);
        Window window(size);
        std::deque<Window::Request> model;  // oldest first
        std::uint32_t sequence = 0x7FFFFFFF - 500;
        for (int step = 0; step < 20'000; ++step) {
            const auto choice = dice.below(10);
            if (choice < 6 && !window.full()) {
                sequence = sequence == 0x7FFFFFFF ? 1 : sequence + 1;
                const auto pushed = request(sequence, dice.next(), Duration(step));
                window.push(pushed);
                model.push_back(pushed);
            } else if (choice < 9 && !model.empty()) {
                const auto place = static_cast<std::ptrdiff_t>(dice.below(model.size()));
                const auto expected = model[static_cast<std::size_t>(place)];
                model.erase(model.begin() + place);
                const auto answered = window.answer(expected.sequence);
                ASSERT_TRUE(answered);
                ASSERT_EQ(answered->token, expected.token);
            } else if (!model.empty()) {
                const auto expired = window.expire(model.front().deadline);
                ASSERT_TRUE(expired);
                ASSERT_EQ(expired->token, model.front().token);
                model.pop_front();
            }
            ASSERT_EQ(window.in_use(), model.size());
            ASSERT_EQ(window.full(), model.size() == size);
        }
    }
}

TEST(WindowDeathTest, RefusesOwnersThatBreakTheirPromise) {
    EXPECT_DEATH(Window(0), "broken promise");
    EXPECT_DEATH(Window(65'536), "broken promise");
    Window window(1);
    window.push(request(1, 1));
    EXPECT_DEATH(window.push(request(2, 2)), "broken promise");
}

TEST(Window, GrowsAndShrinksAroundWhatIsInFlight) {
    Window window(2);
    window.push(request(1, 10, 10s));
    window.push(request(2, 20, 11s));
    window.resize(5);
    EXPECT_EQ(window.room(), 3u);
    for (std::uint32_t n = 3; n <= 5; ++n)
        window.push(request(n, n * 10, 12s));
    EXPECT_TRUE(window.full());
    window.resize(1);
    EXPECT_TRUE(window.full());
    EXPECT_EQ(window.room(), 0u);
    EXPECT_EQ(window.in_use(), 5u);
    EXPECT_EQ(window.expire(start + 10s)->token, 10u) << "the oldest is still the oldest";
    for (std::uint32_t n = 2; n <= 5; ++n)
        EXPECT_EQ(window.answer(n)->token, n * 10);
    EXPECT_EQ(window.room(), 1u);
}

TEST(Window, AShorterDeadlineWaitsForTheOnesBefore) {
    Window window(2);
    window.push(request(1, 10, 10s));
    window.push(request(2, 20, 3s));
    EXPECT_FALSE(window.expire(start + 9s));
    EXPECT_EQ(window.expire(start + 10s)->token, 10u);
    EXPECT_EQ(window.expire(start + 10s)->token, 20u);
}

}  // namespace
}  // namespace parley::session
