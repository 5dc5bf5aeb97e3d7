// What the system says of this very process, told through the registry.

#include "engine/io/host_metrics.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <pthread.h>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/statvfs.h>

namespace parley::io {
namespace {

namespace fs = std::filesystem;

class HostMetricsTest : public ::testing::Test {
protected:
    HostMetricsTest() {
        std::string pattern = (fs::temp_directory_path() / "parley-host-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
    }
    ~HostMetricsTest() override { fs::remove_all(folder); }

    void write(const fs::path& name, std::size_t octets) const {
        std::ofstream(folder / name) << std::string(octets, 'x');
    }
    /// Of the one series that begins so; -1: there is none.
    double value(const std::string& series) const {
        std::istringstream lines(registry.exposition());
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with(series + " ")) return std::stod(line.substr(line.rfind(' ')));
        }
        return -1;
    }

    fs::path folder;
    metrics::Registry registry;
};

TEST_F(HostMetricsTest, TheDiskIsTheOneUnderTheDataFolder) {
    HostMetrics host(registry.scope(), folder.string());
    host.update();
    struct statvfs disk {};
    ASSERT_EQ(::statvfs(folder.c_str(), &disk), 0);
    EXPECT_EQ(value("parley_disk_size_bytes"),
              static_cast<double>(disk.f_blocks) * static_cast<double>(disk.f_frsize));
    EXPECT_GT(value("parley_disk_free_bytes"), 0);
    EXPECT_LE(value("parley_disk_free_bytes"), value("parley_disk_size_bytes"));
}

TEST_F(HostMetricsTest, TheStoreIsAsLargeAsItsFilesFoldersWithin) {
    fs::create_directory(folder / "journal");
    write("CURRENT", 16);
    write("journal/000001.log", 4000);
    HostMetrics host(registry.scope(), folder.string());
    host.update();
    EXPECT_EQ(value("parley_store_disk_bytes"), 4016);
    write("journal/000002.log", 84);
    host.update();
    EXPECT_EQ(value("parley_store_disk_bytes"), 4100);
}

TEST_F(HostMetricsTest, AFolderThatIsGoneLeavesTheLastValues) {
    write("CURRENT", 16);
    HostMetrics host(registry.scope(), folder.string());
    host.update();
    const double size = value("parley_disk_size_bytes");
    fs::remove_all(folder);
    host.update();
    EXPECT_EQ(value("parley_disk_size_bytes"), size);
    EXPECT_EQ(value("parley_store_disk_bytes"), 16);
}

TEST_F(HostMetricsTest, OpenFilesAreCountedWithoutTheOneThatLooks) {
    HostMetrics host(registry.scope(), folder.string());
    host.update();
    const double before = value("parley_process_open_fds");
    std::vector<std::ofstream> open;
    open.reserve(5);
    for (int i = 0; i < 5; ++i)
        open.emplace_back(folder / std::to_string(i));
    host.update();
    EXPECT_EQ(value("parley_process_open_fds"), before + 5);
    EXPECT_GT(value("parley_process_max_fds"), before + 5);
}

TEST_F(HostMetricsTest, AProcessHasBegunHoldsMemoryAndItsTimeNeverGoesBack) {
    HostMetrics host(registry.scope(), folder.string());
    double last = 0;
    for (int i = 0; i < 3; ++i) {
        host.update();
        EXPECT_GE(value("parley_process_cpu_seconds_total"), last);
        last = value("parley_process_cpu_seconds_total");
    }
    EXPECT_GT(last, 0);
    EXPECT_GT(value("parley_process_resident_memory_bytes"), 1e6);
    EXPECT_GT(value("parley_process_start_time_seconds"), 1.7e9);
}

TEST_F(HostMetricsTest, ThreadsAreOfAShortFixedListWhateverTheirNames) {
    HostMetrics host(registry.scope(), folder.string());
    const auto look_as = [&](const char* name) {
        std::thread([&] {
            ::pthread_setname_np(::pthread_self(), name);
            host.update();
        }).join();
    };
    for (const char* name : {"shard-0", "storage", "rocksdb:low", "somebody else"})
        look_as(name);
    for (const char* kind : {"shard-0", "storage", "rocksdb", "other"})
        EXPECT_GE(value("parley_thread_cpu_seconds_total{thread=\"" + std::string(kind) + "\"}"), 0)
            << kind;
    EXPECT_EQ(registry.exposition().find("somebody"), std::string::npos);
}

}  // namespace
}  // namespace parley::io
