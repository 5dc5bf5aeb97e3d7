#include "config/load.h"
#include "config/reference.h"
#include "metrics/catalogue.h"
#include "protocol/smpp/reference.h"
#include "tests/structure/named_tests.h"
#include "tests/structure/rules.h"
#include "tools/carrier_sim/scenario/read.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace parley::structure {
namespace {

namespace fs = std::filesystem;

const fs::path root = PARLEY_SOURCE;

void expect_none(const std::vector<Finding>& findings) {
    for (const Finding& finding : findings)
        ADD_FAILURE() << to_text(finding);
}

std::string read_file(const fs::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

/// A small house in a folder of its own, gone with the test.
class Tree {
public:
    Tree() {
        std::string pattern = (fs::temp_directory_path() / "structure_XXXXXX").string();
        root_ = mkdtemp(pattern.data());
    }
    ~Tree() { fs::remove_all(root_); }
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    Tree& with(const std::string& path, const std::string& text) {
        fs::create_directories((root_ / path).parent_path());
        std::ofstream(root_ / path) << text;
        return *this;
    }
    const fs::path& path() const { return root_; }

private:
    fs::path root_;
};

/// Whether this include line in this file is let through.
bool may(const std::string& file, const std::string& target) {
    Tree tree;
    tree.with(file, "#include " + target + "\n");
    return check_includes(tree.path()).empty();
}

TEST(Structure, ArrowsAndFencesHold) {
    ASSERT_GT(count_sources(root), 20U) << "this is not our tree: " << root;
    expect_none(check_includes(root));
}

TEST(Structure, TimeChanceAndThreadsComeFromOutside) {
    expect_none(check_purity(root));
}

TEST(Structure, SourcesKeepTheHouseStyle) {
    expect_none(check_style(root));
}

TEST(Structure, ReferencePagesAreFresh) {
    EXPECT_EQ(read_file(root / "docs/reference/settings.md"), config::reference_markdown())
        << "run: build/parley-describe settings > docs/reference/settings.md";
    EXPECT_EQ(read_file(root / "docs/reference/smpp.md"), smpp::reference_markdown())
        << "run: build/parley-describe smpp > docs/reference/smpp.md";
    EXPECT_EQ(read_file(root / "docs/reference/metrics.md"), metrics::reference_markdown())
        << "run: build/parley-describe metrics > docs/reference/metrics.md";
    EXPECT_EQ(read_file(root / "docs/reference/scenarios.md"),
              carrier_sim::scenario_reference_markdown())
        << "run: build/parley-describe scenarios > docs/reference/scenarios.md";
}

/// What implementers of the specification get wrong is a list of 26 points, and each has its test.
TEST(Structure, EveryPointThatImplementersGetWrongHasATestThatNamesIt) {
    const std::string tests = read_file(root / "tests/unit/protocol/smpp/essentials_test.cpp") +
                              read_file(root / "tests/unit/engine/session/essentials_test.cpp");
    constexpr int points = 26;
    for (int point = 1; point <= points; ++point) {
        const std::string number = (point < 10 ? "P0" : "P") + std::to_string(point);
        EXPECT_NE(tests.find(", " + number + "_"), std::string::npos) << number;
    }
    EXPECT_EQ(tests.find(", P" + std::to_string(points + 1) + "_"), std::string::npos);
}

TEST(Structure, EveryComplaintHasATestAndEveryTestThatIsNamedExists) {
    const char* const file = "docs/complaints.md";
    expect_none(check_named_tests(root, file));
    const std::string page = read_file(root / file);
    const auto tests = read_named_tests(page);
    std::istringstream lines(page);
    std::string line;
    int rows = 0;
    for (int number = 1; std::getline(lines, line); ++number) {
        if (!line.starts_with("| " + std::to_string(rows + 1) + " |")) continue;
        ++rows;
        EXPECT_TRUE(
            std::ranges::any_of(tests, [&](const NamedTest& test) { return test.line == number; }))
            << "row " << rows << " names no test";
    }
    EXPECT_EQ(rows, 26);
}

TEST(Structure, TheExampleConfigurationLoads) {
    const auto empty = [](const std::string&) { return std::optional<std::string>(); };
    const auto loaded = config::load((root / "config/parley.example.yaml").string(), empty);
    for (const auto& complaint : loaded.complaints)
        ADD_FAILURE() << config::to_text(complaint);
    ASSERT_TRUE(loaded.config);
    EXPECT_EQ(loaded.config->carriers.at(0).window, 100U);
}

// The rules themselves: each can fail, and says where.

TEST(Rules, ABrokenArrowIsNamedWithFileAndLine) {
    Tree tree;
    tree.with("engine/queue/dispatcher.cpp", "// A.\n\n#include \"engine/policy/gate.h\"\n");
    const auto findings = check_includes(tree.path());

    ASSERT_EQ(findings.size(), 1U);
    EXPECT_TRUE(to_text(findings[0])
                    .starts_with("engine/queue/dispatcher.cpp:3: may not include "
                                 "engine/policy/gate.h; the arrows from here"))
        << to_text(findings[0]);
}

TEST(Rules, LeavesKnowNobody) {
    EXPECT_TRUE(may("protocol/text/charset.cpp", "\"protocol/smpp/tlv.h\""));
    EXPECT_FALSE(may("protocol/text/charset.cpp", "\"config/config.h\""));
    EXPECT_FALSE(may("protocol/text/charset.cpp", "\"engine/clock.h\""));
    EXPECT_FALSE(may("config/load.cpp", "\"protocol/smpp/address.h\""));
    EXPECT_FALSE(may("metrics/registry.cpp", "\"config/config.h\""));
}

TEST(Rules, StorageKnowsOnlyTheLeaves) {
    EXPECT_TRUE(may("storage/store.h", "\"protocol/text/charset.h\""));
    EXPECT_TRUE(may("storage/store.h", "\"metrics/metric.h\""));
    EXPECT_FALSE(may("storage/store.h", "\"engine/clock.h\""));
    EXPECT_FALSE(may("storage/store.h", "\"engine/session/window.h\""));
}

TEST(Rules, StationsDoNotKnowEachOtherButACarrierItsSessions) {
    EXPECT_TRUE(may("engine/carrier/pool.cpp", "\"engine/session/window.h\""));
    EXPECT_TRUE(may("engine/carrier/pool.cpp", "\"engine/backoff.h\""));
    EXPECT_TRUE(may("engine/session/window.h", "\"engine/clock.h\""));
    EXPECT_FALSE(may("engine/session/window.h", "\"engine/carrier/pool.h\""));
    EXPECT_FALSE(may("engine/policy/gate.h", "\"engine/queue/dispatcher.h\""));
    EXPECT_FALSE(may("engine/policy/gate.h", "\"engine/shard.h\""));
    EXPECT_FALSE(may("engine/events/stream.cpp", "\"engine/api/backend.h\""));
}

TEST(Rules, TheCoreCallsStationsAndMeetsTheApiAtItsBackendOnly) {
    EXPECT_TRUE(may("engine/outbound.cpp", "\"engine/policy/gate.h\""));
    EXPECT_TRUE(may("engine/outbound.cpp", "\"engine/shard.h\""));
    EXPECT_TRUE(may("engine/shard.h", "\"engine/api/backend.h\""));
    EXPECT_FALSE(may("engine/shard.h", "\"engine/api/router.h\""));
    EXPECT_FALSE(may("engine/shard.h", "\"engine/io/event_loop.h\""));
    EXPECT_FALSE(may("engine/shard.h", "\"engine/engine.h\""));
}

TEST(Rules, OnlyTheWiringJoinsSocketsAndDecisions) {
    EXPECT_TRUE(may("engine/engine.cpp", "\"engine/io/event_loop.h\""));
    EXPECT_TRUE(may("engine/engine.cpp", "\"engine/shard.h\""));
    EXPECT_TRUE(may("engine/main.cpp", "\"engine/engine.h\""));
    EXPECT_TRUE(may("engine/io/smpp_connection.h", "\"engine/session/esme_session.h\""));
    EXPECT_TRUE(may("engine/io/http_server.h", "\"engine/api/router.h\""));
    EXPECT_TRUE(may("engine/io/shard_loop.h", "\"engine/ports.h\""));
    EXPECT_FALSE(may("engine/api/router.h", "\"engine/ports.h\""));
    EXPECT_FALSE(may("engine/io/http_server.h", "\"engine/shard.h\""));
    EXPECT_FALSE(may("engine/io/http_server.h", "\"engine/policy/gate.h\""));
    EXPECT_FALSE(may("engine/api/router.h", "\"engine/io/http_server.h\""));
    EXPECT_FALSE(may("engine/api/router.h", "\"engine/shard.h\""));
}

TEST(Rules, NobodyIncludesToolsOrTests) {
    EXPECT_FALSE(may("engine/engine.cpp", "\"tools/carrier_sim/carrier.h\""));
    EXPECT_FALSE(may("engine/engine.cpp", "\"tests/support/builders.h\""));
    EXPECT_FALSE(may("tools/loadgen/main.cpp", "\"tests/support/builders.h\""));
    EXPECT_TRUE(may("tools/carrier_sim/program/main.cpp", "\"tools/carrier_sim/carrier.h\""));
}

TEST(Rules, LibrariesStayInsideTheirFences) {
    EXPECT_TRUE(may("engine/io/event_loop.h", "<boost/asio/io_context.hpp>"));
    EXPECT_TRUE(may("tools/carrier_sim/program/main.cpp", "<boost/asio.hpp>"));
    EXPECT_TRUE(may("tools/loadgen/main.cpp", "<boost/asio.hpp>"));
    EXPECT_FALSE(may("tools/carrier_sim/carrier.cpp", "<boost/asio.hpp>"));
    EXPECT_FALSE(may("engine/engine.cpp", "<boost/asio/io_context.hpp>"));
    EXPECT_FALSE(may("engine/session/esme_session.cpp", "<boost/asio/buffer.hpp>"));
    EXPECT_FALSE(may("engine/api/router.h", "<boost/beast/http.hpp>"));
    EXPECT_FALSE(may("engine/api/auth.cpp", "<openssl/sha.h>"));
    EXPECT_TRUE(may("storage/rocksdb_kv.cpp", "<rocksdb/db.h>"));
    EXPECT_FALSE(may("storage/journal.cpp", "<rocksdb/db.h>"));
    EXPECT_TRUE(may("protocol/text/icu.cpp", "<unicode/ucnv.h>"));
    EXPECT_FALSE(may("protocol/text/charset.cpp", "<unicode/ucnv.h>"));
    EXPECT_FALSE(may("engine/policy/opt_out.cpp", "<unicode/uchar.h>"));
    EXPECT_TRUE(may("config/load.cpp", "<yaml-cpp/yaml.h>"));
    EXPECT_FALSE(may("config/load.h", "<yaml-cpp/yaml.h>"));
    EXPECT_TRUE(may("metrics/registry.cpp", "<prometheus/registry.h>"));
    EXPECT_FALSE(may("metrics/registry.h", "<prometheus/registry.h>"));
    EXPECT_FALSE(may("engine/shard.cpp", "<prometheus/counter.h>"));
    EXPECT_FALSE(may("engine/shard.cpp", "<gtest/gtest.h>"));
    EXPECT_TRUE(may("engine/session/window.h", "<boost/system/result.hpp>"));
}

TEST(Rules, ATestThatAPageNamesAndNobodyHasIsFound) {
    Tree tree;
    tree.with("docs/page.md",
              "`unit:Clock.Ticks` `unit:Clock.TicksLongAndLoud` `unit:Clock.Stops`\n"
              "`interop:peer` \"a title\" `interop:peer` \"another\"\n"
              "`interop:gone` \"a title\" `interop:unlisted`, and `not a test` at all\n")
        .with("tests/unit/a/clock_test.cpp",
              "TEST(Clock, Ticks) {}\nTEST_F(Clock,\n       TicksLongAndLoud) {}\n")
        .with("tests/interop/peer_test.mjs", "test('a title', () => {});\n")
        .with("tests/interop/unlisted_test.mjs", "")
        .with("tests/interop/CMakeLists.txt", "foreach(name peer other)\n");
    std::vector<std::string> found;
    for (const Finding& finding : check_named_tests(tree.path(), "docs/page.md"))
        found.push_back(to_text(finding));
    EXPECT_EQ(found, (std::vector<std::string>{
                         "docs/page.md:1: unit:Clock.Stops: no such test",
                         "docs/page.md:2: interop:peer \"another\": no such title in its script",
                         "docs/page.md:3: interop:gone \"a title\": no such script",
                         "docs/page.md:3: interop:unlisted: ctest is not told of this script"}));
}

TEST(Rules, OursAreIncludedFromTheRootHoweverTheLineIsSpaced) {
    EXPECT_FALSE(may("engine/policy/gate.cpp", "\"gate.h\""));
    EXPECT_FALSE(may("engine/policy/gate.cpp", "\"../queue/dispatcher.h\""));
    Tree tree;
    tree.with("config/x.cpp", "  #  include   \"storage/store.h\"\n");
    EXPECT_EQ(check_includes(tree.path()).size(), 1U);
}

TEST(Rules, ClocksDiceAndThreadsAreFoundWhereTheyDoNotBelong) {
    Tree tree;
    tree.with("engine/session/a.cpp", "auto t = std::chrono::steady_clock::now();\n")
        .with("engine/queue/b.cpp", "#include <mutex>\n")
        .with("engine/shard.cpp", "#include <mutex>\n// steady_clock is for engine/io\n")
        .with("engine/outbound.cpp", "std::random_device dice;\n")
        .with("engine/io/c.cpp", "#include <thread>\nauto t = std::chrono::steady_clock::now();\n");
    std::vector<std::string> files;
    for (const Finding& finding : check_purity(tree.path()))
        files.push_back(finding.file);
    EXPECT_EQ(files, (std::vector<std::string>{"engine/outbound.cpp", "engine/queue/b.cpp",
                                               "engine/session/a.cpp"}));
}

TEST(Rules, NotesLongLinesAndSilentHeadersAreFound) {
    Tree tree;
    const std::string note = std::string("// TO") + "DO later\n";
    std::string wide = "// ";
    for (int i = 0; i < 97; ++i)
        wide += "…";  // three octets each, one column
    tree.with("engine/good.h", "#pragma once\n// What it is.\n" + wide + "\n")
        .with("engine/silent.h", "#pragma once\n\nint x;\n")
        .with("protocol/wide.cpp", wide + "x\n")
        .with("tests/note_test.cpp", note);
    std::vector<std::string> found;
    for (const Finding& finding : check_style(tree.path()))
        found.push_back(finding.file + ":" + std::to_string(finding.line));
    EXPECT_EQ(found, (std::vector<std::string>{"engine/silent.h:1", "protocol/wide.cpp:1",
                                               "tests/note_test.cpp:1"}));
}

}  // namespace
}  // namespace parley::structure
