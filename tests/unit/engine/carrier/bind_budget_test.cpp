#include "engine/carrier/bind_budget.h"

#include <gtest/gtest.h>

namespace parley::carrier {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{1h};

TEST(BindBudget, OneAttemptAtATime) {
    BindBudget budget(0s);
    ASSERT_TRUE(budget.may_begin(start));
    budget.begin(start);
    EXPECT_FALSE(budget.may_begin(start + 1h));
    EXPECT_EQ(budget.free_from(), Instant::max());
    budget.over();
    EXPECT_TRUE(budget.may_begin(start));
}

TEST(BindBudget, AttemptsBeginSoManyApart) {
    BindBudget budget(100ms);
    budget.begin(start);
    budget.over();
    EXPECT_FALSE(budget.may_begin(start + 99ms));
    EXPECT_EQ(budget.free_from(), start + 100ms);
    EXPECT_TRUE(budget.may_begin(start + 100ms));
}

TEST(BindBudget, ARefusalOfOneHoldsAll) {
    BindBudget budget(100ms);
    budget.begin(start);
    budget.hold(start + 70s);
    budget.over();
    EXPECT_FALSE(budget.may_begin(start + 69s));
    budget.hold(start + 10s);
    EXPECT_EQ(budget.free_from(), start + 70s) << "a shorter wait takes nothing back";
    EXPECT_TRUE(budget.may_begin(start + 70s));
}

TEST(BindBudget, ACrowdedCarrierIsLeftAloneUntilASessionOfOursEnds) {
    BindBudget budget(100ms);
    budget.begin(start);
    budget.crowded(start + 70s);
    budget.over();
    EXPECT_EQ(budget.free_from(), start + 70s);
    budget.room_made();
    EXPECT_EQ(budget.free_from(), start + 100ms);
    budget.hold(start + 60s);
    budget.room_made();
    EXPECT_EQ(budget.free_from(), start + 60s) << "room does not mend a password";
}

TEST(BindBudget, WhatWasRefusedIsForgottenWhenTheCarrierIsToldOtherThings) {
    BindBudget budget(100ms);
    budget.begin(start);
    budget.hold(start + 70s);
    budget.crowded(start + 80s);
    budget.over();
    budget.forget_refusals();
    EXPECT_EQ(budget.free_from(), start + 100ms) << "the pause between two attempts stays";
    budget.set_every(1s);
    budget.begin(start + 100ms);
    budget.over();
    EXPECT_EQ(budget.free_from(), start + 1100ms);
}

}  // namespace
}  // namespace parley::carrier
