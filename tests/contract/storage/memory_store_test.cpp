// What only the store in memory can show: power cuts and a full disk on demand.

#include "tests/support/store_bed.h"

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
    EXPECT_EQ(bench.recovered.next_section, 2u);
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
