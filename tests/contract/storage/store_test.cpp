// What store.h promises, of every store.

#include "storage/store.h"

#include "storage/keys.h"
#include "tests/support/store_bed.h"

#include <gtest/gtest.h>

namespace parley::storage {
namespace {

using namespace testing;
using text::MessageState;

class Store_ : public ::testing::TestWithParam<const char*> {
protected:
    std::unique_ptr<Bed> bed = make_bed(GetParam());
    Bench bench{*bed};

    std::size_t records() {
        bench.store.reset();
        std::size_t count = 0;
        auto kv = bed->raw();
        (void)kv->scan(Family::journal, {}, {}, Kv::Order::ascending, [&](auto, auto) {
            ++count;
            return true;
        });
        kv.reset();
        bench.reopen();
        return count;
    }
    /// Open while no store is: puts a value under it.
    void damage(Family family, const std::string& key, std::string_view value) {
        bench.store.reset();
        auto kv = bed->raw();
        Batch batch;
        batch.put(family, key, value);
        ASSERT_FALSE(kv->write(batch, true));
    }
    StoreError open_error() {
        Recovered ignored;
        auto opened = bed->open(ignored);
        return opened ? StoreError{} : opened.error();
    }
    Message sent(std::string carrier_message_id, std::size_t segments = 1) {
        Message message = outbound("+15550002000", segments);
        bench.commit([&](Section& s) { s.accept(message); });
        bench.commit([&](Section& s) { intend(s, message); });
        bench.commit([&](Section& s) { answer(s, message, std::move(carrier_message_id)); });
        return message;
    }
};

TEST_P(Store_, IsEmptyWhenNew) {
    EXPECT_TRUE(bench.recovered.messages.empty());
    EXPECT_EQ(bench.recovered.next_section, 1u);
    EXPECT_EQ(bench.store->evicted_count(), 0u);
    EXPECT_FALSE(bench.store->find_message(ItemId::of(1, 0)));
    EXPECT_TRUE(bench.store->thread(ConversationId::of("a", "b"), {}, 10).empty());
}

TEST_P(Store_, NamesItemsBySectionAndPlace) {
    Message first = outbound();
    Message second = outbound();
    InboundPart third = part();
    bench.commit([&](Section& s) {
        s.accept(first);
        s.accept(second);
        s.hold_part(third);
    });
    EXPECT_EQ(first.id, ItemId::of(1, 0));
    EXPECT_EQ(second.id, ItemId::of(1, 1));
    EXPECT_EQ(third.id, ItemId::of(1, 2));
    EXPECT_EQ(third.pinned, 1u);
}

TEST_P(Store_, RemembersTheNewestWordOnWhatIsSpentOfADailyLimit) {
    Message message = outbound();
    bench.commit([&](Section& s) {
        s.accept(message);
        s.spend("acme/daily", {3, 1'800'000'000'000});
        s.spend("acme/daily", {4, 1'800'000'000'000});
        s.spend("beta/each/+15550001000", {1, 5});
    });
    bench.reopen();
    ASSERT_EQ(bench.recovered.spent.size(), 2u);
    EXPECT_EQ(bench.recovered.spent.at("acme/daily").segments, 4u);
    EXPECT_EQ(bench.recovered.spent.at("acme/daily").until, 1'800'000'000'000);
    EXPECT_EQ(bench.recovered.spent.at("beta/each/+15550001000").segments, 1u);
    damage(Family::meta, std::string(keys::spent_prefix) + "acme/daily", "short");
    EXPECT_EQ(open_error().code, errc::corrupt);
}

TEST_P(Store_, FindsLiveItemsAgainAsTheyWere) {
    Message message = outbound();
    InboundPart waiting = part();
    EarlyReceipt early = early_receipt();
    bench.commit([&](Section& s) {
        s.accept(message);
        s.hold_part(waiting);
        s.hold_receipt(early);
    });
    bench.reopen();
    ASSERT_EQ(bench.recovered.messages.size(), 1u);
    ASSERT_EQ(bench.recovered.parts.size(), 1u);
    ASSERT_EQ(bench.recovered.receipts.size(), 1u);
    EXPECT_EQ(octets_of(*bench.recovered.messages[0]), octets_of(message));
    EXPECT_EQ(octets_of(*bench.recovered.parts[0]), octets_of(waiting));
    EXPECT_EQ(octets_of(*bench.recovered.receipts[0]), octets_of(early));
    EXPECT_EQ(bench.recovered.messages[0]->id, message.id);
    EXPECT_EQ(bench.recovered.messages[0]->pinned, 1u);
    EXPECT_EQ(bench.recovered.next_section, 2u);
}

TEST_P(Store_, DoesNotKnowWhatWasSealedButNotCommitted) {
    Message message = outbound();
    Section section;
    section.accept(message);
    section.seal(1);
    bench.reopen();
    EXPECT_TRUE(bench.recovered.messages.empty());
    EXPECT_EQ(bench.recovered.next_section, 1u);
}

TEST_P(Store_, WithoutSyncEveryStartLeavesAGapInTheNumbersAndLosesNothing) {
    Message settled = outbound("+15550002001");
    Message live = outbound("+15550002002");
    bed->sync = false;
    bench.reopen();
    bench.commit([&](Section& s) {
        s.accept(settled);
        s.accept(live);
    });
    for (int start = 0; start < 3; ++start) {
        const SectionId last = bench.next - 1;
        bench.reopen();
        EXPECT_GT(bench.next, last + 1);
        EXPECT_LE(bench.next, last + 1 + unsynced_sections_max);
        bench.idle(2);
    }
    bench.commit([&](Section& s) { settle(s, settled); });
    bench.commit([&](Section& s) { intend(s, live); });
    bench.reopen();
    ASSERT_EQ(bench.recovered.messages.size(), 1u);
    EXPECT_EQ(octets_of(*bench.recovered.messages[0]), octets_of(live));
    EXPECT_EQ(bench.store->find_message(settled.id)->status, Status::delivered);
    auto& again = *bench.recovered.messages[0];
    bench.commit([&](Section& s) { settle(s, again); });
    bench.idle();
    EXPECT_EQ(bench.store->find_message(live.id)->status, Status::delivered);
    EXPECT_LE(records(), 2u) << "a gap holds no record back";
    MessageId more;
    const auto recent = bench.store->recent_conversations("shop", {}, 10, &more);
    EXPECT_EQ(recent.size(), 2u);
}

TEST_P(Store_, CommitsSeveralSectionsAtOnce) {
    Message one = outbound("+15550002001");
    Message two = outbound("+15550002002");
    Section first;
    Section second;
    first.accept(one);
    first.seal(1);
    second.accept(two);
    intend(second, one);
    second.seal(2);
    Section* const both[] = {&first, &second};
    ASSERT_FALSE(bench.store->commit(both));
    bench.reopen();
    ASSERT_EQ(bench.recovered.messages.size(), 2u);
    EXPECT_EQ(bench.recovered.messages[0]->status, Status::sending);
    EXPECT_EQ(bench.recovered.next_section, 3u);
}

TEST_P(Store_, ReplaysEveryEventInOrder) {
    Message message = outbound("+15550002000", 2);
    bench.commit([&](Section& s) { s.accept(message); });
    bench.commit([&](Section& s) {
        decide(s, message, "quiet_hours");
        intend(s, message, 0);
        intend(s, message, 1);
    });
    bench.commit([&](Section& s) {
        answer(s, message, "a1", 0);
        message.segments[1].phase = Phase::uncertain;
        s.uncertain(message, 1);
    });
    bench.commit([&](Section& s) { receipt(s, message, MessageState::enroute, 0); });
    bench.commit([&](Section& s) {
        end_tries(message);
        message.carrier = "other";
        message.status = Status::queued;
        message.segments[1] = Segment{.attempts = 3};
        s.reroute(message);
    });
    bench.reopen();
    ASSERT_EQ(bench.recovered.messages.size(), 1u);
    EXPECT_EQ(octets_of(*bench.recovered.messages[0]), octets_of(message));
}

TEST_P(Store_, FindsASettledMessageAtOnceInItsPageAndAfterReopening) {
    Message message = sent("a1");
    bench.commit([&](Section& s) {
        receipt(s, message, MessageState::delivered);
        settle(s, message);
    });
    const std::string expected = octets_of(message);
    EXPECT_EQ(octets_of(bench.store->find_message(message.id).value()), expected);
    EXPECT_GT(bench.store->memory_octets(), expected.size());

    bench.reopen();
    EXPECT_TRUE(bench.recovered.messages.empty());
    EXPECT_EQ(octets_of(bench.store->find_message(message.id).value()), expected)
        << "its journal record is still there, and so is its end";

    bench.idle();
    EXPECT_LT(bench.store->memory_octets(), expected.size()) << "it is in a page now";
    EXPECT_EQ(octets_of(bench.store->find_message(message.id).value()), expected);
    bench.reopen();
    EXPECT_EQ(octets_of(bench.store->find_message(message.id).value()), expected);
    EXPECT_EQ(bench.store->find_message(message.id)->id, message.id);
    EXPECT_FALSE(bench.store->find_message(ItemId::of(message.id.section(), 1)));
    EXPECT_EQ(records(), 1u) << "only the newest record remains";
}

TEST_P(Store_, SettlesAnInboundMessageAtOnce) {
    Message message = inbound();
    bench.commit([&](Section& s) { s.record_inbound(message); });
    EXPECT_EQ(message.pinned, 0u);
    EXPECT_EQ(octets_of(bench.store->find_message(message.id).value()), octets_of(message));
    bench.reopen();
    EXPECT_TRUE(bench.recovered.messages.empty());
    EXPECT_EQ(octets_of(bench.store->find_message(message.id).value()), octets_of(message));
    bench.idle();
    EXPECT_EQ(octets_of(bench.store->find_message(message.id).value()), octets_of(message));
}

TEST_P(Store_, KeepsTheRecordsOfWhatIsLiveAndThoseBehindThem) {
    Message slow = outbound("+15550002001");
    bench.commit([&](Section& s) { s.accept(slow); });
    for (int i = 0; i < 10; ++i) {
        Message quick = outbound("+15550002002");
        bench.commit([&](Section& s) { s.accept(quick); });
        bench.commit([&](Section& s) { settle(s, quick); });
    }
    EXPECT_EQ(records(), 21u);

    Message& recovered = *bench.recovered.messages.at(0);
    bench.commit([&](Section& s) { settle(s, recovered, Status::failed); });
    bench.idle();
    EXPECT_EQ(records(), 1u);
}

TEST_P(Store_, ASnapshotFreesTheJournalAndLosesNothing) {
    Message slow = sent("a1");
    InboundPart waiting = part();
    EarlyReceipt early = early_receipt();
    bench.commit([&](Section& s) {
        s.hold_part(waiting);
        s.hold_receipt(early);
    });
    bench.commit([&](Section& s) {
        s.snapshot(slow);
        s.snapshot(waiting);
        s.snapshot(early);
    });
    bench.idle();
    EXPECT_EQ(records(), 1u);
    ASSERT_EQ(bench.recovered.messages.size(), 1u);
    EXPECT_EQ(octets_of(*bench.recovered.messages[0]), octets_of(slow));
    EXPECT_EQ(bench.recovered.messages[0]->pinned, 0u);
    EXPECT_TRUE(bench.recovered.messages[0]->snapshotted);
    EXPECT_EQ(octets_of(*bench.recovered.parts.at(0)), octets_of(waiting));
    EXPECT_EQ(octets_of(*bench.recovered.receipts.at(0)), octets_of(early));

    bench.commit([&](Section& s) {
        settle(s, *bench.recovered.messages[0]);
        s.drop(*bench.recovered.parts[0]);
        s.drop(*bench.recovered.receipts[0]);
    });
    bench.reopen();
    EXPECT_TRUE(bench.recovered.messages.empty());
    EXPECT_TRUE(bench.recovered.parts.empty());
    EXPECT_TRUE(bench.recovered.receipts.empty());
    EXPECT_EQ(bench.store->find_message(slow.id).value().status, Status::delivered)
        << "settled after its page was due";
}

TEST_P(Store_, AppliesEventsOnceAroundASnapshotInTheSameSection) {
    Message message = outbound();
    bench.commit([&](Section& s) { s.accept(message); });
    bench.commit([&](Section& s) { decide(s, message, "first"); });
    bench.commit([&](Section& s) {
        decide(s, message, "second");
        s.snapshot(message);
        decide(s, message, "third");
    });
    bench.commit([&](Section& s) { decide(s, message, "fourth"); });
    ASSERT_EQ(message.decisions.size(), 5u);
    const SectionId pinned = message.pinned;
    EXPECT_EQ(pinned, 3u);

    bench.reopen();
    EXPECT_EQ(octets_of(*bench.recovered.messages.at(0)), octets_of(message));
    EXPECT_EQ(bench.recovered.messages[0]->pinned, pinned);
    bench.idle();
    EXPECT_EQ(records(), 5u) << "sections 1 and 2 are covered by the snapshot";
    EXPECT_EQ(octets_of(*bench.recovered.messages.at(0)), octets_of(message));
}

TEST_P(Store_, ForgetsAnItemThatWasBornAndEndedInOneSection) {
    InboundPart first = part(1);
    Message whole = inbound();
    Message refused = outbound("+15550002009");
    Section section;
    {
        auto second = std::make_unique<InboundPart>(part(2));
        section.hold_part(first);
        section.hold_part(*second);
        section.drop(*second);
    }
    section.record_inbound(whole);
    section.drop(first);
    section.accept(refused);
    settle(section, refused, Status::failed);
    bench.commit(section);
    EXPECT_EQ(section.pins(), 0u);
    bench.reopen();
    EXPECT_TRUE(bench.recovered.parts.empty());
    EXPECT_TRUE(bench.recovered.messages.empty());
    EXPECT_EQ(bench.store->find_message(whole.id)->text, whole.text);
    EXPECT_EQ(bench.store->find_message(refused.id)->status, Status::failed);
    bench.idle();
    EXPECT_EQ(records(), 1u);
    EXPECT_EQ(bench.store->find_message(refused.id)->status, Status::failed);
}

TEST_P(Store_, AnEvictedMessageWaitsOnDiskForItsReceipt) {
    Message message = sent("a1");
    bench.commit([&](Section& s) { s.evict(message); });
    EXPECT_EQ(message.pinned, 0u);
    bench.idle();
    EXPECT_EQ(bench.store->evicted_count(), 1u);
    EXPECT_EQ(records(), 1u);
    EXPECT_TRUE(bench.recovered.messages.empty());
    EXPECT_EQ(bench.recovered.evicted, 1u);

    EXPECT_FALSE(bench.store->find_awaiting("acme", "a"));
    EXPECT_FALSE(bench.store->find_awaiting("acme", "a12"));
    EXPECT_FALSE(bench.store->find_awaiting("other", "a1"));
    Message found = bench.store->find_awaiting("acme", "a1").value();
    EXPECT_EQ(found.id, message.id);
    EXPECT_EQ(octets_of(found), octets_of(message));
    EXPECT_EQ(octets_of(bench.store->find_message(message.id).value()), octets_of(message));

    bench.commit([&](Section& s) {
        receipt(s, found, MessageState::delivered);
        settle(s, found);
    });
    EXPECT_FALSE(bench.store->find_awaiting("acme", "a1"));
    EXPECT_EQ(bench.store->evicted_count(), 0u);
    bench.idle();
    bench.reopen();
    EXPECT_EQ(bench.recovered.evicted, 0u);
    EXPECT_TRUE(bench.recovered.messages.empty());
    EXPECT_EQ(octets_of(bench.store->find_message(message.id).value()), octets_of(found));
}

/// Its receipt said that it did not arrive, and it is sent again.
TEST_P(Store_, AnEvictedMessageThatGoesOnIsFoundByItsNewIdsAlone) {
    Message message = sent("a1");
    bench.commit([&](Section& s) { s.evict(message); });
    bench.idle();
    Message again = bench.store->find_awaiting("acme", "a1").value();
    bench.commit([&](Section& s) {
        receipt(s, again, MessageState::undeliverable);
        s.readmit(again);
        again.segments.assign(1, storage::Segment{});
        again.status = Status::queued;
        s.reroute(again);
        s.snapshot(again);
    });
    EXPECT_FALSE(bench.store->find_awaiting("acme", "a1"));
    EXPECT_EQ(bench.store->evicted_count(), 0u);
    bench.idle();
    bench.reopen();
    EXPECT_EQ(bench.recovered.evicted, 0u);
    ASSERT_EQ(bench.recovered.messages.size(), 1u);
    Message& live = *bench.recovered.messages[0];
    EXPECT_EQ(live.status, Status::queued);
    EXPECT_TRUE(live.segments[0].carrier_message_id.empty());

    bench.commit([&](Section& s) {
        live.segments[0].phase = Phase::sent;
        live.segments[0].carrier_message_id = "a2";
        live.status = Status::sent;
        s.answer(live, 0);
        s.evict(live);
    });
    EXPECT_FALSE(bench.store->find_awaiting("acme", "a1"));
    Message found = bench.store->find_awaiting("acme", "a2").value();
    EXPECT_EQ(bench.store->evicted_count(), 1u);
    bench.commit([&](Section& s) {
        receipt(s, found, MessageState::delivered);
        settle(s, found);
    });
    bench.idle();
    bench.reopen();
    EXPECT_TRUE(bench.recovered.messages.empty());
    EXPECT_EQ(bench.store->evicted_count(), 0u);
    EXPECT_EQ(bench.store->find_message(message.id)->status, Status::delivered);
}

TEST_P(Store_, AnEvictedMessageIsFoundByAReceiptInTheOtherBase) {
    const text::MessageIdForm form{.base = text::MessageIdForm::Base::hex_to_decimal};
    Message message = sent("38601FA");
    message.id_form = &form;
    bench.commit([&](Section& s) { s.evict(message); });
    bench.idle();
    EXPECT_FALSE(bench.store->find_awaiting("acme", "59113979", form));
    Message found = bench.store->find_awaiting("acme", "0059113978", form).value();
    EXPECT_EQ(found.id, message.id);
    EXPECT_EQ(found.segments[0].carrier_message_id, "38601FA") << "as the carrier wrote it";
    found.id_form = &form;
    bench.commit([&](Section& s) { settle(s, found, Status::unknown); });
    EXPECT_FALSE(bench.store->find_awaiting("acme", "59113978", form));
}

TEST_P(Store_, EvictedMessagesAreFoundUnderAnotherFormOfIdsOnceItIsSaid) {
    const text::MessageIdForm decimal{.base = text::MessageIdForm::Base::hex_to_decimal};
    EXPECT_FALSE(bench.store->use_id_form("acme", {}));
    EXPECT_FALSE(bench.store->use_id_form("beta", {}));
    Message acme = sent("38601FA", 2);
    bench.commit([&](Section& s) {
        intend(s, acme, 1);
        answer(s, acme, "38601FB", 1);
    });
    bench.commit([&](Section& s) { s.evict(acme); });
    Message beta = sent("38601FA");
    beta.carrier = "beta";
    bench.commit([&](Section& s) { s.reroute(beta); });
    bench.commit([&](Section& s) { s.evict(beta); });
    bench.idle();
    for (int start = 0; start < 2; ++start) {  // also when it was said before
        bench.reopen();
        EXPECT_FALSE(bench.store->use_id_form("acme", decimal));
        EXPECT_FALSE(bench.store->use_id_form("beta", {}));
        EXPECT_EQ(bench.store->find_awaiting("acme", "59113978", decimal).value().id, acme.id);
        EXPECT_EQ(bench.store->find_awaiting("acme", "59113979", decimal).value().id, acme.id);
        EXPECT_EQ(bench.store->find_awaiting("beta", "38601FA").value().id, beta.id);
    }
    acme.id_form = &decimal;
    bench.commit([&](Section& s) { settle(s, acme, Status::unknown); });
    bench.commit([&](Section& s) { settle(s, beta, Status::unknown); });
    bench.store.reset();
    std::size_t keys = 0;
    auto kv = bed->raw();
    (void)kv->scan(Family::awaiting, {}, {}, Kv::Order::ascending, [&](auto, auto) {
        ++keys;
        return true;
    });
    EXPECT_EQ(keys, 0u) << "no key of either form is left";
}

TEST_P(Store_, EvictedMessagesAreWalkedInOrderFromAnyPlace) {
    std::vector<Message> all;
    all.reserve(5);
    for (int n = 0; n < 5; ++n) {
        all.push_back(sent("a" + std::to_string(n)));
        bench.commit([&](Section& s) { s.evict(all.back()); });
    }
    const auto walk = [&](MessageId after, UnixMs before, std::size_t most) {
        std::vector<MessageId> ids;
        bench.store->each_evicted(after, before, [&](Message&& message) {
            ids.push_back(message.id);
            return ids.size() < most;
        });
        return ids;
    };
    const UnixMs later = all[0].accepted_at + 1;
    EXPECT_EQ(walk({}, later, 99).size(), 5u);
    EXPECT_EQ(walk({}, later, 2), (std::vector{all[0].id, all[1].id}));
    EXPECT_EQ(walk(all[1].id, later, 2), (std::vector{all[2].id, all[3].id}));
    EXPECT_TRUE(walk(all[4].id, later, 2).empty());
    EXPECT_TRUE(walk({}, all[0].accepted_at, 99).empty()) << "none is that old";
}

TEST_P(Store_, WhatACarrierWasAskedIsThereAfterARestart) {
    Message message = sent("a1");
    bench.commit([&](Section& s) { s.evict(message); });
    bench.idle();
    Message found = bench.store->find_awaiting("acme", "a1").value();
    bench.commit([&](Section& s) {
        found.inquiries.push_back({.operation = Operation::query, .times = 1, .asked_at = 7});
        s.inquire(found, found.inquiries[0]);
    });
    bench.commit([&](Section& s) {
        found.inquiries[0].answered_at = 9;
        found.inquiries[0].state = MessageState::enroute;
        s.inquire(found, found.inquiries[0]);
        found.inquiries.push_back({.operation = Operation::cancel, .times = 1, .asked_at = 8});
        s.inquire(found, found.inquiries[1]);
    });
    bench.reopen();
    ASSERT_EQ(bench.recovered.messages.size(), 1u);
    EXPECT_EQ(octets_of(*bench.recovered.messages[0]), octets_of(found));
    EXPECT_EQ(bench.recovered.messages[0]->inquiries.size(), 2u);
}

TEST_P(Store_, AnEvictedMessageIsFoundByEachSegmentUntilItSettles) {
    Message message = sent("a1", 2);
    bench.commit([&](Section& s) {
        intend(s, message, 1);
        answer(s, message, "a2", 1);
        s.snapshot(message);
    });
    bench.commit([&](Section& s) { s.evict(message); });
    bench.reopen();
    EXPECT_TRUE(bench.recovered.messages.empty()) << "its snapshot became its evicted copy";
    EXPECT_EQ(bench.store->find_awaiting("acme", "a1").value().id, message.id);
    Message found = bench.store->find_awaiting("acme", "a2").value();
    bench.commit([&](Section& s) { settle(s, found, Status::unknown); });
    EXPECT_FALSE(bench.store->find_awaiting("acme", "a1"));
    EXPECT_FALSE(bench.store->find_awaiting("acme", "a2"));
}

TEST_P(Store_, AnEvictedMessageWithLaterNewsIsRecovered) {
    Message message = sent("a1");
    bench.commit([&](Section& s) { s.evict(message); });
    bench.idle();
    Message found = bench.store->find_awaiting("acme", "a1").value();
    bench.commit([&](Section& s) { receipt(s, found, MessageState::enroute); });
    bench.idle();
    bench.reopen();
    ASSERT_EQ(bench.recovered.messages.size(), 1u);
    EXPECT_EQ(octets_of(*bench.recovered.messages[0]), octets_of(found));
    EXPECT_EQ(bench.recovered.messages[0]->pinned, found.pinned);
    EXPECT_TRUE(bench.recovered.messages[0]->evicted);

    bench.commit([&](Section& s) { s.evict(*bench.recovered.messages[0]); });
    EXPECT_EQ(bench.store->evicted_count(), 1u) << "counted once";
    bench.reopen();
    EXPECT_TRUE(bench.recovered.messages.empty());
    EXPECT_EQ(octets_of(bench.store->find_awaiting("acme", "a1").value()), octets_of(found));
}

TEST_P(Store_, TwoMessagesMayHaveTheSameCarrierMessageId) {
    Message older = sent("same");
    Message newer = sent("same");
    bench.commit([&](Section& s) { s.evict(older); });
    bench.commit([&](Section& s) { s.evict(newer); });
    Message found = bench.store->find_awaiting("acme", "same").value();
    EXPECT_EQ(found.id, newer.id);
    bench.commit([&](Section& s) { settle(s, found); });
    EXPECT_EQ(bench.store->find_awaiting("acme", "same").value().id, older.id);
}

TEST_P(Store_, ListsAThreadNewestFirst) {
    Message out = outbound();
    Message in = inbound();
    Message elsewhere = outbound("+15550002999");
    Message out_again = outbound();
    bench.commit([&](Section& s) {
        s.accept(out);
        s.record_inbound(in);
        s.accept(elsewhere);
    });
    bench.commit([&](Section& s) { s.accept(out_again); });
    const ConversationId id = out.conversation();
    ASSERT_EQ(in.conversation(), id);

    auto thread = bench.store->thread(id, {}, 10);
    ASSERT_EQ(thread.size(), 3u);
    EXPECT_EQ(thread[0].id, out_again.id);
    EXPECT_EQ(thread[1].id, in.id);
    EXPECT_EQ(thread[1].direction, Direction::inbound);
    EXPECT_EQ(thread[2].id, out.id);
    EXPECT_EQ(thread[2].direction, Direction::outbound);

    EXPECT_EQ(bench.store->thread(id, {}, 2).size(), 2u);
    thread = bench.store->thread(id, in.id, 10);
    ASSERT_EQ(thread.size(), 1u);
    EXPECT_EQ(thread[0].id, out.id);
    EXPECT_TRUE(bench.store->thread(id, {}, 0).empty());
}

TEST_P(Store_, ListsConversationsByNewestActivity) {
    std::vector<std::string> contacts;
    std::vector<std::unique_ptr<Message>> messages;
    contacts.reserve(6);
    for (int i = 0; i < 6; ++i)
        contacts.push_back("+1555000300" + std::to_string(i));
    const auto write = [&](const std::string& contact, std::string text) -> Message& {
        Message& message = *messages.emplace_back(std::make_unique<Message>(outbound(contact)));
        message.text = std::move(text);
        bench.commit([&](Section& s) { s.accept(message); });
        return message;
    };
    for (const std::string& contact : contacts)
        write(contact, "first");
    Message& evicted = write(contacts[4], "evicted");
    Message& settled_late = write(contacts[5], "late");
    Message& settled = write(contacts[0], "settled");
    bench.commit([&](Section& s) {
        answer(s, evicted, "e");
        s.evict(evicted);
        for (auto& each : messages) {
            if (each.get() != &evicted) s.snapshot(*each);
        }
        settle(s, settled);
    });
    bench.idle(6);
    bench.commit([&](Section& s) { settle(s, settled_late); });
    bench.idle();
    Message foreign = outbound("+15550003999");
    foreign.account = "another";
    bench.commit([&](Section& s) { s.accept(foreign); });
    Message live = write(contacts[2], "live");

    const auto names = [](const std::vector<ConversationEntry>& all) {
        std::string out;
        for (const ConversationEntry& each : all) {
            EXPECT_EQ(each.id, each.last.conversation());
            out += each.last.to.back();
        }
        return out;
    };
    MessageId more;
    const auto all = bench.store->recent_conversations("shop", {}, 10, &more);
    EXPECT_EQ(names(all), "205431");
    EXPECT_FALSE(more);
    EXPECT_EQ(all.at(1).last.text, "settled");
    EXPECT_EQ(all[1].last.status, Status::delivered);
    EXPECT_EQ(all[2].last.text, "late");
    EXPECT_EQ(all[3].last.text, "evicted");

    std::string paged;
    MessageId before;
    do {
        const auto some = bench.store->recent_conversations("shop", before, 2, &more);
        EXPECT_LE(some.size(), 2u);
        paged += names(some);
        before = more;
    } while (before);
    EXPECT_EQ(paged, "205431");
    EXPECT_EQ(names(bench.store->recent_conversations("another", {}, 10, &more)), "9");
}

TEST_P(Store_, RemembersSuppressionsUntilTheyAreRestored) {
    const Suppression stop{.scope = "brand:demo",
                           .contact = "+15550002000",
                           .rule = "keyword_exact",
                           .text = "STOP",
                           .actor = "contact",
                           .at = 77};
    Suppression other = stop;
    other.contact = "+15550002001";
    Suppression elsewhere = stop;
    elsewhere.scope = "brand:demo2";
    bench.commit([&](Section& s) {
        s.suppress(stop);
        s.suppress(other);
        s.suppress(elsewhere);
    });
    bench.reopen();
    EXPECT_EQ(bench.recovered.next_section, 2u);
    EXPECT_EQ(octets_of(bench.store->find_suppression("brand:demo", "+15550002000").value()),
              octets_of(stop));
    EXPECT_FALSE(bench.store->find_suppression("brand:demo", "+1555000200"));

    auto listed = bench.store->list_suppressions("brand:demo", "", 10);
    ASSERT_EQ(listed.size(), 2u);
    EXPECT_EQ(listed[0].contact, "+15550002000");
    listed = bench.store->list_suppressions("brand:demo", "+15550002000", 10);
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].contact, "+15550002001");
    EXPECT_EQ(bench.store->list_suppressions("brand:demo", "", 1).size(), 1u);

    bench.commit([&](Section& s) { s.restore("brand:demo", "+15550002000"); });
    EXPECT_FALSE(bench.store->find_suppression("brand:demo", "+15550002000"));
    std::vector<std::string> left;
    EXPECT_FALSE(bench.store->each_suppression([&](auto scope, auto contact) {
        left.push_back(std::string(scope) + "/" + std::string(contact));
    }));
    EXPECT_EQ(left,
              (std::vector<std::string>{"brand:demo/+15550002001", "brand:demo2/+15550002000"}));
}

TEST_P(Store_, WalksEvictedMessagesFromTheOldestAlsoOneThatIsEvictedLate) {
    std::vector<Message> messages;
    messages.reserve(3);
    for (int i = 0; i < 3; ++i) {
        Message& message = messages.emplace_back(outbound());
        message.accepted_at = 1000 + i;
        bench.commit([&](Section& s) { s.accept(message); });
        bench.commit([&](Section& s) {
            answer(s, message, "a" + std::to_string(i));
            if (i != 1) s.evict(message);
        });
    }
    const auto waiting = [&](UnixMs before) {
        std::vector<Message> found;
        bench.store->each_evicted({}, before, [&](Message&& message) {
            found.push_back(std::move(message));
            return true;
        });
        return found;
    };
    auto found = waiting(1002);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].id, messages[0].id);
    EXPECT_EQ(waiting(1003).size(), 2u);
    bench.commit([&](Section& s) { settle(s, found[0], Status::unknown); });
    EXPECT_EQ(waiting(2000).size(), 1u);
    bench.commit([&](Section& s) { s.evict(messages[1]); });
    found = waiting(2000);
    ASSERT_EQ(found.size(), 2u) << "evicted late, but older than what was looked at before";
    EXPECT_EQ(found[0].id, messages[1].id);
}

TEST_P(Store_, DropsWhatIsOlderThanTheOperatorKeeps) {
    std::vector<Message> messages;
    messages.reserve(4);
    for (int i = 0; i < 4; ++i) {
        Message& message = messages.emplace_back(outbound());
        message.accepted_at = 1000 + i;
        bench.commit([&](Section& s) { s.accept(message); });
    }
    bench.commit([&](Section& s) {
        s.snapshot(messages[1]);
        for (const int i : {0, 2, 3})
            settle(s, messages[i]);
    });
    bench.idle();
    bench.commit([&](Section& s) { settle(s, messages[1]); });
    bench.idle();
    while (bench.store->drop_before(1002)) {
    }
    EXPECT_FALSE(bench.store->find_message(messages[0].id));
    EXPECT_FALSE(bench.store->find_message(messages[1].id)) << "settled late";
    EXPECT_TRUE(bench.store->find_message(messages[2].id));
    const auto thread = bench.store->thread(messages[0].conversation(), {}, 10);
    ASSERT_EQ(thread.size(), 2u);
    EXPECT_EQ(thread[1].id, messages[2].id);
}

TEST_P(Store_, ListsWhatEndedBadlyNewestFirstAndForgetsItWithTheRest) {
    std::vector<Message> messages;
    messages.reserve(6);
    const Status ends[] = {Status::failed,  Status::delivered, Status::expired,
                           Status::unknown, Status::canceled,  Status::undelivered};
    for (int i = 0; i < 6; ++i) {
        Message& message = messages.emplace_back(outbound());
        message.accepted_at = 1000 + i;
        message.carrier = i < 3 ? "acme" : "beta";
        message.reason = "reason " + std::to_string(i);
        bench.commit([&](Section& s) { s.accept(message); });
    }
    for (int i = 0; i < 6; ++i)
        bench.commit([&](Section& s) { settle(s, messages[i], ends[i]); });
    const auto ids = [&](const DeadLetterFilter& filter, MessageId before = {},
                         std::size_t limit = 10, MessageId* more = nullptr) {
        std::vector<MessageId> found;
        for (const Message& each : bench.store->dead_letters(filter, before, limit, more))
            found.push_back(each.id);
        return found;
    };
    const auto of = [&](std::initializer_list<int> places) {
        std::vector<MessageId> wanted;
        for (const int place : places)
            wanted.push_back(messages[place].id);
        return wanted;
    };
    for (const bool reopened : {false, true}) {
        if (reopened) bench.reopen();
        EXPECT_EQ(ids({}), of({5, 3, 2, 0}));
        EXPECT_EQ(ids({.statuses = {Status::failed, Status::unknown}}), of({3, 0}));
        EXPECT_EQ(ids({.carrier = "acme"}), of({2, 0}));
        EXPECT_EQ(ids({.reason = messages[2].reason}), of({2}));
        EXPECT_EQ(ids({.contact = messages[0].to}), of({5, 3, 2, 0}));
        EXPECT_EQ(ids({.contact = "+15559999999"}), of({}));
        EXPECT_EQ(ids({.account = "nobody"}), of({}));
        EXPECT_EQ(ids({.accepted_from = 1002, .accepted_before = 1005}), of({3, 2}));
        MessageId more;
        EXPECT_EQ(ids({}, {}, 2, &more), of({5, 3}));
        EXPECT_EQ(more, messages[3].id);
        EXPECT_EQ(ids({}, more, 2, &more), of({2, 0}));
        EXPECT_FALSE(more);
    }
    bench.idle();
    while (bench.store->drop_before(1003)) {
    }
    EXPECT_EQ(ids({}), of({5, 3}));
}

TEST_P(Store_, DropsALotInBoundedPieces) {
    std::vector<std::unique_ptr<Message>> messages;
    for (int section = 0; section < 4; ++section) {
        bench.commit([&](Section& s) {
            for (int i = 0; i < 3000; ++i) {
                s.record_inbound(*messages.emplace_back(std::make_unique<Message>(inbound())));
            }
        });
    }
    bench.idle();
    EXPECT_TRUE(bench.store->drop_before(INT64_MAX));
    EXPECT_TRUE(bench.store->find_message(messages.back()->id));
    while (bench.store->drop_before(INT64_MAX)) {
    }
    EXPECT_FALSE(bench.store->find_message(messages.back()->id));
    EXPECT_TRUE(bench.store->thread(messages[0]->conversation(), {}, 10).empty());
}

TEST_P(Store_, IsForOneProcessAtATime) {
    const StoreError error = open_error();
    EXPECT_EQ(error.code, errc::locked) << error.text;
    bench.reopen();
}

TEST_P(Store_, NamesTheSectionOfADamagedRecord) {
    Message message = outbound();
    bench.commit([&](Section& s) { s.accept(message); });
    bench.commit([&](Section& s) { intend(s, message); });
    Section copy;
    copy.seal(1);
    damage(Family::journal, keys::number(2), copy.record());
    StoreError error = open_error();
    EXPECT_EQ(error.code, errc::corrupt);
    EXPECT_NE(error.text.find("journal section 2: checksum"), std::string::npos) << error.text;

    damage(Family::journal, keys::number(2), "abc");
    error = open_error();
    EXPECT_EQ(error.code, errc::corrupt);
    EXPECT_NE(error.text.find("section 2: cut short"), std::string::npos) << error.text;
}

TEST_P(Store_, RefusesTheFormatOfANewerVersion) {
    damage(Family::meta, "format", "3");
    const StoreError error = open_error();
    EXPECT_EQ(error.code, errc::wrong_format);
    EXPECT_NE(error.text.find("\"3\""), std::string::npos) << error.text;
}

TEST_P(Store_, RefusesAJournalWithoutAFormat) {
    bench.idle(1);
    bench.store.reset();
    {
        auto kv = bed->raw();
        Batch batch;
        batch.erase(Family::meta, "format");
        ASSERT_FALSE(kv->write(batch, true));
    }
    EXPECT_EQ(open_error().code, errc::corrupt);
}

TEST_P(Store_, SaysWhenAPageDoesNotDecodeAndGoesOn) {
    Message message = inbound();
    bench.commit([&](Section& s) { s.record_inbound(message); });
    bench.idle();
    damage(Family::pages, keys::number(MessageId::of(1, 0).value), "\7nonsense");
    bench.reopen();
    EXPECT_FALSE(bench.store->take_read_error());
    EXPECT_FALSE(bench.store->find_message(message.id));
    const auto error = bench.store->take_read_error();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, errc::corrupt);
    EXPECT_FALSE(bench.store->take_read_error()) << "said once";
    bench.idle(1);
}

TEST_P(Store_, AScanSeesEveryKeyOfItsRangeWhateverTheFamily) {
    bench.store.reset();
    auto kv = bed->raw();
    for (const Family family : {Family::awaiting, Family::threads, Family::suppressions}) {
        std::vector<std::string> keys;
        for (const char* id : {"1", "1", "22", "333"}) {
            keys.push_back(keys::words("acme", id, true));
            keys::append_number(keys.back(), keys.size());
        }
        Batch batch;
        for (const std::string& key : keys)
            batch.put(family, key, "");
        ASSERT_FALSE(kv->write(batch, true));
        const auto scan = [&](std::string_view from, std::string_view to) {
            std::vector<std::string> seen;
            EXPECT_FALSE(kv->scan(family, from, to, Kv::Order::ascending, [&](auto key, auto) {
                seen.emplace_back(key);
                return true;
            }));
            return seen;
        };
        EXPECT_EQ(scan({}, {}), keys);
        EXPECT_EQ(scan("acme", {}), keys);
        EXPECT_EQ(scan(keys[1], {}), std::vector(keys.begin() + 1, keys.end()));
        EXPECT_EQ(scan(keys[0], keys[3]), std::vector(keys.begin(), keys.end() - 1));
        EXPECT_EQ(scan(keys[0], keys::words("acme", "1\1")),
                  std::vector(keys.begin(), keys.begin() + 2));
    }
}

INSTANTIATE_TEST_SUITE_P(On, Store_, ::testing::Values("memory", "rocksdb"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace parley::storage
