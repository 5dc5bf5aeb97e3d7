// What only the store in memory can show: power cuts and a full disk on demand.

#include "tests/support/store_bed.h"

#include <set>

#include <gtest/gtest.h>

namespace parley::storage {
namespace {

using namespace testing;

TEST(MemoryStore, APowerCutTakesOnlyWhatWasNotSynced) {
    MemoryBed bed;
    Message kept = outbound("+15550002001");
    Message lost = outbound("+15550002002");
    {
        Bench bench(bed);
        bench.commit([&](Section& s) { s.accept(kept); });
    }
    bed.sync = false;
    Bench bench(bed);
    bench.idle(1);
    bench.commit([&](Section& s) {
        s.accept(lost);
        settle(s, kept);
    });
    bench.store.reset();
    crash(*bed.disk);
    bench.reopen();
    ASSERT_EQ(bench.recovered.messages.size(), 1u);
    EXPECT_EQ(bench.recovered.messages[0]->to, kept.to);
    EXPECT_EQ(bench.recovered.messages[0]->status, Status::accepted);
}

TEST(MemoryStore, AnIdLostInAPowerCutNeverNamesAnotherMessage) {
    MemoryBed bed;
    bed.sync = false;
    Bench bench(bed);
    std::set<MessageId> given;
    const auto give = [&](int messages) {
        for (; messages > 0; --messages) {
            Message message = inbound();
            bench.commit([&](Section& s) { s.record_inbound(message); });
            EXPECT_TRUE(given.insert(message.id).second) << to_text(message.id);
        }
    };
    for (int cut = 0; cut < 5; ++cut) {
        give(10);
        bench.store.reset();
        crash(*bed.disk);
        bench.reopen();
    }
    give(static_cast<int>(unsynced_sections_max) + 10);  // more than one reservation lasts
    bench.store.reset();
    crash(*bed.disk);
    bed.sync = true;  // the operator has had enough of it
    bench.reopen();
    give(10);
    bench.reopen();
    give(10);
}

TEST(MemoryStore, WithoutSyncOneCommitInManyIsSynced) {
    MemoryBed bed;
    bed.sync = false;
    Bench bench(bed);
    bench.idle(1);
    EXPECT_EQ(bed.disk->unsynced_writes(), 0u) << "it says how far numbers may go";
    bench.idle(static_cast<int>(unsynced_sections_max) - 1);
    EXPECT_EQ(bed.disk->unsynced_writes(), unsynced_sections_max - 1);
    bench.idle(1);
    EXPECT_EQ(bed.disk->unsynced_writes(), 0u);
}

TEST(MemoryStore, ASyncedCommitKeepsTheUnsyncedOnesBeforeIt) {
    MemoryBed bed;
    Message message = outbound();
    bed.sync = false;
    {
        Bench bench(bed);
        bench.commit([&](Section& s) { s.accept(message); });
    }
    bed.sync = true;
    Bench bench(bed);
    bench.idle(1);
    bench.store.reset();
    crash(*bed.disk);
    bench.reopen();
    EXPECT_EQ(bench.recovered.messages.size(), 1u);
}

TEST(MemoryStore, AFullDiskChangesNothingAndTheSameCommitMayBeMadeAgain) {
    MemoryBed bed;
    Bench bench(bed);
    Message done = inbound();
    bench.commit([&](Section& s) { s.record_inbound(done); });
    Message message = outbound();
    Section section;
    section.accept(message);
    section.seal(2);
    Section* const one[] = {&section};
    set_full(*bed.disk, true);
    for (int i = 0; i < 3; ++i) {
        const auto error = bench.store->commit(one);
        ASSERT_TRUE(error);
        EXPECT_EQ(error->code, errc::disk_full);
        EXPECT_TRUE(bench.store->find_message(done.id)) << "reading goes on";
    }
    EXPECT_TRUE(bench.store->thread(message.conversation(), {}, 10).size() == 1);
    set_full(*bed.disk, false);
    EXPECT_FALSE(bench.store->commit(one));
    bench.reopen();
    ASSERT_EQ(bench.recovered.messages.size(), 1u);
    EXPECT_TRUE(bench.store->find_message(done.id));
    EXPECT_EQ(bench.store->thread(message.conversation(), {}, 10).size(), 2u);
}

}  // namespace
}  // namespace parley::storage
