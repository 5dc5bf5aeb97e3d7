// A section's own books: ids, pins and what it hands to the store.

#include "storage/section.h"

#include "storage/retirer.h"
#include "tests/support/store_bed.h"

#include <gtest/gtest.h>

namespace parley::storage {
namespace {

using namespace testing;

TEST(Section, IsEmptyUntilSomethingHappensAndAgainWhenCleared) {
    Section section;
    EXPECT_TRUE(section.empty());
    Message message = outbound();
    section.accept(message);
    EXPECT_FALSE(section.empty());
    EXPECT_EQ(section.births(), 1u);
    EXPECT_GT(section.octets(), message.text.size());
    section.seal(4);
    EXPECT_EQ(section.id(), 4u);
    section.clear();
    EXPECT_TRUE(section.empty());
    EXPECT_EQ(section.id(), 0u);
    EXPECT_EQ(section.births(), 0u);
    EXPECT_EQ(section.pins(), 0u);
    EXPECT_EQ(section.keyed_count(), 0u);

    Section restores;
    restores.restore("brand:demo", "+15550002000");
    EXPECT_FALSE(restores.empty()) << "a keyed write alone is something to commit";
}

TEST(Section, PinsAnItemOnceAndWhereItsOldestNewsIs) {
    Message message = outbound();
    Section first;
    first.accept(message);
    first.seal(1);
    EXPECT_EQ(first.pins(), 1u);
    EXPECT_EQ(message.pinned, 1u);

    Section second;
    intend(second, message);
    answer(second, message, "a1");
    second.seal(2);
    EXPECT_EQ(second.pins(), 0u) << "section 1 has the oldest";
    EXPECT_EQ(message.pinned, 1u);

    Section third;
    settle(third, message);
    third.seal(3);
    ASSERT_EQ(third.releases().size(), 1u);
    EXPECT_EQ(third.releases()[0].section, 1u);
    EXPECT_EQ(third.releases()[0].count, 1u);
    EXPECT_EQ(message.pinned, 0u);
    ASSERT_EQ(third.settled_count(), 1u);
    EXPECT_EQ(third.settled(0).id, message.id);
    EXPECT_EQ(third.settled(0).octets, octets_of(message));
}

TEST(Section, MentionsAnItemThatAnOlderSectionPins) {
    // Such an item may not change its shard before the section is sealed: its new shard's news
    // would stand in an older section than ours.
    Message message = outbound();
    Section first;
    first.accept(message);
    EXPECT_TRUE(first.mentions(message));
    first.seal(1);
    Section second;
    EXPECT_FALSE(second.mentions(message));
    decide(second, message, "rerouted");
    EXPECT_TRUE(second.mentions(message));
    second.seal(2);
    second.clear();
    EXPECT_FALSE(second.mentions(message));
}

TEST(Section, NewsAfterASnapshotPinsAgain) {
    Message message = outbound();
    Section first;
    first.accept(message);
    first.seal(1);
    Section second;
    second.snapshot(message);
    EXPECT_EQ(message.pinned, 0u);
    decide(second, message, "news");
    second.seal(2);
    EXPECT_EQ(second.pins(), 1u);
    EXPECT_EQ(message.pinned, 2u);
    EXPECT_EQ(second.releases().size(), 1u);
}

TEST(Section, WhatEndsWhereItBeganPinsNothing) {
    Section section;
    auto waiting = std::make_unique<InboundPart>(part());
    Message message = outbound();
    section.hold_part(*waiting);
    section.accept(message);
    section.drop(*waiting);
    waiting.reset();  // may be gone before seal()
    settle(section, message, Status::failed);
    section.seal(5);
    EXPECT_EQ(section.pins(), 0u);
    EXPECT_TRUE(section.releases().empty());
    EXPECT_EQ(message.id, ItemId::of(5, 1));
    EXPECT_EQ(message.pinned, 0u);
    EXPECT_EQ(section.settled(0).id, message.id);
}

TEST(Retirer, LetsRecordsGoInOrderAndKeepsTheNewest) {
    Retirer retirer;
    retirer.add(1, 0);
    retirer.add(2, 1);
    retirer.add(3, 0);
    EXPECT_EQ(retirer.ready(1 << 20, true), 1u);
    retirer.release(2, 1);
    EXPECT_EQ(retirer.ready(1 << 20, true), 3u);
    EXPECT_EQ(retirer.ready(1 << 20, false), 2u) << "the newest says where numbering goes on";
    retirer.retire(2);
    EXPECT_FALSE(retirer.knows(2));
    EXPECT_TRUE(retirer.knows(3));
    EXPECT_EQ(retirer.newest(), 3u);
}

TEST(Retirer, WritesNoMoreThanAFewPagesAtOnce) {
    Retirer retirer;
    for (SectionId id = 1; id <= 10; ++id) {
        retirer.add(id, 0);
        retirer.settle(ItemId::of(id, 0), std::string(1000, 'x'));
    }
    const std::size_t some = retirer.ready(3000, true);
    EXPECT_GE(some, 2u);
    EXPECT_LE(some, 4u);
}

TEST(Retirer, CountsWhatItHolds) {
    Retirer retirer;
    EXPECT_EQ(retirer.memory_octets(), 0u);
    retirer.add(1, 0);
    retirer.settle(ItemId::of(1, 9), std::string(5000, 'x'));
    retirer.settle(ItemId::of(7, 0), "born in no record that is here");
    EXPECT_GE(retirer.memory_octets(), 5000u);
    EXPECT_EQ(retirer.find(ItemId::of(1, 9))->size(), 5000u);
    EXPECT_FALSE(retirer.find(ItemId::of(7, 0)));
    retirer.retire(1);
    EXPECT_EQ(retirer.memory_octets(), 0u);
}

TEST(Retirer, FindsSectionsAcrossAGapInTheNumbers) {
    Retirer retirer;
    for (const SectionId id : {3, 4, 8, 9, 20})
        retirer.add(id, 1);
    for (const SectionId id : {3, 4, 8, 9, 20})
        EXPECT_TRUE(retirer.knows(id)) << id;
    for (const SectionId id : {1, 2, 5, 7, 10, 19, 21})
        EXPECT_FALSE(retirer.knows(id)) << id;
}

}  // namespace
}  // namespace parley::storage
