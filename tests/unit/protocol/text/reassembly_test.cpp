#include "protocol/text/reassembly.h"

#include <gtest/gtest.h>

namespace parley::text {
namespace {

using Outcome = Reassembly::Outcome;

ReassemblyKey key(std::uint8_t total, std::uint16_t reference = 7) {
    return {.carrier = "acme",
            .source = "15550001",
            .destination = "15550002",
            .reference = reference,
            .total = total};
}
Part part(std::uint8_t number, std::string octets, std::int64_t received_ms = 0) {
    return {
        .item = number, .number = number, .octets = std::move(octets), .received_ms = received_ms};
}
std::string joined(const std::vector<Part>& parts) {
    std::string text;
    for (const auto& part : parts)
        text += part.octets;
    return text;
}

TEST(Reassembly, PartsInAnyOrderBecomeOneText) {
    Reassembly reassembly({});
    EXPECT_EQ(reassembly.add(key(3), part(3, "c")).outcome, Outcome::waiting);
    EXPECT_EQ(reassembly.add(key(3), part(1, "a")).outcome, Outcome::waiting);
    const auto result = reassembly.add(key(3), part(2, "b"));
    EXPECT_EQ(result.outcome, Outcome::whole);
    EXPECT_EQ(joined(result.parts), "abc");
    EXPECT_EQ(reassembly.parts_pending(), 0u);
    EXPECT_FALSE(reassembly.next_expiry_ms());
}

TEST(Reassembly, ATotalOfOneIsWholeAtOnce) {
    Reassembly reassembly({});
    EXPECT_EQ(reassembly.add(key(1), part(1, "a")).outcome, Outcome::whole);
}

TEST(Reassembly, ARepeatedPartIsDropped) {
    Reassembly reassembly({});
    reassembly.add(key(2), part(1, "a"));
    EXPECT_EQ(reassembly.add(key(2), part(1, "a")).outcome, Outcome::duplicate);
    EXPECT_EQ(reassembly.parts_pending(), 1u);
    EXPECT_EQ(joined(reassembly.add(key(2), part(2, "b")).parts), "ab");
}

TEST(Reassembly, AContradictingPartStartsAnewAndHandsBackTheOldGroup) {
    Reassembly reassembly({});
    reassembly.add(key(3), part(2, "old b"));
    reassembly.add(key(3), part(1, "old a"));
    const auto result = reassembly.add(key(3), part(1, "new a"));
    EXPECT_EQ(result.outcome, Outcome::waiting);
    EXPECT_EQ(joined(result.given_up), "old aold b");
    EXPECT_EQ(reassembly.parts_pending(), 1u);
}

TEST(Reassembly, TextsThatDifferInAnyPartOfTheKeyNeverMix) {
    const auto base = key(2);
    auto other_carrier = base, other_source = base, other_destination = base,
         other_reference = base, other_total = base, other_width = base;
    other_carrier.carrier = "zeta";
    other_source.source = "1";
    other_destination.destination = "1";
    other_reference.reference = 8;
    other_total.total = 3;
    other_width.wide = true;
    Reassembly reassembly({});
    reassembly.add(base, part(1, "a"));
    for (const auto& other : {other_carrier, other_source, other_destination, other_reference,
                              other_total, other_width}) {
        EXPECT_EQ(reassembly.add(other, part(2, "b")).outcome, Outcome::waiting);
    }
}

TEST(Reassembly, AGroupExpiresByTheAgeOfItsFirstPart) {
    Reassembly reassembly({.age_max_ms = 100});
    reassembly.add(key(3, 1), part(2, "b", 1000));
    reassembly.add(key(3, 2), part(1, "x", 1010));
    reassembly.add(key(3, 1), part(1, "a", 1090));
    EXPECT_EQ(reassembly.next_expiry_ms(), 1100);
    EXPECT_FALSE(reassembly.expire(1099));
    const auto expired = reassembly.expire(1100);
    ASSERT_TRUE(expired);
    EXPECT_EQ(expired->key, key(3, 1));
    EXPECT_EQ(joined(expired->parts), "ab");
    EXPECT_FALSE(reassembly.expire(1100));
    EXPECT_EQ(reassembly.next_expiry_ms(), 1110);
}

TEST(Reassembly, BeyondTheLimitTheOldestGroupIsGivenUp) {
    Reassembly reassembly({.parts_max = 3});
    reassembly.add(key(3, 1), part(1, "old a", 1));
    reassembly.add(key(3, 1), part(2, "old b", 2));
    reassembly.add(key(3, 2), part(1, "x", 3));
    const auto result = reassembly.add(key(3, 3), part(1, "y", 4));
    EXPECT_EQ(result.outcome, Outcome::waiting);
    EXPECT_EQ(joined(result.given_up), "old aold b");
    EXPECT_EQ(result.given_up_key, key(3, 1));
    EXPECT_EQ(reassembly.parts_pending(), 2u);
}

TEST(Reassembly, TheLastPartCompletesEvenAtTheLimit) {
    Reassembly reassembly({.parts_max = 1});
    reassembly.add(key(2), part(1, "a"));
    const auto result = reassembly.add(key(2), part(2, "b"));
    EXPECT_EQ(result.outcome, Outcome::whole);
    EXPECT_TRUE(result.given_up.empty());
}

TEST(Reassembly, APartThatCannotBelongStandsForItself) {
    Reassembly reassembly({});
    EXPECT_EQ(joined(reassembly.add(key(2), part(0, "a")).parts), "a");
    EXPECT_EQ(reassembly.add(key(2), part(3, "a")).outcome, Outcome::whole);
    EXPECT_EQ(reassembly.parts_pending(), 0u);
}

TEST(Reassembly, KeepsItsGroupsWhenItMoves) {
    Reassembly first({.age_max_ms = 10});
    first.add(key(2), part(1, "a"));
    Reassembly second = std::move(first);
    EXPECT_EQ(joined(second.add(key(2), part(2, "b")).parts), "ab");
    EXPECT_FALSE(second.next_expiry_ms());
}

TEST(Reassembly, APartRepeatedAfterItsMessageWasWholeIsADuplicate) {
    Reassembly reassembly({});
    reassembly.add(key(2), part(1, "a"));
    reassembly.add(key(2), part(2, "b"));
    EXPECT_EQ(reassembly.add(key(2), part(1, "a", 1000)).outcome, Outcome::duplicate);
    EXPECT_EQ(reassembly.add(key(2), part(2, "b", 2000)).outcome, Outcome::duplicate);
    EXPECT_EQ(reassembly.parts_pending(), 0u);
    EXPECT_FALSE(reassembly.next_expiry_ms());
}

TEST(Reassembly, AReusedReferenceWithOtherOctetsIsANewMessage) {
    Reassembly reassembly({});
    reassembly.add(key(2), part(1, "a"));
    reassembly.add(key(2), part(2, "b"));
    const auto first = reassembly.add(key(2), part(1, "new a", 1000));
    EXPECT_EQ(first.outcome, Outcome::waiting);
    EXPECT_EQ(joined(first.forgotten), "ab");
    EXPECT_TRUE(first.given_up.empty());
    EXPECT_EQ(joined(reassembly.add(key(2), part(2, "new b", 1000)).parts), "new anew b");
}

TEST(Reassembly, AReusedReferenceMayBeginWithTheSameOctetsAsBefore) {
    Reassembly reassembly({});
    reassembly.add(key(2), part(1, "Dear all, "));
    reassembly.add(key(2), part(2, "good morning"));
    EXPECT_EQ(reassembly.add(key(2), part(1, "Dear all, ", 1000)).outcome, Outcome::duplicate);
    const auto result = reassembly.add(key(2), part(2, "good night", 1000));
    EXPECT_EQ(result.outcome, Outcome::whole);
    EXPECT_EQ(joined(result.parts), "Dear all, good night");
    EXPECT_EQ(joined(result.forgotten), "good morning");
}

TEST(Reassembly, ARepeatedPartOfTheOldMessageDoesNotSpoilTheNewOne) {
    Reassembly reassembly({});
    for (const auto* octets : {"a", "b", "c"})
        reassembly.add(key(3), part(static_cast<std::uint8_t>(octets[0] - 'a' + 1), octets));
    reassembly.add(key(3), part(1, "a", 1000));
    EXPECT_EQ(reassembly.add(key(3), part(3, "new c", 1000)).outcome, Outcome::waiting);
    const auto replaced = reassembly.add(key(3), part(1, "new a", 1000));
    EXPECT_EQ(replaced.outcome, Outcome::waiting);
    EXPECT_TRUE(replaced.given_up.empty());
    EXPECT_EQ(joined(replaced.forgotten), "a");
    EXPECT_EQ(joined(reassembly.add(key(3), part(2, "new b", 1000)).parts), "new anew bnew c");
}

TEST(Reassembly, ACompletedMessageIsForgottenAfterAWhile) {
    Reassembly reassembly({.remember_ms = 100});
    reassembly.add(key(2), part(1, "a", 1000));
    reassembly.add(key(2), part(2, "b", 1050));
    EXPECT_TRUE(reassembly.forget(1149).empty());
    EXPECT_EQ(joined(reassembly.forget(1150)), "ab");
    EXPECT_TRUE(reassembly.forget(1150).empty());
    EXPECT_EQ(reassembly.add(key(2), part(1, "a", 1200)).outcome, Outcome::waiting);
}

TEST(Reassembly, OnlySoManyPartsOfCompletedMessagesAreRemembered) {
    Reassembly reassembly({.remembered_max = 2});
    for (const std::uint16_t reference : {1, 2}) {
        reassembly.add(key(2, reference), part(1, "a"));
        reassembly.add(key(2, reference), part(2, "b"));
    }
    EXPECT_EQ(reassembly.forget(0).size(), 2u);
    EXPECT_EQ(reassembly.add(key(2, 1), part(1, "a")).outcome, Outcome::waiting);
    EXPECT_EQ(reassembly.add(key(2, 2), part(1, "a")).outcome, Outcome::duplicate);
}

}  // namespace
}  // namespace parley::text
