#include "tools/loadgen/answer_items.h"

#include <vector>

#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

std::vector<AnswerItem> items_of(std::string_view body) {
    std::vector<AnswerItem> list;
    AnswerItems items(body);
    for (AnswerItem item; items.next(item);)
        list.push_back(item);
    return list;
}

TEST(AnswerItems, ALoneObjectIsOneItem) {
    const auto items = items_of(R"({"id":"m1","status":"accepted","segments":1})");
    ASSERT_EQ(items.size(), 1u);
    EXPECT_TRUE(items[0].accepted());
    EXPECT_EQ(items[0].id, "m1");
}

TEST(AnswerItems, ALoneObjectWithAListInsideIsStillOneItem) {
    const auto items = items_of(R"({"id":"m1","segments":[{"id":"s1"},{"id":"s2"}]})");
    ASSERT_EQ(items.size(), 1u);
    EXPECT_EQ(items[0].id, "m1");
}

TEST(AnswerItems, AnArrayAnswersInOrder) {
    const auto items = items_of(
        R"([ {"id":"m1","status":"accepted"} , {"status":403,"code":"suppressed"},{"id":"m3"}])");
    ASSERT_EQ(items.size(), 3u);
    EXPECT_EQ(items[0].id, "m1");
    EXPECT_FALSE(items[1].accepted());
    EXPECT_EQ(items[1].status, "403");
    EXPECT_EQ(items[1].code, "suppressed");
    EXPECT_EQ(items[2].id, "m3");
}

TEST(AnswerItems, AnArrayMayStandInAWrapper) {
    const auto items = items_of(R"({ "results" : [{"id":"m1"},{"id":"m2"}] })");
    ASSERT_EQ(items.size(), 2u);
    EXPECT_EQ(items[1].id, "m2");
}

TEST(AnswerItems, AnIdWithinAnItemsPartIsNotTheItems) {
    const auto items = items_of(R"([{"conversation":{"id":"c1"},"id":"m1"},{"part":{"id":"c2"}}])");
    ASSERT_EQ(items.size(), 2u);
    EXPECT_EQ(items[0].id, "m1");
    EXPECT_FALSE(items[1].accepted());
}

TEST(AnswerItems, AProblemWithinAnItemRefusesIt) {
    const auto items = items_of(R"([{"problem":{"status":429,"code":"queue_full"}}])");
    ASSERT_EQ(items.size(), 1u);
    EXPECT_EQ(items[0].status, "429");
    EXPECT_EQ(items[0].code, "queue_full");
}

TEST(AnswerItems, BracketsAndQuotesInsideTextsDoNotCount) {
    const auto items = items_of(R"([{"detail":"}],\"{[\\","id":"m1"},{"id":"m2"}])");
    ASSERT_EQ(items.size(), 2u);
    EXPECT_EQ(items[0].id, "m1");
    EXPECT_EQ(items[1].id, "m2");
}

TEST(AnswerItems, ATextThatLooksLikeANameIsNotOne) {
    const auto items = items_of(R"([{"detail":"id","note":"m9","id":"m1"}])");
    ASSERT_EQ(items.size(), 1u);
    EXPECT_EQ(items[0].id, "m1");
}

TEST(AnswerItems, WhatIsNotJsonOrCutOffEnds) {
    EXPECT_TRUE(items_of("").empty());
    EXPECT_TRUE(items_of("accepted").empty());
    EXPECT_TRUE(items_of("[]").empty());
    EXPECT_TRUE(items_of(R"([{"id":"m1)").empty());
    EXPECT_TRUE(items_of(R"([{"id":"m1\)").empty());
}

}  // namespace
}  // namespace parley::loadgen
