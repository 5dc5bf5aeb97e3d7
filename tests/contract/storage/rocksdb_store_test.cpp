// What only a store on a real disk can show: killed processes, torn logs, full and broken folders.

#include "tests/support/store_bed.h"

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <signal.h>
#include <string>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/wait.h>

namespace parley::storage {
namespace {

using namespace testing;
namespace fs = std::filesystem;

StoreError open_error(Bed& bed) {
    Recovered ignored;
    auto opened = bed.open(ignored);
    return opened ? StoreError{} : opened.error();
}

void write_file(const fs::path& path, std::string_view content) {
    std::ofstream(path, std::ios::binary) << content;
}

std::vector<fs::path> logs_of(const RocksBed& bed) {
    std::vector<fs::path> out;
    for (const auto& each : fs::directory_iterator(bed.files())) {
        if (each.path().extension() == ".log") out.push_back(each.path());
    }
    std::ranges::sort(out);
    return out;
}

/// Commits one message after the other and tells each by an octet, until it is killed.
[[noreturn]] void commit_until_killed(RocksBed& bed, int tell) {
    Bench bench(bed);
    for (;;) {
        auto message = std::make_unique<Message>(outbound());
        bench.commit([&](Section& s) { s.accept(*message); });
        bench.commit([&](Section& s) {
            intend(s, *message);
            answer(s, *message, "a" + std::to_string(message->id.value));
        });
        if (::write(tell, "x", 1) != 1) ::_exit(1);
        (void)message.release();  // stays live
    }
}

TEST(RocksDbStore, HasEveryCommitOfAKilledProcess) {
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP() << "ThreadSanitizer does not follow a forked process that starts threads";
#endif
    for (const bool sync : {true, false}) {
        RocksBed bed;
        bed.sync = sync;
        int pipe[2];
        ASSERT_EQ(::pipe(pipe), 0);
        const pid_t child = ::fork();
        if (child == 0) commit_until_killed(bed, pipe[1]);
        ::close(pipe[1]);
        std::size_t told = 0;
        char octet = 0;
        while (told < 200 && ::read(pipe[0], &octet, 1) == 1)
            ++told;
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        while (::read(pipe[0], &octet, 1) == 1)
            ++told;
        ::close(pipe[0]);
        ASSERT_GE(told, 200u);

        Bench bench(bed);
        ASSERT_GE(bench.recovered.messages.size(), told);
        for (std::size_t n = 0; n < told; ++n) {
            EXPECT_EQ(bench.recovered.messages[n]->status, Status::sent);
        }
    }
}

TEST(RocksDbStore, ATornLastRecordCostsOnlyTheCommitThatNobodyWasToldOf) {
    RocksBed bed;
    {
        Bench bench(bed);
        for (int i = 0; i < 5; ++i) {
            Message message = outbound();
            bench.commit([&](Section& s) { s.accept(message); });
        }
    }
    const fs::path log = logs_of(bed).back();
    fs::resize_file(log, fs::file_size(log) - 20);
    {
        Bench bench(bed);
        EXPECT_EQ(bench.recovered.messages.size(), 4u);
        EXPECT_EQ(bench.next, 5u);
    }
}

TEST(RocksDbStore, ALastRecordOfRubbishCostsNothingElse) {
    RocksBed bed;
    {
        Bench bench(bed);
        for (int i = 0; i < 5; ++i) {
            Message message = outbound();
            bench.commit([&](Section& s) { s.accept(message); });
        }
    }
    const fs::path log = logs_of(bed).back();
    std::ofstream(log, std::ios::binary | std::ios::app) << std::string(3000, '\xA5');
    EXPECT_EQ(Bench(bed).recovered.messages.size(), 5u);
}

TEST(RocksDbStore, RefusesAFolderThatWasCopiedInPart) {
    RocksBed bed;
    Bench(bed).idle(1);
    fs::remove(bed.files() / "CURRENT");
    const StoreError error = open_error(bed);
    EXPECT_EQ(error.code, errc::corrupt);
    EXPECT_NE(error.text.find("no file CURRENT"), std::string::npos) << error.text;
    EXPECT_FALSE(fs::exists(bed.files() / "CURRENT")) << "and makes no empty store of it";
}

TEST(RocksDbStore, RefusesAFolderWithoutItsDescription) {
    RocksBed bed;
    Bench(bed).idle(1);
    for (const auto& each : fs::directory_iterator(bed.files())) {
        if (each.path().filename().string().starts_with("MANIFEST")) fs::remove(each.path());
    }
    const StoreError error = open_error(bed);
    EXPECT_NE(error.code, errc{}) << "opened a folder without MANIFEST";
    EXPECT_FALSE(error.text.empty());
}

TEST(RocksDbStore, RefusesAFolderOfSomebodyElse) {
    RocksBed bed;
    fs::create_directories(bed.files());
    write_file(bed.files() / "holiday.jpg", "beach");
    const StoreError error = open_error(bed);
    EXPECT_EQ(error.code, errc::io_error);
    EXPECT_NE(error.text.find("\"holiday.jpg\""), std::string::npos) << error.text;
}

TEST(RocksDbStore, RefusesAFileInPlaceOfAFolder) {
    RocksBed bed;
    write_file(bed.files(), "not a folder");
    const StoreError error = open_error(bed);
    EXPECT_EQ(error.code, errc::io_error);
    EXPECT_NE(error.text.find(bed.files().string()), std::string::npos) << error.text;
}

TEST(RocksDbStore, RefusesAFolderThatItMayNotRead) {
    if (::geteuid() == 0) GTEST_SKIP() << "nothing is forbidden to root";
    RocksBed bed;
    fs::create_directories(bed.files());
    fs::permissions(bed.files(), fs::perms::none);
    EXPECT_EQ(open_error(bed).code, errc::io_error);
    fs::permissions(bed.files(), fs::perms::owner_all);
}

TEST(RocksDbStore, StartsOverWhereTheVeryFirstStartWasKilled) {
    RocksBed bed;
    fs::create_directories(bed.files());
    write_file(bed.files() / "LOCK", "");
    write_file(bed.files() / "IDENTITY", "half");
    write_file(bed.files() / "MANIFEST-000001", "half");
    EXPECT_EQ(Bench(bed).next, 1u);
}

TEST(RocksDbStore, TellsHowFarTheReplayIs) {
    RocksBed bed;
    Message message = outbound();
    {
        Bench bench(bed);
        bench.commit([&](Section& s) { s.accept(message); });
        bench.idle(199);
    }
    std::vector<std::uint64_t> told;
    Recovered recovered;
    auto opened = open_rocksdb_store(bed.options, recovered, [&](auto done, auto all) {
        told.push_back(done);
        EXPECT_EQ(all, 200u);
    });
    ASSERT_TRUE(opened);
    EXPECT_EQ(told, (std::vector<std::uint64_t>{64, 128, 192, 200}));
}

TEST(RocksDbStore, CountsRecordsNotGapsInTheirNumbersWhenItTellsHowFarTheReplayIs) {
    RocksBed bed;
    bed.sync = false;
    Message message = outbound();
    {
        Bench bench(bed);
        bench.commit([&](Section& s) { s.accept(message); });
        bench.idle(99);
        bench.reopen();
        bench.idle(100);
    }
    std::vector<std::pair<std::uint64_t, std::uint64_t>> told;
    Recovered recovered;
    auto opened = open_rocksdb_store(bed.options, recovered,
                                     [&](auto done, auto all) { told.emplace_back(done, all); });
    ASSERT_TRUE(opened);
    const std::uint64_t gap = unsynced_sections_max - 100;  // not known before it is reached
    EXPECT_EQ(told, (std::vector<std::pair<std::uint64_t, std::uint64_t>>{
                        {64, 200 + gap}, {128, 200}, {192, 200}, {200, 200}}));
}

/// A file system of a few megabytes of its own; needs root.
class SmallDisk {
public:
    explicit SmallDisk(const fs::path& at) : at_(at) {
        mounted_ = ::mount("tmpfs", at.c_str(), "tmpfs", 0, "size=16m") == 0;
    }
    ~SmallDisk() {
        if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    bool mounted() const { return mounted_; }

private:
    fs::path at_;
    bool mounted_ = false;
};

/// Takes all the space that is left there.
void fill(const fs::path& folder) {
    std::ofstream filler(folder / "filler", std::ios::binary | std::ios::app);
    const std::string some(4096, 'x');
    while (filler.write(some.data(), static_cast<std::streamsize>(some.size())).flush()) {
    }
}

TEST(RocksDbStore, AFullDiskRefusesCommitsKeepsReadingAndGoesOnWhenThereIsSpace) {
    RocksBed bed;
    const SmallDisk disk(bed.options.folder);
    if (!disk.mounted()) GTEST_SKIP() << "may not mount a small file system here";
    const fs::path ballast = fs::path(bed.options.folder) / "ballast";
    write_file(ballast, std::string(10U << 20U, 'x'));
    Bench bench(bed);

    Message first = outbound();
    bench.commit([&](Section& s) { s.accept(first); });
    std::vector<std::unique_ptr<Message>> kept;
    std::optional<StoreError> error;
    Section section;
    while (!error) {
        ASSERT_LT(kept.size(), 2000u) << "the disk never became full";
        auto& message = *kept.emplace_back(std::make_unique<Message>(outbound()));
        message.text.assign(20'000, static_cast<char>('a' + kept.size() % 26));
        section.clear();
        section.accept(message);
        section.seal(bench.next++);
        Section* const one[] = {&section};
        error = bench.store->commit(one);
    }
    EXPECT_EQ(error->code, errc::disk_full) << error->text;
    EXPECT_EQ(bench.store->thread(first.conversation(), {}, 5000).size(), kept.size());
    Section* const one[] = {&section};
    // The database gives back an old log when it recovers, and may then find room by itself.
    for (int i = 0; i < 3 && error; ++i) {
        fill(bed.options.folder);
        error = bench.store->commit(one);
        if (!error) break;
        EXPECT_EQ(error->code, errc::disk_full) << error->text;
        EXPECT_EQ(bench.store->thread(first.conversation(), {}, 5000).size(), kept.size());
    }
    fs::remove(ballast);
    fs::remove(fs::path(bed.options.folder) / "filler");
    if (error) error = bench.store->commit(one);
    EXPECT_FALSE(error) << error->text;
    bench.reopen();
    EXPECT_EQ(bench.recovered.messages.size(), kept.size() + 1);
    EXPECT_EQ(bench.recovered.messages.back()->text, kept.back()->text);
}

}  // namespace
}  // namespace parley::storage
