// The operator table's file on a real disk: read, read again when it has changed, refused whole.

#include "engine/io/operator_table_file.h"

#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>

#include <gtest/gtest.h>

namespace parley::io {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

class OperatorTableFileTest : public ::testing::Test {
protected:
    OperatorTableFileTest() {
        std::string pattern = (fs::temp_directory_path() / "parley-operators-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
        file = folder / "operators.csv";
    }
    ~OperatorTableFileTest() override { fs::remove_all(folder); }

    /// As one should: whole, by rename.
    void write(const std::string& text) const {
        std::ofstream(folder / "new") << text;
        fs::rename(folder / "new", file);
    }
    OperatorTableFile watch() {
        return OperatorTableFile({.file = file.string(), .poll_every = milliseconds(100)},
                                 {.changed =
                                      [this](const OperatorTablePtr& table) {
                                          const std::lock_guard lock(mutex);
                                          tables.push_back(table);
                                          told.notify_all();
                                      },
                                  .refused =
                                      [this](const std::string& why) {
                                          const std::lock_guard lock(mutex);
                                          refusals.push_back(why);
                                          told.notify_all();
                                      }});
    }
    template <typename Condition>
    bool await(Condition condition) {
        std::unique_lock lock(mutex);
        return told.wait_for(lock, std::chrono::seconds(20), condition);
    }

    fs::path folder;
    fs::path file;
    std::mutex mutex;
    std::condition_variable told;
    std::vector<OperatorTablePtr> tables;
    std::vector<std::string> refusals;
};

TEST_F(OperatorTableFileTest, IsReadWholeOrComplainedOfWithItsPlace) {
    std::string rows;
    for (int n = 0; n < 50'000; ++n)
        rows += "+1" + std::to_string(2'000'000'000 + n) + ",lilac\n";
    write(rows);
    auto read = read_operator_table(file.string());
    ASSERT_TRUE(std::holds_alternative<OperatorTablePtr>(read));
    EXPECT_EQ(std::get<OperatorTablePtr>(read)->rows(), 50'000u);
    write("+1,lilac\nx,rose\n");
    read = read_operator_table(file.string());
    ASSERT_TRUE(std::holds_alternative<std::string>(read));
    EXPECT_TRUE(std::get<std::string>(read).starts_with(file.string() + ":2:1: 'x' is no number"));
    fs::remove(file);
    read = read_operator_table(file.string());
    EXPECT_EQ(std::get<std::string>(read),
              file.string() + ": cannot be read: No such file or directory");
    read = read_operator_table(folder.string());
    EXPECT_EQ(std::get<std::string>(read), folder.string() + ": cannot be read: Is a directory");
}

TEST_F(OperatorTableFileTest, AChangeIsReadAndABadOneIsRefusedOnce) {
    write("+1,lilac\n");
    auto watched = watch();
    ASSERT_EQ(watched.read_first(), "");
    watched.start();
    write("+1,rose\n+2,rose\n");
    ASSERT_TRUE(await([this] { return tables.size() == 2; }));
    write("+1,rose\nnonsense\n");
    ASSERT_TRUE(await([this] { return refusals.size() == 1; }));
    fs::remove(file);
    ASSERT_TRUE(await([this] { return refusals.size() == 2; }));
    write("+1,moss\n");
    ASSERT_TRUE(await([this] { return tables.size() == 3; }));
    watched.stop();
    EXPECT_EQ(tables[0]->find("+12").name, "lilac");
    EXPECT_EQ(tables[1]->find("+12").name, "rose");
    EXPECT_EQ(tables[2]->find("+12").name, "moss");
    EXPECT_EQ(refusals.size(), 2u) << "what has not changed is not complained of again";
}

TEST_F(OperatorTableFileTest, WithoutAGoodFileThereIsNoBeginning) {
    auto watched = watch();
    EXPECT_EQ(watched.read_first(), file.string() + ": cannot be read: No such file or directory");
    EXPECT_TRUE(tables.empty());
}

}  // namespace
}  // namespace parley::io
